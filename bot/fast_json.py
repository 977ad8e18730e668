"""JSON where every event passes: orjson, and the standard library for what orjson does not take.

orjson refuses lone surrogates, numbers beyond 64 bits and NaN, all of which people's JSON can hold.
"""

from __future__ import annotations

import json
from typing import Any

import orjson


def encode(value: object) -> bytes:
    """The value as JSON in UTF-8; TypeError or ValueError for what JSON cannot hold."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":")).encode("ascii")


def decode(text: bytes | str) -> Any:
    """What the JSON says; ValueError when it is none, RecursionError when it is nested too deep."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text.decode("utf-8") if isinstance(text, bytes) else text)
