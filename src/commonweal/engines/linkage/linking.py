"""Linking: pairs with their probability and evidence, groups of one person, and which model said so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from commonweal.engines.linkage.clustering import Joining, Weighed, grouped, lists, neighbourhoods
from commonweal.engines.linkage.columns import Columns, columns
from commonweal.engines.linkage.gathering import pairs_worth
from commonweal.engines.linkage.model import Model, fixed_model
from commonweal.engines.linkage.pairs import Link, Settings, bits, chances_of, explained
from commonweal.engines.linkage.records import Record, normal

if TYPE_CHECKING:
    from commonweal.engines.linkage.splinking import Backend

AGAINST = -3.0  # bits: one to eight that a pair is of one person
LOW = 1e-6  # bits by which two ways of adding up may differ


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


@dataclass(frozen=True)
class Run:
    """The same as arrays, for a million records: places in `columns` stand for ids.

    `groups` names each record's group by its first record; `chances` are the probabilities of `through`.
    """

    columns: Columns
    pairs: Weighed
    through: Weighed
    chances: NDArray[np.float64]
    groups: NDArray[np.int64]
    model: Model
    notes: tuple[str, ...]


class Weighing(Protocol):
    """How pairs are found and weighed: in Python for few records, by Splink and arrays for many."""

    model: Model
    notes: tuple[str, ...]

    def candidates(self) -> Weighed:
        """The pairs worth comparing."""

    def within(self, numbers: NDArray[np.int64]) -> Weighed:
        """All pairs of records that have the same number."""


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
    return told(linked_of(columns(records), settings, model, backend))


def linked_of(
    records: Columns,
    settings: Settings | None = None,
    model: Model | None = None,
    backend: "Backend | None" = None,
) -> Run:
    """The same as arrays."""
    settings = settings or Settings()
    way: Weighing
    if len(records) < settings.train_from:
        way = Few(records, settings.link_type, model)
    else:
        from commonweal.engines.linkage.many import Many  # its imports take seconds

        way = Many(records, settings, model, backend)
    return linked(records, way, settings)


def linked(records: Columns, way: Weighing, settings: Settings) -> Run:
    """Pairs, then groups of them, then what the groups say of pairs."""
    never = forbidden(records, settings)
    floor = bits(settings.propose)
    found = way.candidates()
    numbers = neighbourhoods(len(records), found, floor)
    inside = way.within(numbers)
    # Fixed weights know no households, so that twins would pass: there, what does not agree speaks against.
    joining = Joining(bits(settings.join), floor, AGAINST if way.model.trained else floor)
    groups = grouped(numbers, inside, joining, never)
    proposed = found.where(found.bits >= floor - LOW)
    if never:
        named = np.array([left * len(records) + right for left, right in never])
        proposed = proposed.where(
            ~np.isin(proposed.left.astype(np.int64) * len(records) + proposed.right, named)
        )
    through, chances = spoken_for(inside.where(groups[inside.left] == groups[inside.right]), groups, floor)
    return Run(records, proposed, through, chances, groups, way.model, way.notes)


def forbidden(records: Columns, settings: Settings) -> set[tuple[int, int]]:
    """Places of the pairs that a person has called two people."""
    if not settings.must_not_link:
        return set()
    places = {id: place for place, id in enumerate(records.ids)}
    return {(places[min(p)], places[max(p)]) for p in settings.must_not_link if p <= places.keys()}


def spoken_for(
    pairs: Weighed, groups: NDArray[np.int64], floor: float
) -> tuple[Weighed, NDArray[np.float64]]:
    """Of the `pairs` within groups those that only the others speak for, and how probable they are."""
    of = groups[pairs.left]
    count, total = np.bincount(of, minlength=len(groups)), np.bincount(of, pairs.bits, len(groups))
    low = pairs.bits < floor - LOW
    mean = (total / np.maximum(count, 1))[of][low]
    return pairs.where(low), chances_of(mean)


def told(run: Run) -> Links:
    """A run with the evidence of its pairs, and ids for places."""
    pairs = [explained_at(run, *ends) for ends in run.pairs.ends()]
    through = zip(run.through.ends(), run.chances.tolist(), strict=True)
    return Links(
        pairs=tuple(sorted(pairs, key=lambda pair: (-pair.weight, pair.left, pair.right))),
        clusters=tuple(tuple(run.columns.ids[place] for place in group) for group in lists(run.groups)),
        model=run.model,
        notes=run.notes,
        through=tuple(replace(explained_at(run, *ends), probability=chance) for ends, chance in through),
    )


def explained_at(run: Run, left: int, right: int) -> Link:
    """A pair of a run with its evidence."""
    return explained(run.model, run.columns.normal(left), run.columns.normal(right))


class Few:
    """Pairs of few records, each compared in Python."""

    def __init__(self, records: Columns, link_type: str, model: Model | None) -> None:
        """Fixed weights unless a model is handed in."""
        self.model = model or fixed_model()
        self.notes: tuple[str, ...] = ("fixed_weights_few_records",) if model is None else ()
        self._records = [records.normal(place) for place in range(len(records))]
        left, right = pairs_worth(records, link_type)
        self._pairs = [*zip(left.tolist(), right.tolist(), strict=True)]

    def candidates(self) -> Weighed:
        """The pairs that share a key."""
        return self._weighed(self._pairs)

    def within(self, numbers: NDArray[np.int64]) -> Weighed:
        """All pairs of records that have the same number."""
        return self._weighed([pair for group in lists(numbers) for pair in combinations(group, 2)])

    def _weighed(self, pairs: Sequence[tuple[int, int]]) -> Weighed:
        """These pairs with their bits."""
        left, right = np.array(pairs, np.int32).reshape(-1, 2).T
        known = self._records
        said = [explained(self.model, known[a], known[b]).weight for a, b in pairs]
        return Weighed(left, right, np.array(said, np.float64))


def explain(a: Record, b: Record, model: Model | None = None) -> Link:
    """What each field says about two records, under `model` or the fixed weights."""
    first, second = sorted((a, b), key=lambda record: record.id)
    return explained(model or fixed_model(), normal(first), normal(second))
