"""Reads of this room. Anything personal takes permits: no permit, no row.

Subjects are `source_record`, `plan` and `caution`; each stands under the regime of its agency.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.engines.disclosure import Permit
from commonweal.kernel import clock, days
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import NotFound
from commonweal.kernel.prepared import Prepared
from commonweal.kernel.shown import Shown, reveal_rows
from commonweal.people.likeness import Likeness, likeness
from commonweal.people.models import Caution, Familiar, Person, ResponsePlan, SourceRecord
from commonweal.people.quality import Drawn, Moved, Run, Sample, changed, drawn_pair, runs, sample
from commonweal.people.reviewing import Decision, Pair, decisions, proposal, proposals, spoken
from commonweal.people.search import LIKELY, MOST, candidates, persons
from commonweal.people.unspoken import Reviewer, beside

__all__ = [
    "CIRCLE",
    "LIKELY",
    "MOST",
    "beside",
    "Decision",
    "Drawn",
    "Likeness",
    "Moved",
    "Origin",
    "Pair",
    "Reviewer",
    "Run",
    "Sample",
    "around",
    "candidates",
    "cautions",
    "changed",
    "cautions_of",
    "circle",
    "circles",
    "decisions",
    "drawn_pair",
    "familiars",
    "identities",
    "likeness",
    "origins",
    "person_of",
    "persons",
    "plans",
    "plans_of",
    "proposal",
    "proposals",
    "records_of",
    "records_of_many",
    "runs",
    "sample",
    "spoken",
    "survivor",
]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record came from, for the gate."""

    person: UUID
    agency: UUID
    source_program: str
    circle: frozenset[UUID]  # all ids that stand for the person


CIRCLE = ("survivor_id", "merged__id", "survivor__merged__id")
"""Columns beside a person's id from which `around` tells who else they are; a row for each of the others."""


def around(person: UUID, top: UUID | None, merged: UUID | None, sibling: UUID | None) -> frozenset[UUID]:
    """Ids that stand for the same human as this one now, as far as one row of CIRCLE tells."""
    return frozenset({person, top or person, (sibling if top else merged) or person})


def _of(table: type[SourceRecord] | type[ResponsePlan] | type[Caution]) -> Prepared:
    """Where rows of a table came from, by id."""
    columns = ("id", "agency_id", "agency__kind", "person_id", *(f"person__{c}" for c in CIRCLE))
    return Prepared(
        lambda ids: table._default_manager.filter(id__in=ids).values_list(*columns), lists=["ids"]
    )


_ORIGINS = {"source_record": _of(SourceRecord), "plan": _of(ResponsePlan), "caution": _of(Caution)}
_CIRCLES = Prepared(lambda ids: Person.objects.filter(id__in=ids).values_list("id", *CIRCLE), lists=["ids"])


def origins(subjects: Sequence[Subject]) -> dict[Subject, Origin]:
    """Origins of source records, plans and cautions; unknown ids are absent. One statement a kind."""
    found: dict[Subject, Origin] = {}
    for kind, statement in _ORIGINS.items():
        if ids := [s.id for s in subjects if s.kind == kind]:
            for one, agency, owner, person, *others in statement.rows(ids=ids):
                subject, circle = Subject(kind, one), around(person, *others)
                if known := found.get(subject):
                    circle |= known.circle
                found[subject] = Origin(person, agency, agencies.program_of(owner), circle)
    return found


def survivor(person: UUID) -> UUID:
    """The person that this id stands for now, following merges; NotFound for an unknown id."""
    found = Person.objects.filter(id=person).first()
    if found is None:
        raise NotFound("person")
    return found.survivor_id or found.id


def circles(persons: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """For each person all ids that stand for the same human now, itself included.

    Rooms keep the id they were given; reads go through the circle, so that a merge undone leaves
    nothing behind. One statement; ids of nobody are absent.
    """
    asked, members = set(persons), dict[UUID, frozenset[UUID]]()
    for person, *others in _CIRCLES.rows(ids=asked) if asked else ():
        members[person] = members.get(person, frozenset()) | around(person, *others)
    return members


def circle(person: UUID) -> frozenset[UUID]:
    """All ids that stand for one person; empty for an unknown id."""
    return circles([person]).get(person, frozenset())


def records_of(person: UUID) -> list[Subject]:
    """The agency records linked to a person: subjects to ask about, no values."""
    ids = (
        SourceRecord.objects.filter(person_id=survivor(person))
        .order_by("created_at")
        .values_list("id", flat=True)
    )
    return [Subject("source_record", i) for i in ids]


def records_of_many(persons: Iterable[UUID]) -> dict[UUID, list[Subject]]:
    """For each person the agency records linked to them, oldest first: subjects to ask about."""
    asked = set(persons)
    tops = {p.id: p.survivor_id or p.id for p in Person.objects.filter(id__in=asked)}
    rows = SourceRecord.objects.filter(person_id__in=set(tops.values())).order_by("created_at")
    by_person: dict[UUID, list[Subject]] = {}
    for record, person in rows.values_list("id", "person_id"):
        by_person.setdefault(person, []).append(Subject("source_record", record))
    return {person: by_person.get(top, []) for person, top in tops.items()}


def age_of(person: UUID) -> int | None:
    """Age in whole years by the latest day of birth on file, for what law asks of minors; never shown.

    None where no day is known.
    """
    days = SourceRecord.objects.filter(person_id__in=circle(person), born__isnull=False)
    born = days.order_by("-born").values_list("born", flat=True).first()
    if born is None:
        return None
    today = clock.today()
    return max(0, today.year - born.year - ((today.month, today.day) < (born.month, born.day)))


def plans_of(person: UUID) -> list[Subject]:
    """Current response plans: subjects to ask about."""
    ids = ResponsePlan.objects.filter(person_id__in=circle(person), is_current=True).values_list(
        "id", flat=True
    )
    return [Subject("plan", i) for i in ids]


def cautions_of(person: UUID) -> list[Subject]:
    """Cautions in date, newest first: subjects to ask about."""
    found = Caution.objects.filter(person_id__in=circle(person), expires_at__gt=clock.now()).order_by(
        "-observed_at"
    )
    return [Subject("caution", i) for i in found.values_list("id", flat=True)]


def person_of(record: UUID) -> UUID:
    """The person a source record is linked to now."""
    found = SourceRecord.objects.filter(id=record).values_list("person_id", flat=True).first()
    if found is None:
        raise NotFound("record")
    return found


def identities(permits: Mapping[Subject, Permit]) -> list[Shown]:
    """Category `identity` of source records, redacted; order follows the permits."""
    rows = SourceRecord.objects.select_related("agency")
    return reveal_rows(permits, category="identity", rows=rows, values=_identity)


def _identity(row: SourceRecord) -> dict[str, object]:
    return {
        "name": f"{row.given} {row.family}".strip(),
        "dob": row.born,
        "physical_description": " · ".join(t for t in (row.sex, row.description) if t),
        "photo": row.photo,
        "home_address": row.address,
        "phone": row.phone,
        "ssn_last4": row.ssn_last4,
    }


def plans(permits: Mapping[Subject, Permit]) -> list[Shown]:
    """Category `safety_alerts` of response plans."""
    rows = ResponsePlan.objects.all()
    return reveal_rows(permits, category="safety_alerts", rows=rows, values=_plan)


def _plan(row: ResponsePlan) -> dict[str, object]:
    tips = {"helps": row.helps, "harms": row.harms, "contacts": row.contacts}
    return {"deescalation_tips": tips, "communication_needs": row.communication}


def summaries(permits: Mapping[Subject, Permit]) -> list[Shown]:
    """Category `mh_assessment` of response plans: the summary of a crisis plan, where one is written."""
    rows = ResponsePlan.objects.exclude(summary="")
    return reveal_rows(permits, category="mh_assessment", rows=rows, values=_summary)


def _summary(row: ResponsePlan) -> dict[str, object]:
    return {"crisis_plan_summary": row.summary}


def cautions(permits: Mapping[Subject, Permit]) -> list[Shown]:
    """Category `safety_alerts` of cautions, with the day each was observed."""
    rows = Caution.objects.all()
    return reveal_rows(permits, category="safety_alerts", rows=rows, values=_caution)


def _caution(row: Caution) -> dict[str, object]:
    dated = f"{row.text} ({days.said(row.observed_at)})"
    return {"weapons_flag": row.is_weapon, "caution_text": dated, "alert_source_clinical": row.is_clinical}


def familiars(person: UUID) -> dict[UUID, int]:
    """Workers (account ids) who have met the person, with how often: continuity for dispatch."""
    met: dict[UUID, int] = {}
    for account, times in Familiar.objects.filter(person_id__in=circle(person)).values_list(
        "account", "times"
    ):
        met[account] = met.get(account, 0) + times
    return met
