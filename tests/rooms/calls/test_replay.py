"""A protocol replayed over stored calls: load by tier, changes, risks that it would miss."""

from datetime import timedelta

import pytest

from commonweal.calls import actions as calls
from commonweal.calls import queries
from commonweal.kernel import clock
from factories.calls import CALM, GRAVE, TROUBLED, Centre
from factories.cast import SETUP
from factories.past_calls import Row, Times


def load(centre: Centre, *rows: Row) -> None:
    """Past calls of the centre."""
    calls.import_calls(
        by=SETUP, rows=rows, agency=centre.cast.agency["ecc"], profile="test", sources=["test"]
    )


def test_calls_that_were_answered_are_replayed_on_their_answers(bare: Centre) -> None:
    """Under their own protocol nothing changes."""
    for answers in (CALM, TROUBLED, GRAVE):
        bare.call(answers)
    found = queries.replay(queries.find_protocol("harlow"))
    assert found.calls == 3 and dict(found.tiers) == {"T3": 1, "T2": 1, "T0": 1}
    assert {was for was, now in found.changes if was != now} == set() and found.missed == 0


def test_imported_calls_are_replayed_on_what_their_record_says(bare: Centre) -> None:
    """By nature, words and priority."""
    load(
        bare,
        Row(external_id="1", nature_label="SUICIDE THREAT"),
        Row(external_id="2", nature_label="CARDIAC ARREST"),
        Row(external_id="3", nature_label="PARKING COMPLAINT", priority=4, priority_label="4"),
    )
    tiers = queries.replay(queries.find_protocol("harlow")).tiers
    assert tiers["T0"] == 1 and sum(tiers.values()) == 3 and max(tiers) >= "T3"


def test_an_urgent_call_that_would_wait_is_listed_by_opaque_id(bare: Centre) -> None:
    """The list is cut; the count is not."""
    load(bare, *(Row(external_id=str(n), nature_label="PUBLIC ASSIST", priority=1) for n in range(4)))
    found = queries.replay(queries.find_protocol("los_angeles"), most_risks=2)
    assert found.missed == 4 and len(found.risks) == 2
    assert {risk.recorded for risk in found.risks} == {"priority 1"}


def test_an_override_shows_as_a_change(bare: Centre) -> None:
    """What a person chose against what the protocol says."""
    call = bare.call(CALM)
    calls.override(by=bare.desk, call=call, tier="T1", reason="a neighbour shouted about a knife")
    found = queries.replay(queries.find_protocol("harlow"))
    assert found.changes["T1", "T3"] == 1 and found.missed == 1


def test_only_the_span_asked_for(bare: Centre) -> None:
    """From a day, until a day."""
    load(bare, Row(), Row(external_id="later", times=Times(received=clock.now())))
    week = clock.now() - timedelta(days=7)
    assert queries.replay(queries.find_protocol("harlow"), week).calls == 1
    assert queries.replay(queries.find_protocol("harlow"), None, week).calls == 1


@pytest.mark.parametrize("code", ["denver", "eugene", "harris_county", "illinois", "los_angeles"])
def test_answers_of_one_protocol_do_not_break_another(bare: Centre, code: str) -> None:
    """What it does not ask is left out; what nobody answered counts as the worst."""
    bare.call(CALM)
    found = queries.replay(queries.find_protocol(code))
    assert found.calls == 1 and sum(found.tiers.values()) == 1


def test_nothing_is_changed_by_looking(bare: Centre) -> None:
    """A replay writes nothing."""
    call = bare.call(TROUBLED)
    before = queries.call_of(call)
    queries.replay(queries.find_protocol("los_angeles"))
    after = queries.call_of(call)
    assert (before.tier, before.state, before.response) == (after.tier, after.state, after.response)
