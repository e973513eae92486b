"""How good linkage is: runs side by side, a judged sample with intervals, groups, and what changed and why.

Only ids, weights, counts and shares leave this module. Groups come from records of the reader's own agency,
so that nothing is told of others'. Sealed and victim-service records are in none of it, and records that are
not spoken of (`people.unspoken`) only in what their own agency reads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import NotFound
from commonweal.people.models import LinkageRun, PairJudgement, SourceRecord
from commonweal.people.sampling import open_records, run_of
from commonweal.people.unspoken import Reviewer, is_told

if TYPE_CHECKING:
    from commonweal.engines.linkage import Change, Link, Links, Share

LOOKED_AT = 50
DRIFTED = 0.05  # a share of filled fields that moved by as much is marked
ADULT, OLDER = 18, 60


@dataclass(frozen=True, slots=True)
class Run:
    """One comparison's figures; `moved` are fields whose filled share moved since the run before."""

    id: UUID
    at: datetime
    model: str
    records: int
    joined: int
    precision: float
    recall: float
    moved: Sequence[tuple[str, float, float]]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A pair drawn from a run, and what was said of it."""

    id: UUID
    left: Subject
    right: Subject
    verdict: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A run's judged sample: precision of what was joined, and precision and recall by group of people."""

    drawn: int
    judged: int
    unclear: int
    precision: Share
    groups: Sequence[tuple[str, Share, Share]]
    following: UUID | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A pair that one run joined and the other did not; `why` as in the engine's Change."""

    left: Subject
    right: Subject
    joined: bool
    why: str
    before: float | None
    after: float | None


def runs(agency: UUID) -> list[Run]:
    """Comparisons in which the agency took part, newest first, each beside the one before."""
    newest = LinkageRun.objects.order_by("-created_at", "-id")[:LOOKED_AT]
    rows = [row for row in newest if is_told(row.agencies, agency)]
    return [_run(row, _before(row, rows[place + 1 :])) for place, row in enumerate(rows)]


def _before(row: LinkageRun, older: Iterable[LinkageRun]) -> LinkageRun | None:
    """The latest of earlier comparisons that was over the same agencies: others compare other records."""
    return next((one for one in older if one.agencies == row.agencies), None)


def _run(row: LinkageRun, before: LinkageRun | None) -> Run:
    was = before.filled if before else {}
    moved = [
        (name, was[name], now)
        for name, now in row.filled.items()
        if name in was and abs(now - was[name]) >= DRIFTED
    ]
    return Run(
        row.id, row.created_at, row.model, row.records, row.joined, row.precision, row.recall, moved,
        bool(row.detail),
    )  # fmt: skip


def sample(run: UUID, reviewer: Reviewer) -> Sample:
    """The judged sample of a run, of the reviewer's agency."""
    from commonweal.engines.linkage import Link, by_group, sampled_precision

    agency = reviewer.agency
    row = run_of(run, agency)
    drawn = list(PairJudgement.objects.filter(run=row, agency_id=agency).order_by("created_at", "id"))
    told = [d for d in drawn if d.verdict in ("one", "two")]
    joined = _joined(row)
    there = open_records({id for pair in joined for id in pair}, reviewer)
    touching = [
        Link(a, b, chance, 0.0, ())
        for (a, b), chance in joined.items()
        if a in there and b in there and agency in (there[a], there[b])
    ]
    judged = [(_ends(d), d.verdict == "one") for d in told]
    rated = [(Link(*ends, joined[ends], 0.0, ()), is_one) for ends, is_one in judged if ends in joined]
    groups = by_group(judged, joined.keys(), _groups(agency, {id for ends, _ in judged for id in ends}))
    return Sample(
        drawn=len(drawn),
        judged=len(told),
        unclear=sum(d.verdict == "unclear" for d in drawn),
        precision=sampled_precision(touching, rated),
        groups=[(name, *both) for name, both in groups.items()],
        following=next((d.id for d in sorted(drawn, key=_shuffled) if not d.verdict), None),
    )


def _shuffled(drawn: PairJudgement) -> str:
    """An order that says nothing of a pair's probability: by the random end of its id."""
    return str(drawn.id)[::-1]


def _ends(drawn: PairJudgement) -> tuple[str, str]:
    one, other = sorted((str(drawn.left_id), str(drawn.right_id)))
    return one, other


def _joined(row: LinkageRun) -> dict[tuple[str, str], float]:
    """Every pair that a run takes for one person, with its probability."""
    from commonweal.engines.linkage.judging import joined_pairs

    pairs = (*row.detail.get("pairs", []), *row.detail.get("through", []))
    chances = {(min(a, b), max(a, b)): chance for a, b, chance, _ in pairs}
    return {ends: chances.get(ends, 0.5) for ends in joined_pairs(row.detail.get("groups", []))}


def _groups(agency: UUID, ids: Collection[str]) -> Mapping[str, str]:
    """A group of people for each record of the agency: by age, since errors of linkage differ most by it."""
    rows = SourceRecord.objects.filter(id__in=ids, agency_id=agency, is_barred=False)
    return {str(id): age_group(born, clock.today()) for id, born in rows.values_list("id", "born")}


def age_group(born: date | None, today: date) -> str:
    """under_18, 18_to_59, 60_and_over, or no_birth_date."""
    if born is None:
        return "no_birth_date"
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return "under_18" if age < ADULT else "18_to_59" if age < OLDER else "60_and_over"


def drawn_pair(judgement: UUID, reviewer: Reviewer) -> Drawn:
    """One drawn pair of the agency; NotFound for another's, or where a record is barred since."""
    found = PairJudgement.objects.filter(id=judgement, agency_id=reviewer.agency).first()
    if found is None or len(open_records(_ends(found), reviewer)) < 2:
        raise NotFound("pair")
    return Drawn(
        found.id,
        Subject("source_record", found.left_id),
        Subject("source_record", found.right_id),
        found.verdict,
    )


def changed(run: UUID, reviewer: Reviewer) -> list[Moved]:
    """Pairs told to the reviewer that this run joined and the one before it over the same
    agencies did not, or the reverse.
    """
    from commonweal.engines.linkage import changes

    row = run_of(run, reviewer.agency)
    older = LinkageRun.objects.filter(created_at__lt=row.created_at).order_by("-created_at", "-id")
    before = _before(row, older[:LOOKED_AT])
    if before is None or not (row.detail and before.detail):
        return []
    found = list(changes(_links(before), _links(row)))
    there = open_records({id for change in found for id in (change.left, change.right)}, reviewer)
    return [_moved(c) for c in found if _touches(c, there, reviewer.agency)]


def _touches(change: Change, there: Mapping[str, UUID], agency: UUID) -> bool:
    ends = (change.left, change.right)
    return all(id in there for id in ends) and agency in {there[id] for id in ends}


def _moved(change: Change) -> Moved:
    left, right = (Subject("source_record", UUID(id)) for id in (change.left, change.right))
    return Moved(left, right, change.joined, change.why, change.before, change.after)


def _links(row: LinkageRun) -> Links:
    """A kept run as the engine compares it."""
    from commonweal.engines.linkage import Link, Links, fixed_model

    def pairs(name: str) -> tuple[Link, ...]:
        return tuple(Link(a, b, chance, weight, ()) for a, b, chance, weight in row.detail[name])

    groups = [tuple(group) for group in row.detail["groups"]]
    alone = set(row.detail["records"]) - {id for group in groups for id in group}
    every = (*groups, *((id,) for id in sorted(alone)))
    return Links(pairs("pairs"), every, fixed_model(), (), pairs("through"))
