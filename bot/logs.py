"""Logging: one line at a time, as text or JSON, without secrets and without what people wrote.

A line about one event says which: event_id, team, channel and trigger (bot.log_context).
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Iterable
from typing import TextIO

from bot.log_context import NAMES, ContextFilter
from bot.settings import Settings

_TOKEN = re.compile(r"\bx(?:ox[a-z](?:\.xox[a-z])?|app)-[A-Za-z0-9-]{4,400}")
_RESPONSE_URL = re.compile(
    r"(https?://[^\s\"']{1,200}/(?:commands|actions|app|response)/)\S{1,300}"
)
_HIDDEN = "[secret]"
_TO_THE_SECOND = "%Y-%m-%d %H:%M:%S"
# What these libraries log at DEBUG holds whole payloads: message text and response URLs.
_CHATTY = ("slack_sdk", "slack_bolt", "aiohttp", "asyncio")
_STANDARD = frozenset(vars(logging.makeLogRecord({})))


class SecretFilter(logging.Filter):
    """Replaces tokens and the given secrets in everything that is logged, tracebacks included."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        # Short values would blank out ordinary words.
        self._secrets = tuple(secret for secret in secrets if len(secret) >= 8)

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; never drops it."""
        record.msg = self.hide(record.getMessage())
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self.hide(record.exc_text)
        return True

    def hide(self, text: str) -> str:
        """The text with every known or recognisable secret replaced."""
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, _HIDDEN)
        if "xox" in text or "xapp" in text:
            text = _TOKEN.sub(_HIDDEN, text)
        if "http" in text:
            text = _RESPONSE_URL.sub(rf"\1{_HIDDEN}", text)
        return text


class BadRequestFilter(logging.Filter):
    """Says in one line that somebody sent what is no HTTP; aiohttp logs a traceback with it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place; never drops it."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and (
            type(error).__module__ == "aiohttp.http_exceptions"
            or type(error).__name__ == "RequestPayloadError"
        ):
            record.msg, record.args = f"a request is no HTTP: {type(error).__name__}", None
            record.exc_info, record.exc_text = None, None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


class _Clock(logging.Formatter):
    """Writes the time of day once a second, not once a line."""

    def __init__(self, fmt: str | None = None) -> None:
        super().__init__(fmt)
        self._told: tuple[int, str | None, str] = (-1, None, "")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 (the library's name)
        """The local time, to the second with `datefmt`, without it to the millisecond."""
        second = int(record.created)
        if self._told[:2] != (second, datefmt):
            words = time.strftime(datefmt or _TO_THE_SECOND, time.localtime(second))
            self._told = (second, datefmt, words)
        return self._told[2] if datefmt else f"{self._told[2]},{int(record.msecs):03d}"


class TextFormatter(_Clock):
    """Time, level, logger and message, and behind them which event it is about."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the library's name)
        """The line, without a traceback."""
        line = super().formatMessage(record)
        known = [f"{name}={getattr(record, name)}" for name in NAMES if hasattr(record, name)]
        return f"{line} [{' '.join(known)}]" if known else line


class JsonFormatter(_Clock):
    """One JSON object per line: time, level, logger, message, and the fields given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        line: dict[str, object] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        extra = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        line |= {name: value for name, value in extra.items() if name not in ("message", "asctime")}
        if record.exc_text:
            line["exception"] = record.exc_text
        return json.dumps(line, ensure_ascii=False, default=str)


def configure_logging(settings: Settings, stream: TextIO | None = None) -> None:
    """Send everything to one stream (default: standard error) in the format of the settings."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.addFilter(BadRequestFilter())
    handler.addFilter(SecretFilter(settings.secrets))
    handler.addFilter(ContextFilter())
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else TextFormatter())
    # No line names its place in the code or its thread, so none has to look for them (the logging
    # HOWTO, "Optimization").
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    # It warns that our own authorize() makes the token of the environment unnecessary.
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
