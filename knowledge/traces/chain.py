"""A chain of exceptions while it is read: who is open, whose frames come next."""

from __future__ import annotations

from dataclasses import dataclass, field

from knowledge.traces.trace import ExceptionInfo, Frame

# No real chain is longer; what a hostile text adds beyond it is read into the ones already open.
MAX_EXCEPTIONS = 100
# Who pastes one error this often has been understood; each costs time to read.
MAX_TRACES = 100


@dataclass
class OpenException:
    """One exception while its frames are still being collected."""

    type: str | None
    message: str | None = None
    code: int | None = None
    shown_code: str | None = None
    frames: list[Frame] = field(default_factory=list)

    def same_as(self, other: OpenException) -> bool:
        """Whether both name the same error, printed twice."""
        return (self.type, self.message) == (other.type, other.message)

    def close(self) -> ExceptionInfo:
        """Return the finished exception."""
        return ExceptionInfo(
            self.type, self.message, self.code, self.shown_code, tuple(self.frames)
        )
