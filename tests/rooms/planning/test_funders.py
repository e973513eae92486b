"""Funders' forms: what metrics answer, what people answer and why, and the calendar of reports."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.measures import Result
from commonweal.engines.numerics import Interval
from commonweal.evaluation import queries as evaluation
from commonweal.evaluation.queries import Figure
from commonweal.kernel import clock
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.planning import actions, queries
from commonweal.planning.answering import periods
from commonweal.planning.funders import Question, answered
from factories.cast import gather

TODAY = clock.today()
FORMS = queries.funder_forms()


@pytest.fixture(name="cast")
def the_cast(db):
    return gather(partners=False)


@pytest.fixture(name="grant")
def the_grant(cast):
    asked = actions.Asked(
        name="Joint teams", funder="BJA", starts=date(2026, 1, 1), ends=date(2026, 12, 31),
        amount=Decimal(100_000),
    )  # fmt: skip
    return actions.open_grant(by=cast["program_manager"], asked=asked)


@pytest.fixture(name="report")
def the_report(cast, grant):
    return actions.plan_reports(by=cast["program_manager"], grant=grant.id, form="bja_jmhcp")[0]


@pytest.mark.parametrize("code", FORMS)
def test_every_question_has_a_metric_of_the_registry_or_says_why_a_person(code) -> None:
    form = FORMS[code]
    asked = [question for section in form.sections for question in section.questions]
    assert len({question.code for question in asked}) == len(asked) >= 15
    assert any(question.hand for question in asked) and any(question.metric for question in asked)
    for question in asked:
        assert question.text["en"] and question.text["es"] != question.text["en"]
        if question.metric:
            assert question.metric in evaluation.metrics(), question.code
        else:
            assert question.hand and set(question.hand) == {"en", "es"}, question.code


@pytest.mark.parametrize(
    "given_", [{}, {"metric": "x"}, {"metric": "x", "take": "value", "hand": {"en": "why"}}]
)
def test_a_question_without_an_answerer_is_no_question(given_) -> None:
    with pytest.raises(ValueError, match="question q"):
        Question("q", {"en": "?"}, **given_)


def figure(numerator: int | None, denominator: int | None, *, hidden: bool = False) -> Figure:
    """The share of arrests, as counted."""
    metric = evaluation.metrics()["arrest_share"]
    value = None if hidden or not denominator else (numerator or 0) / denominator
    interval = None if value is None else Interval(value, value)
    return Figure(metric, Result(metric.id, metric.version, numerator, denominator, value, interval, hidden))


def arrests(found: Figure, hand: dict[str, dict[str, str]] | None = None) -> dict[str, dict]:
    """The answers about arrests, by question."""
    told = answered(FORMS["bja_jmhcp"], {"arrest_share": found}, hand or {})
    rows = [row for section in told["sections"] for row in section["answers"]]
    return {row["code"]: row for row in rows}


def test_a_question_takes_the_part_of_the_metric_that_it_asks_for() -> None:
    rows = arrests(figure(20, 200))
    assert rows["arrests"]["value"] == 20 and rows["encounters"]["value"] == 200
    assert rows["arrests"]["unit"] == "count" and rows["arrests"]["low"] is None
    assert (rows["arrests"]["numerator"], rows["arrests"]["denominator"]) == (20, 200)


def test_what_suppression_hides_is_in_no_part_of_the_form() -> None:
    rows = arrests(figure(3, 200, hidden=True))
    for row in (rows["arrests"], rows["encounters"]):
        assert row["hidden"] and row["value"] is row["numerator"] is row["denominator"] is None


def test_open_questions_are_those_that_nobody_and_nothing_answers() -> None:
    told = answered(FORMS["bja_jmhcp"], {"arrest_share": figure(20, 200)}, {})
    left = queries.open_questions(told)
    assert "arrests" not in left and {"officers_trained", "calls"} <= set(left)
    hand = {"officers_trained": {"text": "12", "note": "", "by": "x", "at": ""}}
    told = answered(FORMS["bja_jmhcp"], {"arrest_share": figure(20, 200)}, hand)
    assert "officers_trained" not in queries.open_questions(told)


def test_the_calendar_has_one_report_for_each_period_and_never_twice(cast, grant) -> None:
    by = cast["program_manager"]
    made = actions.plan_reports(by=by, grant=grant.id, form="samhsa_grants")
    assert [(one.starts.month, one.ends) for one in made] == [
        (1, date(2026, 3, 31)), (4, date(2026, 6, 30)), (7, date(2026, 9, 30)), (10, date(2026, 12, 31)),
    ]  # fmt: skip
    assert {one.due - one.ends for one in made} == {timedelta(days=30)}
    assert actions.plan_reports(by=by, grant=grant.id, form="samhsa_grants") == []
    assert len(actions.plan_reports(by=by, grant=grant.id, form="bja_jmhcp")) == 2
    assert len(queries.owed_to_funders()) == 6
    with pytest.raises(Invalid, match="Choose a form"):
        actions.plan_reports(by=by, grant=grant.id, form="gold")
    with pytest.raises(NotFound):
        actions.plan_reports(by=by, grant=made[0].id, form="bja_jmhcp")


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 900), st.sampled_from([1, 3, 6, 12]))
def test_periods_cover_the_grant_once_without_a_gap(first: date, days: int, months: int) -> None:
    last = first + timedelta(days=days)
    found = periods(first, last, months)
    assert found[0][0] == first and found[-1][1] == last
    for (_, ends), (starts, _) in zip(found, found[1:], strict=False):
        assert starts == ends + timedelta(days=1)


def test_answers_by_hand_say_who_and_why(cast, report) -> None:
    by = cast["program_manager"]
    made = actions.answer_question(by=by, item=report.id, question="officers_trained", text=" 41 ")
    assert made is not None and (made.text, made.by) == ("41", by.id)
    with pytest.raises(Invalid, match="A metric answers this"):
        actions.answer_question(by=by, item=report.id, question="calls", text="900")
    actions.answer_question(by=by, item=report.id, question="calls", text="900", note="Paper log of May")
    told = actions.draft_form(by=by, item=report)
    rows = {row["code"]: row for section in told["sections"] for row in section["answers"]}
    assert rows["calls"]["hand"]["note"] == "Paper log of May" and rows["calls"]["metric"]
    assert actions.answer_question(by=by, item=report.id, question="calls", text="") is None
    assert report.answers.count() == 1
    with pytest.raises(Invalid, match="no such question"):
        actions.answer_question(by=by, item=report.id, question="gold", text="1")


def test_a_filed_report_takes_no_more_answers(cast, grant, report) -> None:
    by = cast["program_manager"]
    told = {"form": actions.draft_form(by=by, item=report)}
    actions.settle_item(by=by, item=report.id, done=True, filed=told)
    with pytest.raises(Conflict, match="has been filed"):
        actions.answer_question(by=by, item=report.id, question="partners", text="4")
    with pytest.raises(Conflict, match="has been filed"):
        actions.use_form(by=by, item=report.id, form="")


def test_without_a_form_nothing_is_answered(cast, report) -> None:
    by = cast["program_manager"]
    with pytest.raises(Invalid, match="Choose a form"):
        actions.use_form(by=by, item=report.id, form="gold")
    actions.use_form(by=by, item=report.id, form="")
    with pytest.raises(Invalid, match="form of this report first"):
        actions.answer_question(by=by, item=report.id, question="partners", text="4")


def test_a_drafted_report_says_on_what_quality_it_stands(cast, report) -> None:
    told = actions.draft_report(by=cast["program_manager"], item=report)
    assert told["quality"] == {"is_known": False, "open": 0, "explained": 0, "worst": []}


@pytest.mark.parametrize("role", ["evaluator", "analyst", "records_steward"])
def test_others_answer_nothing(cast, report, role) -> None:
    for act in (
        lambda by: actions.use_form(by=by, item=report.id, form=""),
        lambda by: actions.answer_question(by=by, item=report.id, question="partners", text="4"),
        lambda by: actions.plan_reports(by=by, grant=report.grant_id, form="bja_jmhcp"),
        lambda by: actions.draft_form(by=by, item=report),
    ):
        with pytest.raises(Invalid, match="permission"):
            act(cast[role])
