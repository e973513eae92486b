"""An evaluator's answers and the design that asks least of them; contradictions are named."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.effects.cautions import in_words
from commonweal.engines.effects.differences import did
from commonweal.engines.effects.proposing import BECAUSE, DRAWN, Answers, propose, smallest_p, why
from commonweal.engines.effects.reading import cannot_show
from commonweal.engines.effects.values import PanelRow


def answers(rollout: str, *starts: int | None, periods: int = 30) -> Answers:
    """Units named by number."""
    return Answers(rollout, {str(n): start for n, start in enumerate(starts)}, periods)


@pytest.mark.parametrize(
    ("told", "design"),
    [
        (answers("everywhere", 10, 10, 10), "its"),
        (answers("steps", 10, 15, None), "staggered"),
        (answers("steps", 10, 15, 20), "staggered"),
        (answers("once", 15, *[None] * 6), "synthetic_control"),
        (answers("once", 15, *[None] * 3), "did"),
        (answers("once", 5, *[None] * 8), "did"),
        (answers("lot", 15, *[None] * 8), "cluster_randomised"),
        (answers("lot", 15, 15, 15, None, None, None), "cluster_randomised"),
        (answers("lot", 10, 15, 20), "stepped_wedge"),
        (answers("lot", 10, 15, None), "stepped_wedge"),
        (answers("lot", 10, 10), "its"),
    ],
)
def test_the_design_that_asks_least(told: Answers, design: str) -> None:
    found = propose(told)
    assert found.design == design and why(found, "en") and why(found, "es") != why(found, "en")
    assert cannot_show(found.design), "every design that is proposed says what it cannot show"
    assert ({"lot", "steps_by_lot"} & set(found.because) != set()) is (design in DRAWN)


def test_what_is_not_at_hand_is_not_proposed() -> None:
    told = answers("once", 15, *[None] * 6)
    assert propose(told, available=("did", "staggered", "its")).design == "did"
    by_lot = propose(answers("lot", 15, *[None] * 6), available=("did", "staggered", "its"))
    assert by_lot.design == "did" and "by_lot" in by_lot.because


@pytest.mark.parametrize(
    ("rollout", "starts", "says"),
    [
        ("once", (10, 12, None), "2 different starts; say 'steps'"),
        ("steps", (10, 10, None), "every start is the same; say 'once'"),
        ("everywhere", (10, None), "some units never had it"),
        ("once", (None, None), "no unit ever had the change"),
        ("once", (0, None), "period 0; a start lies after the first"),
        ("once", (30, None), "period 30"),
        ("slowly", (3, None), "rollout: 'slowly'; use one of once"),
    ],
)
def test_answers_that_contradict_one_another_are_named(
    rollout: str, starts: tuple[int | None, ...], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        answers(rollout, *starts)


def test_few_treated_areas_are_told_the_best_they_can_hope_for() -> None:
    """Two of eight: one assignment of twenty-eight, so that no p below 0.036 can come out."""
    found = propose(answers("once", 10, 10, *[None] * 6))
    [few] = [caution for caution in found.cautions if caution.code == "few_treated"]
    assert found.smallest_p == pytest.approx(1 / 28) and dict(few.params)["smallest"] == 0.036
    assert "No p below 0.036" in in_words(few) and "un p menor que 0,036" in in_words(few, "es")
    many = propose(answers("once", *[10] * 12, *[None] * 12))
    assert "few_treated" not in [caution.code for caution in many.cautions]


def test_a_lot_over_few_areas_says_what_it_can_reach() -> None:
    """Three of six by lot: one draw of twenty and its mirror; six in three steps: one of ninety."""
    found = propose(answers("lot", *[10] * 3, *[None] * 3))
    [few] = found.cautions
    assert few.code == "few_drawn" and dict(few.params) == {"clusters": 3, "smallest": 0.1}
    assert "No p below 0.1" in in_words(few) and "sorteo" in in_words(few, "es")
    steps = propose(answers("lot", 5, 5, 9, 9, 13, 13))
    [few] = steps.cautions
    assert few.code == "few_steps" and dict(few.params)["clusters"] == 6
    assert steps.smallest_p == pytest.approx(1 / 90)


def on(begun: int | None, time: int) -> bool:
    """Whether the change was in force."""
    return begun is not None and time >= begun


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(2, 5))
def test_the_promised_p_is_the_one_that_the_permutation_keeps(treated: int, never: int, start: int) -> None:
    """What is promised before seeing is what the analysis can reach."""
    told = answers("once", *[start] * treated, *[None] * never, periods=7)
    rows = [
        PanelRow(
            unit, time, (int(unit) * 31 + time * time * 17) % 97 + 40.0 * on(begun, time), on(begun, time)
        )
        for unit, begun in told.starts.items() for time in range(told.periods)
    ]  # fmt: skip
    shuffle = did(rows).diagnostics["randomisation"]
    assert isinstance(shuffle, dict)
    assert shuffle["smallest_attainable_p"] == pytest.approx(smallest_p(told))


@given(st.lists(st.none() | st.integers(1, 9), min_size=1, max_size=9).filter(any))
def test_some_design_fits_whatever_happened(starts: list[int | None]) -> None:
    kinds, never = {s for s in starts if s}, None in starts
    rollout = "steps" if len(kinds) > 1 else "once"
    found = propose(answers(rollout, *starts, periods=10))
    assert (found.design == "its") is (len(kinds) == 1 and not never)
    assert set(found.because) <= set(BECAUSE)
    assert found.smallest_p is None or 0 < found.smallest_p <= 1
