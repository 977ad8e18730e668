"""SQL Server messages and the errors of Integration Services: the cause comes first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.traces.chain import MAX_TRACES
from knowledge.traces.lines import Line
from knowledge.traces.signs import LINE_SIGNS
from knowledge.traces.trace import ExceptionInfo, Trace

LANGUAGE = "sql-server"
_MAX_GAP_LINES = 4
_MAX_TEXT_LINES = 4

_MESSAGE = re.compile(
    r".{0,60}?\b(?P<type>(?:Msg|Meldung|Mensagem|Mens\.|Messaggio|Сообщение|消息|メッセージ)"
    r" \d{1,6})"
    r"[,，、] ?(?:Level|Ebene|Niveau|Nivel|Nível|Livello|уровень|级别|レベル) \d{1,3}"
    r"[,，、](?P<tail>.{0,1200})$"
)
# Tools that print a batch on one line, and pages that lost the break behind the line number.
_TEXT_BEHIND = re.compile(
    r".{0,120}?[,，、] ?(?:Line|Zeile|Ligne|Linha|Línea|Riga|строка|行) ?\d{1,6}[ :]{0,2}"
    r"(?P<text>[^\s\[].{5,})$"
)
_ERROR = re.compile(
    r".{0,60}?\bError: (?P<number>\d{3,6}), Severity: \d{1,3}, State: \d{1,4}\.?(?P<rest>.{0,600})$"
)
_SSIS = re.compile(r".{0,300}?\b(?:Error|Code): (?P<code>0x[0-9A-Fa-f]{8})\b(?P<rest>.{0,1500})$")
_INNER = re.compile(r"(?:Error code|HRESULT|Hresult)[: ]{1,3}(?P<code>0x[0-9A-Fa-f]{8})")
_DESCRIPTION = re.compile(r"Description: \"?(?P<text>.{1,600}?)\"?[.]?(?: End Error|\s*$)")
_SYSTEM = re.compile(r"\b(Operating system error \d{1,6})\b", re.IGNORECASE)
# The error log's column of who wrote the line.
_SOURCE = re.compile(r"^(?:spid\d{1,5}s?|Backup|Server|Logon)\s{1,12}")


def find(lines: Sequence[Line]) -> tuple[Trace, ...]:
    """Return the error batches in these lines, in order."""
    traces: list[Trace] = []
    index = 0
    while index < len(lines) and len(traces) < MAX_TRACES:
        text = lines[index].bare
        if not any(sign in text for sign in LINE_SIGNS):
            index += 1
            continue
        if _MESSAGE.match(text) or _ERROR.match(text):
            trace, last = _read_batch(lines, index)
        elif _is_ssis(text):
            trace, last = _read_ssis(lines, index)
        else:
            index += 1
            continue
        traces.append(trace)
        index = last + 1
    return tuple(traces)


def _is_ssis(text: str) -> bool:
    """Whether a line carries an Integration Services code (facility 0x20 to 0x23, 0xC020xxxx)."""
    match = _SSIS.match(text)
    return match is not None and match["code"].upper().startswith(("0XC020", "0XC00470", "0XC001"))


def _read_batch(lines: Sequence[Line], index: int) -> tuple[Trace, int]:
    """Read consecutive messages; the first is the cause, the last what the caller was told."""
    begin = last = index
    found: list[ExceptionInfo] = []
    gap = 0
    while index < len(lines) and gap <= _MAX_GAP_LINES:
        head = _MESSAGE.match(lines[index].bare) or _ERROR.match(lines[index].bare)
        if head is None:
            gap += 1
            index += 1
            continue
        error, last = _read_message(lines, index, head)
        found.append(error)
        gap, index = 0, last + 1
    chain = tuple(reversed(_without_echoes(found)))
    start, end = lines[begin].start, lines[last].end
    return Trace(LANGUAGE, start, end, chain, len(chain) - 1, None), last


def _read_message(
    lines: Sequence[Line], index: int, head: re.Match[str]
) -> tuple[ExceptionInfo, int]:
    groups = head.groupdict()
    kind = groups.get("type") or f"Error {groups['number']}"
    behind = _TEXT_BEHIND.match(groups.get("tail") or "")
    parts = [behind["text"].strip() if behind else (groups.get("rest") or "").strip()]
    last = index
    for ahead in range(index + 1, min(index + 1 + _MAX_TEXT_LINES, len(lines))):
        text = lines[ahead].bare
        if lines[ahead].is_blank or _MESSAGE.match(text) or _ERROR.match(text):
            break
        parts.append(_SOURCE.sub("", text.strip()))
        last = ahead
        if text.rstrip().endswith("."):
            break
    message = next((part for part in parts if part), None)
    shown = _SYSTEM.search(" ".join(parts))
    return ExceptionInfo(kind, message, None, shown[1] if shown else None), last


def _without_echoes(found: list[ExceptionInfo]) -> list[ExceptionInfo]:
    """Drop a message repeated word for word."""
    kept: list[ExceptionInfo] = []
    for error in found:
        if error not in kept:
            kept.append(error)
    return kept


def _read_ssis(lines: Sequence[Line], index: int) -> tuple[Trace, int]:
    """Read an Integration Services error and the provider's own HRESULT inside it."""
    begin = last = index
    texts: list[str] = []
    for ahead in range(index, min(index + 12, len(lines))):
        if lines[ahead].is_blank or (ahead > index and _is_ssis(lines[ahead].bare)):
            break
        texts.append(lines[ahead].bare.strip())
        last = ahead
    text = " ".join(texts)[:4000]
    outer = _SSIS.match(text)
    inner = _INNER.search(text)
    described = _DESCRIPTION.findall(text)
    code = int(outer["code"], 16) if outer else None
    chain = [ExceptionInfo(None, _first_message(texts, described), code)]
    if inner:
        message = described[-1] if len(described) > 1 or not outer else None
        chain.append(ExceptionInfo(None, message or (described[-1] if described else None),
                                   int(inner["code"], 16)))  # fmt: skip
    start, end = lines[begin].start, lines[last].end
    return Trace(LANGUAGE, start, end, tuple(chain), len(chain) - 1, None), last


def _first_message(texts: list[str], described: list[str]) -> str | None:
    outer = _SSIS.match(texts[0])
    rest = outer["rest"].strip(" :.") if outer else ""
    return rest or (described[0] if described else None)
