# ruff: noqa: E501, W291  # what people paste is longer than our lines, and ragged
"""Java traces as people paste them, and texts that only look like one."""

from __future__ import annotations

import pytest

from knowledge.traces import find_traces
from tests.knowledge.traces.trace_cases import Case, check

CASES = [
    pytest.param(
        Case(
            text=r"""2024-01-01 10:00:00 ERROR main - Exception in thread "main" shop.OrderException: no order
	at shop.Order.load(Order.java:12)
	at shop.Main.main(Main.java:3)
	Suppressed: java.io.IOException: close failed
		at shop.Res.close(Res.java:9)
		... 2 more
Caused by: java.nio.file.FileSystemException: C:\x: somebody else holds the file
  and keeps it
	at java.base/sun.nio.fs.WindowsException.translateToIOException(WindowsException.java:92)
	at app//shop.Order.load(Order.java:11)
	... 1 more
""",
            types=(
                "shop.OrderException",
                "java.io.IOException",
                "java.nio.file.FileSystemException",
            ),
            messages=("no order", "close failed", "C:\\x: somebody else holds the file"),
            root=2,
            frames=5,
            top=("sun.nio.fs.WindowsException.translateToIOException", "WindowsException.java", 92),
        ),
        id="suppressed_is_not_the_cause",
    ),
    pytest.param(
        Case(
            text="""\
java.io.IOException: CreateProcess error=2, no such program
	at java.base/java.lang.ProcessImpl.create(Native Method)
	at java.base/java.lang.ProcessImpl.<init>(ProcessImpl.java:492)
Caused: java.io.IOException: Cannot run program "sh"
	at java.base/java.lang.ProcessBuilder.start(ProcessBuilder.java:1128)
	at hudson.Proc$LocalProc.<init>(Proc.java:254)
""",
            types=("java.io.IOException", "java.io.IOException"),
            messages=('Cannot run program "sh"', "CreateProcess error=2, no such program"),
            root=1,
            frames=4,
            top=("java.lang.ProcessImpl.create", None, None),
            shown=(None, "error=2"),
        ),
        id="jenkins_prints_the_cause_first",
    ),
    pytest.param(
        Case(
            text="""\
E/AndroidRuntime( 1234): FATAL EXCEPTION: main
E/AndroidRuntime( 1234): java.lang.RuntimeException: Unable to start
E/AndroidRuntime( 1234): 	at android.app.ActivityThread.performLaunchActivity(ActivityThread.java:2059)
E/AndroidRuntime( 1234): 	at com.x.MainActivity.onCreate(MainActivity.kt:10)
E/AndroidRuntime( 1234): Caused by: java.lang.NullPointerException
E/AndroidRuntime( 1234): 	at com.x.A$b.run(Unknown Source:12)
""",
            types=("java.lang.RuntimeException", "java.lang.NullPointerException"),
            messages=("Unable to start", None),
            root=1,
            frames=3,
            top=("com.x.A$b.run", None, None),
        ),
        id="android_log_prefix",
    ),
    pytest.param(
        Case(
            text="""\
	at a.b.C.d(C.java:1)
	at a.b.C.e(C.java:2)""",
            types=(None,),
            messages=(None,),
            frames=2,
            top=("a.b.C.d", "C.java", 1),
        ),
        id="header_cut_off",
    ),
    pytest.param(
        Case(
            text="""\
10:00:01.123 [main] ERROR c.x.App - failed to start: java.net.BindException: Address already in use: bind
	at java.base/sun.nio.ch.Net.bind0(Native Method) ~[na:na]
	at org.apache.tomcat.Foo.bar(Foo.java:12) ~[tomcat-9.jar!/:9.0.1]
""",
            types=("java.net.BindException",),
            messages=("Address already in use: bind",),
            frames=2,
            top=("sun.nio.ch.Net.bind0", None, None),
        ),
        id="logger_words_before_the_type",
    ),
    pytest.param(
        Case(
            text="""\
java.lang.RuntimeException: outer
	at crc64.X.n_onCreate(Native Method)
	at crc64.X.onCreate(X.java:30)
Caused by: android.runtime.JavaProxyThrowable: System.NullReferenceException: nobody is there
  at App.Main.OnCreate (Android.OS.Bundle b) [0x00001] in <123>:0 
	at a.b.C.d(C.java:3)
""",
            types=("java.lang.RuntimeException", "android.runtime.JavaProxyThrowable"),
            messages=("outer", "System.NullReferenceException: nobody is there"),
            root=1,
            frames=4,
            top=("App.Main.OnCreate", None, None),
        ),
        id="net_frames_inside_an_android_cause",
    ),
    pytest.param(
        Case(
            text="""\
&gt; java.lang.IllegalStateException: no &lt;init&gt;
&gt; 	at shop.Cart.&lt;init&gt;(Cart.java:9)
&gt; 	at shop.Main.main(Main.java:3)
""",
            types=("java.lang.IllegalStateException",),
            messages=("no <init>",),
            frames=2,
            top=("shop.Cart.<init>", "Cart.java", 9),
        ),
        id="quoted_and_escaped_by_chat",
    ),
    pytest.param(
        Case(
            text="""\
org.shop.CartException: empty
	at org.shop.Cart.open(Cart.java:9)
	at org.shop.Ca""",
            types=("org.shop.CartException",),
            messages=("empty",),
            frames=1,
            top=("org.shop.Cart.open", "Cart.java", 9),
        ),
        id="last_frame_cut_off",
    ),
    pytest.param(
        Case(
            text="""\
2024-05-01 12:00:00 WARN  [pool-1] org.shop.Cart - retry: org.shop.CartException: empty
	at org.shop.Cart.open(Cart.java:9)
""",
            types=("org.shop.CartException",),
            messages=("empty",),
            frames=1,
            top=("org.shop.Cart.open", "Cart.java", 9),
        ),
        id="one_frame_below_a_log_line",
    ),
    pytest.param(
        Case(
            text="""\
java.lang.NullPointerException: Cannot invoke "String.length()" because "s" is null
	at shop.Main.lambda$main$0(Main.java:5)
	at java.base/java.util.ArrayList.forEach(ArrayList.java:1511)
	at shop.Main$$Lambda$14/0x0000000800c03000.accept(Unknown Source)
""",
            types=("java.lang.NullPointerException",),
            messages=('Cannot invoke "String.length()" because "s" is null',),
            frames=3,
            top=("shop.Main.lambda$main$0", "Main.java", 5),
        ),
        id="lambda_frames",
    ),
    pytest.param(
        Case(
            text=r"""{"stack_trace":"shop.CartException: empty\n\tat shop.Cart.open(Cart.java:9)\n\tat shop.Main.main(Main.java:3)\n"}""",
            types=("shop.CartException",),
            messages=("empty",),
            frames=2,
            top=("shop.Cart.open", "Cart.java", 9),
        ),
        id="trace_in_a_json_string",
    ),
]

NOT_ONE = [
    pytest.param(
        """\
We met at shop.Cart(Cart) and later.
java.io.IOException: the sentence only
Caused by: weather
""",
        id="prose",
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_trace_is_read_to_its_root(case: Case) -> None:
    check(case, "java")


@pytest.mark.parametrize("text", NOT_ONE)
def test_no_such_trace_is_seen(text: str) -> None:
    assert find_traces(text) == ()
