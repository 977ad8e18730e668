from __future__ import annotations

import sys

import pytest

from benchmarks.bots import running_bot
from benchmarks.errors import CannotRunError
from benchmarks.processes import bot_process, clean_environment, free_port, run_to_end


def test_a_run_is_measured_and_its_output_read() -> None:
    done = run_to_end((sys.executable, "-c", "sum(range(3_000_000)); print('{\"a\": 1}')"))
    assert done.json() == {"a": 1}
    assert done.wall > 0
    assert done.cpu > 0


@pytest.mark.parametrize(
    ("code", "seconds", "message"),
    [
        pytest.param("raise SystemExit('no such table')", 30.0, "no such table", id="fails"),
        pytest.param("import time; time.sleep(60)", 0.2, "more than 0.2 s", id="hangs"),
    ],
)
def test_a_run_that_fails_or_hangs_says_why(code: str, seconds: float, message: str) -> None:
    with pytest.raises(CannotRunError, match=message):
        run_to_end((sys.executable, "-c", code), seconds=seconds)


def test_processes_see_nothing_of_the_callers_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_APP_TOKEN", "WINERR_LOG_LEVEL", "HTTPS_PROXY", "DATABASE_URL"):
        monkeypatch.setenv(name, "x")
    environment = clean_environment({"WINERR_HTTP_PORT": "1"})
    assert not {"SLACK_APP_TOKEN", "WINERR_LOG_LEVEL", "HTTPS_PROXY", "DATABASE_URL"} & {
        *environment
    }
    assert environment["WINERR_HTTP_PORT"] == "1"


async def test_a_bot_that_ends_at_start_is_reported_with_its_last_words() -> None:
    with (
        running_bot("winerr", "not a url") as bot,
        pytest.raises(CannotRunError, match="SLACK_API_URL"),
    ):
        await bot.wait_for_port()


def test_a_bot_is_ended_even_when_the_measurement_fails() -> None:
    command = (sys.executable, "-c", "import time; time.sleep(60)")
    bots = []

    def measure() -> None:
        with bot_process(command, free_port(), {}) as bot:
            bots.append(bot)
            raise CannotRunError("stop here")

    with pytest.raises(CannotRunError, match="stop here"):
        measure()
    assert not bots[0].is_running
