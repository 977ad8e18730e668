"""The step "Explain Windows errors" of a workflow."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from bot import ids
from bot.manifest import manifest
from bot.running import RunningBot
from bot.workflow_steps import NOT_FOUND
from bot.workspace.server import Workspace
from bot.workspace.settings import WorkspaceSettings, settings_from_manifest
from tests.scenarios.conftest import OpenBot, settle

JOB = "ERROR_PROCESS_NOT_IN_JOB"
SUCCESS, FAILURE = "functions.completeSuccess", "functions.completeError"


async def ended(workspace: Workspace, execution_id: str) -> dict[str, Any]:
    return await workspace.wait_for(lambda: workspace.step(execution_id), 15)


async def test_a_step_says_what_the_errors_in_its_text_mean(
    workspace: Workspace, bot: RunningBot
) -> None:
    text = "agent died: 0x2F7 from the launcher, then HRESULT 0x80070005"
    run = await ended(workspace, await workspace.run_step({"text": text}))
    assert run["status"] == "completed"
    outputs = run["outputs"]
    assert outputs["found"] is True
    assert JOB in outputs["summary"]
    assert "ACCESS" in outputs["summary"]
    assert outputs["code"] in ("0x000002F7", "0x80070005")
    assert "launcher, then" not in outputs["summary"]
    (call,) = workspace.calls(SUCCESS)
    assert call.token == workspace.bot_token


@pytest.mark.parametrize("text", ["all is well", "", " \u200b ", "<!channel> &amp; `x`"])
async def test_a_text_without_an_error_is_a_result_too(
    workspace: Workspace, bot: RunningBot, text: str
) -> None:
    run = await ended(workspace, await workspace.run_step({"text": text}))
    assert run["outputs"] == {"summary": NOT_FOUND, "code": "", "found": False}


@pytest.mark.parametrize("inputs", [{}, {"text": None}, {"text": 7}, {"text": ["0x2F7"]}])
async def test_a_step_without_a_text_fails_with_a_sentence(
    workspace: Workspace, bot: RunningBot, inputs: dict[str, Any]
) -> None:
    run = await ended(workspace, await workspace.run_step(inputs))
    assert run["status"] == "failed"
    assert "got no text" in run["error"]


async def test_a_step_of_another_version_is_ended_with_a_sentence(
    workspace: Workspace, bot: RunningBot
) -> None:
    run = await ended(workspace, await workspace.run_step({"text": "0x2F7"}, "of_another_age"))
    assert run["status"] == "failed"
    assert "does not know that step" in run["error"]


async def test_a_step_is_ended_once_whatever_slack_repeats(
    workspace: Workspace, bot: RunningBot
) -> None:
    workspace.fault("duplicate", copies=4)
    execution_id = await workspace.run_step({"text": "0x2F7"})
    await ended(workspace, execution_id)
    workspace.resend(workspace.deliveries[0].envelope.payload["event_id"])
    await settle(workspace, bot)
    assert len(workspace.calls(SUCCESS)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"kind": "rate_limited", "seconds": 0}, id="rate-limited"),
        pytest.param({"kind": "http_error", "status": 500}, id="http-500"),
        pytest.param({"kind": "drop"}, id="connection-cut"),
        pytest.param({"kind": "lost_reply"}, id="taken-but-not-confirmed"),
    ],
)
async def test_a_passing_trouble_delays_the_step_only(
    workspace: Workspace, open_bot: OpenBot, fault: dict[str, Any]
) -> None:
    async with open_bot() as bot:
        workspace.fault(target=SUCCESS, **fault)
        run = await ended(workspace, await workspace.run_step({"text": "0x2F7"}))
        assert JOB in run["outputs"]["summary"]
        await settle(workspace, bot)
        assert workspace.calls(FAILURE) == []


async def test_a_step_that_breaks_is_ended_with_a_reference(
    workspace: Workspace, open_bot: OpenBot, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_bot():
        workspace.fault("slack_error", target=SUCCESS, error="parameter_validation_failed")
        run = await ended(workspace, await workspace.run_step({"text": "the zebra: 0x2F7"}))
        assert run["status"] == "failed"
        assert run["error"].rstrip(".").rsplit(" ", 1)[1] in caplog.text
        assert "parameter_validation_failed" not in run["error"]


async def test_a_step_that_was_accepted_is_run_by_the_next_process(
    workspace: Workspace, open_bot: OpenBot, tmp_path: Any
) -> None:
    store = f"sqlite:///{tmp_path / 'winerr.db'}"
    async with open_bot(database_url=store, shutdown_grace_seconds=0.2, lease_seconds=1):
        workspace.fault("http_error", target=SUCCESS, status=503)
        execution_id = await workspace.run_step({"text": "0x2F7"})
        await workspace.wait_for(lambda: workspace.calls(SUCCESS))
    assert workspace.step(execution_id) is None
    async with open_bot(database_url=store, lease_seconds=1):
        run = await ended(workspace, execution_id)
    assert JOB in run["outputs"]["summary"]


async def test_neither_text_nor_token_of_a_step_is_logged(
    workspace: Workspace, open_bot: OpenBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    async with open_bot() as bot:
        await ended(workspace, await workspace.run_step({"text": "the zebra: 0x2F7"}))
        await settle(workspace, bot)
    own = [each for each in caplog.records if each.name.startswith("bot.")]
    words = " ".join(each.getMessage() for each in own if "workspace" not in each.name)
    assert "is done after" in words
    assert "zebra" not in words
    assert "xwfp-" not in words


def test_the_workspace_knows_the_steps_of_the_manifest() -> None:
    assert settings_from_manifest(manifest()).steps == WorkspaceSettings().steps
    step = manifest()["functions"][ids.EXPLAIN_STEP]
    assert list(step["input_parameters"]) == [ids.STEP_TEXT]
    assert all(each["name"] == name for name, each in step["output_parameters"].items())
