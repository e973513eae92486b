"""Break-glass: opened on a worker's word, alerted at once, ended by itself or by hand, then reviewed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.ids import new_id
from commonweal.people import queries as people
from commonweal.sharing import events, glass
from commonweal.sharing.actions.gate import ask_many
from commonweal.sharing.models import Opening, Review

SHORTEST = 10  # letters of a reason that another person can judge
LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Plea:
    """What the worker says: a code of `glass.CODES`, who is in danger, why now, whether one can consent."""

    code: str
    danger: str
    reason: str
    cannot_consent: bool = False

    def check(self) -> None:
        """Invalid names the field that is missing."""
        if self.code not in glass.CODES:
            raise Invalid("emergency", self.code, f"Use one of: {', '.join(glass.CODES)}.")
        if self.danger not in glass.DANGERS:
            raise Invalid("danger", self.danger, f"Use one of: {', '.join(glass.DANGERS)}.")
        if not SHORTEST <= len(self.reason.strip()) <= LONGEST:
            raise Invalid("reason", self.reason, "Say in a sentence why you need it now.")


@transaction.atomic
def break_glass(
    *,
    by: Actor,
    person: UUID,
    plea: Plea,
    about: Mapping[str, Sequence[Subject]],
    call: UUID | None = None,
) -> Opening:
    """Open what an emergency opens of one person; `about` are their records by category.

    The privacy officer is alerted and a review stands open, whatever came of it. Where nothing opens the
    refusals are journalled, and the opening is over as it begins (`is_in_force` is false).
    """
    plea.check()
    if not people.circle(person):
        raise NotFound("person")
    found = {category: list(subjects) for category, subjects in about.items() if subjects}
    mark = new_id()
    then = glass.said(plea.code, plea.reason.strip(), call, plea.cannot_consent, mark)
    opened = glass.hours(by, found, then)
    now = clock.now()
    until = now + timedelta(hours=min(opened.values())) if opened else now
    review = Review.objects.create(
        why="break_glass",
        kind="person",
        subject=person,
        account=by.id,
        agency=by.agency,
        category=next(iter(opened or found), ""),
        purpose=glass.PURPOSE,
        reason=plea.reason.strip(),
    )
    opening = Opening.objects.create(
        id=mark,
        account=by.id,
        agency=by.agency,
        person=person,
        call=call,
        code=plea.code,
        danger=plea.danger,
        reason=plea.reason.strip(),
        cannot_consent=plea.cannot_consent,
        categories=sorted(opened),
        until=until,
        ended_at=None if opened else now,
        ended_by="" if opened else "policy",
        review=review,
    )
    journal.write(
        by=by,
        purpose=glass.PURPOSE,
        event=events.GlassBroken(
            person=person,
            opening=opening.id,
            code=plea.code,
            categories=tuple(sorted(opened)),
            until=until.isoformat(),
        ),
    )
    journal.write(by=by, event=events.Alerted(review=review.id, why=review.why), purpose=glass.PURPOSE)
    if not opened:
        for category, subjects in found.items():
            ask_many(by=by, category=category, purpose=glass.PURPOSE, about=subjects, circumstances=then)
    return opening


@transaction.atomic
def end_opening(*, by: Actor, opening: UUID) -> Opening:
    """End it now: the worker's own, or any by a privacy officer. One that is over stays as it ended."""
    found = Opening.objects.select_for_update().filter(id=opening).first()
    if found is None or not (str(found.account) == by.id or by.may("keep_trust")):
        raise NotFound("opening")
    if found.is_in_force:
        found.ended_at, found.ended_by = clock.now(), by.id
        found.save(update_fields=["ended_at", "ended_by"])
        journal.write(by=by, event=events.GlassMended(person=found.person, opening=found.id))
    return found
