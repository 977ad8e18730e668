"""JSON that orjson takes and JSON that it does not: both come out as they went in."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from bot import fast_json


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, 2.5, None, True]},
        "\ud800 alone",
        1 << 80,
        {"text": "Ü💥", "n": -(1 << 70)},
        [],
        "",
    ],
)
def test_what_is_encoded_is_decoded_again(value: Any) -> None:
    assert fast_json.decode(fast_json.encode(value)) == value
    assert fast_json.decode(fast_json.encode(value).decode()) == value
    assert json.loads(fast_json.encode(value)) == value


def test_numbers_and_letters_that_only_the_standard_library_reads_are_read() -> None:
    assert math.isnan(fast_json.decode(b'{"a": NaN}')["a"])
    assert fast_json.decode(rb'"\ud800"') == "\ud800"


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", "{'a': 1}", b'{"a": 1}}', "[1] \0"])
def test_what_is_no_json_is_a_value_error(text: bytes | str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (each library has its own words)
        fast_json.decode(text)


def test_what_cannot_be_said_in_json_is_refused() -> None:
    with pytest.raises(TypeError):
        fast_json.encode({"a": object()})
