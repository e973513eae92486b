"""`commonweal lab effects`: did it work, by a design that can be defended."""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path

from commonweal.cli.tables import BadFile, Row, document, rows, written
from commonweal.engines.effects import Effect, PanelRow, Period, before_after, did, in_words, rates

NAME = "effects"
HELP = """An effect with its interval and its warnings.

  echo '{"design": "did", "data": "panel.csv", "unit": "beat", "time": "month", "outcome": "arrests",
         "treated": "team_on"}' > design.json
  commonweal lab effects design.json

Designs: "did" (panel rows; "treated" is a 0/1 column, or "cohort" the time a unit started, blank for
never), "rates" ("unit" names the group, "outcome" the events, "weights" the exposure; options.reference a
group), "before_after" ("time" is each period's first day, "outcome" its events; options.change_on a day,
options.days the length of a period (7), options.exposure a column, "treated" a 0/1 column that parts the
series from its comparison). "data" is found beside the design file."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("design", type=Path, help="a JSON file that names the design and its data")
    parser.add_argument("--out", type=Path, help="write the result here")


def run(args: argparse.Namespace) -> int:
    """Estimate one effect; 2 with a message where the input cannot be used."""
    try:
        written(estimated(Design(args.design, document(args.design))), args.out)
    except ValueError as error:
        where = "" if isinstance(error, BadFile) else f"{args.design}, field "
        print(f"commonweal lab effects: {where}{error}", file=sys.stderr)
        return 2
    return 0


class Design:
    """A design file: its columns, its options and its data."""

    def __init__(self, file: Path, found: Mapping[str, object]) -> None:
        self.file, self.found = file, found
        options = found.get("options") or {}
        self.options: Mapping[str, object] = options if isinstance(options, Mapping) else {}

    def column(self, field: str) -> str:
        """The column that a field of the design names."""
        value = self.found.get(field)
        if not isinstance(value, str) or not value:
            raise BadFile(f"{self.file}, field {field}: {value!r}; name a column of the data")
        return value

    def option(self, field: str) -> str | None:
        """An option as text; None where it is not given."""
        value = self.options.get(field)
        return None if value is None else str(value)

    def data(self) -> list[Row]:
        """The rows of the data file."""
        found = list(rows(self.file.parent / self.column("data")))
        if not found:
            raise BadFile(
                f"{self.column('data')}, line 1: no rows below the header; nothing to estimate from"
            )
        return found

    def day(self, field: str) -> date:
        """An option that must be a day."""
        text = self.option(field) or ""
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise BadFile(
                f"{self.file}, field options.{field}: {text!r} is no date; write YYYY-MM-DD"
            ) from None


def estimated(design: Design) -> dict[str, object]:
    """The answer to a design."""
    name = design.found.get("design")
    answer = DESIGNS.get(str(name))
    if answer is None:
        raise BadFile(f"{design.file}, field design: {name!r}; use one of {', '.join(sorted(DESIGNS))}")
    if design.found.get("covariates"):
        raise BadFile(f"{design.file}, field covariates: {name} takes none; remove them or adjust beforehand")
    return answer(design)


def shown(effect: Effect) -> dict[str, object]:
    """An effect in the lab's shape; warnings as codes, and in words."""
    return {
        "estimate": effect.estimate,
        "std_error": effect.std_error,
        "interval": [effect.interval.low, effect.interval.high],
        "p_value": effect.p_value,
        "aggregates": dict(effect.aggregates),
        "weights": {},
        "diagnostics": dict(effect.diagnostics),
        "method": effect.method,
        "scale": effect.scale,
        "warnings": [caution.code for caution in effect.cautions],
        "warnings_in_words": [in_words(caution) for caution in effect.cautions],
    }


def panel_effect(design: Design) -> dict[str, object]:
    """Difference in differences."""
    cluster = design.found.get("cluster")
    if cluster is not None and cluster != design.found.get("unit"):
        raise BadFile(f"{design.file}, field cluster: {cluster!r}; errors cluster by unit here: leave it out")
    unit, time, outcome = (design.column(field) for field in ("unit", "time", "outcome"))
    weight = design.column("weights") if design.found.get("weights") else None
    treated = treatment(design, time)
    return shown(
        did(
            [
                PanelRow(
                    row.text(unit),
                    row.number(time),
                    row.number(outcome),
                    treated(row),
                    row.number(weight) if weight else 1.0,
                )
                for row in design.data()
            ]
        )
    )


def treatment(design: Design, time: str) -> Callable[[Row], bool]:
    """Whether a row was treated, by the 0/1 column or by the time its unit started."""
    if design.found.get("treated"):
        column = design.column("treated")
        return lambda row: flag(row, column)
    column = design.column("cohort")
    return lambda row: bool(row.text(column)) and 0 < row.number(column) <= row.number(time)


def flag(row: Row, column: str) -> bool:
    """A 0/1 column as a boolean."""
    text = row.text(column).lower()
    if text not in ("0", "1", "0.0", "1.0", "true", "false"):
        raise row.bad(column, "is neither 0 nor 1; write one of them")
    return text in ("1", "1.0", "true")


def rate_table(design: Design) -> dict[str, object]:
    """Rates by group and their ratios."""
    group, events, exposure = (design.column(field) for field in ("unit", "outcome", "weights"))
    sums: defaultdict[str, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    for row in design.data():
        count, time = sums[row.text(group)]
        sums[row.text(group)] = count + whole(row, events), time + row.number(exposure)
    found = rates(sums, design.option("reference"))
    return {
        "estimate": None,
        "std_error": None,
        "interval": None,
        "p_value": None,
        "aggregates": {rate.group: asdict(rate) for rate in found},
        "weights": {},
        "diagnostics": {},
        "method": "poisson_exact",
        "warnings": [],
    }


def whole(row: Row, column: str) -> int:
    """A count: a whole number, zero or more."""
    value = row.number(column)
    if value < 0 or value != int(value):
        raise row.bad(column, "is no count; write a whole number, zero or more")
    return int(value)


def before_after_effect(design: Design) -> dict[str, object]:
    """Before and after, against a comparison where a column parts the rows."""
    time, events, exposure = design.column("time"), design.column("outcome"), design.option("exposure")
    days = int(float(design.option("days") or 7))
    column = design.column("treated") if design.found.get("treated") else None
    series: dict[bool, list[Period]] = {True: [], False: []}
    for row in design.data():
        period = Period(
            row.day(time), days, whole(row, events), row.number(exposure) if exposure else float(days)
        )
        series[flag(row, column) if column else True].append(period)
    comparison = series[False] if column else None
    return shown(before_after(series[True], design.day("change_on"), comparison=comparison))


DESIGNS: Mapping[str, Callable[[Design], dict[str, object]]] = {
    "before_after": before_after_effect,
    "did": panel_effect,
    "rates": rate_table,
}
