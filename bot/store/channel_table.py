"""What each channel wants, who changed that, and which threads are muted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.store.database import Transaction
from bot.store.digest_table import begin_digest
from bot.tenant import Tenant


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What the members of a channel chose; None leaves it to the bot's settings.

    `policy` is off, mentions, alerts or all. `senders` are ids of apps and bots: of alerts, only
    theirs are answered, all when it is empty. `cooldown_seconds` is how long the same codes again
    are counted instead of answered, 0 for never.
    """

    policy: str | None = None
    senders: tuple[str, ...] = ()
    dry_run: bool = False
    cooldown_seconds: int | None = None
    digest: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed what, when (seconds since 1970): name -> before, after."""

    user: str
    at: float
    changed: Mapping[str, tuple[Any, Any]]


_COLUMNS = "policy, senders, dry_run, cooldown_seconds, digest"


def all_channels(tx: Transaction) -> dict[tuple[str, str], ChannelSettings]:
    """The settings of every channel whose members chose any, by team and channel."""
    rows = tx.execute(f"SELECT team, channel, {_COLUMNS} FROM channel_setting")  # noqa: S608
    return {(team, channel): _settings(found) for team, channel, *found in rows}


def read_channel(tx: Transaction, team: str, channel: str) -> ChannelSettings:
    """A channel's settings; those of the bot where nobody chose any."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM channel_setting WHERE team = $1 AND channel = $2",  # noqa: S608
        (team, channel),
    )
    return _settings(rows[0]) if rows else ChannelSettings()


def save_channel(
    tx: Transaction, tenant: Tenant, channel: str, settings: ChannelSettings, user: str
) -> Change | None:
    """Keep a channel's settings and who changed them; what changed, None when nothing did."""
    team = tenant.team
    before, after = asdict(read_channel(tx, team, channel)), asdict(settings)
    changed = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if not changed:
        return None
    tx.execute(
        f"INSERT INTO channel_setting (team, channel, {_COLUMNS}, changed_by, changed_at,"  # noqa: S608
        " enterprise, is_org) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, {now}, $9, $10)"
        " ON CONFLICT (team, channel) DO UPDATE SET policy = excluded.policy,"
        " senders = excluded.senders, dry_run = excluded.dry_run,"
        " cooldown_seconds = excluded.cooldown_seconds, digest = excluded.digest,"
        " changed_by = excluded.changed_by, changed_at = excluded.changed_at",
        (team, channel, settings.policy, json.dumps(settings.senders), settings.dry_run,
         settings.cooldown_seconds, settings.digest, user, tenant.enterprise, tenant.is_org),
    )  # fmt: skip
    if settings.digest and not before["digest"]:
        begin_digest(tx, team, channel)
    ((at,),) = tx.execute(
        "INSERT INTO channel_change (team, channel, changed_by, change, changed_at)"
        " VALUES ($1, $2, $3, $4, {now}) RETURNING changed_at",
        (team, channel, user, json.dumps(changed)),
    )
    return Change(user, at, changed)


def changes_of(tx: Transaction, team: str, channel: str, limit: int = 5) -> list[Change]:
    """The latest changes of a channel's settings, newest first."""
    rows = tx.execute(
        "SELECT changed_by, changed_at, change FROM channel_change"
        " WHERE team = $1 AND channel = $2 ORDER BY id DESC LIMIT $3",
        (team, channel, limit),
    )
    return [
        Change(user, at, {name: tuple(pair) for name, pair in json.loads(change).items()})
        for user, at, change in rows
    ]


def channels_changed_by(tx: Transaction, team: str, user: str, limit: int) -> list[str]:
    """The channels whose settings a person changed, by name, also if others did so since."""
    rows = tx.execute(
        "SELECT channel FROM channel_setting AS s WHERE team = $1 AND (changed_by = $2"
        " OR EXISTS (SELECT 1 FROM channel_change AS c WHERE c.team = s.team"
        " AND c.channel = s.channel AND c.changed_by = $2)) ORDER BY channel LIMIT $3",
        (team, user, limit),
    )
    return [channel for (channel,) in rows]


def mute_thread(tx: Transaction, team: str, channel: str, root_ts: str, user: str) -> None:
    """Say nothing more in a thread unless asked."""
    tx.execute(
        "INSERT INTO muted_thread (team, channel, root_ts, muted_by, muted_at)"
        " VALUES ($1, $2, $3, $4, {now}) ON CONFLICT DO NOTHING",
        (team, channel, root_ts, user),
    )


def unmute_thread(tx: Transaction, team: str, channel: str, root_ts: str) -> bool:
    """Take a thread's mute back; False when it was not muted."""
    rows = tx.execute(
        "DELETE FROM muted_thread WHERE team = $1 AND channel = $2 AND root_ts = $3 RETURNING 1",
        (team, channel, root_ts),
    )
    return bool(rows)


def is_muted(tx: Transaction, team: str, channel: str, root_ts: str) -> bool:
    """Whether somebody muted a thread."""
    sql = "SELECT 1 FROM muted_thread WHERE team = $1 AND channel = $2 AND root_ts = $3"
    return bool(tx.execute(sql, (team, channel, root_ts)))


def _settings(row: Any) -> ChannelSettings:
    policy, senders, dry_run, cooldown, digest = row
    return ChannelSettings(
        policy, tuple(json.loads(senders)), bool(dry_run), cooldown, bool(digest)
    )
