"""How good a run is: without labels, from a labelled sample, by group of people, against an earlier run.

Without labels the estimates are as good as the model's probabilities; with them they carry an interval
(Wilson 1927, 95 %), and a small sample says so by its width.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

import numpy as np

from commonweal.engines.linkage.linking import Links, Run
from commonweal.engines.linkage.pairs import Link, chances_of, possible_among

BANDS = (0.5, 0.75, 0.9, 0.99, 1.0)  # of probability, from which a sample is drawn in equal parts
Z = 1.959964
Ends = tuple[str, str]


@dataclass(frozen=True)
class Share:
    """A share with its interval of 95 %; `judged` is how many it rests on, 0 for none (0 to 1 then)."""

    value: float
    low: float
    high: float
    judged: int


@dataclass(frozen=True)
class Estimate:
    """What a run is expected to have reached: `precision` of its joined pairs, `recall` of all true ones."""

    precision: float
    recall: float
    joined: int
    expected_true: float


@dataclass(frozen=True)
class Change:
    """A pair that one run joined and the other did not, and why.

    `why`: "record_added", "record_gone", "model" (its own evidence now weighs otherwise), or "others" (what
    the other records of the group say). Weights are in bits, None where a run did not weigh the pair.
    """

    left: str
    right: str
    joined: bool
    why: str
    before: float | None
    after: float | None


def share(right: int, judged: int) -> Share:
    """`right` of `judged`, with Wilson's interval."""
    if not 0 <= right <= judged:
        raise ValueError(f"right: {right} of {judged} judged; give a number between 0 and {judged}")
    if not judged:
        return Share(0.0, 0.0, 1.0, 0)
    p = right / judged
    middle = (p + Z * Z / (2 * judged)) / (1 + Z * Z / judged)
    half = Z / (1 + Z * Z / judged) * sqrt(p * (1 - p) / judged + Z * Z / (4 * judged * judged))
    return Share(p, max(0.0, middle - half), min(1.0, middle + half), judged)


def joined_pairs(clusters: Iterable[Collection[str]]) -> set[Ends]:
    """Every pair of one group, in order of id."""
    return {pair for group in clusters for pair in combinations(sorted(group), 2)}


def estimated(links: Links, possible: float) -> Estimate:
    """Precision and recall from the run's own probabilities, among `possible` pairs of records.

    All true pairs are as many as the learned share of them says, and no fewer than were found.
    """
    chances = {(pair.left, pair.right): pair.probability for pair in (*links.pairs, *links.through)}
    joined = joined_pairs(links.clusters)
    right = sum(chances.get(pair, 0.5) for pair in joined)
    return estimate(right, len(joined), max(links.model.prior * possible, sum(chances.values())))


def estimated_of(run: Run, link_type: str) -> Estimate:
    """The same of a run as arrays, among all pairs that `link_type` wants."""
    sizes = np.bincount(run.groups)
    joined = int((sizes * (sizes - 1) // 2).sum())
    chances = chances_of(run.pairs.bits)
    inside = run.groups[run.pairs.left] == run.groups[run.pairs.right]
    known = np.count_nonzero(inside) + len(run.chances)
    right = chances[inside].sum() + run.chances.sum() + 0.5 * (joined - known)
    every = possible_among(np.bincount(run.columns.sources.codes).tolist(), link_type)
    return estimate(float(right), joined, max(run.model.prior * every, chances.sum() + run.chances.sum()))


def estimate(right: float, joined: int, true: float) -> Estimate:
    """Of `joined` pairs `right` are expected to be true, of `true` in all."""
    true = max(float(true), 1e-9)
    return Estimate(right / joined if joined else 1.0, min(1.0, right / true), joined, true)


def to_judge(pairs: Sequence[Link], size: int, seed: int) -> tuple[Link, ...]:
    """A sample of about `size` pairs for people to judge, in equal parts from each band of probability."""
    rng = np.random.default_rng(seed)
    bands: defaultdict[int, list[Link]] = defaultdict(list)
    for pair in sorted(pairs, key=lambda pair: (pair.left, pair.right)):
        bands[band(pair.probability)].append(pair)
    each = -(-size // len(bands)) if bands else 0
    return tuple(
        found[place]
        for _, found in sorted(bands.items())
        for place in sorted(rng.permutation(len(found))[:each].tolist())
    )


def band(chance: float) -> int:
    """Which band of probability a pair is in."""
    return sum(chance >= edge for edge in BANDS[:-1])


def by_band(judged: Iterable[tuple[Link, bool]]) -> Mapping[int, Share]:
    """The share of true pairs in each band of a judged sample."""
    kinds: defaultdict[int, list[bool]] = defaultdict(list)
    for pair, is_one in judged:
        kinds[band(pair.probability)].append(is_one)
    return {place: share(sum(found), len(found)) for place, found in sorted(kinds.items())}


def sampled_precision(pairs: Sequence[Link], judged: Iterable[tuple[Link, bool]]) -> Share:
    """Precision of all `pairs` from a sample judged by band, each band weighing as much as it holds pairs."""
    shares, sizes = by_band(judged), Counter(band(pair.probability) for pair in pairs)
    known = sum(sizes[place] for place in shares)
    if not known:
        return share(0, 0)
    parts = [(sizes[place] / known, found) for place, found in shares.items()]
    value = sum(weight * found.value for weight, found in parts)
    below = sqrt(sum((weight * (found.value - found.low)) ** 2 for weight, found in parts))
    above = sqrt(sum((weight * (found.high - found.value)) ** 2 for weight, found in parts))
    judged_in_all = sum(found.judged for _, found in parts)
    return Share(value, max(0.0, value - below), min(1.0, value + above), judged_in_all)


def by_group(
    judged: Iterable[tuple[Ends, bool]], joined: Collection[Ends], group_of: Mapping[str, str]
) -> Mapping[str, tuple[Share, Share]]:
    """Precision and recall in each group of people, from judged pairs; a pair counts for both its groups.

    A difference counts as one only where the intervals part: small groups have wide ones.
    """
    made: defaultdict[str, list[bool]] = defaultdict(list)
    true: defaultdict[str, list[bool]] = defaultdict(list)
    for ends, is_one in judged:
        for group in {group_of[id] for id in ends if id in group_of}:
            if ends in joined:
                made[group].append(is_one)
            if is_one:
                true[group].append(ends in joined)
    return {
        group: (share(sum(made[group]), len(made[group])), share(sum(true[group]), len(true[group])))
        for group in sorted({*made, *true})
    }


def changes(before: Links, after: Links) -> Iterator[Change]:
    """Every pair that one run joined and the other did not, in order of id."""
    was, now = joined_pairs(before.clusters), joined_pairs(after.clusters)
    weights = [
        {(pair.left, pair.right): pair.weight for pair in (*run.pairs, *run.through)}
        for run in (before, after)
    ]
    there = [{id for group in run.clusters for id in group} for run in (before, after)]
    for ends in sorted(was ^ now):
        old, new = (found.get(ends) for found in weights)
        yield Change(*ends, ends in now, why(ends, there, (old, new)), old, new)


def why(ends: Ends, there: Sequence[Collection[str]], weights: tuple[float | None, float | None]) -> str:
    """What changed for a pair."""
    for run, said in enumerate(("record_added", "record_gone")):
        if any(id not in there[run] for id in ends):
            return said
    return "others" if weights[0] == weights[1] else "model"
