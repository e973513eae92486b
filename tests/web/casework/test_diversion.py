"""Diversion at two desks: one begins and screens, the prosecutor holds a charge and sees no more."""

import pytest
from django.urls import reverse

from commonweal.cases import actions as cases
from commonweal.cases import queries
from factories.cases import Support, support
from factories.cast import consented, worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="at")
def a_case() -> Support:
    """Rosa's case, of kind diversion."""
    at = support()
    office = at.cast.agency["social_service"]
    opened = cases.open_case(by=at.manager, person=at.person, agency=office, kind="diversion")
    at.case = opened.id
    return at


def post(desk, name: str, *args: object, **fields: object):
    """Post to a named page and follow."""
    return desk.post(reverse(name, args=args), fields, follow=True)


def test_from_the_door_to_a_held_charge(at: Support) -> None:
    desk, page = visit(at.manager), reverse("casework:diversion", args=[at.case])
    assert b"By which door" in desk.get(page).content
    office = at.cast.agency["prosecutor"]
    post(desk, "casework:diversion_act", at.case, "begin", door="social_contact", office=office)
    answers = {f"q-{code}": "no" for code in queries.agreement().tables["ineligible"]}
    post(desk, "casework:diversion_act", at.case, "screen", **answers)
    post(desk, "casework:diversion_act", at.case, "met")
    post(desk, "casework:diversion_act", at.case, "intake")
    shown = post(desk, "casework:diversion_act", at.case, "charge", docket="24-118", offence="Trespass")
    assert b"24-118" in shown.content and b"Waits for a decision" in shown.content
    cases.write_plan(by=at.manager, case=at.case, summary="Relapsed in May")

    law = visit(at.cast["prosecutor"])
    before = law.get(reverse("tables:docket")).content
    assert b"24-118" in before and b"No release in force" in before and b"Intake done" not in before
    consented(at.cast, at.person, "roi", ["prosecutor"], ["referral_status"])
    [row] = queries.docket_rows(at.cast["prosecutor"], {})
    after = post(law, "tables:decide", row.charges[0].id, state="held", until="2999-01-01").content
    assert b"Held while the person takes part" in after and b"intake kept" in after
    assert b"Relapsed" not in after and b"Rosa" not in after
    assert b"Tuesday at ten" in post(law, "tables:docket_note", at.case, text="Tuesday at ten").content
    assert b"Tuesday at ten" in desk.get(page).content


def test_refused_at_the_door(at: Support) -> None:
    cases.begin_diversion(by=at.manager, case=at.case, door="arrest", attorney=at.cast.agency["prosecutor"])
    charge = cases.note_charge(by=at.manager, case=at.case, docket="1", offence="Theft").id
    assert visit(at.manager).get(reverse("tables:docket")).status_code == 404
    stranger = visit(worker(at.cast.agency["hmis_shelter"], "case_manager"))
    assert stranger.get(reverse("casework:diversion", args=[at.case])).status_code in (403, 404)
    assert post(stranger, "casework:diversion_act", at.case, "met").status_code in (403, 404)
    assert post(visit(at.manager), "tables:decide", charge, state="filed").status_code == 404
    law = visit(at.cast["prosecutor"])
    assert post(law, "tables:docket_note", at.case, text="x").status_code == 404
    assert law.get(reverse("casework:diversion", args=[at.case])).status_code == 403
    assert post(visit(at.manager), "casework:diversion_act", at.case, "burn").status_code == 404
    plain = support(at.cast, family="Okafor")
    assert visit(at.manager).get(reverse("casework:diversion", args=[plain.case])).status_code == 404
