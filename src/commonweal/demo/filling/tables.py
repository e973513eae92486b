"""The year at the hub table: every discussion through its filters, by the people who sat there."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from commonweal.cases import actions as cases
from commonweal.demo.filling.names import CLERK, Ids
from commonweal.demo.organization import Organization
from commonweal.demo.values import Discussion
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor

SEATS = {
    "health": "clinician", "commons": "case_manager", "lantern": "shelter_worker",
    "schools": "provider_staff", "harlow_pd": "cit_officer", "prosecutor": "prosecutor",
}  # fmt: skip
SECOND = "health.case_manager.1"  # sits beside the clinician of the same agency
TALK = timedelta(minutes=5)
NOT_ELEVATED = cases.AER_TEST[:2]


@transaction.atomic
def fill(discussions: list[Discussion], organization: Organization, ids: Ids) -> int:
    """Seat one worker of each agency, then hold every discussion at its own time; returns how many."""
    table = cases.open_table(by=CLERK, name="Harlow hub table", objectives="Lower acute risk.")
    since = min((d.stages[0] for d in discussions), default=clock.now()) - timedelta(days=7)
    chairs: dict[str, Actor] = {}
    for agency, role in SEATS.items():
        key = _sitter(organization, agency, role)
        with clock.at(since):
            cases.seat(by=CLERK, table=table.id, account=ids.worker[key], agency=ids.agency[agency])
        chairs[agency] = ids.actor(key)
    with clock.at(since):
        cases.seat(by=CLERK, table=table.id, account=ids.worker[SECOND], agency=ids.agency["health"])
    for found in discussions:
        _hold(found, table.id, chairs, ids)
    return len(discussions)


def _sitter(organization: Organization, agency: str, role: str) -> str:
    """Who sits for an agency: the first of the roll, as for the accounts that the demo page opens."""
    return next(w.key for w in organization.workers if (w.agency, w.role) == (agency, role))


def _hold(found: Discussion, table: UUID, chairs: dict[str, Actor], ids: Ids) -> None:
    origin = chairs[found.origin]
    with clock.at(found.stages[0]):
        made = cases.open_discussion(
            by=origin, table=table, situation=found.situation, age_band=found.age_band, sex=found.sex,
            person=ids.person.get(found.person), risks=found.risk_factors,
        ).id  # fmt: skip
    if len(found.stages) > 1:
        _weigh(found, made, chairs)
    if len(found.stages) > 3:
        _take_on(found, made, chairs)
    if found.concluded_at:
        by = chairs[found.lead] if found.lead and len(found.stages) > 3 else origin
        with clock.at(found.concluded_at):
            cases.conclude(by=by, discussion=made, conclusion=found.conclusion)


def _weigh(found: Discussion, made: UUID, chairs: dict[str, Actor]) -> None:
    with clock.at(found.stages[1]):
        cases.move_on(by=chairs[found.origin], discussion=made)
    with clock.at(found.stages[1] + TALK):
        reasons = cases.AER_TEST if found.is_elevated else NOT_ELEVATED
        cases.note_situation(
            by=chairs["health"], discussion=made, protective=found.protective_factors, aer_reasons=reasons
        )


def _take_on(found: Discussion, made: UUID, chairs: dict[str, Actor]) -> None:
    """Filters three and four: who is involved says so, the others leave, the plan is written."""
    lead = chairs[found.lead]
    with clock.at(found.stages[2]):
        cases.move_on(by=chairs[found.origin], discussion=made)
    with clock.at(found.stages[2] + TALK):
        cases.stay_as(by=lead, discussion=made, part="lead")
        for agency in found.assisting:
            cases.stay_as(by=chairs[agency], discussion=made, part="assisting")
    with clock.at(found.stages[3]):
        cases.move_on(by=lead, discussion=made)
        cases.plan_together(by=lead, discussion=made, plan=found.plan)
