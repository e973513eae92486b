"""The joint needs assessment, its change over time, and the pathways that findings begin."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import packs
from commonweal.engines.needs import (
    Matrix,
    NeedsError,
    Pathway,
    agenda,
    assess,
    begun,
    progress,
    score,
)

from .packs_for_tests import PATHWAYS, instrument, matrix, pathway, words

DOMAINS = [domain.id for domain in matrix().domains]
LEVELS = st.dictionaries(st.sampled_from(DOMAINS), st.none() | st.integers(1, 5))


def test_there_are_ten_domains_and_the_directory_knows_each() -> None:
    needs: Any = packs.read("directory/needs.yaml")
    assert len(DOMAINS) == 10
    assert set(DOMAINS) <= set(needs["needs"])


def test_the_greatest_needs_come_lowest_first() -> None:
    found = assess(matrix(), {"food": 2, "shelter": 1, "health": 4, "safety": None})
    assert found.greatest == ("shelter", "food")
    assert (found.average, found.in_crisis) == (2.33, True)
    assert "safety" in found.unanswered


def test_nobody_asked_anything_yet() -> None:
    found = assess(matrix(), {})
    assert (found.average, found.greatest, found.in_crisis) == (None, (), False)
    assert found.unanswered == tuple(DOMAINS)


def test_progress_compares_only_what_was_asked_both_times() -> None:
    before = assess(matrix(), {"food": 1, "shelter": 3, "health": 4})
    after = assess(matrix(), {"food": 3, "shelter": 2, "safety": 5})
    change = progress(before, after)
    assert (change.by_domain, change.better, change.worse) == (
        {"shelter": -1, "food": 2},
        ("food",),
        ("shelter",),
    )
    assert change.average == 0.5
    assert progress(before, assess(matrix(), {})).average is None


@pytest.mark.parametrize(
    ("levels", "message"),
    [
        ({"luck": 3}, r"levels\.luck: no such domain; use shelter"),
        ({"food": 0}, r"levels\.food: 0 is no level; give 1 to 5 or none"),
        ({"food": 6}, "6 is no level"),
        ({"food": True}, "True is no level"),
    ],
)
def test_levels_that_do_not_exist_are_refused(levels: dict[str, int | None], message: str) -> None:
    with pytest.raises(NeedsError, match=message):
        assess(matrix(), levels)


@given(LEVELS, LEVELS)
def test_progress_one_way_is_the_opposite_the_other_way(
    first: dict[str, int | None], second: dict[str, int | None]
) -> None:
    one, other = assess(matrix(), first), assess(matrix(), second)
    there, back = progress(one, other), progress(other, one)
    assert {name: -step for name, step in back.by_domain.items()} == dict(there.by_domain)
    assert (there.better, there.worse) == (
        tuple(name for name in there.by_domain if name in back.worse),
        tuple(name for name in there.by_domain if name in back.better),
    )


@given(LEVELS)
def test_answered_and_unanswered_make_the_whole(levels: dict[str, int | None]) -> None:
    found = assess(matrix(), levels)
    assert sorted([*found.levels, *found.unanswered]) == sorted(DOMAINS)
    assert set(found.greatest) == {name for name, level in found.levels.items() if level <= 2}


def test_a_matrix_needs_five_levels_a_domain() -> None:
    domain = {"id": "x", "title": words("X"), "levels": [words("a")]}
    with pytest.raises(NeedsError, match=r"levels: are 1; write 5"):
        Matrix.read({"matrix": "m", "version": "1", "title": words("M"), "domains": [domain]})
    with pytest.raises(NeedsError, match="domains: are missing"):
        Matrix.read({"matrix": "m", "version": "1", "title": words("M"), "domains": []})


def test_a_thought_of_death_begins_the_suicide_pathway_and_a_cold_night_the_other() -> None:
    every = [pathway(name) for name in PATHWAYS]
    dark = score(instrument("phq9"), {"phq9_9": 1})
    assert begun(every, [dark]) == ("suicide",)
    assert begun(every, assessment=assess(matrix(), {"shelter": 1, "safety": 2})) == ("tonight",)
    assert begun(every) == ()


def test_the_agenda_shows_what_can_begin_first_and_what_is_late() -> None:
    tasks = agenda(pathway("suicide"), 20, ["stay"])
    assert (tasks[0].step.id, tasks[0].minutes_left, tasks[0].is_overdue) == ("ask", -5, True)
    assert [task.is_ready for task in tasks] == sorted((task.is_ready for task in tasks), reverse=True)
    plan = next(task for task in tasks if task.step.id == "safety_plan")
    assert not plan.is_ready
    assert next(
        t for t in agenda(pathway("suicide"), 20, ["stay", "ask"]) if t.step.id == "safety_plan"
    ).is_ready


@pytest.mark.parametrize("name", PATHWAYS)
def test_every_pathway_can_be_walked_to_its_end(name: str) -> None:
    done: list[str] = []
    while tasks := agenda(pathway(name), 0, done):
        assert tasks[0].is_ready
        done.append(tasks[0].step.id)
    assert len(done) == len(pathway(name).steps)


def test_a_step_that_does_not_exist_cannot_be_done() -> None:
    with pytest.raises(NeedsError, match="'jump' is no step of suicide"):
        agenda(pathway("suicide"), 0, ["jump"])


STEP = {"id": "a", "text": words("A"), "within_minutes": 5, "role": "clinician"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"begins_on": {}}, "names nothing"),
        ({"steps": []}, "steps: are missing"),
        ({"steps": [STEP, STEP]}, "stands twice"),
        ({"steps": [{**STEP, "after": ["b"]}]}, "'b' is not among"),
        ({"steps": [{**STEP, "within_minutes": -1}]}, "not a whole number"),
    ],
)
def test_a_faulty_pathway_is_refused(changes: dict[str, object], message: str) -> None:
    sound = {
        "pathway": "p",
        "version": "1",
        "title": words("P"),
        "source": "tests",
        "begins_on": {"alerts": ["suicide"]},
        "steps": [STEP],
    }
    assert Pathway.read(sound).steps[0].id == "a"
    with pytest.raises(NeedsError, match=message):
        Pathway.read({**sound, **changes})
