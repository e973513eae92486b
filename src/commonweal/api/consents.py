"""Consents: recorded with every element, read as they stand, withdrawn at once.

Who records one is there with the person: on the encounter's team, or on the case. Help never depends on it.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from commonweal.api.entry import Purpose, actor_of, permit
from commonweal.cases import queries as cases
from commonweal.encounters import queries as encounters
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing import actions, queries

router = Router(tags=["consents"])
Form = Literal["part2", "hipaa_auth", "roi", "hmis_roi", "vawa", "ferpa"]


class With(Schema):
    """Where you meet the person: one of the two."""

    encounter: UUID | None = None
    case: UUID | None = None


class ConsentIn(With):
    """What a person agrees to. `method` drawn needs a signature (SVG path), typed one that repeats `signer`
    (15 USC 7006(5)), verbal a witness.

    `interpreter` goes with `spoken`, a language code. Where another signs: `acting_as`, `papers` (what
    you saw of it) and `subject_name`.

    A minor's Part 2 consent may need a parent or guardian beside them (42 CFR 2.14); `said_age` counts where
    no day of birth is on file.
    """

    form: Form
    recipients: list[UUID] = Field(min_length=1)
    categories: list[str] = Field(min_length=1)
    purposes: list[Purpose] = Field(min_length=1)
    signer: str = Field(max_length=120)
    method: Literal["drawn", "typed", "verbal", "paper"] = "drawn"
    signature: str = Field("", max_length=20_000)
    witness: str = Field("", max_length=64)
    guardian: str = Field("", max_length=120)
    guardian_signature: str = Field("", max_length=20_000)
    said_age: int | None = Field(None, ge=0, le=130)
    guardian_as: Literal["", "parent", "guardian"] = ""
    acting_as: Literal["", "parent", "guardian", "health_care_proxy", "power_of_attorney", "executor"] = ""
    papers: str = Field("", max_length=160)
    subject_name: str = Field("", max_length=120)
    interpreter: str = Field("", max_length=64)
    spoken: str = Field("", max_length=8)
    expires_at: datetime | None = None
    language: Literal["en", "es"] = "en"


class Withdrawal(With):
    """How the person told you; from the own account it counts for nothing."""

    said: Literal["written", "spoken"] = "spoken"


class ConsentRow(Schema):
    """A consent by its terms."""

    id: UUID
    form: str
    recipients: list[UUID]
    outsider: UUID | None
    categories: list[str]
    purposes: list[str]
    signed_at: datetime | None
    expires_at: datetime | None
    withdrawn_at: datetime | None


class ConsentOut(ConsentRow):
    """A consent as it stands: `state` in_force, withdrawn or expired."""

    state: str


def _person(by: Actor, where: With) -> UUID:
    """The person whom the actor is with; NotFound for anybody else."""
    if (where.encounter is None) == (where.case is None):
        raise Invalid("encounter", "", "Name the encounter or the case, one of the two.")
    if where.encounter:
        found = encounters.outline(where.encounter)
        if by.id not in found.team or found.person is None:
            raise NotFound("encounter")
        return found.person
    about = Subject("case", where.case or UUID(int=0))
    permit(by, "case_plan", "care_coordination", about)
    return cases.outline(about.id).person


def terms(row: queries.Consent) -> ConsentRow:
    """A consent by its terms, as it is sent."""
    return ConsentRow(
        id=row.id, form=row.form, recipients=row.recipients, outsider=row.outsider_id,
        categories=row.categories, purposes=row.purposes, signed_at=row.signed_at, expires_at=row.expires_at,
        withdrawn_at=row.revoked_at,
    )  # fmt: skip


def _out(row: queries.Consent) -> ConsentOut:
    expired = row.expires_at is not None and row.expires_at <= clock.now()
    state = "withdrawn" if row.revoked_at else "expired" if expired else "in_force"
    return ConsentOut(**terms(row).model_dump(), state=state)


def _whose(request: HttpRequest, where: With) -> tuple[Actor, UUID]:
    """The actor and the person: oneself, or the one whom the actor is with."""
    by = actor_of(request, "see_mine", "work_field", "work_cases")
    if by.person is not None and by.may("see_mine"):
        return by, by.person
    return by, _person(by, where)


@router.get("/", response=list[ConsentOut], summary="Consents of the person you are with, or your own")
def of_person(
    request: HttpRequest, encounter: UUID | None = None, case: UUID | None = None
) -> list[ConsentOut]:
    """Newest first, withdrawn and expired ones too."""
    by, person = _whose(request, With(encounter=encounter, case=case))
    return [_out(row) for row in queries.consents_shown_to(by, person)]


@router.post("/", response={201: ConsentOut}, summary="Record what a person agreed to")
def record(request: HttpRequest, body: ConsentIn) -> tuple[int, ConsentOut]:
    """Scope work_field (with `encounter`) or work_cases (with `case`)."""
    by = actor_of(request, "work_field", "work_cases")
    person = _person(by, body)
    elements = body.model_dump(exclude={"encounter", "case"}, exclude_none=True)
    return 201, _out(actions.record_consent(by=by, person=person, **elements))


@router.post("/{uuid:consent}/withdraw", response=ConsentOut, summary="Withdraw, by the person or for them")
def withdraw(request: HttpRequest, consent: UUID, body: Withdrawal) -> ConsentOut:
    """At once; what was already shared stays in the register. A second time changes nothing."""
    by, person = _whose(request, body)
    if consent not in {row.id for row in queries.consents_shown_to(by, person)}:
        raise NotFound("consent")
    return _out(actions.revoke_consent(by=by, consent=consent, said=body.said))
