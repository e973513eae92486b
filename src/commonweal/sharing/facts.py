"""The facts of a question, read from this room's own tables in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from commonweal.engines import disclosure
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.people import queries as people
from commonweal.sharing.circumstances import Circumstances
from commonweal.sharing.models import Agreement, Clause, Consent, Holding, Tie


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose record it is and what bars it; None ids where unknown."""

    person: UUID | None = None
    agency: UUID | None = None
    source_program: str = ""
    call: UUID | None = None
    flags: frozenset[str] = frozenset()
    circle: frozenset[UUID] = frozenset()  # all ids that stand for the person


FLAGS = {
    "record_sealed": "is_sealed",
    "record_expunged": "is_expunged",
    "subject_minor": "is_minor",
    "subject_is_dv_victim": "is_dv",
    "address_confidentiality": "is_confidential_address",
    "subject_deceased": "is_deceased",
    "state_law_stricter": "is_state_stricter",
}


def origins(subjects: Sequence[Subject]) -> dict[Subject, Origin]:
    """Origins by subject from holdings and from `people`; a holding's bars are added to either."""
    held = {
        Subject(h.kind, h.subject): h for h in Holding.objects.filter(subject__in={s.id for s in subjects})
    }
    known = people.origins(subjects)
    found: dict[Subject, Origin] = {}
    for subject in subjects:
        holding, origin = held.get(subject), known.get(subject)
        flags = frozenset(f for f, column in FLAGS.items() if holding and getattr(holding, column))
        if origin:
            found[subject] = Origin(origin.person, origin.agency, origin.source_program, None, flags)
        elif holding:
            found[subject] = Origin(
                holding.person_id, holding.agency_id, holding.source_program, holding.call, flags
            )
    circles = people.circles({o.person for o in found.values() if o.person})
    return {s: replace(o, circle=circles[o.person]) if o.person else o for s, o in found.items()}


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything about the asker that is the same for a whole page of subjects."""

    ties: Mapping[UUID, Sequence[Tie]]
    consents: Mapping[UUID, Sequence[Consent]]
    partners: frozenset[UUID]
    clauses: Mapping[UUID, tuple[disclosure.Clause, ...]]
    lapsed: bool
    now: datetime


def standing(
    by: Actor, found: Iterable[Origin], subjects: Iterable[Subject], incident: UUID | None = None
) -> Standing:
    """Ties, consents and agreements that could matter, in five statements."""
    now, origins_ = clock.now(), list(found)
    people_ids = {p for o in origins_ for p in o.circle}
    anchors = people_ids | {o.call for o in origins_ if o.call} | {s.id for s in subjects}
    anchors |= {incident} if incident else set()
    mine = (
        Q(account=_uuid(by.id)) | Q(agency=by.agency, role__in=["", by.role, by.policy_role])
        if by.agency
        else Q(account=_uuid(by.id))
    )
    ties: dict[UUID, list[Tie]] = defaultdict(list)
    for tie in Tie.objects.filter(mine, subject__in=anchors):
        ties[tie.subject].append(tie)
    consents: dict[UUID, list[Consent]] = defaultdict(list)
    for consent in Consent.objects.filter(person__in=people_ids):
        consents[consent.person_id].append(consent)
    lapsed = Tie.objects.filter(relation="training_lapsed", account=_uuid(by.id), until__isnull=True).exists()
    partners, clauses = _agreements(by.agency)
    return Standing(ties, consents, partners, clauses, lapsed, now)


def _agreements(agency: UUID | None) -> tuple[frozenset[UUID], dict[UUID, tuple[disclosure.Clause, ...]]]:
    """Agencies bound to this one by a signed agreement in term, and the clauses by partner."""
    if agency is None:
        return frozenset(), {}
    today = clock.now().date()
    bound = Agreement.objects.filter(
        state="in_force", starts__lte=today, ends__gte=today, parties__agency=agency
    )
    clauses: dict[UUID, list[disclosure.Clause]] = defaultdict(list)
    partners: set[UUID] = set()
    for agreement in bound.prefetch_related("parties", "clauses"):
        others = {p.agency_id for p in agreement.parties.all()} - {agency}
        partners |= others
        for other in others:
            clauses[other] += [_clause(c) for c in agreement.clauses.all()]
    return frozenset(partners), {k: tuple(v) for k, v in clauses.items()}


def _clause(row: Clause) -> disclosure.Clause:
    return disclosure.Clause(
        category=row.category,
        fields=frozenset(row.fields),
        roles=frozenset(row.roles),
        purposes=frozenset(row.purposes),
        conditions=frozenset(row.conditions),
        id=str(row.id),
    )


def _clauses(found: Iterable[disclosure.Clause], live: set[str]) -> tuple[disclosure.Clause, ...]:
    """Clauses whose `tie:<relation>` conditions hold here; the engine judges the other conditions."""
    kept = []
    for clause in found:
        bound = {c for c in clause.conditions if c.startswith("tie:")}
        if {c.removeprefix("tie:") for c in bound} <= live:
            kept.append(replace(clause, conditions=clause.conditions - bound))
    return tuple(kept)


def _uuid(text: str) -> UUID:
    """An account's id; the nil UUID for an actor without account, whom no account's tie binds."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def facts_of(
    by: Actor, category: str, purpose: str, origin: Origin, known: Standing, said: Circumstances
) -> disclosure.Facts:
    """The engine's facts for one subject."""
    anchors = (*origin.circle, origin.call, said.incident)
    ties = [t for anchor in anchors if anchor for t in known.ties.get(anchor, ())]
    incident = [t for t in ties if t.relation == "incident"]
    active = [t for t in incident if t.until is None or t.until > known.now]
    ended = [
        (known.now - t.until).total_seconds() / 3600 for t in incident if t.until and t.until <= known.now
    ]
    own = by.agency is not None and by.agency == origin.agency
    live = {t.relation for t in ties if t.until is None or t.until > known.now}
    claims: dict[str, Any] = asdict(said) | dict.fromkeys(origin.flags, True)
    del claims["incident"]
    return disclosure.Facts(
        jurisdiction=settings.JURISDICTION,
        mfa=by.mfa,
        session_valid=by.session_valid,
        account_active=by.account_active,
        device_trusted=by.device_trusted,
        training_current=not known.lapsed,
        purpose_declared=bool(purpose),
        mou_active=own or origin.agency is None or origin.agency in known.partners,
        conflict_of_interest="conflict" in live,
        source_program=origin.source_program or None,
        same_agency_as_source=own,
        assigned_to_incident=bool(incident),
        incident_active=bool(active),
        hours_since_incident=None if active or not ended else min(ended),
        care_relationship="care" in live,
        diversion_condition="diversion" in live,
        actor_is_medical=by.medical,
        actor_covered_entity=by.covered_entity,
        cjis_screened=by.cjis_screened,
        security_addendum=by.security_addendum,
        consents=tuple(
            _consent(by, category, purpose, origin, consent, known.now)
            for person in origin.circle
            for consent in known.consents.get(person, ())
        ),
        clauses=_clauses(known.clauses.get(origin.agency, ()), live) if origin.agency else (),
        **claims,
    )


def _consent(
    by: Actor, category: str, purpose: str, origin: Origin, row: Consent, now: datetime
) -> disclosure.Consent:
    """A stored consent as the engine reads it for this asker and question."""
    named = str(by.agency) in row.recipients and (
        not row.recipient_roles or by.policy_role in row.recipient_roles
    )
    from_here = row.discloser_id is None or row.discloser_id == origin.agency
    elements = (
        row.signed_at,
        row.signer,
        row.recipients,
        row.categories,
        row.purposes,
        row.expires_at,
        row.told_right_to_revoke,
    )
    return disclosure.Consent(
        form=row.form,
        complete=all(bool(e) for e in elements) and (row.method != "verbal" or bool(row.witness)),
        recipient_ok=named,
        category_ok=from_here and category in row.categories,
        purpose_ok=purpose in row.purposes,
        expired=bool(row.expires_at and row.expires_at <= now),
        revoked=row.revoked_at is not None,
        includes_counseling_notes=row.includes_counseling_notes,
        separate=row.is_separate,
        conditioned_on_service=row.was_condition_of_service,
        signed_by_abuser=row.signed_by_abuser,
        tpo_single=row.is_tpo,
        expires_hours=(row.expires_at - now).total_seconds() / 3600 if row.expires_at else None,
        id=str(row.id),
    )
