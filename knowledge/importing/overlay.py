"""Writing what was imported as an overlay folder, in the shapes of our own catalogue."""

from __future__ import annotations

import json
from pathlib import Path

from knowledge.base import KnowledgeBase
from knowledge.errors import SourceError
from knowledge.importing.importing import ImportReport
from knowledge.messages.fingerprints import Fingerprint, steps_of
from knowledge.messages.table import format_table, parse_table


def write_overlay(
    report: ImportReport, folder: Path, *, title: str = "", base: KnowledgeBase | None = None
) -> tuple[Path, ...]:
    """Write the codes below `folder` and return the files, ready for WINERR_KNOWLEDGE_DIRS.

    Beside the table of codes this makes an entry in families.yaml when neither `base` nor the
    folder knows the family, and fingerprints of the messages, so that a pasted message is found.
    SourceError when the report has faults: nothing is written then.
    """
    if report.faults:
        raise SourceError(report.faults)
    catalogue = folder / "catalog"
    catalogue.mkdir(parents=True, exist_ok=True)
    table = catalogue / f"{report.family}.tsv"
    table.write_text(report.table, encoding="utf-8")
    written = [table]
    if base is None or report.family not in base.families:
        written += _add_family(catalogue / "families.yaml", report, title)
    written += _add_fingerprints(catalogue / "fingerprints.tsv", report)
    return tuple(written)


def _add_family(path: Path, report: ImportReport, title: str) -> list[Path]:
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    if f"\n{report.family}:" in f"\n{before}":
        return []
    title = title or f"Codes of {report.family}"
    # JSON is YAML: quoted so, a title may hold any character.
    entry = (
        f"{report.family}:\n"
        f"  title: {json.dumps(title[:80], ensure_ascii=False)}\n"
        f"  space: own\n"
        f"  looks_like: {json.dumps(_range(report))}\n"
        f"  met_in: In the programs that {report.family} belongs to\n"
        f"  docs: https://example.com/replace-with-your-own-page\n"
        f"  prior: 0.5\n"
    )
    path.write_text(before + entry, encoding="utf-8")
    return [path]


def _range(report: ImportReport) -> str:
    first, last = report.codes[0], report.codes[-1]
    return first.hex if first.value == last.value else f"{first.hex} to {last.hex}"


def _add_fingerprints(path: Path, report: ImportReport) -> list[Path]:
    """Keep the rows of other families; those of this one are made anew."""
    before = parse_table(path.read_text(encoding="utf-8")) if path.is_file() else ()
    rows = {row for row in before if row.family != report.family}
    for code, message in report.messages:
        steps = steps_of(message)
        rows |= {
            Fingerprint(found, code.family, code.value, code.name, step.pack())
            for found, step in steps
        }
    if not rows:
        return []
    ordered = sorted(rows, key=lambda row: (row.hash, row.family, row.value, row.flags))
    path.write_text(format_table(ordered), encoding="utf-8")
    return [path]
