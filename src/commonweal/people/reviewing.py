"""Reads for the review of links: proposals and decisions by ids, weights and times; no values of anybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import NotFound
from commonweal.people.models import LinkDecision, Proposal
from commonweal.people.unspoken import told_to


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one person; `evidence` is weights in bits by field."""

    id: UUID
    left: Subject
    right: Subject
    probability: float
    evidence: Sequence[Mapping[str, object]]
    model: str
    state: str


def _pair(row: Proposal) -> Pair:
    return Pair(
        row.id,
        Subject("source_record", row.left_id),
        Subject("source_record", row.right_id),
        row.probability,
        row.evidence,
        row.model,
        row.state,
    )


def _touching(agency: UUID) -> Q:
    """Pairs with a record of the agency, and none that is not spoken of to it."""
    own = Q(left__agency=agency) | Q(right__agency=agency)
    return own & told_to(agency, "left__") & told_to(agency, "right__")


class Pairs:
    """Open proposals, most probable first, read a slice at a time."""

    def __init__(self, agency: UUID | None) -> None:
        found = Proposal.objects.filter(state="open").exclude(left__person=F("right__person"))
        if agency:
            found = found.filter(_touching(agency))
        self._found = found.order_by("-probability", "id")

    def __getitem__(self, part: slice) -> list[Pair]:
        return [_pair(row) for row in self._found[part]]

    def __len__(self) -> int:
        return self._found.count()


def proposals(agency: UUID | None = None) -> Pairs:
    """Open proposals that touch the agency's records (all where none is given), most probable first."""
    return Pairs(agency)


def proposal(pair: UUID, agency: UUID | None = None) -> Pair:
    """One proposal, open or settled, that touches the agency's records; NotFound otherwise."""
    found = Proposal.objects.filter(id=pair)
    row = (found.filter(_touching(agency)) if agency else found).first()
    if row is None:
        raise NotFound("proposal")
    return _pair(row)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on two records, by whom and when; `undone_at` where it was taken back."""

    id: UUID
    left: UUID
    right: UUID
    verdict: str
    probability: float | None
    model: str
    by: str
    at: datetime
    undone_at: datetime | None
    moved: int


def decisions(
    agency: UUID | None = None, records: Sequence[UUID] | None = None, limit: int = 200
) -> list[Decision]:
    """Decisions that touch an agency's records and the given records, newest first.

    Without an agency those of everybody: for the site's own work, never for a page.
    """
    found = LinkDecision.objects.order_by("-created_at", "-id")
    if agency:
        found = found.filter(_touching(agency))
    if records is not None:
        found = found.filter(Q(left__in=records) | Q(right__in=records))
    return [
        Decision(
            d.id,
            d.left_id,
            d.right_id,
            d.verdict,
            d.probability,
            d.model,
            d.decided_by,
            d.created_at,
            d.undone_at,
            len(d.moved),
        )
        for d in found[:limit]
    ]
