"""A caller waits on each side between 911 and 988 from the first minute; the lifeline answers its own."""

from uuid import UUID

import pytest

from commonweal.calls import actions as calls
from commonweal.calls import queries
from commonweal.calls.models import Call, Transfer
from commonweal.demo import geography, handing
from commonweal.demo.filling.build import SEED
from commonweal.demo.live import City
from commonweal.kernel.actors import Actor
from factories.calls import Centre, open_centre
from factories.cast import worker

pytestmark = pytest.mark.django_db


@pytest.fixture(name="centre")
def a_centre() -> Centre:
    """The county's 911 at work."""
    found = open_centre()
    assert found.desk.role == "call_taker"
    return found


@pytest.fixture(name="there")
def the_lifeline(centre: Centre) -> Actor:
    """A call taker of 988."""
    return worker(centre.cast.agency["lifeline_988"], "call_taker", "taker.988")


def test_each_side_has_one_and_asking_again_adds_none(centre: Centre, there: Actor) -> None:
    assert handing.offer_both_ways() == 2
    assert [len(queries.arriving(one.agency)) for one in (centre.desk, there)] == [1, 1]
    assert handing.offer_both_ways() == 0 and Transfer.objects.count() == 2


def test_the_one_from_the_lifeline_says_that_a_life_is_at_risk_and_can_be_read(
    centre: Centre, there: Actor
) -> None:
    """Without it the county's centre must not learn of the call at all."""
    handing.offer_both_ways()
    [view] = queries.arriving(centre.desk.agency)
    assert view.is_threat and view.from_agency == there.agency
    assert "pills" in " ".join(text for *_, text in read(centre.desk, view.id).notes)


def read(by: Actor, transfer: UUID) -> queries.Handed:
    """What a side reads of a caller."""
    return calls.read_transfer(by=by, transfer=transfer)


def test_a_desk_takes_its_caller_and_the_next_one_comes_later(centre: Centre, there: Actor) -> None:
    handing.offer_both_ways()
    [view] = queries.arriving(centre.desk.agency)
    row = calls.answer_transfer(by=centre.desk, transfer=view.id, is_accepted=True)
    assert row.arrived and Call.objects.get(id=row.arrived).agency_id == centre.desk.agency
    assert handing.offer_both_ways() == 1


def test_a_county_without_a_lifeline_hands_nobody_over(centre: Centre) -> None:
    assert handing.offer_both_ways() == 0 and handing.answer_at_988() == 0
    assert not Transfer.objects.exists()


def test_the_live_city_answers_at_the_lifeline_and_leaves_the_desk_its_own(
    centre: Centre, there: Actor
) -> None:
    city = City(geography.generate(SEED), UUID(centre.desk.id), pace=60)
    city.next_call = city.next_post = 1e9
    city.tick(7)
    [mine] = queries.arriving(centre.desk.agency)
    [theirs] = queries.arriving(there.agency)
    city.tick(12)
    assert queries.transfer(theirs.id).state == "taken"
    assert queries.transfer(mine.id).state == "offered", "that one is for whoever looks at the demo"
    assert Transfer.objects.count() == 3
