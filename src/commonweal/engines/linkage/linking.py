"""Linking: pairs with their probability and evidence, groups of one person, and which model said so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Protocol

import numpy as np

from commonweal.engines.linkage.blocking import candidate_pairs
from commonweal.engines.linkage.clustering import Joining, Weighed, clusters, neighbourhoods
from commonweal.engines.linkage.model import Model, fixed_model, probability
from commonweal.engines.linkage.pairs import Link, Settings, bits, explained
from commonweal.engines.linkage.records import Normal, Record, normal

if TYPE_CHECKING:
    from commonweal.engines.linkage.splinking import Backend

AGAINST = -3.0  # bits: one to eight that a pair is of one person


@dataclass(frozen=True)
class Links:
    """Pairs, most probable first; groups (every record in one); the model; notes for the reader.

    `through` are pairs of one group that do not reach `propose` by themselves: the others of the group
    speak for them, and their probability is the group's; their weight and evidence are their own.

    `notes` may hold "fixed_weights_few_records" and "training_not_converged".
    """

    pairs: tuple[Link, ...]
    clusters: tuple[tuple[str, ...], ...]
    model: Model
    notes: tuple[str, ...]
    through: tuple[Link, ...] = ()


class Weighing(Protocol):
    """How pairs are found and weighed: in Python for few records, by Splink and arrays for many."""

    model: Model
    notes: tuple[str, ...]

    def candidates(self) -> Weighed:
        """The pairs worth comparing."""

    def within(self, numbers: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Weighed:
        """All pairs of records that have the same number."""

    def link(self, left: int, right: int) -> Link:
        """One weighed pair with its evidence."""


def link(
    records: Sequence[Record],
    settings: Settings | None = None,
    model: Model | None = None,
    backend: "Backend | None" = None,
) -> Links:
    """Find records of one person among `records`.

    `backend` is where Splink works where they are many; DuckDB in this process by default.
    Learns from the records unless `model` is handed in or they are few (see Settings). Pairs that must not be
    linked never appear and never share a group.
    """
    settings = settings or Settings()
    normals = [normal(record) for record in sorted(records, key=lambda record: record.id)]
    if len({record.id for record in normals}) < len(records):
        raise ValueError("records: two share an id; make ids unique across sources, such as source:id")
    way: Weighing
    if len(records) < settings.train_from:
        way = Few(normals, settings.link_type, model)
    else:
        from commonweal.engines.linkage.many import Many  # its imports take seconds

        way = Many(normals, settings, model, backend)
    return linked(normals, way, settings)


def linked(normals: Sequence[Normal], way: Weighing, settings: Settings) -> Links:
    """Pairs, then groups of them, then what the groups say of pairs."""
    places = {record.id: place for place, record in enumerate(normals)}
    never = {
        (places[min(pair)], places[max(pair)]) for pair in settings.must_not_link if pair <= places.keys()
    }
    floor = bits(settings.propose)
    found = way.candidates()
    proposed = [
        way.link(left, right)
        for left, right, weight in zip(found.left.tolist(), found.right.tolist(), found.bits, strict=True)
        if weight >= floor - 1e-6 and (left, right) not in never
    ]
    numbers = neighbourhoods(len(normals), found, floor)
    # Fixed weights know no households, so that twins would pass: there, what does not agree speaks against.
    joining = Joining(bits(settings.join), floor, AGAINST if way.model.trained else floor)
    groups = clusters(numbers, way.within(numbers), joining, never)
    return Links(
        pairs=tuple(sorted(proposed, key=lambda pair: (-pair.weight, pair.left, pair.right))),
        clusters=tuple(tuple(normals[place].id for place in group) for group in groups),
        model=way.model,
        notes=way.notes,
        through=tuple(through(groups, way, floor)),
    )


def through(groups: Sequence[Sequence[int]], way: Weighing, floor: float) -> Iterator[Link]:
    """Pairs of one group that only the others of the group speak for."""
    for group in groups:
        if len(group) > 2:
            pairs = [way.link(a, b) for place, a in enumerate(group) for b in group[place + 1 :]]
            mean = probability(sum(pair.weight for pair in pairs) / len(pairs))
            yield from (replace(pair, probability=mean) for pair in pairs if pair.weight < floor - 1e-6)


class Few:
    """Pairs of few records, each compared in Python."""

    def __init__(self, records: Sequence[Normal], link_type: str, model: Model | None) -> None:
        """Fixed weights unless a model is handed in."""
        self.model = model or fixed_model()
        self.notes: tuple[str, ...] = ("fixed_weights_few_records",) if model is None else ()
        self._records = records
        self._wanted = {"link": (False,), "dedupe": (True,), "both": (True, False)}[link_type]
        self._links: dict[tuple[int, int], Link] = {}

    def candidates(self) -> Weighed:
        """The pairs that share a key."""
        places = {record.id: place for place, record in enumerate(self._records)}
        pairs = candidate_pairs(self._records)
        return self._weighed(
            [(places[a.id], places[b.id]) for a, b in pairs if (a.source == b.source) in self._wanted]
        )

    def within(self, numbers: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Weighed:
        """All pairs of records that have the same number."""
        members: dict[int, list[int]] = {}
        for place, number in enumerate(numbers.tolist()):
            members.setdefault(number, []).append(place)
        return self._weighed([pair for group in members.values() for pair in combinations(group, 2)])

    def link(self, left: int, right: int) -> Link:
        """One pair with its evidence."""
        if (left, right) not in self._links:
            self._links[left, right] = explained(self.model, self._records[left], self._records[right])
        return self._links[left, right]

    def _weighed(self, pairs: Sequence[tuple[int, int]]) -> Weighed:
        """These pairs with their bits."""
        left, right = np.array(pairs, np.int32).reshape(-1, 2).T
        return Weighed(left, right, np.array([self.link(*pair).weight for pair in pairs], np.float64))


def explain(a: Record, b: Record, model: Model | None = None) -> Link:
    """What each field says about two records, under `model` or the fixed weights."""
    first, second = sorted((a, b), key=lambda record: record.id)
    return explained(model or fixed_model(), normal(first), normal(second))
