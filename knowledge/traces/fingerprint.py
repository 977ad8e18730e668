"""A stable key for "the same error", whatever values, lines and threads it was printed with."""

from __future__ import annotations

import hashlib
import re

from knowledge.traces.trace import Frame, Trace

_MAX_FRAMES = 8
# What compilers number differently from build to build: closures, state machines, addresses.
_GENERATED = re.compile(r"[|_]?\d+(?:_\d+)*|0x[0-9a-f]+|`\d+|\[[^\]]*\]", re.IGNORECASE)


def fingerprint(trace: Trace) -> str:
    """Return 16 hexadecimal digits made of the root's type and its own frames.

    The platform's frames change with its version, so they count only where there are no others.
    Messages carry paths and numbers: they never count. Line numbers change with every edit.
    """
    frames = [frame for frame in trace.root.frames if frame.in_app] or list(trace.root.frames)
    parts = [trace.language, _short_type(trace.root.type), *map(_frame_key, frames[:_MAX_FRAMES])]
    if trace.root.code is not None:
        parts.append(f"{trace.root.code:08x}")
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def _short_type(name: str | None) -> str:
    return (name or "").rsplit(".", 1)[-1]


def _frame_key(frame: Frame) -> str:
    place = frame.function or re.split(r"[\\/]", frame.file or "")[-1]
    return _GENERATED.sub("", place)
