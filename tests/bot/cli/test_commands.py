"""The command line as people and scripts use it: the real process where its edges matter."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main

RUN = "import sys; from bot.cli import main; sys.exit(main())"


def winerr(
    *arguments: str, stdin: str = "", cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        input=stdin, capture_output=True, text=True, timeout=60, check=False,
        cwd=cwd,
    )  # fmt: skip


@pytest.mark.parametrize(
    "text", ["0x2F7", "759", "0x800702F7", "-2147024137", "ERROR_PROCESS_NOT_IN_JOB"]
)
def test_explain_leads_to_the_article(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--json", text]) == 0
    form = json.loads(capsys.readouterr().out)
    assert form["answers"][0]["article"] == "win32/ERROR_PROCESS_NOT_IN_JOB"


def test_explain_prints_the_article_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "failed", "with", "0x2F7"]) == 0
    out = capsys.readouterr().out
    for part in ("ERROR_PROCESS_NOT_IN_JOB", "Likely causes", "How to find the cause",
                 "How to resolve it", "Questions", "Related", "Sources"):  # fmt: skip
        assert part in out


def test_explain_reads_standard_input() -> None:
    done = winerr("explain", "--json", "-", stdin="worker exited with -1073741819\n")
    assert done.returncode == 0
    assert (
        json.loads(done.stdout)["findings"][0]["readings"][0]["name"] == "STATUS_ACCESS_VIOLATION"
    )


def test_jsonl_answers_each_line_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "texts.jsonl"
    texts = [{"id": "a", "text": "0x5"}, {"id": 2, "text": "nothing here"}]
    file.write_text("\n".join(map(json.dumps, texts)), encoding="utf-8")
    assert main(["explain", "--jsonl", str(file)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["id"] for line in lines] == ["a", 2]
    assert lines[0]["findings"]
    assert lines[1] == {"id": 2, "findings": [], "traces": [], "answers": [], "auto_reply": False}


def test_a_broken_line_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text('{"id": 1, "text": "x"}\n{"text": 5\n', encoding="utf-8")
    assert main(["explain", "--jsonl", str(file)]) == 2
    assert "line 2" in capsys.readouterr().err


def test_a_missing_file_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--jsonl", "no-such-file"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("winerr: no-such-file cannot be read")
    assert error.count("\n") == 1


def test_lookup_lists_the_readings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lookup", "0x7E"]) == 0
    out = capsys.readouterr().out
    assert out.index("ERROR_MOD_NOT_FOUND") < out.index("SYSTEM_THREAD_EXCEPTION_NOT_HANDLED")


def test_lookup_json_names_the_inner_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lookup", "--json", "-2147024891"]) == 0
    reading = json.loads(capsys.readouterr().out)["findings"][0]["readings"][0]
    assert (reading["code"], reading["signed"]) == ("0x80070005", -2147024891)
    assert reading["inner"]["name"] == "ERROR_ACCESS_DENIED"


def test_lookup_of_an_unknown_name_suggests(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lookup", "ERROR_ACESS_DENIED"]) == 1
    out = capsys.readouterr().out
    assert "Did you mean" in out
    assert "ERROR_ACCESS_DENIED" in out


@pytest.mark.parametrize(
    "sentence", ["The RPC server is unavailable.", "Der RPC-Server ist nicht verfügbar."]
)
def test_lookup_knows_a_system_message(sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lookup", sentence]) == 0
    assert "RPC_S_SERVER_UNAVAILABLE" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["0x", "1" * 40, "0x" + "f" * 40])
def test_lookup_of_what_cannot_be_a_code_says_so(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lookup", text]) == 1
    assert len(capsys.readouterr().out.splitlines()[0]) > 30


@pytest.mark.parametrize("text", ["🔥", "5; DROP TABLE codes"])
def test_lookup_of_anything_else_names_examples(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lookup", text]) == 2
    assert "ERROR_PROCESS_NOT_IN_JOB" in capsys.readouterr().err


def test_no_text_at_a_terminal_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    assert main(["explain"]) == 2
    assert "explain -" in capsys.readouterr().err


def test_a_closed_pipe_is_no_fault() -> None:
    process = subprocess.Popen([sys.executable, "-c", RUN, "explain", "0x2F7"], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr as errors:
        assert errors.read() == ""
    assert process.wait(timeout=60) == 0


def test_run_without_tokens_says_what_to_set(tmp_path: Path) -> None:
    # Elsewhere than in the checkout, whose .env may hold somebody's real tokens.
    done = winerr("run", cwd=tmp_path)
    assert done.returncode == 2
    assert "SLACK_BOT_TOKEN" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_finds_nothing_wrong_with_our_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0, capsys.readouterr().out


def imported_by(code: str, modules: set[str]) -> str:
    """Which of these modules are imported when the code has run."""
    script = f"import sys\n{code}\nprint(sorted({modules!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True,
                          timeout=60, check=False)  # fmt: skip
    assert done.stdout, done.stderr
    return done.stdout.splitlines()[-1]


def test_lookup_imports_neither_slack_nor_pydantic() -> None:
    """The budget of a look-up is a quarter of a second; each of these would eat it."""
    heavy = {"slack_bolt", "slack_sdk", "aiohttp", "pydantic", "yaml", "rapidfuzz"}
    assert imported_by("from bot.cli import main; main(['lookup', '0x2F7'])", heavy) == "[]"


def test_the_bot_listens_before_what_answers_is_imported() -> None:
    """Slack waits three seconds for an acknowledgement, and who restarts the bot waits for it."""
    needed_later = {"bot.answering", "knowledge.explanation", "knowledge.traces", "rapidfuzz"}
    never_needed = {"pydantic", "yaml", "sqlalchemy", "alembic", "jinja2"}
    listening = "import bot.cli, bot.running, bot.store.migrating, bot.store.sqlite"
    assert imported_by(listening, needed_later | never_needed) == "[]"
    assert imported_by(f"{listening}, bot.answering, knowledge.explanation", never_needed) == "[]"
