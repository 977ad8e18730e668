"""Pairs of codes in which the second says what the first only sums up.

A directory prints `80090308: LdapErr: …, data 52e`: the token was refused, and the data say why.
Event 4625 prints Status 0xC000006D and a Sub Status with the reason. The detail is explained first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.findings import Mention

_BEFORE_CHARS = 32
# How far before its detail the code stands that it belongs to.
_APART_CHARS = 300
_SUB_STATUS = re.compile(r"sub\s?status(?:\scode)?\W{0,12}$", re.IGNORECASE)
_STATUS = re.compile(r"status(?:\scode)?\W{0,12}$", re.IGNORECASE)
_LDAP_BEHIND = re.compile(r"\s?:\s?\w{3,8}Err\b")


@dataclass(frozen=True, slots=True)
class Detail:
    """A code that says more than one before it; `start` is its place in the text."""

    start: int
    is_ldap: bool

    def is_of(self, mention: Mention, text: str) -> bool:
        """Tell whether the mention is the code that this one says more about."""
        if not 0 < self.start - mention.start <= _APART_CHARS:
            return False
        if self.is_ldap:
            return _LDAP_BEHIND.match(text, mention.end) is not None or mention.as_written == "49"
        before = text[max(0, mention.start - _BEFORE_CHARS) : mention.start]
        return _STATUS.search(before) is not None and _SUB_STATUS.search(before) is None


def detail_behind(mention: Mention, text: str) -> Detail | None:
    """Return what the mention is the detail of something else by, or None."""
    before = text[max(0, mention.start - _BEFORE_CHARS) : mention.start]
    if _SUB_STATUS.search(before):
        return Detail(mention.start, is_ldap=False)
    if before.endswith(", data ") and _is_of_ldap(mention, text):
        return Detail(mention.start, is_ldap=True)
    return None


def _is_of_ldap(mention: Mention, text: str) -> bool:
    window = text[max(0, mention.start - _APART_CHARS) : mention.start]
    return "Err: DSID" in window or "AcceptSecurityContext" in window
