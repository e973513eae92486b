"""A thumb that slips on the status wheel: taken back within a minute, with what it had started."""

from datetime import timedelta

import pytest
from django.urls import reverse

from commonweal.calls import actions as calls
from commonweal.calls import queries
from commonweal.kernel import clock
from commonweal.kernel.errors import Conflict, NotFound
from commonweal.messages import queries as messages
from factories.calls import TROUBLED, open_centre
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    return open_centre()


@pytest.fixture
def sent(centre):
    """A call on which CO1 is, on its way."""
    call = centre.call(TROUBLED)
    calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
    tap(centre, call, "acknowledged")
    tap(centre, call, "enroute")
    return call


def tap(centre, call, status):
    """The unit's crew taps a status."""
    return calls.set_status(by=centre.crews["CO1"][0], call=call, unit=centre.units["CO1"], status=status)


def unit_status(centre):
    """Where CO1 stands now."""
    return next(u.status for u in queries.unit_states() if u.call_sign == "CO1")


def take_back(centre, call, by=None):
    return calls.take_back_status(by=by or centre.crews["CO1"][0], call=call, unit=centre.units["CO1"])


def test_arriving_by_mistake_is_undone_as_if_it_had_not_been(centre, sent):
    before = queries.call_of(sent)
    tap(centre, sent, "on_scene")
    row = take_back(centre, sent)
    assert row.on_scene is None and row.enroute is not None
    assert unit_status(centre) == "enroute" and queries.call_of(sent).state == before.state == "dispatched"
    assert tap(centre, sent, "on_scene").on_scene is not None


def test_the_first_tap_of_all_can_be_undone_too(centre, sent):
    take_back(centre, sent)
    take_back(centre, sent)
    assert unit_status(centre) == "assigned"
    with pytest.raises(Conflict):
        take_back(centre, sent)


def test_another_unit_s_arrival_stands(centre, sent):
    calls.dispatch(by=centre.desk, call=sent, units=[centre.units["P1"]], reason="second unit")
    officer = centre.crews["P1"][0]
    calls.set_status(by=officer, call=sent, unit=centre.units["P1"], status="on_scene")
    tap(centre, sent, "on_scene")
    take_back(centre, sent)
    assert queries.call_of(sent).state == "on_scene"


def test_after_a_minute_or_by_a_stranger_it_stays(centre, sent):
    tap(centre, sent, "on_scene")
    with pytest.raises(NotFound):
        take_back(centre, sent, by=centre.crews["T1"][0])
    with clock.at(clock.now() + timedelta(seconds=61)), pytest.raises(Conflict):
        take_back(centre, sent)
    assert unit_status(centre) == "on_scene"


def test_the_phone_offers_it_for_that_minute_and_the_safety_timer_follows(centre, sent):
    client = visit(centre.crews["CO1"][0], "phone")
    client.post(reverse("field:status"), {"status": "on_scene"})
    assert messages.running().exists()
    assert reverse("field:undo") in client.get(reverse("field:index")).content.decode()
    client.post(reverse("field:undo"))
    assert not messages.running().exists() and unit_status(centre) == "enroute"
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert reverse("field:undo") not in client.get(reverse("field:index")).content.decode()
        assert client.post(reverse("field:undo")).status_code == 409
