"""Response times of a real mobile crisis team: the county's own minutes, and clocks that cannot be true."""

import csv
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from commonweal.engines.measures import CallRow, compute, metric_from

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT / ".." / "shared"))
FILES = sorted((SHARED / "data" / "mobile_crisis_lane").glob("dispatches*.csv"))

pytestmark = pytest.mark.skipif(
    not FILES, reason=f"the real dispatches are not at {SHARED}; set COMMONWEAL_SHARED"
)


def moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def read() -> tuple[list[CallRow], list[float]]:
    """Calls, and the county's own sums of its two columns of minutes."""
    rows, minutes = [], []
    for path in FILES:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line in csv.DictReader(file):
                received = moment(line["Dispatch Request Date & Time"])
                arrived = moment(line["Arrival on Scene Date & Time"])
                if received is None:
                    continue
                rows.append(CallRow(line["ID"], received, arrived, response="civilian_crisis"))
                if arrived is not None and arrived >= received:
                    minutes.append((arrived - received).total_seconds() / 60)
    return rows, minutes


@pytest.mark.parametrize("quantile", [50, 90])
def test_response_minutes_of_a_real_year(quantile: int) -> None:
    pack = ROOT / "src/commonweal/packs/metrics" / f"response_minutes_p{quantile}.yaml"
    rows, minutes = read()
    result = compute(metric_from(yaml.safe_load(pack.read_text(encoding="utf-8"))), rows, threshold=1)
    assert len(rows) > 500 and result.denominator == len(minutes)
    assert result.value is not None and result.interval is not None
    below = sum(m <= result.value for m in minutes) / len(minutes)
    assert below == pytest.approx(quantile / 100, abs=0.03)
    assert result.interval.low <= result.value <= result.interval.high
    assert sum(n or 0 for n in result.excluded.values()) == len(rows) - len(minutes)
