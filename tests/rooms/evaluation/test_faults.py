"""The work queue for data quality: faults join it, are taken, corrected or explained, and leave it."""

from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from commonweal.agencies import actions as agencies
from commonweal.calls import actions as calls
from commonweal.calls.models import Call
from commonweal.evaluation import actions, queries
from commonweal.evaluation.models import QualityItem
from commonweal.kernel import clock, imports
from commonweal.kernel.actors import Actor, system
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.sharing import queries as sharing
from factories.cast import SETUP, Cast, gather, worker
from factories.past_calls import THEN, Finding, Row, Times

pytestmark = pytest.mark.django_db
FLOW = system("flow")
NOW = THEN + timedelta(days=40)


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


@pytest.fixture(name="steward")
def the_steward(cast: Cast) -> Actor:
    """Somebody of the centre who keeps its records."""
    return worker(cast.agency["ecc"], "records_steward")


def brought(agency: UUID, rows: list[Row]) -> None:
    """An import of these rows."""
    calls.import_calls(by=SETUP, rows=rows, agency=agency, profile="test", sources=["a.csv"])


def some(number: int, start: int = 0, **facts: Any) -> list[Row]:
    """So many calls alike."""
    mark = sha256(repr(facts).encode()).hexdigest()
    return [Row(external_id=f"n{start + n}", fingerprint=mark, **facts) for n in range(number)]


def looked(after: timedelta = timedelta()) -> dict[tuple[str, str], QualityItem]:
    """The queue after a look, by field and fault."""
    with clock.at(NOW + after):
        actions.look_for_faults(by=FLOW)
    return {(item.field, item.problem): item for item in QualityItem.objects.all()}


NEVER_THERE = Times(on_scene=None)


def test_a_field_that_a_source_leaves_open_waits_once_however_often_it_is_met(cast) -> None:
    brought(cast.agency["ecc"], [*some(30), *some(20, 30, times=NEVER_THERE)])
    found = looked()["on_scene", "missing"]
    assert (found.number, found.of, found.state, found.source) == (20, 50, "open", "old-cad")
    again = looked(timedelta(days=1))["on_scene", "missing"]
    assert again.id == found.id and QualityItem.objects.filter(field="on_scene").count() == 1
    assert again.met == [[THEN.date().replace(day=1).isoformat(), 20, 50]]


def test_a_past_that_a_file_brought_is_not_kept_late_but_a_call_taken_here_is(cast) -> None:
    brought(cast.agency["ecc"], some(20))
    assert not [one for one in looked() if one[1] == "kept_late"]
    Call.objects.update(source_system="")
    assert looked()["recorded", "kept_late"].number == 20


def test_impossible_orders_are_met_in_own_calls_and_in_what_importers_doubted(cast) -> None:
    back = Times(on_scene=THEN - timedelta(minutes=5))
    odd = Finding("cleared", "x", "3 h 5 min before enroute")
    brought(cast.agency["ecc"], [*some(3, times=back), *some(2, 3, findings=(odd,))])
    found = looked()
    assert found["on_scene", "before received"].number == 3
    assert found["cleared", "before enroute"].number == 2
    ids = queries.records(found["cleared", "before enroute"])
    assert len(ids) == 2 and len(queries.records(found["on_scene", "before received"])) == 3


def test_what_an_import_refused_waits_too_by_its_newest_run(cast) -> None:
    begun = partial(imports.begin, by=SETUP, kind="people", profile="p", agency=cast.agency["police"])
    run = begun(sources=["p.csv"])
    tally = imports.Tally(accepted=5, rejects=[imports.Rejected("p.csv", 3, "born", "x", "no day")])
    imports.finish(run, tally)
    found = looked()["rows", "refused_rows"]
    assert (found.number, found.of, found.grain, found.source) == (1, 6, "import", "people")
    assert queries.records(found) == []
    clean = imports.begin(
        by=SETUP, kind="people", profile="p", sources=["q.csv"], agency=cast.agency["police"]
    )
    imports.finish(clean, imports.Tally(accepted=6))
    assert looked(timedelta(days=1))["rows", "refused_rows"].state == "gone"


def test_somebody_of_the_agency_takes_it_and_nobody_else(cast, steward) -> None:
    brought(cast.agency["ecc"], some(20, times=NEVER_THERE))
    item = looked()["on_scene", "missing"].id
    for other in (cast["records_steward"], cast["evaluator"], worker(cast.agency["ecc"], "call_taker")):
        with pytest.raises(NotFound):
            actions.take_fault(by=other, item=item)
    taken = actions.take_fault(by=steward, item=item)
    assert (taken.state, taken.taken_by) == ("taken", steward.id)
    colleague = worker(cast.agency["ecc"], "supervisor")
    with pytest.raises(Conflict, match="Somebody else"):
        actions.take_fault(by=colleague, item=item)
    with pytest.raises(Conflict, match="Somebody else"):
        actions.explain_fault(by=colleague, item=item, reason="happened_so")
    actions.give_back_fault(by=colleague, item=item)
    assert actions.take_fault(by=colleague, item=item).taken_by == colleague.id


def test_explained_it_no_longer_counts_as_open(cast, steward) -> None:
    """What the source cannot say stays explained; what was only true then opens with the next."""
    brought(cast.agency["ecc"], some(20, times=NEVER_THERE))
    item = looked()["on_scene", "missing"].id
    assert queries.standing(actions.open_sets(by=cast["evaluator"])).open >= 1
    with pytest.raises(Invalid, match="Choose why"):
        actions.explain_fault(by=steward, item=item, reason="lazy")
    actions.explain_fault(by=steward, item=item, reason="source_cannot_say", note="No such column")
    brought(cast.agency["ecc"], some(9, 20, times=NEVER_THERE))
    kept = looked()["on_scene", "missing"]
    assert (kept.state, kept.number, kept.number_then) == ("explained", 29, 20)
    actions.give_back_fault(by=steward, item=item)
    actions.explain_fault(by=steward, item=item, reason="history_loaded")
    assert looked()["on_scene", "missing"].state == "explained"
    brought(cast.agency["ecc"], some(1, 40, times=NEVER_THERE))
    opened = looked()["on_scene", "missing"]
    assert (opened.state, opened.reason, opened.settled_by) == ("open", "", "")


def test_corrected_at_the_source_it_goes_with_the_next_import_or_opens_after_two_weeks(cast, steward) -> None:
    brought(cast.agency["ecc"], some(20, times=NEVER_THERE))
    item = looked()["on_scene", "missing"].id
    with pytest.raises(Invalid, match="Say in a sentence"):
        actions.correct_fault(by=steward, item=item, note=" ")
    with clock.at(NOW):
        actions.correct_fault(by=steward, item=item, note="Arrival is exported now")
    assert looked(timedelta(days=13))["on_scene", "missing"].state == "corrected"
    assert looked(timedelta(days=14))["on_scene", "missing"].state == "open"
    actions.correct_fault(by=steward, item=item, note="Exported again")
    brought(cast.agency["ecc"], some(20))
    assert looked(timedelta(days=15))["on_scene", "missing"].state == "gone"
    with pytest.raises(Conflict):
        actions.take_fault(by=steward, item=item)
    brought(cast.agency["ecc"], some(20, times=Times(on_scene=None, cleared=THEN + timedelta(hours=1))))
    assert looked(timedelta(days=16))["on_scene", "missing"].state == "open"


def test_a_look_is_due_once_a_day_and_after_an_import(cast) -> None:
    with clock.at(NOW):
        assert actions.look_if_due(by=FLOW) and not actions.look_if_due(by=FLOW)
    with clock.at(NOW + timedelta(hours=1)):
        brought(cast.agency["ecc"], some(3))
    with clock.at(NOW + timedelta(hours=2)):
        assert actions.look_if_due(by=FLOW) and not actions.look_if_due(by=FLOW)
    with clock.at(NOW + timedelta(days=2)):
        assert actions.look_if_due(by=FLOW)


def test_who_evaluates_sees_every_opened_agency_and_others_their_own(cast, steward) -> None:
    brought(cast.agency["ecc"], some(20, times=NEVER_THERE))
    brought(cast.agency["victim_service_provider"], some(20, 50, times=NEVER_THERE))
    looked()
    evaluator = cast["evaluator"]
    seen = queries.faults(evaluator, actions.open_sets(by=evaluator))
    assert {item.agency_id for item in seen} == {cast.agency["ecc"]}
    assert {item.agency_id for item in queries.faults(steward)} == {cast.agency["ecc"]}
    assert not queries.faults(cast["records_steward"]) and not queries.faults(cast["call_taker"])
    hidden = QualityItem.objects.filter(agency=cast.agency["victim_service_provider"])[0]
    with pytest.raises(NotFound):
        queries.fault(evaluator, hidden.id, actions.open_sets(by=evaluator))


def test_numbers_are_told_as_the_gate_tells_totals(cast, steward) -> None:
    brought(cast.agency["ecc"], [*some(40), *some(20, 40, times=NEVER_THERE)])
    brought(cast.agency["ecc"], some(4, 90, times=Times(on_scene=THEN - timedelta(minutes=5))))
    found = looked()
    items = list(QualityItem.objects.select_related("agency"))
    told = actions.numbers(by=cast["evaluator"], items=items)
    assert told[found["on_scene", "missing"].id] == 20
    assert told[found["on_scene", "before received"].id] is None, "four are too few"
    assert set(actions.numbers(by=steward, items=items).values()) == {None}, "a steward is shown no totals"


def test_no_single_month_is_hidden_alone(cast) -> None:
    """A total beside all months but one would tell the hidden one."""
    for month, number in ((0, 30), (31, 25), (62, 4)):
        at = THEN + timedelta(days=month)
        times = Times(at, at, None, at + timedelta(minutes=30))
        brought(cast.agency["ecc"], some(number, month * 10, times=times))
    item = looked(timedelta(days=60))["on_scene", "missing"]
    item = QualityItem.objects.select_related("agency").get(id=item.id)
    shown = actions.series(by=cast["evaluator"], item=item)
    assert [number for _month, number, _of in shown] == [30, None, None]


def test_sealed_calls_and_those_of_the_lifeline_are_in_no_count(cast) -> None:
    brought(cast.agency["ecc"], some(12, call_source="lifeline_988", times=NEVER_THERE))
    assert looked() == {} and sharing.barred("call") == frozenset()


@pytest.mark.parametrize(
    "wrong",
    [{"state": "explained"}, {"reason": "happened_so"}, {"taken_by": "x"}, {"state": "corrected"}],
)
def test_the_database_refuses_half_a_settlement(cast, wrong) -> None:
    agency = agencies.open_agency(by=SETUP, name="Else", kind="ecc").id
    facts = {"agency_id": agency, "grain": "call", "kind": "missing", "field": "x", "problem": "y"}
    with pytest.raises(IntegrityError), transaction.atomic():
        QualityItem.objects.create(**facts, since=NOW.date(), seen_at=NOW, **wrong)


def test_every_reason_is_told_in_both_languages() -> None:
    assert len(queries.reasons()) >= 5
    for reason in queries.reasons().values():
        assert reason.words["en"] and reason.words["es"] != reason.words["en"]
