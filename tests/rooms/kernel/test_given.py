"""What is not on the list of an act's facts is never taken, whoever sends it."""

from typing import TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.kernel.errors import Invalid
from commonweal.kernel.given import checked


class Base(TypedDict, total=False):
    """Facts of everything."""

    name: str


class Facts(Base, total=False):
    """Facts of one thing."""

    size: int | None
    open: bool


@given(
    some.fixed_dictionaries(
        {}, optional={"name": some.text(), "size": some.none() | some.integers(), "open": some.booleans()}
    )
)
def test_what_fits_passes_and_stays(facts: dict[str, object]) -> None:
    before = dict(facts)
    checked(facts, Facts)
    assert facts == before


@given(some.text().filter(lambda name: name not in ("name", "size", "open")))
def test_any_other_name_is_refused_with_the_list(name: str) -> None:
    with pytest.raises(Invalid) as said:
        checked({"name": "x", name: 1}, Facts)
    assert (said.value.field, said.value.value) == ("facts", name)
    assert said.value.remedy == "Use: name, size, open."


@pytest.mark.parametrize(
    ("name", "wrong", "kinds"),
    [("name", 1, "str."), ("name", None, "str."), ("size", "1", "int or nothing."), ("open", "yes", "bool.")],
)
def test_a_value_of_another_kind_is_named_with_what_fits(name: str, wrong: object, kinds: str) -> None:
    with pytest.raises(Invalid) as said:
        checked({name: wrong}, Facts)
    assert (said.value.field, said.value.value) == (name, wrong) and said.value.remedy.endswith(kinds)
