# ruff: noqa: E501  # what people paste is longer than our lines, and ragged
"""Python traces as people paste them, and texts that only look like one."""

from __future__ import annotations

import pytest

from knowledge.traces import find_traces
from tests.knowledge.traces.trace_cases import Case, check

CASES = [
    pytest.param(
        Case(
            text="""\
Traceback (most recent call last):
  File "a.py", line 1, in f
    g()
  File "b.py", line 2, in g
    raise KeyError("x")
KeyError: 'x'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "a.py", line 3, in h
    raise ValueError("y") from None
ValueError: y
second line

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "a.py", line 9, in <module>
    main()
    ~~~~^^
shop.errors.OrderFailed: z
Some prose""",
            types=("shop.errors.OrderFailed", "ValueError", "KeyError"),
            messages=("z", "y", "'x'"),
            root=2,
            frames=4,
            top=("g", "b.py", 2),
        ),
        id="three_links_lead_to_the_first_printed",
    ),
    pytest.param(
        Case(
            text="""\
  + Exception Group Traceback (most recent call last):
  |   File "g.py", line 3, in <module>
  |     raise eg
  | ExceptionGroup: two (2 sub-exceptions)
  | note one
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "g.py", line 5, in a
    |     open("x")
    | FileNotFoundError: [WinError 2] gone: 'x'
    +---------------- 2 ----------------
    | ValueError: 2
    +------------------------------------
""",
            types=("ExceptionGroup", "FileNotFoundError", "ValueError"),
            messages=("two (2 sub-exceptions)", "[WinError 2] gone: 'x'", "2"),
            root=1,
            frames=2,
            top=("a", "g.py", 5),
            shown=(None, "WinError 2", None),
        ),
        id="group_leads_to_its_first_member",
    ),
    pytest.param(
        Case(
            text=r"""  File "C:\app\main.py", line 10, in run
    x()
  File "C:\app\main.py", line 12, in x
    os.remove(p)
PermissionError: [WinError 32] used by another: 'a.txt'
""",
            types=("PermissionError",),
            messages=("[WinError 32] used by another: 'a.txt'",),
            frames=2,
            top=("x", "C:\\app\\main.py", 12),
            shown=("WinError 32",),
        ),
        id="header_cut_off",
    ),
    pytest.param(
        Case(
            text=r"""Traceback (most recent call last):
File "C:\app\main.py", line 10, in run
x()
File "C:\app\main.py", line 12, in x
os.remove(p)
PermissionError: [WinError 32] used by another: 'a.txt'
""",
            types=("PermissionError",),
            messages=("[WinError 32] used by another: 'a.txt'",),
            frames=2,
            top=("x", "C:\\app\\main.py", 12),
            shown=("WinError 32",),
        ),
        id="indentation_lost",
    ),
    pytest.param(
        Case(
            text=r"""Traceback (most recent call last):
  File "C:\app\main.py", line 10, in run
    x()
  File "C:\app\main.py", line 12, in x
    os.rem""",
            types=(None,),
            messages=(None,),
            frames=2,
            top=("x", "C:\\app\\main.py", 12),
        ),
        id="exception_line_cut_off",
    ),
    pytest.param(
        Case(
            text="""\
Traceback (most recent call last):
  File "m.py", line 10, in run
    x()
WindowsError: [Error 5] Access is denied: u'x'
""",
            types=("WindowsError",),
            messages=("[Error 5] Access is denied: u'x'",),
            frames=1,
            top=("run", "m.py", 10),
            shown=("Error 5",),
        ),
        id="python_2_windows_error",
    ),
    pytest.param(
        Case(
            text="""\
Traceback (most recent call last):
  File "m.py", line 10, in run
    Dispatch("Excel.Application")
pywintypes.com_error: (-2147221005, 'unknown class', None, None)
""",
            types=("pywintypes.com_error",),
            messages=("(-2147221005, 'unknown class', None, None)",),
            frames=1,
            top=("run", "m.py", 10),
            codes=(0x800401F3,),
        ),
        id="com_error_in_decimal",
    ),
    pytest.param(
        Case(
            text="""\
Traceback (most recent call last):
  File "m.py", line 10, in run
    raise error
error
""",
            types=("error",),
            messages=(None,),
            frames=1,
            top=("run", "m.py", 10),
        ),
        id="lowercase_exception_without_message",
    ),
    pytest.param(
        Case(
            text="""\
Traceback (most recent call last):
  File "m.py", line 10, in <module>
    import q
  File "q.py", line 3
    print "x"
            ^
SyntaxError: Missing parentheses
""",
            types=("SyntaxError",),
            messages=("Missing parentheses",),
            frames=1,
            top=("<module>", "m.py", 10),
        ),
        id="place_of_a_syntax_error_is_no_frame",
    ),
    pytest.param(
        Case(
            text="""\
  File "q.py", line 3
    print "x"
            ^
SyntaxError: invalid syntax
""",
            types=("SyntaxError",),
            messages=("invalid syntax",),
        ),
        id="syntax_error_without_traceback",
    ),
    pytest.param(
        Case(
            text="""\
2024-01-01 00:00:01,123 ERROR worker: Traceback (most recent call last):
2024-01-01 00:00:01,123 ERROR worker:   File "m.py", line 10, in run
2024-01-01 00:00:01,123 ERROR worker:     x()
2024-01-01 00:00:01,123 ERROR worker: OSError: [Errno 13] denied
""",
            types=("OSError",),
            messages=("[Errno 13] denied",),
            frames=1,
            top=("run", "m.py", 10),
            shown=("Errno 13",),
        ),
        id="log_prefix_on_each_line",
    ),
    pytest.param(
        Case(
            text=r"""{"trace": "Traceback (most recent call last):\n  File \"C:\\app\\m.py\", line 3, in f\n    g()\nValueError: bad\n"}""",
            types=("ValueError",),
            messages=("bad",),
            frames=1,
            top=("f", "C:\\app\\m.py", 3),
        ),
        id="trace_in_a_json_string",
    ),
    pytest.param(
        Case(
            text="""\
Traceback (most recent call last):
  File "m.py", line 10, in f
    f()
  File "m.py", line 10, in f
    f()
  [Previous line repeated 996 more times]
RecursionError: maximum recursion depth exceeded
""",
            types=("RecursionError",),
            messages=("maximum recursion depth exceeded",),
            frames=2,
            top=("f", "m.py", 10),
        ),
        id="repeated_lines_are_not_frames",
    ),
    pytest.param(
        Case(
            text='multiprocessing.pool.RemoteTraceback:\n"""\nTraceback (most recent call last):\n  File "p.py", line 125, in worker\n    result = (True, func(*args))\nValueError: inner\n"""\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File "m.py", line 3, in <module>\n    pool.map(f, x)\nValueError: inner\n',
            types=("ValueError", "ValueError"),
            messages=("inner", "inner"),
            root=1,
            frames=2,
            top=("worker", "p.py", 125),
        ),
        id="exception_from_another_process",
    ),
    pytest.param(
        Case(
            text="""\
&gt; Traceback (most recent call last):
&gt;   File "m.py", line 10, in &lt;module&gt;
&gt;     x()
&gt; TimeoutError: [WinError 10060] no answer
""",
            types=("TimeoutError",),
            messages=("[WinError 10060] no answer",),
            frames=1,
            top=("<module>", "m.py", 10),
            shown=("WinError 10060",),
        ),
        id="quoted_and_escaped_by_chat",
    ),
    pytest.param(
        Case(
            text="""\
Windows fatal exception: access violation

Current thread 0x00001a2c (most recent call first):
  File "m.py", line 12 in crash
  File "m.py", line 15 in <module>
""",
            types=("Windows fatal exception",),
            messages=("access violation",),
            frames=2,
            top=("crash", "m.py", 12),
        ),
        id="faulthandler_prints_the_newest_frame_first",
    ),
    pytest.param(
        Case(
            text=r"""---------------------------------------------------------------------------
FileNotFoundError                         Traceback (most recent call last)
<ipython-input-3-abc> in <module>
----> 1 open("x")

~\lib\site-packages\pandas\io.py in read(a, b)
     10     def read(a, b):
---> 12         raise
FileNotFoundError: [Errno 2] No such file or directory: 'x'
""",
            types=("FileNotFoundError",),
            messages=("[Errno 2] No such file or directory: 'x'",),
            frames=2,
            top=("read", "~\\lib\\site-packages\\pandas\\io.py", None),
            shown=("Errno 2",),
        ),
        id="old_notebook",
    ),
    pytest.param(
        Case(
            text=r"""---------------------------------------------------------------------------
ModuleNotFoundError                       Traceback (most recent call last)
Cell In[3], line 1
----> 1 import foo

File ~\x\y.py:12, in load(a)
     11 def load(a):
---> 12     import z

ModuleNotFoundError: No module named 'z'
""",
            types=("ModuleNotFoundError",),
            messages=("No module named 'z'",),
            frames=2,
            top=("load", "~\\x\\y.py", 12),
        ),
        id="new_notebook",
    ),
    pytest.param(
        Case(
            text=r"""Traceback (most recent call last):
  File "C:\Users\someone\AppData\Local\Programs\Pyt
hon\Python311\lib\shutil.py", line 395, in
_rmtree_unsafe
    os.unlink(fullname)
PermissionError: [WinError 5] Access is
denied: 'x'
""",
            types=("PermissionError",),
            messages=("[WinError 5] Access is",),
            frames=1,
            top=(
                "_rmtree_unsafe",
                "C:\\Users\\someone\\AppData\\Local\\Programs\\Python\\Python311\\lib\\shutil.py",
                395,
            ),
            shown=("WinError 5",),
        ),
        id="path_and_function_wrapped",
    ),
    pytest.param(
        Case(
            text="""\
Traceback (most recent call last):
  File "m.py", line 10, in f
    f()
OSError: one

then

Traceback (most recent call last):
  File "m.py", line 11, in f
    f()
KeyError: 'k'
""",
            types=("OSError",),
            messages=("one",),
            frames=1,
            top=("f", "m.py", 10),
            traces=2,
        ),
        id="two_traces_in_one_text",
    ),
    pytest.param(
        Case(
            text="""\
Exception in thread Thread-1:
Traceback (most recent call last):
  File "m.py", line 10, in f
    f()
_queue.Empty
""",
            types=("_queue.Empty",),
            messages=(None,),
            frames=1,
            top=("f", "m.py", 10),
        ),
        id="type_with_leading_underscore",
    ),
    pytest.param(
        Case(
            text="""\
Traceback (most recent call last):

  File "m.py", line 10, in f

    f()

  File "m.py", line 11, in g

    f()

KeyError: 'k'
""",
            types=("KeyError",),
            messages=("'k'",),
            frames=2,
            top=("g", "m.py", 11),
        ),
        id="blank_line_between_all_lines",
    ),
]

NOT_ONE = [
    pytest.param(
        """\
the File "x.py", line 3 is broken
ValueError: x""",
        id="prose_that_names_a_line",
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_trace_is_read_to_its_root(case: Case) -> None:
    check(case, "python")


@pytest.mark.parametrize("text", NOT_ONE)
def test_no_such_trace_is_seen(text: str) -> None:
    assert find_traces(text) == ()
