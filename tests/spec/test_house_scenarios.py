"""The house's own scenarios, in the published form: the engine and the plain reading each give the label.

They are labelled from the law cited and the page of defaults, and hold the traps: void and foreign consents,
Part 2 and the police, victim services, custody, broken glass, sealed records, small cells, unknown words.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import cast

import pytest
import yaml

from commonweal import packs
from commonweal.engines.disclosure import Facts, Policy, Question, decide
from spec import disclosure_reference
from spec.disclosure_requests import ACTORS, CATEGORIES, DEFAULTS, FORMS, ORIGINS, PROCESSES
from spec.disclosure_tables import FIELDS

Scenario = dict[str, dict[str, object]]


def loaded(name: str) -> list[Scenario]:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return cast("list[Scenario]", yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))["scenarios"])


SCENARIOS = loaded("scenarios.yaml") + loaded("further_scenarios.yaml")


def label(scenario: Scenario) -> tuple[str, frozenset[str], frozenset[str]]:
    expected = scenario["expect"]
    show, owed = (frozenset(cast("list[str]", expected[name])) for name in ("must_show", "obligations"))
    return str(expected["decision"]), show, owed


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy.compile([packs.read("policy/us_federal.yaml"), packs.read("policy/uk.yaml")])


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: str(scenario["id"]))
def test_both_readings_give_the_label(scenario: Scenario, policy: Policy) -> None:
    request, (decision, show, owed) = scenario["request"], label(scenario)
    question = Question(str(request["actor"]), str(request["category"]), str(request["purpose"]))
    verdict = decide(question, Facts.read(cast("dict[str, object]", request["facts"])), policy)
    assert (verdict.decision, verdict.fields) == (decision, show), (scenario["why"], verdict.rules)
    assert verdict.obligations >= owed, scenario["why"]
    spared = cast("list[str]", scenario["expect"].get("must_not_owe", []))
    assert not verdict.obligations & set(spared), scenario["why"]
    plain = disclosure_reference.answer(request, DEFAULTS)
    assert plain == (verdict.decision, verdict.fields, verdict.obligations), scenario["why"]


def test_the_labels_are_whole() -> None:
    for scenario in SCENARIOS:
        decision, show, owed = label(scenario)
        assert (decision == "deny") == (not show) == ("log_denial" in owed), scenario["id"]
        assert scenario["why"] and scenario["basis"] and str(scenario["strength"]) in ("law", "policy")
        hidden = set(cast("list[str]", scenario["expect"]["must_hide"]))
        category = str(scenario["request"]["category"])
        assert show | hidden == set(FIELDS.get(category, "").split())
        assert not show & hidden


def test_they_span_the_vocabulary() -> None:
    asked = [scenario["request"] for scenario in SCENARIOS]
    facts = [cast("dict[str, object]", request["facts"]) for request in asked]
    assert len({str(scenario["id"]) for scenario in SCENARIOS}) == len(SCENARIOS) >= 300
    assert {str(request["actor"]) for request in asked} >= set(ACTORS)
    assert {str(request["category"]) for request in asked} >= set(CATEGORIES)
    assert {said.get("source_program") for said in facts} >= set(ORIGINS) - {"ecc", "police"}
    assert {said.get("legal_process") for said in facts} >= set(PROCESSES)
    forms = {cast("dict[str, object]", said["consent"])["form"] for said in facts if said.get("consent")}
    assert forms >= set(FORMS)
    assert min(Counter(label(scenario)[0] for scenario in SCENARIOS).values()) > 40
