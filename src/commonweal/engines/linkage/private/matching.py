"""Two or more parties' encodings matched: each person at most once in each file, best pairs first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from commonweal.engines.linkage.private.comparing import Encoded, best_pairs, dice
from commonweal.engines.linkage.private.threshold import Calibration, calibrated

End = tuple[int, int]  # which party, which row


@dataclass(frozen=True)
class Match:
    """Two encodings of different parties taken for one person; `likeness` is Dice's coefficient."""

    source_a: str
    id_a: str
    source_b: str
    id_b: str
    likeness: float


@dataclass(frozen=True)
class Matching:
    """Matches, most alike first; groups of (source, id), one of each party at most; what was learned."""

    matches: tuple[Match, ...]
    groups: tuple[tuple[tuple[str, str], ...], ...]
    calibrations: Mapping[tuple[str, str], Calibration]


@dataclass
class _Groups:
    """Groups under way: which each record is in, and who is in each."""

    parties: Sequence[Encoded]
    thresholds: Mapping[tuple[int, int], float]
    of: dict[End, int] = field(default_factory=dict)
    members: list[list[End]] = field(default_factory=list)

    def join(self, one: End, other: End) -> None:
        """Join the groups of two records where no party would stand in it twice and the mean allows it."""
        a, b = self._group(one), self._group(other)
        if a == b or {p for p, _ in self.members[a]} & {p for p, _ in self.members[b]}:
            return
        if self._excess(self.members[a], self.members[b]) >= 0:
            for end in self.members[b]:
                self.of[end] = a
            self.members[a] += self.members[b]
            self.members[b] = []

    def _group(self, end: End) -> int:
        if end not in self.of:
            self.of[end] = len(self.members)
            self.members.append([end])
        return self.of[end]

    def _excess(self, ours: Sequence[End], theirs: Sequence[End]) -> float:
        """By how much pairs between two groups are above their thresholds, on average."""
        found = [self.likeness(a, b) - self.thresholds[min(a[0], b[0]), max(a[0], b[0])]
                 for a in ours for b in theirs]  # fmt: skip
        return sum(found) / len(found)

    def likeness(self, a: End, b: End) -> float:
        """Dice of two records."""
        return dice(self.parties[a[0]].bits[a[1]], self.parties[b[0]].bits[b[1]])


def match(parties: Sequence[Encoded], seed: str, threshold: float | None = None) -> Matching:
    """Match encodings of two or more parties; without `threshold` one is learned for each two files.

    `seed` is the fingerprint of the parameters: the same files give the same result. Each file must hold a
    person once; further records of one person in a file stay alone. ValueError for encodings that do not fit.
    """
    _check(parties)
    thresholds: dict[tuple[int, int], float] = {}
    learned: dict[tuple[str, str], Calibration] = {}
    candidates: dict[tuple[End, End], float] = {}
    for a, b in combinations(range(len(parties)), 2):
        if threshold is None:
            learned[parties[a].source, parties[b].source] = calibrated(parties[a], parties[b])
        known = learned.get((parties[a].source, parties[b].source))
        thresholds[a, b] = known.threshold if known else threshold or 0.0
        candidates.update(_above(parties, (a, b), thresholds[a, b], seed))
    groups = _Groups(parties, thresholds)
    for one, other in sorted(candidates, key=lambda ends: (-candidates[ends], ends)):
        groups.join(one, other)
    return _told(groups, learned)


def _check(parties: Sequence[Encoded]) -> None:
    """Refuse what cannot be matched."""
    if len(parties) < 2 or len({party.source for party in parties}) < len(parties):
        raise ValueError("parties: give the encodings of two or more, each under a name of its own")
    if len({party.bits.shape[1] for party in parties}) > 1:
        raise ValueError("bits: encodings differ in length; encode all with the same parameters")


def _above(
    parties: Sequence[Encoded], which: tuple[int, int], floor: float, seed: str
) -> dict[tuple[End, End], float]:
    """Pairs of two files from a likeness on, among the best of either side."""
    a, b = which
    mine, theirs = best_pairs(parties[a], parties[b], seed)
    found: dict[tuple[End, End], float] = {}
    for best, turned in ((mine, False), (theirs, True)):
        rows, places = (best.score >= max(floor, 1e-9)).nonzero()
        partners, scores = best.partner[rows, places].tolist(), best.score[rows, places].tolist()
        for row, partner, score in zip(rows.tolist(), partners, scores, strict=True):
            one, other = (partner, row) if turned else (row, partner)
            found[(a, one), (b, other)] = score
    return found


def _told(groups: _Groups, learned: Mapping[tuple[str, str], Calibration]) -> Matching:
    """Groups as matches by opaque ids."""
    parties = groups.parties
    matches, named = [], []
    for members in groups.members:
        if len(members) < 2:
            continue
        members.sort()
        named.append(tuple((parties[p].source, parties[p].ids[row]) for p, row in members))
        for a, b in combinations(members, 2):
            one, other = parties[a[0]], parties[b[0]]
            ends = one.source, one.ids[a[1]], other.source, other.ids[b[1]]
            matches.append(Match(*ends, groups.likeness(a, b)))
    matches.sort(key=lambda found: (-found.likeness, found.id_a, found.id_b))
    return Matching(tuple(matches), tuple(sorted(named)), dict(learned))
