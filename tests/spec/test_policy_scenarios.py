"""Every published scenario, through the engine as the lab runs it: decision, fields shown and hidden, duties.

The published labels are recommended readings, for counsel to review; they are read where they lie and never
copied here.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

import pytest
import yaml

from commonweal import packs
from commonweal.engines.disclosure import Facts, Policy, Question, decide

SHARED = Path(os.environ.get("COMMONWEAL_SHARED", Path(__file__).parents[2] / ".." / "shared"))
SCENARIOS = SHARED / "policy" / "scenarios.yaml"


def _scenarios() -> list[dict[str, object]]:
    if not SCENARIOS.is_file():
        return []
    # The C loader, where there is one, keeps collection quick.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded = yaml.load(SCENARIOS.read_text(encoding="utf-8"), Loader=loader)
    return cast(list[dict[str, object]], loaded["scenarios"])


FOUND = _scenarios()


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy.compile([packs.read("policy/us_federal.yaml"), packs.read("policy/uk.yaml")])


def test_the_scenarios_are_there() -> None:
    if not FOUND:
        pytest.skip(f"{SCENARIOS} is absent: set COMMONWEAL_SHARED to the folder that holds policy/")
    assert len(FOUND) >= 132


@pytest.mark.parametrize("scenario", FOUND, ids=lambda scenario: str(scenario["id"]))
def test_scenario(scenario: dict[str, dict[str, object]], policy: Policy) -> None:
    request, expected = scenario["request"], scenario["expect"]
    question = Question(str(request["actor"]), str(request["category"]), str(request["purpose"]))
    verdict = decide(question, Facts.read(cast(dict[str, object], request["facts"])), policy)
    why = f"{scenario['why']} (rules {verdict.rules})"
    assert verdict.decision == expected["decision"], why
    # "redact" means these fields and no others; "allow" and "deny" list theirs in full.
    assert verdict.fields == set(cast(list[str], expected["must_show"])), why
    assert verdict.fields.isdisjoint(cast(list[str], expected["must_hide"])), why
    assert verdict.obligations >= set(cast(list[str], expected["obligations"])), why
