"""Rosters side by side at the desk: kept, compared, filed, refused with what was typed still there."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from commonweal import flow
from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as rosters
from commonweal.kernel import clock
from commonweal.planning import actions
from commonweal.planning.models import Scenario, SimulationRun
from commonweal.web.planner.beside import FAULTS
from factories.calls import open_centre
from factories.cast import SETUP
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre(db):
    """The crisis team has a shift tomorrow."""
    found = open_centre()
    starts = (clock.now() + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    agencies.set_shift(by=SETUP, unit=found.units["T1"], starts=starts, ends=starts + timedelta(hours=8))
    return found


def test_a_scenario_is_kept_compared_filed_and_adopted_shift_by_shift(centre) -> None:
    unit = rosters.units().get(id=centre.units["T1"])
    manager, of = visit(centre.cast["program_manager"]), f"?of={unit.agency_id}.{unit.kind}"
    new = reverse("planner:scenario_new") + of
    assert f'name="{unit.call_sign}.teams"' in manager.get(new).content.decode()
    made = manager.post(new, {"act": "keep", "name": "Evenings", f"{unit.call_sign}.later": "3"})
    assert made.status_code == 302 and made["Location"].endswith(of)
    row = Scenario.objects.get()
    assert row.changes[unit.call_sign]["later"] == 3.0
    table = manager.get(reverse("planner:compare") + of).content.decode()
    assert "Evenings" in table and "Cost a week" in table and "Reasons to doubt it" in table
    assert "quality it stands on" in table, "as on every page that advises"
    page = reverse("planner:scenario", args=[row.id])
    assert reverse("planner:move") + "?shift=" in manager.get(page).content.decode()
    file = manager.get(reverse("planner:scenario_file", args=[row.id]))
    assert file["Content-Disposition"].startswith("attachment") and b"commonweal-scenario/1" in file.content

    approver = visit(centre.cast["plan_approver"])
    assert approver.get(page).status_code == 404
    assert manager.post(page, {"act": "share"}).status_code == 302
    assert "Keep a copy under your own name" in approver.get(page).content.decode()
    sent = {"act": "import", "file": SimpleUploadedFile("s.json", file.content)}
    assert approver.post(new, sent).status_code == 302 and Scenario.objects.count() == 2
    assert manager.post(page, {"act": "simulate"}).status_code == 302
    waits = manager.get(reverse("planner:compare") + of).content.decode()
    assert "Waits for the worker." in waits and 'hx-trigger="every 1s"' in waits
    assert flow.play()
    assert "no past calls to simulate" in manager.get(reverse("planner:compare") + of).content.decode()
    assert manager.post(page, {"act": "remove"}).status_code == 302 and Scenario.objects.count() == 1


def test_what_cannot_be_comes_back_as_it_was_typed(centre) -> None:
    unit = rosters.units().get(id=centre.units["T1"])
    manager = visit(centre.cast["program_manager"])
    new = f"{reverse('planner:scenario_new')}?of={unit.agency_id}.{unit.kind}"
    for part, value in (("later", "99"), ("base", "here"), ("teams", "many"), ("longer", "nan")):
        refused = manager.post(new, {"name": "Odd", f"{unit.call_sign}.{part}": value})
        page = refused.content.decode()
        assert refused.status_code == 400 and f"{unit.call_sign}.{part}" in page and 'value="Odd"' in page
    assert manager.post(new, {"act": "import"}).status_code == 400
    assert manager.get(reverse("planner:compare") + "?of=nowhere").status_code == 400
    assert not Scenario.objects.exists()


@pytest.mark.parametrize("role", ["patrol_officer", "analyst", "case_manager", "administrator"])
def test_other_desks_compare_nothing(centre, role) -> None:
    for name in ("compare", "scenario_new"):
        assert visit(centre.cast[role]).get(reverse(f"planner:{name}")).status_code == 403


def test_a_stranger_is_sent_to_sign_in(client, db) -> None:
    for name in ("compare", "scenario_new"):
        assert client.get(reverse(f"planner:{name}")).status_code == 302


class TestProgress:
    """A run is shown as it goes, found again after a reload, stopped with a button, and its fault is said."""

    @pytest.fixture
    def asked(self, centre):
        unit = rosters.units().get(id=centre.units["T1"])
        by = centre.cast["program_manager"]
        row = actions.keep_scenario(
            by=by, agency=unit.agency_id, kind=unit.kind, name="Later", wanted={unit.call_sign: {"later": 1}}
        )
        return actions.simulate_scenario(by=by, scenario=row)

    def part(self, client, run):
        return client.get(reverse("planner:run", args=[run.id]), headers={"HX-Request": "true"})

    def test_the_part_tells_how_far_it_is(self, centre, asked) -> None:
        manager = visit(centre.cast["program_manager"])
        SimulationRun.objects.filter(id=asked.id).update(state="playing", done=25, of=50)
        told = self.part(manager, asked).content.decode()
        assert "50 %" in told and "25 of 50 plays done." in told and 'value="50"' in told
        assert "<html" not in told and "Stop" in told
        whole = manager.get(reverse("planner:run", args=[asked.id]))
        assert whole.status_code == 302 and reverse("planner:compare") in whole["Location"]
        assert "25 of 50 plays done." in manager.get(whole["Location"]).content.decode(), "found again"

    def test_stopped_by_its_button(self, centre, asked) -> None:
        manager = visit(centre.cast["program_manager"])
        assert manager.post(reverse("planner:run", args=[asked.id])).status_code == 302
        told = self.part(manager, asked).content.decode()
        assert "Stopped. Nothing of it was kept." in told and "every 1s" not in told and "Simulate" in told

    @pytest.mark.parametrize("fault", ["cut_off", "changed", "not_allowed", "refused", "broken", "odd"])
    def test_failure_says_why(self, centre, asked, fault) -> None:
        SimulationRun.objects.filter(id=asked.id).update(state="failed", fault=fault, ended_at=clock.now())
        told = self.part(visit(centre.cast["program_manager"]), asked).content.decode()
        assert str(FAULTS.get(fault, FAULTS["broken"])) in told

    def test_others_see_and_stop_nothing(self, centre, asked, client) -> None:
        address = reverse("planner:run", args=[asked.id])
        assert client.get(address).status_code == 302, "a stranger is sent to sign in"
        assert visit(centre.cast["analyst"]).get(address).status_code == 403
        assert visit(centre.cast["plan_approver"]).get(address).status_code == 404
        assert visit(centre.cast["plan_approver"]).post(address).status_code == 404
        assert SimulationRun.objects.get().is_going

    def test_how_often_is_one_of_three(self, centre, asked) -> None:
        manager = visit(centre.cast["program_manager"])
        page = reverse("planner:scenario", args=[asked.scenario_id])
        for times in ("7", "many", ""):
            refused = manager.post(page, {"act": "simulate", "times": times})
            assert refused.status_code == 400 and "20, 100, 400" in refused.content.decode()
