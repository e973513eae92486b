"""Before a study: what its design could show is reckoned from the past alone, and said in words."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from commonweal.evaluation import actions, queries
from commonweal.evaluation.estimating import tabled
from commonweal.evaluation.foreseeing import foresee, past_of, told
from commonweal.evaluation.plans import Plan, sealed
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from commonweal.web.evaluator.foreseen import basis, chances, in_words
from factories.cast import Cast, gather
from rooms.evaluation.test_studies import AREAS, START, plan, town


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


def halves(**other: Any) -> Plan:
    """Four of eight areas by lot."""
    starts = {area: START if area in AREAS[:4] else None for area in AREAS}
    return plan(**{"starts": starts, "rollout": "lot", "design": "cluster_randomised", **other})


def foreseen(asked: Plan, rows: list[Any]) -> Plan:
    """The plan with what it could show."""
    before = past_of(asked)
    smallest = asked.proposed().smallest_p
    return replace(asked, power=told(asked, before, tabled(before, rows), smallest, 11))


def test_the_past_ends_where_it_begins_and_reaches_as_far_back_as_the_study_is_long() -> None:
    before = past_of(plan())
    assert before.last == START - timedelta(days=1) and before.periods == 52
    ahead = clock.today() + timedelta(weeks=10)
    later = plan(
        starts={a: ahead for a in AREAS}, first=ahead - timedelta(weeks=4), last=ahead + timedelta(weeks=90)
    )
    assert (
        past_of(later).last == clock.today() - timedelta(days=1) and past_of(later).periods == later.periods
    )


def test_what_could_be_seen_is_said_in_words_with_its_basis() -> None:
    """Twenty calls a week and area, by chance alone: about a tenth more or fewer would be seen."""
    asked = foreseen(halves(), town(0))
    assert 0.02 < asked.power["share"] < 0.2 and asked.power["areas"] == 8
    said = in_words(asked)
    assert (
        said.startswith("With 8 areas and 9 months you could see a fall of") and "look like nothing" in said
    )
    assert "20 periods" in basis(asked) and "intraclass correlation" in basis(asked)
    assert [size for size, _ in chances(asked)] == ["10 %", "20 %", "30 %", "50 %"]
    assert chances(asked)[-1][1] == "more than 9 in 10"
    with translation.override("es"):
        assert in_words(asked).startswith("Con 8 zonas y 9 meses podría verse una caída del")
    for expected, words in (("more", "a rise of"), ("unsure", "a change of")):
        assert words in in_words(replace(asked, expected=expected))


def test_three_areas_are_told_that_nothing_can_be_seen() -> None:
    few = {area: START if area == "A0" else None for area in AREAS[:3]}
    asked = foreseen(halves(starts=few), town(0))
    assert asked.power["share"] is None and "no effect could be told apart from chance" in in_words(asked)
    assert {chance for _, chance in chances(asked)} == {"fewer than 1 in 10"}


def test_too_little_past_is_said_and_none_of_it_is_guessed() -> None:
    late = [row for row in town(0) if START - timedelta(weeks=3) <= row.received.date() < START]
    asked = foreseen(halves(), late)
    assert asked.power == {"why": "little"} and "Too little is on file" in in_words(asked)
    assert basis(asked) == "" and chances(asked) == [] and in_words(plan()) == ""


def test_a_fall_to_nothing_that_would_be_missed_is_called_that() -> None:
    asked = replace(halves(), power={"share": 1.4, "areas": 8, "past": 20, "mean": 2.0, "icc": None})
    assert "even a fall to nothing" in in_words(asked) and "intraclass" not in basis(asked)


@pytest.mark.parametrize("seed", [3, 4])
def test_nothing_from_after_the_start_is_looked_at(seed: int) -> None:
    """Whatever happens afterwards, the same is foreseen."""
    quiet, loud = town(0, seed=seed), town(9, seed=seed + 1)
    before = [row for row in quiet if row.received.date() < START]
    after = [row for row in loud if row.received.date() >= START]
    assert foreseen(halves(), quiet).power == foreseen(halves(), before + after).power


def test_it_is_sealed_with_the_plan_and_old_plans_stand_without_it(cast: Cast) -> None:
    asked = foreseen(halves(), town(0))
    made = actions.register(by=cast["evaluator"], plan=asked)
    assert queries.plan_of(made.plan).power == asked.power and queries.is_sealed(made)
    bare = {name: value for name, value in asked.kept().items() if name not in ("power", "draw")}
    assert queries.plan_of(bare).power == {} and sealed(bare) != made.fingerprint


def test_a_site_without_a_past_says_so_and_others_may_not_ask(cast: Cast) -> None:
    assert foresee(by=cast["evaluator"], plan=halves()) == {"why": "empty"}
    for role in ("patrol_officer", "analyst", "administrator"):
        with pytest.raises(Invalid) as said:
            foresee(by=cast[role], plan=halves())
        assert said.value.field == "by"


@pytest.mark.parametrize("design", ["did", "its", "staggered", "stepped_wedge", "cluster_randomised"])
def test_every_design_of_the_wizard_is_foreseen(design: str) -> None:
    later = {area: START + timedelta(weeks=4 * (n % 4)) if n < 6 else None for n, area in enumerate(AREAS)}
    starts: dict[str, dict[str, date | None]] = {
        "its": dict.fromkeys(AREAS, START), "staggered": later,
        "stepped_wedge": {area: START + timedelta(weeks=n) for n, area in enumerate(AREAS)},
    }  # fmt: skip
    rollouts = {
        "its": "everywhere",
        "staggered": "steps",
        "stepped_wedge": "lot",
        "cluster_randomised": "lot",
    }
    asked = halves(
        design=design, starts=starts.get(design, halves().starts), rollout=rollouts.get(design, "once")
    )
    share = foreseen(asked, town(0)).power["share"]
    assert isinstance(share, float) and 0 < share < 0.6
