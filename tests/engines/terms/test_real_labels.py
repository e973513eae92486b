"""Every call type of two real logs gets a sensible nature."""

from __future__ import annotations

import csv
import os
from collections import Counter
from pathlib import Path

import pytest

from commonweal.engines.terms import suggest

from .vocabularies import shipped

SHARED = Path(os.environ.get("COMMONWEAL_SHARED", Path(__file__).parents[3] / ".." / "shared"))
CALLS = sorted((SHARED / "data" / "calls_alexandria").glob("*.csv"))
LANE = sorted((SHARED / "data" / "mobile_crisis_lane").glob("*.csv"))


@pytest.mark.skipif(not CALLS, reason=f"no calls of Alexandria under {SHARED}")
def test_alexandria_problems_have_natures_for_nearly_every_call() -> None:
    problems: Counter[str] = Counter()
    for path in CALLS:
        with path.open(encoding="utf-8") as file:
            problems.update(row["Problem"] for row in csv.DictReader(file))
    lost = {label: count for label, count in problems.items() if suggest(label, shipped()).confidence == 0}
    assert sum(lost.values()) < 0.005 * problems.total(), lost


@pytest.mark.skipif(not LANE, reason=f"no dispatches of Lane County under {SHARED}")
def test_lane_reasons_are_behavioural_health_but_for_a_few() -> None:
    reasons: Counter[str] = Counter()
    for path in LANE:
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                reasons.update(value for name, value in row.items() if name.startswith("Reason") and value)
    natures = {reason: suggest(reason, shipped()).nature for reason in reasons}
    other = {reason for reason, code in natures.items() if not shipped().by_code[code].behavioral_health}
    assert other <= {"Other", "Running away"}, natures
