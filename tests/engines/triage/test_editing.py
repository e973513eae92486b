"""Editing, comparing and weighing: what an editor may do to a body, what differs, who is moved."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from commonweal.engines.triage import TIERS, Protocol, ProtocolError, Weighing, differences, editing, validate

from .protocols import small, words


def text(english: str) -> dict[str, str]:
    return words(english)


def test_nothing_is_changed_in_place() -> None:
    """Each edit gives a new body; the old one is as it was."""
    body = small()
    before = deepcopy(body)
    editing.with_rule(body, "", gate=False, when={"mood": "upset"}, tier="T4", sentence=text("Upset."))
    editing.with_question(body, "mood", text("Mood now?"), [editing.Said("calm", "Calm", "En calma")])
    editing.without_rule(body, "lost")
    editing.headed(body, version="9", effective_to=None)
    assert body == before


def test_a_rule_is_added_changed_moved_and_taken_away() -> None:
    body = editing.with_rule(
        small(), "", gate=False, when={"mood": "upset"}, tier="T4", sentence=text("Upset, can talk.")
    )
    made = Protocol.read(body)
    (rule,) = [one for one in made.raises if one.id == "upset_can_talk"]
    assert rule.tier == "T4" and rule.when["mood"] == {"upset", "lost"} and not rule.gate
    body = editing.with_rule(
        body, rule.id, gate=True, when={"mood": "upset"}, tier="T2", sentence=text("Upset, can talk.")
    )
    (rule,) = [one for one in Protocol.read(body).raises if one.id == "upset_can_talk"]
    assert rule.gate and rule.tier == "T2"
    assert "upset_can_talk" not in str(editing.without_rule(body, rule.id))


def test_a_question_gets_an_answer_in_between_and_keeps_its_codes() -> None:
    said = [editing.Said("calm", "Calm", "c"), editing.Said("", "A little upset", "un poco"),
            editing.Said("upset", "Upset", "u"), editing.Said("lost", "Lost", "l")]  # fmt: skip
    body = editing.with_question(small(score={}), "mood", text("Mood?"), said)
    answers = Protocol.read(body).question("mood").answers
    assert [one.id for one in answers] == ["calm", "a_little_upset", "upset", "lost"]
    assert [one.risk for one in answers] == [0, 1, 2, 3]


def test_a_question_that_a_rule_asks_for_stays() -> None:
    with pytest.raises(ProtocolError, match="change these rules first"):
        editing.without_question(small(), "weapon")
    freed = editing.without_rule(small(score={}), "lost")
    assert [q.id for q in Protocol.read(editing.without_question(freed, "mood")).questions] == ["weapon"]


def test_a_new_question_stands_last_under_a_name_of_its_own() -> None:
    answers = [editing.Said("", "Yes", "Sí"), editing.Said("", "Yes!", "¡Sí!"), editing.Said("", "…", "…")]
    body = editing.with_question(small(), "", text("Mood"), answers)
    row = body["questions"][-1]
    assert [one["id"] for one in body["questions"]] == ["weapon", "mood", "mood_2"]
    assert [one["id"] for one in row["answers"]] == ["yes", "yes_2", "part"]
    assert row["answers"][1]["text"] == {"en": "Yes!", "es": "¡Sí!"}


def test_a_question_that_goes_takes_its_points_and_its_records_along() -> None:
    freed = editing.without_question(editing.without_rule(small(), "lost"), "mood")
    assert "mood" not in freed["score"]["points"] and "weapon" in freed["score"]["points"]
    assert all(record["answers"] for record in freed["records"])
    assert [record["answers"] for record in freed["records"]] == [{"weapon": "none"}, {"weapon": "away"}]


def test_days_and_title_are_set_and_an_end_is_taken_away() -> None:
    ended = editing.headed(small(), effective_to="2026-01-01", version="2")
    assert (ended["effective_to"], ended["version"]) == ("2026-01-01", "2")
    assert "effective_to" not in editing.headed(ended, effective_to=None)
    assert editing.headed(small(), effective_to=None) == small()


def test_what_is_no_head_is_refused() -> None:
    with pytest.raises(ProtocolError, match="cannot be changed here"):
        editing.headed(small(), gates=[])


def test_the_same_conditions_with_two_tiers_contradict() -> None:
    rules = [{"id": n, "when": {"mood": "lost"}, "tier": t, "sentence": words(n)} for n, t in
             (("one", "T3"), ("two", "T4"))]  # fmt: skip
    found = {(one.kind, one.about) for one in validate(Protocol.read(small(rules=rules)))}
    assert ("contradiction", "two") in found and ("contradiction", "one") not in found


@pytest.mark.parametrize("name", ["lost", "armed"])
def test_what_differs_is_said_once_and_from_both_sides(name: str) -> None:
    old, new = Protocol.read(small()), Protocol.read(editing.without_rule(small(), name))
    assert [(one.id, one.how) for one in differences(old, new)] == [(name, "removed")]
    assert [(one.id, one.how) for one in differences(new, old)] == [(name, "added")]
    assert not differences(old, old)


TIER = some.sampled_from(TIERS)
CALL = some.tuples(TIER, TIER, some.booleans(), some.sampled_from("abc"))


@settings(max_examples=25)
@given(calls=some.lists(CALL, max_size=60))
def test_every_call_is_weighed_once(calls: list[tuple[str, str, bool, str]]) -> None:
    """Load before and after is the number of calls; shares add up; misses are a plain count."""
    found = Weighing()
    newly = [found.add(o, n, urgent=u, groups={"area": g}) for o, n, u, g in calls]
    assert found.old.total() == found.new.total() == found.calls == len(calls)
    assert found.moves.total() == sum(o != n for o, n, _u, _g in calls)
    assert found.new_missed == sum(u and n >= "T3" for _o, n, u, _g in calls)
    assert sum(newly) >= found.new_missed - found.old_missed
    shares: list[Any] = found.shares("area")
    assert sum(one.calls for one in shares) == len(calls)
    assert sum(one.moved for one in shares) == sum(n > o for o, n, _u, _g in calls)
    assert all(one.interval.low <= one.share <= one.interval.high for one in shares if one.calls)


def test_of_no_calls_nothing_is_known() -> None:
    """No share is claimed where nothing was weighed: its interval is everything."""
    nothing = Weighing()
    assert nothing.shares("area") == [] and nothing.calls == 0
    assert (nothing.interval(0).low, nothing.interval(0).high) == (0.0, 1.0)
    nothing.add("T2", "T3", urgent=True, groups={})
    assert nothing.interval(1).high == 1.0 and nothing.interval(1).low > 0.0
    assert nothing.shares("area") == [] and nothing.moves == {("T2", "T3"): 1}


def test_a_group_that_is_moved_more_than_all_others_is_marked() -> None:
    """Two hundred calls each; one group in two, the others one in twenty. Small groups stand together."""
    found = Weighing()
    for group, every in (("east", 2), ("west", 20), ("south", 20)):
        for n in range(200):
            found.add("T2", "T3" if n % every == 0 else "T2", urgent=False, groups={"area": group})
    for n in range(5):
        found.add("T2", "T2", urgent=True, groups={"area": f"tiny{n}"})
    marked = {one.group: one.apart for one in found.shares("area")}
    assert marked["east"] and set(marked) == {"east", "west", "south", ""}
