"""Which playbook a code belongs to, without asking each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from knowledge.codes.code import Code
from knowledge.playbooks.model import Playbook


class PlaybookIndex:
    """The playbooks by the families and the beginnings of names that they match."""

    def __init__(self, playbooks: Sequence[Playbook]) -> None:
        self._playbooks = playbooks
        self._of_family: dict[str, list[int]] = {}
        self._of_prefix: dict[str, list[int]] = {}
        for place, playbook in enumerate(playbooks):
            matches = playbook.matches
            families = [*matches.families, *(each.family for each in matches.ranges)]
            for family in {*families, *(each.kind for each in matches.facilities)}:
                self._of_family.setdefault(family, []).append(place)
            for prefix in matches.prefixes:
                self._of_prefix.setdefault(prefix, []).append(place)
        self._prefix_chars = sorted({len(prefix) for prefix in self._of_prefix})

    def best(self, code: Code) -> Playbook | None:
        """Return the playbook whose match says most, of equals the first; None without a match."""
        likely = [self._playbooks[place] for place in sorted(set(self._places(code)))]
        best = max(likely, key=lambda playbook: playbook.matches.rank(code), default=None)
        return best if best and best.matches.rank(code) else None

    def _places(self, code: Code) -> Iterator[int]:
        """Where playbooks stand of which some part could match."""
        yield from self._of_family.get(code.family, ())
        if code.name:
            for chars in self._prefix_chars:
                yield from self._of_prefix.get(code.name[:chars], ())
