"""How much is measured: the sizes of a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Counts and durations of one run; every loop of a benchmark is bounded by one of them.

    `events` and `ignored` are events a round, `megabytes` the size of the generated logs and
    `extraction_seconds` the CPU time after which extraction stops reading them.
    """

    rounds: int = 5
    events: int = 1_000
    ignored: int = 1_500
    at_once: int = 16
    latency_rounds: int = 3
    latency_seconds: int = 10
    latency_rate: int = 20
    tls_rounds: int = 3
    starts: int = 7
    commands: int = 9
    megabytes: int = 50
    extraction_seconds: float = 50.0
    search_seconds: float = 25.0
    explain_rounds: int = 9
    storm: int = 1_000
    replica_rounds: int = 2
    replica_events: int = 500
    memory_events: int = 200_000
    growth_articles: tuple[int, ...] = (5_000,)
    growth_codes: int = 100_000
    growth_rounds: int = 2


QUICK = Plan(
    rounds=2,
    events=200,
    ignored=300,
    latency_rounds=1,
    latency_seconds=2,
    tls_rounds=1,
    starts=1,
    commands=2,
    megabytes=10,
    extraction_seconds=4.0,
    search_seconds=4.0,
    explain_rounds=2,
    storm=200,
    replica_rounds=1,
    replica_events=200,
    memory_events=4_000,
    growth_articles=(200,),
    growth_codes=5_000,
    growth_rounds=1,
)

# Takes about an hour.
FULL = Plan(
    growth_articles=(5_000, 50_000), memory_events=1_000_000, replica_rounds=3, replica_events=2_000
)
