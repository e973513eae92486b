"""A state pack can only narrow: on those that ship, on packs made at random, on attempts to cheat."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal import packs
from commonweal.engines.disclosure import Clause, Facts, Permit, Policy, PolicyError, Question, decide
from commonweal.engines.disclosure.facts import FLAGS
from engines.disclosure.desk import FEDERAL, ON_CALL, OPENED, POLICY, UK, Request, answer, requests
from engines.disclosure.test_compiling import Pack, pack
from spec.disclosure_requests import ACTORS, CATEGORIES, FORMS, ORIGINS, PROCESSES, PURPOSES

BASE, KINGDOM = pack(FEDERAL), pack(UK)
STATES = ("us_california", "us_illinois")
LAID = {name: Policy.compile([BASE, KINGDOM, pack(f"policy/{name}.yaml")]) for name in STATES}
LAID["both"] = Policy.compile([BASE, KINGDOM, *(pack(f"policy/{name}.yaml") for name in STATES)])
GROUNDS = "role premises consent agreement process locate threat custody medical break_glass totals research"
OBLIGATIONS = ("post_review", "alert_privacy", "no_acknowledgement", "time_limit", "log_disclosure")
VALUES: Mapping[str, tuple[str, ...]] = {
    "actor": tuple(ACTORS), "category": tuple(CATEGORIES), "purpose": tuple(PURPOSES),
    "origin": tuple(ORIGINS), "legal_process": tuple(PROCESSES),
}  # fmt: skip
BASE_TERMS = ("on_call", "care", "treating", "own", "totals", "identified", "home", "threat", "mine_only")


def _atom(random: Random) -> str:
    kind = random.random()
    if kind < 0.4:
        return random.choice([*sorted(FLAGS), *BASE_TERMS])
    if kind < 0.5:
        return f"hours_since_incident {random.choice(['<=', '>='])} {random.choice([0, 24, 72])}"
    name = random.choice(sorted(VALUES))
    chosen = random.sample(VALUES[name], random.randint(1, 4))
    return f"{name} in ({', '.join(chosen)},)" if kind < 0.8 else f"{name} != {chosen[0]}"


def said(random: Random, depth: int = 2) -> str:
    """A condition at random."""
    if depth == 0 or random.random() < 0.3:
        return f"not {_atom(random)}" if random.random() < 0.3 else _atom(random)
    joint = random.choice([" and ", " or "])
    return "(" + joint.join(said(random, depth - 1) for _ in range(2)) + ")"


def _limit(random: Random, number: int) -> dict[str, object]:
    fields = sorted(POLICY.categories[random.choice(CATEGORIES)])
    spares = [
        {"grounds": random.sample(GROUNDS.split(), random.randint(0, 4)), "forms": random.sample(FORMS, 1),
         "when": said(random, 1)}
        for _ in range(random.randint(0, 2))
    ]  # fmt: skip
    limit: dict[str, object] = {"id": f"xx.limit.{number}", "when": said(random), "says": "Less.",
                                "spares": spares}  # fmt: skip
    return limit | ({"removes": random.sample(fields, 1)} if random.random() < 0.5 else {})


def made_up(random: Random, kind: str = "state") -> Pack:
    """A pack at random that uses everything a state or site may write."""
    bars = [
        {"id": f"xx.bar.{n}", "when": f"{said(random)} and {said(random)}", "says": "No.",
         "stage": random.choice(["gate", "purpose", "state", "site"])}
        for n in range(random.randint(0, 2))
    ]  # fmt: skip
    duties = [
        {"id": f"xx.duty.{n}", "owes": random.choice(OBLIGATIONS), "upon": random.choice(["grant", "any"]),
         "when": said(random), "hours": random.choice([1, 0.5, 100]), "says": "More."}
        for n in range(2)
    ]  # fmt: skip
    return {
        "pack": "us_random", "version": "1", "kind": kind, "jurisdiction": "US",
        "terms": {"mine_only": said(random).replace("mine_only", "own")}, "bars": bars,
        "limits": [_limit(random, n) for n in range(random.randint(1, 3))], "duties": duties,
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(LAID))
@given(request=requests)
def test_allowed_with_a_shipped_pack_is_allowed_without(name: str, request: Request) -> None:
    assert answer(request, LAID[name]).fields <= answer(request).fields


@pytest.mark.parametrize("kind", ["state", "site"])
@given(seed=st.integers(0, 2**32), asked=st.lists(requests, min_size=20, max_size=20))
@settings(deadline=None, max_examples=30)
def test_allowed_with_any_pack_is_allowed_without(kind: str, seed: int, asked: list[Request]) -> None:
    laid = Policy.compile([BASE, KINGDOM, made_up(Random(seed), kind)])
    for request in asked:
        less, more = answer(request, laid), answer(request)
        assert less.fields <= more.fields
        if isinstance(less, Permit) and isinstance(more, Permit) and less.fields == more.fields:
            assert less.obligations >= more.obligations


def test_packs_made_at_random_do_narrow_something() -> None:
    """So that the property above is not proved on packs that never fire."""
    narrowed = 0
    for seed in range(12):
        laid = Policy.compile([BASE, KINGDOM, made_up(Random(seed))])
        narrowed += any(answer(request, laid).fields < answer(request).fields for request in OPENED[:300])
    assert narrowed > 6


@pytest.mark.parametrize("name", STATES)
def test_each_shipped_pack_narrows_something(name: str) -> None:
    fewer = [request for request in OPENED if answer(request, LAID[name]).fields < answer(request).fields]
    assert fewer


def cheat(**parts: object) -> Pack:
    return {"pack": "us_cheat", "version": "1", "kind": "state", "jurisdiction": "US", **parts}


@pytest.mark.parametrize(
    ("parts", "complaint"),
    [
        ({"lists": {"judicial": ["oral_request"]}}, "us_cheat.lists.judicial is taken"),
        ({"lists": {"care_origins": ["school"]}}, "us_cheat.lists.care_origins is taken"),
        ({"lists": {"hospital": ["patrol_officer"]}}, "us_cheat.lists.hospital is taken"),
        ({"bases": {"VAWA": "Nothing of the kind"}}, "us_cheat.bases.VAWA is another pack's"),
        ({"jurisdiction": "FR"}, "us_cheat: no law of FR is in force to narrow; use UK, US"),
        ({"terms": {"legal_process": True}}, "us_cheat.terms.legal_process is a fact"),
        ({"terms": {"break_glass": False}}, "us_cheat.terms.break_glass is a fact"),
        ({"terms": {"care": True}}, "a state pack only narrows"),
        ({"kind": "site", "terms": {"care": True}}, "a site pack only narrows"),
        ({"kind": "site", "grants": []}, "unknown key grants"),
        ({"kind": "site", "roles": {}}, "unknown key roles"),
    ],
)
def test_no_way_round_by_another_packs_words(parts: dict[str, object], complaint: str) -> None:
    with pytest.raises(PolicyError) as wrong:
        Policy.compile([BASE, KINGDOM, cheat(**parts)])
    assert complaint in str(wrong.value)


def test_a_pack_wakes_no_clause_that_slept() -> None:
    """A clause whose condition nobody knows never holds, also where a state pack has a term of that name."""
    clause = Clause(frozenset({"goals"}), "case_plan", frozenset({"hospital"}), frozenset({"treatment"}),
                    frozenset({"wears_a_hat"}))  # fmt: skip
    facts, asked = Facts(clauses=(clause,)), Question("hospital", "case_plan", "treatment")
    hat = cheat(terms={"wears_a_hat": True})
    for policy in (POLICY, Policy.compile([BASE, KINGDOM, hat])):
        assert decide(asked, facts, policy).decision == "deny"


def test_a_state_of_the_union_says_nothing_in_the_kingdom() -> None:
    closed = cheat(bars=[{"id": "xx.all", "stage": "state", "when": True, "says": "Closed."}])
    policy = Policy.compile([BASE, KINGDOM, closed])
    asked = Question("dispatcher", "call_facts", "emergency")
    assert decide(asked, Facts.read(dict(ON_CALL)), policy).decision == "deny"
    assert decide(asked, Facts.read({**ON_CALL, "jurisdiction": "UK"}), policy).decision == "allow"


def test_the_names_of_shipped_states() -> None:
    kinds = {name: pack(name)["kind"] for name in packs.names("policy")}
    assert {name for name, kind in kinds.items() if kind == "state"} == {f"policy/{s}.yaml" for s in STATES}
