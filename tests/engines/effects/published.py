"""Published data for tests, where it lies in `published` among the shared data; none is kept here."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from commonweal.engines.effects.panel import Labels, Panel

Column = np.ndarray[tuple[int], np.dtype[np.float64]]


def file(name: str) -> Path:
    """A published file; the test skips, with where to get it, when it is not there."""
    shared = Path(os.environ.get("COMMONWEAL_SHARED", Path(__file__).parents[4] / "shared"))
    folder = shared / "data" / "published"
    if not (folder / name).exists():
        pytest.skip(f"{name} is not in {folder}: put it there to check what was published")
    return folder / name


def columns(name: str, delimiter: str = ",") -> dict[str, list[str]]:
    """A CSV file by columns."""
    with file(name).open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter=delimiter))
    return {field: [row[field] for row in rows] for field in rows[0]}


def number(values: list[str]) -> Column:
    """Text as numbers."""
    return np.array([float(value) for value in values])


def teenage_employment(covariate: bool = False) -> Panel:
    """mpdta: county teenage employment and minimum wages, as R's did ships it."""
    found = columns("mpdta.csv")
    start, year = number(found["first.treat"]), number(found["year"])
    unit = Labels.of(found["countyreal"])
    others = {"lpop": number(found["lpop"])} if covariate else {}
    treated = ((start > 0) & (year >= start)).astype(np.float64)
    return Panel(unit, year, number(found["lemp"]), treated, np.ones(len(year)), unit, others)


def cigarettes() -> Panel:
    """Proposition 99: packs sold a head in 39 states from 1970 to 2000 (as synthdid ships it)."""
    found = columns("california_prop99.csv", ";")
    unit = Labels.of(found["State"])
    ones = np.ones(len(found["State"]))
    return Panel(
        unit, number(found["Year"]), number(found["PacksPerCapita"]), number(found["treated"]), ones, unit
    )
