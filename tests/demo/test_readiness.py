"""The county's bulletins, its communication test and its drill on paper stand as if they had been lived."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from commonweal.agencies import queries as agencies
from commonweal.calls import queries as calls
from commonweal.cases import actions as cases
from commonweal.demo import organization
from commonweal.demo.filling import readiness, staff, trust
from commonweal.demo.filling.names import CLERK, Ids
from commonweal.kernel import clock
from commonweal.messages import queries
from commonweal.people import actions as people

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="once is enough: the doors are tested on both"),
]
NOW = datetime(2026, 3, 18, 20, 0, tzinfo=UTC)


@pytest.fixture
def county():
    """Agencies, workers, shifts, agreements and one open case; then what keeps them ready."""
    with clock.at(NOW):
        made, ids = organization.generate(7), Ids()
        staff.fill(made, ids)
        staff.roster(made, ids, (NOW - timedelta(days=6)).date(), 8)
        staff.rules(made, ids)
        trust.fill(made, ids)
        managers = [ids.actor(one.key) for one in made.workers if one.role == "case_manager"]
        manager = next(m for m in managers if agencies.agency(m.agency).source_program == "social_service")
        values = {"given": "Rosa", "family": "Delgado", "born": None, "phone": ""}
        row, _ = people.file_record(by=CLERK, agency=manager.agency, external_id="1", values=values)
        case = cases.open_case(by=manager, person=row.person_id, agency=manager.agency, kind="outreach")
        cases.join_team(by=manager, case=case.id, account=UUID(manager.id))
        readiness.fill(made, ids)
        yield made, ids, case


def of_role(made, ids, role: str):
    """The first worker of a role."""
    return next(ids.actor(one.key) for one in made.workers if one.role == role)


def test_bulletins_stand_are_over_and_wait(county) -> None:
    """An officer finds what stands, the pressing ones first; the writers see who has read them."""
    made, ids, _case = county
    officer, boss = of_role(made, ids, "patrol_officer"), of_role(made, ids, "supervisor")
    standing = [one.kind for one in queries.bulletins(officer)]
    assert standing[0] in ("missing_person", "place_closed") and "dangerous_drugs" in standing
    over = {one.kind: one for one in queries.bulletins_past(boss)}
    assert over["street_closed"].ended_how == "withdrawn" and over["protocol_changed"].starts_at > NOW
    drugs = next(one for one in queries.bulletins(boss) if one.kind == "dangerous_drugs")
    seen = queries.answers(drugs)
    assert any(one.acknowledged_at for one in seen) and any(not one.read_at for one in seen)
    assert all(one.read_at <= NOW for one in seen if one.read_at)


def test_who_is_missing_reaches_those_whom_the_agreement_names(county) -> None:
    """Officers, clinicians and medics of the parties; nobody whom the clause leaves out."""
    made, ids, _case = county
    roles = ("cit_officer", "clinician", "sud_counselor")
    reached = {role: _sees(of_role(made, ids, role)) for role in roles}
    assert reached == {"cit_officer": True, "clinician": True, "sud_counselor": False}


def _sees(by) -> bool:
    return any(one.kind == "missing_person" for one in queries.bulletins(by))


def test_the_communication_test_has_its_figures(county) -> None:
    made, ids, _case = county
    [drill] = queries.drills(of_role(made, ids, "supervisor"))
    found = queries.figure(drill)
    assert found.asked > 5 and found.in_time > found.late > 0 and found.silent > 0
    assert drill.ends_at < NOW < drill.again_at


def test_the_drill_on_paper_has_ended_with_what_is_to_be_mended(county) -> None:
    made, ids, _case = county
    boss = of_role(made, ids, "supervisor")
    [drill] = calls.drills(boss.agency)
    assert drill.ended_at and drill.findings and not drill.steps["phoned"]["well"]
    [entry] = calls.papers(boss.agency, 5)
    assert entry.kind == "practice" and not calls.drill_due(boss.agency)
    assert agencies.account(UUID(entry.entered_by)).role == "call_taker"
