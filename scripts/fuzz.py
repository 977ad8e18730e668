"""Let a coverage-guided fuzzer look for texts that break extraction or a trace parser.

Usage: python scripts/fuzz.py [--seconds N] [TARGET ...]

Without a target it fuzzes each for N seconds (60): `extraction`, `explain`, `query`, and the trace
parsers by their module's name. It begins with our own labelled texts and the texts of the trace
tests. What it learns stays in build/fuzz, so that the next run goes on from there; an input that
breaks something is written to build/fuzz/found and named. Needs atheris (`make fuzz`).
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "fuzz"
TEXTS = ROOT / "tests" / "data" / "texts"
TRACE_TESTS = ROOT / "tests" / "knowledge" / "traces"
MAX_CHARS = 6_000
# One text may take this long, in instrumented code that is about ten times slower than ours.
MAX_SECONDS = 5
WORDS = (
    "0x80070005", "80070005", "-2147024891", "error ", "errors ", "exit code ", "HRESULT: ",
    "[WinError 5]", "Error(1, '", "<Data>", "LdapErr", " data ", "Bug Check 7, {", "0000: ",
    "tid(1) ", "GET / - 500 0 5 1", "HRESULT_FROM_WIN32(", "ERROR_ACCESS_DENIED", " or ", " and ",
    "   at ", " ---> ", "--- End of ", "<---", "Caused by: ", "Traceback (most recent call last):",
    "File \"", "goroutine 1 [running]:", "panic: ", "thread 'a' panicked at ", "Line |",
    "+ CategoryInfo", "At line:1 char:1", "Msg 1, Level 1, State 1", "Exception type: ",
    "StackTrace: ", "STACK_TEXT:", "a!b+0x1", "Faulting application name: ", "&lt;", "&gt; ",
    "```", "\\n", "\\r\\n",
)  # fmt: skip


def load_targets() -> dict[str, Callable[[str], None]]:
    """Return the targets by name; each takes a text and raises where something is wrong."""
    from knowledge.explanation import explain
    from knowledge.extraction import extract_mentions
    from knowledge.extraction.known import CatalogueView
    from knowledge.extraction.whole import parse_query
    from knowledge.loading import open_knowledge
    from knowledge.traces import PARSERS, find_traces, parser
    from knowledge.traces.lines import split_lines

    base = open_knowledge()

    def extraction(text: str) -> None:
        last = 0
        for mention in extract_mentions(text, CatalogueView(base)):
            assert last <= mention.start < mention.end <= len(text)
            assert text[mention.start : mention.end] == mention.as_written
            assert 0 <= mention.confidence <= 1
            last = mention.end

    def whole(text: str) -> None:
        explanation = explain(text, base)
        for finding in explanation.findings:
            assert 0 <= finding.mention.start <= finding.mention.end <= len(text)
            assert finding.readings
        json.dumps([answer.title for answer in explanation.answers])

    def query(text: str) -> None:
        parsed = parse_query(text)
        assert parsed is None or 0 <= parsed.start <= parsed.end <= len(text)

    def traces(text: str) -> None:
        check_traces(find_traces(text), text)

    def target_of(find: Callable[..., object]) -> Callable[[str], None]:
        return lambda text: check_traces(find(split_lines(text)), text)

    parsers = {language: target_of(parser(language).find) for language in PARSERS}
    return {"extraction": extraction, "explain": whole, "query": query, "traces": traces, **parsers}


def check_traces(traces: object, text: str) -> None:
    """Assert what holds for every trace: spans in order and inside, a root, a top frame of it."""
    from knowledge.traces.fingerprint import fingerprint

    last = 0
    for trace in traces:  # type: ignore[attr-defined]
        assert last <= trace.start < trace.end <= len(text)
        last = trace.end
        assert trace.exceptions or not trace.frames
        assert not trace.exceptions or trace.root in trace.exceptions
        assert len(fingerprint(trace)) == 16


def seeds() -> Iterator[str]:
    """Yield our own texts: the labelled ones and those of the trace tests."""
    for path in sorted(TEXTS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["text"]
    for path in sorted(TRACE_TESTS.glob("test_traces_*.py")):
        module = importlib.import_module(f"tests.knowledge.traces.{path.stem}")
        for case in getattr(module, "CASES", ()):
            value = case.values[0]
            yield getattr(value, "text", value)


def write_seeds(folder: Path) -> None:
    """Write each seed into a file of its own, named by its content."""
    folder.mkdir(parents=True, exist_ok=True)
    for text in seeds():
        data = text[:MAX_CHARS].encode()
        name = hashlib.sha256(data).hexdigest()[:16]
        (folder / name).write_bytes(data)


def fuzz_one(name: str, seconds: int) -> None:
    """Fuzz a target in this process; never returns."""
    import atheris

    with atheris.instrument_imports(include=["knowledge"]):
        targets = load_targets()
    check = targets[name]
    folder = WORK / name
    folder.mkdir(parents=True, exist_ok=True)
    (WORK / "found").mkdir(parents=True, exist_ok=True)
    dictionary = WORK / "words.dict"
    dictionary.write_text("".join(f'"{quoted(word)}"\n' for word in WORDS), encoding="utf-8")
    options = [
        sys.argv[0], f"-max_total_time={seconds}", f"-timeout={MAX_SECONDS}",
        f"-max_len={MAX_CHARS}", f"-artifact_prefix={WORK / 'found'}/{name}-",
        f"-dict={dictionary}", "-print_final_stats=1", "-verbosity=0", str(folder),
        str(WORK / "seeds"),
    ]  # fmt: skip
    atheris.Setup(options, lambda data: check(data.decode("utf-8", "replace")))
    atheris.Fuzz()


def quoted(word: str) -> str:
    """Return a word as libFuzzer's dictionaries want it."""
    plain = " :._<>[](){}"
    return "".join(
        letter if letter.isalnum() or letter in plain else f"\\x{ord(letter):02x}"
        for letter in word
    )


def main() -> None:
    """Fuzz every target that was asked for, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        fuzz_one(arguments.child, arguments.seconds)
    names = list(load_targets())
    unknown = [name for name in arguments.targets if name not in names]
    if unknown:
        parser.error(f"no target {unknown[0]!r}; choose of {', '.join(names)}")
    write_seeds(WORK / "seeds")
    broken = []
    for name in arguments.targets or names:
        command = [sys.executable, __file__, "--child", name, "--seconds", str(arguments.seconds)]
        run = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        figures = [line for line in run.stderr.splitlines() if line.startswith("stat::number_of")]
        print(f"{name}: {figures[0].split()[-1] if figures else '?'} texts, exit {run.returncode}")
        if run.returncode:
            broken.append(name)
            print(run.stdout[-3000:], "\n".join(run.stderr.splitlines()[-8:]), sep="\n")
    if broken:
        sys.exit(f"fuzz: {', '.join(broken)} broke; the inputs are in {WORK / 'found'}")


if __name__ == "__main__":
    main()
