"""Early signs: what each rule stands on, a day of last month answered as it was, and nothing else read."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import packs
from commonweal.engines.needs import MEASURES, Moment, NeedsError, Past, Rule, read_rules, sign, tried
from commonweal.engines.needs.instrument import Words

TODAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
PACK: Any = packs.read("signs.yaml")
SHIPPED = {rule.id: rule for rule in read_rules(PACK["rules"])}


def ago(*days: float) -> list[Moment]:
    """Moments so many days before today, the earliest first."""
    return [Moment(f"encounter:{day}", TODAY - timedelta(days=day)) for day in sorted(days, reverse=True)]


def rule(measure: str, window: int = 30, threshold: int = 2, **more: Any) -> Rule:
    return Rule("r", measure, Words("A sentence", "Una frase"), window, threshold, **more)


def days_of(found: tuple[Moment, ...]) -> list[int]:
    return [(TODAY - one.at).days for one in found]


class TestWhatEachRuleSees:
    """One rule, one story, and the story beside it that is no sign."""

    def test_more_contacts_than_before(self) -> None:
        rising = SHIPPED["rising-contacts"]
        assert days_of(sign(rising, Past(met=ago(3, 20)), TODAY)) == [20, 3]
        assert days_of(sign(rising, Past(met=ago(3, 20, 45)), TODAY)) == [20, 3]

    @pytest.mark.parametrize("met", [(3,), (3, 20, 40, 50), (40, 50), ()])
    def test_as_many_as_always_is_no_sign(self, met: tuple[int, ...]) -> None:
        assert sign(SHIPPED["rising-contacts"], Past(met=ago(*met)), TODAY) == ()

    def test_referrals_that_came_to_nothing(self) -> None:
        missed = SHIPPED["missed-referrals"]
        assert days_of(sign(missed, Past(missed=ago(1, 40)), TODAY)) == [40, 1]
        assert sign(missed, Past(missed=ago(1, 46)), TODAY) == ()

    @pytest.mark.parametrize(("ended", "met", "seen"), [
        (20, 10, [20, 10]), (24, 10, [24, 10]), (25, 10, []), (9, 10, []), (40, 30, []),
    ])  # fmt: skip
    def test_a_crisis_soon_after_a_service_ended(self, ended: int, met: int, seen: list[int]) -> None:
        past = Past(met=ago(met), ended=ago(ended))
        assert days_of(sign(SHIPPED["crisis-after-service"], past, TODAY)) == seen

    def test_two_crises_after_one_end_are_two_and_one_after_two_is_one(self) -> None:
        two = rule("crisis_after_service", 14, 2)
        assert days_of(sign(two, Past(met=ago(8, 3), ended=ago(10)), TODAY)) == [10, 8, 3]
        assert sign(two, Past(met=ago(3), ended=ago(10, 8)), TODAY) == ()

    @pytest.mark.parametrize(("late", "is_seen"), [(13.9, False), (14, True), (90, True), (-5, False)])
    def test_a_review_that_waits(self, late: float, is_seen: bool) -> None:
        assert bool(sign(SHIPPED["review-overdue"], Past(review=ago(late)), TODAY)) is is_seen

    @pytest.mark.parametrize(("late", "is_seen"), [(2.9, False), (3, True), (32, True), (33, False)])
    def test_a_contact_that_nobody_made(self, late: float, is_seen: bool) -> None:
        assert bool(sign(SHIPPED["follow-up-missed"], Past(owed=ago(late)), TODAY)) is is_seen

    def test_a_rule_switched_off_is_silent(self) -> None:
        past = Past(met=ago(1, 2, 3))
        assert sign(rule("rising_contacts"), past, TODAY)
        assert sign(rule("rising_contacts", on=False), past, TODAY) == ()


class TestWhatNoRuleReads:
    """Only what happened and when has a way in."""

    def test_no_part_of_the_past_says_what_a_person_is(self) -> None:
        assert {f.name for f in fields(Past)} == {"met", "missed", "ended", "owed", "review"}
        assert {f.name for f in fields(Moment)} == {"id", "at"}
        assert len(MEASURES) == 5 and {one.measure for one in SHIPPED.values()} == set(MEASURES)

    def test_nobody_but_the_cases_workers_can_be_told(self) -> None:
        for told in ("police", "patrol_officer", "supervisor", ""):
            with pytest.raises(NeedsError, match="tells"):
                Rule.read({**rule("review_overdue").plain(), "tells": told})


MOMENTS = st.lists(st.floats(-40, 200), max_size=8).map(lambda days: ago(*days))
PASTS = st.builds(Past, met=MOMENTS, missed=MOMENTS, ended=MOMENTS, owed=MOMENTS, review=MOMENTS)
RULES = st.builds(rule, st.sampled_from(MEASURES), st.integers(1, 120), st.integers(1, 4))


@given(RULES, PASTS)
def test_a_sign_stands_on_enough_and_on_nothing_of_the_future(one: Rule, past: Past) -> None:
    found = sign(one, past, TODAY)
    assert not found or len(found) >= one.threshold
    assert all(moment.at <= TODAY for moment in found)
    assert list(found) == sorted(found, key=lambda moment: moment.at)


@given(RULES, PASTS)
def test_what_comes_later_changes_no_day_that_was(one: Rule, past: Past) -> None:
    then = TODAY - timedelta(days=20)
    known = {name.name: [m for m in getattr(past, name.name) if m.at <= then] for name in fields(Past)}
    assert sign(one, past, then) == sign(one, Past(**known), then)


@given(RULES, PASTS)
def test_asking_for_more_never_finds_more(one: Rule, past: Past) -> None:
    if sign(replace(one, threshold=one.threshold + 1), past, TODAY):
        assert sign(one, past, TODAY)


@given(RULES, st.lists(PASTS, max_size=4))
def test_a_preview_counts_each_case_once_and_each_crisis_within_its_telling(
    one: Rule, pasts: list[Past]
) -> None:
    days = [TODAY - timedelta(days=back) for back in range(29, -1, -1)]
    [found] = tried([one], pasts, days)
    assert found.cases <= len(pasts) and found.cases <= found.told
    assert found.then_crisis <= found.told == len(found.days)


def test_a_preview_tells_once_while_a_sign_stands_and_again_on_something_new() -> None:
    days = [TODAY - timedelta(days=back) for back in range(29, -1, -1)]
    [found] = tried([rule("missed_referrals", 5, 1)], [Past(missed=ago(25, 24, 10), met=ago(15, 1))], days)
    assert (found.told, found.cases, found.then_crisis) == (2, 1, 2)


class TestReading:
    """A rule that cannot be used is refused with its place."""

    @pytest.mark.parametrize(("name", "value"), [
        ("window", 0), ("window", 366), ("window", 1.5), ("window", "ten"), ("threshold", 0),
        ("threshold", 51),
        ("measure", "race"), ("sentence", {"en": "Only"}), ("sentence", {"en": "x" * 161, "es": "y"}),
        ("id", ""), ("neighbourhood", "east"),
    ])  # fmt: skip
    def test_what_is_refused(self, name: str, value: object) -> None:
        with pytest.raises(NeedsError, match=name):
            Rule.read({**rule("review_overdue").plain(), name: value})

    def test_two_rules_of_one_id(self) -> None:
        with pytest.raises(NeedsError, match="twice"):
            read_rules([rule("review_overdue").plain()] * 2)

    def test_there_and_back(self) -> None:
        assert read_rules([one.plain() for one in SHIPPED.values()]) == tuple(SHIPPED.values())
