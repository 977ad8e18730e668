"""Channels, bursts and occurrences, on both databases."""

from __future__ import annotations

from dataclasses import replace

from bot.channels import Channels
from bot.settings import Settings
from bot.store.burst_table import (
    Burst,
    burst_of_post,
    count_in_burst,
    end_burst,
    find_burst,
    next_update_in,
    show_again,
    start_burst,
    take_updates,
)
from bot.store.channel_table import (
    ChannelSettings,
    all_channels,
    changes_of,
    channels_changed_by,
    is_muted,
    mute_thread,
    read_channel,
    save_channel,
    unmute_thread,
)
from bot.store.database import Database
from bot.store.forgetting import forget_old, forget_team
from bot.store.occurrence_table import Occurrence, frequent, note_occurrences, seen
from bot.tenant import Tenant

SETTINGS = ChannelSettings("alerts", ("B1", "A2"), True, 60, True)
BURST = Burst(
    Tenant("T", "E", True),
    "C",
    ("win32:0x00000005",),
    False,
    "9.0",
    "1.0",
    "text",
    [{"type": "divider"}],
)
DENIED = Occurrence("T", "C", "win32/ERROR_ACCESS_DENIED", "win32:0x00000005", is_public=True)


async def test_a_channels_settings_are_kept_with_who_changed_what(database: Database) -> None:
    assert await database.run(lambda tx: read_channel(tx, "T", "C")) == ChannelSettings()
    await database.run(lambda tx: save_channel(tx, Tenant("T"), "C", SETTINGS, "U1"))
    louder = replace(SETTINGS, policy="all", cooldown_seconds=None)
    await database.run(lambda tx: save_channel(tx, Tenant("T"), "C", louder, "U2"))
    assert await database.run(lambda tx: save_channel(tx, Tenant("T"), "C", louder, "U3")) is None
    assert await database.run(lambda tx: read_channel(tx, "T", "C")) == louder
    last, first = await database.run(lambda tx: changes_of(tx, "T", "C"))
    assert (last.user, first.user) == ("U2", "U1")
    assert last.changed == {"policy": ("alerts", "all"), "cooldown_seconds": (60, None)}
    assert await database.run(lambda tx: channels_changed_by(tx, "T", "U2", 5)) == ["C"]
    assert await database.run(all_channels) == {("T", "C"): louder}


async def test_what_a_channel_chose_goes_with_its_workspace(database: Database) -> None:
    channels = Channels(Settings(), database)
    await channels.save(Tenant("T"), "C", SETTINGS, "U1")
    await channels.refresh()
    assert channels.rules("T", "C").dry_run
    await database.run(lambda tx: forget_team(tx, "T"))
    await channels.refresh()
    assert not channels.rules("T", "C").dry_run


async def test_a_thread_is_muted_until_it_is_not(database: Database) -> None:
    for _ in range(2):
        await database.run(lambda tx: mute_thread(tx, "T", "C", "1.0", "U1"))
    assert await database.run(lambda tx: is_muted(tx, "T", "C", "1.0"))
    assert not await database.run(lambda tx: is_muted(tx, "T", "C", "2.0"))
    await database.run(lambda tx: unmute_thread(tx, "T", "C", "1.0"))
    assert not await database.run(lambda tx: is_muted(tx, "T", "C", "1.0"))


async def test_a_burst_counts_and_is_shown_by_one_process_at_a_time(database: Database) -> None:
    async def find(cooldown: float = 60.0) -> Burst | None:
        return await database.run(
            lambda tx: find_burst(tx, "T", "C", BURST.codes, dry=False, cooldown=cooldown)
        )

    assert await find() is None
    await database.run(lambda tx: start_burst(tx, BURST))
    assert await database.run(next_update_in) is None
    found = await find()
    assert found is not None
    assert found.blocks == BURST.blocks
    assert found.tenant == BURST.tenant
    for _ in range(3):
        await database.run(lambda tx: count_in_burst(tx, found))
    (due,) = await database.run(take_updates)
    assert (due.count, due.shown, due.posted_ts) == (4, 1, "9.0")
    assert await database.run(take_updates) == []
    await database.run(lambda tx: count_in_burst(tx, found))
    assert await database.run(take_updates) == []
    wait = await database.run(next_update_in)
    assert wait is not None
    assert 0 < wait <= 5
    await database.run(lambda tx: show_again(tx, due, 0.0))
    assert [burst.count for burst in await database.run(take_updates)] == [5]


async def test_a_burst_ends_with_its_cooldown_or_its_reply(database: Database) -> None:
    await database.run(lambda tx: start_burst(tx, BURST))
    await database.run(lambda tx: tx.execute("UPDATE burst SET last_at = last_at - 100"))
    for cooldown, there in ((60.0, False), (200.0, True)):
        found = await database.run(
            lambda tx: find_burst(
                tx,
                "T",
                "C",
                BURST.codes,
                dry=False,
                cooldown=cooldown,  # noqa: B023
            )
        )
        assert (found is not None) == there
    assert await database.run(lambda tx: burst_of_post(tx, "T", "C", "9.0"))
    await database.run(lambda tx: end_burst(tx, "T", "C", "9.0"))
    assert await database.run(lambda tx: burst_of_post(tx, "T", "C", "9.0")) is None


async def test_a_burst_does_not_last_for_ever(database: Database) -> None:
    await database.run(lambda tx: start_burst(tx, BURST))
    await database.run(lambda tx: tx.execute("UPDATE burst SET first_at = first_at - 30000"))
    assert (
        await database.run(
            lambda tx: find_burst(tx, "T", "C", BURST.codes, dry=False, cooldown=60.0)
        )
        is None
    )


async def test_occurrences_are_counted_by_topic_and_shown_to_who_may_see_them(
    database: Database,
) -> None:
    private = replace(DENIED, channel="CPRIVATE", is_public=False)
    other = replace(DENIED, topic="win32:0x00000002", code="win32:0x00000002", posted=False)
    dry = replace(DENIED, dry=True)
    for met in ([DENIED, other], [DENIED], [private], [dry]):
        await database.run(lambda tx: note_occurrences(tx, met))  # noqa: B023
    for channel, count in (("C", 2), ("CELSE", 2), ("CPRIVATE", 3)):
        found = await database.run(
            lambda tx: seen(tx, "T", channel, DENIED.topic)  # noqa: B023
        )
        assert found.count == count, channel
    assert (await database.run(lambda tx: seen(tx, "T2", "C", DENIED.topic))).count == 0
    everywhere = await database.run(lambda tx: frequent(tx, "T", None, 7.0, 10))
    assert [(each.topic, each.count, each.posts) for each in everywhere] == [
        (DENIED.topic, 2, 2), (other.topic, 1, 0)
    ]  # fmt: skip
    here = await database.run(lambda tx: frequent(tx, "T", "CPRIVATE", 7.0, 10))
    assert [each.count for each in here] == [1]
    would = await database.run(lambda tx: frequent(tx, "T", "C", 7.0, 10, dry=True))
    assert [each.count for each in would] == [1]


async def test_what_is_too_old_is_forgotten(database: Database) -> None:
    await database.run(lambda tx: note_occurrences(tx, [DENIED]))
    await database.run(lambda tx: mute_thread(tx, "T", "C", "1.0", "U1"))
    await database.run(lambda tx: start_burst(tx, BURST))
    await database.run(lambda tx: save_channel(tx, Tenant("T"), "C", SETTINGS, "U1"))
    for table, column in (
        ("occurrence", "last_at"), ("muted_thread", "muted_at"), ("burst", "last_at"),
        ("channel_change", "changed_at"),
    ):  # fmt: skip
        sql = f"UPDATE {table} SET {column} = {column} - 400 * 86400.0"  # noqa: S608
        await database.run(lambda tx: tx.execute(sql))  # noqa: B023
    await database.run(lambda tx: forget_old(tx, 30.0))
    for table in ("occurrence", "muted_thread", "burst", "channel_change"):
        sql = f"SELECT 1 FROM {table}"  # noqa: S608
        assert await database.run(lambda tx: tx.execute(sql)) == [], table  # noqa: B023
    # What a channel chose stays.
    assert await database.run(lambda tx: read_channel(tx, "T", "C")) == SETTINGS
