"""Headers, message files and tables of an organisation become an overlay, or a list of faults."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.base import KnowledgeBase
from knowledge.compiling import compile_knowledge
from knowledge.errors import SourceError
from knowledge.importing import ImportReport, import_codes, write_overlay
from knowledge.importing.expression import ExpressionError, evaluate
from knowledge.importing.header import read_header
from knowledge.importing.message_compiler import read_message_file
from knowledge.importing.table import read_csv
from knowledge.messages import find_messages
from knowledge.sources import Sources

HEADER = """\
#ifndef CRANE_H
#define CRANE_H
/* CRANE_E_GHOST is gone:
#define CRANE_E_GHOST 0xA0000000
*/
#define FACILITY_CRANE 0x123 // ours
#define CRANE_E_ROPE ((HRESULT)0xA1230001L)
#define CRANE_E_HOOK _HRESULT_TYPEDEF_(0xA1230002L)
#define CRANE_E_LOAD MAKE_HRESULT(SEVERITY_ERROR, FACILITY_CRANE, 3)
#define CRANE_E_WIND HRESULT_FROM_WIN32(5)
#define CRANE_E_NEXT \\
    (CRANE_E_HOOK + 2)
#define CRANE_TEXT "no code // at all"
#define CRANE_FAILED(x) ((x) < 0)
#define CRANE_EXIT 77
static const DWORD CRANE_DEEP = 0x20000000 | 9;
enum class Crane : long {
    CRANE_ALL_WELL,
    CRANE_SWAYING = 40, // in wind
    CRANE_TIPPING,
    CRANE_LOST = -1,
};
#endif
"""
HEADER_CODES = {
    "FACILITY_CRANE": 0x123, "CRANE_E_ROPE": 0xA1230001, "CRANE_E_HOOK": 0xA1230002,
    "CRANE_E_LOAD": 0x81230003, "CRANE_E_WIND": 0x80070005, "CRANE_E_NEXT": 0xA1230004,
    "CRANE_EXIT": 77, "CRANE_DEEP": 0x20000009, "CRANE_ALL_WELL": 0, "CRANE_SWAYING": 40,
    "CRANE_TIPPING": 41, "CRANE_LOST": 0xFFFFFFFF,
}  # fmt: skip

MESSAGES = """\
; // a comment for the generated header
MessageIdTypedef=DWORD
SeverityNames=(Fine=0x0:CRANE_FINE
               Broken=0x3:CRANE_BROKEN)
FacilityNames=(Rope=0x21:FACILITY_ROPE Motor=0x22)
LanguageNames=(English=0x409:MSG00409)
OutputBase=16

MessageId=0x10
Severity=Broken
Facility=Rope
SymbolicName=CRANE_ROPE_TORN
Language=English
The rope above %1 is torn
and must be replaced.
.
Language=German
Das Seil ist gerissen.
.

MessageId=+1
SymbolicName=CRANE_ROPE_WET
Language=English
The rope is wet.
.
MessageId=
Facility=Motor
SymbolicName=CRANE_MOTOR_HOT
Language=English
The motor runs hot.
.
MessageId=
SymbolicName=CRANE_MOTOR_OUT
Language=English
The motor has stopped for good.
.
"""


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


def values(report: ImportReport) -> dict[str | None, int]:
    return {code.name: code.value for code in report.codes}


def faults(report: ImportReport) -> list[str]:
    return [str(fault) for fault in report.faults]


def test_every_form_of_a_constant_in_a_header_is_read(tmp_path: Path) -> None:
    report = import_codes(write(tmp_path, "crane.h", HEADER), "crane")
    assert values(report) == HEADER_CODES
    assert report.faults == ()
    assert [str(each) for each in report.skipped] == [
        "crane.h: line 13: CRANE_TEXT: '\"no code // at all\"' is no constant expression"
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_header_is_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    text = "// größer\r\n#define CRANE_E_ROPE 0xA1230001\r\n"
    report = import_codes(write(tmp_path, "crane.h", text, encoding), "crane")
    assert values(report) == {"CRANE_E_ROPE": 0xA1230001}


def test_prefix_keeps_other_constants_out(tmp_path: Path) -> None:
    report = import_codes(write(tmp_path, "crane.h", HEADER), "crane", prefix="CRANE_E_")
    assert len(report.codes) == 5


def test_lines_of_a_header_survive_comments_and_continuations() -> None:
    lines = {each.name: each.line for each in read_header(HEADER).definitions}
    assert (lines["CRANE_E_ROPE"], lines["CRANE_E_NEXT"], lines["CRANE_TIPPING"]) == (7, 11, 20)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0x80070005", 0x80070005),
        ("(HRESULT)0x80070005L", 0x80070005),
        ("static_cast<HRESULT>(0x80070005)", 0x80070005),
        ("-2147024891", -2147024891),
        ("010", 8),
        ("1 << 4 | 2 + 3", 1 << 4 | 2 + 3),
        ("~0", 0xFFFFFFFF),
        ("(5)", 5),
        ("((unsigned long)(7U))", 7),
        ("((CRANE_STATUS)0xC1230007)", 0xC1230007),
        ("(BASE) - 1", 99),
        ("BASE + 2", 102),
        ("HRESULT_FROM_WIN32(0)", 0),
    ],
)
def test_expression_has_the_value_that_c_gives_it(text: str, value: int) -> None:
    assert evaluate(text, {"BASE": 100}) == value


@pytest.mark.parametrize(
    "text", ["", "(", "1 +", "OTHER", "F(1)", "1 2", '"text"', "1 << 99", "(" * 150, "0x", "1.5"]
)
def test_expression_that_is_none_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"\w{2,}"):
        evaluate(text, {})


@given(st.integers(-(2**31), 2**32 - 1))
def test_any_number_is_read_back_from_hexadecimal_and_decimal(number: int) -> None:
    assert evaluate(str(number), {}) == number
    assert evaluate(f"(HRESULT){number & 0xFFFFFFFF:#x}L", {}) == number & 0xFFFFFFFF


def test_messages_get_severity_facility_and_number(tmp_path: Path) -> None:
    report = import_codes(write(tmp_path, "crane.mc", MESSAGES), "crane")
    assert values(report) == {
        "CRANE_ROPE_TORN": 0xC0210010, "CRANE_ROPE_WET": 0xC0210011,
        "CRANE_MOTOR_HOT": 0xC0220001, "CRANE_MOTOR_OUT": 0xC0220002,
    }  # fmt: skip
    assert report.messages[0][1] == "The rope above %1 is torn and must be replaced."


MC_FAULTS = [
    ("MessageId=x\nSymbolicName=A_B\nLanguage=English\nt\n.\n", 1, "is no number"),
    ("MessageId=0x10000\nSymbolicName=A_B\nLanguage=English\nt\n.\n", 1, "over 0xFFFF"),
    ("MessageId=1\nSeverity=Grim\n", 2, "'Grim' is not one of"),
    ("MessageId=1\nFacility=Moon\n", 2, "'Moon' is not one of"),
    ("MessageId=1\nSymbolicName=9x\n", 2, "is no name"),
    ("MessageId=1\nSymbolicName=A_B\nLanguage=English\nnever ends\n", 3, "has no end"),
    ("Colour=red\n", 1, "not known"),
    ("some words\n", 1, "want KEY=value"),
    ("SeverityNames=(Grim=0x9)\n", 1, "at most 0x3"),
    ("Language=English\nearly\n.\n", 1, "before the first MessageId"),
]


@pytest.mark.parametrize(("text", "line", "words"), MC_FAULTS, ids=[each[2] for each in MC_FAULTS])
def test_fault_of_a_message_file_is_told_with_its_line(text: str, line: int, words: str) -> None:
    found = read_message_file(text).faults
    assert [number for number, message in found if words in message] == [line]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_table_is_read_with_any_separator(separator: str) -> None:
    rows = ["name,value,description", "CRANE_A,0xA0000001,The hook is lost", "CRANE_B,-5,", ""]
    reading = read_csv("\n".join(rows).replace(",", separator))
    assert [(each.name, each.value, each.message) for each in reading.definitions] == [
        ("CRANE_A", 0xA0000001, "The hook is lost"), ("CRANE_B", 0xFFFFFFFB, ""),
    ]  # fmt: skip


def test_all_faults_of_a_table_are_told_at_once(tmp_path: Path) -> None:
    text = "name,value\nA B,1\nCRANE_B,five\nCRANE_C,0x1FFFFFFFF\nCRANE_D,4\nCRANE_D,5\nCRANE_E,6\n"
    report = import_codes(write(tmp_path, "c.csv", text), "crane")
    assert faults(report) == [
        "c.csv: line 2: name: 'A B' is no name (letters, digits and _)",
        "c.csv: line 3: value: 'five' is no number such as 5 or 0x80070005",
        "c.csv: line 4: CRANE_C: 0x1ffffffff does not fit in 32 bits; correct it",
        "c.csv: line 6: CRANE_D is 0x00000005 here and 0x00000004 in line 5; keep one",
    ]


@pytest.mark.parametrize(
    ("name", "text", "family", "words"),
    [
        pytest.param("c.csv", "a,b\n1,2\n", "crane", "must name the columns", id="no header"),
        pytest.param("c.csv", "", "crane", "must name the columns", id="empty"),
        pytest.param("c.h", "int x;\n", "crane", "holds no codes", id="nothing in it"),
        pytest.param("c.txt", "x", "crane", "is none of .h", id="other kind"),
        pytest.param("c.h", "#define A_B 1", "Crane!", "lower-case", id="bad family"),
    ],
)
def test_file_that_cannot_be_imported_says_what_to_do(
    tmp_path: Path, name: str, text: str, family: str, words: str
) -> None:
    (fault,) = import_codes(write(tmp_path, name, text), family).faults
    assert words in fault.message


def test_missing_file_is_a_fault_and_no_traceback(tmp_path: Path) -> None:
    (fault,) = import_codes(tmp_path / "none.h", "crane").faults
    assert "cannot be read" in fault.message


def test_codes_that_the_catalogue_has_are_reported(tmp_path: Path, base: KnowledgeBase) -> None:
    text = "#define ERROR_ACCESS_DENIED 99\n#define CRANE_E_WIND 0x80070005\n#define CRANE_OK 5\n"
    report = import_codes(write(tmp_path, "c.h", text), "crane", base=base)
    assert [str(clash) for clash in report.clashes] == [
        "ERROR_ACCESS_DENIED is 0x00000063 here and 0x00000005 in win32",
        "0x80070005 is CRANE_E_WIND here and E_ACCESSDENIED in hresult",
    ]
    assert report.faults == ()


def test_faults_keep_the_overlay_from_being_written(tmp_path: Path) -> None:
    report = import_codes(write(tmp_path, "c.csv", "name,value\nA,x\n"), "crane")
    with pytest.raises(SourceError):
        write_overlay(report, tmp_path / "overlay")
    assert not (tmp_path / "overlay").exists()


def test_overlay_is_compiled_and_its_codes_and_messages_are_found(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay"
    write_overlay(import_codes(write(tmp_path, "crane.mc", MESSAGES), "crane"), overlay)
    text = "name,value\nYARD_E_GATE,0xA7770001\n"
    write_overlay(
        import_codes(write(tmp_path, "yard.csv", text), "yard"), overlay, title='The "yard"'
    )
    compile_knowledge(Sources(overlays=(overlay,)), tmp_path / "compiled.sqlite")
    base = KnowledgeBase(tmp_path / "compiled.sqlite")
    try:
        assert base.codes_named("crane_rope_wet")[0].value == 0xC0210011
        assert base.family("yard").title == 'The "yard"'
        log = "12:03 crane[7]: The rope above bay 9 is torn and must be replaced."
        (hit,) = find_messages(log, base.message_index)
        assert hit.codes[0].name == "CRANE_ROPE_TORN"
    finally:
        base.close()


def test_importing_again_replaces_what_was_imported_before(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay"
    for text in (MESSAGES, MESSAGES.replace("The motor runs hot", "The motor glows in red")):
        write_overlay(import_codes(write(tmp_path, "crane.mc", text), "crane"), overlay)
        before = (overlay / "catalog" / "fingerprints.tsv").read_text(encoding="utf-8")
        assert before.count("CRANE_MOTOR_HOT") == 1
    assert (overlay / "catalog" / "families.yaml").read_text(encoding="utf-8").count("crane:") == 1


@pytest.mark.parametrize(
    ("name", "piece"),
    [
        ("c.h", "/*"), ("c.h", 'a"\\"'), ("c.h", "enum{"), ("c.h", "x\\\n"), ("c.h", "enum "),
        ("c.h", "#define A_B ("), ("c.h", "enum{A,"), ("c.mc", "SeverityNames=(\n"),
        ("c.mc", "Language=x\n"), ("c.mc", "MessageId=1\n"), ("c.csv", 'name,value\n"'),
    ],
)  # fmt: skip
def test_hostile_file_takes_time_in_proportion(tmp_path: Path, name: str, piece: str) -> None:
    def seconds(chars: int) -> float:
        path = write(tmp_path, name, piece * (chars // len(piece)))
        best = 9.9
        for _ in range(2):
            start = time.process_time()
            import_codes(path, "crane")
            best = min(best, time.process_time() - start)
        return best

    assert seconds(800_000) < 24 * seconds(100_000) + 0.3
