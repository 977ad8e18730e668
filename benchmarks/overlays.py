"""Overlays of any size for WINERR_KNOWLEDGE_DIRS: valid articles and code tables, from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.texts import SEED

FAMILY = "contoso"
_FAMILIES = f"""\
{FAMILY}:
  title: Codes of the Contoso products
  space: own
  looks_like: 0xA1000000 and above
  met_in: In the logs of the Contoso products
  docs: https://example.com/codes
  prior: 0.5
"""
# Never a value of our own catalogue: A1… is in the range that Windows leaves to applications.
_FIRST_VALUE = 0xA100_0000
_FOLDER_SIZE = 1_000
_WORDS = (  # noqa: SIM905 (shorter so)
    "agent backup branch broker cache catalogue certificate channel client cluster config"
    " connection container controller credential cursor dashboard database delivery disk"
    " document driver endpoint engine export feed file gateway handle host import index"
    " installer invoice journal key lease ledger library license listener lock log mailbox"
    " mapping member message mirror module monitor mount network node order package page"
    " partition patch payment permission pipe pool port printer process profile proxy queue"
    " quota record region registry release replica report request resource retry role route"
    " runner scanner schedule schema script search secret segment server service session share"
    " signature site snapshot socket station storage stream subscription switch table task tenant"
    " ticket timer token topic trace transfer tunnel update upload user vault version volume"
    " warehouse watcher window worker workflow workspace zone"
).split()
_DID = ("refused", "lost", "closed", "locked", "missed", "truncated", "rejected", "replaced")


def names(count: int) -> Iterator[tuple[int, str]]:
    """Yield value and name of the first `count` generated codes."""
    for number in range(count):
        one, two = _WORDS[number % len(_WORDS)], _WORDS[number // len(_WORDS) % len(_WORDS)]
        yield _FIRST_VALUE + number, f"CONTOSO_E_{two}_{one}_{number}".upper()


def write_codes(folder: Path, count: int) -> None:
    """Write a table of `count` codes and their family below an overlay folder."""
    catalogue = folder / "catalog"
    catalogue.mkdir(parents=True, exist_ok=True)
    (catalogue / "families.yaml").write_text(_FAMILIES, encoding="ascii")
    rows = (f"0x{value:08X}\t{name}\t{FAMILY}\tgenerated\n" for value, name in names(count))
    with (catalogue / f"{FAMILY}.tsv").open("w", encoding="ascii") as table:
        table.write("value\tname\tfamily\tsource\n")
        table.writelines(rows)


def write_articles(folder: Path, count: int) -> None:
    """Write `count` articles of about 3 KB, each on a code of its own, and the table of these."""
    write_codes(folder, count)
    chance = random.Random(SEED)
    for number, (value, name) in enumerate(names(count)):
        place = folder / "articles" / f"{FAMILY}_{number // _FOLDER_SIZE}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{name}.yaml").write_text(article(chance, value, name), encoding="ascii")


def article(chance: random.Random, value: int, name: str) -> str:
    """Return the YAML of a valid article: the fields of a written one, its words drawn by lot."""

    def words(count: int) -> str:
        # As in prose, some words are everywhere and most are rare.
        drawn = (_WORDS[int(len(_WORDS) * chance.random() ** 2)] for _ in range(count))
        text = " ".join(f"the {word} {chance.choice(_DID)}" for word in drawn)
        return text[:1].upper() + text[1:] + "."

    return f"""\
codes:
  - {{family: {FAMILY}, name: {name}, value: 0x{value:08X}}}
kind: failure
title: {words(2)[:100]}
summary: >-
  {words(6)}
meaning: >-
  {words(8)}
  {words(6)}
seen_in: [Contoso log, {chance.choice(_WORDS)} service, {chance.choice(_WORDS)} console]
causes:
  - id: first
    text: {words(5)}
    tell: {words(4)}
    check: look
  - id: second
    text: {words(5)}
    tell: {words(4)}
    check: measure
impact: {words(5)}
diagnose:
  - id: look
    do: {words(4)}
    run: |-
      Get-Content -Tail 50 C:\\ProgramData\\Contoso\\{chance.choice(_WORDS)}.log
    shell: powershell
    expect: {words(3)}
  - id: measure
    do: {words(4)}
    run: |-
      Get-Service Contoso* | Format-Table Name, Status, StartType
    shell: powershell
    expect: {words(3)}
fix:
  - for_cause: first
    do: {words(6)}
    risk: low
  - for_cause: second
    do: {words(6)}
    risk: none
related:
  - {{code: ERROR_ACCESS_DENIED, family: win32, relation: sibling, why: {words(2)[:-1]}}}
faq:
  - ask: {words(3)[:-1]}?
    also_asked: [{words(2)[:-1]}, {words(3)[:-1]}]
    answer: {words(5)}
  - ask: {words(3)[:-1]}?
    also_asked: [{words(2)[:-1]}]
    answer: {words(6)}
  - ask: {words(4)[:-1]}?
    answer: {words(5)}
sources:
  - url: https://example.com/{name.lower()}
    supports: {words(2)}
    checked: 2026-11-24
examples:
  - "{name}"
  - "error {name} in the log"
not_examples:
  - {words(2)}
  - {words(3)}
updated: 2026-11-24
confidence: observed
"""


def variables(folder: Path, cache: Path) -> dict[str, str]:
    """Return the settings with which winerr reads an overlay and keeps its compiled form."""
    return {"WINERR_KNOWLEDGE_DIRS": str(folder), "WINERR_CACHE_DIR": str(cache)}
