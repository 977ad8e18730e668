# ruff: noqa: E501  # what people paste is longer than our lines, and ragged
"""Rust traces as people paste them, and texts that only look like one."""

from __future__ import annotations

import pytest

from knowledge.traces import find_traces
from tests.knowledge.traces.trace_cases import Case, check

CASES = [
    pytest.param(
        Case(
            text=r"""thread 'main' panicked at src\main.rs:12:40:
called `Result::unwrap()` on an `Err` value: Os { code: 32, kind: Uncategorized, message: "used" }
stack backtrace:
   0: std::panicking::begin_panic_handler
             at /rustc/abc/library\std\src\panicking.rs:652
   1: core::panicking::panic_fmt::h0123456789abcdef
             at /rustc/abc/library\core\src\panicking.rs:72
   2: app::main
             at .\src\main.rs:12
note: Some details are omitted""",
            types=("panic",),
            messages=(
                'called `Result::unwrap()` on an `Err` value: Os { code: 32, kind: Uncategorized, message: "used" }',
            ),
            frames=3,
            top=(
                "std::panicking::begin_panic_handler",
                "/rustc/abc/library\\std\\src\\panicking.rs",
                652,
            ),
            shown=("Os code 32",),
        ),
        id="message_below_and_a_backtrace",
    ),
    pytest.param(
        Case(
            text="""\
thread 'tokio-runtime-worker' panicked at 'assertion failed: `(left == right)`
  left: `1`,
 right: `2`', src/lib.rs:9:5
note: run with `RUST_BACKTRACE=1`""",
            types=("panic",),
            messages=("assertion failed: `(left == right)`",),
            top=(None, "src/lib.rs", 9),
        ),
        id="quoted_message_over_several_lines",
    ),
    pytest.param(
        Case(
            text=r"""Error: failed to open config

Caused by:
    0: reading C:\x
    1: no such program. (os error 2)

after""",
            types=(None, None, None),
            messages=("failed to open config", "reading C:\\x", "no such program. (os error 2)"),
            root=2,
            shown=(None, None, "os error 2"),
        ),
        id="numbered_causes",
    ),
    pytest.param(
        Case(
            text="""\
error: failed to run custom build

Caused by:
  process failed

Caused by:
  Access is denied. (os error 5)
""",
            types=(None, None, None),
            messages=(
                "failed to run custom build",
                "process failed",
                "Access is denied. (os error 5)",
            ),
            root=2,
            shown=(None, None, "os error 5"),
        ),
        id="one_heading_for_each_cause",
    ),
    pytest.param(
        Case(
            text=r"""thread 'main' (21436) panicked at src\main.rs:4:10:
file must open: Os { code: 2, kind: NotFound, message: "not found" }
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
""",
            types=("panic",),
            messages=('file must open: Os { code: 2, kind: NotFound, message: "not found" }',),
            top=(None, "src\\main.rs", 4),
            shown=("Os code 2",),
        ),
        id="thread_with_an_id",
    ),
    pytest.param(
        Case(
            text=r"""thread 'main' panicked at 'no home', C:\work\src\home.rs:7:5
stack backtrace:
   0:     0x7ff712345678 - std::backtrace::print::h0123456789abcdef
   1:     0x7ff712345679 - home::main::hfedcba9876543210
                               at C:\work\src\home.rs:7
""",
            types=("panic",),
            messages=("no home",),
            frames=2,
            top=("std::backtrace::print", None, None),
        ),
        id="addresses_and_hashes",
    ),
    pytest.param(
        Case(
            text="""\
error: could not rename toolchain
caused by: Access is denied. (os error 5)
""",
            types=(None, None),
            messages=("could not rename toolchain", "Access is denied. (os error 5)"),
            root=1,
            shown=(None, "os error 5"),
        ),
        id="cause_on_the_next_line",
    ),
    pytest.param(
        Case(
            text="""\
&gt; thread 'worker' panicked at src/lib.rs:3:9:
&gt; index out of bounds
""",
            types=("panic",),
            messages=("index out of bounds",),
            top=(None, "src/lib.rs", 3),
        ),
        id="quoted_and_escaped_by_chat",
    ),
    pytest.param(
        Case(
            text="""\
stack backtrace:
   0: rust_begin_unwind
             at /rustc/abc/library/std/src/panicking.rs:652:5
   1: home::run
             at ./src/home.rs:9:3
""",
            types=(None,),
            messages=(None,),
            frames=2,
            top=("rust_begin_unwind", "/rustc/abc/library/std/src/panicking.rs", 652),
        ),
        id="panic_cut_off_above_the_backtrace",
    ),
]

NOT_ONE = [
    pytest.param(
        """\
error: could not compile `x`
error: aborting due to previous error""",
        id="compiler_gives_up",
    ),
    pytest.param(
        """\
error[E0382]: borrow of moved value: `x`
 --> src/main.rs:4:20
  |
4 |     println!("{}", x);
""",
        id="compiler_error",
    ),
    pytest.param(
        """\
the thread panicked at the disco
error: aborting
caused by weather""",
        id="prose",
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_trace_is_read_to_its_root(case: Case) -> None:
    check(case, "rust")


@pytest.mark.parametrize("text", NOT_ONE)
def test_no_such_trace_is_seen(text: str) -> None:
    assert find_traces(text) == ()
