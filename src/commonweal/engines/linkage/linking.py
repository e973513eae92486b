"""Linking: pairs with their probability and evidence, groups of one person, and which model said so."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log2

from commonweal.engines.linkage.blocking import candidate_pairs
from commonweal.engines.linkage.clustering import Pair, clusters
from commonweal.engines.linkage.model import Evidence, Model, fixed_model, probability
from commonweal.engines.linkage.records import Normal, Record, normal

LINK_TYPES = ("link", "dedupe", "both")


@dataclass(frozen=True)
class Settings:
    """How to link. Pairs from `propose` on are returned for review; from `join` on they form groups.

    `link_type`: "link" across sources, "dedupe" within each, "both". Below `train_from` records there is
    too little to learn from: fixed, documented weights are used and the result says so. `must_not_link`
    holds pairs of ids that a person has said are two people.
    """

    link_type: str = "both"
    propose: float = 0.5
    join: float = 0.98
    train_from: int = 2_000
    must_not_link: frozenset[Pair] = frozenset()
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse settings that contradict themselves."""
        if self.link_type not in LINK_TYPES:
            raise ValueError(f"link_type: {self.link_type!r}; use one of {', '.join(LINK_TYPES)}")
        if not 0 < self.propose <= self.join < 1:
            raise ValueError(f"propose {self.propose}, join {self.join}: give 0 < propose <= join < 1")
        if any(len(pair) != 2 for pair in self.must_not_link):
            raise ValueError("must_not_link: every entry holds two different ids")


@dataclass(frozen=True)
class Link:
    """Two records that may be of one person: `weight` in bits, and what each field said."""

    left: str
    right: str
    probability: float
    weight: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Links:
    """Pairs, most probable first; groups (every record in one); the model; notes for the reader.

    `notes` may hold "fixed_weights_few_records" and "training_not_converged".
    """

    pairs: tuple[Link, ...]
    clusters: tuple[tuple[str, ...], ...]
    model: Model
    notes: tuple[str, ...]


def link(records: Sequence[Record], settings: Settings | None = None, model: Model | None = None) -> Links:
    """Find records of one person among `records`.

    Trains on the records by Splink unless `model` is handed in or they are few (see Settings). Pairs that
    must not be linked never appear and never share a group.
    """
    settings = settings or Settings()
    normals = {record.id: normal(record) for record in records}
    if len(normals) < len(records):
        raise ValueError("records: two share an id; make ids unique across sources, such as source:id")
    notes: tuple[str, ...]
    if len(records) < settings.train_from:
        notes = ("fixed_weights_few_records",) if model is None else ()
        model = model or fixed_model()
        worthy = among_few(normals, settings.link_type)
    else:
        model, notes, worthy = among_many(normals, settings, model)
    found = sorted(proposed(worthy, model, settings), key=lambda pair: (-pair.weight, pair.left, pair.right))
    return Links(
        pairs=tuple(found),
        clusters=tuple(grouped(normals, found, model, settings)),
        model=model,
        notes=notes,
    )


def among_few(normals: Mapping[str, Normal], link_type: str) -> Iterator[tuple[Normal, Normal]]:
    """Pairs worth comparing, in Python."""
    wanted = {"link": (False,), "dedupe": (True,), "both": (True, False)}[link_type]
    for a, b in candidate_pairs(list(normals.values())):
        if (a.source == b.source) in wanted:
            yield a, b


def among_many(
    normals: Mapping[str, Normal], settings: Settings, model: Model | None
) -> tuple[Model, tuple[str, ...], Iterator[tuple[Normal, Normal]]]:
    """The model (learned unless handed in), notes, and pairs that reach `propose`; by Splink and arrays.

    Their imports take seconds, so they wait until here.
    """
    import numpy as np

    from commonweal.engines.linkage.learning import learned
    from commonweal.engines.linkage.splinking import compare
    from commonweal.engines.linkage.weighing import model_of, weights

    records = list(normals.values())
    pairs, strangers = compare(records, settings.link_type, settings.seed)
    notes: tuple[str, ...] = ()
    if model is None:
        taught = learned(
            pairs.levels, pairs.fields, strangers, len(records), possible(records, settings.link_type)
        )
        model = model_of(taught, records)
        notes = () if taught.converged else ("training_not_converged",)
    kept = np.flatnonzero(weights(model, pairs, records) >= bits(settings.propose) - 1e-6)
    places = zip(pairs.left[kept].tolist(), pairs.right[kept].tolist(), strict=True)
    return model, notes, ((records[a], records[b]) for a, b in places)


def possible(records: Sequence[Normal], link_type: str) -> float:
    """How many pairs there are in all, of the kind that is wanted."""
    counts = Counter(record.source for record in records).values()
    within = sum(count * (count - 1) / 2 for count in counts)
    every = len(records) * (len(records) - 1) / 2
    return max(1.0, {"link": every - within, "dedupe": within, "both": every}[link_type])


def bits(chance: float) -> float:
    """A probability as bits."""
    return log2(chance / (1 - chance))


def proposed(worthy: Iterable[tuple[Normal, Normal]], model: Model, settings: Settings) -> Iterator[Link]:
    """Pairs with their evidence, in no particular order: those that reach `propose` and no person denied."""
    for a, b in worthy:
        if frozenset((a.id, b.id)) in settings.must_not_link:
            continue
        found = explained(model, *sorted((a, b), key=lambda record: record.id))
        if found.weight >= bits(settings.propose):
            yield found


def grouped(
    normals: dict[str, Normal], found: Collection[Link], model: Model, settings: Settings
) -> list[tuple[str, ...]]:
    """Groups of one person from the pairs strong enough."""
    strong = [(pair.left, pair.right, pair.weight) for pair in found if pair.probability >= settings.join]
    known = {(pair.left, pair.right): pair.probability for pair in found}

    def agrees(a: str, b: str) -> bool:
        key = (min(a, b), max(a, b))
        if key not in known:
            known[key] = explained(model, normals[key[0]], normals[key[1]]).probability
        return known[key] >= settings.propose

    return clusters(list(normals), strong, agrees, settings.must_not_link)


def explained(model: Model, a: Normal, b: Normal) -> Link:
    """A pair with its evidence."""
    evidence = model.evidence(a, b)
    weight = model.total(evidence)
    return Link(a.id, b.id, probability(weight), weight, evidence)


def explain(a: Record, b: Record, model: Model | None = None) -> Link:
    """What each field says about two records, under `model` or the fixed weights."""
    first, second = sorted((a, b), key=lambda record: record.id)
    return explained(model or fixed_model(), normal(first), normal(second))
