"""A short run of the attack; the long one: `scripts/trials/hostile_bodies.py --count 1000000`."""

from __future__ import annotations

from hostile_bodies import attack


async def test_hostile_bodies_get_an_answer_and_leave_no_traceback() -> None:
    found = await attack(2_000, seed=42)
    assert sum(found.statuses.values()) == 2_000
    assert {200, 400, 401} <= set(found.statuses)
    assert found.broken == 0
    assert found.kinds == {}
