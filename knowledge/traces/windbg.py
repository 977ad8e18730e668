"""Native stacks: WinDbg (`k`, `!analyze -v`), Visual Studio's call stack and exception texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.traces.chain import MAX_TRACES
from knowledge.traces.lines import Line
from knowledge.traces.trace import ExceptionInfo, Frame, Trace

LANGUAGE = "cpp-windbg"
_HEADING_LETTERS = ("#", "C", "R", "M", "S", "E", "(")
_MAX_GAP_LINES = 60
_MAX_NOISE_LINES = 3

_ADDRESS = r"[0-9a-fA-F]{8}(?:`?[0-9a-fA-F]{8})?"
_SYMBOL = r"(?P<symbol>[\w.~-]{1,100}(?:!\S.{0,400}?)?)(?P<offset>\+0x[0-9a-fA-F]{1,16})?"
_LOCATION = r"(?:[ ]{1,2}\[(?P<file>[^\]\n]{1,400}?)(?: @ (?P<line>\d{1,7}))?\])?"
_ROW = re.compile(
    rf"\s{{0,8}}(?:[0-9a-fA-F#]{{2,3}} {{1,3}})?(?:[0-9a-fA-F]{{1,5}} {{1,3}})?"
    rf"(?:(?:{_ADDRESS}|\(Inline(?: Function)?\)|-{{8}}(?:`-{{8}})?) {{1,12}}){{1,2}}"
    rf"(?:: )?(?:(?:[0-9a-fA-F`]{{8,17}}|-{{8}}(?:`-{{8}})?) {{1,12}}){{0,4}}(?:: {{1,3}})?"
    rf"(?:(?P<raw>0x[0-9a-fA-F`]{{1,20}})|{_SYMBOL}){_LOCATION}(?: \[.{{0,200}}\])?\s*$"
)
_NUMBERED = re.compile(
    rf"\s{{0,8}}(?P<number>[0-9a-fA-F]{{2,3}}) (?P<symbol>[\w.~-]{{1,100}}!\S.{{0,400}}?)"
    rf"(?P<offset>\+0x[0-9a-fA-F]{{1,16}})?{_LOCATION}\s*$"
)
_STUDIO = re.compile(
    r"\s{0,4}[>\t ]{0,4}(?P<module>[\w.-]{1,100}\.(?:exe|dll|sys|ocx|so)|\[[\w ]{1,40}\])"
    r"!(?P<symbol>[^\n\t(]{1,300})(?:\([^\n]{0,400}\))?"
    r"(?:[ ]{0,3}\+[ ]?0x[0-9a-fA-F]{1,16} bytes)?(?:[ \t]{1,4}Line (?P<line>\d{1,7})"
    r"(?: \+ 0x[0-9a-fA-F]{1,8} bytes)?)?(?:[ \t]{1,8}(?:C\+\+|C#|C|Unknown|Basic|Non-user))?\s*$"
)
# What a command adds behind the name: `(FPO: [0,1,2])`, `(CONV: stdcall)`, `(!devobj ff0ce870)`.
_ANNOTATION = re.compile(r"\s{1,4}\((?:FPO|CONV|!|No FPO|Inline)[^\n]{0,200}$")
# `!dumpstack` shows the call behind the place it returns to.
_CALLING = re.compile(
    r" ?\+ ?0x[0-9a-fA-F]{1,16}(?:, calling [^\n]{1,300})?$|, calling [^\n]{1,300}$"
)
_HEADING = re.compile(
    r"\s{0,4}(?:#? ?(?:Child-SP|ChildEBP|RetAddr|Memory)\b.{0,120}|STACK_TEXT:|Stack trace:)\s*"
)
_CODE = re.compile(
    r"\s{0,8}(?:ExceptionCode: |EXCEPTION_CODE: |\(NTSTATUS\) |ERROR_CODE: \(NTSTATUS\) |"
    r"EXCEPTION_CODE_STR: {1,3})(?:\(NTSTATUS\) )?(?:0x)?(?P<code>[0-9a-fA-F]{8})\b"
)
_DEBUGGER = re.compile(
    r"\s{0,8}(?:\([0-9a-fA-F]{1,8}\.[0-9a-fA-F]{1,8}\): )(?P<message>.{1,200}?) - code "
    r"(?P<code>[0-9a-fA-F]{8})\b"
)
_UNHANDLED = re.compile(
    r".{0,200}?(?:Unhandled exception|Exception thrown|First-chance exception|Unbehandelte Ausnahme"
    r"|Exception non gérée|Excepción no controlada|Eccezione non gestita)\b"
    r"(?:.{0,200}?: 0x(?P<code>[0-9A-Fa-f]{8}): |.{0,40}? 0x[0-9A-Fa-f]{8,16}\b.{0,200}?: )"
    r"(?P<message>.{1,400})$"
)
_UNHANDLED_SIGNS = (
    "nhandled exception", "xception thrown", "irst-chance exception", "nbehandelte Ausnahme",
    "xception non gérée", "xcepción no controlada", "ccezione non gestita",
)  # fmt: skip
_MICROSOFT_CXX = re.compile(
    r"Microsoft C\+\+ exception: (?P<type>[\w:<>, ]{1,200}?)(?: at | in |$)"
)
_SYSTEM = re.compile(
    r"(?:nt|ntdll|kernel32|kernelbase|user32|win32u|gdi32(?:full)?|ole32|combase|rpcrt4|comctl32"
    r"|msvcrt|ucrtbased?|vcruntime\w*|msvcp\w*|mscorwks|mscorlib\w*|clr|coreclr|hal|win32k\w*"
    r"|wow64\w*|shell32|shlwapi|fltmgr|ntfs|tcpip|ndis|wdf01000)!",
    re.IGNORECASE,
)


@dataclass
class _Stack:
    """What was read of one debugger output."""

    frames: list[Frame] = field(default_factory=list)
    code: int | None = None
    message: str | None = None
    kind: str | None = None


def find(lines: Sequence[Line]) -> tuple[Trace, ...]:
    """Return the native stacks in these lines, in order."""
    traces: list[Trace] = []
    index = 0
    while index < len(lines) and len(traces) < MAX_TRACES:
        if not _opens(lines[index].bare):
            index += 1
            continue
        trace, last = _read_stack(lines, index)
        if trace is not None:
            traces.append(trace)
        index = last + 1
    return tuple(traces)


def _opens(text: str) -> bool:
    if "0x" in text or "!" in text or "xception" in text or " - code " in text:
        return bool(_read_frame(text) or _CODE.match(text) or _is_report(text))
    if not text.lstrip().startswith(_HEADING_LETTERS):
        return False
    return bool(_HEADING.match(text)) or bool(_CODE.match(text))


def _is_report(text: str) -> bool:
    return bool(_DEBUGGER.match(text) or _match_unhandled(text))


def _match_unhandled(text: str) -> re.Match[str] | None:
    return _UNHANDLED.match(text) if any(sign in text for sign in _UNHANDLED_SIGNS) else None


def _read_stack(lines: Sequence[Line], index: int) -> tuple[Trace | None, int]:
    stack, begin, last, gap = _Stack(), index, index, 0
    is_report = False
    while index < len(lines):
        text = lines[index].bare
        limit = _MAX_NOISE_LINES if stack.frames else _MAX_GAP_LINES
        if _read_line(text, stack):
            last, gap = index, 0
            is_report = is_report or _is_report(text)
        elif gap >= limit or (stack.frames and lines[index].is_blank):
            break
        else:
            gap += 1
        index += 1
    if len(stack.frames) < 2 and not (is_report or (stack.frames and stack.code is not None)):
        return None, last
    error = ExceptionInfo(stack.kind, stack.message, stack.code, None, tuple(stack.frames))
    top = stack.frames[0] if stack.frames else None
    start, end = lines[begin].start, lines[last].end
    return Trace(LANGUAGE, start, end, (error,), 0, top, "en"), last


def _read_line(text: str, stack: _Stack) -> bool:
    """Take one line into the stack; False when no rule understands it."""
    frame = _read_frame(text)
    if frame is not None:
        stack.frames.append(frame)
        return True
    if stack.frames:
        return False
    report = _match_unhandled(text)
    if report:
        _read_report(report, stack)
        return True
    code = _DEBUGGER.match(text) or _CODE.match(text)
    if code:
        stack.code = stack.code or int(code["code"], 16)
        if "message" in code.re.groupindex:
            stack.message = stack.message or code["message"]
        return True
    return _HEADING.match(text) is not None


def _read_report(report: re.Match[str], stack: _Stack) -> None:
    stack.message = report["message"].strip()
    if report["code"]:
        stack.code = int(report["code"], 16)
    kind = _MICROSOFT_CXX.search(stack.message)
    stack.kind = kind["type"].strip() if kind else None


def _read_frame(text: str) -> Frame | None:
    studio = _STUDIO.match(text) if "!" in text else None
    if studio:
        name = f"{studio['module']}!{studio['symbol'].strip()}"
        line = int(studio["line"]) if studio["line"] else None
        return Frame(name, None, line, _is_ours(name), text.strip())
    row = _ROW.match(text) or (_NUMBERED.match(text) if "!" in text else None)
    if row is None:
        return None
    groups = row.groupdict()
    name = groups["symbol"] or groups.get("raw") or ""
    if "!" not in name and not groups["offset"] and not groups.get("raw"):
        return None
    number = groups["line"]
    return Frame(
        _CALLING.sub("", _ANNOTATION.sub("", name)).strip(),
        groups["file"],
        int(number) if number else None,
        _is_ours(name),
        text.strip(),
    )


def _is_ours(name: str) -> bool:
    module = name.replace(".dll!", "!").replace(".exe!", "!").replace(".sys!", "!")
    return _SYSTEM.match(module) is None
