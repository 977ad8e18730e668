"""Faults that the workspace commits on request, each for the next few calls.

Of the Web API (`target` is a method, `response_url`, or `*` for every method):
  rate_limited  429 with Retry-After         http_error  an HTTP status such as 500
  slack_error   200 with ok: false           slow        the answer comes `seconds` late
  timeout       nothing done, no answer for `seconds`, then the connection is cut
  drop          nothing done, the connection is cut at once
  lost_reply    done, but the connection is cut before the answer
Of the host of files (`target` is `files`), besides slow, timeout, drop and http_error:
  redirect      the file is elsewhere, at the address `url`
Of event deliveries (`target` is `events`):
  duplicate     an event is delivered `copies` times more      ignore_ack  its ack is not heard
Of sockets (`target` is `sockets`):
  refuse        a new connection is refused
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

FaultKind = Literal[
    "rate_limited",
    "http_error",
    "slack_error",
    "slow",
    "timeout",
    "drop",
    "lost_reply",
    "redirect",
    "duplicate",
    "ignore_ack",
    "refuse",
]
_FIXED_TARGETS: dict[str, str] = {
    "redirect": "files",
    "duplicate": "events",
    "ignore_ack": "events",
    "refuse": "sockets",
}
KINDS: tuple[str, ...] = get_args(FaultKind)
WITH_FIXED_TARGET: tuple[str, ...] = tuple(_FIXED_TARGETS)
_NUMBERS = ("count", "seconds", "status", "copies")


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of misbehaviour towards one target; `seconds` is a delay or a Retry-After."""

    kind: FaultKind
    target: str = "*"
    seconds: float = 1.0
    status: int = 500
    error: str = "internal_error"
    copies: int = 1
    url: str = ""


@dataclass(slots=True)
class _Pending:
    fault: Fault
    left: int


@dataclass(slots=True)
class Faults:
    """The faults that are still to be committed, oldest first."""

    _pending: list[_Pending] = field(default_factory=list)

    def add(self, fault: Fault, count: int = 1) -> None:
        """Commit this fault for the next `count` calls of its target."""
        self._pending.append(_Pending(fault, count))

    def take(self, target: str, *kinds: FaultKind) -> Fault | None:
        """The fault that this call shall meet, which counts as committed; None for none."""
        for pending in self._pending:
            fits = pending.fault.target == target
            if pending.fault.target == "*" and target not in ("events", "sockets", "files"):
                fits = target != "response_url"
            if fits and (not kinds or pending.fault.kind in kinds):
                pending.left -= 1
                self._pending = [each for each in self._pending if each.left > 0]
                return pending.fault
        return None

    def clear(self) -> None:
        """Behave from now on."""
        self._pending.clear()

    def as_json(self) -> list[dict[str, Any]]:
        """The faults that are still to come."""
        return [{**asdict(each.fault), "count": each.left} for each in self._pending]


def read_fault(body: dict[str, Any]) -> tuple[Fault, int]:
    """A fault and its count from JSON; ValueError lists everything that is wrong with it."""
    wrong = [f"unknown field {name!r}" for name in body if name not in _FIELDS]
    if body.get("kind") not in KINDS:
        wrong.append(f"kind must be one of {', '.join(KINDS)}")
    for name in _NUMBERS:
        value = body.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
            wrong.append(f"{name} must be a number that is not negative")
    texts = [name for name in ("target", "error", "url") if not isinstance(body.get(name, ""), str)]
    wrong += [f"{name} must be a text" for name in texts]
    if wrong:
        raise ValueError("; ".join(wrong))
    values = {name: value for name, value in body.items() if name != "count"}
    values.setdefault("target", _FIXED_TARGETS.get(values["kind"], "*"))
    return Fault(**values), int(body.get("count", 1))


_FIELDS = ("kind", "target", "count", "seconds", "status", "error", "copies", "url")
