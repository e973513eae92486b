"""Voices by the API: the evaluator's, with a scope; nobody else's."""

from datetime import UTC, datetime

import pytest

from commonweal.community import actions
from commonweal.kernel import clock
from factories.caller import Program
from factories.cast import Cast, gather


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


def test_what_was_said_comes_with_who_was_asked(cast: Cast) -> None:
    with clock.at(datetime(2026, 8, 3, 18, tzinfo=UTC)):
        for _ in range(12):
            actions.receive_feedback(scores={"respect": 4})
    with clock.at(datetime(2026, 11, 23, 18, tzinfo=UTC)):
        person, resident, worker = Program(cast["evaluator"]).get("evaluation/voices").json()
    assert (person["answers"], worker["answers"]) == (None, None)
    assert (resident["answers"], resident["asked"], resident["rate"]) == (12, None, None)
    assert resident["quarters"] == ["2026-07-01"]
    by_question = {one["question"]: one for one in resident["questions"]}
    assert by_question["respect"]["mean"] == 75 and by_question["respect"]["weighted"] is None
    assert by_question["helped"] == dict.fromkeys(by_question["helped"]) | {"question": "helped"}


@pytest.mark.parametrize("role", ["patrol_officer", "analyst", "community_liaison"])
def test_others_get_nothing(cast: Cast, role: str) -> None:
    assert Program(cast[role]).get("evaluation/voices").status_code in (403, 404)


def test_without_a_token_nothing(cast: Cast) -> None:
    assert Program(None).get("evaluation/voices").status_code == 401
