"""Crashes as Windows writes them to the event log: Application Error, WER, .NET Runtime.

The texts are translated, their shapes are not: `app.exe, version: 1.2.3.4, time stamp: 0x…` opens
an Application Error in every language, `CLR20r3` and `APPCRASH` are never translated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from knowledge.traces.chain import MAX_TRACES
from knowledge.traces.dotnet_chain import read_block, read_frame
from knowledge.traces.dotnet_headers import parse_headers
from knowledge.traces.lines import Line
from knowledge.traces.signs import INFO_WORDS, PROGRAMS
from knowledge.traces.trace import ExceptionInfo, Trace

LANGUAGE = "event-log"
_CLR_EXCEPTION = 0xE0434352
_MAX_RECORD_LINES = 40

_VERSION_BEHIND = re.compile(
    r"[ ]?[^:：,，、\n]{1,60}?[:：]?[ \xa0]?\d{1,6}\.\d{1,6}\.\d{1,6}(?:\.\d{1,6})?[,，、]"
)
_NAME_BACKWARDS = re.compile(r"[^\s,:]{1,120}")
_MAX_LEAD_CHARS, _MAX_NAME_CHARS = 200, 120
_FAULTING = re.compile(r".{0,120}?\bFaulting application\b", re.IGNORECASE)
_STAMP = re.compile(r"0x[0-9a-fA-F]{8}\b")
_CODE_LABELS = (
    r"exception code|ausnahmecode|code d.exception|código de excepción|codice(?: di)? eccezione"
    r"|código de exce[cp]+ão|uitzonderingscode|код исключения|kod wyjątku|异常代码|例外狀況代碼"
    r"|例外コード|예외 코드|undantagskod|undtagelseskode|unntakskode|özel durum kodu|kód výjimky"
    r"|kivételkód|poikkeuskoodi|cod excepție|κωδικός εξαίρεσης"
)
_CODE = re.compile(
    rf"(?:{_CODE_LABELS})\s?[:：]?\s{{0,8}}(?:0x)?(?P<code>[0-9a-fA-F]{{8}})\b",
    re.IGNORECASE,
)
# One of these stands in lower case in each of the labels; looking for them costs a tenth.
_CODE_SIGNS = (
    "exce", "ausnahmecode", "eccezione", "uitzonderingscode", "исключени", "kod wyj", "异常代码",
    "例外", "예외", "undantagskod", "undtagelseskode", "unntakskode", "durum kodu", "výjimky",
    "kivételkód", "poikkeuskoodi", "κωδικ",
)  # fmt: skip
_LABEL_END = re.compile("[:：,]")
_SHAPED_CODE = re.compile(r"[^:：\n]{3,60}[:：][ \xa0]?0x(?P<code>[4c8eCE][0-9a-fA-F]{7})\s*$")
_EVENT_NAME = re.compile(
    r"[^:\n]{3,80}?[ \xa0]?:\s{0,8}(?P<name>CLR20r3|APPCRASH|BEX(?:64)?|MoAppCrash|MoBEX|AppHangB1"
    r"|AppHangTransient|InPageError|CriticalProcessFault\w*)\s*$"
)
_EVENT_NAMES = (
    "CLR20r3", "APPCRASH", "BEX", "AppCrash", "AppHang", "InPageError", "CriticalProcessFault",
)  # fmt: skip
_SIGNATURE = re.compile(
    r"\s{0,12}(?:P|[^:\n\d]{3,60}[ \xa0])0?(?P<number>\d{1,2})[ \xa0]?:\s{0,8}(?P<value>.{0,200})$"
)
# A type of more than 32 characters is hashed in the report.
_HASHED_TYPE = re.compile(r"[0-9A-Z]{32}$")
_SIGNED_CODE = {"APPCRASH": 7, "MoAppCrash": 7, "BEX": 8, "BEX64": 8, "MoBEX": 8}
_RUNTIME = re.compile(
    r".{0,200}?(?:(?:Framework|CoreCLR|\.NET)[^:\n]{0,30}|[^:\n]{3,40}Framework[^:\n]{0,20})"
    r"[ \xa0]?[:：][ \xa0]?v?\d{1,3}\.\d",
)
_APPLICATION = re.compile(r"[^:\n]{3,40}?[ \xa0]?[:：][ \xa0]?\S.{0,200}$")
_EXCEPTION_INFO = re.compile(
    r".{0,400}?\b(?:Exception Info|Ausnahmeinformationen|Informations sur l.exception"
    r"|Información de (?:la )?excepción|Informazioni sull.eccezione|Informações da exceção"
    r"|Сведения об исключении|异常信息|例外資訊|例外情報|예외 정보)[ \xa0]?[:：]",
    re.IGNORECASE,
)
_VERSION_SIGN = re.compile(r"[:：][ \xa0]?v?\d{1,3}\.\d")
_PROGRAM_SIGN = re.compile(rf"\.(?:{'|'.join(PROGRAMS)})[,，、]", re.IGNORECASE)
_RUNTIME_FAILURE = re.compile(
    r".{0,300}?\.NET Runtime.{0,120}?(?:exit code|Exitcode) (?:0x)?(?P<code>[0-9a-fA-F]{8})\b"
)


def find(lines: Sequence[Line]) -> tuple[Trace, ...]:
    """Return the crash records in these lines, in order."""
    traces: list[Trace] = []
    clues = _clues_of(lines)
    index = 0
    while index < len(lines) and len(traces) < MAX_TRACES:
        read = _read_record(lines, index, clues)
        if read is None:
            index += 1
            continue
        trace, last = read
        if traces and trace.start < traces[-1].end:
            trace = replace(trace, start=lines[index].start)  # the line above is the last record's
        traces.append(trace)
        index = last + 1
    return _without_wrappers(traces)


class _Clues(NamedTuple):
    """What stands somewhere in the text: without it no line needs to be asked for it."""

    has_info: bool
    has_event_names: bool
    # What was seen of lines, by index: records that turn out to be none look at the same ones.
    seen: dict[int, _Seen]


class _Seen(NamedTuple):
    """A line's code behind a label, its code by shape alone, and whether it says a value at all."""

    named: int | None
    shaped: int | None
    has_value: bool


def _clues_of(lines: Sequence[Line]) -> _Clues:
    whole = "\n".join(line.bare for line in lines)
    lowered = whole.lower()
    return _Clues(
        any(word in lowered for word in INFO_WORDS),
        any(name in whole for name in _EVENT_NAMES),
        {},
    )


def _look_at(lines: Sequence[Line], at: int, clues: _Clues) -> _Seen:
    seen = clues.seen.get(at)
    if seen is None:
        text = lines[at].bare
        shaped = _SHAPED_CODE.match(text)
        seen = clues.seen[at] = _Seen(
            _named_code(text),
            int(shaped["code"], 16) if shaped else None,
            _LABEL_END.search(text) is not None,
        )
    return seen


def _named_code(text: str) -> int | None:
    lowered = text.lower()
    found = _CODE.search(text) if any(sign in lowered for sign in _CODE_SIGNS) else None
    return None if found is None else int(found["code"], 16)


def _read_record(lines: Sequence[Line], index: int, clues: _Clues) -> tuple[Trace, int] | None:
    text = lines[index].bare
    if not (":" in text or "：" in text or "," in text or ".NET" in text):
        return None
    if _is_runtime_line(text, clues):
        return _read_runtime_event(lines, index, clues)
    name = _EVENT_NAME.match(text) if clues.has_event_names else None
    if name:
        return _read_report(lines, index, name["name"], clues)
    if ("aulting" in text and _FAULTING.match(text)) or (
        "0x" in text and _STAMP.search(text) and _names_program(text)
    ):
        return _read_application_error(lines, index, clues)
    failure = _RUNTIME_FAILURE.match(text) if ".NET Runtime" in text else None
    if failure:
        return _without_frames(lines, index, index, None, int(failure["code"], 16)), index
    return None


def _names_program(text: str) -> bool:
    """Whether a program with its version stands in the line: `app.exe, version: 1.2.3.4,`."""
    for sign in _PROGRAM_SIGN.finditer(text, 0, _MAX_LEAD_CHARS + _MAX_NAME_CHARS + 8):
        end = sign.start()
        name = _NAME_BACKWARDS.match(text[max(0, end - _MAX_NAME_CHARS) : end][::-1])
        if name and end - name.end() <= _MAX_LEAD_CHARS and _VERSION_BEHIND.match(text, sign.end()):
            return True
    return False


def _is_runtime_line(text: str, clues: _Clues) -> bool:
    is_named = "Framework" in text or "CLR" in text or ".NET" in text
    if is_named and _VERSION_SIGN.search(text) and _RUNTIME.match(text):
        return True
    if not clues.has_info:
        return False
    lowered = text.lower()
    has_word = any(word in lowered for word in INFO_WORDS)
    return has_word and _EXCEPTION_INFO.match(text) is not None


def _read_application_error(
    lines: Sequence[Line], index: int, clues: _Clues
) -> tuple[Trace, int] | None:
    """Read event 1000; its lines may also have been joined to one."""
    last, code = index, None
    for at in range(index, min(index + 16, len(lines))):
        seen = _look_at(lines, at, clues)
        found = seen.shaped if seen.named is None and at > index else seen.named
        if found is not None and code is None:
            code, last = found, at
        elif at > index and (not seen.has_value or lines[at].is_blank):
            if not lines[at].is_blank or code is not None:
                break
        elif not lines[at].is_blank:
            last = at
    if code is None and not _FAULTING.match(lines[index].bare):
        return None
    return _without_frames(lines, index, last, None, code), last


def _read_report(lines: Sequence[Line], index: int, name: str, clues: _Clues) -> tuple[Trace, int]:
    """Read the problem signature of Windows Error Reporting."""
    kind, code, last = None, None, index
    for at in range(index + 1, min(index + _MAX_RECORD_LINES, len(lines))):
        text = lines[at].bare
        signature = _SIGNATURE.match(text)
        shown = _look_at(lines, at, clues).named
        if shown is None and signature is None and ":" not in text and not lines[at].is_blank:
            break
        if shown is not None and code is None:
            code = shown
        if signature:
            kind, code = _read_signature(name, signature, kind, code)
        if not lines[at].is_blank:
            last = at
    begin = index - 1 if index > 0 and lines[index - 1].bare.rstrip().endswith(":") else index
    return _without_frames(lines, begin, last, kind, code), last


def _read_signature(
    name: str, signature: re.Match[str], kind: str | None, code: int | None
) -> tuple[str | None, int | None]:
    """Take exception type or code from the parameter in which this kind of report keeps it."""
    number, value = int(signature["number"]), signature["value"].strip()
    if _HASHED_TYPE.match(value):
        return kind, code
    if name == "CLR20r3" and number == 9 and kind is None and value:
        return value, code
    is_code = re.fullmatch(r"(?:0x)?[0-9a-fA-F]{8}", value) is not None
    if code is None and number == _SIGNED_CODE.get(name) and is_code:
        return kind, int(value, 16)
    return kind, code


def _read_runtime_event(
    lines: Sequence[Line], index: int, clues: _Clues
) -> tuple[Trace, int] | None:
    """Read event 1026: what the .NET runtime says about the process that it ended."""
    header = _find_exception(lines, index, clues)
    if header is None:
        return None
    begin = index
    if index > 0 and _APPLICATION.match(lines[index - 1].bare) and ".exe" in lines[index - 1].bare:
        begin -= 1
    first = next(
        (at for at in range(header + 1, min(header + 12, len(lines))) if read_frame(lines, at)),
        None,
    )
    if first is None:
        return _read_frameless(lines, begin, header), header
    # A native exception has a code and no type: its line is no header of a chain.
    opening = header if parse_headers(lines[header].bare, lenient=True) else first
    block = read_block(lines, opening, first, LANGUAGE, is_anchored=True)
    if block.trace is None:
        return _read_frameless(lines, begin, header), header
    code = _look_at(lines, header, clues).named
    trace = replace(block.trace, start=lines[begin].start)
    if code is not None:
        outer = replace(trace.exceptions[0], code=code)
        trace = replace(trace, exceptions=(outer, *trace.exceptions[1:]))
    return trace, block.next_line - 1


def _find_exception(lines: Sequence[Line], index: int, clues: _Clues) -> int | None:
    for at in range(index, min(index + 6, len(lines))):
        text = lines[at].bare
        if (
            _EXCEPTION_INFO.match(text)
            or parse_headers(text)
            or (at > index and _look_at(lines, at, clues).named is not None)
        ):
            return at
    return None


def _read_frameless(lines: Sequence[Line], begin: int, header: int) -> Trace:
    text = lines[header].bare
    headers = parse_headers(text, lenient=True)
    code = _named_code(text)
    if not headers:
        return _without_frames(lines, begin, header, None, code)
    chain = tuple(ExceptionInfo(h.type, h.message, h.code or code, h.shown_code) for h in headers)
    start, end = lines[begin].start, lines[header].end
    return Trace(LANGUAGE, start, end, chain, len(chain) - 1, None)


def _without_frames(
    lines: Sequence[Line], begin: int, last: int, kind: str | None, code: int | None
) -> Trace:
    exception = ExceptionInfo(kind, None, code)
    return Trace(LANGUAGE, lines[begin].start, lines[last].end, (exception,), 0, None)


def _without_wrappers(traces: list[Trace]) -> tuple[Trace, ...]:
    """Drop "a CLR exception" where the runtime's own record says which one it was."""
    if any(trace.root.type for trace in traces):
        return tuple(trace for trace in traces if trace.root.code != _CLR_EXCEPTION)
    return tuple(traces)
