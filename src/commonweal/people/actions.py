"""Verbs of this room: file agencies' records, keep plans and cautions, link and part records."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.people import events
from commonweal.people.filing import file_record, stands
from commonweal.people.importing import PersonTold, import_people
from commonweal.people.linking import run_linkage
from commonweal.people.links import forbidden, link, never, propose, split, undo
from commonweal.people.models import Caution, Familiar, Person, ResponsePlan, SourceRecord
from commonweal.people.past import PastRecord, bring_records
from commonweal.people.sampling import draw_sample, judge_pair


@transaction.atomic
def note_placeholder(*, by: Actor, description: str) -> Person:
    """A person not yet identified, with a description to know them by."""
    person = Person.objects.create(is_placeholder=True, description=description[:300])
    journal.write(by=by, event=events.PersonNoted(person=person.id))
    return person


PLAN_PARTS = ("helps", "harms", "contacts", "communication", "summary")


def unindex(*, records: Collection[UUID]) -> None:
    """Take sealed or expunged records out of search and comparison; the act that bars them is journalled."""
    SourceRecord.objects.filter(id__in=records, is_barred=False).update(is_barred=True)


@transaction.atomic
def keep_plan(*, by: Actor, person: UUID, agency: UUID, **parts: str) -> ResponsePlan:
    """Replace the agency's response plan. `parts`: helps, harms, contacts, communication, summary.

    A part that is not named stays as it was: who may not read it does not wipe it out.
    """
    stands(person)
    standing = ResponsePlan.objects.filter(person_id=person, agency_id=agency, is_current=True)
    latest = standing.order_by("-created_at").values(*PLAN_PARTS).first() or {}
    standing.update(is_current=False)
    due = clock.today() + timedelta(days=180)
    plan = ResponsePlan.objects.create(
        person_id=person, agency_id=agency, author=by.id, review_due=due, **{**latest, **parts}
    )
    journal.write(by=by, event=events.PlanKept(plan=plan.id, person=person))
    return plan


@transaction.atomic
def note_caution(
    *,
    by: Actor,
    person: UUID,
    agency: UUID,
    text: str,
    is_weapon: bool = False,
    is_clinical: bool = False,
    observed_at: datetime | None = None,
) -> Caution:
    """A dated caution; it expires after a year and is reviewed before it is renewed."""
    if not text.strip():
        raise Invalid("text", text, "Say what was seen, in words that you would show the person.")
    stands(person)
    seen = observed_at or clock.now()
    caution = Caution.objects.create(
        person_id=person,
        agency_id=agency,
        author=by.id,
        text=text.strip()[:300],
        is_weapon=is_weapon,
        is_clinical=is_clinical,
        observed_at=seen,
        expires_at=seen + timedelta(days=365),
    )
    journal.write(by=by, event=events.CautionNoted(caution=caution.id, person=person))
    return caution


@transaction.atomic
def end_caution(*, by: Actor, caution: UUID, agency: UUID) -> None:
    """End the agency's own caution before its day: reviewed, it no longer holds. Twice changes nothing."""
    found = Caution.objects.select_for_update().filter(id=caution, agency_id=agency).first()
    if found is None:
        raise NotFound("caution")
    if found.expires_at > clock.now():
        found.expires_at = clock.now()
        found.save(update_fields=["expires_at"])
        journal.write(by=by, event=events.CautionEnded(caution=found.id, person=found.person_id))


@transaction.atomic
def remember_meeting(*, by: Actor, person: UUID, accounts: frozenset[UUID], at: datetime) -> None:
    """Note which workers met the person, for continuity in later recommendations."""
    for account in accounts:
        known, is_new = Familiar.objects.get_or_create(
            person_id=person, account=account, defaults={"last_met": at}
        )
        if not is_new:
            known.times, known.last_met = known.times + 1, max(at, known.last_met)
            known.save()


__all__ = [
    "PastRecord",
    "PersonTold",
    "bring_records",
    "draw_sample",
    "end_caution",
    "file_record",
    "forbidden",
    "import_people",
    "judge_pair",
    "keep_plan",
    "link",
    "never",
    "note_caution",
    "note_placeholder",
    "propose",
    "remember_meeting",
    "run_linkage",
    "split",
    "undo",
]
