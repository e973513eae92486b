"""The cast that stories share: agencies of every kind and one worker of each role, made through doors."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, system
from commonweal.people import actions as people
from commonweal.people.queries import Subject
from commonweal.sharing import actions as sharing
from commonweal.sharing.models import Party
from commonweal.sharing.queries import digest

SETUP = system("setup")
AGENCIES = {
    "ecc": "Harlow Emergency Communications",
    "lifeline_988": "Harlow 988",
    "police": "Harlow Police",
    "health": "Harlow Behavioral Health",
    "ems": "Harlow EMS",
    "part2_program": "Cedar Treatment",
    "hmis_shelter": "Lantern Shelter",
    "social_service": "Open Door Services",
    "hospital": "Mercy Hospital",
    "victim_service_provider": "Safe Harbor",
    "school": "Harlow Schools",
    "prosecutor": "County Attorney",
    "evaluation": "Office of Evaluation",
    "privacy": "Privacy Office",
}
ROLE_AT = {
    "call_taker": "ecc",
    "supervisor": "ecc",
    "patrol_officer": "police",
    "cit_officer": "police",
    "clinician": "health",
    "crisis_worker": "health",
    "medic": "ems",
    "case_manager": "social_service",
    "sud_counselor": "part2_program",
    "shelter_worker": "hmis_shelter",
    "provider_staff": "social_service",
    "hospital_staff": "hospital",
    "prosecutor": "prosecutor",
    "victim_advocate": "victim_service_provider",
    "records_steward": "police",
    "analyst": "evaluation",
    "program_manager": "evaluation",
    "plan_approver": "evaluation",
    "evaluator": "evaluation",
    "privacy_officer": "privacy",
    "counsel": "privacy",
    "signatory": "police",
    "training_coordinator": "privacy",
    "community_liaison": "evaluation",
    "administrator": "privacy",
}


@dataclass
class Cast:
    """Agencies by kind and actors by role."""

    agency: dict[str, UUID] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    def __getitem__(self, role: str) -> Actor:
        """The actor of a role, opened on first use."""
        if role not in self.actors:
            self.actors[role] = worker(self.agency[ROLE_AT[role]], role)
        return self.actors[role]

    def account(self, role: str) -> UUID:
        """The account id of a role's worker."""
        return UUID(self[role].id)


def worker(agency: UUID, role: str, name: str = "") -> Actor:
    """One more worker of a role."""
    username = name or f"{role}.{queries.accounts().count()}"
    account = agencies.open_account(
        by=SETUP, username=username, display_name=username.title(), role=role, agency=agency
    )
    return queries.actor(account.id)


def gather(*, partners: bool = True) -> Cast:
    """Every agency; with `partners` a signed memorandum (without clauses) binds them all."""
    cast = Cast(
        {kind: agencies.open_agency(by=SETUP, name=name, kind=kind).id for kind, name in AGENCIES.items()}
    )
    if partners:
        agree(cast, list(cast.agency.values()))
    return cast


def agree(cast: Cast, parties: list[UUID], clauses: tuple[dict[str, object], ...] = ()) -> UUID:
    """A memorandum in force between agencies: the last signs by the act; the others stand as it writes."""
    today = clock.today()
    found = sharing.draft_agreement(
        by=SETUP,
        title="Harlow memorandum",
        kind="mou",
        text="We work together.",
        starts=today - timedelta(days=30),
        ends=today + timedelta(days=335),
        parties=parties,
        clauses=clauses,
    )
    *others, last = parties
    signed = {"signed_by": SETUP.id, "signed_at": clock.now(), "digest": digest(found), "agrees_public": True}
    Party.objects.filter(agreement=found, agency__in=others).update(**signed)
    sharing.sign_agreement(by=SETUP, agreement=found.id, agency=last)
    return found.id


LINKAGE = {
    "text": "Stewards may lay two records side by side.",
    "category": "identity",
    "fields": ["name", "dob", "phone", "home_address", "physical_description", "ssn_last4"],
    "roles": ["record_steward"],
    "purposes": ["administration"],
}


def share_index(cast: Cast, *kinds: str, **changed: object) -> UUID:
    """An agreement that names linkage, in force between these agencies (all where none is named)."""
    return agree(cast, [cast.agency[kind] for kind in kinds or cast.agency], ({**LINKAGE, **changed},))


def someone(cast: Cast, agency: str = "police", **values: object) -> tuple[UUID, Subject]:
    """A person known to one agency; returns the person and the record to ask about."""
    given = {"given": "Rosa", "family": "Delgado", "born": date(1984, 3, 9), "phone": "555-0142", **values}
    record, _ = people.file_record(
        by=SETUP, agency=cast.agency[agency], external_id=str(clock.now().timestamp()), values=given
    )
    return record.person_id, Subject("source_record", record.id)


def consented(cast: Cast, person: UUID, form: str, recipients: list[str], categories: list[str]) -> UUID:
    """A signed consent to agencies by kind, for care."""
    return sharing.record_consent(
        by=SETUP,
        person=person,
        form=form,
        recipients=[cast.agency[r] for r in recipients],
        categories=categories,
        purposes=["care_coordination", "treatment"],
        signer="Rosa Delgado",
        signature="M0 0L9 9",
    ).id
