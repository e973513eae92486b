"""Reads for the review of links: proposals and decisions by ids, weights and times; no values of anybody."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import NotFound
from commonweal.people.models import LinkDecision, Proposal
from commonweal.people.unspoken import Reviewer, told_to


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


IDENTITY = {
    "given": "name", "family": "name", "name": "name", "born": "dob", "sex": "physical_description",
    "address": "home_address", "phone": "phone", "ssn_last4": "ssn_last4",
}  # fmt: skip
"""The field of identity that each compared field is part of."""


def spoken(pair: Pair, fields: Collection[str]) -> list[Mapping[str, object]]:
    """The pair's evidence on fields that are read of both sides: "the same" tells the other side's value."""
    return [e for e in pair.evidence if e.get("level") and IDENTITY.get(str(e["field"])) in fields]


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


def _touching(reviewer: Reviewer) -> Q:
    """Pairs with a record of the reviewer's agency, both sides of which may be laid before them."""
    own = Q(left__agency=reviewer.agency) | Q(right__agency=reviewer.agency)
    return own & told_to(reviewer, "left__") & told_to(reviewer, "right__")


class Pairs:
    """Open proposals, most probable first, read a slice at a time."""

    def __init__(self, reviewer: Reviewer | None) -> None:
        found = Proposal.objects.filter(state="open").exclude(left__person=F("right__person"))
        if reviewer:
            found = found.filter(_touching(reviewer))
        self._found = found.order_by("-probability", "id")

    def __getitem__(self, part: slice) -> list[Pair]:
        return [_pair(row) for row in self._found[part]]

    def __len__(self) -> int:
        return self._found.count()


def proposals(reviewer: Reviewer | None = None) -> Pairs:
    """Open proposals that the reviewer may decide, most probable first; all where no reviewer is given.

    Until somebody answers, the two stay apart: an answer changes that as often as the pair is probable.
    """
    return Pairs(reviewer)


def proposal(pair: UUID, reviewer: Reviewer | None = None) -> Pair:
    """One proposal, open or settled, that the reviewer may decide; NotFound otherwise."""
    found = Proposal.objects.filter(id=pair)
    row = (found.filter(_touching(reviewer)) if reviewer else found).first()
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
    reviewer: Reviewer | None = None, records: Sequence[UUID] | None = None, limit: int = 200
) -> list[Decision]:
    """Decisions on records that the reviewer may hear of, of the given records, newest first.

    Without a reviewer those of everybody: for the site's own work, never for a page.
    """
    found = LinkDecision.objects.order_by("-created_at", "-id")
    if reviewer:
        found = found.filter(_touching(reviewer))
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
