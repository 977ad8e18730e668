"""A short run of the attack; the long one is `python scripts/hostile_bodies.py --count 1000000`."""

from __future__ import annotations

from hostile_bodies import attack


async def test_hostile_bodies_get_an_answer_and_leave_no_traceback() -> None:
    statuses, watch = await attack(2_000, seed=42)
    assert sum(statuses.values()) == 2_000
    assert {200, 400, 401} <= set(statuses)
    assert max(statuses) < 500
    assert watch.kinds == {}
