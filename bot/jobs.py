"""What is to be done, as it waits in the inbox: what people say, press and open; what is due."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from bot import fast_json
from bot.forms import IncomingForm
from bot.home_opened import HomeOpened
from bot.incoming import IncomingAction, IncomingCommand, IncomingMessage
from bot.incoming_step import IncomingStep
from bot.policy import Trigger
from bot.rendering.answer_blocks import Rendered
from bot.shared_files import SharedFile
from bot.tenant import Tenant
from bot.visits import IncomingVisit


@dataclass(frozen=True, slots=True)
class MessageJob:
    """A message that the policy wants answered.

    `unasked` is what an automatic reply says, when that is at hand already; it is not stored.
    """

    kind: ClassVar[str] = "message"
    message: IncomingMessage
    trigger: Trigger
    unasked: Rendered | None = field(default=None, compare=False, repr=False)

    @property
    def tenant(self) -> Tenant:
        """Whose it is."""
        return self.message.tenant

    @property
    def key(self) -> str:
        """The message itself: it may arrive as a mention and as a message, and again."""
        message = self.message
        return f"{message.team}/{message.channel}/{message.ts}/{message.revision or ''}"

    @property
    def event_key(self) -> str | None:
        """Slack's id of the delivery, which its repetitions share."""
        event_id = self.message.event_id
        return f"{self.message.team}/{event_id}" if event_id else None

    @property
    def lane(self) -> str:
        """Jobs of one lane run one after the other: the messages of a channel."""
        return f"{self.message.team}/{self.message.channel}"


class _PrivateJob:
    """What one person asked, and gets the answer to alone."""

    __slots__ = ()

    @property
    def asker(self) -> IncomingCommand | IncomingAction | IncomingForm:
        """Who asked, where, and how to answer."""
        raise NotImplementedError

    @property
    def tenant(self) -> Tenant:
        """Whose it is."""
        return self.asker.tenant

    @property
    def key(self) -> str:
        """The trigger id: Slack makes a new one for each command typed and each press."""
        return f"{self.asker.team}/{self.asker.trigger_id}"

    @property
    def event_key(self) -> str | None:
        """None: there is no other name."""
        return None

    @property
    def lane(self) -> str:
        """A lane of its own: it waits for no busy channel, and a trigger id lasts three seconds."""
        return self.key


@dataclass(frozen=True, slots=True)
class CommandJob(_PrivateJob):
    """A slash command that was acknowledged."""

    kind: ClassVar[str] = "command"
    command: IncomingCommand

    @property
    def asker(self) -> IncomingCommand:
        """The command."""
        return self.command


@dataclass(frozen=True, slots=True)
class ActionJob(_PrivateJob):
    """A pressed button that was acknowledged."""

    kind: ClassVar[str] = "action"
    action: IncomingAction

    @property
    def asker(self) -> IncomingAction:
        """The press."""
        return self.action


@dataclass(frozen=True, slots=True)
class FormJob(_PrivateJob):
    """A submitted window that was acknowledged."""

    kind: ClassVar[str] = "form"
    form: IncomingForm

    @property
    def asker(self) -> IncomingForm:
        """Who submitted it."""
        return self.form


class _EventJob:
    """What Slack tells us outside of any message."""

    __slots__ = ()

    @property
    def told(self) -> IncomingVisit | HomeOpened | IncomingStep:
        """What was told."""
        raise NotImplementedError

    @property
    def tenant(self) -> Tenant:
        """Whose it is."""
        return self.told.tenant

    @property
    def key(self) -> str:
        """Slack's id of the delivery, which its repetitions share."""
        return f"{self.told.team}/{self.told.event_id}"

    @property
    def event_key(self) -> str | None:
        """None: the key is that."""
        return None

    @property
    def lane(self) -> str:
        """A lane of its own: nobody's message waits for it."""
        return self.key


@dataclass(frozen=True, slots=True)
class VisitJob(_EventJob):
    """Somebody opened the conversation with us."""

    kind: ClassVar[str] = "visit"
    visit: IncomingVisit

    @property
    def told(self) -> IncomingVisit:
        """The visit."""
        return self.visit


@dataclass(frozen=True, slots=True)
class StepJob(_EventJob):
    """A workflow has come to our step."""

    kind: ClassVar[str] = "step"
    step: IncomingStep

    @property
    def told(self) -> IncomingStep:
        """The step."""
        return self.step

    @property
    def key(self) -> str:
        """The run itself, which is ended once, however often Slack tells of it."""
        return f"{self.step.team}/{self.step.execution_id}"


@dataclass(frozen=True, slots=True)
class HomeJob(_EventJob):
    """Somebody looks at the Home tab. To publish it twice does no harm."""

    kind: ClassVar[str] = "home"
    opened: HomeOpened

    @property
    def told(self) -> HomeOpened:
        """The look."""
        return self.opened

    @property
    def lane(self) -> str:
        """One after the other for each person, so that the newest stays."""
        return f"{self.opened.team}/home/{self.opened.user}"


@dataclass(frozen=True, slots=True)
class DigestJob:
    """The weekly post to a channel about the seven days before day `end` (days since 1970)."""

    kind: ClassVar[str] = "digest"
    team: str
    channel: str
    end: int
    enterprise: str | None = None
    is_org: bool = False

    @property
    def tenant(self) -> Tenant:
        """Whose it is."""
        return Tenant(self.team, self.enterprise, self.is_org)

    @property
    def key(self) -> str:
        """One a week."""
        return f"{self.lane}/{self.end}"

    @property
    def event_key(self) -> str | None:
        """None: there is no other name."""
        return None

    @property
    def lane(self) -> str:
        """A lane of its own: a channel full of alerts does not wait for it."""
        return f"{self.team}/{self.channel}/digest"


PrivateJob = CommandJob | ActionJob | FormJob
EventJob = VisitJob | HomeJob | StepJob
Job = MessageJob | PrivateJob | EventJob | DigestJob


def encode_job(job: Job) -> str:
    """The job as JSON, for the store."""
    if isinstance(job, MessageJob):
        parts = _parts(job.message)
        parts["mentioned"] = sorted(job.message.mentioned)
        parts["mentioned_before"] = sorted(job.message.mentioned_before)
        parts["files"] = [_parts(file) for file in job.message.files]
        form = {"kind": "message", "trigger": job.trigger, "parts": parts}
    elif isinstance(job, CommandJob):
        parts = _parts(job.command)
        parts["files"] = [_parts(file) for file in job.command.files]
        form = {"kind": "command", "parts": parts}
    elif isinstance(job, FormJob):
        form = {"kind": "form", "parts": _parts(job.form)}
    elif isinstance(job, VisitJob):
        form = {"kind": "visit", "parts": _parts(job.visit)}
    elif isinstance(job, StepJob):
        form = {"kind": "step", "parts": _parts(job.step)}
    elif isinstance(job, HomeJob):
        form = {"kind": "home", "parts": _parts(job.opened)}
    elif isinstance(job, DigestJob):
        form = {"kind": "digest", "parts": _parts(job)}
    else:
        form = {"kind": "action", "parts": _parts(job.action)}
    return fast_json.encode(form).decode()


def decode_job(text: str) -> Job:
    """The job that `encode_job` wrote; ValueError for anything else.

    Fields that this version does not know are left out: a newer replica may have written it.
    """
    try:
        form = fast_json.decode(text)
        parts = form["parts"]
        if "files" in parts:
            parts["files"] = tuple(
                SharedFile(**_known(SharedFile, file)) for file in parts["files"]
            )
        if form["kind"] == "message":
            for name in ("mentioned", "mentioned_before"):
                parts[name] = frozenset(parts.get(name, ()))
            return MessageJob(IncomingMessage(**_known(IncomingMessage, parts)), form["trigger"])
        if form["kind"] == "command":
            return CommandJob(IncomingCommand(**_known(IncomingCommand, parts)))
        if form["kind"] == "form":
            return FormJob(IncomingForm(**_known(IncomingForm, parts)))
        if form["kind"] == "visit":
            return VisitJob(IncomingVisit(**_known(IncomingVisit, parts)))
        if form["kind"] == "step":
            return StepJob(IncomingStep(**_known(IncomingStep, parts)))
        if form["kind"] == "home":
            return HomeJob(HomeOpened(**_known(HomeOpened, parts)))
        if form["kind"] == "digest":
            return DigestJob(**_known(DigestJob, parts))
        return ActionJob(IncomingAction(**_known(IncomingAction, parts)))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no job: {type(error).__name__}") from error


def _parts(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def _known(kind: Any, parts: dict[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in parts.items() if name in names}
