"""What to answer to somebody who asked: about a text, its files and the thread it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.delivery import Delivery, TryLaterError
from bot.file_reading import FileReader, ReadFiles
from bot.incoming import IncomingCommand, IncomingMessage, read_message
from bot.installations.installation import our_identity
from bot.outcomes import Origin
from bot.rendering import notices
from bot.rendering.answer_blocks import Rendered
from bot.rendering.file_words import unreadable_words
from bot.shared_files import MAX_FILES, SharedFile
from bot.wording import Wording, asks_for_help, says_thanks

_MAY_BE_READ_LATER = frozenset({"passing", "forbidden"})


@dataclass(frozen=True, slots=True)
class AskedAnswer:
    """An answer; `is_private` when it only concerns the one who asked.

    `is_unsure` when what could not be read may be readable again. `in_files` is the text of the
    files that were read beside the message.
    """

    rendered: Rendered
    is_private: bool = False
    is_unsure: bool = False
    in_files: str = ""


class AskedAnswers:
    """Answers within `speaking_for` the installation through which the question came."""

    def __init__(self, wording: Wording, delivery: Delivery, files: FileReader) -> None:
        self._wording = wording
        self._delivery = delivery
        self._files = files

    async def text_of(
        self, source: IncomingMessage | IncomingCommand, origin: Origin
    ) -> tuple[str, ReadFiles]:
        """The source's text with that of its files.

        TryLaterError the first time that a file is not there for the moment.
        """
        read = await self._read(source.files, origin)
        return read.under(source.text), read

    async def to_message(self, message: IncomingMessage, origin: Origin) -> AskedAnswer:
        """The answer to a mention or a direct message."""
        text, read = await self.text_of(message, origin)
        if asks_for_help(text) and (text.strip() or not (message.in_thread or read.faults)):
            return AskedAnswer(notices.render_help())
        if says_thanks(text):
            return AskedAnswer(notices.render_words(notices.WELCOME))
        rendered = self._wording.asked(text, "mention")
        if rendered is None and message.in_thread:
            rendered, in_thread = await self._to_thread(message, origin)
            read = replace(_both(read, in_thread), text=read.text)
        return _with_faults(rendered or self._wording.question(message.text or text), read)

    async def to_command(self, command: IncomingCommand, origin: Origin) -> AskedAnswer:
        """The answer to a slash command, or to the shortcut at a message; private in any case."""
        text, read = await self.text_of(command, origin)
        if asks_for_help(text) and not read.faults:
            return AskedAnswer(notices.render_help())
        found = self._wording.asked(text, "command", share=True)
        rendered = found or self._wording.question(command.text or text)
        return _with_faults(rendered, read)

    async def _to_thread(
        self, message: IncomingMessage, origin: Origin
    ) -> tuple[Rendered, ReadFiles]:
        found = await self._delivery.read_thread(message.channel, message.root_ts)
        if found is None:
            return notices.render_words(notices.CANNOT_READ_THREAD), ReadFiles()
        us = our_identity()
        spoken = [read_message(item, message.channel, message.team, "message") for item in found]
        others = [
            item
            for item in spoken
            if item.ts != message.ts and item.user != us.user and item.bot_id != us.bot_id
        ]
        texts, read = [], ReadFiles()
        room = MAX_FILES
        for group in _most_telling_first(others, message.root_ts):
            files = [file for item in group for file in item.files if file.may_be_text][:room]
            room -= len(files)
            found_in_them = await self._read(files, origin)
            texts.append(found_in_them.under("\n\n".join(item.text for item in group)))
            read = _both(read, found_in_them)
        return self._wording.thread(texts, message.text), read

    async def _read(self, files: Sequence[SharedFile], origin: Origin) -> ReadFiles:
        read = await self._files.read(files)
        if read.is_passing and origin == "new":
            raise TryLaterError("a shared file is not there for the moment")
        return read


def _most_telling_first(
    messages: Sequence[IncomingMessage], root_ts: str
) -> list[list[IncomingMessage]]:
    """What a thread is about: its root, then what apps report in it, then what people say."""
    root = [item for item in messages if item.ts == root_ts]
    rest = [item for item in messages if item.ts != root_ts]
    apps = [item for item in rest if item.from_app]
    return [root, apps, [item for item in rest if not item.from_app]]


def _both(first: ReadFiles, second: ReadFiles) -> ReadFiles:
    return ReadFiles("", first.faults + second.faults, first.is_cut or second.is_cut)


def _with_faults(rendered: Rendered, read: ReadFiles) -> AskedAnswer:
    """The answer together with what could not be read; alone, and private, if that is all."""
    words = unreadable_words(read.faults, is_cut=read.is_cut and rendered.found_nothing)
    if not words:
        return AskedAnswer(rendered, in_files=read.text)
    if rendered.found_nothing and read.faults:
        unsure = any(fault in _MAY_BE_READ_LATER for fault, _ in read.faults)
        return AskedAnswer(notices.render_words(words), is_private=True, is_unsure=unsure)
    return AskedAnswer(notices.with_note(rendered, words), in_files=read.text)
