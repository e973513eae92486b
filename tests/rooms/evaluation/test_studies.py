"""A plan stands before its answer: sealed, journalled, carried out as stated, or its departures are shown."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.numerics import generator
from commonweal.evaluation import actions, queries
from commonweal.evaluation.estimating import estimated, tabled
from commonweal.evaluation.models import Analysis, Study
from commonweal.evaluation.plans import Plan, departures, plan_of, sealed, written
from commonweal.evaluation.registering import analyse
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.models import JournalLine
from factories.calls import open_centre
from factories.cast import Cast, gather

FIRST = date(2025, 1, 6)
WEEKS = 40
START = FIRST + timedelta(weeks=20)
AREAS = [f"A{n}" for n in range(8)]


def plan(**other: Any) -> Plan:
    """Two of eight areas began on one day, half way through forty weeks."""
    given: dict[str, Any] = {
        "question": "Did the team lower calls?", "series": "all", "expected": "fewer", "rollout": "once",
        "starts": {area: START if area in AREAS[:2] else None for area in AREAS}, "first": FIRST,
        "last": FIRST + timedelta(weeks=WEEKS, days=-1), "step": 7, "zone": "UTC", "design": "did",
    }  # fmt: skip
    return Plan(**given | other)


def counted(area: str, week: int, day: int = 3) -> Any:
    """One call of an area and week, as the room of calls counts it."""
    return SimpleNamespace(
        received=datetime(2025, 1, 6, 12, tzinfo=UTC) + timedelta(weeks=week, days=day), area=area,
        nature="x",
        is_behavioural=False, is_cancelled=False, is_duplicate=False, discipline="police",
    )  # fmt: skip


def town(effect: int, mean: int = 20, seed: int = 5, edges: bool = True) -> list[Any]:
    """Poisson calls a week and area; `effect` fewer or more where and when the team was there."""
    rng = generator(seed)
    rows = [
        counted(area, week, number % 7)
        for area in AREAS
        for week in range(WEEKS)
        for number in range(int(rng.poisson(mean + effect * (area in AREAS[:2] and week >= 20))))
    ]
    ends = (0, WEEKS * 7 - 1) if edges else ()
    for day in ends:  # a call on the first and on the last day: the records cover the window
        row = counted("elsewhere", 0)
        row.received = datetime(2025, 1, 6, 12, tzinfo=UTC) + timedelta(days=day)
        rows.append(row)
    return rows


def answer(asked: Plan, rows: list[Any], smallest: int = 11) -> Mapping[str, Any]:
    """The analysis as it is kept."""
    return estimated(asked, tabled(asked, rows), smallest)


def test_an_effect_that_is_there_is_found_and_one_that_is_not_is_not() -> None:
    there = answer(plan(), town(-8))
    assert there["low"] < -8 < there["high"] < 0 and there["scale"] == "difference"
    none = answer(plan(), town(0))
    assert none["low"] < 0 < none["high"]
    for told in (there, none):
        assert told["smallest_p"] == pytest.approx(1 / 28, rel=1e-3)
        assert told["pre_trend"]["p_value"] is not None and told["placebo"] and told["leave_one_out"]
        assert "few_treated" in [code for code, _ in told["cautions"]]


def test_in_steps_and_everywhere_come_out_as_well() -> None:
    later = {**plan().starts, "A1": START + timedelta(weeks=6)}
    steps = answer(plan(rollout="steps", design="staggered", starts=later), town(-8))
    assert steps["method"].startswith("callaway") and steps["estimate"] < 0
    everywhere = dict.fromkeys(AREAS, START)
    series = answer(plan(rollout="everywhere", design="its", starts=everywhere), town(0))
    assert series["scale"] == "ratio" and series["low"] < 1 < series["high"]


def test_what_a_lot_decided_is_answered_by_the_lot() -> None:
    """Four of eight areas drawn; then eight areas in four steps, each its own comparison until it begins."""
    half = {area: START if area in AREAS[:4] else None for area in AREAS}
    drawn = plan(rollout="lot", design="cluster_randomised", starts=half)
    rng = generator(3)
    rows = [
        counted(area, week, number % 7)
        for area in AREAS
        for week in range(WEEKS)
        for number in range(int(rng.poisson(20 - 8 * (area in AREAS[:4] and week >= 20))))
    ]
    told = answer(drawn, rows)
    assert told["method"] == "covariance_adjusted_hc2+randomisation_inference"
    assert told["low"] < -8 < told["high"] < 0 and told["smallest_p"] == pytest.approx(2 / 70, rel=1e-3)
    assert told["placebo"]["p_value"] > 0.01 and told["pre_trend"] is None
    begun = {area: START + timedelta(weeks=4 * (n // 2)) for n, area in enumerate(AREAS)}
    steps = plan(rollout="lot", design="stepped_wedge", starts=begun)
    rows = [
        counted(area, week, number % 7)
        for n, area in enumerate(AREAS)
        for week in range(WEEKS)
        for number in range(int(rng.poisson(20 - 8 * (week >= 20 + 4 * (n // 2)))))
    ]
    told = answer(steps, rows)
    assert told["low"] < -8 < told["high"] < 0 and "few_steps" in [code for code, _ in told["cautions"]]
    assert told["placebo"] and told["pre_trend"] and told["leave_one_out"]


def test_three_areas_are_told_without_their_past_and_one_side_alone_is_refused() -> None:
    few = {area: START if area == "A0" else None for area in AREAS[:3]}
    told = answer(plan(rollout="lot", design="cluster_randomised", starts=few), town(0))
    assert told["method"].startswith("difference_of_means")
    assert told["smallest_p"] == pytest.approx(1 / 3, rel=1e-3)
    half = {area: START if area in AREAS[:4] else None for area in AREAS}
    before = [row for row in town(0, edges=False) if row.received.date() < START]
    with pytest.raises(Invalid, match="do not carry this design"):
        answer(plan(rollout="lot", design="cluster_randomised", starts=half), before)


def test_areas_with_too_few_to_be_told_are_left_out_and_counted() -> None:
    rows = [row for row in town(0) if row.area != "A7"] + [counted("A7", week) for week in range(5)]
    told = answer(plan(), rows)
    assert (told["areas"], told["left_out"]) == (7, 1)
    assert answer(plan(), rows, smallest=1)["left_out"] == 0
    only = plan(starts={area: START if area == "A0" else None for area in AREAS})
    with pytest.raises(Invalid, match="enough events"):
        answer(only, [counted("A0", 3)] * 5 + [counted("A5", n) for n in range(30)])


def test_a_window_that_the_records_do_not_fill_is_cut_and_an_empty_one_refused() -> None:
    late = [row for row in town(0, edges=False) if row.received.date() < START + timedelta(weeks=10)]
    assert answer(plan(), late)["periods"] < WEEKS
    with pytest.raises(Invalid, match="no calls on file"):
        answer(plan(), [])
    with pytest.raises(Invalid) as said:
        answer(plan(), [row for row in late if row.received.date() < START])
    assert said.value.field == "design" and said.value.remedy


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=40)
@given(texts, texts, st.sampled_from([7, 28]), st.permutations(AREAS))
def test_the_seal_is_of_the_text_and_of_nothing_else(
    question: str, analysis: str, step: int, order: list[str]
) -> None:
    asked = plan(question=question, analysis=analysis, step=step)
    kept = asked.kept()
    shuffled = replace(asked, starts={area: asked.starts[area] for area in order})
    assert plan_of(kept) == asked and sealed(shuffled.kept()) == sealed(kept)
    assert sealed(kept) == hashlib.sha256(written(kept).encode()).hexdigest()
    assert departures(kept, kept) == []
    other = replace(asked, question=question + "?").kept()
    assert sealed(other) != sealed(kept) and [d["field"] for d in departures(kept, other)] == ["question"]


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"question": "  "}, "question"), ({"expected": "many"}, "expected"), ({"step": 1}, "step"),
        ({"rollout": "slowly"}, "rollout"), ({"design": "guess"}, "design"), ({"last": FIRST}, "last"),
        ({"last": FIRST + timedelta(days=9_000)}, "last"), ({"rollout": "steps"}, "rollout"),
        ({"rollout": "everywhere"}, "rollout"), ({"starts": dict.fromkeys(AREAS)}, "rollout"),
        ({"starts": {"A0": FIRST, "A1": None}}, "first"),
        ({"first": START, "last": START + timedelta(70)}, "first"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_is_named(other: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as said:
        queries.proposed(plan(**other))
    assert said.value.field == field and said.value.remedy


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


@pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "call_taker", "administrator", "analyst"])
def test_whoever_does_not_evaluate_registers_and_analyses_nothing(cast: Cast, role: str) -> None:
    made = actions.register(by=cast["evaluator"], plan=plan())
    for act in (
        lambda: actions.register(by=cast[role], plan=plan()),
        lambda: actions.analyse(by=cast[role], study=made.id),
    ):
        with pytest.raises(Invalid) as said:
            act()
        assert said.value.field == "by"
    assert Study.objects.count() == 1 and not Analysis.objects.exists()


def test_registering_is_journalled_with_its_seal_and_reads_no_call(cast: Cast) -> None:
    by = cast["evaluator"]
    made = actions.register(by=by, plan=plan(design=""))
    [line] = JournalLine.objects.filter(actor=by.id)
    assert line.kind == "evaluation.study_registered" and made.fingerprint in str(line.data)
    assert made.design == "did" and queries.is_sealed(made)
    Study.objects.filter(id=made.id).update(plan={**made.plan, "expected": "more"})
    changed = queries.study(made.id)
    assert not queries.is_sealed(changed)
    with pytest.raises(Invalid, match="no longer fits its seal"):
        actions.analyse(by=cast["evaluator"], study=made.id)
    with pytest.raises(NotFound):
        queries.study(uuid4())


def test_a_departure_takes_a_reason_and_stays_beside_the_answer(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = town(-8)
    monkeypatch.setattr("commonweal.evaluation.registering.calls.extract", lambda *_: iter(rows))
    by = cast["evaluator"]
    made = actions.register(by=by, plan=plan())
    first = actions.analyse(by=by, study=made.id)
    assert first.deviations == []
    with pytest.raises(Invalid) as said:
        analyse(by=by, study=made.id, changes={"series": "behavioural"})
    assert said.value.field == "reason"
    with pytest.raises(Invalid) as said:
        analyse(by=by, study=made.id, changes={"expected": "more"}, reason="it came out so")
    assert said.value.field == "expected"
    cut = (START + timedelta(weeks=9, days=6)).isoformat()
    again = analyse(by=by, study=made.id, changes={"last": cut}, reason="A storm in week ten.")
    assert [d["field"] for d in again.deviations] == ["last"] and again.reason == "A storm in week ten."
    assert list(queries.analyses(made)) == [first, again], "no analysis is ever taken away"
    sentence, doubts, cannot = queries.read_out(first)
    assert sentence.startswith("Told apart from no effect") and doubts and cannot
    kinds = JournalLine.objects.filter(kind="evaluation.study_analysed")
    assert kinds.count() == 2


def test_a_site_without_records_says_so(cast: Cast) -> None:
    made = actions.register(by=cast["evaluator"], plan=plan())
    with pytest.raises(Invalid, match="no calls on file"):
        actions.analyse(by=cast["evaluator"], study=made.id)


@pytest.mark.django_db
def test_real_calls_are_read_through_the_gate() -> None:
    centre = open_centre(staffed=False)
    for _ in range(3):
        centre.call()
    by, today = centre.cast["evaluator"], datetime.now(UTC).date()
    window = {"first": today - timedelta(days=62), "last": today + timedelta(days=1)}
    asked = plan(**window, starts={"": today - timedelta(days=30)}, rollout="everywhere", design="its")
    made = actions.register(by=by, plan=asked)
    with pytest.raises(Invalid, match="do not carry this design"):
        actions.analyse(by=by, study=made.id)
