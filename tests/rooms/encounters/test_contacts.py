"""A contact without a call, and the follow-up after it: whose they are, and whose they are not."""

import pytest
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries
from commonweal.encounters import actions
from commonweal.encounters import queries as encounters
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import NotFound
from commonweal.sharing import actions as sharing
from factories.cast import SETUP, gather
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return gather(partners=False)


def colleague(cast, role, agency, name="robin"):
    """Another worker of the agency, who was not there."""
    made = agencies.open_account(
        by=SETUP, username=name, display_name=name.title(), role=role, agency=cast.agency[agency],
        password="a sentence only I would say",
    )  # fmt: skip
    return queries.actor(made.id)


def read(by, encounter):
    return sharing.ask(
        by=by, category="encounter_narrative", purpose="emergency", about=Subject("encounter", encounter)
    )


@pytest.mark.parametrize("role", ["clinician", "crisis_worker", "patrol_officer", "cit_officer", "medic"])
def test_a_contact_without_a_call_opens_for_whoever_made_it(cast, role):
    client = visit(cast[role])
    answer = client.post(reverse("field:open"), {"description": "a man at the bus stop"}, follow=True)
    assert answer.status_code == 200 and answer.redirect_chain
    [mine] = encounters.open_for(cast[role].id)
    assert isinstance(read(cast[role], mine.id), sharing.Permit)


def test_a_contact_without_a_call_is_closed_to_police_who_were_not_there(cast):
    mine = actions.open_encounter(by=cast["crisis_worker"], description="a man at the bus stop")
    for role in ("patrol_officer", "cit_officer", "shelter_worker", "analyst"):
        assert isinstance(read(cast[role], mine.id), sharing.Refusal), role


def test_a_follow_up_is_for_those_who_were_there_and_for_care(cast):
    officer = cast["patrol_officer"]
    mine = actions.open_encounter(by=officer, description="a woman in the rain")
    other = colleague(cast, "patrol_officer", "police")
    address = reverse("field:follow_up", args=[mine.id])
    assert visit(officer).get(address).status_code == 200
    assert visit(other).get(address).status_code == 404
    with pytest.raises(NotFound):
        actions.follow_up(by=other, encounter=mine.id, way="visit", reached=True)
    with pytest.raises(NotFound):
        actions.follow_up(by=cast["crisis_worker"], encounter=mine.id, way="visit", reached=True)


def test_the_care_side_of_the_agency_shares_its_follow_ups(cast):
    mine = actions.open_encounter(by=cast["clinician"], description="a woman in the rain")
    other = colleague(cast, "clinician", "health")
    made = actions.follow_up(by=other, encounter=mine.id, way="phone", reached=False)
    assert not made.reached
    assert [(way, reached) for _at, way, reached in encounters.follow_ups(mine.id)] == [("phone", False)]
