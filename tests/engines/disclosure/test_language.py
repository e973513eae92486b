"""The language of conditions: what it says, and everything that it refuses to be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.engines.disclosure.language import PolicyError, Words, condition

Scene = dict[str, object]


def flag(name: str) -> Callable[[Scene], bool]:
    return lambda scene: scene[name] is True


def value(name: str) -> Callable[[Scene], object]:
    return lambda scene: scene.get(name)


WORDS: Words[Scene] = Words(
    flags={name: flag(name) for name in "abcde"},
    values={"colour": value("colour"), "hours": value("hours")},
    lists={"warm": frozenset({"red", "orange"})},
    plain=frozenset({"red", "orange", "blue"}),
)
flags = st.fixed_dictionaries({name: st.booleans() for name in "abcde"})


def holds(text: object, **scene: object) -> bool:
    return condition(text, WORDS, "rule")({**dict.fromkeys("abcde", False), **scene})


def expressions() -> st.SearchStrategy[str]:
    """Conditions of any depth, as text; Python reads the same text the same way."""
    return st.recursive(
        st.sampled_from("abcde"),
        lambda inner: st.one_of(
            inner.map(lambda text: f"not ({text})"),
            st.lists(inner, min_size=2, max_size=6).map(lambda parts: " and ".join(f"({p})" for p in parts)),
            st.lists(inner, min_size=2, max_size=6).map(lambda parts: " or ".join(f"({p})" for p in parts)),
        ),
        max_leaves=12,
    )


@given(expressions(), flags)
def test_a_condition_means_what_it_reads_like(text: str, scene: dict[str, bool]) -> None:
    assert condition(text, WORDS, "rule")(dict(scene)) == eval(text, {}, scene)


@pytest.mark.parametrize(
    ("text", "scene", "expected"),
    [
        (True, {}, True), (False, {}, False), ("a", {"a": True}, True), ("not a", {"a": True}, False),
        ("colour == red", {"colour": "red"}, True), ("colour == red", {}, False),
        ("colour != red", {}, True), ("colour in warm", {"colour": "orange"}, True),
        ("colour in warm", {}, False), ("colour not in warm", {"colour": "blue"}, True),
        ("colour in (red, blue)", {"colour": "blue"}, True), ("colour", {"colour": "blue"}, True),
        ("colour", {}, False), ("hours <= 72", {"hours": 72}, True),
        ("hours <= 72", {"hours": 72.5}, False), ("hours <= 72", {}, False),
        ("hours >= 11", {"hours": 11}, True), ("hours >= 11", {}, False),
        ("hours", {"hours": 0}, True), ("  a\n  or b ", {"b": True}, True),
    ],
)  # fmt: skip
def test_words_values_and_lists(text: object, scene: Scene, expected: bool) -> None:
    assert holds(text, **scene) is expected


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a and", "does not parse"), ("f", "neither a fact nor a term"),
        ("colour == green", "vocabulary"),
        ("colour in cold", "not a list"), ("a == red", "no value to compare"),
        ("hours < 3", "only <= and >="),
        ("hours <= red", "not a number"), ("print(a)", "not allowed"), ("a.b", "not allowed"),
        ("__import__('os')", "not allowed"), ("a if b else c", "not allowed"),
        ("1 <= hours <= 3", "not allowed"),
        ("lambda: a", "not allowed"), ("colour == 'red'", "vocabulary"), ("[a]", "not allowed"),
        (3, "is not text"), (None, "is not text"), ("", "does not parse"),
    ],
)  # fmt: skip
def test_whatever_else_is_refused_with_the_rule_named(text: object, complaint: str) -> None:
    with pytest.raises(PolicyError, match=f"rule: .*{complaint}"):
        condition(text, WORDS, "rule")
