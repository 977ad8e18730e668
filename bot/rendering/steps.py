"""Diagnose steps and fixes as rich text: what to do, the command to copy, what to expect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.rendering import kit
from bot.rendering.inert import clip, visible
from bot.rendering.limits import Block

if TYPE_CHECKING:
    from knowledge import Fix, Step

_SHELLS = {
    "powershell": "PowerShell",
    "cmd": "Command Prompt",
    "windbg": "WinDbg",
    "sql": "SQL",
    "bash": "bash",
}
# A longer command does not stand open in a thread, and is never cut: it would do something else.
_OPEN_COMMAND_CHARS = 300


def is_open_step(step: Step) -> bool:
    """Whether a step may stand open in a thread: it changes nothing and its command is short."""
    return step.changes == "nothing" and len(step.run or "") <= _OPEN_COMMAND_CHARS


def step_elements(steps: Sequence[Step], title: str, chars: int | None = None) -> list[Block]:
    """The steps with numbers, what to do and what to expect in at most `chars` characters each."""
    elements = [kit.paragraph(kit.text(title, bold=True))]
    for number, step in enumerate(steps, 1):
        elements += one_step(number, step, chars)
    return elements


def fix_elements(fix: Fix, cause: str | None) -> list[Block]:
    """One way to resolve it, under the cause that it removes."""
    when = cause or "In general"
    marks = fix_marks(fix)
    runs = [kit.text(f"{visible(when)}\n", bold=True), kit.text(fix.do)]
    elements = [kit.paragraph(*runs, *([kit.text(f" ({marks})", italic=True)] if marks else []))]
    if fix.run:
        elements.append(kit.command(fix.run))
    if fix.undo:
        elements.append(kit.paragraph(kit.text("Undo: ", bold=True), kit.text(fix.undo)))
    return elements


def fix_marks(fix: Fix) -> str:
    """What must be known before a fix is tried: shell, rights, risk, restart."""
    marks = [_SHELLS.get(fix.shell or "", "") if fix.run else ""]
    marks.append("as administrator" if fix.rights == "administrator" else "")
    marks.append("" if fix.risk == "none" else f"risk: {fix.risk}")
    marks.append("needs a restart" if fix.restart else "")
    return ", ".join(mark for mark in marks if mark)


def one_step(number: int, step: Step, chars: int | None) -> list[Block]:
    """One numbered step, as `step_elements` has it."""
    do = step.do if chars is None else clip(step.do, chars)
    expect = step.expect if chars is None else clip(step.expect, chars)
    marks = step_marks(step)
    elements = [
        kit.paragraph(
            kit.text(f"{number}. ", bold=True),
            kit.text(do),
            *([kit.text(f" ({marks})", italic=True)] if marks else []),
        )
    ]
    if step.run:
        elements.append(kit.command(step.run))
    elements.append(kit.paragraph(kit.text(f"→ {expect}")))
    return elements


def step_marks(step: Step) -> str:
    """What must be known before a check is made: shell, rights, what it changes."""
    marks = [_SHELLS.get(step.shell or "", "") if step.run else ""]
    marks.append("as administrator" if step.rights == "administrator" else "")
    marks.append("" if step.changes == "nothing" else step.changes)
    return ", ".join(mark for mark in marks if mark)
