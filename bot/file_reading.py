"""The text of shared files: fetched from Slack's own file host only, capped, and never kept.

The bot token opens every file that the bot may see, and a message of another app may name any
address. So the token goes to Slack's hosts over TLS and nowhere else, and a redirect to another one
is refused. Sources: docs.slack.dev/reference/objects/file-object, …/messaging/working-with-files.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import SplitResult, urljoin, urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import Delivery
from bot.file_text import decode_text
from bot.gathering import MAX_CHARS
from bot.installations.installation import speaker
from bot.metrics import Metrics
from bot.mrkdwn import seen
from bot.shared_files import MAX_FILES, SharedFile, read_file_object
from bot.slack_client import error_code, proxy_for
from bot.tracing import span

log = logging.getLogger(__name__)

MAX_BYTES = 512 * 1024
_MAX_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Slack's own domains; GovSlack is a Slack of its own.
_SLACK_DOMAINS = ("slack.com", "slack-gov.com")

Fault = Literal["forbidden", "gone", "not text", "elsewhere", "passing"]

_FORBIDDEN = frozenset(
    {"missing_scope", "no_permission", "access_denied", "not_allowed_token_type", "not_visible",
     "team_access_not_granted", "ekm_access_denied", "file_not_visible"}
)  # fmt: skip


class UnreadableFileError(Exception):
    """A file that cannot be read, and why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """What is readable in some files, and why it is not all: `faults` by the files' names.

    `is_cut` tells whether only the beginning of one was read.
    """

    text: str = ""
    faults: tuple[tuple[Fault, str], ...] = ()
    is_cut: bool = False

    @property
    def is_passing(self) -> bool:
        """Whether the same files may be readable in a moment."""
        return any(fault == "passing" for fault, _ in self.faults)

    def under(self, text: str) -> str:
        """The files' text under that of their message, at most MAX_CHARS."""
        return f"{text}\n{self.text}".strip("\n")[:MAX_CHARS] if self.text else text


class FileReader:
    """Reads files with the token of the installation for which we speak."""

    def __init__(
        self, client: AsyncWebClient, delivery: Delivery, metrics: Metrics, seconds: float
    ) -> None:
        self._client = client
        self._delivery = delivery
        self._seconds = seconds
        self._reads = metrics.file_reads

    async def read(self, files: Sequence[SharedFile]) -> ReadFiles:
        """The text of the first MAX_FILES, at once; of what cannot be read, its preview.

        TryLaterError when Slack limits us.
        """
        if not files:
            return ReadFiles()
        with span("read files", files=len(files)):
            parts = await asyncio.gather(*(self._read_one(file) for file in files[:MAX_FILES]))
        return ReadFiles(
            "\n".join(part.text for part in parts if part.text),
            tuple(fault for part in parts for fault in part.faults),
            any(part.is_cut for part in parts),
        )

    async def _read_one(self, file: SharedFile) -> ReadFiles:
        if file.is_email and file.preview:
            return ReadFiles(file.preview)
        try:
            async with asyncio.timeout(self._seconds):
                file, text, is_cut = await self._text_of(file)
        except TimeoutError:
            fault: Fault = "passing"
        except UnreadableFileError as unreadable:
            fault = unreadable.fault
        else:
            self._reads.labels("read").inc()
            return ReadFiles(text, (), is_cut)
        self._reads.labels(fault).inc()
        log.info("a file is not read: %s", fault)
        return ReadFiles(file.preview, ((fault, file.name),))

    async def _text_of(self, file: SharedFile) -> tuple[SharedFile, str, bool]:
        if not file.is_gone and not file.is_told_in_full:
            file = await self._told_in_full(file)
        if file.is_gone:
            raise UnreadableFileError("gone")
        if not file.may_be_text:
            raise UnreadableFileError("not text")
        data = await self._fetch(file)
        text = decode_text(data)
        if text is None:
            raise UnreadableFileError("not text")
        is_cut = len(data) >= MAX_BYTES or len(text) > MAX_CHARS
        return file, seen(text[:MAX_CHARS]), is_cut

    async def _told_in_full(self, file: SharedFile) -> SharedFile:
        try:
            found = read_file_object(await self._delivery.file_info(file.id))
        except SlackApiError as error:
            code = error_code(error)
            raise UnreadableFileError("forbidden" if code in _FORBIDDEN else "gone") from error
        if found is None or not found.url:
            raise UnreadableFileError("gone")
        # It was asked: what it says is all that there is to know.
        return replace(found, access="")

    async def _fetch(self, file: SharedFile) -> bytes:
        session, url = self._client.session, file.url
        if session is None:
            raise UnreadableFileError("passing")
        headers = {"Authorization": f"Bearer {speaker().token}", "Accept-Encoding": "identity"}
        try:
            for _ in range(_MAX_REDIRECTS + 1):
                if not is_file_address(url, self._client.base_url):
                    raise UnreadableFileError("elsewhere")
                async with session.get(
                    url, headers=headers, allow_redirects=False, proxy=proxy_for(url)
                ) as response:
                    if response.status not in _REDIRECTS:
                        return await _content(response, file)
                    url = _redirected(url, response.headers.get("Location", ""))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise UnreadableFileError("passing") from error
        raise UnreadableFileError("elsewhere")


def is_file_address(url: str, api_url: str) -> bool:
    """Whether the bot token may go to this address: one of Slack's, or that of our own Web API."""
    parts = _split(url)
    api = _split(api_url)
    if parts is None or api is None or not parts.hostname or parts.username or parts.password:
        return False
    if _origin(parts) == _origin(api):
        return True
    if parts.scheme != "https" or parts.port not in (None, 443):
        return False
    # GovSlack's hosts get only GovSlack's tokens, and Slack's only Slack's; a server that is
    # neither (this machine's) has files on its own host.
    return any(
        _is_under(parts.hostname, domain) and _is_under(api.hostname or "", domain)
        for domain in _SLACK_DOMAINS
    )


def _is_under(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _split(url: str) -> SplitResult | None:
    # What URL parsers disagree about is none of Slack's addresses.
    if not url.isascii() or any(char <= " " or char in "\\\x7f" for char in url):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in ("https", "http") else None


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _redirected(url: str, location: str) -> str:
    """The address of a redirect within the host; UnreadableFileError for one that leads away."""
    target = urljoin(url, location)
    before, after = _split(url), _split(target)
    if before is None or after is None or _origin(before) != _origin(after):
        # A file that the token may not see is redirected to the workspace's sign-in page.
        raise UnreadableFileError("forbidden" if _is_slack(after) else "elsewhere")
    return target


def _is_slack(parts: SplitResult | None) -> bool:
    host = parts.hostname if parts is not None else None
    return host is not None and any(_is_under(host, domain) for domain in _SLACK_DOMAINS)


async def _content(response: aiohttp.ClientResponse, file: SharedFile) -> bytes:
    """The first MAX_BYTES; the rest is not read."""
    if response.status in (401, 403):
        raise UnreadableFileError("forbidden")
    if response.status in (404, 410):
        raise UnreadableFileError("gone")
    if response.status != 200 or response.headers.get("Content-Encoding", "identity") != "identity":
        raise UnreadableFileError("passing")
    if response.content_type == "text/html" and "html" not in file.mimetype.lower():
        # What Slack shows to strangers, with status 200: its sign-in page.
        raise UnreadableFileError("forbidden")
    chunks, room = [], MAX_BYTES
    while room > 0 and (chunk := await response.content.read(min(room, 65_536))):
        chunks.append(chunk)
        room -= len(chunk)
    return b"".join(chunks)
