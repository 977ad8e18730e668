"""Readers: the text of an environment variable -> a value; ValueError says what is wrong with it.

A sentence of theirs follows the variable's name, and never holds the text: it may be secret.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.knowledge_paths import overlay_folders
from bot.secret import Secret
from bot.settings_faults import public_url_fault
from bot.store.urls import parse_database_url
from knowledge.surfaces import THRESHOLDS

Reader = Callable[[str], Any]

_WHOLE = re.compile(r"[+-]?\d{1,300}(?:_\d{1,300})*(?:\.0+)?", re.ASCII)
_TRUE = frozenset({"1", "on", "t", "true", "y", "yes"})
_FALSE = frozenset({"0", "off", "f", "false", "n", "no"})
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{1,30}")
_SHARE = re.compile(r"0(?:\.\d{1,4})?|1(?:\.0{1,4})?")


def whole(least: int, most: int) -> Reader:
    """A reader of whole numbers from `least` to `most`."""

    def read(text: str) -> int:
        if not _WHOLE.fullmatch(text):
            raise ValueError(
                "input should be a valid integer, unable to parse string as an integer"
            )
        number = int(text.partition(".")[0])
        if number < least:
            raise ValueError(f"input should be greater than or equal to {least}")
        if number > most:
            raise ValueError(f"input should be less than or equal to {most}")
        return number

    return read


def seconds(most: float, *, least: float | None = None) -> Reader:
    """A reader of numbers up to `most`, from `least` on or else above 0; days are read so, too."""

    def read(text: str) -> float:
        try:
            number = float(text if text.isascii() else "")
        except ValueError:
            raise ValueError(
                "input should be a valid number, unable to parse string as a number"
            ) from None
        if least is None and not number > 0:
            raise ValueError("input should be greater than 0")
        if least is not None and not number >= least:
            raise ValueError(f"input should be greater than or equal to {least:g}")
        if number > most:
            raise ValueError(f"input should be less than or equal to {most:g}")
        return number

    return read


def one_of(choices: Sequence[str]) -> Reader:
    """A reader of words, in letters of either case."""
    *first, last = (repr(choice) for choice in choices)

    def read(text: str) -> str:
        word = text.lower()
        if word not in choices:
            raise ValueError(f"input should be {', '.join(first)} or {last}")
        return word

    return read


def yes_or_no(text: str) -> bool:
    """Read `true`, `off`, `1`, `n`…"""
    word = text.lower()
    if word not in _TRUE | _FALSE:
        raise ValueError("input should be a valid boolean, unable to interpret input")
    return word in _TRUE


def api_url(text: str) -> str:
    """Read the address of a Web API; it ends with a slash."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("is not a URL: write it like https://slack.com/api/")
    return text if text.endswith("/") else text + "/"


def public_url(text: str) -> str:
    """Read the address under which people reach us, without its last slash."""
    if fault := public_url_fault(text):
        raise ValueError(fault)
    return text.rstrip("/")


def database_url(text: str) -> Secret:
    """Read a DATABASE_URL, which may hold a password."""
    parse_database_url(text)
    return Secret(text)


def folders(text: str) -> tuple[Path, ...]:
    """Read folders, which must exist, separated as the platform does it."""
    paths = overlay_folders(text)
    missing = [str(path) for path in paths if not path.is_dir()]
    if missing:
        raise ValueError(
            f"names no folder: {', '.join(missing)}. Create it or correct the path"
            f" (several are separated by {os.pathsep!r})"
        )
    return paths


def policies_of(choices: Sequence[str]) -> Reader:
    """A reader of `C1=alerts,C2=all` or the same as a JSON object; it lists every fault."""

    def read(text: str) -> dict[str, str]:
        pairs = _json_pairs(text) if text.lstrip().startswith("{") else _plain_pairs(text)
        faults: list[str] = []
        policies: dict[str, str] = {}
        for channel, policy in pairs:
            wanted = policy.lower()
            if not _CHANNEL.fullmatch(channel):
                faults.append(f"{channel[:40]!r} is no channel id (they look like C0123ABCD)")
            elif channel in policies:
                faults.append(f"{channel} is named twice")
            elif wanted not in choices:
                faults.append(f"{channel} has the policy {policy[:20]!r}: use {', '.join(choices)}")
            policies[channel] = wanted
        if faults:
            raise ValueError("; ".join(faults))
        return policies

    return read


def confidence(text: str) -> dict[str, float]:
    """Read `mention=0.5,alert=0.8`; ValueError lists every fault."""
    faults: list[str] = []
    found: dict[str, float] = {}
    for surface, written in _plain_pairs(text):
        if surface not in THRESHOLDS:
            faults.append(f"{surface[:20]!r} is no surface: use {', '.join(THRESHOLDS)}")
        elif not _SHARE.fullmatch(written):
            faults.append(f"{surface} has {written[:20]!r}: use a number from 0 to 1")
        else:
            found[surface] = float(written)
    if faults:
        raise ValueError("; ".join(faults))
    return found


def _json_pairs(text: str) -> list[tuple[str, str]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError('is no valid JSON: write {"C0123ABCD": "alerts"}') from error
    return [(str(channel), str(policy)) for channel, policy in data.items()]


def _plain_pairs(text: str) -> list[tuple[str, str]]:
    items = [item.strip() for item in text.split(",") if item.strip()]
    split = [item.partition("=") for item in items]
    return [(channel.strip(), policy.strip()) for channel, _, policy in split]
