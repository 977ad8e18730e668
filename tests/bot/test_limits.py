"""How much one person may ask."""

from __future__ import annotations

from bot.limits import RateLimit


class Clock:
    """A clock that stands until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_key_has_its_uses_and_gets_them_back() -> None:
    clock = Clock()
    limit = RateLimit(3, clock)
    assert [limit.allows("a") for _ in range(4)] == [True, True, True, False]
    assert limit.allows("b")
    clock.now = 20.0
    assert [limit.allows("a") for _ in range(2)] == [True, False]
    clock.now = 10_000.0
    assert [limit.allows("a") for _ in range(4)] == [True, True, True, False]


def test_no_limit_allows_everything() -> None:
    limit = RateLimit(0)
    assert all(limit.allows("a") for _ in range(1_000))


def test_many_keys_do_not_fill_the_memory() -> None:
    limit = RateLimit(1)
    for number in range(30_000):
        assert limit.allows(str(number))
    assert len(limit._left) <= 10_000
