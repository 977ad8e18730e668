"""An organisation's own knowledge, and how much of it: thousands of articles, 100,000 codes."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.bots import Bench, running_bot
from benchmarks.figures import median_ratio
from benchmarks.overlays import variables, write_articles, write_codes
from benchmarks.plan import Plan
from benchmarks.processes import worker
from benchmarks.rows import Goal, Row
from benchmarks.stand_in import stand_in
from benchmarks.texts import alerts

NAME = "growth"
_COMPILE_SECONDS = 900.0
_NOTHING = "our own knowledge"


@dataclass(slots=True)
class Grown:
    """What was measured with one overlay, round by round; `articles` and `codes` are its size."""

    folder: Path | None = None
    articles: int = 0
    codes: int = 0
    compiling: Mapping[str, float] = field(default_factory=dict)
    rates: list[float] = field(default_factory=list)
    bot_mb: list[float] = field(default_factory=list)
    rounds: list[Mapping[str, float]] = field(default_factory=list)

    def each(self, figure: str) -> list[float]:
        """Return one figure of every round."""
        return [found[figure] for found in self.rounds]


def measure(plan: Plan) -> list[Row]:
    """Our own knowledge and that with each overlay, in turn."""
    with tempfile.TemporaryDirectory(prefix="winerr-bench-") as name:
        folder, cache = Path(name), Path(name, "cache")
        grown = _overlays(folder, plan)
        for one in grown.values():
            one.compiling = _worker(cache, one)
        for _ in range(plan.growth_rounds):
            for one in grown.values():
                one.rounds.append(_worker(cache, one))
        asyncio.run(_bots(grown, cache, plan))
    own = grown.pop(_NOTHING)
    return [row for what, one in grown.items() for row in _rows(what, one, own)] + _linear(
        [one for one in grown.values() if one.articles], own
    )


def _overlays(folder: Path, plan: Plan) -> dict[str, Grown]:
    grown = {_NOTHING: Grown()}
    for count in plan.growth_articles:
        place = folder / f"articles-{count}"
        write_articles(place, count)
        grown[f"{count:,} articles more"] = Grown(place, articles=count)
    place = folder / "codes"
    write_codes(place, plan.growth_codes)
    grown[f"{plan.growth_codes:,} codes more"] = Grown(place, codes=plan.growth_codes)
    return grown


def _worker(cache: Path, one: Grown) -> dict[str, float]:
    overlays = [str(one.folder)] if one.folder else []
    return worker("growing", str(cache), *overlays, seconds=_COMPILE_SECONDS).json()


async def _bots(grown: Mapping[str, Grown], cache: Path, plan: Plan) -> None:
    texts = alerts()
    async with stand_in() as (arrivals, url):
        bench = Bench(arrivals, plan.at_once)
        with ExitStack() as stack:
            bots = {
                what: stack.enter_context(
                    running_bot("winerr", url, variables(one.folder, cache) if one.folder else None)
                )
                for what, one in grown.items()
            }
            for bot in bots.values():
                await bot.wait_for_port()
            await bench.warm_up(bots.values(), texts)
            for _ in range(plan.growth_rounds):
                for what, bot in bots.items():
                    load, cpu = await bench.flood(bot, texts, plan.events)
                    grown[what].rates.append(len(load.acks) / cpu)
                    grown[what].bot_mb.append(bot.resident_megabytes())


def _rows(what: str, one: Grown, own: Grown) -> list[Row]:
    rates = Row(
        f"answered events per core second, {what} / none",
        f"{median(one.rates):.0f} ({median(own.rates):.0f})",
        median_ratio(one.rates, own.rates),
        Goal("at least", 0.83),
        figures={"grown": one.rates, "own": own.rates},
    )
    memory = Row(
        f"resident memory of the bot after the load, {what} / none",
        f"{one.bot_mb[-1]:.1f} MB ({own.bot_mb[-1]:.1f})",
        one.bot_mb[-1] / own.bot_mb[-1],
        figures={"grown_mb": one.bot_mb, "own_mb": own.bot_mb},
    )
    compiled = Row(
        f"compiling once, {what} / none",
        f"{one.compiling['open_ms'] / 1000:.1f} s, peak {one.compiling['peak_mb']:.0f} MB",
        note="a start uses the compiled file; without an overlay an installation has it already",
        figures=one.compiling,
    )
    return [
        rates,
        _pair(f"extraction of a text, CPU, {what} / none", "extract_ms", one, own, 1.2),
        _pair(f"look-up of a code that we had, CPU, {what} / none", "lookup_ms", one, own, 1.2),
        _pair(f"opening and explaining the first text, CPU, {what} / none", "load_ms", one, own),
        memory,
        compiled,
    ]


def _pair(what: str, figure: str, one: Grown, own: Grown, goal: float | None = None) -> Row:
    ours, theirs = one.each(figure), own.each(figure)
    digits = 0 if median(ours) >= 10 else 3
    return Row(
        what,
        f"{median(ours):.{digits}f} ms ({median(theirs):.{digits}f})",
        median_ratio(ours, theirs),
        None if goal is None else Goal("at most", goal),
        figures={"grown_ms": ours, "own_ms": theirs},
    )


def _linear(grown: list[Grown], own: Grown) -> list[Row]:
    """What an article adds to the load, of the most against of the fewest."""
    if len(grown) < 2:
        return []
    least, most = grown[0], grown[-1]

    def microseconds(one: Grown) -> list[float]:
        pairs = zip(one.each("load_ms"), own.each("load_ms"), strict=True)
        return [(loaded - alone) * 1000 / one.articles for loaded, alone in pairs]

    few, many = microseconds(least), microseconds(most)
    return [
        Row(
            f"load time that an article adds, of {most.articles:,} / of {least.articles:,}",
            f"{median(many):.1f} us ({median(few):.1f})",
            median(many) / median(few),
            Goal("at most", 1.2),
            figures={"many_us": many, "few_us": few},
        )
    ]
