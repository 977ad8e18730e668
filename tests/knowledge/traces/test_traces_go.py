# ruff: noqa: W291  # what people paste is longer than our lines, and ragged
"""Go traces as people paste them, and texts that only look like one."""

from __future__ import annotations

import pytest

from knowledge.traces import find_traces
from tests.knowledge.traces.trace_cases import Case, check

CASES = [
    pytest.param(
        Case(
            text="""\
2024/01/01 10:00:00 starting
panic: runtime error: invalid memory address or nil pointer dereference
[signal 0xc0000005 code=0x0 addr=0x8 pc=0x4a1b2c]

goroutine 1 [running]:
panic({0x4b0, 0x5c0})
	C:/Program Files/Go/src/runtime/panic.go:884 +0x212
main.(*Store).Load(0x0, {0x1, 0x2})
	D:/src/app/store.go:12 +0x1d
main.main()
	D:/src/app/main.go:5 +0x20
created by main.start in goroutine 7
	D:/src/app/main.go:3 +0x11
exit status 2
""",
            types=("panic",),
            messages=("runtime error: invalid memory address or nil pointer dereference",),
            frames=3,
            top=("panic", "C:/Program Files/Go/src/runtime/panic.go", 884),
            codes=(0xC0000005,),
        ),
        id="signal_carries_the_windows_exception",
    ),
    pytest.param(
        Case(
            text="""\
panic: first [recovered]
	panic: second

goroutine 5 [running]:
testing.tRunner.func1.2({0x1, 0x2})
	/usr/local/go/src/testing/testing.go:1396 +0x24e
a/b.TestX(0xc0)
	/w/x_test.go:3 +0x1""",
            types=("panic", "panic"),
            messages=("second", "first"),
            root=1,
            frames=2,
            top=("testing.tRunner.func1.2", "/usr/local/go/src/testing/testing.go", 1396),
        ),
        id="second_panic_while_the_first_was_recovered",
    ),
    pytest.param(
        Case(
            text="""\
2024/01/01 10:00:00 http: panic serving 127.0.0.1:5123: boom
goroutine 7 [running]:
net/http.(*conn).serve.func1()
	C:/Go/src/net/http/server.go:1850 +0xbf
main.handler({0x1, 0x2}, 0x3)
	C:/app/h.go:9 +0x1""",
            types=("panic",),
            messages=("boom",),
            frames=2,
            top=("net/http.(*conn).serve.func1", "C:/Go/src/net/http/server.go", 1850),
        ),
        id="server_survives_a_panic",
    ),
    pytest.param(
        Case(
            text="""\
fatal error: all goroutines are asleep - deadlock!

goroutine 1 [chan receive, 3 minutes]:
main.main()
	/w/m.go:3 +0x1

goroutine 6 [select]:
main.x[...](0x1)
	/w/m.go:9 +0x1
""",
            types=("fatal error",),
            messages=("all goroutines are asleep - deadlock!",),
            frames=2,
            top=("main.main", "/w/m.go", 3),
        ),
        id="all_goroutines_count",
    ),
    pytest.param(
        Case(
            text="""\
open config.yml: no such program.
main.load
	C:/app/c.go:12
main.main
	C:/app/c.go:33
load failed
main.load
	C:/app/c.go:14
main.main
	C:/app/c.go:33
runtime.goexit
	C:/Go/src/runtime/asm_amd64.s:1594
""",
            types=(None, None),
            messages=("load failed", "open config.yml: no such program."),
            root=1,
            frames=5,
            top=("main.load", "C:/app/c.go", 12),
        ),
        id="error_package_prints_the_cause_first",
    ),
    pytest.param(
        Case(
            text=r"""```
panic: open C:\x: Access is denied.

goroutine 1 [running]:
main.main()
	C:/app/main.go:7 +0x1d
```""",
            types=("panic",),
            messages=("open C:\\x: Access is denied.",),
            frames=1,
            top=("main.main", "C:/app/main.go", 7),
        ),
        id="fenced",
    ),
    pytest.param(
        Case(
            text="""\
fatal error: concurrent map writes

goroutine 18 [running]:
app/cache.(*Cache[...]).Put(0xc000012345, {0x1, 0x2})
	C:/src/app/cache/cache.go:41 +0x65
app/cache.init.0.func1()
	C:/src/app/cache/cache.go:9 +0x25
created by app/cache.init.0 in goroutine 1
	C:/src/app/cache/cache.go:8 +0x1a
""",
            types=("fatal error",),
            messages=("concurrent map writes",),
            frames=2,
            top=("app/cache.(*Cache[...]).Put", "C:/src/app/cache/cache.go", 41),
        ),
        id="generic_receiver",
    ),
    pytest.param(
        Case(
            text="""\
2024/05/01 12:00:00 app[12]: panic: boom
2024/05/01 12:00:00 app[12]: 
2024/05/01 12:00:00 app[12]: goroutine 1 [running]:
2024/05/01 12:00:00 app[12]: main.main()
2024/05/01 12:00:00 app[12]: 	C:/app/main.go:7 +0x1d
""",
            types=("panic",),
            messages=("boom",),
            frames=1,
            top=("main.main", "C:/app/main.go", 7),
        ),
        id="log_prefix_on_each_line",
    ),
]

NOT_ONE = [
    pytest.param(
        """\
panic: it is
foo.go:12: undefined: x
main.go:3:5: bad""",
        id="compiler_and_prose",
    ),
    pytest.param(
        """\
# app
./main.go:12:3: undefined: x
./main.go:13:3: undefined: y""",
        id="compiler_output",
    ),
    pytest.param(
        """\
--- FAIL: TestX (0.00s)
    x_test.go:12: want 3, got 4
FAIL
""",
        id="failed_test",
    ),
    pytest.param(
        """\
main.go:12: panic: not really
see main.main() for more""",
        id="log_line_that_quotes_a_panic",
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_trace_is_read_to_its_root(case: Case) -> None:
    check(case, "go")


@pytest.mark.parametrize("text", NOT_ONE)
def test_no_such_trace_is_seen(text: str) -> None:
    assert find_traces(text) == ()
