"""Written forms in which the shape itself says that a number is an error code.

One row per form: the pattern with one group around the number, its base, the family it belongs to
and how sure the form makes us. Patterns are anchored in a literal and bounded, so each is one
linear pass.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import islice

from ahocorasick_rs import AhoCorasick

from knowledge.codes.code import MAX_CODE
from knowledge.extraction.judging import LINE_CHARS, KnownCodes
from knowledge.extraction.shape import Shape
from knowledge.extraction.surroundings import Surroundings
from knowledge.extraction.tool_shapes import TOOL_SHAPES, WHEN_ASKED
from knowledge.findings import Mention, NumberForm

# A text with more places of one form than this, and one for so many characters, is a table: the
# rest of it is not read for that form.
MAX_HITS = 200
CHARS_OF_ONE_HIT = 400
MAX_REPEATS = 100
MAX_TOLD = 80
# How far around a number its `near` and `unless` are looked for.
_NEAR_CHARS = 400
_BEFORE_CHARS = 40
_NAME_CHARS = 96
_NAME_BEFORE = re.compile(r"(\w{3,81}) \($")


SHAPES = (
    Shape(
        re.compile(r"\[(?:Win|Windows )?Error (\d{1,5})\]", re.IGNORECASE), 10, "win32", 0.95,
        "in brackets, as Python prints a Windows error", "rror ",
    ),
    Shape(
        re.compile(
            r"Error\(\d{1,5},\s?[ub]?(?:'[^'\n]{0,300}'|\"[^\"\n]{0,300}\"),"
            r"\s?(?:None|[ub]?'[^'\n]{0,300}'),\s?(\d{1,5})"
        ), 10, "win32", 0.97,
        "the winerror of a Python OSError", "Error(",
    ),
    Shape(
        re.compile(r"\.(?:cpp|cxx|c|h|hpp),\d{1,6},([0-9A-Fa-f]{8})\b"), 16, "hresult", 0.93,
        "file, line and code, as Windows components log them",
        (".cpp,", ".cxx,", ".c,", ".h,", ".hpp,"),
    ),
    Shape(
        re.compile(r"\b0x[0-9A-Fa-f]{1,3}_([0-9A-Fa-f]{8})(?![0-9A-Za-z])"), 16, "ntstatus", 0.93,
        "the status in the bucket of a bug check", "_",
        sign=re.compile(r"0x[0-9A-Fa-f]{1,3}_"),
    ),
    Shape(
        re.compile(r"\b0x([0-9A-Fa-f]{1,3})_[0-9A-Fa-f]{8}(?![0-9A-Za-z])"), 16, "bugcheck", 0.9,
        "the bug check in its bucket", "_", sign=re.compile(r"0x[0-9A-Fa-f]{1,3}_"),
    ),
    Shape(
        re.compile(r"\bSig\[\d{1,2}\]\.Value=([0-9A-Fa-f]{8})\b"), 16, "ntstatus", 0.9,
        "the exception code of an error report", "Sig[",
    ),
    Shape(
        re.compile(r"%%(\d{1,5})\b"), 10, "win32", 0.9,
        "a system error in the parameters of an event", "%%",
        # The audit log's own sentences are numbered alike: `Failure Reason: %%2313`.
        unless=re.compile(r"(?:reason|level|type|elevation)\W{0,8}%%$", re.I),
    ),
    Shape(
        re.compile(r"\bAction (?:ended|start) [^\n]{0,200}?\b(Return value 3)\b"), 10, "msi", 0.85,
        "what an action of Windows Installer returns when the installation fails",
        "Return value 3", value=1603,
    ),
    Shape(
        re.compile(r"\btid\([0-9A-Fa-f]{1,8}\)\s{1,4}([0-9A-Fa-f]{8})\b"), 16, "hresult", 0.95,
        "behind the thread, as the Windows Implementation Library logs it", "tid(",
    ),
    Shape(
        re.compile(r"\b0000: ([89A-Fa-f][0-9A-Fa-f]{7})(?=\s|$)"), 16, "ntstatus", 0.85,
        "the first word of an event's data", "0000: ",
    ),
    Shape(
        # The W3C log of IIS: status, substatus, Win32 status, then the time taken.
        re.compile(
            r"\b(?:GET|POST|HEAD|PUT|DELETE|PATCH|OPTIONS) /[^\n]{0,1500}? "
            r"5\d\d \d{1,3} (\d{1,10}) \d{1,9}(?=\s|$)"
        ), 10, "win32", 0.85,
        "the Win32 status of an IIS log line", " /",
        sign=re.compile(r" 5\d\d \d{1,3} \d{1,10} \d"),
    ),
    Shape(
        # A missing icon, the first leg of a handshake: every server logs such.
        re.compile(
            r"\b(?:GET|POST|HEAD|PUT|DELETE|PATCH|OPTIONS) /[^\n]{0,1500}? "
            r"4\d\d \d{1,3} (\d{1,10}) \d{1,9}(?=\s|$)"
        ), 10, "win32", WHEN_ASKED,
        "the Win32 status of an IIS log line", " /",
        sign=re.compile(r" 4\d\d \d{1,3} \d{1,10} \d"),
    ),
    Shape(
        re.compile(r"\$([89A-Ca-c][0-9A-Fa-f]{7})\b"), 16, "hresult", 0.9,
        "hexadecimal as Delphi writes it", "$",
    ),
    Shape(
        re.compile(r"&H([0-9A-Fa-f]{3,8})\b", re.IGNORECASE), 16, "hresult", 0.9,
        "hexadecimal as Visual Basic writes it", "&",
    ),
    Shape(
        re.compile(r"\bresult (\d{2,5})/0\b"), 10, "win32", 0.9,
        "the result in a cluster log", "/0",
    ),
    Shape(
        re.compile(r"[-=]> ?(\d{3,5})(?![\w.:-])"), 10, "win32", 0.65,
        "what a call came to", ("->", "=>"), only_on_windows=True, ranked=True,
    ),
    Shape(
        re.compile(r"\((1[01]\d{3})\)"), 10, "winsock", 0.65,
        "a socket error in brackets", "(1", only_on_windows=True, ranked=True,
    ),
    Shape(
        re.compile(r"→ ?(\d{3,5})(?![\w.:-])"), 10, "win32", 0.65,
        "what a call came to", "→", only_on_windows=True, ranked=True,
    ),
    Shape(
        re.compile(r"\bBCCode:?\s?([0-9A-Fa-f]{1,3})\b"), 16, "bugcheck", 0.95,
        "the bug check of a problem report", "BCCode",
    ),
    Shape(
        re.compile(r"LiveKernelEvent[^:.]{0,40}?Code:\s?([0-9A-Fa-f]{1,3})\b"), 16, "bugcheck", 0.9,
        "the code of a live kernel event", "LiveKernelEvent",
    ),
    Shape(
        re.compile(r"(?:TCP|Named Pipes|Shared Memory) Provider:[^\[\]]{0,300}?\((\d{1,5})\)"), 10,
        "win32", 0.9, "the system error of a SQL Server client", " Provider:",
    ),
    Shape(
        # The sentence brings its line break along.
        re.compile(r"OS Error: [^\n]{0,300}?\s{0,2}, errno = (\d{1,5})\b"), 10, "win32", 0.9,
        "the system error of a Dart exception", "OS Error: ", only_on_windows=True,
    ),
    Shape(
        re.compile(r"\b(0x[0-9A-Fa-f]{1,7}\n[0-9A-Fa-f]{1,7})\b"), 16, "ntstatus", 0.8,
        "a code that the console broke over two lines", "0x", digits=8,
        sign=re.compile(r"0x[0-9A-Fa-f]{1,7}\n[0-9A-Fa-f]"),
    ),
    Shape(
        re.compile(r"(?<![\w.,])(-\d{1,9}\n\d{1,9})\b"), 10, "ntstatus", 0.8,
        "a code that the console broke over two lines", "-", digits=10,
        sign=re.compile(r"-[0-9]{1,9}\n[0-9]"),
    ),
    *(
        Shape(
            # A pattern for each bracket: one that begins with a plain character is fast.
            re.compile(rf"\{bracket}([89cC][0-9A-Fa-f]{{7}})[)\]]"), 16, "hresult", 0.75,
            "a known code in brackets", tuple(bracket + digit for digit in "89cC"),
            only_on_windows=True,
        )
        for bracket in "(["
    ),
    Shape(
        re.compile(r"<Data(?: [^<>]{0,60})?>(?:0x)?([0-9A-Fa-f]{8})</Data>"), 16, "ntstatus", 0.85,
        "the data of an event", "<Data",
    ),
    Shape(
        re.compile(r"\b([0-9A-Fa-f]{8})\s?: ?(?:Ldap|Svc|Name|Attr|Secret)Err"), 16, "hresult",
        0.95, "in front of an LDAP error",
        ("LdapErr", "SvcErr", "NameErr", "AttrErr", "SecretErr"),
    ),
    Shape(
        re.compile(r"\bdata ([0-9a-fA-F]{1,4})\b"), 16, "win32", 0.95,
        "the data of an LDAP error", "LdapErr", behind=re.compile("LdapErr"),
    ),
    Shape(
        re.compile(r"\bAcceptSecurityContext error, data ([0-9a-fA-F]{1,4})\b"), 16, "win32", 0.95,
        "the data of an LDAP error", "AcceptSecurityContext",
    ),
    Shape(
        re.compile(
            r"\b[A-Z][A-Z0-9]{2,30}_[A-Z0-9_]{3,50} \(([0-9a-f]{1,3}|[cC]0000[0-9a-f]{3})\)"
        ), 16, "bugcheck", 0.93,
        "in brackets behind the name of a bug check", " (", named=True, also="_",
        sign=re.compile(r" \((?:[0-9a-f]{1,3}|[cC]0000[0-9a-f]{3})\)"),
    ),
    Shape(
        re.compile(r"\bBug ?Check ([0-9A-Fa-f]{1,3}),? ?\{", re.IGNORECASE), 16, "bugcheck", 0.97,
        "a bug check with its parameters", ("bugcheck", "bug check"),
    ),
    Shape(
        re.compile(r"\((-2\d{9}), ?[ub]?['\"]"), 10, "hresult", 0.95,
        "the HRESULT of a COM error tuple", "(-2",
    ),
)  # fmt: skip


def extract_shapes(around: Surroundings, known: KnownCodes) -> Iterator[Mention]:
    """Yield the numbers that stand in one of the forms and are codes."""
    for shape in _shapes_to_try(around):
        told: defaultdict[str, int] = defaultdict(int)
        different: set[str] = set()
        most = MAX_HITS + len(around.text) // CHARS_OF_ONE_HIT
        for match in islice(shape.pattern.finditer(around.text), most):
            # Asked here: in most texts nothing matches, and the answer costs a look at all of it.
            if shape.only_on_windows and around.leaning < (1 if shape.ranked else 0):
                break
            told[match[1]] += 1
            if told[match[1]] > MAX_REPEATS or not _fits(shape, match.start(1), around):
                continue
            mention = _mention(shape, match, known)
            if mention is not None and (not shape.named or _is_named(mention, around.text, known)):
                different.add(match[1])
                if len(different) > MAX_TOLD:
                    break
                yield mention


_ALL = (*SHAPES, *TOOL_SHAPES)
# What is needed, whether case matters to it -> which shapes need it.
_NEEDS: dict[tuple[str, bool], list[int]] = {}
for _index, _shape in enumerate(_ALL):
    for _need in (_shape.needs,) if isinstance(_shape.needs, str) else _shape.needs:
        _row = (_need, bool(_shape.pattern.flags & re.IGNORECASE))
        _NEEDS.setdefault(_row, []).append(_index)
# What stands in nearly every text: looking for the first is cheaper than for all.
_COMMON = frozenset((" /", " (", "0x"))
_SHORT = tuple(row for row in _NEEDS if len(row[0]) < 2 or row[0] in _COMMON)
_LONG: dict[str, list[tuple[str, bool]]] = {}
for _row in _NEEDS:
    if _row not in _SHORT:
        _LONG.setdefault(_row[0].lower(), []).append(_row)


@cache
def _long_needs() -> AhoCorasick:
    return AhoCorasick(list(_LONG))


def _shapes_to_try(around: Surroundings) -> list[Shape]:
    """The shapes whose signs stand in the text, in the order of the table."""
    text, lower = around.text, around.lower
    there = set(_long_needs().find_matches_as_strings(lower, overlapping=True))
    found: set[int] = set()
    for need, ignores_case in (*_SHORT, *(row for hit in there for row in _LONG[hit])):
        if need in (lower if ignores_case else text):
            found.update(_NEEDS[need, ignores_case])
    if not found:
        return []
    shapes = [shape for index in sorted(found) if (shape := _ALL[index]).also in lower]
    signs = {shape.sign for shape in shapes if shape.sign is not None}
    missing = {sign for sign in signs if sign.search(text) is None}
    return [shape for shape in shapes if shape.sign not in missing]


def _fits(shape: Shape, start: int, around: Surroundings) -> bool:
    text = around.text
    if shape.unless and shape.unless.search(text[max(0, start - _BEFORE_CHARS) : start]):
        return False
    if shape.behind:
        line = text[max(0, start - LINE_CHARS) : start].rpartition("\n")[2]
        if not shape.behind.search(line):
            return False
    if not shape.near:
        return True
    window = around.lower[max(0, start - _NEAR_CHARS) : start + _NEAR_CHARS]
    return any(word in window for word in shape.near)


def _is_named(mention: Mention, text: str, known: KnownCodes) -> bool:
    """`DEADLINE_EXCEEDED (4)` looks like a bug check: the name must be the number's own."""
    name = _NAME_BEFORE.search(text[max(0, mention.start - _NAME_CHARS) : mention.start])
    return name is not None and known.is_called(mention.value or 0, name[1])


def _mention(shape: Shape, match: re.Match[str], known: KnownCodes) -> Mention | None:
    written = match[1].replace("\n", "") if shape.value is None else str(shape.value)
    digits = written.removeprefix("-").removeprefix("0x")
    if shape.digits is not None and len(digits) != shape.digits:
        return None
    value = int(written, shape.base)
    if value == 0 or not -0x8000_0000 <= value <= MAX_CODE or not known.is_known(value & MAX_CODE):
        return None
    if shape.ranked and known.popularity(value) is None:
        return None
    if shape.own and not known.is_of_family(value, shape.hint):
        return None
    start, end = match.span(1)
    form: NumberForm = "signed" if value < 0 else "bare_hex" if shape.base == 16 else "decimal"
    if written[:2] in ("0x", "0X"):
        form = "hex"
    return Mention(
        start, end, match[1], "number", value & MAX_CODE, form, shape.hint,
        confidence=shape.confidence, why=shape.why,
    )  # fmt: skip
