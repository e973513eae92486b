"""An answer is minted by the engine alone: it cannot be made, changed, extended, copied or stored."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

from commonweal.engines.disclosure import Forged, Permit, Question, Refusal
from engines.disclosure.desk import ON_CALL, ask

SOURCE = Path(__file__).parents[3] / "src" / "commonweal"
QUESTION = Question("patrol_officer", "call_facts", "emergency")


@pytest.fixture
def permit() -> Permit:
    verdict = ask("patrol_officer", "call_facts", "emergency", **ON_CALL)
    assert isinstance(verdict, Permit)
    return verdict


@pytest.fixture
def refusal() -> Refusal:
    verdict = ask("patrol_officer", "call_facts", "emergency")
    assert isinstance(verdict, Refusal)
    return verdict


@pytest.mark.parametrize("mint", [None, object(), True, "mint"])
def test_nobody_else_makes_a_permit(mint: object) -> None:
    with pytest.raises(Forged, match="^a Permit or Refusal is made by .*decide alone; ask the gate"):
        Permit(QUESTION, "allow", frozenset({"nature"}), (), frozenset(), None, (), mint)


@pytest.mark.parametrize("mint", [None, object()])
def test_nobody_else_makes_a_refusal(mint: object) -> None:
    with pytest.raises(Forged):
        Refusal(QUESTION, (), frozenset(), tuple, mint)


def test_a_permit_is_not_widened(permit: Permit) -> None:
    with pytest.raises(FrozenInstanceError):
        permit.fields = frozenset({"ssn_last4"})  # type: ignore[misc]
    with pytest.raises((ValueError, TypeError)):
        replace(permit, fields=frozenset({"ssn_last4"}))


@pytest.mark.parametrize("kind", [Permit, Refusal])
def test_a_verdict_is_not_extended(kind: type) -> None:
    with pytest.raises(Forged, match="extended"):
        type("Skeleton", (kind,), {})
    for name, module in ((kind.__name__, "elsewhere"), ("Skeleton", kind.__module__)):
        with pytest.raises(Forged, match="extended"):
            type(name, (kind,), {"__module__": module})


def test_only_the_two_answers_themselves_stand_on_their_base() -> None:
    """The rule that refuses every heir lets through the engine's own two, by name and place."""
    base = Permit.__mro__[1]
    for name in ("Permit", "Refusal"):
        assert type(name, (base,), {"__module__": Permit.__module__}).__name__ == name
    for name, module in (("Permission", Permit.__module__), ("Permit", "elsewhere")):
        with pytest.raises(Forged, match="^a Permit or Refusal cannot be extended$"):
            type(name, (base,), {"__module__": module})


def test_a_verdict_is_not_stored_or_copied(permit: Permit, refusal: Refusal) -> None:
    for verdict in (permit, refusal):
        with pytest.raises(Forged) as told:
            pickle.dumps(verdict)
        assert str(told.value) == (
            "a Permit or Refusal is not stored or sent; keep the question and ask again"
        )
        with pytest.raises(Forged):
            copy.copy(verdict)


def test_a_permit_shows_what_it_names(permit: Permit) -> None:
    assert permit.shows("nature")
    assert not permit.shows("ssn_last4")
    assert permit.expires_hours is None
    assert permit.question == QUESTION


def test_a_refusal_shows_nothing(refusal: Refusal) -> None:
    assert (refusal.decision, refusal.fields) == ("deny", frozenset())
    assert refusal.acknowledged


def test_only_the_engine_knows_the_mint() -> None:
    """The token's module may be imported for its types; its token, and the building of answers, may not."""
    strangers = [
        str(file.relative_to(SOURCE))
        for file in SOURCE.rglob("*.py")
        if "engines/disclosure" not in file.as_posix() and "MINT" in file.read_text(encoding="utf-8").split()
    ]
    assert strangers == []
