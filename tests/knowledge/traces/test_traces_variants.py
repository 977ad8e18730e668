# ruff: noqa: E501  # what people paste is longer than our lines, and ragged
"""Rarer ways in which tools print a trace that has a common form elsewhere."""

from __future__ import annotations

import pytest

from knowledge.traces import find_traces
from tests.knowledge.traces.trace_cases import Case, check

CASES = [
    pytest.param(
        Case(
            language="java",
            text="""\
java.lang.RuntimeException: quay.mail.SendFailedException: Addresses refused;
  nested exception is:
quay.mail.AddressFailedException: 550 no such box

	at quay.Mailer.send(Mailer.java:21)
	at quay.Main.main(Main.java:9)
Caused by: quay.mail.SendFailedException: Addresses refused;
  nested exception is:
	quay.mail.AddressFailedException: 550 no such box
	at quay.mail.Transport.rcptTo(Transport.java:64)
	... 2 more
""",
            types=("java.lang.RuntimeException", "quay.mail.SendFailedException"),
            messages=(
                "quay.mail.SendFailedException: Addresses refused;",
                "Addresses refused;",
            ),
            root=1,
            frames=3,
            top=("quay.mail.Transport.rcptTo", "Transport.java", 64),
        ),
        id="java_nested_exception_on_its_own_line",
    ),
    pytest.param(
        Case(
            language="java",
            text="""\
Also:   hudson.remoting.Channel$CallSiteStackTrace: Remote call to dock-agent
		at hudson.remoting.Channel.attach(Channel.java:17)
		at hudson.remoting.Channel.call(Channel.java:95)
java.io.IOException: could not delete C:\\ws\\a
	at dock.Remover.remove(Remover.java:9)
Caused: java.io.IOException: step failed
	at dock.Step.run(Step.java:3)
""",
            types=(
                "java.io.IOException",
                "java.io.IOException",
                "hudson.remoting.Channel$CallSiteStackTrace",
            ),
            messages=("step failed", "could not delete C:\\ws\\a", "Remote call to dock-agent"),
            root=1,
            frames=4,
            top=("dock.Remover.remove", "Remover.java", 9),
        ),
        id="jenkins_prints_suppressed_ones_above",
    ),
    pytest.param(
        Case(
            language="dotnet",
            text="""\
### Stacktrace ###

konum: Liman.Pencere.Tik(Object sender, RoutedEventArgs e);Liman

konum: Liman.App.Main() in D:\\liman\\App.xaml.cs:line 97;Liman

### Reason ###

System.ComponentModel.Win32Exception
""",
            types=("System.ComponentModel.Win32Exception",),
            messages=(None,),
            frames=2,
            top=("Liman.Pencere.Tik", None, None),
        ),
        id="crash_group_in_turkish_with_a_place",
    ),
    pytest.param(
        Case(
            language="dotnet",
            text="""\
Fatal error. System.AccessViolationException: Attempted to read or write protected memory.
Repeat 2 times:
--------------------------------
   at Quay.Link.Count(IntPtr, Int32 ByRef)
--------------------------------
   at Quay.Link.ICount(IntPtr, Int32 ByRef)
   at Program.Main()
""",
            types=("System.AccessViolationException",),
            messages=("Attempted to read or write protected memory.",),
            frames=3,
            top=("Quay.Link.Count", None, None),
        ),
        id="fatal_error_with_repeated_frames",
    ),
    pytest.param(
        Case(
            language="dotnet",
            text="`System.IO.IOException: The share is gone. at System.IO.__Error.WinIOError(Int32 errorCode, String maybeFullPath) at Quay.Share.Map() in C:\\src\\Share.cs:line 9`",
            types=("System.IO.IOException",),
            messages=("The share is gone.",),
            frames=2,
            top=("System.IO.__Error.WinIOError", None, None),
        ),
        id="one_line_as_inline_code",
    ),
    pytest.param(
        Case(
            language="dotnet",
            text="""\
NullReferenceException: Object reference not set to an instance of an object
Quay.Crane.Update () (at Assets/Scripts/Crane.cs:12)
Quay.Yard+<Spawn>d__4.MoveNext () (at Assets/Scripts/Yard.cs:88)
""",
            types=("NullReferenceException",),
            messages=("Object reference not set to an instance of an object",),
            frames=2,
            top=("Quay.Crane.Update", "Assets/Scripts/Crane.cs", 12),
        ),
        id="unity",
    ),
    pytest.param(
        Case(
            language="cpp-windbg",
            text="""\
Child-SP         RetAddr          Caller, Callee
000000B7BAFDC0D0 00007ffb8d7dfb10 KERNELBASE!WaitForMultipleObjectsEx + 0xf0, calling ntdll!NtWaitForMultipleObjects
000000B7BAFDC3C0 00007ffb8d7dfa0e quay!Worker::Run + 0xe, calling KERNELBASE!WaitForMultipleObjectsEx
""",
            types=(None,),
            messages=(None,),
            frames=2,
            top=("KERNELBASE!WaitForMultipleObjectsEx", None, None),
        ),
        id="dumpstack",
    ),
    pytest.param(
        Case(
            language="go",
            text="""\
goroutine 7 [running]:
main.glob..func5(0x14e5940, 0x2)
	C:/src/relay/main.go:67 +0x65
main.run(0x2)
	C:/src/relay/main.go:106 +0x187
""",
            types=(None,),
            messages=(None,),
            frames=2,
            top=("main.glob..func5", "C:/src/relay/main.go", 67),
        ),
        id="go_function_without_a_name",
    ),
    pytest.param(
        Case(
            language="powershell",
            text="""\
Exception: D:\\a\\1\\s\\deploy.ps1:33:3
Line |
  33 |    throw "the relay did not stop"
     |    ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
     | the relay did not stop
""",
            types=(None,),
            messages=("the relay did not stop",),
            frames=1,
            top=("Exception", "D:\\a\\1\\s\\deploy.ps1", 33),
        ),
        id="concise_view_with_line_and_column",
    ),
]

BOXED = [
    pytest.param(
        Case(
            language="python",
            text="""\
╭─────────────────── Traceback (most recent call last) ───────────────────╮
│ C:\\quay\\jobs\\night.py:12 in <module>                                    │
│                                                                         │
│    9                                                                    │
│ ❱ 12 main()                                                             │
│                                                                         │
│ C:\\quay\\jobs\\night.py:5 in main                                         │
│                                                                         │
│ ❱  5     os.replace(tmp, target)                                        │
╰─────────────────────────────────────────────────────────────────────────╯
PermissionError: [WinError 32] somebody else holds it
""",
            types=("PermissionError",),
            messages=("[WinError 32] somebody else holds it",),
            shown=("WinError 32",),
            frames=2,
            top=("main", "C:\\quay\\jobs\\night.py", 5),
        ),
        id="boxed_by_rich",
    ),
    pytest.param(
        Case(
            language="python",
            text="""\
Windows fatal exception: code 0xe06d7363

Thread 0x00002d2c (most recent call first):
  File "C:\\quay\\a.py", line 5 in lift
  File "C:\\quay\\a.py", line 12 in <module>
""",
            types=("Windows fatal exception",),
            messages=("code 0xe06d7363",),
            codes=(0xE06D7363,),
            frames=2,
            top=("lift", "C:\\quay\\a.py", 5),
        ),
        id="fault_handler_shows_a_code",
    ),
]

NOTHING = [
    pytest.param(
        "UnityEngine.Debug:Log(Object)\nstarted the yard (at noon)", id="a_call_without_a_place"
    ),
    pytest.param(
        "╭── Traceback (most recent call last) ──╮\n│ nothing at all │\n╰──────╯\nall is well",
        id="a_box_without_an_exception",
    ),
    pytest.param("Also: see the notes\nat the office (third floor)", id="prose_that_begins_so"),
    pytest.param("--------------------------------\nRepeat 2 times:\n---", id="rulers"),
]


@pytest.mark.parametrize("case", [*CASES, *BOXED])
def test_trace_is_read_to_its_root(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("text", NOTHING)
def test_no_such_trace_is_seen(text: str) -> None:
    assert find_traces(text) == ()
