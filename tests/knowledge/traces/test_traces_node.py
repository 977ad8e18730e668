# ruff: noqa: E501  # what people paste is longer than our lines, and ragged
"""JavaScript traces as people paste them, and texts that only look like one."""

from __future__ import annotations

import pytest

from knowledge.traces import find_traces
from tests.knowledge.traces.trace_cases import Case, check

CASES = [
    pytest.param(
        Case(
            text="""\
{ Error: connect ETIMEDOUT 192.0.2.5:443
    at Depot.afterConnect [as oncomplete] (depot.js:1141:16)
    at Object.onceWrapper (events.js:417:28)
  errno: 'ETIMEDOUT',
  code: 'ETIMEDOUT' }""",
            types=("Error",),
            messages=("connect ETIMEDOUT 192.0.2.5:443",),
            frames=2,
            top=("Depot.afterConnect", "depot.js", 1141),
            shown=("ETIMEDOUT",),
        ),
        id="brace_before_the_error_as_older_versions_print_it",
    ),
    pytest.param(
        Case(
            text=r"""node:internal/process/promises:288
            triggerUncaughtException(err, true /* fromPromise */);
            ^

[Error: EPERM: operation not permitted, unlink 'C:\x\y'] {
  errno: -4048,
  code: 'EPERM',
  syscall: 'unlink',
  path: 'C:\\x\\y'
}

Node.js v18.16.0""",
            types=("Error",),
            messages=("EPERM: operation not permitted, unlink 'C:\\x\\y'",),
            shown=("EPERM / errno -4048",),
        ),
        id="error_object_without_frames",
    ),
    pytest.param(
        Case(
            text="""\
Error: connect ECONNREFUSED 127.0.0.1:5432
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1494:16)
    at async Promise.all (index 0) {
  errno: -4078,
  code: 'ECONNREFUSED',
  syscall: 'connect',
  address: '127.0.0.1',
  port: 5432
}""",
            types=("Error",),
            messages=("connect ECONNREFUSED 127.0.0.1:5432",),
            frames=2,
            top=("TCPConnectWrap.afterConnect", "node:net", 1494),
            shown=("ECONNREFUSED / errno -4078",),
        ),
        id="fields_glued_to_the_last_frame",
    ),
    pytest.param(
        Case(
            text="""\
TypeError: fetch failed
    at node:internal/deps/undici/undici:12345:11
    at async main (file:///C:/app/index.mjs:3:9) {
  [cause]: Error: getaddrinfo ENOTFOUND nowhere
      at GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:108:26) {
    errno: -3008,
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo'
  }
}""",
            types=("TypeError", "Error"),
            messages=("fetch failed", "getaddrinfo ENOTFOUND nowhere"),
            root=1,
            frames=3,
            top=("GetAddrInfoReqWrap.onlookup", "node:dns", 108),
            shown=(None, "ENOTFOUND / errno -3008"),
        ),
        id="cause_among_the_fields",
    ),
    pytest.param(
        Case(
            text=r"""npm ERR! code EPERM
npm ERR! syscall rename
npm ERR! path C:\x
npm ERR! errno -4048
npm ERR! Error: EPERM: operation not permitted, rename 'C:\x' -> 'C:\y'
npm ERR!     at Object.rename (fs.js:1:2)
npm ERR!     at async C:\Users\x\npm\lib\reify.js:10:5 {
npm ERR!   errno: -4048,
npm ERR!   code: 'EPERM'
npm ERR! }""",
            types=("Error",),
            messages=("EPERM: operation not permitted, rename 'C:\\x' -> 'C:\\y'",),
            frames=2,
            top=("Object.rename", "fs.js", 1),
            shown=("EPERM / errno -4048",),
        ),
        id="npm_prefix_on_each_line",
    ),
    pytest.param(
        Case(
            text=r"""npm ERR! Error: EPERM: operation not permitted, rename 'C:\x' -> 'C:\y'
npm ERR!  [OperationalError: EPERM: operation not permitted, rename 'C:\x'] {
npm ERR!   cause: [Error: EPERM: operation not permitted, rename 'C:\x'] {
npm ERR!     errno: -4048,
npm ERR!     code: 'EPERM',
npm ERR!     syscall: 'rename' },
npm ERR!   errno: -4048 }""",
            types=("OperationalError", "Error"),
            messages=(
                "EPERM: operation not permitted, rename 'C:\\x'",
                "EPERM: operation not permitted, rename 'C:\\x'",
            ),
            root=1,
            shown=("EPERM", "EPERM / errno -4048"),
        ),
        id="error_object_as_cause_of_another",
    ),
    pytest.param(
        Case(
            text=r"""{"msg":"boom","stack":"TypeError: x is not a function\n    at foo (C:\\app\\a.js:10:3)\n    at Module._compile (node:internal/modules/cjs/loader:1105:14)"}""",
            types=("TypeError",),
            messages=("x is not a function",),
            frames=2,
            top=("foo", "C:\\app\\a.js", 10),
        ),
        id="trace_in_a_json_string",
    ),
    pytest.param(
        Case(
            text="""\
Uncaught TypeError: Cannot read properties of undefined (reading 'x')
    at HTMLButtonElement.<anonymous> (app.js:12:3)
    at <anonymous>
    at eval (eval at foo (http://x/y.js:1:2), <anonymous>:1:1)
    at new Foo (webpack-internal:///./src/a.ts:3:4)""",
            types=("TypeError",),
            messages=("Cannot read properties of undefined (reading 'x')",),
            frames=4,
            top=("HTMLButtonElement.<anonymous>", "app.js", 12),
        ),
        id="browser_and_eval_frames",
    ),
    pytest.param(
        Case(
            text="""\
TypeError: x is undefined
foo@http://localhost/a.js:3:5
@http://localhost/a.js:9:1""",
            types=("TypeError",),
            messages=("x is undefined",),
            frames=2,
            top=("foo", "http://localhost/a.js", 3),
        ),
        id="firefox_frames",
    ),
    pytest.param(
        Case(
            text="""\
AssertionError [ERR_ASSERTION]: values differ
+ actual - expected

    at Context.<anonymous> (test/a.js:3:1)
    at processImmediate (internal/timers.js:461:21)""",
            types=("AssertionError",),
            messages=("values differ",),
            frames=2,
            top=("Context.<anonymous>", "test/a.js", 3),
            shown=("ERR_ASSERTION",),
        ),
        id="code_in_brackets_and_a_difference",
    ),
    pytest.param(
        Case(
            text=r"""internal/modules/cjs/loader.js:638
    throw err;
    ^

Error: Cannot find module 'x'
Require stack:
- C:\a.js
    at Function.Module._resolveFilename (internal/modules/cjs/loader.js:636:15)
    at Object.<anonymous> (C:\a b\a.js:1:1) {
  code: 'MODULE_NOT_FOUND',
  requireStack: [ 'C:\\a.js' ]
}""",
            types=("Error",),
            messages=("Cannot find module 'x'",),
            frames=2,
            top=("Function.Module._resolveFilename", "internal/modules/cjs/loader.js", 636),
            shown=("MODULE_NOT_FOUND",),
        ),
        id="list_between_message_and_frames",
    ),
    pytest.param(
        Case(
            text=r"""• TypeError: x is not iterable
•     at sum (C:\app\sum.js:3:9)
•     at Object.<anonymous> (C:\app\main.js:1:1)
""",
            types=("TypeError",),
            messages=("x is not iterable",),
            frames=2,
            top=("sum", "C:\\app\\sum.js", 3),
        ),
        id="bullets_on_each_line",
    ),
    pytest.param(
        Case(
            text=r"""    at parse (C:\app\parse.js:8:11)
    at run (C:\app\run.js:3:2)
""",
            types=(None,),
            messages=(None,),
            frames=2,
            top=("parse", "C:\\app\\parse.js", 8),
        ),
        id="header_cut_off",
    ),
]

NOT_ONE = [
    pytest.param(
        """\
Error: it failed
  at the station (later)
 at home""",
        id="prose_with_at",
    ),
    pytest.param(
        """\
Error: something
Look at app.js (line 3) and at 10:30:00 we stop.
""",
        id="prose",
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_trace_is_read_to_its_root(case: Case) -> None:
    check(case, "node")


@pytest.mark.parametrize("text", NOT_ONE)
def test_no_such_trace_is_seen(text: str) -> None:
    assert find_traces(text) == ()
