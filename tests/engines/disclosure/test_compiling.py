"""Packs are compiled strictly: a fault is found before the first question, and named with its remedy."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import cast

import pytest

from commonweal import packs
from commonweal.engines.disclosure import Facts, Policy, PolicyError, Question, decide
from engines.disclosure.desk import CALIFORNIA, FEDERAL, ON_CALL, POLICY, UK

Pack = dict[str, object]


def pack(name: str) -> Pack:
    return cast(Pack, packs.read(name))


def rules(of: Pack, kind: str) -> list[dict[str, object]]:
    return cast("list[dict[str, object]]", of[kind])


def state(**parts: object) -> Pack:
    return {"pack": "us_utopia", "version": "1", "kind": "state", "jurisdiction": "US", **parts}


def test_every_shipped_policy_pack_compiles() -> None:
    base = pack(FEDERAL)
    for name in packs.names("policy"):
        over = [] if name == FEDERAL else [packs.read(name)]
        assert Policy.compile([base, *over]).rules


def test_every_rule_has_a_sentence_and_every_law_a_citation() -> None:
    for rule in POLICY.rules:
        assert POLICY.sentence(rule).endswith("."), rule
        law = not rule.startswith(("us.duty.log_denial",))
        assert bool(POLICY.citation(rule)) == law, rule


def test_asking_for_a_rule_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        POLICY.sentence("us.wishful.thinking")


def test_every_category_and_field_is_listed() -> None:
    assert len(POLICY.categories) == 11
    assert "psychotherapy_notes" in POLICY.categories["mh_assessment"]


def test_the_version_follows_the_text() -> None:
    first, same = Policy.compile([pack(FEDERAL)]), Policy.compile([pack(FEDERAL)])
    changed = pack(FEDERAL)
    rules(changed, "bars")[0]["says"] = "Something else."
    assert first.version == same.version
    assert first.version != Policy.compile([changed]).version
    assert "us_federal 1.0" in first.version


def test_one_base_is_needed_and_no_more() -> None:
    for chosen in ([], [pack(UK)], [pack(FEDERAL), pack(FEDERAL)]):
        with pytest.raises(PolicyError, match="exactly one"):
            Policy.compile(chosen)


def test_without_the_uk_pack_the_uk_is_unknown() -> None:
    question, facts = Question("subject_self", "case_plan", "subject_access"), Facts(jurisdiction="UK")
    assert decide(question, facts, Policy.compile([pack(FEDERAL)])).decision == "deny"
    assert decide(question, facts, POLICY).decision == "allow"


@pytest.mark.parametrize("kind", ["grants", "regimes", "roles", "remedies", "vocabulary", "consent_valid"])
def test_a_state_pack_brings_nothing_that_could_widen(kind: str) -> None:
    with pytest.raises(PolicyError, match=f"unknown key {kind}"):
        Policy.compile([pack(FEDERAL), state(**{kind: []})])


def test_a_state_pack_does_not_restate_a_base_term() -> None:
    with pytest.raises(PolicyError, match="only narrows"):
        Policy.compile([pack(FEDERAL), state(terms={"on_call": True})])


def test_nobody_renames_a_fact() -> None:
    with pytest.raises(PolicyError, match="is a fact"):
        Policy.compile([pack(FEDERAL), state(terms={"mfa": True})])


def test_a_state_pack_may_define_a_term_and_use_it() -> None:
    late = state(
        terms={"stale": "hours_since_incident >= 48"},
        bars=[{"id": "utopia.stale", "stage": "state", "when": "stale", "says": "Too late."}],
    )
    policy = Policy.compile([pack(FEDERAL), late])
    question = Question("subject_self", "case_plan", "subject_access")
    assert decide(question, Facts(hours_since_incident=47), policy).decision == "allow"
    refused = decide(question, Facts(hours_since_incident=48), policy)
    assert (refused.decision, refused.why) == ("deny", "Too late.")


def test_a_pack_in_another_country_changes_nothing_here() -> None:
    asked = Question("patrol_officer", "call_facts", "emergency")
    said: dict[str, object] = {**ON_CALL, "uk_justification_recorded": False}
    assert decide(asked, Facts.read(said), POLICY).decision == "allow"
    assert decide(asked, Facts.read({**said, "jurisdiction": "UK"}), POLICY).decision == "deny"


def test_rules_come_into_force_and_go() -> None:
    base = pack(FEDERAL)
    bar = rules(base, "bars")[1]
    bar["effective"] = {"from": "2030-01-01", "until": date(2031, 1, 1)}
    asked, locked = Question("subject_self", "case_plan", "subject_access"), Facts(session_valid=False)
    decisions = [
        decide(asked, locked, Policy.compile([base], on=day)).decision
        for day in (date(2029, 12, 31), date(2030, 1, 1), date(2030, 12, 31), date(2031, 1, 1))
    ]
    assert decisions == ["allow", "deny", "deny", "allow"]
    assert decide(asked, locked, Policy.compile([base])).decision == "allow"


def test_a_pack_not_yet_in_force_is_left_out() -> None:
    policy = Policy.compile([pack(FEDERAL), pack(CALIFORNIA)], on=date(2024, 5, 1))
    assert "ca.limit.mental_health" in policy.rules
    with pytest.raises(PolicyError, match="exactly one"):
        Policy.compile([pack(FEDERAL)], on=date(2020, 1, 1))


def test_a_date_that_is_none_is_named() -> None:
    base = pack(FEDERAL)
    rules(base, "bars")[0]["effective"] = {"from": "soon"}
    with pytest.raises(PolicyError, match="'soon' is not a date"):
        Policy.compile([base], on=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("kind", "change", "complaint"),
    [
        ("grants", {"says": ""}, "'says' is missing"), ("grants", {"id": "us.conflict"}, "two rules"),
        ("grants", {"basis": ["HOPE"]}, "HOPE is not in the vocabulary"),
        ("grants", {"who": ["wizard"]}, "wizard"), ("grants", {"purposes": ["fun"]}, "fun"),
        ("grants", {"regimes": ["atlantis"]}, "atlantis"), ("grants", {"ground": "whim"}, "whim"),
        ("grants", {"ground": "threat"}, "name its regimes"), ("grants", {"wen": "true"}, "unknown key wen"),
        ("grants", {"opens": {"horoscope": "all"}}, "horoscope"), ("grants", {"opens": []}, "mapping"),
        ("grants", {"opens": {"identity": ["star_sign"]}}, "star_sign"),
        ("grants", {"who": "police"}, "list of words"),
        ("grants", {"opens": {"mh_assessment": ["psychotherapy_notes"]}}, "may not be opened by any rule"),
        ("grants", {"opens": {"criminal_history": ["sealed_records"]}}, "may not be opened by any rule"),
        ("grants", {"ground": "consent", "regimes": ["ordinary"], "form": "nod"}, "nod"),
        ("bars", {"stage": "lobby"}, "'lobby' is unknown"), ("bars", {"when": "weather"}, "'weather'"),
        ("limits", {"removes": ["star_sign"]}, "star_sign"),
        ("limits", {"spares": [{"ground": 1}]}, "unknown key"),
        ("duties", {"upon": "Tuesday"}, "'Tuesday' is unknown"), ("duties", {"owes": "cake"}, "cake"),
        ("remedies", {"facts": {"sunshine": True}}, "not in the vocabulary"),
        ("regimes", {"matrix": "tea"}, "'tea'"),
    ],
)  # fmt: skip
def test_a_fault_in_a_rule_is_named(kind: str, change: dict[str, object], complaint: str) -> None:
    base = deepcopy(pack(FEDERAL))
    rules(base, kind)[0].update(change)
    with pytest.raises(PolicyError, match=complaint):
        Policy.compile([base])


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"kind": "imperial"}, "'imperial' is unknown"), ({"jurisdiction": ""}, "'jurisdiction' is missing"),
        ({"vocabulary": None}, "expected a mapping"), ({"grants": "all"}, "expected a list of rules"),
        ({"owners": {"call_facts": "crown"}}, "crown"), ({"roles": {"wizard": {}}}, "wizard"),
        ({"roles": {"public": {"fun": True}}}, "fun"), ({"lists": {"cold": ["ice"]}}, "ice"),
        ({"consent_valid": "sober"}, "'sober'"), ({"sets": {"CALL3": 3}}, "list of words"),
        ({"extra": 1}, "unknown key"),
    ],
)  # fmt: skip
def test_a_fault_in_a_pack_is_named(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(PolicyError, match=complaint):
        Policy.compile([{**pack(FEDERAL), **change}])


def test_what_is_no_pack_is_refused() -> None:
    with pytest.raises(PolicyError, match="expected a mapping"):
        Policy.compile(["us_federal"])
