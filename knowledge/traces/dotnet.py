"""Stack traces of .NET Framework, .NET and Mono, in every language that Windows speaks."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.traces.chain import MAX_TRACES
from knowledge.traces.dotnet_appcenter import read_crash_group
from knowledge.traces.dotnet_chain import find_header, read_block, read_frame
from knowledge.traces.lines import Line
from knowledge.traces.trace import Trace

LANGUAGE = "dotnet"
# What looks like frames and names no exception is read again from its second line on, until so many
# lines were read in vain.
_MAX_LINES_IN_VAIN = 400


def find(lines: Sequence[Line]) -> tuple[Trace, ...]:
    """Return the .NET traces in these lines, in order."""
    traces: list[Trace] = []
    earliest = index = in_vain = 0
    while index < len(lines) and len(traces) < MAX_TRACES:
        group = read_crash_group(lines, index) if "tacktrace" in lines[index].bare else None
        if group is not None:
            traces.append(group[0])
            earliest = index = group[1] + 1
            continue
        first = read_frame(lines, index)
        if first is None or not first[0].certain:
            index += 1
            continue
        header = find_header(lines, index, earliest)
        begin = index if header is None else header
        block = read_block(lines, begin, index, LANGUAGE)
        if block.trace is None:
            # Nothing above this frame names an exception: not to be looked at again.
            in_vain += block.next_line - index
            is_enough = in_vain > _MAX_LINES_IN_VAIN
            earliest, index = index, max(block.next_line if is_enough else 0, index + 1)
            continue
        traces.append(block.trace)
        earliest = index = max(block.next_line, index + 1)
    return tuple(traces)
