"""Reads of this room. Subjects: `encounter` (encounter_narrative) and `assessment` (mh_assessment)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import Q

from commonweal.agencies import queries as agencies
from commonweal.encounters import following
from commonweal.encounters.diverged import (
    Diverged,
    HeldPhone,
    account_of,
    divergences,
    held_phones,
    lease_end,
    versions,
    written,
)
from commonweal.encounters.models import Assessment, Encounter, FollowUp
from commonweal.encounters.owed import Owed, owed, owed_after_calls_of, owed_by_nobody
from commonweal.encounters.photographs import (
    photograph_bytes,
    photograph_category,
    photographs,
    photographs_of,
    under,
)
from commonweal.encounters.screening import Screening, instrument, instruments, told
from commonweal.encounters.soundness import doubtful, soundness
from commonweal.encounters.vocabulary import say, words
from commonweal.engines.disclosure import Permit
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.kernel.shown import Shown, reveal, reveal_rows, reveal_set
from commonweal.people import queries as people
from commonweal.sharing import queries as sharing

SCREENED = {"assessment_notes": None, "risk_level": None}  # what a screener's result tells
__all__ = [
    "Counted", "Diverged", "HeldPhone", "Outline", "Owed", "Screening", "account_of",
    "divergences", "doubtful", "held_phones",
    "instrument", "instruments", "lease_end", "owed", "owed_after_calls_of", "owed_by_nobody",
    "photograph_bytes", "photograph_category", "photographs", "photographs_of", "say", "soundness", "under",
    "versions", "words", "written",
]  # fmt: skip
# nothing personal: any permit opens them
OPEN_TO_WRITERS = ("contact_type", "consent_to_talk", "consent_to_photograph", "language")


@dataclass(frozen=True, slots=True)
class Outline:
    """What names nobody: state and times of an encounter, by opaque ids.

    `may_photograph` is what the person answered; None where nobody asked.
    """

    id: UUID
    call: UUID | None
    person: UUID | None
    agency: UUID
    clinical_agency: UUID | None
    state: str
    version: int
    started_at: datetime
    ended_at: datetime | None
    follow_up_due: datetime | None
    team: tuple[str, ...]
    may_photograph: bool | None = None


def _outline(row: Encounter) -> Outline:
    return Outline(
        row.id,
        row.call_id,
        row.person_id,
        row.agency_id,
        row.clinical_agency_id,
        row.state,
        row.version,
        row.started_at,
        row.ended_at,
        row.follow_up_due,
        tuple(row.team),
        row.consent_to_photograph,
    )


def outline(encounter: UUID) -> Outline:
    """One encounter's outline; NotFound otherwise."""
    row = Encounter.objects.filter(id=encounter).first()
    if row is None:
        raise NotFound("encounter")
    return _outline(row)


def lock(encounter: UUID) -> None:
    """Keep other writers of an encounter out until the transaction ends; NotFound where there is none."""
    if not Encounter.objects.select_for_update().filter(id=encounter).first():
        raise NotFound("encounter")


def of_call(call: UUID) -> list[Outline]:
    """Encounters under a call, oldest first."""
    return [_outline(row) for row in Encounter.objects.filter(call_id=call).order_by("started_at")]


def of_person(person: UUID) -> list[Outline]:
    """A person's encounters, newest first: subjects to ask about."""
    return [
        _outline(row)
        for row in Encounter.objects.filter(person_id__in=people.circle(person)).order_by("-started_at")
    ]


def crises_of(persons: Collection[UUID]) -> list[Outline]:
    """Encounters of several people, oldest first; give whole circles of ids (`people.queries.circles`)."""
    rows = Encounter.objects.filter(person_id__in=persons).order_by("started_at")
    return [_outline(row) for row in rows]


def open_for(account: UUID) -> list[Outline]:
    """Open encounters of a worker's team."""
    mine = Encounter.objects.filter(state="open").order_by("-started_at")
    return [_outline(row) for row in mine if str(account) in row.team]


def follow_ups_due(by: Actor, before: datetime | None = None) -> list[Outline]:
    """Encounters of the worker's agency whose follow-up is due and theirs to make, most overdue first."""
    if by.agency is None:
        return []
    own = Q(agency_id=by.agency) | Q(clinical_agency_id=by.agency)
    due = Encounter.objects.filter(own, follow_up_due__lte=before or clock.now()).order_by("follow_up_due")
    return [found for row in due if follows_up(by, found := _outline(row))]


def follows_up(by: Actor, found: Outline) -> bool:
    """Whether this worker may see and note follow-ups of this encounter."""
    return following.follows_up(by, found.team, (found.agency, found.clinical_agency))


def follow_ups(encounter: UUID) -> list[tuple[datetime, str, bool]]:
    """When, how and whether the person was reached, oldest first (no outcome text)."""
    return list(
        FollowUp.objects.filter(encounter_id=encounter).order_by("at").values_list("at", "way", "reached")
    )


def narratives(permits: Mapping[Subject, Permit], language: str = "en") -> list[Shown]:
    """Category `encounter_narrative`: each part only where the permit names it."""
    rows, parts = Encounter.objects.all(), partial(_parts, language=language)
    return reveal_rows(permits, category="encounter_narrative", rows=rows, values=parts)


def _parts(row: Encounter, language: str) -> dict[str, object]:
    def several(field: str) -> list[str]:
        return [say(field, code, language) for code in getattr(row, field)]

    return {
        "disposition": {
            "disposition": say("disposition", row.disposition, language),
            "transport": say("transport", row.transport, language),
            "destination": row.destination,
            "hold": say("hold", row.hold, language),
            "services_offered": row.services_offered,
            "services_declined": row.services_declined,
        },
        "behaviours_observed": {
            "needs": several("presenting_needs"),
            "behaviours": several("behaviours"),
            "risks": several("risks"),
            "techniques": several("techniques"),
            "note": row.shared_note,
        },
        "force_used": {"force": say("force", row.force, language), "injured": several("injured")},
        "narrative": {
            "text": row.narrative,
            "arrest_criteria": row.arrest_criteria,
            "arrest_made": row.arrest_made,
        },
    }


def clinical_of(encounters: Sequence[UUID]) -> list[Subject]:
    """Clinical parts that were written: subjects to ask about, in category encounter_narrative."""
    written = Encounter.objects.filter(id__in=encounters, clinical_agency__isnull=False)
    return [Subject("clinical_part", i) for i in written.order_by("started_at").values_list("id", flat=True)]


def clinical_parts(permits: Mapping[Subject, Permit]) -> list[Shown]:
    """The clinical part of encounters, for those whom its own regime lets read it."""
    rows = Encounter.objects.all()
    return reveal_rows(permits, category="encounter_narrative", rows=rows, values=_clinical_part)


def _clinical_part(row: Encounter) -> dict[str, object]:
    return {"clinical_impression": row.clinical_impression}


def answers(permits: Mapping[Subject, Permit]) -> dict[UUID, dict[str, object]]:
    """Raw codes for the form of those who write it: only fields whose part the permit names."""
    rows = {r.id: r for r in Encounter.objects.filter(id__in=[s.id for s in permits])}
    found = {}
    for subject, permit in permits.items():
        row = rows[subject.id]
        values: dict[str, object] = {name: getattr(row, name) for name in OPEN_TO_WRITERS}
        for label, names in Encounter.labels.items():
            part = label.removeprefix("encounter_narrative.")
            if part in permit.fields and part != "clinical_impression":
                values.update({name: getattr(row, name) for name in names.split()})
        found[subject.id] = values
    return found


def assessments_of(encounters: Sequence[UUID]) -> list[Subject]:
    """Assessments under encounters: subjects to ask about."""
    found = Assessment.objects.filter(encounter_id__in=encounters).order_by("at").values_list("id", flat=True)
    return [Subject("assessment", i) for i in found]


def assessments_of_person(person: UUID) -> list[Subject]:
    """A person's assessments, oldest first: subjects to ask about."""
    found = (
        Assessment.objects.filter(person_id__in=people.circle(person))
        .order_by("at")
        .values_list("id", flat=True)
    )
    return [Subject("assessment", i) for i in found]


def openable_in_emergency(person: UUID) -> dict[str, Sequence[Subject]]:
    """The records of a person that an emergency may open, by category: subjects to ask about, no values.

    Empty for nobody.
    """
    if not people.circle(person):
        return {}
    plans = people.plans_of(person)
    return {
        "identity": people.records_of(person),
        "safety_alerts": [*plans, *people.cautions_of(person)],
        "mh_assessment": [*plans, *assessments_of_person(person)],
    }


def assessments(permits: Mapping[Subject, Permit]) -> list[Shown]:
    """Category `mh_assessment` of screeners."""
    rows = Assessment.objects.all()
    return reveal_rows(permits, category="mh_assessment", rows=rows, values=_assessment)


def screenings(permits: Mapping[Subject, Permit], language: str = "en") -> list[Screening]:
    """Screeners in words, newest first; only where the permit opens the notes and the risk."""
    opened = [
        s.id
        for s, permit in permits.items()
        if not reveal(permit, category="mh_assessment", subject=s, values=SCREENED).withheld
    ]
    rows = Assessment.objects.filter(id__in=opened).order_by("-at")
    return [found for row in rows if (found := told(row, language))]


def _assessment(row: Assessment) -> dict[str, object]:
    return {
        "risk_level": row.risk_level or ("urgent" if row.urgent else row.band),
        "crisis_plan_summary": "",
        "diagnosis": row.diagnosis,
        "medications": row.medications,
        "assessment_notes": {
            "instrument": row.instrument,
            "score": row.score,
            "band": row.band,
            "at": row.at,
            "note": row.note,
        },
    }


@dataclass(frozen=True, slots=True)
class Counted:
    """One encounter without anybody in it, for counting; `key` and `person` are opaque: hash both.

    `transport` and `disposition` are codes of the vocabulary, empty where nobody wrote them. `held` is an
    involuntary hold; `force_used` and `injured` (anybody) are None where unwritten or not opened.
    """

    key: UUID
    person: UUID | None
    started: datetime
    ended: datetime
    disposition: str
    transport: str
    is_owed: bool
    followed_up: datetime | None
    held: bool | None = None
    force_used: bool | None = None
    injured: bool | None = None


def extract(permits: Mapping[str, Permit], start: datetime, end: datetime) -> list[Counted]:
    """Closed encounters that ended in the span, of origins whose permit (`ask_set`) opens dispositions.

    Sealed and expunged ones, and those of such a call, are in no set.
    """
    fields = {p: reveal_set(permit, category="encounter_narrative") for p, permit in permits.items()}
    opened = {program for program, shown in fields.items() if "disposition" in shown}
    forceful = {a.id for a in agencies.agencies() if "force_used" in fields.get(a.source_program, ())}
    homes = [agency.id for agency in agencies.agencies() if agency.source_program in opened]
    rows = Encounter.objects.filter(agency__in=homes, ended_at__gte=start, ended_at__lt=end)
    barred = sharing.barred("encounter")
    reached: dict[UUID, datetime] = {}
    owed = set()
    made = FollowUp.objects.filter(encounter__in=rows).order_by("-at")
    for encounter, at, was_reached in made.values_list("encounter", "at", "reached"):
        owed.add(encounter)
        if was_reached:
            reached[encounter] = at
    return [
        Counted(
            row.id, row.person_id, row.started_at, row.ended_at, row.disposition, row.transport,
            row.follow_up_due is not None or row.id in owed, reached.get(row.id),
            row.hold == "involuntary" if row.hold else None,
            row.force != "none" if row.force and row.agency_id in forceful else None,
            row.injured != ["none"] if row.injured and row.agency_id in forceful else None,
        )
        for row in rows.order_by("ended_at")
        if row.ended_at is not None and row.id not in barred
    ]  # fmt: skip
