"""Faults in records by the API: read with a scope, mended by somebody of the agency alone."""

from datetime import timedelta

import pytest

from commonweal.calls import actions as calls
from commonweal.evaluation import actions
from commonweal.kernel import clock
from commonweal.kernel.actors import system
from factories.caller import Program
from factories.cast import SETUP, Cast, gather, worker
from factories.past_calls import Row, Times


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """A centre whose source does not say when anybody arrived."""
    found = gather(partners=False)
    then = clock.now() - timedelta(days=7)
    times = Times(then, then, None, then + timedelta(minutes=30))
    rows = [Row(external_id=f"n{n}", times=times) for n in range(20)]
    agency = found.agency["ecc"]
    calls.import_calls(by=SETUP, rows=rows, agency=agency, profile="t", sources=["a.csv"])
    actions.look_for_faults(by=system("flow"))
    return found


def test_faults_are_read_and_mended(cast: Cast) -> None:
    listed = Program(cast["evaluator"]).get("evaluation/quality").json()
    found = next(one for one in listed if one["field"] == "on_scene")
    assert (found["problem"], found["number"], found["of"], found["state"]) == ("missing", 20, 20, "open")
    address = f"evaluation/quality/{found['id']}"
    assert Program(cast["evaluator"]).post(address, act="take").status_code == 404, "another agency's"
    own = Program(worker(cast.agency["ecc"], "evaluator"))
    assert own.post(address, act="take").json()["state"] == "taken"
    assert own.post(address, act="explain").status_code == 400
    told = own.post(address, act="explain", reason="source_cannot_say").json()
    assert (told["state"], told["reason"]) == ("explained", "source_cannot_say")
    assert own.post(address, act="correct", note="x").status_code == 409
    assert own.post(address, act="give_back").json()["state"] == "open"
    assert own.post(address, act="correct", note="now exported").json()["state"] == "corrected"
    assert [one["state"] for one in own.get("evaluation/quality?state=corrected").json()] == ["corrected"]


@pytest.mark.parametrize("role", ["supervisor", "records_steward", "analyst"])
def test_others_get_nothing(cast: Cast, role: str) -> None:
    assert Program(cast[role]).get("evaluation/quality").status_code in (403, 404)


def test_without_a_token_nothing(cast: Cast) -> None:
    assert Program(None).get("evaluation/quality").status_code == 401
