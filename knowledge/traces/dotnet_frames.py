"""One printed .NET call: `at Namespace.Type.Method(parameters) in file:line 12`, in any language.

.NET Framework translates the words around a frame, so a frame is known by its shape: a word or
two, a dotted name, balanced parentheses, perhaps a path with a number. The word itself only tells
the language. Mono adds an IL offset, and writes `Type:Method` for its wrappers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from knowledge.traces.trace import Frame

# The translated `at` of .NET Framework's resources.
LOCALES = {
    "at": "en", "bei": "de", "à": "fr", "en": "es", "in": "it", "em": "pt", "в": "ru",
    "在": "zh-Hans",
    "於": "zh-Hant", "位於": "zh-Hant", "場所": "ja", "위치:": "ko", "konum:": "tr",
    "bij": "nl", "vid": "sv", "ved": "da", "v": "cs", "w": "pl", "a következő helyen:": "hu",
    "kohteessa": "fi", "σε": "el",
    "la": "ro", "u": "hr", "ب": "ar", "ב-": "he",
}  # fmt: skip

# What begins a line of source code, not a frame.
_CODE_WORDS = frozenset(
    {
        "return", "raise", "await", "yield", "throw", "new", "assert", "if", "elif", "else", "my",
        "while", "for", "foreach", "import", "from", "print", "del", "not", "and", "or", "public",
        "private", "protected", "internal", "static", "void", "var", "let", "const", "def", "class",
        "case", "using", "try", "catch", "except", "finally", "lock", "switch", "when", "function",
        "echo", "call", "set", "export", "async", "auto", "int", "string", "bool", "sub", "end",
        "do",
    }
)  # fmt: skip

# Not ours: what the platform brings. Everything else is taken for the user's own code.
PLATFORM = (
    "System.", "Microsoft.", "MS.", "Mono.", "Interop.", "Internal.", "Windows.", "WinRT.",
    "mscorlib.", "DynamicClass.", "CallSite.", "Newtonsoft.Json.", "Castle.", "<unknown>",
)  # fmt: skip

_WORDS = re.compile(
    r"[ \t\xa0]{0,60}(?P<words>[^\W\d_]{1,20}[:-]?(?:[ ][^\W\d_]{1,20}:?){0,2})[ \t\xa0]{1,8}"
    r"(?P<rest>[\w<$(@*].*)$"
)
_COMMON = re.compile(
    r"[ \t]{0,40}at (?P<name>[A-Za-z_]\w{0,80}\.[\w.<>`$+|]{1,300})"
    r"\((?P<parameters>[^()\n]{0,1500})\)"
    r"(?: in (?P<file>(?:[A-Za-z]:[\\/])?[^\s:<]{1,300}):line (?P<line>\d{1,7}))?$"
)
_WRAPPER = re.compile(r"\((?:wrapper [\w -]{1,40}|dynamic-method)\)\s{1,4}")
_MODIFIERS = re.compile(r"(?:(?:async|static|new|void|unsafe|virtual|override)\s+)+")
_NAME = re.compile(r"[\w<$@*][\w$<>.`+@|\[\],&*~=?!^:{}#/\\ \xa0-]*$")
_RETURN_TYPE = re.compile(r"[^\W\d]")
_LAMBDA = re.compile(r"lambda_method\d*$|<unknown>|main$|<Main>\$$|<\w+>\$?\S*$")
_UNKNOWN = re.compile(r"<unknown>\s{1,4}<0x[0-9a-fA-F]{1,16}>")
# What stands in the parentheses of Java, Node and browser frames.
_FOREIGN = re.compile(
    r"(?:.*:\d+:\d+|.*\.(?:java|kt|kts|scala|groovy|clj|js|mjs|cjs|ts|tsx|jsx|vue)(?::\d+)?|"
    r"Native Method|Unknown Source|SourceFile(?::\d+)?|<\w+>|native|eval at .*|node:.*|index \d+|"
    r"[A-Za-z]:[\\/].*|.*://.*)$"
)
_FOREIGN_MARKS = frozenset(":.<")
_FOREIGN_WORDS = ("Native", "Unknown", "SourceFile", "native", "eval at ", "index ")
_OFFSET = r"(?:\s*\[0x[0-9a-fA-F]+\])?(?:\s*<(?:0x|IL )[^>]{1,60}>)?"
_FILE_PART = re.compile(
    _OFFSET + r"\s{1,4}(?:[^\W\d_]{1,12}:?[ \xa0])?(?P<file>\S.{0,600}?)(?:[ ]içinde)?:[ ]?"
    r"(?:[^\W\d_]{1,12}\.?[ \xa0])?(?P<line>\d{1,7})\b\.?(?P<after>.*)$"
)
_PLAIN_TAIL = re.compile(_OFFSET + r"(?P<after>\s*(?:$|<---.*|\([\w. -]+\).*|\t.*|['\"\]}]+,?))$")
_LAMBDA_TAIL = re.compile(r"^\+\([^\n]{0,300}?\) ?=>(?: ?\{[^{}\n]{0,80}\})?")
_PARENTHESES = re.compile(r"[()]")
_BLANK = re.compile(r"\s")
_CLOSINGS = re.compile(r"<---")
# ASP.NET's error page prints no word before a frame, and the offset of the call behind it.
_PAGE_FRAME = re.compile(
    r"[ \t\xa0]{0,12}(?P<name>[\w<$][\w$<>.`+@|\[\],~]{4,400})\([^\n]{0,1500}\) ?"
    r"(?:in (?P<file>[^\n]{1,300}):(?P<line>\d{1,7}) ?)?(?:\+\d{1,10}| \[0x[0-9a-f]{1,8}\])\s*$"
)
# Unity prints no word either, and the place in brackets of its own.
_UNITY_FRAME = re.compile(
    r"[ \t]{0,12}(?P<name>[\w<$][\w$<>.`+|]{3,300}) ?\([^()\n]{0,1500}\) ?"
    r"\(at (?P<file>[^\n]{1,300}):(?P<line>\d{1,7})\)\s*$"
)
# A generic type whose mark was taken for an escape on the way.
_LOST_MARK = re.compile(r"\\(?=\d{1,2}(?:[.+\[]|$))")


class DotnetFrame(NamedTuple):
    """A frame with the word it began with, how many `<---` close exceptions after it.

    `certain` is False when something unexpected follows the parentheses: prose can do that too.
    """

    frame: Frame
    words: str
    closings: int
    certain: bool

    @property
    def is_known_word(self) -> bool:
        """True when a .NET Framework resource begins frames with this word."""
        return self.words in LOCALES or self.words == ""


# The same line is looked at from several sides, and recursion repeats it. `forget` empties it.
@lru_cache(maxsize=256)
def parse_frame(text: str) -> DotnetFrame | None:
    """Read a line as one frame; None when it has not the shape of one."""
    if "(" not in text and "<unknown>" not in text:
        return None
    return _common_frame(text) or _any_frame(text)


def _common_frame(text: str) -> DotnetFrame | None:
    """Read what most frames look like; whatever it does not take, `_any_frame` looks at."""
    match = _COMMON.match(text)
    if match is None:
        return None
    name, parameters, file, line = match.groups()
    if ".." in name or name[-1] == "." or _is_foreign(parameters):
        return None
    if file and file.endswith("içinde"):
        return None
    number = int(line) or None if file else None
    frame = Frame(name, file, number, not name.startswith(PLATFORM), text.strip())
    return DotnetFrame(frame, "at", 0, True)


def _any_frame(text: str) -> DotnetFrame | None:
    words, rest = _split_words(text)
    if not rest:
        return _page_frame(text)
    if words.partition(" ")[0] in _CODE_WORDS:
        return None
    if _UNKNOWN.match(rest):
        return DotnetFrame(Frame("<unknown>", None, None, False, text.strip()), words, 0, True)
    rest, is_wrapper = _strip_wrapper(rest)
    opening = rest.find("(")
    closing = _matching(rest, opening)
    if closing < 0 or _is_foreign(rest[opening + 1 : closing]):
        return None
    name = _function_name(rest[:opening], words, is_wrapper=is_wrapper)
    if name is None:
        return None
    tail = rest[closing + 1 :]
    if tail.startswith("+("):
        tail = _LAMBDA_TAIL.sub("", tail)
    file, line, closings, certain = _read_tail(tail)
    frame = Frame(name, file, line, not name.startswith(PLATFORM), text.strip())
    return DotnetFrame(frame, words, closings, certain)


def _page_frame(text: str) -> DotnetFrame | None:
    match = _PAGE_FRAME.match(text) or (_UNITY_FRAME.match(text) if "(at " in text else None)
    if match is None or "." not in match["name"].strip("."):
        return None
    name, line = match["name"], int(match["line"] or 0) or None
    file = match["file"] if line else None
    frame = Frame(name, file, line, not name.startswith(PLATFORM), text.strip())
    return DotnetFrame(frame, "", 0, certain=True)


def forget() -> None:
    """Keep nothing of the text that was read."""
    parse_frame.cache_clear()
    _split_words.cache_clear()


def begins_frame(text: str) -> bool:
    """Whether a line may be the first part of a frame that was wrapped at the window's edge."""
    return cut_frame(text) is not None


def cut_frame(text: str) -> DotnetFrame | None:
    """Read a frame whose end is missing; None unless the word before its name is a known one."""
    words, rest = _split_words(text)
    if words not in LOCALES:
        return None
    written, has_parenthesis, parameters = _strip_wrapper(rest)[0].partition("(")
    name = written.strip()
    if "." not in name.strip(".") or " " in name or _NAME.match(name) is None:
        return None
    if has_parenthesis and _is_foreign(parameters.rstrip(") ")):
        return None
    frame = Frame(name, None, None, not name.startswith(PLATFORM), text.strip())
    return DotnetFrame(frame, words, 0, certain=bool(has_parenthesis))


def _is_foreign(parameters: str) -> bool:
    if not parameters.startswith(_FOREIGN_WORDS) and _FOREIGN_MARKS.isdisjoint(parameters):
        return False
    return _FOREIGN.match(parameters) is not None


@lru_cache(maxsize=256)
def _split_words(text: str) -> tuple[str, str]:
    """Split a line into the words before the name and the rest; empty when it has no such shape.

    A known first word wins over a longer one: `at async Task` is the word `at`.
    """
    head = _WORDS.match(text)
    if head is None:
        return "", ""
    words, rest = head["words"], head["rest"]
    first, _, others = words.partition(" ")
    if others and words not in LOCALES and first in LOCALES:
        return first, f"{others} {rest}"
    return words, rest


def _strip_wrapper(rest: str) -> tuple[str, bool]:
    wrapper = _WRAPPER.match(rest)
    return (rest[wrapper.end() :], True) if wrapper else (rest, False)


def _matching(text: str, opening: int) -> int:
    """Return where the parenthesis at `opening` closes, -1 when it does not."""
    depth = 0
    for parenthesis in _PARENTHESES.finditer(text, opening) if opening > 0 else ():
        depth += 1 if parenthesis[0] == "(" else -1
        if depth == 0:
            return parenthesis.start()
    return -1


def _function_name(written: str, words: str, *, is_wrapper: bool) -> str | None:
    name = _LOST_MARK.sub("`", written.strip())
    if words in LOCALES and (modifiers := _MODIFIERS.match(name)):
        name = name[modifiers.end() :]
    whole, name = name, _last_word(name)
    if name != whole and (words not in LOCALES or _RETURN_TYPE.match(whole) is None):
        return None  # prose: only a known word may be followed by a return type
    if not name or _NAME.match(name) is None or "://" in name or "\\" in name:
        return None
    plain = name.strip(".")
    if "." in plain and ".." not in plain.replace("..c", ""):
        return name
    if (is_wrapper and ":" in name) or (words in LOCALES and _LAMBDA.match(name)):
        return name
    return None


def _last_word(name: str) -> str:
    """Drop a return type (`Task<int> Type.Method`): blanks inside brackets do not separate."""
    if _BLANK.search(name) is None:
        return name
    depth = 0
    for index in range(len(name) - 1, -1, -1):
        if name[index] in ">]":
            depth += 1
        elif name[index] in "<[":
            depth -= 1
        elif name[index].isspace() and depth <= 0:
            return name[index + 1 :]
    return name


def _read_tail(tail: str) -> tuple[str | None, int | None, int, bool]:
    """Read what follows the parentheses: file, line, closings, whether it was all understood."""
    if not tail:
        return None, None, 0, True
    plain = _PLAIN_TAIL.match(tail)
    if plain:
        return None, None, len(_CLOSINGS.findall(plain["after"])), True
    part = _FILE_PART.match(tail)
    if part is None:
        return None, None, len(_CLOSINGS.findall(tail)), False
    closings = len(_CLOSINGS.findall(part["after"]))
    file = part["file"].strip()
    if file.startswith("<"):  # Mono without symbols: `<filename unknown>:0`, `<hash>:0`
        return None, None, closings, True
    return file, int(part["line"]) or None, closings, True
