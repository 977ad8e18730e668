"""What the fuzzer asserts holds for our own texts, and for what it found before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fuzz import MAX_CHARS, WORDS, load_targets, quoted, seeds, write_seeds

TARGETS = load_targets()
SEEDS = [text[:MAX_CHARS] for text in seeds()]

# Each broke something once: an exception, or a span that reached into the trace before it.
FOUND = [
    pytest.param(
        "Application: depot.exe\nCoreCLR Version: 6.0.16\n.NET Version: 6.0.16\n"
        "Exception Info: Depot.BrokenException: The type depot.exe\nCoreCLR Version: 6.0.16\n"
        ".NET Version: 6.0.16\nException Info: Depot.BrokenException: The box threw.\n",
        id="an_event_inside_another",
    ),
    pytest.param(
        "Application: depot.exe\nFramework Version: v4.0.30319\nException Info: exception code "
        "c0000005, exception address 00007FFB12345678\nStack:\n   at Depot.Box.Open(IntPtr: x)S)",
        id="a_native_exception_with_a_broken_frame",
    ),
    pytest.param(
        "panic: gone\n[signal 0x\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd code=1]\n\n"
        "goroutine 1 [running]:\nmain.f(0x1)\n\t/a.go:1 +0x2\n",
        id="a_signal_of_lost_characters",
    ),
    pytest.param(
        'Traceback (most recent call last):\n  File "m.py", line 10, in f\nDepot.GoneError: gone\n'
        'Traceback (most recent call last):\n  File "m.py", line 10, in f\n',
        id="a_traceback_right_behind_an_exception",
    ),
    pytest.param(
        "   at App.A in C:\\new\\that goes on\\and on\\until it is wr\napped.ps1:3 char:1\n+ & $x\n"
        "+ ~~~~\n    + CategoryInfo          : InvalidData: (:) [run.ps1], ParameterBindin\n"
        "   at App.A in C:\\new\\that goes on\\and on\\until it is wr\napped.ps1:3 char:1\n+ & $x\n"
        "+ ~~~~\n    + CategoryInfo          : InvalidData: (:) [run.ps1], ParameterBindin\n",
        id="a_wrapped_position_behind_a_record",
    ),
]


def test_there_is_a_target_for_extraction_and_for_every_parser() -> None:
    assert {"extraction", "explain", "query", "traces", "dotnet", "python", "go"} <= set(TARGETS)
    assert len(TARGETS) >= 18
    assert len(SEEDS) > 500


@pytest.mark.parametrize("check", TARGETS.values(), ids=TARGETS)
def test_our_own_texts_hold(check: Callable[[str], None]) -> None:
    for text in SEEDS[::7]:
        check(text)


@pytest.mark.parametrize("text", FOUND)
def test_what_was_found_once_holds(text: str) -> None:
    for check in TARGETS.values():
        check(text)


def test_seeds_are_written_each_under_its_own_name(tmp_path: pytest.TempPathFactory) -> None:
    write_seeds(tmp_path)  # type: ignore[arg-type]
    assert len(list(tmp_path.iterdir())) == len(set(SEEDS))  # type: ignore[attr-defined]


def test_words_are_quoted_as_dictionaries_want_them() -> None:
    assert quoted('File "') == "File \\x22"
    assert all(quoted(word).isascii() for word in WORDS)
