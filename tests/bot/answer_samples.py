"""Answers made by hand for rendering: a plain one, and the longest that the models allow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from knowledge import Answer, Code, Finding, Fix, Mention, Reading, Step
from knowledge.guidance import Cause, Never, Question, Related, Source


def reading(
    name: str | None = "ERROR_PROCESS_NOT_IN_JOB", value: int = 759, **fields: Any
) -> Reading:
    base: dict[str, Any] = {
        "family": "win32",
        "value": value,
        "name": name,
        "names": (name,) if name else (),
        "confidence": 0.9,
        "why": "a number of this size is mostly a system error code",
    }
    return Reading(**{**base, **fields})


def answer(best: Reading | None = None, written: str = "0x2F7", **fields: Any) -> Answer:
    best = best or reading()
    others = fields.get("others", ())
    mention = Mention(0, len(written), written, "number", best.value)
    base: dict[str, Any] = {
        "finding": Finding(mention, (best, *others)),
        "reading": best,
        "basis": "article",
        "title": "The process is not in a job",
        "summary": "Not a crash: a caller asked for the job of a process that is in none.",
        "article": "win32/ERROR_PROCESS_NOT_IN_JOB",
    }
    return Answer(**{**base, **fields})


def rich_answer(**fields: Any) -> Answer:
    """An answer with something in every part."""
    causes = tuple(
        Cause(id=f"cause-{n}", text=f"Cause number {n} of it.", tell=f"The sign of cause {n}.")
        for n in range(1, 5)
    )
    steps = tuple(
        Step(  # noqa: S604 (the shell that the command is for, nothing is run)
            id=f"step-{n}", do=f"Look at place {n} first.", run=f"Get-Thing -Id {n}",
             expect=f"It shows {n} when healthy.", shell="powershell")
        for n in range(1, 5)
    )  # fmt: skip
    base: dict[str, Any] = {
        "causes": causes,
        "diagnose": steps,
        "fix": (
            Fix(for_cause="cause-1", do="Start it again suspended.", run="x.exe", undo="Undo."),
        ),
        "never": (Never(do="Reinstall it", why="It changes nothing about this."),),
        "faq": (Question(ask="Is it serious?", answer="No, it is harmless in a monitor."),),
        "meaning": "What it means.",
        "background": "Where it comes from.",
        "related": (
            Related(
                code="ERROR_PROCESS_IN_JOB", family="win32", relation="sibling", why="The opposite."
            ),
        ),
        "sources": (
            Source(
                url="https://learn.microsoft.com/x", supports="the name", checked=date(2026, 1, 2)
            ),
        ),
        "others": (reading("SOMETHING_ELSE", family="bugcheck", confidence=0.1),),
    }
    return answer(**{**base, **fields})


def longest_answer(words: str = "<!channel> `w` \u202e漢字 ") -> Answer:
    """Every part as long as the models allow, and more of them than anybody would write."""

    def fill(chars: int) -> str:
        return (words * chars)[:chars]

    other = reading(fill(300), 0xFFFFFFFF, why=fill(400), inner=Code("win32", 5, fill(300)))
    cause = Cause(id="c1", text=fill(300), tell=fill(300))
    step = Step(id="s1", do=fill(400), run=fill(1200), expect=fill(500))
    fix = Fix(for_cause="c1", do=fill(600), run=fill(1200), undo=fill(400))
    question = Question(ask=fill(150), answer=fill(500))
    never = Never(do=fill(200), why=fill(300))
    long_texts = {name: fill(900) for name in ("summary", "context", "meaning", "background")}
    return answer(
        other,
        fill(3_000),
        **long_texts,
        title=fill(300),
        developer_notes=fill(5_000),
        impact=fill(900),
        article=fill(300),
        seen_in=(fill(300),) * 20,
        causes=(cause,) * 20,
        diagnose=(step, *[replace(step, run=fill(299))] * 20),
        fix=(fix,) * 20,
        never=(never,) * 20,
        faq=(question,) * 110,
        others=(other,) * 30,
    )


# Any text, seasoned with what must stay harmless.
HOSTILE = st.sampled_from(
    ["<!channel>", "<@U1>", "`", "```", "\u202e", "\u200b", "&amp;", "*", "\n", "x" * 50, "漢字"]
)


def texts(longest: int, shortest: int = 0) -> st.SearchStrategy[str]:
    """Text of any length up to the longest that a model takes."""
    pieces = st.lists(HOSTILE | st.text(max_size=20), max_size=12).map("".join)
    padded = st.tuples(pieces, st.sampled_from([0, longest])).map(lambda p: p[0] + "w " * p[1])
    return padded.map(lambda text: (text + "x" * shortest)[:longest])


def answers() -> st.SearchStrategy[Answer]:
    """Answers of every size, with hostile text in every place."""
    readings = st.builds(
        reading,
        name=st.none() | texts(300, 1),
        value=st.integers(0, 0xFFFF_FFFF),
        family=texts(60, 1),
        confidence=st.floats(0, 1),
        why=texts(400),
        inner=st.none() | st.builds(Code, family=texts(20, 1), value=st.just(5), name=texts(300)),
    )
    causes = st.builds(Cause, id=st.just("c1"), text=texts(300), tell=texts(300))
    steps = st.builds(
        Step, id=st.just("s1"), do=texts(400), run=st.none() | texts(1200),
        expect=texts(500), shell=st.sampled_from([None, "powershell", "gui"]),
    )  # fmt: skip
    fixes = st.builds(
        Fix, for_cause=st.sampled_from(["c1", "other"]), do=texts(600),
        run=st.none() | texts(1200), undo=st.none() | texts(400),
    )  # fmt: skip
    questions = st.builds(Question, ask=texts(150), answer=texts(500))
    nevers = st.builds(Never, do=texts(200), why=texts(300))
    return st.builds(
        answer,
        best=readings,
        written=texts(3_000),
        title=texts(300),
        summary=texts(1_000),
        article=st.none() | texts(300, 1),
        basis=st.sampled_from(["article", "playbook", "structure"]),
        context=st.none() | texts(900),
        meaning=st.none() | texts(900),
        background=st.none() | texts(900),
        developer_notes=st.none() | texts(5_000),
        seen_in=st.lists(texts(300), max_size=3).map(tuple),
        causes=st.lists(causes, max_size=4).map(tuple),
        diagnose=st.lists(steps, max_size=4).map(tuple),
        fix=st.lists(fixes, max_size=3).map(tuple),
        never=st.lists(nevers, max_size=2).map(tuple),
        faq=st.lists(questions, max_size=3).map(tuple),
        others=st.lists(readings, max_size=3).map(tuple),
    )
