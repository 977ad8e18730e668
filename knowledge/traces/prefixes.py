"""What loggers and build tools put before a line: time stamps, levels, tags, bullets, places."""

from __future__ import annotations

import re

_BULLET = re.compile(
    r"^(\s{0,12})(?:[•◦▪‣]|[*-](?= )|//+|--(?=[ \t])|#(?= )|REM(?= )|'"
    # A table's edge; PowerShell and Python draw bars of their own.
    r"|\|(?=[ \t]{1,8}at [\w.]{2,80}[.(])|\|(?= [A-Z][\w.]{2,120}(?:Exception|Error): ))[ \t]?"
)
_TIME = (
    r"\[?(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[T\x20]|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4},?\x20"
    r"|\d\d-\d\d\x20)?\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?"
    r"(?:Z|\x20?[+-]\d{2}:?\d{2})?(?:\x20?[AP]M)?(?:\x20UTC)?\]?"
)
_LEVEL = r"TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|ERR|FATAL|CRIT(?:ICAL)?|SEVERE|VERBOSE"
_PREFIX = re.compile(
    rf"""^[ ]{{0,12}}(?:
        {_TIME}(?:[ ]?[|:,-](?=\s))?
      | [A-Z][a-z]{{2}}[ ]{{1,2}}\d{{1,2}}[ ]\d\d:\d\d:\d\d[ ]\S{{1,60}}[ ]\S{{1,60}}:    # syslog
      | (?:\d{{1,6}}[ ]+\d{{1,6}}[ ]+)?[VDIWEFA][/ ][\w.-]{{1,40}}[ ]*(?:\([ ]*\d+\))?:   # logcat
      | \[[^\]\n:]{{1,60}}\](?=\s)
      | (?:{_LEVEL})\b(?:[ ]?[|:-](?=\s))?
      | (?:INFO|STATUS)[ ]+\|[ ]jvm[ ]\d+[ ]+\|[^|\n]{{1,40}}\|                            # wrapper
      | [\w.-]{{1,40}}[-_]\d+[ ]+\|                                                        # compose
      | npm[ ](?:ERR!|error)
      | \d{{1,3}}>                                                                         # MSBuild
    )(?P<gap>[ \t]?)""",
    re.VERBOSE,
)
_BUILD = re.compile(
    r"(?:\d{1,3}>)?[^\s:\n]?[^\n]{1,300}?(?:\(\d{1,7}(?:,\d{1,7}){0,3}\)| ): ?(?:fatal )?"
    r"(?:[Ee]rror|[Ww]arning)(?: [A-Z]{2,8}\d{3,5})? ?:(?P<gap>[ \t]?)"
)
# The logger's name, only after a time or a level: `App.Orders - `, `(main) `.
_LOGGER = re.compile(
    r"[ \t]{0,4}(?:[\w.$/-]{1,80}[ ]-|-|\||\([\w. -]{1,40}\)"
    r"|(?![\w.]{0,80}(?:Error|Exception|Warning|Interrupt|Exit|panic|error|exception|errno|code"
    r"|syscall|path|dest|cause):)"
    r"[\w.$/-]{1,80}(?:\[\d{1,7}\])?:)(?=\s)[ ]?"
)
# What every build error has behind its place; a look for it costs less than the pattern above.
_BUILD_SIGN = re.compile(r":[ ]?(?:fatal )?(?:[Ee]rror|[Ww]arning)")


def strip_log_prefix(text: str) -> str:
    """Take time stamps, levels, tags and bullets off the beginning, keeping the indentation."""
    first = text.lstrip()[:1]
    if not first or ("a" <= first <= "z" and first != "n" and "|" not in text):
        return text  # of all prefixes only npm's and those with a bar begin with a small letter
    for step in range(6):
        match = _PREFIX.match(text) or _BULLET.match(text)
        if match is None and step > 0:
            match = _LOGGER.match(text)
        if match is None or match.end() == 0:
            break
        text = text[match.end() :]
    return text


def strip_build(text: str) -> str:
    """Take MSBuild's `file(1,2): error MSB4018:` and its ` [project]` off a line."""
    if ":" not in text or _BUILD_SIGN.search(text) is None:
        return text
    head = _BUILD.match(text)
    if head is None:
        return text
    text = text[head.end() :]
    if text.endswith("proj]") and " [" in text:
        text = text[: text.rindex(" [")].rstrip()
    return text
