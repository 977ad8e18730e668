"""Measure for how many codes of the catalogue there is more to say than what the number tells.

Usage: python scripts/playbook_coverage.py [--least 0.97]

Prints the share of codes with an article, with a playbook and with neither, then the families that
have codes with neither, by their number. With `--least` a smaller share of guided codes is a fault.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from knowledge.base import KnowledgeBase  # noqa: E402
from knowledge.codes.code import Code  # noqa: E402
from knowledge.loading import open_knowledge  # noqa: E402

FAMILIES_SHOWN = 15


class Coverage:
    """How many codes have which basis, and which families have codes with neither."""

    def __init__(self, base: KnowledgeBase, codes: Iterable[Code]) -> None:
        self.by_basis: Counter[str] = Counter(article=0, playbook=0, structure=0)
        self.uncovered: Counter[str] = Counter()
        for code in codes:
            basis = basis_of(base, code)
            self.by_basis[basis] += 1
            if basis == "structure":
                self.uncovered[code.family] += 1

    @property
    def guided(self) -> float:
        """The share of codes (0 to 1) with an article or a playbook."""
        return 1 - self.by_basis["structure"] / max(1, self.by_basis.total())

    def told(self) -> str:
        """The figures in words."""
        total = self.by_basis.total()
        shares = ", ".join(
            f"{basis} {count} ({count / max(1, total):.1%})"
            for basis, count in self.by_basis.items()
        )
        families = ", ".join(
            f"{family} {count}" for family, count in self.uncovered.most_common(FAMILIES_SHOWN)
        )
        return (
            f"{total} codes: {shares}; {self.guided:.1%} have more than structure\n"
            f"families with structure only: {families or 'none'}"
        )


def basis_of(base: KnowledgeBase, code: Code) -> str:
    """Say what an answer about this code rests on, without the other spellings of the code."""
    if base.article_for(code):
        return "article"
    return "playbook" if base.playbook_for(code) else "structure"


def main() -> int:
    """Measure, print; 1 when fewer codes are guided than `--least` asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--least", type=float, default=0.0, help="fail below this share (0 to 1)")
    options = parser.parse_args()
    with closing(open_knowledge()) as base:
        coverage = Coverage(base, base.codes())
        print(f"playbooks: {len(base.playbooks)}")
    print(coverage.told())
    return int(coverage.guided < options.least)


if __name__ == "__main__":
    sys.exit(main())
