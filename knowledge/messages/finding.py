"""Finding system messages in a text: whole, with filled inserts, quoted, wrapped, inside a line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from knowledge.codes.code import Code
from knowledge.findings import Mention
from knowledge.messages.fingerprints import LANGUAGES, Fingerprint, keys_of, run_hash
from knowledge.messages.index import MessageIndex
from knowledge.messages.words import Words, weight

MAX_CHARS = 262_144
# How much an insert may hold: a long path is about this many words.
MAX_INSERT_WORDS = 24
MAX_INSERT_CHARS = 320
# A text made to match everywhere is given up after this many hashes, and one more for so many
# characters (about 8 ms in 40,000 characters).
MAX_HASHES = 600
CHARS_OF_ONE_HASH = 40
MAX_HITS = 500
MAX_REPEATS = 50
# One message among ever other words: so often it is looked at whether it stands for itself.
MAX_JUDGED = 150
# Messages that begin with the same words differ by here.
_TELLING_WORDS = 8
MAX_OPEN_CHAINS = 8
MIN_CONFIDENCE = 0.2
# Short messages of other families (a media player's, a property store's) read like plain English.
_COMMON_FAMILIES = frozenset(
    ("win32", "winsock", "rpc", "dns", "hresult", "com", "ntstatus", "sspi", "winhttp", "wininet")
)


@dataclass(frozen=True, slots=True)
class MessageHit:
    """A system message found in a text.

    `text[start:end]` is what stands there, inserts included. `codes` are all codes whose message
    it is, the one to name first in front. `words` counts the fixed words that matched (two
    ideographs count as one), which is how specific the hit is. `exact` is False when function
    words differ (a paraphrase), `bounded` True when the message stands for itself between
    punctuation or line ends. `confidence` (0 to 1) says how sure it is that this is the message
    and not ordinary prose; below 0.6 it should only be used beside other signs.
    """

    start: int
    end: int
    hash: int
    codes: tuple[Code, ...]
    words: int
    exact: bool
    bounded: bool
    language: str
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of fixed words found in the text.

    `first` and `end` count content words, `lead` the function words before them that belong to it.
    """

    first: int
    end: int
    rows: Sequence[Fingerprint]
    words: int
    exact: bool
    lead: int = 0
    before: _Run | None = None

    @property
    def origin(self) -> _Run:
        run = self
        while run.before is not None:
            run = run.before
        return run


def find_messages(text: str, index: MessageIndex) -> tuple[MessageHit, ...]:
    """Return the system messages of the text in reading order, none inside another.

    Linear in the text. Only the first MAX_CHARS characters are read, and no more than MAX_HITS
    messages, MAX_REPEATS of each: who repeats one so often has been understood.
    """
    scan = _Scan(text[:MAX_CHARS], index)
    if not scan.places:
        return ()
    hits = (hit for run in scan.runs() if (hit := scan.judge(run)) is not None)
    return tuple(_without_overlaps(list(islice(hits, MAX_HITS))))


def message_mentions(text: str, index: MessageIndex) -> Iterator[Mention]:
    """Yield the messages of the text as mentions; names and value are those of the first code."""
    for hit in find_messages(text, index):
        first = hit.codes[0]
        names = tuple(dict.fromkeys(code.name for code in hit.codes if code.name))
        yield Mention(
            hit.start, hit.end, text[hit.start : hit.end], "message", first.value, None,
            first.family, names, max(hit.confidence, _sureness_of_wording(hit)), hit.why,
        )  # fmt: skip


def _sureness_of_wording(hit: MessageHit) -> float:
    """“Accès refusé” by itself is a translator's wording; “access denied” is everybody's."""
    return 0.6 if hit.language != "en" and hit.exact and hit.bounded else 0.0


class _Scan:
    """One text, its words, and the hashes tried so far."""

    def __init__(self, text: str, index: MessageIndex) -> None:
        self._text = text
        self._index = index
        self._words = Words(text)
        self._forms = self._words.encoded
        self._known: dict[tuple[int, bool], list[Fingerprint]] = {}
        self._complete: dict[int, tuple[list[Fingerprint], tuple[Code, ...]]] = {}
        self._kinds: dict[int, tuple[bool, bool]] = {}
        self._hashes = 0
        self._pairs, self._triples = keys_of(self._forms)
        self.places = index.places_in(self._pairs, self._triples)
        """Where a message may begin."""

    @property
    def _positions(self) -> Sequence[int]:
        return self._words.positions

    def runs(self) -> Iterator[_Run]:
        """Yield the last run of every message that is complete."""
        chains: list[_Run] = []
        told: defaultdict[tuple[bytes, ...], int] = defaultdict(int)
        judged: defaultdict[int, int] = defaultdict(int)  # by `id` of the lists of `_known`
        pairs, triples = self._pairs, self._triples
        for first in self.places:
            pair, triple = pairs[first], triples[first]
            words = tuple(self._forms[first : first + _TELLING_WORDS])
            told[words] += 1
            if told[words] > MAX_REPEATS:
                continue
            chains = [chain for chain in chains if self._is_near(chain, first)]
            for length in (*self._index.lengths(triple), *self._index.lengths(pair)):
                for rows, before in self._rows_at(first, length, chains):
                    ends, goes_on = self._kinds_of(rows)
                    judged[id(rows)] += ends
                    is_new = ends and judged[id(rows)] <= MAX_JUDGED
                    if not is_new and not goes_on:
                        continue
                    run = self._run(first, first + length, rows, before)
                    if is_new:
                        yield run
                    if goes_on:
                        chains = [*chains[1 - MAX_OPEN_CHAINS :], run]
            if self._hashes > MAX_HASHES + len(self._text) // CHARS_OF_ONE_HASH:
                return

    def _is_near(self, chain: _Run, first: int) -> bool:
        if first - chain.end > MAX_INSERT_WORDS:
            return False
        return self._start(first) - self._end(chain.end) <= MAX_INSERT_CHARS

    def _rows_at(
        self, first: int, length: int, chains: list[_Run]
    ) -> Iterator[tuple[list[Fingerprint], _Run | None]]:
        """Yield the rows of so many words, alone and behind each of the chains."""
        end = first + length
        if end > len(self._forms):
            return
        forms = self._forms[first:end]
        for before in (None, *chains):
            if before is not None and before.end > first:
                continue
            rows = self._rows(forms, before)
            if rows:
                yield rows, before

    def _kinds_of(self, rows: list[Fingerprint]) -> tuple[bool, bool]:
        """Tell whether any of the rows ends a message, and whether any goes on behind an insert."""
        key = id(rows)  # the lists of `_known` live as long as this scan
        if key not in self._kinds:
            lasts = {row.step.last for row in rows}
            self._kinds[key] = True in lasts, False in lasts
        return self._kinds[key]

    def _rows(self, forms: list[bytes], before: _Run | None) -> list[Fingerprint]:
        """Return the rows of this run, after the runs before it if there are any."""
        self._hashes += 1
        value = run_hash(forms, before.rows[0].hash if before else 0)
        key = value, before is not None
        if key not in self._known:
            rows = self._index.rows_with(value)
            self._known[key] = [row for row in rows if row.step.follows == key[1]]
        return self._known[key]

    def _run(self, first: int, end: int, rows: list[Fingerprint], before: _Run | None) -> _Run:
        span = self._positions[end - 1] - self._positions[first] + 1
        # The longest form that stands here word for word, if one does.
        lead = 0 if before is not None else self._lead(first)
        leads = [row.step.lead for row in rows if row.step.span == span and row.step.lead <= lead]
        exact = bool(leads) if before is None else any(row.step.span == span for row in rows)
        taken = max(leads, default=0) if before is None else 0
        forms = (form.decode() for form in self._forms[first:end])
        words = weight(forms) + span - (end - first) + taken
        if before is not None:
            words, exact = words + before.words, exact and before.exact
        return _Run(first, end, rows, words, exact, taken, before)

    def _lead(self, first: int) -> int:
        """Count the function words directly before a word of content."""
        previous = self._positions[first - 1] if first else -1
        return self._positions[first] - previous - 1

    def _start(self, word: int) -> int:
        return self._words.span(self._positions[word])[0]

    def _end(self, word: int) -> int:
        return self._words.span(self._positions[word - 1])[1]

    def judge(self, run: _Run) -> MessageHit | None:
        """Turn a complete message into a hit; None when it is too little to be one."""
        rows, codes = self._complete_rows(run)
        step = rows[0].step
        if step.literal and not run.exact:
            return None
        origin = run.origin
        first_position = self._positions[origin.first] - origin.lead
        last_position = self._positions[run.end - 1]
        sides = self._is_open_before(first_position) + self._is_open_after(last_position)
        # Beside an insert there is no edge to look at.
        confidence = _confidence(run.words, run.exact, 0 if step.open else sides, step.open)
        if run.words <= 5 and rows[0].family not in _COMMON_FAMILIES:
            confidence -= 0.1
        if confidence < MIN_CONFIDENCE:
            return None
        return MessageHit(
            self._words.span(first_position)[0], self._words.span(last_position)[1], rows[0].hash,
            codes, run.words, run.exact, sides == 0, LANGUAGES[step.language], round(confidence, 2),
            _reason(run, rows, codes),
        )  # fmt: skip

    def _complete_rows(self, run: _Run) -> tuple[list[Fingerprint], tuple[Code, ...]]:
        """Return the rows that end a message here, and its codes; worked out once a message."""
        key = id(run.rows)  # the lists of `_known` live as long as this scan
        if key not in self._complete:
            rows = [row for row in run.rows if row.step.last]
            codes = dict.fromkeys(Code(row.family, row.value, row.name) for row in rows)
            self._complete[key] = rows, tuple(codes)
        return self._complete[key]

    def _is_open_before(self, position: int) -> bool:
        """Tell whether other words run straight into the message from the left."""
        if position == 0:
            return False
        start, end = self._words.span(position - 1)
        if any(character.isdigit() for character in self._text[start:end]):
            return False
        return not _has_edge(self._text[end : self._words.span(position)[0]])

    def _is_open_after(self, position: int) -> bool:
        """Tell whether the sentence goes on after the message."""
        if position + 1 == len(self._words):
            return False
        end, start = self._words.span(position)[1], self._words.span(position + 1)[0]
        return not _has_edge(self._text[end:start])


_EDGES = frozenset(".:;!?,()[]{}<>=|*`~\"“”„«»‘’'—–\n\r\t。：；！？、，「」『』（）【】")


def _has_edge(between: str) -> bool:
    return not _EDGES.isdisjoint(between)


# How sure a message of 2, 3, … words makes us that stands for itself, and what each side that it
# runs into costs. "not found" is said every day; eight words in the same order are not.
_SURE = {2: 0.5, 3: 0.75, 4: 0.84, 5: 0.9, 6: 0.93, 7: 0.95}
_COST = {2: 0.5, 3: 0.25, 4: 0.2, 5: 0.12, 6: 0.05, 7: 0.03}


def _confidence(words: int, exact: bool, sides: int, is_open: bool) -> float:
    sure = _SURE.get(words, 0.97 if words > 7 else 0.0)
    sure -= sides * _COST.get(words, 0.0)
    if not exact:
        sure -= 0.2
    if is_open:
        sure -= 0.1
    return sure


def _reason(run: _Run, rows: list[Fingerprint], codes: tuple[Code, ...]) -> str:
    step = rows[0].step
    parts = ["the words of" if run.exact else "almost the words of"]
    parts += ["the beginning of"] if step.shortened else []
    parts += ["a Windows message"]
    parts += ["around an insert"] if step.open else []
    parts += [f"({LANGUAGES[step.language]})"] if step.language else []
    parts += [f"that {len(codes)} codes share"] if len(codes) > 1 else []
    return " ".join(parts)


def _without_overlaps(hits: list[MessageHit]) -> list[MessageHit]:
    """Keep, of hits that overlap, the one with more words; in reading order."""
    hits.sort(key=lambda hit: (hit.start, -hit.words, -hit.end))
    kept: list[MessageHit] = []
    for hit in hits:
        if kept and hit.start < kept[-1].end:
            if (hit.words, hit.exact) > (kept[-1].words, kept[-1].exact):
                kept[-1] = hit
            continue
        kept.append(hit)
    return kept
