"""Run-time errors of VBA, VBScript and classic ASP."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.codes.code import to_unsigned
from knowledge.traces.chain import MAX_TRACES
from knowledge.traces.lines import Line
from knowledge.traces.signs import DIALOG_WORDS
from knowledge.traces.trace import ExceptionInfo, Frame, Trace

LANGUAGE = "vba"
SCRIPT_LANGUAGE = "vbscript"

_DIALOG = re.compile(
    r".{0,120}?(?:Run-?time error|Laufzeitfehler|Erreur d.exécution|Error en tiempo de ejecución|"
    r"Errore di run-?time|Erro em tempo de execução|Fout .{0,20}runtime|実行時エラー|运行时错误|"
    r"Ошибка выполнения)[ \xa0]?['‘’\"“]?\s?(?P<number>-?\d{1,11})"
    r"(?: \((?P<hex>(?:0x)?[0-9A-Fa-f]{1,8})\))?(?:['‘’\"”]\s?[:：]?|\s?[:：])[ \xa0]{0,3}"
    r"(?P<message>.{0,600})$",
    re.IGNORECASE,
)
_ASP_SIGN = re.compile(r"error '[0-9A-Fa-f]{8}'")
_SCRIPT_SIGN = re.compile(r"\(\d{1,6}, \d{1,6}\) ")
_HOST_LETTERS = ("Code", "Codice", "Código")
# cscript: `C:\x.vbs(12, 3) Microsoft VBScript runtime error: text`.
_SCRIPT = re.compile(
    r".{0,80}?(?P<file>(?:[A-Za-z]:)?[^\s:(][^:(\n]{0,300}\.\w{2,4})\((?P<line>\d{1,6}), \d{1,6}\) "
    r"(?P<source>[^:\n]{2,100}): (?P<message>.{1,600})$"
)
_ASP = re.compile(
    r".{0,120}?(?P<source>Microsoft (?:VBScript|JScript)[\w ]{0,40}|ADODB[.\w]{0,40}"
    r"|Microsoft OLE DB[\w ]{0,60}|Microsoft JET[\w ]{0,40}|[\w. ]{3,60})"
    r" error '(?P<code>[0-9A-Fa-f]{8})'\s*$"
)
_PLACE = re.compile(
    r"\s{0,8}(?P<file>/[^,\n]{1,300}|[A-Za-z]:[^,\n]{1,300}), line (?P<line>\d{1,6})"
)
# Windows Script Host's box: `Script: …`, `Line: 3`, `Char: 1`, `Error: …`, `Code: 800A01AD`.
_HOST_CODE = re.compile(
    r"\s{0,8}(?:Code|Codice|Código)[ \xa0]?:\s{0,8}(?P<code>[0-9A-Fa-f]{8})\s*$"
)
_HOST_FIELD = re.compile(
    r"\s{0,8}(?P<name>Script|Skript|Line|Zeile|Ligne|Char|Zeichen|Error|Fehler|Erreur|Source|Quelle)"
    r"[ \xa0]?:\s{0,8}(?P<value>.{0,400})$"
)


def find(lines: Sequence[Line]) -> tuple[Trace, ...]:
    """Return the script errors in these lines, in order."""
    traces: list[Trace] = []
    may_hold_dialog = _may_be_dialog("\n".join(line.bare for line in lines))
    index = 0
    while index < len(lines) and len(traces) < MAX_TRACES:
        read = _read_error(lines, index, may_hold_dialog=may_hold_dialog)
        if read is None:
            index += 1
            continue
        if not traces or read[0].start >= traces[-1].end:
            traces.append(read[0])
        index = read[1] + 1
    return tuple(traces)


def _read_error(
    lines: Sequence[Line], index: int, *, may_hold_dialog: bool
) -> tuple[Trace, int] | None:
    text = lines[index].bare
    dialog = _DIALOG.match(text) if may_hold_dialog and _may_be_dialog(text) else None
    if dialog:
        return _read_dialog(lines, index, dialog)
    if "error" in text and _SCRIPT_SIGN.search(text):
        script = _SCRIPT.match(text)
        if script and "error" in script["source"].lower():
            return _read_script(lines, index, script)
    if "error '" in text and _ASP_SIGN.search(text):
        asp = _ASP.match(text)
        if asp:
            return _read_asp(lines, index, asp)
    if text.lstrip().startswith(_HOST_LETTERS) and _HOST_CODE.match(text):
        return _read_host(lines, index)
    return None


def _may_be_dialog(text: str) -> bool:
    """Whether the long pattern is worth trying: most texts hold none of its words."""
    lowered = text.lower()
    return any(word in lowered for word in DIALOG_WORDS)


def _read_dialog(
    lines: Sequence[Line], index: int, match: re.Match[str]
) -> tuple[Trace, int] | None:
    number = int(match["number"])
    if not -0x8000_0000 <= number <= 0xFFFF_FFFF:
        return None
    is_hresult = number < 0 or match["hex"] is not None
    message, last = match["message"].strip(), index
    for ahead in range(index + 1, min(index + 4, len(lines))):
        if message:
            break
        message, last = lines[ahead].bare.strip(), ahead
    code = to_unsigned(number) if is_hresult else None
    shown = None if is_hresult else f"Run-time error {number}"
    error = ExceptionInfo(None, message or None, code, shown)
    return _trace(LANGUAGE, lines, index, last, error, None), last


def _read_script(lines: Sequence[Line], index: int, match: re.Match[str]) -> tuple[Trace, int]:
    frame = Frame(None, match["file"].strip(), int(match["line"]), True, match[0].strip())
    error = ExceptionInfo(match["source"].strip(), match["message"].strip())
    return _trace(SCRIPT_LANGUAGE, lines, index, index, error, frame), index


def _read_asp(lines: Sequence[Line], index: int, match: re.Match[str]) -> tuple[Trace, int]:
    message, frame, last = None, None, index
    for ahead in range(index + 1, min(index + 8, len(lines))):
        text = lines[ahead].bare
        place = _PLACE.match(text)
        if place:
            frame = Frame(None, place["file"].strip(), int(place["line"]), True, text.strip())
            last = ahead
            break
        if not lines[ahead].is_blank and message is None:
            message, last = text.strip(), ahead
    error = ExceptionInfo(match["source"].strip(), message, int(match["code"], 16))
    return _trace(SCRIPT_LANGUAGE, lines, index, last, error, frame), last


def _read_host(lines: Sequence[Line], index: int) -> tuple[Trace, int] | None:
    """Read the box of Windows Script Host around its `Code:` line."""
    fields: dict[str, str] = {}
    begin = last = index
    for at in [*range(index - 1, max(-1, index - 8), -1), *range(index + 1, index + 4)]:
        match = _HOST_FIELD.match(lines[at].bare) if at < len(lines) else None
        if match:
            fields.setdefault(match["name"].lower(), match["value"].strip())
            begin, last = min(begin, at), max(last, at)
    line = fields.get("line") or fields.get("zeile") or fields.get("ligne")
    if line is None or not line.isdigit():
        return None
    code = _HOST_CODE.match(lines[index].bare)
    message = fields.get("error") or fields.get("fehler") or fields.get("erreur")
    kind = fields.get("source") or fields.get("quelle")
    file = fields.get("script") or fields.get("skript")
    frame = Frame(None, file or None, int(line), True, f"line {line}")
    error = ExceptionInfo(kind, message, int(code["code"], 16) if code else None)
    return _trace(SCRIPT_LANGUAGE, lines, begin, last, error, frame), last


def _trace(
    language: str,
    lines: Sequence[Line],
    begin: int,
    last: int,
    error: ExceptionInfo,
    frame: Frame | None,
) -> Trace:
    """Build a trace; the place that these engines name is where it was raised, not a call."""
    return Trace(language, lines[begin].start, lines[last].end, (error,), 0, frame)
