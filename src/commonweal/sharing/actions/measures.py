"""Accountability under an agreement: a target, an owner and a day; reminders when the day has come."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.sharing import events
from commonweal.sharing.actions.agreements import may_work
from commonweal.sharing.models import Agreement, Measure

OWNERS = frozenset({"sign_agreements", "keep_trust"})


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached, who answers for it, and by when."""

    name: str
    target: str
    owner: UUID
    due_on: date


@transaction.atomic
def set_measure(*, by: Actor, agreement: UUID, said: Target) -> Measure:
    """Add a measure. NotFound for who may not work on the agreement, Conflict where it has ended."""
    found = Agreement.objects.filter(id=agreement).first()
    if found is None or not may_work(by, found):
        raise NotFound("agreement")
    if found.state == "ended":
        raise Conflict("This agreement has ended; add the measure to a new version.")
    for name in ("name", "target"):
        if not getattr(said, name).strip():
            raise Invalid(name, "", "Say what is counted and what is to be reached.")
    owner = agencies.account(said.owner)
    if not (owner.is_active and agencies.ROLES[owner.role].permissions & OWNERS):
        raise Invalid("owner", owner.display_name, "Choose someone who signs agreements or keeps trust.")
    measure = Measure.objects.create(
        agreement=found,
        name=said.name.strip(),
        target=said.target.strip(),
        owner=said.owner,
        due_on=said.due_on,
    )
    journal.write(by=by, event=events.MeasureSet(agreement=agreement, measure=measure.id))
    return measure


@transaction.atomic
def record_measure(*, by: Actor, measure: UUID, value: str, note: str) -> Measure:
    """Record what was reached, with a sentence, once; for the owner and whoever keeps trust."""
    found = Measure.objects.select_for_update().filter(id=measure).first()
    if found is None or not (by.id == str(found.owner) or by.may("keep_trust")):
        raise NotFound("measure")
    if found.recorded_at:
        raise Conflict("A value has been recorded already.")
    for name, said in (("value", value), ("note", note)):
        if not said.strip():
            raise Invalid(name, "", "Record a value, and a sentence about it.")
    found.value, found.note = value.strip(), note.strip()
    found.recorded_by, found.recorded_at = by.id, clock.now()
    found.save()
    journal.write(by=by, event=events.MeasureRecorded(agreement=found.agreement_id, measure=found.id))
    return found


@transaction.atomic
def remind_of_agreements(*, by: Actor) -> int:
    """Announce, once each, measures and reviews whose day has come; returns how many."""
    now = clock.now()
    due = Measure.objects.select_for_update().filter(
        due_on__lte=clock.today(), recorded_at__isnull=True, reminded_at__isnull=True
    )
    measures = list(due.exclude(agreement__state="ended"))
    reviews = list(
        Agreement.objects.select_for_update().filter(
            state="in_force", review_on__lte=clock.today(), review_reminded_at__isnull=True
        )
    )
    told: list[events.MeasureDue | events.ReviewDue] = [
        events.MeasureDue(agreement=m.agreement_id, measure=m.id, owner=m.owner) for m in measures
    ]
    told += [events.ReviewDue(agreement=a.id) for a in reviews]
    Measure.objects.filter(id__in=[m.id for m in measures]).update(reminded_at=now)
    Agreement.objects.filter(id__in=[a.id for a in reviews]).update(review_reminded_at=now)
    journal.write_many(by=by, events=told)
    return len(told)
