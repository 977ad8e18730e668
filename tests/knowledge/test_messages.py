"""Messages are recognised by hashes; the sentences here are made up, so are their codes."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.base import KnowledgeBase
from knowledge.messages import MessageHit, MessageIndex, TableRows, find_messages, message_mentions
from knowledge.messages.fingerprints import LANGUAGES, Fingerprint, Step, fixed_runs, steps_of
from knowledge.messages.table import format_table, parse_table
from knowledge.messages.words import Words, weight
from knowledge.sources import PACKAGE

SENTENCES = {
    "SPIN_E_COLD": "The gearbox is too cold to spin.",
    "SPIN_E_SHAFT": "Shaft bent",
    "SPIN_E_PART": "Cannot fit part %1 because the drawer %2 holds a larger one.",
    "SPIN_E_TAIL": "The workbench lamp refuses to light: %1",
    "SPIN_E_LIST": "No lever could be moved because the crew of the engine room actively held it",
    "SPIN_E_JA": "歯車が冷えすぎて回転できません。",
    "SPIN_E_DE": "Das Zahnrad ist zu kalt, um größere Wellen anzutreiben.",
    "SPIN_E_FEW": "Grease",
}


def fingerprints(sentences: dict[str, str]) -> list[Fingerprint]:
    return [
        Fingerprint(found, "spin", 0xA0000000 + number, name, step.pack())
        for number, (name, sentence) in enumerate(sentences.items())
        for found, step in steps_of(sentence)
    ]


@pytest.fixture(scope="module")
def index() -> MessageIndex:
    return MessageIndex(TableRows(fingerprints(SENTENCES)))


def only_hit(text: str, index: MessageIndex) -> MessageHit:
    (hit,) = find_messages(text, index)
    return hit


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("The gearbox is too cold to spin.", "SPIN_E_COLD", id="as it is"),
        pytest.param("The gearbox is too cold to spin", "SPIN_E_COLD", id="no full stop"),
        pytest.param("the GEARBOX is TOO cold to spin!", "SPIN_E_COLD", id="case, punctuation"),
        pytest.param("“The gearbox is too\u00a0cold to spin.”", "SPIN_E_COLD", id="quotes, NBSP"),
        pytest.param("> The gearbox is too\n> cold to spin.", "SPIN_E_COLD", id="wrapped, quoted"),
        pytest.param("step 4: The gearbox is too cold to spin. (4)", "SPIN_E_COLD", id="in a line"),
        pytest.param("The gear\u00adbox is too cold to spin", "SPIN_E_COLD", id="soft hyphen"),
        pytest.param("gearbox too cold to spin", "SPIN_E_COLD", id="without function words"),
        pytest.param(
            'Cannot fit part "C:\\Tools\\big bolt.bin" because the drawer 12 holds a larger one.',
            "SPIN_E_PART", id="filled inserts",
        ),
        pytest.param(
            "Cannot fit part %1 because the drawer %2 holds a larger one", "SPIN_E_PART",
            id="unfilled inserts",
        ),
        pytest.param(
            "Cannot fit part '' because the drawer '' holds a larger one", "SPIN_E_PART",
            id="empty inserts",
        ),
        pytest.param("The workbench lamp refuses to light: fuse", "SPIN_E_TAIL", id="open end"),
        pytest.param("歯車が冷えすぎて回転できません", "SPIN_E_JA", id="no blanks between words"),
        pytest.param(
            "DAS ZAHNRAD IST ZU KALT, UM GRÖSSERE WELLEN ANZUTREIBEN", "SPIN_E_DE", id="ß and SS"
        ),
        pytest.param("Das Zahnrad ist zu kalt, um große Wellen anzutreiben", None, id="other word"),
        pytest.param("Das Zahnrad ist zu kalt, um größere", None, id="half of it"),
        pytest.param("Grease", None, id="one word is no message"),
        pytest.param("The gearbox too spin is cold to", None, id="other order"),
        pytest.param("because the drawer 7 holds a larger one", None, id="second half of a chain"),
    ],
)  # fmt: skip
def test_message_is_found_however_it_is_written(
    text: str, name: str | None, index: MessageIndex
) -> None:
    assert [hit.codes[0].name for hit in find_messages(text, index)] == ([name] if name else [])


def test_span_covers_the_message_with_its_inserts_and_nothing_else(index: MessageIndex) -> None:
    text = "job 7 says: Cannot fit part A-1 because the drawer B holds a larger one. Stop."
    hit = only_hit(text, index)
    assert (
        text[hit.start : hit.end] == "Cannot fit part A-1 because the drawer B holds a larger one"
    )


def test_span_begins_at_the_function_words_of_the_message(index: MessageIndex) -> None:
    text = "error 5: The gearbox is too cold to spin"
    assert text[only_hit(text, index).start :] == "The gearbox is too cold to spin"


def test_decomposed_letters_are_the_same_letters() -> None:
    assert Words("gro\u0308\u00dfer").forms == Words("gr\u00f6\u00dfer").forms == ["gr\u00f6sser"]


def test_insert_longer_than_a_path_breaks_the_chain(index: MessageIndex) -> None:
    filler = "word " * 40
    text = f"Cannot fit part {filler} because the drawer x holds a larger one"
    assert not find_messages(text, index)


def test_exact_words_are_surer_than_a_paraphrase(index: MessageIndex) -> None:
    exact = only_hit("The gearbox is too cold to spin.", index)
    loose = only_hit("gearbox too cold to spin", index)
    assert (exact.exact, loose.exact) == (True, False)
    assert exact.confidence > loose.confidence


def test_short_message_is_weak_alone_and_nothing_in_prose(index: MessageIndex) -> None:
    alone = only_hit("result: Shaft bent.", index)
    assert alone.bounded
    assert alone.confidence < 0.6
    assert not find_messages("we saw the shaft bent a little", index)


def test_long_message_is_sure_even_inside_prose(index: MessageIndex) -> None:
    text = "then no lever could be moved because the crew of the engine room actively held it again"
    hit = only_hit(text, index)
    assert not hit.bounded
    assert hit.confidence >= 0.8


def test_longer_of_two_overlapping_messages_is_kept() -> None:
    rows = fingerprints({"SHORT": "lamp went dark", "LONG": "The lamp went dark and stayed so."})
    hit = only_hit("The lamp went dark and stayed so.", MessageIndex(TableRows(rows)))
    assert hit.codes[0].name == "LONG"


def test_every_code_that_shares_a_message_is_named_in_the_order_of_the_table() -> None:
    rows = fingerprints({"FIRST": "The valve is stuck open", "SECOND": "The valve is stuck open."})
    hit = only_hit("The valve is stuck open", MessageIndex(TableRows(rows)))
    assert [code.name for code in hit.codes] == ["FIRST", "SECOND"]
    assert "2 codes share" in hit.why


def test_each_form_of_a_message_counts_as_a_quotation() -> None:
    rows = fingerprints({"A": "Valve name not found.", "B": "The valve name is not found."})
    index = MessageIndex(TableRows(rows))
    assert only_hit("Valve name not found", index).exact
    longer = only_hit("x: The valve name is not found", index)
    assert (longer.exact, longer.start, longer.words) == (True, 3, 6)


def test_literal_message_counts_only_word_for_word() -> None:
    ((found, step),) = steps_of("The pipe name is too long.")
    flags = step.pack() | Step(0, 0, 0, last=False, literal=True).pack()
    index = MessageIndex(TableRows([Fingerprint(found, "win32", 0xA0000001, "X", flags)]))
    assert find_messages("The pipe name is too long", index)
    assert not find_messages("pipe name too long", index)


def test_mention_carries_the_first_code(index: MessageIndex) -> None:
    text = "x: The gearbox is too cold to spin."
    (mention,) = message_mentions(text, index)
    assert text[mention.start : mention.end] == mention.as_written
    assert (mention.kind, mention.value, mention.cue) == ("message", 0xA0000000, "spin")
    assert mention.names == ("SPIN_E_COLD",)


@pytest.mark.parametrize(
    ("sentence", "runs"),
    [
        ("Drawer %1!s! of %2 stuck fast here now%n%0", ["stuck fast here now"]),
        ("{0} cannot reach the far shelf", ["cannot reach far shelf"]),
        ("Shelf [2] fell on the wet floor. [3]", ["fell on wet floor"]),
        ("0x%08lx at the loose end of belt", ["at loose end of belt"]),
        ("%hs went off the rails at 100%", ["went off rails at 100"]),
    ],
)
def test_inserts_of_every_notation_are_left_open(sentence: str, runs: list[str]) -> None:
    found, has_inserts = fixed_runs(sentence)
    assert [" ".join(run.forms) for run in found] == runs
    assert has_inserts


@given(
    st.builds(
        Step,
        key=st.integers(0, 2**24 - 1), words=st.integers(1, 63), span=st.integers(1, 127),
        lead=st.integers(0, 3), follows=st.booleans(), last=st.booleans(),
        preferred=st.booleans(), open=st.booleans(), shortened=st.booleans(),
        literal=st.booleans(), language=st.integers(0, len(LANGUAGES) - 1),
    )
)  # fmt: skip
def test_flags_hold_a_whole_step(step: Step) -> None:
    assert Step.unpack(step.pack()) == step
    assert 0 <= step.pack() < 1 << 63


@given(st.text(max_size=400))
def test_any_text_is_searched_without_error_and_spans_lie_inside(text: str) -> None:
    rows = [*fingerprints(SENTENCES), *fingerprints({"T": text})]
    for hit in find_messages(text, MessageIndex(TableRows(rows))):
        assert 0 <= hit.start < hit.end <= len(text)


def test_table_is_read_back_as_written() -> None:
    rows = fingerprints(SENTENCES)
    assert list(parse_table("# comment\n" + format_table(rows))) == rows


def test_hashes_do_not_depend_on_the_process() -> None:
    # The shipped table would be worthless if this number ever changed.
    assert steps_of("The gearbox is too cold to spin.")[0][0] == 14664389364870322784


def test_two_ideographs_say_as_much_as_a_word() -> None:
    assert weight(["歯", "車", "gear"]) == 2


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("Cannot fit part because the drawer ", id="chains that never end"),
        pytest.param("The gearbox is too cold to spin. ", id="the same message"),
        pytest.param("é" * 40 + "_", id="letters without blanks"),
        pytest.param("\u0301" * 37, id="marks without letters"),
    ],
)
def test_hostile_text_takes_time_in_proportion(hostile: str, index: MessageIndex) -> None:
    def seconds(chars: int) -> float:
        text = (hostile * (chars // len(hostile) + 1))[:chars]
        best = 9.9
        for _ in range(3):
            start = time.process_time()
            find_messages(text, index)
            best = min(best, time.process_time() - start)
        return best

    assert seconds(240_000) < 20 * seconds(30_000) + 0.3


# The shipped table.


@pytest.mark.parametrize(
    "language", ["en", "de", "es", "fr", "it", "pt", "ru", "zh", "zh-tw", "ja"]
)
def test_shipped_table_knows_the_language(language: str) -> None:
    wanted = LANGUAGES.index(language)
    table = PACKAGE / "catalog" / "fingerprints.tsv"
    rows = parse_table(table.read_text(encoding="utf-8"))
    assert sum(row.step.language == wanted for row in rows) >= 20


def test_shipped_hashes_lead_to_codes_of_the_catalogue(base: KnowledgeBase) -> None:
    hit = only_hit("The RPC server is unavailable.", base.message_index)
    assert base.fingerprint_codes(hit.hash)[0].value == 1722
    assert base.codes_named(hit.codes[0].name or "")[0].value == 1722


PROSE = (
    "We moved the release to Thursday because two reviewers were out, and nobody objected.",
    "The file is on the shared drive; please do not rename it before the audit is over.",
    "She denied access to nobody, the server was simply busy when the parameter was changed.",
    "If the system cannot cope, we find the specified budget elsewhere and tell finance.",
    "The operation was a success, the device was connected, and the request went through.",
    "An attempt was made to reach the office, but the connection was poor all morning.",
    "Not enough chairs were available to seat everyone, so the meeting moved next door.",
    "The handle of the door is loose and the path behind it leads to the parking lot.",
    "This parameter sweep took six hours; the results were not found to be significant.",
    "Please wait while the process finishes, it is used by another team in the afternoon.",
)


@pytest.mark.parametrize("text", PROSE)
def test_ordinary_prose_gives_no_strong_hit(text: str, base: KnowledgeBase) -> None:
    assert [hit for hit in find_messages(text, base.message_index) if hit.confidence >= 0.6] == []


def facts_folder() -> Path:
    default = Path(__file__).resolve().parents[3] / "shared" / "facts"
    return Path(os.environ.get("TEST_FACTS_DIR", default))


@pytest.mark.skipif(
    not (facts_folder() / "official_messages.tsv").is_file(), reason="no reference table here"
)
def test_messages_of_the_reference_table_lead_to_their_codes(base: KnowledgeBase) -> None:
    lines = (facts_folder() / "official_messages.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines[1:]]
    # Bug checks and events are described, not printed; below 0x80000000 a message tells no error.
    printed = [row for row in rows if row[0] not in ("bugcheck", "event_id") and row[2][0] != "("]
    errors = [row for row in printed if 0 < int(row[1], 16) < 0x1_0000 or int(row[1], 16) >> 31]
    worth_it = [row for row in errors if steps_of(row[3]) and not row[2].startswith("TITLE_")]
    missed = [row for row in worth_it if not _leads_to(row, base)]
    assert len(worth_it) > 15_000
    assert len(missed) / len(worth_it) < 0.01


def _leads_to(row: list[str], base: KnowledgeBase) -> bool:
    text = f"The installer stopped at step 3: {row[3]}".replace("%1", "C:\\Some Folder\\a file.txt")
    return any(
        (code.family, code.value) == (row[0], int(row[1], 16))
        for hit in find_messages(text, base.message_index)
        for code in hit.codes
    )
