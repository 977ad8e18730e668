"""Custom steps of workflows: running one, and the calls by which the app ends it.

Sources: docs.slack.dev/reference/events/function_executed, …/methods/functions.completeSuccess,
…/methods/functions.completeError.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.workspace.calls import Call
from bot.workspace.clock import new_id
from bot.workspace.delivering import Deliveries
from bot.workspace.errors import ApiError
from bot.workspace.schema import Payload
from bot.workspace.settings import WorkspaceSettings
from bot.workspace.state import APP, State

_KINDS: Mapping[str, type] = {"string": str, "boolean": bool, "integer": int}


@dataclass(frozen=True, slots=True)
class Steps:
    """The app's steps. What became of a run stands in `state.steps`, by its execution id."""

    state: State
    settings: WorkspaceSettings
    deliveries: Deliveries

    def run(self, callback_id: str, inputs: Payload) -> str:
        """Let a workflow come to this step; the execution id."""
        execution_id, ts = new_id("Fx"), self.state.clock.ts()
        self.state.steps[execution_id] = {"callback_id": callback_id, "status": "running"}
        event: Payload = {
            "type": "function_executed",
            "function": {"id": new_id("Fn"), "callback_id": callback_id, "app_id": APP},
            "inputs": copy.deepcopy(inputs),
            "function_execution_id": execution_id,
            "workflow_execution_id": new_id("Wx"),
            "bot_access_token": f"xwfp-local-{new_id('')}",
            "event_ts": ts,
        }
        if "function_executed" in self.settings.events:
            self.deliveries.send_event(event)
        return execution_id

    def complete(self, call: Call) -> Payload:
        """functions.completeSuccess"""
        run = self._running(call)
        outputs = call.structure("outputs")
        faults = self._faults(str(run["callback_id"]), outputs)
        if faults:
            raise ApiError("parameter_validation_failed", response_metadata={"messages": faults})
        self._end(run, status="completed", outputs=outputs)
        return {}

    def fail(self, call: Call) -> Payload:
        """functions.completeError"""
        words = call.text("error")
        self._end(self._running(call), status="failed", error=words)
        return {}

    def _running(self, call: Call) -> Payload:
        run = self.state.steps.get(call.text("function_execution_id"))
        if run is None:
            raise ApiError("function_execution_not_found")
        if run["status"] != "running":
            raise ApiError("execution_not_in_running_state")
        return run

    def _faults(self, callback_id: str, outputs: Any) -> list[str]:
        if not isinstance(outputs, dict):
            return ["outputs must be an object"]
        known = self.settings.steps.get(callback_id, {})
        missing = [f"missing output: {name}" for name in known if name not in outputs]
        wrong = [
            f"wrong output: {name}"
            for name, value in outputs.items()
            if type(value) is not _KINDS.get(known.get(name, ""))
        ]
        return missing + wrong

    def _end(self, run: Payload, **parts: Any) -> None:
        run.update(parts)
        self.state.changes.announce("step")
