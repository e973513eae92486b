"""Published scoring rules, as tables; and what holds of every screener."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.needs import Instrument, NeedsError, score

from .packs_for_tests import INSTRUMENTS, instrument, small


def answered(name: str, points: int = 0, **others: int | str) -> dict[str, int | str]:
    """Every item with the same points where it has such an option, else its lowest; then the exceptions."""
    answers: dict[str, int | str] = {}
    for item in instrument(name).items:
        possible = [option.points for option in item.options]
        answers[item.id] = points if points in possible else min(possible)
    return {**answers, **others}


@pytest.mark.parametrize(
    ("total", "band", "positive"),
    [
        (0, "minimal", False),
        (4, "minimal", False),
        (5, "mild", False),
        (9, "mild", False),
        (10, "moderate", True),
        (14, "moderate", True),
        (15, "moderately_severe", True),
        (19, "moderately_severe", True),
        (20, "severe", True),
        (24, "severe", True),
    ],
)
def test_phq9_bands(total: int, band: str, positive: bool) -> None:
    answers = answered("phq9", 0)
    for number in range(1, 9):
        answers[f"phq9_{number}"] = max(0, min(3, total - 3 * (number - 1)))
    found = score(instrument("phq9"), answers)
    assert (found.total, found.result, found.positive, found.suicide_pathway) == (
        total,
        band,
        positive,
        False,
    )


@pytest.mark.parametrize("points", [1, 2, 3])
def test_any_thought_of_death_begins_the_suicide_pathway_whatever_the_total(points: int) -> None:
    found = score(instrument("phq9"), answered("phq9", 0, phq9_9=points))
    assert found.result == "minimal"
    assert found.suicide_pathway


@pytest.mark.parametrize(("points", "result"), [(0, "minimal"), (1, "mild"), (2, "moderate"), (3, "severe")])
def test_gad7_bands(points: int, result: str) -> None:
    assert score(instrument("gad7"), answered("gad7", points)).result == result


@pytest.mark.parametrize(("first", "second", "positive"), [(1, 1, False), (1, 2, True), (3, 0, True)])
def test_phq2_is_positive_from_three(first: int, second: int, positive: bool) -> None:
    assert score(instrument("phq2"), {"phq2_1": first, "phq2_2": second}).positive is positive


@pytest.mark.parametrize(
    ("facts", "positive"),
    [({"sex": "male"}, False), ({"sex": "female"}, True), ({}, True), ({"sex": "x"}, True)],
)
def test_audit_c_of_three_depends_on_sex_and_is_careful_where_it_is_not_known(
    facts: dict[str, str], positive: bool
) -> None:
    answers = {"audit_c_1": "monthly", "audit_c_2": "three_or_four", "audit_c_3": "less_than_monthly"}
    assert score(instrument("audit_c"), answers, facts).positive is positive


def test_audit_c_of_four_is_positive_for_all() -> None:
    answers = {"audit_c_1": 4, "audit_c_2": 0, "audit_c_3": 0}
    assert score(instrument("audit_c"), answers, {"sex": "male"}).positive


def test_who_never_drinks_is_asked_no_more() -> None:
    found = score(instrument("audit_c"), {"audit_c_1": "never"})
    assert (found.total, found.missing, found.settled) == (0, (), True)


@pytest.mark.parametrize(
    ("answers", "result", "suicide"),
    [
        ({}, "negative", False),
        ({"asq_1": "yes"}, "positive", True),
        ({"asq_4": "refused"}, "positive", True),
        ({"asq_3": "yes", "asq_5": "yes"}, "acute", True),
    ],
)
def test_asq(answers: dict[str, int | str], result: str, suicide: bool) -> None:
    found = score(instrument("asq"), answered("asq", 0, **answers))
    assert (found.result, found.suicide_pathway) == (result, suicide)


@pytest.mark.parametrize(
    ("yes", "result"),
    [((), "no_referral"), ((1,), "no_referral"), ((1, 6), "refer"), ((7,), "refer"), ((8,), "refer")],
)
def test_bjmhs_refers_on_seven_or_eight_or_two_of_the_first_six(yes: tuple[int, ...], result: str) -> None:
    answers = answered("bjmhs", 0, **{f"bjmhs_{number}": "yes" for number in yes})
    assert score(instrument("bjmhs"), answers).result == result


@pytest.mark.parametrize(
    ("yes", "total", "result"),
    [
        (["1"], 1, "none"),
        (["1", "2"], 2, "mild"),
        (["1", "2", "3", "4"], 4, "moderate"),
        (["1", "2", "3", "4", "5", "6"], 6, "severe"),
        (["10a", "10b"], 1, "none"),
        (["10a", "10b", "11b"], 2, "mild"),
    ],
)
def test_tcu_counts_each_of_its_pairs_once(yes: list[str], total: int, result: str) -> None:
    answers = answered("tcu_5", 0, **{f"tcu_{name}": "yes" for name in yes})
    found = score(instrument("tcu_5"), answers)
    assert (found.total, found.result) == (total, result)


@pytest.mark.parametrize(
    ("yes", "result"), [(2, "negative"), (3, "possible"), (4, "probable"), (5, "probable")]
)
def test_pc_ptsd(yes: int, result: str) -> None:
    answers = answered("pc_ptsd_5", 0, pc_ptsd_exposure="yes")
    answers |= {f"pc_ptsd_{number + 1}": "yes" for number in range(yes)}
    assert score(instrument("pc_ptsd_5"), answers).result == result


def test_without_a_frightening_event_the_rest_is_not_asked_and_does_not_count() -> None:
    found = score(instrument("pc_ptsd_5"), {"pc_ptsd_exposure": "no", "pc_ptsd_1": "yes"})
    assert (found.total, found.missing) == (0, ())


@pytest.mark.parametrize(
    ("yes", "result"),
    [
        ([], "none"),
        (["1"], "low"),
        (["2", "3"], "moderate"),
        (["2", "4"], "high"),
        (["6_lifetime"], "moderate"),
        (["6_lifetime", "6_past_3_months"], "high"),
    ],
)
def test_columbia_screener(yes: list[str], result: str) -> None:
    answers = answered("cssrs_screener", 0, **{f"cssrs_{name}": "yes" for name in yes})
    assert score(instrument("cssrs_screener"), answers).result == result


def test_the_fifth_question_of_the_asq_is_asked_only_after_a_yes_or_no_answer() -> None:
    calm = {f"asq_{number}": "no" for number in range(1, 5)}
    assert score(instrument("asq"), calm).settled
    worried = score(instrument("asq"), {**calm, "asq_4": "refused"})
    assert (worried.missing, worried.result, worried.could_be) == (("asq_5",), "positive", "acute")


def test_a_missing_answer_makes_the_total_a_range_and_leaves_the_alert_open() -> None:
    answers = answered("phq9", 1)
    del answers["phq9_9"]
    found = score(instrument("phq9"), answers)
    assert (found.total, found.least, found.most) == (None, 8, 11)
    assert (found.result, found.could_be, found.settled) == ("mild", "moderate", False)
    assert (found.alerts, found.possible_alerts, found.missing) == ((), ("suicide",), ("phq9_9",))


def test_of_a_group_the_highest_counts_and_a_gate_only_opens() -> None:
    found = score(Instrument.read(small()), {"gate": "yes", "one": "yes", "two_a": "yes", "two_b": "yes"})
    assert (found.total, found.result, found.alerts) == (4, "high", ("alarm",))


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"phq9_10": 1}, r"answers\.phq9_10: phq9 has no such item"),
        ({"phq9_1": 4}, r"answers\.phq9_1: 4 is not an answer; give one of not_at_all \(0\)"),
        ({"phq9_1": "often"}, "'often' is not an answer"),
        ({"phq9_1": True}, "True is not an answer"),
    ],
)
def test_answers_that_do_not_exist_are_refused(answers: dict[str, int | str], message: str) -> None:
    with pytest.raises(NeedsError, match=message):
        score(instrument("phq9"), answers)


@st.composite
def sittings(draw: st.DrawFn) -> tuple[Instrument, dict[str, str | int]]:
    found = instrument(draw(st.sampled_from(INSTRUMENTS)))
    asked = draw(st.sets(st.sampled_from([item.id for item in found.items])))
    return found, {name: draw(st.sampled_from(found.by_id[name].options)).id for name in sorted(asked)}


@given(sittings(), st.data())
def test_answering_more_narrows_the_range_and_never_withdraws_an_alert(
    sitting: tuple[Instrument, dict[str, str | int]], data: st.DataObject
) -> None:
    found, answers = sitting
    before = score(found, answers)
    item = data.draw(st.sampled_from(found.items))
    if item.id in answers:
        return
    after = score(found, {**answers, item.id: data.draw(st.sampled_from(item.options)).id})
    assert before.least <= after.least <= after.most <= before.most
    assert set(before.alerts) <= set(after.alerts) <= {*before.alerts, *before.possible_alerts}


@given(sittings())
def test_every_sitting_has_a_result_and_a_total_inside_its_range(
    sitting: tuple[Instrument, dict[str, str | int]],
) -> None:
    found, answers = sitting
    scored = score(found, answers)
    ids = [result.id for result in found.results]
    assert ids.index(scored.could_be) <= ids.index(scored.result)
    assert 0 <= scored.least <= scored.most
    assert scored.total in (None, scored.least)
    assert set(scored.missing).isdisjoint(answers)


@given(sittings())
def test_with_nothing_missing_it_is_settled(sitting: tuple[Instrument, dict[str, str | int]]) -> None:
    found, answers = sitting
    full = {item.id: answers.get(item.id, item.options[0].id) for item in found.items}
    scored = score(found, full)
    assert scored.settled and scored.total is not None and not scored.missing
