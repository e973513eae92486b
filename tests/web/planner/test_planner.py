"""The planner's desk in a browser's terms: tried, proposed, decided; and who may not."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from commonweal.agencies import actions as agencies
from commonweal.kernel import clock
from commonweal.planning import queries
from factories.calls import open_centre
from factories.cast import SETUP
from factories.visitor import visit

pytestmark = pytest.mark.django_db


def test_a_shift_is_tried_proposed_and_approved_by_another(db) -> None:
    centre = open_centre()
    starts = (clock.now() + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    shift = agencies.set_shift(
        by=SETUP, unit=centre.units["T1"], starts=starts, ends=starts + timedelta(hours=8)
    )
    manager, approver = visit(centre.cast["program_manager"]), visit(centre.cast["plan_approver"])

    def local(moment):
        return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")

    form = {
        "shift": str(shift.id), "starts": local(starts + timedelta(hours=2)),
        "ends": local(starts + timedelta(hours=10)), "weeks": "1", "line": "", "title": "Evenings",
    }  # fmt: skip
    tried = manager.post(reverse("planner:move"), {**form, "act": "try"})
    assert tried.status_code == 200 and "Reasons to doubt it" in tried.content.decode()
    assert not queries.plans().exists(), "trying keeps nothing"

    assert manager.post(reverse("planner:move"), {**form, "act": "propose"}).status_code == 302
    [plan] = queries.plans("proposed")
    page = reverse("planner:plan", args=[plan.id])
    assert manager.post(page, {"act": "approve"}).status_code == 400, "a manager holds no approval"
    assert approver.post(page, {"act": "approve"}).status_code == 302
    assert queries.plan(plan.id).state == "approved"
    assert approver.post(page, {"act": "approve"}).status_code == 409


def test_a_kind_of_unit_that_is_none_is_said(db) -> None:
    centre = open_centre()
    manager, path = visit(centre.cast["program_manager"]), reverse("planner:index")
    refused = manager.get(path, {"kind": "submarine"})
    assert refused.status_code == 400 and "submarine" in refused.content.decode()
    assert manager.get(path, {"kind": "ems"}).status_code == manager.get(path).status_code == 200


def test_a_move_that_cannot_be_comes_back_filled_in(db) -> None:
    """The refusal stands beside the field; nothing has to be typed again."""
    centre = open_centre()
    starts = (clock.now() + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    span = {"starts": starts, "ends": starts + timedelta(hours=8)}
    first = agencies.set_shift(by=SETUP, unit=centre.units["T1"], **span)
    later = starts + timedelta(hours=12)
    agencies.set_shift(by=SETUP, unit=centre.units["T1"], starts=later, ends=later + timedelta(hours=8))
    form = {
        "shift": str(first.id), "starts": f"{timezone.localtime(later):%Y-%m-%dT%H:%M}",
        "ends": f"{timezone.localtime(later + timedelta(hours=4)):%Y-%m-%dT%H:%M}", "weeks": "1", "line": "",
        "title": "Longer days", "act": "try",
    }  # fmt: skip
    refused = visit(centre.cast["program_manager"]).post(reverse("planner:move"), form)
    page = refused.content.decode()
    assert refused.status_code == 400 and 'value="Longer days"' in page and form["starts"] in page
    assert "choose other hours" in page and 'aria-invalid="true"' in page


def test_a_form_left_empty_says_what_is_missing(db) -> None:
    client = visit(open_centre(staffed=False).cast["program_manager"])
    for name in ("move", "money"):
        assert client.post(reverse(f"planner:{name}"), {}).status_code == 400
    assert client.get(reverse("planner:index")).status_code == 200


@pytest.mark.parametrize("role", ["patrol_officer", "analyst", "case_manager", "administrator"])
def test_other_desks_do_not_plan(cast, role) -> None:
    assert visit(cast[role]).get(reverse("planner:index")).status_code == 403


@pytest.fixture
def cast(db):
    return open_centre(staffed=False).cast


def test_a_stranger_is_sent_to_sign_in(client, db) -> None:
    for name in ("index", "move", "money"):
        assert client.get(reverse(f"planner:{name}")).status_code == 302
