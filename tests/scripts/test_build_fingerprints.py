"""The builder of the fingerprints, on sentences of our own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from build_fingerprints import add_onto, build, variants
from message_sources import Message, SourceFormatError, po_entries, read_messages, read_page

from knowledge.messages import MessageIndex, TableRows, find_messages
from knowledge.messages.table import parse_table

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "build_fingerprints.py"
TABLE = """\
family\tcode_hex\tname\tofficial_message
win32\t0x00000005\tERROR_WET\tThe paint on the fence is still wet.
hresult\t0x80070005\tE_WET\tThe paint on the fence is still wet.
hresult\t0x00040001\tS_DRY\tThe paint on the fence is dry at last.
bugcheck\t0x00000001\tFENCE_FELL\tThe fence fell over while it was being painted.
win32\t0x00000006\tERROR_RED\tRed
"""
PO = """\
msgid ""
msgstr "Language: de"

#: fence.mc:1
msgid "The paint on the fence is still wet"
msgstr "Die Farbe auf dem Zaun "
"ist noch nass."

#, fuzzy
msgid "The paint on the fence is dry at last."
msgstr "Falsch geraten"
"""
PAGE = """\
<span id="ERROR_WET"></span><span id="error_wet"></span>**FEHLER NASS**
</dt> <dd> <dl> <dt>

5 (0x5)
</dt> <dt>

Die Farbe am Zaun trocknet <em>noch</em> immer.

<span id="ERROR_RED"></span>**FEHLER ROT**

7 (0x7)

Die Nummer passt nicht zum Namen.
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_messages_that_tell_no_error_are_left_out_and_counted(tmp_path: Path) -> None:
    rows, report = build(read_messages(write(tmp_path, "t.tsv", TABLE)), {})
    assert {row.name for row in rows} == {"ERROR_WET", "E_WET"}
    assert sum(report.left_out.values()) == 3
    assert report.collisions == 0


def test_code_that_people_meet_first_comes_first(tmp_path: Path) -> None:
    messages = list(read_messages(write(tmp_path, "t.tsv", TABLE)))
    first = build(messages, {})[0][0]
    assert (first.name, first.step.preferred) == ("ERROR_WET", True)
    assert build(messages, {(0x80070005, "E_WET"): 1})[0][0].name == "E_WET"


def test_first_sentence_and_clause_stand_for_a_long_message() -> None:
    text = "No brush was left in the whole garden shed, or it was locked. Ask the neighbour."
    assert [(each, short) for each, short in variants(text)] == [
        (text, False),
        ("No brush was left in the whole garden shed, or it was locked.", True),
        ("No brush was left in the whole garden shed", True),
    ]


def test_whole_message_is_preferred_to_the_beginning_of_another() -> None:
    long = Message("win32", 1, "LONG", "No brush was left in the whole shed. Ask the neighbour.")
    whole = Message("win32", 2, "WHOLE", "No brush was left in the whole shed.")
    rows, _ = build([long, whole], {})
    hits = find_messages("No brush was left in the whole shed", MessageIndex(TableRows(rows)))
    assert [code.name for code in hits[0].codes] == ["WHOLE"]


def test_gettext_entries_are_read_with_their_continued_lines() -> None:
    assert list(po_entries(PO))[1:] == [
        ("The paint on the fence is still wet", "Die Farbe auf dem Zaun ist noch nass.", False),
        ("The paint on the fence is dry at last.", "Falsch geraten", True),
    ]


def test_page_counts_only_where_name_and_number_agree(tmp_path: Path) -> None:
    known = {
        "ERROR_WET": [Message("win32", 5, "ERROR_WET", "x y")],
        "ERROR_RED": [Message("win32", 6, "ERROR_RED", "x y")],
    }
    (message,) = read_page(write(tmp_path, "p.md", PAGE), "de", known)
    assert message.text == "Die Farbe am Zaun trocknet noch immer."
    assert (message.value, message.language) == (5, "de")


def test_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceFormatError, match="official_message"):
        list(read_messages(write(tmp_path, "t.tsv", "family\tname\n")))


def test_command_joins_all_sources_and_writes_no_words(tmp_path: Path) -> None:
    table, po = write(tmp_path, "t.tsv", TABLE), write(tmp_path, "de.po", PO)
    (tmp_path / "pages").mkdir()
    write(tmp_path / "pages", "p.md", PAGE)
    out = tmp_path / "out.tsv"
    command = [sys.executable, str(SCRIPT), "--messages", str(table), "--out", str(out)]
    command += ["--po", f"de={po}", "--pages", f"de={tmp_path / 'pages'}"]
    subprocess.run(command, check=True, capture_output=True)
    text = out.read_text(encoding="utf-8")
    assert "fence" not in text
    assert "Zaun" not in text
    index = MessageIndex(TableRows(parse_table(text)))
    for line in ("Die Farbe auf dem Zaun ist noch nass!", "Die Farbe am Zaun trocknet noch immer"):
        (hit,) = find_messages(line, index)
        assert (hit.language, hit.codes[0].value) == ("de", 5)


def test_a_table_is_added_onto_what_was_built_before() -> None:
    old, _ = build([Message("win32", 5, "ERROR_WET", "The paint on the fence is still wet.")], {})
    again = Message("win32", 9, "ERROR_OTHER", "The paint on the fence is still wet.")
    dutch = Message("win32", 5, "ERROR_WET", "De verf op het hek droogt nog steeds.", "nl")
    new, _ = build([again, dutch], {})
    joined = add_onto(old, new)
    assert [row.hash for row in joined] == sorted(row.hash for row in joined)
    assert {row.value for row in joined} == {5}
    assert len(joined) > len(old)
