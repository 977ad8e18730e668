"""What a handler of jobs is given, and what it says has become of a job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from bot.jobs import Job
from bot.store.database import Transaction

Write = Callable[[Transaction], None]


@dataclass(frozen=True, slots=True)
class Done:
    """The job is finished.

    `writes` are kept in the transaction that says so: all of them or, after a crash, none, and the
    job is done again. `answered` tells whether something was said.
    """

    writes: tuple[Write, ...] = ()
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """Try again: after `seconds` if somebody said so, else later each time."""

    reason: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class GivenUp:
    """It will not work; the job is kept for people to look at."""

    reason: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """Nobody is there to be answered: the job is deleted."""

    reason: str


Outcome = Done | Later | GivenUp | Dropped


Origin = Literal["new", "retry", "recovered"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A job to be tried.

    Nobody began a `new` one. We tried a `retry` before, and Slack did not take it or did not say
    so. A `recovered` one was left by another process, which may have begun or even done it:
    `was_begun` tells whether it called `begin`, which notes that in the store. Call it where
    nobody can look up afterwards what came of it.
    """

    job: Job
    origin: Origin
    was_begun: bool
    begin: Callable[[], Awaitable[None]]


Handler = Callable[[Attempt], Awaitable[Outcome]]
