"""Slack's request signature, checked over the raw bytes before anything is parsed.

Source: docs.slack.dev/authentication/verifying-requests-from-slack.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence

WINDOW_SECONDS = 300
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)


def signature_fault(
    body: bytes, timestamp: str, signature: str, secrets: Sequence[str], now: float
) -> str | None:
    """Why the request is not from Slack, None when it is; `now` in seconds since 1970."""
    if not _TIMESTAMP.fullmatch(timestamp):
        return "its timestamp is no number"
    if abs(now - int(timestamp)) > WINDOW_SECONDS:
        return "its timestamp is more than five minutes off"
    given = signature.encode("utf-8", "replace")
    # Every secret is tried, so that the time taken tells nothing about which one fits.
    fits = [hmac.compare_digest(sign(body, timestamp, secret), given) for secret in secrets]
    return None if any(fits) else "its signature does not fit"


def sign(body: bytes, timestamp: str, secret: str) -> bytes:
    """The signature Slack puts on a request body."""
    base = b"v0:" + timestamp.encode("ascii") + b":" + body
    return b"v0=" + hmac.digest(secret.encode(), base, "sha256").hex().encode("ascii")
