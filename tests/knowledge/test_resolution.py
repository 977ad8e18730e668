"""Readings: every family that has the value, ranked, each with a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.base import KnowledgeBase
from knowledge.extraction.family_words import FamilyWords
from knowledge.extraction.whole import parse_query
from knowledge.findings import Mention, Reading
from knowledge.looking_up import resolve_query
from knowledge.resolution import readings_of
from knowledge.suggestions import suggest, suggest_in_text


def look_up(text: str, base: KnowledgeBase) -> tuple[Reading, ...]:
    query = parse_query(text)
    assert query is not None, f"{text!r} is not taken for a code or name"
    return tuple(r for finding in resolve_query(query, text, base) for r in finding.readings)


WRAPPED = "HRESULT_FROM_WIN32"
APPX = "ERROR_INSTALL_REGISTRATION_FAILURE"
BEST = {
    "decimal": ("759", "win32", 0x2F7, "ERROR_PROCESS_NOT_IN_JOB"),
    "short hex": ("0x2F7", "win32", 0x2F7, "ERROR_PROCESS_NOT_IN_JOB"),
    "padded hex": ("0x000002f7", "win32", 0x2F7, "ERROR_PROCESS_NOT_IN_JOB"),
    "hex with h": ("2F7h", "win32", 0x2F7, "ERROR_PROCESS_NOT_IN_JOB"),
    "in quotes": ("`0x2F7`", "win32", 0x2F7, "ERROR_PROCESS_NOT_IN_JOB"),
    "WinDbg decimal": ("0n759", "win32", 0x2F7, "ERROR_PROCESS_NOT_IN_JOB"),
    "wrapped": ("0x800702F7", "hresult", 0x800702F7, f"{WRAPPED}(ERROR_PROCESS_NOT_IN_JOB)"),
    "signed": ("-2147024137", "hresult", 0x800702F7, f"{WRAPPED}(ERROR_PROCESS_NOT_IN_JOB)"),
    "typographic minus": ("−2147024891", "hresult", 0x80070005, "E_ACCESSDENIED"),
    "unsigned": ("2147942405", "hresult", 0x80070005, "E_ACCESSDENIED"),
    "bare HRESULT": ("80070005", "hresult", 0x80070005, "E_ACCESSDENIED"),
    "bare NTSTATUS": ("c0000005", "ntstatus", 0xC0000005, "STATUS_ACCESS_VIOLATION"),
    "sign-extended": ("0xFFFFFFFFC0000005", "ntstatus", 0xC0000005, "STATUS_ACCESS_VIOLATION"),
    "named wrapper": ("0x80070002", "hresult", 0x80070002, f"{WRAPPED}(ERROR_FILE_NOT_FOUND)"),
    "AppX by its own name": ("0x80073CF6", "hresult", 0x80073CF6, APPX),
    "from NTSTATUS": ("0xD0000022", "hresult", 0xD0000022, "HRESULT_FROM_NT(STATUS_ACCESS_DENIED)"),
    "small decimal": ("5", "win32", 5, "ERROR_ACCESS_DENIED"),
    "small hex": ("0x7E", "win32", 0x7E, "ERROR_MOD_NOT_FOUND"),
    "hex digits": ("7E", "win32", 0x7E, "ERROR_MOD_NOT_FOUND"),
    "stop code": ("stop 0x7E", "bugcheck", 0x7E, "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED"),
    "bug check": ("bugcheck 7B", "bugcheck", 0x7B, "INACCESSIBLE_BOOT_DEVICE"),
    "often met stop code": ("0xD1", "bugcheck", 0xD1, "DRIVER_IRQL_NOT_LESS_OR_EQUAL"),
    "often met status": ("0x123", "ntstatus", 0x123, "STATUS_PROCESS_NOT_IN_JOB"),
    "installer": ("1603", "msi", 1603, "ERROR_INSTALL_FAILURE"),
    "CLR": ("0x80131500", "clr", 0x80131500, "COR_E_EXCEPTION"),
    "name": ("ERROR_PROCESS_NOT_IN_JOB", "win32", 0x2F7, "ERROR_PROCESS_NOT_IN_JOB"),
    "name in lower case": ("error_access_denied", "win32", 5, "ERROR_ACCESS_DENIED"),
    "macro": ("HRESULT_FROM_WIN32(ERROR_ACCESS_DENIED)", "hresult", 0x80070005, "E_ACCESSDENIED"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "family", "value", "name"), BEST.values(), ids=BEST.keys())
def test_the_best_reading_is_the_one_an_engineer_expects(
    text: str, family: str, value: int, name: str, base: KnowledgeBase
) -> None:
    best = look_up(text, base)[0]
    assert (best.family, best.value, best.name) == (family, value, name)
    assert best.why


def test_an_ambiguous_number_keeps_its_other_readings(base: KnowledgeBase) -> None:
    families = {reading.family for reading in look_up("0x7E", base)}
    assert {"win32", "bugcheck"} <= families


def test_digits_are_also_read_as_hexadecimal_but_with_less_confidence(base: KnowledgeBase) -> None:
    readings = look_up("80", base)
    decimal = next(r for r in readings if r.value == 80)
    as_hex = next(r for r in readings if r.value == 0x80)
    assert decimal.confidence > as_hex.confidence


def test_other_names_of_a_wrapped_error_do_not_take_its_confidence(base: KnowledgeBase) -> None:
    best, *others = look_up("0x80070005", base)
    assert best.confidence > 0.9
    assert "MAPI_E_NO_ACCESS" in {reading.name for reading in others}


def test_words_around_a_number_decide_between_its_families(base: KnowledgeBase) -> None:
    text = "ticket request failed, kerberos failure code 0x18 for HOST/srv1"
    mention = Mention(text.find("0x18"), text.find("0x18") + 4, "0x18", "number", 0x18, "hex",
                      confidence=0.8)  # fmt: skip
    plain = readings_of(mention, base)
    beside = readings_of(mention, base, FamilyWords(base.family_words, text))
    assert beside[0].family == "kerberos_rfc4120"
    assert plain[0].family != "kerberos_rfc4120"


@given(value=st.integers(0, 0xFFFFFFFF))
def test_confidences_share_out_what_the_mention_has(value: int, base: KnowledgeBase) -> None:
    mention = Mention(0, 0, "", "number", value, "hex", confidence=0.8)
    readings = readings_of(mention, base)
    assert sum(reading.confidence for reading in readings) <= 0.8 + 0.001 * len(readings)
    assert sorted((r.confidence for r in readings), reverse=True) == [
        r.confidence for r in readings
    ]
    assert all(reading.value == value and reading.why for reading in readings)


@given(value=st.integers(0, 0xFFFFFFFF))
def test_every_way_to_write_a_number_reads_the_same(value: int, base: KnowledgeBase) -> None:
    def values(text: str) -> set[int]:
        query = parse_query(text)
        assert query is not None
        return {number.value for number in query.numbers}

    signed = value - 0x1_0000_0000 if value >> 31 else value
    forms = (
        f"0x{value:x}",
        f"0X{value:08X}",
        f"0x{value:08x}L",
        str(value),
        str(signed),
        f"{value:x}h",
    )
    for text in forms:
        assert value in values(text), text


def test_an_iis_status_with_its_substatus_is_one_code(base: KnowledgeBase) -> None:
    (reading,) = look_up("500.19", base)
    assert (reading.family, reading.value, reading.name) == ("http_status", 500, "HTTP 500.19")


def test_a_version_number_is_no_iis_status(base: KnowledgeBase) -> None:
    assert look_up("501.99", base) == ()


FAULTS = {
    "no digits": "0x",
    "too many decimal digits": "1234567890123456789012345678901234567890",
    "too many hex digits": "0x12345678901234567890",
}


@pytest.mark.parametrize("text", FAULTS.values(), ids=FAULTS.keys())
def test_what_cannot_be_a_code_is_said_in_a_sentence(text: str) -> None:
    query = parse_query(text)
    assert query is not None
    assert query.fault is not None
    assert query.fault.endswith((".", "?"))


@pytest.mark.parametrize("text", ["5; DROP", "🔥", "", "   ", "0x2F7 and 0x5", "a\nb", "x" * 5000])
def test_a_text_that_is_no_single_code_is_no_query(text: str) -> None:
    assert parse_query(text) is None


SUGGESTIONS = {
    "a zero is missing": ("0xc00007b", "STATUS_INVALID_IMAGE_FORMAT"),
    "a zero is missing in an HRESULT": ("0x8007002", f"{WRAPPED}(ERROR_FILE_NOT_FOUND)"),
    "doubled x": ("0xx80070002", f"{WRAPPED}(ERROR_FILE_NOT_FOUND)"),
    "nine digits": ("0x800700005", "E_ACCESSDENIED"),
    "misspelt name": ("ERROR_ACESS_DENIED", "ERROR_ACCESS_DENIED"),
    "part of a name": ("PROCESS_NOT_IN_JOB", "ERROR_PROCESS_NOT_IN_JOB"),
}


@pytest.mark.parametrize(("text", "name"), SUGGESTIONS.values(), ids=SUGGESTIONS.keys())
def test_a_typing_error_leads_to_a_suggestion_not_to_a_finding(
    text: str, name: str, base: KnowledgeBase
) -> None:
    query = parse_query(text)
    assert query is not None
    assert resolve_query(query, text, base) == ()
    assert name in [suggestion.code.name for suggestion in suggest(query, base)]


def test_a_mistyped_code_in_a_sentence_is_suggested(base: KnowledgeBase) -> None:
    found = suggest_in_text("The application was unable to start correctly (0xc00007b).", base)
    assert [suggestion.code.value for suggestion in found] == [0xC000007B]


def test_nothing_is_suggested_for_an_address(base: KnowledgeBase) -> None:
    assert suggest_in_text("mapped at 0xc000072 and 0x8007005 in heap", base) == ()


@pytest.mark.parametrize(
    ("text", "family", "value"),
    [
        ("ldap 49", "ldap", 49),
        ("kerberos error 0x18", "kerberos_rfc4120", 0x18),
        ("TLS alert 40", "tls_alert", 40),
        ("robocopy exit code 8", "robocopy", 8),
        ("SQL error 26", "sqlclient", 26),
        ("errno=13", "errno", 13),
        ("msi 1722", "msi_internal", 1722),
        ("rpc 1722", "rpc", 1722),
        ("MSI error 1603", "msi", 1603),
        ("stop 0x7b", "bugcheck", 0x7B),
        ("Device Manager code 10", "pnp_problem", 10),
        ("print error 0x11b", "printing", 0x11B),
        ("exit code 259", "win32", 259),
    ],
)
def test_the_word_before_a_typed_code_chooses_its_family(
    text: str, family: str, value: int, base: KnowledgeBase
) -> None:
    best = look_up(text, base)[0]
    assert (best.family, best.value) == (family, value)


@pytest.mark.parametrize("text", ["retries 5", "version 10", "chapter 7", "port 445"])
def test_other_words_before_a_number_make_no_look_up(text: str) -> None:
    assert parse_query(text) is None
