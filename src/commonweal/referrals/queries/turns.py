"""When referrals came to nothing, and when services that a person came to ended: moments by opaque id."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commonweal.referrals import states
from commonweal.referrals.models import Referral, Step

NOTHING = frozenset({states.NO_SHOW, states.DECLINED, states.EXPIRED})


@dataclass(frozen=True, slots=True)
class Turn:
    """One moment of a referral: `missed` (no one came, or the service said no or nothing) or `ended`."""

    referral: UUID
    person: UUID
    from_agency: UUID
    to_kind: str
    at: datetime
    turn: str


def turns_of(persons: Collection[UUID]) -> list[Turn]:
    """Turns of several people's referrals, oldest first; give whole circles of ids.

    Left out: anonymous referrals, as nobody is to learn whose they were; guarded ones, as nobody is told
    how they stand. `to_kind` is the kind of the receiving agency, empty where it answers by link.
    """
    mine = Referral.objects.filter(person__in=persons, is_anonymous=False, is_guarded=False)
    known = {one.id: one for one in mine.select_related("to_agency")}
    steps = Step.objects.filter(referral__in=known, after__in=NOTHING).values_list("referral", "at")
    found = [_turn(known[one], at, "missed") for one, at in steps]
    found += [_turn(r, r.closed_at, "ended") for r in known.values() if r.attended_at and r.closed_at]
    return sorted(found, key=lambda one: one.at)


def _turn(found: Referral, at: datetime, turn: str) -> Turn:
    assert found.person_id
    kind = found.to_agency.kind if found.to_agency else ""
    return Turn(found.id, found.person_id, found.from_agency_id, kind, at, turn)
