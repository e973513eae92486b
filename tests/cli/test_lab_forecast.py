"""`commonweal lab forecast`: a series in, steps ahead with intervals out, faults named."""

import csv
import gzip
import json
import os
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from commonweal.cli.main import main

SHARED = Path(os.environ.get("COMMONWEAL_SHARED", Path(__file__).parents[3] / "shared"))
FIRST = date(2025, 1, 1)


def series(folder: Path, values: Iterable[object], *, leave_out: int | None = None) -> Path:
    """A file of days and counts, one day left out if asked."""
    days = [f"{FIRST + timedelta(days=n)},{v}" for n, v in enumerate(values) if n != leave_out]
    path = folder / "series.csv"
    path.write_text("\n".join(["day,calls", *days]) + "\n")
    return path


def asked(path: Path, *more: str) -> list[str]:
    """The command on a file."""
    return ["lab", "forecast", str(path), "--time", "day", "--value", "calls", "--season", "7", *more]


def answer(capsys: pytest.CaptureFixture[str], given: list[str]) -> dict[str, Any]:
    """What the command prints."""
    assert main(given) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def weeks(n: int = 120) -> list[int]:
    """Counts with a week in them."""
    rng = np.random.default_rng(3)
    return [int(v) for v in rng.poisson(40 + 10 * (np.arange(n) % 7 == 5))]


def test_two_weeks_ahead_with_a_back_test(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The lab's shape: a point and two intervals a step; errors and coverage beside the naive forecast's."""
    found = answer(capsys, asked(series(tmp_path, weeks()), "--horizon", "14", "--origins", "6"))
    assert len(found["forecast"]) == 14 and found["forecast"][0]["time"].startswith("2025-05-01")
    for step in found["forecast"]:
        assert step["interval_95"][0] <= step["interval_80"][0] <= step["point"] <= step["interval_80"][1]
    tried = found["backtest"]
    assert tried["origins"] == 6 and set(tried["coverage"]) == {"80", "95"}
    assert tried["mae"] > 0 and tried["mae_ratio"] == tried["mae"] / tried["seasonal_naive"]["mae"]
    assert found["level_break"] is None


def test_a_change_of_measure_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The day on which a centre started to count something else."""
    values = [v if n < 90 else 2 * v for n, v in enumerate(weeks())]
    found = answer(capsys, asked(series(tmp_path, values), "--horizon", "7"))["level_break"]
    assert abs((date.fromisoformat(found["time"][:10]) - FIRST).days - 90) <= 3
    assert found["factor"] == pytest.approx(2, rel=0.2)


def test_a_day_without_a_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Refused with its line, unless the site says what it was."""
    path = series(tmp_path, weeks(), leave_out=50)
    assert main(asked(path)) == 2
    told = capsys.readouterr().err
    assert "line 52" in told and "field day" in told and "--fill 0" in told
    assert answer(capsys, asked(path, "--fill", "0"))["values"] == 120


@pytest.mark.parametrize(("text", "said"), [
    ("day,calls\n2025-02-30,4\n", "line 2, field day"),
    ("day,calls\n2025-02-01,many\n", "line 2, field calls"),
    ("day,calls\n2025-02-01,4\n2025-02-02,4\n2025-02-02,5\n", "line 4, field day"),
    ("day,calls\n2025-02-02,4\n2025-02-03,4\n2025-02-01,5\n", "sort the rows"),
    ("day,calls\n2025-02-01T00:00,4\n2025-02-01T02:00,4\n2025-02-01T05:00,5\n", "no multiple"),
    ("date,calls\n2025-02-01,4\n", "field day"),
    ("day,calls\n2025-02-01,1\n2025-02-02,1\n2025-02-03,1\n", "35 are needed"),
    ("day,calls\n", "0 rows"),
])  # fmt: skip
def test_a_fault_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str) -> None:
    """Exit 2, nothing on standard output."""
    path = tmp_path / "series.csv"
    path.write_text(text)
    assert main(asked(path)) == 2
    told = capsys.readouterr()
    assert not told.out and str(path) in told.err and said in told.err


def daily(days: Iterable[date]) -> list[int]:
    """Counts of every day from the first to the last."""
    counts = Counter(days)
    first, last = min(counts), max(counts)
    return [counts[first + timedelta(days=n)] for n in range((last - first).days + 1)]


def real(name: str) -> list[int]:
    """Daily counts of a real file; skips loudly where it is absent."""
    data = SHARED / "data"
    if not data.is_dir():
        pytest.skip(f"NOT TESTED on real series: {data} is absent; set COMMONWEAL_SHARED")
    if name == "houston":
        with gzip.open(data / "crime_houston" / "houston_crime_2010.csv.gz", "rt") as file:
            return daily(date.fromisoformat(row["time"][:10]) for row in csv.DictReader(file))
    if name == "portland":
        with (data / "calls_portland" / "crimes_veh.csv").open() as file:
            return daily(date.fromisoformat(row["occ_date"]) for row in csv.DictReader(file))
    found = []
    for path in sorted((data / "calls_alexandria").glob("week*.csv")):
        with path.open() as file:
            found += [date.fromisoformat(row["Response_Date"][:10]) for row in csv.DictReader(file)]
    return daily(found)


@pytest.mark.parametrize(
    ("name", "origins", "at_most"), [("houston", 12, 0.80), ("portland", 8, 0.80), ("alexandria", 16, 1.0)]
)  # fmt: skip
def test_real_series_against_the_naive_forecast(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, origins: int, at_most: float
) -> None:
    """Held to 0.80 on Houston and Portland, never above the naive forecast; Alexandria's week 41 is found."""
    found = answer(capsys, asked(series(tmp_path, real(name)), "--origins", str(origins)))
    assert found["backtest"]["mae_ratio"] <= at_most
    if name == "alexandria":
        assert found["level_break"]["time"].startswith(str(FIRST + timedelta(days=42)))
