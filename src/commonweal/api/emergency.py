"""Break-glass for programs: what an emergency would open, opened on a worker's word, read, ended.

The same rules as on the screen (`web/emergency.py`): the privacy officer is alerted and a review stands open
whatever came of it, each reading passes the gate and stands in the register, and after four hours, or what
the site's policy says, it closes by itself.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from commonweal.agencies import queries as agencies
from commonweal.api.entry import Part, actor_of, part
from commonweal.encounters import queries as encounters
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.people import queries as people
from commonweal.sharing import actions, queries

router = Router(tags=["emergency"])
SCOPES = ("take_calls", "work_field", "work_cases", "answer_referrals")
PURPOSE = "emergency"
Happening = Literal["self_harm", "harm_to_others", "overdose_or_injury", "missing_at_risk"]
InDanger = Literal["the_person", "someone_else", "several_people", "a_worker"]


class EmergencyOffer(Schema):
    """What an emergency would open to you of this person, and who is told if you open it."""

    opens: list[str]
    emergencies: list[str]
    dangers: list[str]
    privacy_officers_told: int


class EmergencyPlea(Schema):
    """What is happening, who is in danger, and why you need it now, in a sentence."""

    emergency: Happening
    danger: InDanger
    reason: str = Field(min_length=10, max_length=1_000)
    cannot_consent: bool = False
    call: UUID | None = None


class EmergencyOpening(Schema):
    """What stands open and until when; `is_in_force` is false where nothing opened, or once it is over."""

    id: UUID
    person: UUID
    categories: list[str]
    until: datetime
    is_in_force: bool


def _out(found: queries.Opening) -> EmergencyOpening:
    return EmergencyOpening(
        id=found.id, person=found.person, categories=list(found.categories), until=found.until,
        is_in_force=found.is_in_force,
    )  # fmt: skip


def _offered(by: Actor, person: UUID, call: UUID | None) -> tuple[Mapping[str, Sequence[Subject]], list[str]]:
    """The person's records and what would open of them; NotFound alike for hidden ones, none, and nobody."""
    about = encounters.openable_in_emergency(person)
    opens = queries.openable(by, about, call)
    if not opens and not (about and queries.may_treat(by, person, people.circle(person), call)):
        raise NotFound("person")
    return about, list(opens)


@router.get("/people/{uuid:person}", response=EmergencyOffer, summary="What an emergency would open")
def offer(request: HttpRequest, person: UUID, call: UUID | None = None) -> EmergencyOffer:
    """Asked of the gate and journalled: that there is something to open is an answer too. Opens nothing.

    404 where an emergency opens nothing to you: the same bytes for hidden records, for none, and for nobody.
    """
    by = actor_of(request, *SCOPES)
    about, opens = _offered(by, person, call)
    for category in opens:
        actions.ask_many(
            by=by, category=category, purpose=PURPOSE, about=about[category],
            circumstances=actions.Circumstances(incident=call),
        )  # fmt: skip
    officers = agencies.accounts().filter(role="privacy_officer", is_active=True).count()
    return EmergencyOffer(
        opens=opens, emergencies=sorted(queries.CODES), dangers=list(queries.DANGERS),
        privacy_officers_told=officers,
    )  # fmt: skip


@router.post("/people/{uuid:person}", response={201: EmergencyOpening}, summary="Open in an emergency")
def plead(request: HttpRequest, person: UUID, body: EmergencyPlea) -> tuple[int, EmergencyOpening]:
    """On your word, which is kept: the privacy officer is told at once and reviews it. Answers no values."""
    by = actor_of(request, *SCOPES)
    about, _opens = _offered(by, person, body.call)
    plea = actions.Plea(
        code=body.emergency, danger=body.danger, reason=body.reason, cannot_consent=body.cannot_consent
    )
    return 201, _out(actions.break_glass(by=by, person=person, plea=plea, about=about, call=body.call))


@router.get("/{uuid:opening}", response=EmergencyOpening, summary="How an opening stands")
def standing(request: HttpRequest, opening: UUID) -> EmergencyOpening:
    """One's own alone."""
    return _out(queries.opening(actor_of(request, *SCOPES), opening))


@router.get("/{uuid:opening}/records", response=list[Part], summary="Read what it opened")
def records(request: HttpRequest, opening: UUID) -> list[Part]:
    """Through the gate each time, each reading in the register; nothing once it is over."""
    by = actor_of(request, *SCOPES)
    found = queries.opening(by, opening)
    if not found.is_in_force:
        return []
    said, about = queries.claims(found), encounters.openable_in_emergency(found.person)
    permits = {
        category: actions.permitted(
            actions.ask_many(by=by, category=category, purpose=PURPOSE, about=subjects, circumstances=said)
        )
        for category, subjects in about.items()
        if subjects
    }
    alerts, health = permits.get("safety_alerts", {}), permits.get("mh_assessment", {})
    shown = [
        *people.identities(permits.get("identity", {})), *people.plans(alerts), *people.cautions(alerts),
        *people.summaries(health), *encounters.assessments(health),
    ]  # fmt: skip
    return [part(one) for one in shown]


@router.post("/{uuid:opening}/end", response=EmergencyOpening, summary="Close it again")
def end(request: HttpRequest, opening: UUID) -> EmergencyOpening:
    """At once; one that is over stays as it ended."""
    by = actor_of(request, *SCOPES)
    return _out(actions.end_opening(by=by, opening=queries.opening(by, opening).id))
