"""The tests beside the packs: all pass, every rule has one that notices its loss, and faults are named."""

from __future__ import annotations

from copy import deepcopy
from typing import cast

import pytest

from commonweal import packs
from commonweal.engines.disclosure import Policy, PolicyError, failures, read_trials
from engines.disclosure.desk import FEDERAL
from engines.disclosure.test_compiling import Pack, pack

NAMES = ("uk", "us_california", "us_illinois")
KINDS = ("bars", "limits", "duties", "grants")
TRIAL: dict[str, object] = {
    "id": "t1", "rule": "us.role.subject", "en": "One's own plan.", "es": "Su propio plan.",
    "actor": "subject_self", "category": "case_plan", "purpose": "subject_access", "decision": "allow",
}  # fmt: skip


def laid(over: Pack) -> Policy:
    return Policy.compile([pack(FEDERAL), over])


def found(policy: Policy, **change: object) -> str:
    trials = read_trials({"trials": [{**TRIAL, **change}]})
    return next((failure.found for failure in failures(policy, trials)), "")


@pytest.mark.parametrize("name", [*NAMES, "us_federal"])
def test_the_trials_of_a_pack_pass(name: str) -> None:
    trials = read_trials(packs.read(f"policy/trials/{name}.yaml"), name)
    over = [] if name == "us_federal" else [pack(f"policy/{name}.yaml")]
    assert failures(Policy.compile([pack(FEDERAL), *over]), trials) == ()
    assert all(trial.en != trial.es for trial in trials)


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_has_a_trial_that_notices_its_loss(name: str) -> None:
    """Not by its absence from the list of rules: by another answer. A rule that never bites is no rule."""
    trials = read_trials(packs.read(f"policy/trials/{name}.yaml"), name)
    whole = pack(f"policy/{name}.yaml")
    for kind in KINDS:
        for rule in cast("list[dict[str, object]]", whole.get(kind, [])):
            idle = deepcopy(whole)
            lame = next(r for r in cast("list[dict[str, object]]", idle[kind]) if r["id"] == rule["id"])
            lame["when"] = False
            assert failures(laid(idle), trials), f"nothing notices that {rule['id']} is gone"


@pytest.mark.parametrize("name", packs.names("policy"))
def test_every_pack_has_trials(name: str) -> None:
    beside = name.replace("policy/", "policy/trials/")
    assert read_trials(packs.read(beside)), name


def test_a_trial_says_what_came_instead() -> None:
    policy = Policy.compile([pack(FEDERAL)])
    assert found(policy) == ""
    assert found(policy, rule="us.nowhere") == "rule us.nowhere is not in force"
    assert found(policy, decision="deny") == "allow instead of deny (us.role.subject)"
    closed = {"actor": "patrol_officer", "category": "mh_assessment", "purpose": "enforcement"}
    assert found(policy, **closed) == "deny instead of allow (us.limit.purpose, ordinary)"
    assert found(policy, shows=["goals", "stars"]) == "does not show stars"
    assert found(policy, hides=["goals"]) == "shows goals"
    assert found(policy, owes=["log_read", "accounting"]) == "does not owe accounting"
    assert found(policy, owes=["bread", "accounting"]) == "does not owe accounting, bread"
    assert found(policy, shows=["suns", "stars"]) == "does not show stars, suns"
    assert found(policy, hides=["goals", "stage"]) in ("shows goals", "shows goals, stage")


def test_a_failure_names_its_trial() -> None:
    trials = read_trials({"pack": "x", "trials": [TRIAL, {**TRIAL, "id": "t2", "decision": "deny"}]})
    assert [f.trial.id for f in failures(Policy.compile([pack(FEDERAL)]), trials)] == ["t2"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"decision": "maybe"}, "trials.t1: decision 'maybe' is unknown; use allow, redact, deny"),
        ({"facts": {"luck": True}}, "trials.t1: names a fact or a value that is not in the vocabulary"),
        ({"facts": 3}, "trials.t1: expected a mapping"),
        ({"en": ""}, "trials.t1: 'en' is missing"),
        ({"es": None}, "trials.t1: 'es' is missing"),
        *[
            ({name: None}, f"trials.t1: {name!r} is missing")
            for name in ("actor", "category", "purpose", "rule", "decision")
        ],
        ({"id": None}, "trials.None: 'id' is missing"),
        ({"hides": 1}, "trials.t1: expected a list of words"),
        ({"owes": "x"}, "trials.t1: expected a list of words"),
        ({"shows": "goals"}, "trials.t1: expected a list of words"),
        ({"shown": []}, "trials.t1: unknown key shown"),
    ],
)
def test_a_fault_in_a_trial_is_named(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(PolicyError) as wrong:
        read_trials({"trials": [{**TRIAL, **change}]})
    assert str(wrong.value).startswith(complaint)


def test_faults_of_the_file_are_named() -> None:
    with pytest.raises(PolicyError, match="two trials are called t1"):
        read_trials({"trials": [TRIAL, TRIAL]}, "here")
    with pytest.raises(PolicyError, match="unknown key trails"):
        read_trials({"trails": []})
    for wrong in ("x", {"trials": "x"}, {"trials": [5]}):
        with pytest.raises(PolicyError, match=r"^here"):
            read_trials(wrong, "here")
    assert read_trials({"trials": []}) == ()
