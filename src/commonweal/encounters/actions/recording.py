"""The record of one meeting: open, write, name the person, close, amend, follow up."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.calls import queries as calls
from commonweal.encounters import events
from commonweal.encounters.following import POLICE_ROLES, follows_up
from commonweal.encounters.models import Amendment, Encounter, FollowUp
from commonweal.encounters.records import CLINICAL_ROLES, NO_OPERATIONS, locked, present, sign, writing
from commonweal.encounters.vocabulary import check
from commonweal.kernel import clock, codes, days, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.ids import new_id
from commonweal.people import actions as people
from commonweal.people import queries as people_queries
from commonweal.sharing import actions as sharing

FREE = frozenset(
    "consent_to_talk consent_to_photograph language arrest_criteria arrest_made hold_basis destination "
    "services_offered services_declined narrative clinical_impression shared_note follow_up_due started_at "
    "ended_at".split()
)
CODED = frozenset(
    "contact_type presenting_needs behaviours risks techniques force injured hold transport "
    "disposition".split()
)
REQUIRED = (
    "contact_type consent_to_talk presenting_needs behaviours risks techniques force injured hold transport "
    "disposition"
).split()
FOLLOW_UP = timedelta(hours=72)


@transaction.atomic
def open_encounter(
    *,
    by: Actor,
    call: UUID | None = None,
    person: UUID | None = None,
    description: str = "",
    started_at: datetime | None = None,
    team: Iterable[UUID] = (),
    record: UUID | None = None,
) -> Encounter:
    """Begin the record of a call (one each person: opening it again returns the open one).

    Without `person` a placeholder stands in with `description`; the crew of the call is the team.
    `record` is the id that a phone without network gave it.
    """
    if by.agency is None:
        raise Invalid("by", by.id, "Sign in with an account of an agency.")
    under_call = Encounter.objects.filter(call_id=call, state="open") if call else ()
    already = next((e for e in under_call if by.id in e.team), None)
    if already is not None:
        return already
    known = person or people.note_placeholder(by=by, description=description).id
    crew = sorted(str(a) for a in {*team, *(calls.crew_of(call) if call else ()), UUID(by.id)})
    lead = _lead(crew) or by.agency
    encounter = Encounter.objects.create(
        id=record or new_id(),
        call_id=call,
        person_id=known,
        agency_id=lead,
        opened_by=by.id,
        team=crew,
        started_at=started_at or clock.now(),
    )
    subject = Subject("encounter", encounter.id)
    sharing.hold(by=by, subject=subject, agency=lead, person=known, call=encounter.incident)
    if call is None:  # a contact without a call is an incident of its own for those who made it
        for member in crew:
            sharing.tie(by=by, relation="incident", subject=subject, account=UUID(member))
    journal.write(by=by, event=events.EncounterOpened(encounter=encounter.id, call=call, person=known))
    return encounter


def _lead(crew: list[str]) -> UUID | None:
    """Where an officer is present the joint record is the police agency's; the clinical part never is."""
    officers = agencies.accounts().filter(id__in=crew, role__in=POLICE_ROLES).order_by("id")
    return officers.values_list("agency", flat=True).first()


@transaction.atomic
def record(*, by: Actor, encounter: UUID, version: int | None = None, **values: object) -> Encounter:
    """Write fields of an open encounter; the police part by police, the clinical part by clinicians.

    `version` is the one that the writer last saw: if someone else wrote one of the same fields since,
    nothing is lost silently, a Conflict names who must choose.
    """
    found = locked(encounter)
    present(by, found)
    if found.state == "closed":
        raise Conflict("This encounter is closed. Use an amendment with a reason.")
    if version is not None and any(writing(found, name).version > version for name in values):
        raise Conflict(
            "A colleague changed the same field meanwhile. Your text is kept; choose which stands."
        )
    return put(by=by, found=found, values=values)


def put(
    *, by: Actor, found: Encounter, values: dict[str, object], operations: Mapping[str, UUID] = NO_OPERATIONS
) -> Encounter:
    """Write checked fields of a locked encounter: one version, one journal line.

    `operations`: by field, the phone's operation that wrote it. What was looked at before is the caller's.
    """
    _write(by, found, values)
    found.version += 1
    sign(found, values, by.id, operations)
    found.save()
    if "clinical_impression" in values:
        _hold_clinical(by, found)
    event = events.EncounterRecorded(encounter=found.id, fields=tuple(sorted(values)))
    journal.write(by=by, event=event)
    return found


def _hold_clinical(by: Actor, found: Encounter) -> None:
    """The clinical part stands under the clinician's own agency and regime."""
    agency = found.clinical_agency_id or by.agency
    if agency is None:
        raise Invalid("clinical_impression", "", "Sign in with an account of an agency.")
    if found.clinical_agency_id is None:
        found.clinical_agency_id = agency
        found.save(update_fields=["clinical_agency"])
    subject = Subject("clinical_part", found.id)
    sharing.hold(by=by, subject=subject, agency=agency, person=found.person_id, call=found.incident)


def writable(by: Actor, field: str, value: object) -> None:
    """Invalid where this worker may not write the field, or its code is not of the vocabulary."""
    if field not in FREE | CODED:
        raise Invalid("values", field, f"Use: {', '.join(sorted(FREE | CODED))}.")
    if field == "clinical_impression" and by.policy_role not in CLINICAL_ROLES:
        raise Invalid(
            "clinical_impression", "", "The clinical part is written by the clinician; use the shared part."
        )
    if field == "narrative" and by.policy_role not in POLICE_ROLES | CLINICAL_ROLES:
        raise Invalid("narrative", "", "The police part is written by the team on scene.")
    if field in CODED and value not in ("", [], None):
        check(field, value)


def _write(by: Actor, found: Encounter, values: dict[str, object]) -> None:
    for name, value in values.items():
        writable(by, name, value)
        setattr(found, name, value)
    _check_end(found)


def _check_end(found: Encounter) -> None:
    if found.ended_at and found.ended_at < found.started_at:
        remedy = "The end must come after the start (%(start)s)."
        raise Invalid("ended_at", found.ended_at, remedy, start=days.hours(found.started_at))


@transaction.atomic
def name_person(*, by: Actor, encounter: UUID, person: UUID) -> Encounter:
    """The person is now known: the placeholder gives way and the holding follows."""
    found = locked(encounter)
    present(by, found)
    people_queries.survivor(person)  # NotFound for nobody
    found.person_id = person
    found.save(update_fields=["person"])
    sharing.hold(
        by=by,
        subject=Subject("encounter", encounter),
        agency=found.agency_id,
        person=person,
        call=found.incident,
    )
    if found.clinical_agency_id:
        _hold_clinical(by, found)
    sharing.name_parts(by=by, part_of=found.id, person=person)
    for assessment in found.assessments.all():
        assessment.person_id = person
        assessment.save(update_fields=["person"])
        sharing.hold(
            by=by,
            subject=Subject("assessment", assessment.id),
            agency=assessment.agency_id,
            person=person,
            call=found.incident,
        )
    journal.write(by=by, event=events.PersonNamed(encounter=encounter, person=person))
    return found


def missing(found: Encounter) -> list[str]:
    """Required fields not yet answered, in the order of the form."""
    return [name for name in REQUIRED if getattr(found, name) in (None, "", [])]


def lacking(encounter: UUID) -> list[str]:
    """Required fields of an encounter not yet answered, by name; NotFound for an unknown id."""
    found = Encounter.objects.filter(id=encounter).first()
    if found is None:
        raise NotFound("encounter")
    return missing(found)


@transaction.atomic
def close_encounter(*, by: Actor, encounter: UUID, ended_at: datetime | None = None) -> Encounter:
    """Complete the record; Invalid names the first required field that is missing.

    Follow-up falls due 72 hours later unless the team set another time; workers who met the person
    are remembered, so that a later dispatch can send a familiar face.
    """
    found = locked(encounter)
    present(by, found)
    if found.state == "closed":
        return found
    if found.divergences.filter(settled_at__isnull=True).exists():
        raise Conflict("Two versions of the same answer wait for a choice. Choose, then complete the record.")
    if lacking := missing(found):
        raise Invalid(lacking[0], "", "Still to answer: %(fields)s.", fields=codes.several(lacking))
    found.state, found.closed_at = "closed", clock.now()
    found.ended_at = found.ended_at or ended_at or found.closed_at
    _check_end(found)
    found.follow_up_due = found.follow_up_due or found.closed_at + FOLLOW_UP
    found.save()
    if found.person_id:
        people.remember_meeting(
            by=by, person=found.person_id, accounts=frozenset(UUID(a) for a in found.team), at=found.ended_at
        )
    if found.call_id is None:
        sharing.untie(by=by, relation="incident", subject=Subject("encounter", encounter))
    _let_go(by, found)
    event = events.EncounterClosed(
        encounter=encounter, call=found.call_id, person=found.person_id, disposition=found.disposition
    )
    journal.write(by=by, event=event)
    return found


def _let_go(by: Actor, found: Encounter) -> None:
    """The record of a sheet is complete: its team leaves a call that is over, in the caller's transaction."""
    if found.call_id is None or not calls.from_paper([found.id]):
        return
    if not calls.call_of(found.call_id).is_open:
        about = Subject("call", found.call_id)
        for member in found.team:
            sharing.untie(
                by=by, relation="incident", subject=about, account=UUID(member), reason="written down"
            )


@transaction.atomic
def amend(*, by: Actor, encounter: UUID, reason: str, **values: object) -> Encounter:
    """Correct a closed record: what stood before is kept with the reason."""
    found = locked(encounter)
    present(by, found)
    if not reason.strip():
        raise Invalid("reason", reason, "Say why the record is corrected.")
    before = {name: getattr(found, name, None) for name in values}
    plain = {k: v if isinstance(v, list | str | bool | None) else str(v) for k, v in before.items()}
    Amendment.objects.create(
        encounter=found, by=by.id, reason=reason[:200], fields=sorted(values), before=plain
    )
    _write(by, found, dict(values))
    if found.state == "closed" and (emptied := [name for name in missing(found) if name in values]):
        raise Invalid(emptied[0], "", "A closed record keeps its required answers: give the right one.")
    found.version += 1
    sign(found, values, by.id)
    found.save()
    if "clinical_impression" in values:
        _hold_clinical(by, found)
    journal.write(by=by, event=events.EncounterRecorded(encounter=encounter, fields=tuple(sorted(values))))
    return found


@transaction.atomic
def follow_up(
    *,
    by: Actor,
    encounter: UUID,
    way: str,
    reached: bool,
    outcome: str = "",
    next_due: datetime | None = None,
) -> FollowUp:
    """A contact after the crisis, made or attempted; the next one may be set. NotFound for other workers."""
    found = Encounter.objects.select_for_update().filter(id=encounter).first()
    if found is None or not follows_up(by, found.team, (found.agency_id, found.clinical_agency_id)):
        raise NotFound("encounter")
    if way not in ("visit", "phone", "text", "letter"):
        raise Invalid("way", way, "Use visit, phone, text or letter.")
    made = FollowUp.objects.create(
        encounter=found,
        at=clock.now(),
        by=by.id,
        way=way,
        reached=reached,
        outcome=outcome[:300],
        due_at=next_due,
    )
    found.follow_up_due = next_due
    if next_due is None:
        found.follow_up_by = None
    found.save(update_fields=["follow_up_due", "follow_up_by"])
    journal.write(by=by, event=events.FollowUpMade(encounter=encounter, follow_up=made.id, reached=reached))
    return made
