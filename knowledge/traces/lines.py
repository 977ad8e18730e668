"""Text as people paste it -> lines that parsers can read, each knowing where it stood.

Chat, mail and log collectors put things around a trace: HTML entities, quote marks, code fences,
bullets, comment markers, time stamps. They are taken off here, once, for every language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from knowledge.traces.prefixes import strip_build, strip_log_prefix

# Beyond this a line is no trace line; the rest of it is not read, which bounds every parser's work.
MAX_LINE_CHARS = 6_000

_ENTITY = re.compile(r"&(lt|gt|amp|quot|apos|nbsp|#39|#34|#0?60|#0?62|#x27|#x22);")
_ENTITIES = {
    "lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'", "nbsp": " ", "#39": "'",
    "#34": '"', "#60": "<", "#060": "<", "#62": ">", "#062": ">", "#x27": "'", "#x22": '"',
}  # fmt: skip

# Line ends that became text: JSON strings, XML attributes, CLIXML, HTML. An escaped `\n` counts
# only before something that begins a trace line, because `C:\new` is a path.
_TRACE_WORD = (
    r"(?:at |bei |en |in |File \\{0,2}\"|--- |---> |Caused by|Traceback \(|During handling|"
    r"The above|\.\.\. \d|[A-Za-z_][\w.]{2,80}(?:Error|Exception)\b)"
)
_WRITTEN_BREAK = re.compile(
    r"(?:\\{1,2}r)?\\{1,2}n(?=(?:\\{1,2}t| ){0,12}" + _TRACE_WORD + ")"
    r"|_x000D__x000A_|&#x?[dD];&#x?[aA];|&#13;&#10;|&#x?[aA];|&#10;|<br ?/?>"
)
_WRITTEN_END = re.compile(
    r"(?:(?:\\{1,2}r)?\\{1,2}n){0,4}[\"'][\]}),; ]{0,20}$|(?:\\{1,2}[rn]){1,4}$"
)
# A whole trace on one line: a frame's end, then the next frame or separator.
# Searched for from a blank and the word, which is many times faster than looking behind each place.
_JOINED_WORD = re.compile(
    r"[ \t](?=at (?:async |new )?[\w.<>$`+/\[\],|@~-]{3,160}[ ]?\(|--- End of |Caused by: )"
)
_ENDS_JOINED = frozenset(")>]'\"")  # and digits
_MAX_JOINING_BLANKS = 14
_FIRST_JOINED = re.compile(r"(?<=\S)[ \t](?=at [\w.<>$`+/]{3,160}[.][\w<>]{1,80}[ ]?\()")
# `StackTrace: at Name.Method()`: the first frame on the line of its label.
_LABELLED_FRAME = re.compile(
    r"\b(?:[Ss]tack|STACK|[Tt]race)[\w -]{0,24}[:=][\s*\"']{0,6}(?=at [\w.<>$`+/]{4,240}[ ]?\()"
)
# `… by another process. at⏎Name.Method(…) at⏎`: the word stands at the end of the line before.
_HANGING_AT = re.compile(r"[ \t]at[ \t]{0,4}\r?\n(?=[\w<>$`+/]{1,80}\.[\w.<>$`+/]{3,240}[ ]?\()")
# A quick look for it.
_AT_LINE_END = re.compile(r"at[ \t]{0,4}\r?\n")
# The end of a line in Configuration Manager's logs.
_CMTRACE_END = re.compile(r"(?<=[^\s~+])~{1,2}[ \t]{0,4}(?:\$\$<[^\n]{0,300})?$")
# What Markdown escapes in a type's name.
_ESCAPED = re.compile(r"\\(?=[`<>])")
_ESCAPED_SIGN = re.compile(r"\\[`<>]")
# Without one of these in the whole text no line is worth a look by the patterns above.
_WRITTEN_SIGNS = ("\\n", "&#", "_x000D_", "<br")
_NEWLINE = re.compile(r"\r\n|\n|\r|\u2028|\u0085")

_COLOUR = re.compile(r"\x1b\[[\d;]{0,20}[A-Za-z]")
_FENCE = re.compile(r"^\s{0,12}`{3,}[\w+-]{0,20}\s*$")
_QUOTE = re.compile(r"^(?:\s{0,3}>)+ ?(?=[^>]|$)")


class Line(NamedTuple):
    """One line: `text` without what chat adds, `bare` also without log prefixes and bullets.

    `start` and `end` are character offsets of the raw line (without its line end) in the text that
    was given, so that a span made of them always lies inside it.
    """

    start: int
    end: int
    text: str
    bare: str

    @property
    def is_blank(self) -> bool:
        """True when nothing but marks stood there."""
        return not self.bare or self.bare.isspace()

    @property
    def indent(self) -> int:
        """How many blanks the text begins with; a tab counts as four."""
        expanded = self.text[:200].expandtabs(4)
        return len(expanded) - len(expanded.lstrip())


_Cut = tuple[int, int, bool]  # where a line ends, where the next begins, whether that was written
_Piece = tuple[int, int, str, str]  # what a Line holds, the places counted from its raw line

# A trace's lines are longer than this on average: of a text of very many short lines, those beyond
# (1,200 in 40,000 characters) are not read.
MAX_LINES = 400
CHARS_OF_ONE_LINE = 50
_SHORT_CHARS = 8
_SHORT_LINES_KEPT = 48  # an empty line counts as twelve of them


def split_lines(text: str) -> tuple[Line, ...]:
    """Cut a text into lines at real, written and lost line ends."""
    lines: list[Line] = []
    most = MAX_LINES + len(text) // CHARS_OF_ONE_LINE
    read: dict[str, list[_Piece]] = {}
    is_written = any(sign in text for sign in _WRITTEN_SIGNS)
    is_labelled = "tack" in text or "TACK" in text or "race" in text

    def add(start: int, end: int) -> None:
        # A log repeats its lines: each is cut and stripped once, and told where else it stands.
        raw = text[start:end]
        pieces = read.get(raw)
        if pieces is None:
            cuts = _cuts(raw, is_written=is_written, is_labelled=is_labelled)
            pieces = read[raw] = _split_pieces(raw, cuts) if cuts else [_make_piece(raw, 0)]
        for first, last, whole, bare in pieces:
            lines.append(Line(start + first, start + last, whole, bare))

    start, short = 0, 0
    hanging: dict[int, int] = {}
    if _AT_LINE_END.search(text):
        hanging = {match.end(): match.start() + 1 for match in _HANGING_AT.finditer(text)}
    for newline in _NEWLINE.finditer(text):
        if newline.end() in hanging:
            add(start, hanging[newline.end()])
            start = hanging[newline.end()]
            continue
        length = newline.start() - start
        short = short + (1 if length else _SHORT_LINES_KEPT // 4) if length <= _SHORT_CHARS else 0
        # A page of empty or of very short lines says no more than a few of them do.
        if short <= _SHORT_LINES_KEPT:
            add(start, newline.start())
        start = newline.end()
        if len(lines) >= most:
            return tuple(lines)
    add(start, len(text))
    return tuple(lines)


def is_last(lines: Sequence[Line], index: int) -> bool:
    """Whether nothing but a few blank lines follows: what stands here may have been cut off."""
    following = lines[index + 1 : index + 4]
    return index + 4 >= len(lines) and all(line.is_blank for line in following)


def unescape_entities(text: str) -> str:
    """Undo HTML escaping, twice over, because chat escapes what a page had escaped already."""
    for _ in range(2):
        if "&" not in text:
            break
        text = _ENTITY.sub(lambda match: _ENTITIES[match[1]], text)
    return text


def _cuts(raw: str, *, is_written: bool, is_labelled: bool) -> list[_Cut]:
    """Where written and lost line ends are; the arguments say whether the text has any signs."""
    cuts: list[_Cut] = []
    if is_written and any(sign in raw for sign in _WRITTEN_SIGNS):
        cuts = [(m.start(), m.end(), True) for m in _WRITTEN_BREAK.finditer(raw)]
    inside = raw.lstrip()
    # Where lines were joined, a blank stands before the words, and something else before that.
    if (
        (" at " in inside or "\tat " in inside)
        or (" --- End of " in inside or "\t--- End of " in inside)
        or (" Caused by: " in inside or "\tCaused by: " in inside)
    ):
        cuts += _joined_cuts(raw)
    if (
        is_labelled
        and "at " in inside
        and ("tack" in inside or "TACK" in inside or "race" in inside)
    ):
        cuts += [(m.end(), m.end(), False) for m in _LABELLED_FRAME.finditer(raw)]
    return cuts


def _split_pieces(raw: str, cuts: list[_Cut]) -> list[_Piece]:
    """Cut one raw line; offsets count from its beginning."""
    cuts = sorted(set(cuts))
    escaped = any(is_written for _, _, is_written in cuts)
    pieces: list[_Piece] = []
    begin = 0
    for cut_start, cut_end, _ in [*cuts, (len(raw), len(raw), False)]:
        if cut_start < begin:
            continue
        piece = raw[begin:cut_start]
        if piece.strip() or not pieces:
            pieces.append(_make_piece(piece, begin, escaped=escaped))
        begin = cut_end
    return pieces


def _joined_breaks(raw: str) -> Iterator[_Cut]:
    """Yield the blanks between what can end a frame, or several between anything, and a frame."""
    for match in _JOINED_WORD.finditer(raw):
        end = match.end()
        before = raw[max(0, end - _MAX_JOINING_BLANKS - 1) : end]
        written = before.rstrip(" \t")
        blanks = len(before) - len(written)
        if not written or written[-1].isspace():
            continue
        if blanks > 1 or written[-1] in _ENDS_JOINED or written[-1].isdecimal():
            yield end - blanks, end, False


def _joined_cuts(raw: str) -> list[_Cut]:
    """Where the line ends of a trace on one line were, the one before its first frame included."""
    cuts = [*_joined_breaks(raw)]
    if cuts and not strip_log_prefix(strip_build(raw[: cuts[0][0]] + " ")).strip(" -:|"):
        del cuts[0]  # only a log prefix stands before this frame
    before = raw[: cuts[0][0]] if cuts else ""
    may_stand = " at " in before or "\tat " in before
    first = _FIRST_JOINED.search(before) if may_stand else None
    if first and first.start() > 0:
        cuts.insert(0, (first.start(), first.end(), False))
    return cuts


def _make_piece(raw: str, start: int, *, escaped: bool = False) -> _Piece:
    text = raw[:MAX_LINE_CHARS].rstrip()
    if "\n" in text:
        text = " ".join(text.split())  # a word that hung at the end of the line before
    if "\x1b" in text:
        text = _COLOUR.sub("", text)
    if escaped:
        text = _WRITTEN_END.sub("", text)
        text = text.replace("\\t", "\t").replace('\\"', '"').replace("\\\\", "\\")
    if "~" in text:
        text = _CMTRACE_END.sub("", text)
    if "\\" in text and _ESCAPED_SIGN.search(text):
        text = _ESCAPED.sub("", text)
    if "&" in text:
        text = unescape_entities(text)
    if ">" in text:
        text = _QUOTE.sub("", text)
    if "```" in text:
        text = "" if _FENCE.match(text) else text.replace("```", "").rstrip()
    return start, start + len(raw), text, strip_log_prefix(strip_build(text))
