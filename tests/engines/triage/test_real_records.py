"""Two real logs replayed: every call reaches a tier, and the ones that must be urgent are."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from commonweal import packs
from commonweal.engines.terms import Vocabulary, suggest
from commonweal.engines.triage import Protocol, answers_from_record, triage

from .protocols import SHIPPED, shipped

SHARED = Path(os.environ.get("COMMONWEAL_SHARED", Path(__file__).parents[3] / ".." / "shared"))
CALLS = sorted((SHARED / "data" / "calls_alexandria").glob("*.csv"))
LANE = sorted((SHARED / "data" / "mobile_crisis_lane").glob("*.csv"))
VOCABULARY = Vocabulary.read(packs.read("natures.yaml"), packs.read("abbreviations.yaml"))


def rows(paths: list[Path]) -> Iterator[dict[str, str]]:
    for path in paths:
        with path.open(encoding="utf-8") as file:
            yield from csv.DictReader(file)


def replayed(protocol: Protocol, natures: tuple[str, ...], problem: str, priority: str = "") -> str:
    record = {"natures": list(natures), "problem": problem, "priority": priority}
    return triage(protocol, answers_from_record(protocol, record)).tier


@pytest.mark.skipif(not CALLS, reason=f"no calls of Alexandria under {SHARED}")
@pytest.mark.parametrize("name", SHIPPED)
def test_alexandria(name: str) -> None:
    protocol = shipped(name)
    kinds = Counter((row["Problem"], row["Priority_Number"]) for row in rows(CALLS))
    tiers: Counter[str] = Counter()
    crisis: Counter[str] = Counter()
    for (problem, priority), calls in kinds.items():
        nature = VOCABULARY.by_code[suggest(problem, VOCABULARY).nature]
        tier = replayed(protocol, (nature.code,), problem, priority)
        tiers[tier] += calls
        crisis[tier] += calls * nature.behavioral_health
        assert tier == "T0" or nature.code not in ("medical_critical", "fire", "overdose"), problem
    assert set(tiers) <= set(protocol.levels)
    assert len(tiers) >= 3, "a protocol that sorts nothing is no protocol"
    assert crisis.total() > 300
    assert crisis["T5"] == 0, "no crisis call waits for a set day"


@pytest.mark.skipif(not LANE, reason=f"no dispatches of Lane County under {SHARED}")
@pytest.mark.parametrize("name", SHIPPED)
def test_lane_county_sent_a_civilian_team_and_most_protocols_agree(name: str) -> None:
    protocol = shipped(name)
    tiers: Counter[str] = Counter()
    for row in rows(LANE):
        reasons = [value for key, value in row.items() if key.startswith("Reason") and value]
        natures = tuple(suggest(reason, VOCABULARY).nature for reason in reasons)
        tiers[replayed(protocol, natures, "; ".join(reasons))] += 1
    assert tiers["T3"] > tiers.total() / 2
    assert tiers["T0"] == 0
