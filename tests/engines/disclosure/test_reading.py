"""Facts are read strictly: what is not understood becomes a denial, never an error, never a guess."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.disclosure import Clause, Consent, Facts
from commonweal.engines.disclosure.facts import FLAGS
from commonweal.engines.disclosure.reading import NotUnderstood, entry
from engines.disclosure.desk import consent
from spec.disclosure_requests import DEFAULTS

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def test_nothing_said_is_the_published_defaults() -> None:
    assert Facts.read({}) == Facts() == Facts.read(DEFAULTS)


def test_one_consent_becomes_a_tuple_of_one() -> None:
    read = Facts.read({"consent": consent("roi", expires_hours=24, id="c-7")})
    given = Consent("roi", True, True, True, True, expires_hours=24, id="c-7")
    assert read.consents == (given,)
    assert not read.unknown_value


def test_several_consents_and_clauses_may_be_said() -> None:
    clause = {
        "category": "case_plan",
        "fields": ["services"],
        "roles": ["cit_officer"],
        "purposes": ["emergency"],
    }
    read = Facts.read({"consents": [consent("roi"), consent("part2")], "clauses": [clause]})
    assert [given.form for given in read.consents] == ["roi", "part2"]
    expected = Clause(
        frozenset({"services"}), "case_plan", frozenset({"cit_officer"}), frozenset({"emergency"})
    )
    assert read.clauses == (expected,)


@pytest.mark.parametrize("reason", ["", "  ", None])
def test_an_empty_reason_is_kept_as_empty(reason: str | None) -> None:
    assert Facts.read({"break_glass": {"reason": reason}}).break_glass == ""


def test_no_broken_glass_is_none() -> None:
    assert Facts.read({"break_glass": None}).break_glass is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mfa", 1), ("mfa", None), ("mfa", "true"), ("hours_since_incident", -1),
        ("hours_since_incident", True),
        ("hours_since_incident", float("nan")), ("aggregate_cell_n", 11.0), ("aggregate_cell_n", -1),
        ("aggregate_cell_n", True), ("record_count", None), ("source_program", 3), ("jurisdiction", None),
        ("break_glass", "urgent"), ("break_glass", {"reason": "x", "by": "me"}),
        ("break_glass", {"reason": 3}),
        ("consent", []), ("consent", {"complete": True}), ("consent", {"form": "roi", "colour": "blue"}),
        ("consent", {"form": "roi", "complete": "yes"}), ("consents", "roi"), ("consents", [3]),
        ("clauses", {}), ("clauses", [{"category": "case_plan", "fields": "all"}]), ("sunshine", True),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_marked(name: str, value: object) -> None:
    read = Facts.read({name: value})
    assert read.unknown_value
    assert read == Facts(unknown_value=True)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (7, True, "fact name 7 is not a word"),
        ("sunshine", True, "fact 'sunshine' is unknown"),
        ("mfa", 1, "1 is neither true nor false"),
        ("jurisdiction", None, "None is not a word"),
        ("record_count", -1, "-1 is not a count"),
        ("hours_since_incident", "soon", "'soon' is not a number of hours"),
        ("break_glass", "urgent", "break_glass is not an object with a reason"),
        ("consent", [], "consent is not an object of the published shape"),
        ("clauses", [{"colour": "blue"}], "clause is not an object of the published shape"),
        ("clauses", {}, "{} is not a list"),
    ],
)
def test_what_is_not_understood_is_named(name: object, value: object, said: str) -> None:
    with pytest.raises(NotUnderstood) as told:
        entry(name, value, FLAGS)
    assert str(told.value) == said


def test_one_strange_fact_leaves_the_others_read() -> None:
    read = Facts.read({"sunshine": True, "break_glass": {"reason": "help"}})
    assert (read.unknown_value, read.break_glass) == (True, "help")


def test_what_is_no_mapping_at_all_is_marked() -> None:
    assert Facts.read(cast("dict[str, object]", ["mfa"])) == Facts(unknown_value=True)


@given(st.dictionaries(st.sampled_from([*DEFAULTS, "", "consents", "clauses"]), JSON, max_size=6))
def test_reading_never_raises(mapping: dict[str, object]) -> None:
    assert isinstance(Facts.read(mapping), Facts)


def test_an_unknown_value_cannot_be_unsaid_by_order() -> None:
    for pairs in ((("sunshine", 1), ("unknown_value", False)), (("unknown_value", False), ("sunshine", 1))):
        assert Facts.read(dict(pairs)).unknown_value


def test_consent_said_twice_is_not_understood() -> None:
    assert Facts.read({"consent": consent("roi"), "consents": [consent("part2")]}).unknown_value
