"""The value of a C constant expression, as headers of error codes use them."""

from __future__ import annotations

import re
from collections.abc import Mapping

MAX_TOKENS = 200
MAX_DEPTH = 32
_TOKEN = re.compile(
    r"\s*(?:(?P<number>0[xX][0-9A-Fa-f]{1,32}|[0-9]{1,32})(?:[uUlL]{0,3}|i64|ui64)(?!\w)"
    r"|(?P<word>[A-Za-z_]\w{0,200})|(?P<sign><<|>>|[-+|&^~()<>,]))"
)
_TYPES = frozenset(
    ("HRESULT", "NTSTATUS", "DWORD", "LONG", "ULONG", "UINT", "INT", "INT32", "UINT32", "SCODE",
     "WORD", "USHORT", "int", "long", "unsigned", "signed", "short", "const", "char", "int32_t",
     "uint32_t")
)  # fmt: skip
# Macros of winerror.h and its neighbours that leave their argument as it is.
_TRANSPARENT = frozenset(
    ("_HRESULT_TYPEDEF_", "_NDIS_ERROR_TYPEDEF_", "_NTSTATUS_TYPEDEF_", "__MSABI_LONG")
)
_KNOWN: Mapping[str, int] = {
    "SEVERITY_SUCCESS": 0, "SEVERITY_ERROR": 1, "FACILITY_NULL": 0, "FACILITY_RPC": 1,
    "FACILITY_DISPATCH": 2, "FACILITY_STORAGE": 3, "FACILITY_ITF": 4, "FACILITY_WIN32": 7,
    "FACILITY_WINDOWS": 8, "FACILITY_SSPI": 9, "FACILITY_CONTROL": 10, "FACILITY_CERT": 11,
    "FACILITY_INTERNET": 12, "FACILITY_HTTP": 25, "NO_ERROR": 0, "ERROR_SUCCESS": 0, "S_OK": 0,
}  # fmt: skip


class ExpressionError(ValueError):
    """Text that is no constant expression; says what is in the way."""


def evaluate(text: str, names: Mapping[str, int]) -> int:
    """Return the value of an expression; `names` are the constants defined before it.

    Known are numbers, casts, the operators + - | & ^ ~ << >>, MAKE_HRESULT, HRESULT_FROM_WIN32
    and the typedef macros of winerror.h.
    """
    parser = _Parser(_tokens(text), names)
    value = parser.sum_of(0)
    if parser.rest():
        raise ExpressionError(f"cannot read {parser.rest()!r} in {text.strip()[:60]!r}")
    return value


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    position = 0
    text = text.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or len(tokens) == MAX_TOKENS:
            raise ExpressionError(f"{text[:60]!r} is no constant expression")
        tokens.append(match["number"] or match["word"] or match["sign"])
        position = match.end()
    if not tokens:
        raise ExpressionError("there is no value")
    return tokens


# Loosest first, as in C.
_LEVELS = (("|",), ("^",), ("&",), ("<<", ">>"), ("+", "-"))


class _Parser:
    """Recursive descent, at most MAX_DEPTH deep."""

    def __init__(self, tokens: list[str], names: Mapping[str, int]) -> None:
        self._tokens = tokens
        self._names = names
        self._at = 0
        self._depth = 0

    def rest(self) -> str:
        return " ".join(self._tokens[self._at : self._at + 3])

    def _take(self, *expected: str) -> str | None:
        if self._at < len(self._tokens) and (not expected or self._tokens[self._at] in expected):
            self._at += 1
            return self._tokens[self._at - 1]
        return None

    def _need(self, token: str) -> None:
        if self._take(token) is None:
            raise ExpressionError(f"{token!r} is missing before {self.rest()[:40]!r}")

    def sum_of(self, level: int) -> int:
        if level == len(_LEVELS):
            return self._operand()
        value = self.sum_of(level + 1)
        while (sign := self._take(*_LEVELS[level])) is not None:
            value = _apply(sign, value, self.sum_of(level + 1))
        return value

    def _operand(self) -> int:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError("the expression is nested too deeply")
        value = self._unary()
        self._depth -= 1
        return value

    def _unary(self) -> int:
        token = self._take()
        if token == "-":  # noqa: S105 - a minus, no password
            return -self._operand()
        if token == "+":  # noqa: S105
            return self._operand()
        if token == "~":  # noqa: S105
            return ~self._operand() & 0xFFFF_FFFF
        if token == "(":  # noqa: S105
            return self._bracket()
        if token is None or not (token[0].isalnum() or token[0] == "_"):
            raise ExpressionError(f"a number is missing before {self.rest()[:40]!r}")
        return _number(token) if token[0].isdigit() else self._word(token)

    def _bracket(self) -> int:
        """A cast, or an expression in brackets."""
        start = self._at
        while self._take(*_TYPES):
            pass
        if self._at == start and self._is_cast_to_unknown_type():
            self._at += 1
        if self._at > start and self._take(")"):
            return self._operand()
        self._at = start
        value = self.sum_of(0)
        self._need(")")
        return value

    def _is_cast_to_unknown_type(self) -> bool:
        """`(NAME) 5`: a name of nothing, and another operand right behind the bracket."""
        name, closing, operand = [*self._tokens[self._at : self._at + 3], "", "", ""][:3]
        if name in self._names or name in _KNOWN or not name.isidentifier():
            return False
        return closing == ")" and (operand == "(" or operand[:1].isalnum() or operand[:1] == "_")

    def _word(self, word: str) -> int:
        if word in ("static_cast", "reinterpret_cast"):
            self._need("<")
            while self._take(*_TYPES):
                pass
            self._need(">")
            return self._operand()
        if self._take("("):
            return self._call(word)
        if word in self._names:
            return self._names[word]
        if word in _KNOWN:
            return _KNOWN[word]
        raise ExpressionError(f"{word} is not defined above")

    def _call(self, word: str) -> int:
        arguments = [self.sum_of(0)]
        while self._take(","):
            arguments.append(self.sum_of(0))
        self._need(")")
        if (word in _TRANSPARENT or word in _TYPES) and len(arguments) == 1:
            return arguments[0]
        if word in ("HRESULT_FROM_WIN32", "__HRESULT_FROM_WIN32") and len(arguments) == 1:
            code = arguments[0]
            return code if code <= 0 else code & 0xFFFF | 0x8007_0000
        if word in ("MAKE_HRESULT", "MAKE_SCODE") and len(arguments) == 3:
            severity, facility, code = arguments
            return (severity & 1) << 31 | (facility & 0x7FF) << 16 | code & 0xFFFF
        raise ExpressionError(f"the macro {word} with {len(arguments)} arguments is not known")


def _number(token: str) -> int:
    if token[:2] in ("0x", "0X"):
        return int(token, 16)
    if token.startswith("0") and set(token) <= set("01234567"):
        return int(token, 8)
    return int(token, 10)


def _apply(sign: str, left: int, right: int) -> int:
    if sign in ("<<", ">>") and not 0 <= right <= 63:
        raise ExpressionError(f"cannot shift by {right} bits")
    match sign:
        case "|":
            return left | right
        case "^":
            return left ^ right
        case "&":
            return left & right
        case "<<":
            return left << right
        case ">>":
            return left >> right
        case "+":
            return left + right
        case _:
            return left - right
