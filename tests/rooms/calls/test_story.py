"""One call, told from the first word to the last: who may see it changes with every step."""

from datetime import timedelta
from uuid import UUID

import pytest

from commonweal.calls import actions as calls
from commonweal.calls import queries
from commonweal.kernel import clock
from commonweal.kernel.actors import STRANGER, Actor, Subject
from commonweal.sharing import actions as sharing
from factories.calls import TROUBLED, Centre, open_centre

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre() -> Centre:
    return open_centre()


def sees(actor: Actor, call: UUID, purpose: str = "emergency") -> frozenset[str]:
    """The fields of the call's facts that the gate opens."""
    answer = sharing.ask(by=actor, category="call_facts", purpose=purpose, about=Subject("call", call))
    return answer.fields


def test_a_call_is_met_and_forgotten_by_those_who_left(centre: Centre) -> None:
    """A joint response: the crew sees the call while on it, and the centre for three days after."""
    call = centre.call(TROUBLED)
    officer, clinician = centre.crews["CO1"]
    assert "exact_address" in sees(centre.desk, call)
    assert not sees(officer, call)
    assert sees(STRANGER, call, "public_reporting") == {"nature", "time", "block_address"}

    calls.dispatch(by=centre.desk, call=call)
    assert queries.crew_of(call) == {UUID(officer.id), UUID(clinician.id)}
    assert "caller_name" in sees(officer, call) and "caller_name" in sees(clinician, call)
    assert not sees(centre.crews["P1"][0], call)

    for status in ("acknowledged", "enroute", "on_scene"):
        calls.set_status(by=officer, call=call, unit=centre.units["CO1"], status=status)
    assert queries.call_of(call).state == "on_scene"
    calls.clear(by=officer, call=call, is_behavioural_health=True, disposition="Resolved on scene")
    assert queries.call_of(call).state == "cleared"
    assert "caller_name" not in sees(officer, call)
    assert "caller_name" in sees(centre.desk, call)
    with clock.at(clock.now() + timedelta(hours=73)):
        assert "caller_name" not in sees(centre.desk, call)
