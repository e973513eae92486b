"""Calls as they are counted: which stand in a set, who went to each, and what stays in the database."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from commonweal.calls import actions as calls
from commonweal.calls import queries
from commonweal.calls.models import Assignment
from commonweal.kernel import clock
from commonweal.sharing import actions as sharing
from factories.calls import Centre

pytestmark = pytest.mark.django_db
ALWAYS = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC))


def permits(centre: Centre) -> dict[str, sharing.Permit]:
    """What an evaluator may count of the centre's calls."""
    answers = sharing.ask_set(
        by=centre.cast["evaluator"], category="call_facts", purpose="evaluation", source_programs=["ecc"],
        circumstances=sharing.Circumstances(deidentified=True),
    )  # fmt: skip
    return {origin: a for origin, a in answers.items() if isinstance(a, sharing.Permit)}


def met(centre: Centre, sign: str, *, arrived: bool = True) -> UUID:
    """A call to which this unit was sent, and came unless said otherwise."""
    call = centre.call()
    calls.dispatch(by=centre.desk, call=call, units=[centre.units[sign]], reason="Nearest that knows them")
    if arrived:
        Assignment.objects.filter(call=call).update(on_scene=clock.now())
    return call


def test_each_call_says_which_kinds_of_unit_went_and_whether_they_came(centre: Centre) -> None:
    by_team, turned_back, nobody = met(centre, "T1"), met(centre, "P1", arrived=False), centre.call()
    told = {call.key: (call, turns) for call, turns in queries.answered(permits(centre), *ALWAYS)}
    assert set(told) == {by_team, turned_back, nobody}
    assert told[by_team][0].sent == {"crisis_team"} and told[by_team][1][0].on_scene
    assert told[turned_back][0].sent == {"patrol"} and not told[turned_back][1][0].on_scene
    assert told[nobody][0].sent == frozenset() and told[nobody][1] == ()


def test_only_calls_that_a_kind_of_unit_met_are_read_where_only_they_are_asked_for(centre: Centre) -> None:
    by_team = met(centre, "T1")
    met(centre, "P1")
    met(centre, "CO1", arrived=False)
    opened = permits(centre)
    everything = {call.key: (call, turns) for call, turns in queries.answered(opened, *ALWAYS)}
    found = dict.fromkeys([by_team])
    for call, turns in queries.answered(opened, *ALWAYS, ("crisis_team", "co_response")):
        assert (call, turns) == everything[call.key], "told alike, whichever way it was asked for"
        found[call.key] = None
    assert list(found) == [by_team], "who was sent and did not come met nobody"


def test_a_question_about_one_nature_knows_who_went_there(centre: Centre) -> None:
    asked, other = met(centre, "T1"), centre.call(nature="disturbance")
    [one] = queries.extract(permits(centre), *ALWAYS, "welfare_check")
    assert one.key == asked != other and one.sent == {"crisis_team"}


def test_without_a_permit_nothing_is_counted(centre: Centre) -> None:
    met(centre, "T1")
    assert list(queries.answered({}, *ALWAYS)) == list(queries.extract({}, *ALWAYS)) == []
