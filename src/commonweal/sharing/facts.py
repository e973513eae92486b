"""The facts of a question, read from this room's own tables in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from commonweal.engines import disclosure
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.prepared import Prepared
from commonweal.people import queries as people
from commonweal.sharing.circumstances import Circumstances
from commonweal.sharing.models import Clause, Consent, Holding, Party, Tie


class Bond(NamedTuple):
    """A tie that binds the asker to a subject, and until when; None is open."""

    relation: str
    until: datetime | None


class Agreed(NamedTuple):
    """A stored consent, in the order of CONSENTS: what its elements are, not whom it is of."""

    id: UUID
    form: str
    discloser: UUID | None
    recipients: list[str]
    recipient_roles: list[str]
    categories: list[str]
    purposes: list[str]
    expires_at: datetime | None
    signed_at: datetime | None
    signer: str
    method: str
    witness: str
    told_right_to_revoke: bool
    includes_counseling_notes: bool
    is_separate: bool
    is_tpo: bool
    was_condition_of_service: bool
    signed_by_abuser: bool
    revoked_at: datetime | None
    age: int | None
    guardian: str
    outsider_id: UUID | None = None
    acting_as: str = ""


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
NO_FACTS = frozenset({"incident", "opening"})  # of what is said with a question: ids of ours
IN_FORCE = ("in_force", "signed")  # one signed by all opens with its first day, whoever looks at the clock
CIRCLE = [f"person__{column}" for column in people.CIRCLE]
HOLDINGS = Prepared(
    lambda ids: Holding.objects.filter(subject__in=ids).values_list(
        "kind", "subject", "agency_id", "source_program", "call", "person_id", *CIRCLE, *FLAGS.values()
    ),
    lists=["ids"],
)
TIES = Prepared(
    lambda anchors, account, agency: Tie.objects.filter(
        Q(subject__in=anchors) & (Q(account=account) | Q(agency_id=agency))
        | Q(account=account, relation="training_lapsed", until__isnull=True)
    ).values_list("subject", "account", "role", "relation", "until"),
    lists=["anchors"],
    ones=["account", "agency"],
)
CONSENTS = Prepared(
    lambda people: Consent.objects.filter(person_id__in=people).values_list("person_id", *Agreed._fields),
    lists=["people"],
)
PARTIES = Prepared(
    lambda agency: Party.objects.filter(agency_id=agency, agreement__state__in=IN_FORCE).values_list(
        "agreement_id",
        "agreement__starts",
        "agreement__ends",
        "agreement__supersedes_id",
        "agreement__parties__agency_id",
    ),
    ones=["agency"],
)
CLAUSES = Prepared(
    lambda agreements: Clause.objects.filter(agreement_id__in=agreements).values_list(
        "agreement_id", "id", "category", "fields", "roles", "purposes", "conditions"
    ),
    lists=["agreements"],
)


def origins(subjects: Sequence[Subject]) -> dict[Subject, Origin]:
    """Origins by subject from holdings and from `people`; a holding's bars are added to either.

    In two statements, whatever the number of subjects.
    """
    found = {
        s: Origin(o.person, o.agency, o.source_program, circle=o.circle)
        for s, o in people.origins(subjects).items()
    }
    own, asked = frozenset(found), frozenset(subjects)
    for kind, subject, *holding in HOLDINGS.rows(ids={s.id for s in asked}):
        one = Subject(kind, subject)
        if one in asked:
            held = _held(*holding)
            known = found.get(one, held)
            circle = known.circle if one in own else known.circle | held.circle
            found[one] = replace(known, flags=held.flags, circle=circle)
    return found


def _held(
    agency: UUID | None,
    program: str,
    call: UUID | None,
    person: UUID | None,
    top: UUID | None,
    merged: UUID | None,
    sibling: UUID | None,
    *bars: bool,
) -> Origin:
    """One row of HOLDINGS; a person of several ids has several rows."""
    circle = people.around(person, top, merged, sibling) if person else frozenset[UUID]()
    flags = frozenset(flag for flag, stands in zip(FLAGS, bars, strict=True) if stands)
    return Origin(person, agency, program, call, flags, circle)


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything about the asker that is the same for a whole page of subjects."""

    ties: Mapping[UUID, Sequence[Bond]]
    consents: Mapping[UUID, Sequence[Agreed]]
    partners: frozenset[UUID]
    clauses: Mapping[UUID, tuple[disclosure.Clause, ...]]
    lapsed: bool
    now: datetime


def standing(
    by: Actor, found: Iterable[Origin], subjects: Iterable[Subject], incident: UUID | None = None
) -> Standing:
    """Ties, consents and agreements that could matter, in the same statements whoever was found.

    A record that is hidden and none at all take the same steps: time must not tell them apart.
    """
    now, origins_ = clock.now(), list(found)
    people_ids = {p for o in origins_ for p in o.circle}
    anchors = people_ids | {o.call for o in origins_ if o.call} | {s.id for s in subjects}
    anchors |= {incident} if incident else set()
    bonds, lapsed = ties(by, anchors)
    consents: dict[UUID, list[Agreed]] = defaultdict(list)
    for person, *elements in CONSENTS.rows(people=people_ids):
        consents[person].append(Agreed(*elements))
    partners, clauses = agreements_of(by.agency)
    return Standing(bonds, consents, partners, clauses, lapsed, now)


def ties(by: Actor, anchors: Collection[UUID]) -> tuple[Mapping[UUID, Sequence[Bond]], bool]:
    """What binds the asker to these, as themselves or in their role; whether their training has lapsed."""
    roles, lapsed = {"", by.role, by.policy_role}, False
    found: dict[UUID, list[Bond]] = defaultdict(list)
    for subject, account, role, relation, until in TIES.rows(
        anchors=anchors, account=_uuid(by.id), agency=by.agency
    ):
        mine = account is not None
        lapsed |= mine and relation == "training_lapsed" and until is None
        if subject in anchors and (mine or role in roles):
            found[subject].append(Bond(relation, until))
    return found, lapsed


Bound = tuple[frozenset[UUID], dict[UUID, tuple[disclosure.Clause, ...]]]


def agreements_of(agency: UUID | None, without: Collection[UUID] = ()) -> Bound:
    """Agencies bound to this one by a signed agreement in term, and the clauses by partner.

    Agreements of `without`, and versions that another in term supersedes, count for nothing.
    """
    if agency is None:
        return frozenset(), {}
    today = clock.today()
    partners: dict[UUID, set[UUID]] = defaultdict(set)
    gone = set(without)
    for agreement, starts, ends, before, party in PARTIES.rows(agency=agency):
        if starts <= today <= ends and agreement not in without and party != agency:
            partners[agreement].add(party)
            gone.add(before)
    partners = {agreement: of for agreement, of in partners.items() if agreement not in gone}
    clauses: dict[UUID, tuple[disclosure.Clause, ...]] = {p: () for of in partners.values() for p in of}
    for agreement, *elements in CLAUSES.rows(agreements=partners) if partners else ():
        granted = _clause(*elements)
        clauses |= {party: (*clauses[party], granted) for party in partners[agreement]}
    return frozenset(clauses), clauses


def _clause(
    one: UUID, category: str, fields: list[str], roles: list[str], purposes: list[str], conditions: list[str]
) -> disclosure.Clause:
    """An agreement's clause as the engine reads it; arguments in the order of CLAUSES."""
    return disclosure.Clause(
        category=category,
        fields=frozenset(fields),
        roles=frozenset(roles),
        purposes=frozenset(purposes),
        conditions=frozenset(conditions),
        id=str(one),
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


@lru_cache(maxsize=256)
def _claims(said: Circumstances) -> dict[str, Any]:
    """What was claimed, by the engine's names; incident and opening are no facts."""
    return {f.name: getattr(said, f.name) for f in fields(said) if f.name not in NO_FACTS}


def facts_of(
    by: Actor,
    category: str,
    purpose: str,
    origin: Origin,
    known: Standing,
    said: Circumstances,
    to: UUID | None = None,
) -> disclosure.Facts:
    """The engine's facts for one subject; `to` somebody outside, where it would leave by letter."""
    anchors = (*origin.circle, origin.call, said.incident)
    ties = [t for anchor in anchors if anchor for t in known.ties.get(anchor, ())]
    incident = [t for t in ties if t.relation == "incident"]
    active = [t for t in incident if t.until is None or t.until > known.now]
    ended = [
        (known.now - t.until).total_seconds() / 3600 for t in incident if t.until and t.until <= known.now
    ]
    own = by.agency is not None and by.agency == origin.agency
    live = {t.relation for t in ties if t.until is None or t.until > known.now}
    claims = _claims(said) | dict.fromkeys(origin.flags, True)
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
            _consent(consent, _names(consent, by, to), category, purpose, origin, known.now)
            for person in origin.circle
            for consent in known.consents.get(person, ())
        ),
        clauses=_clauses(known.clauses.get(origin.agency, ()), live) if origin.agency else (),
        **claims,
    )


def _names(row: Agreed, by: Actor, to: UUID | None) -> bool:
    """Whether a consent names who would receive it: the asker's agency, or this one outside and no other."""
    if to or row.outsider_id:
        return to == row.outsider_id
    return str(by.agency) in row.recipients and (
        not row.recipient_roles or by.policy_role in row.recipient_roles
    )


def _consent(
    row: Agreed, named: bool, category: str, purpose: str, origin: Origin, now: datetime
) -> disclosure.Consent:
    """A stored consent as the engine reads it for this question; `named`: who asks is whom it names."""
    from_here = row.discloser is None or row.discloser == origin.agency
    elements = (
        row.signed_at,
        row.signer,
        row.recipients or row.outsider_id,
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
        age=row.age,
        by_person=bool(row.signer) and not row.acting_as,
        by_guardian=bool(row.guardian),
    )
