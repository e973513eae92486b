"""`commonweal lab effects`: did it work, by a design that can be defended."""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict
from math import isfinite
from pathlib import Path

from commonweal.cli.lab.effects import drawn, others, panels
from commonweal.cli.lab.effects.design import Design
from commonweal.cli.tables import BadFile, Row, document, written
from commonweal.engines.effects import Effect, Period, before_after, in_words, rates
from commonweal.engines.effects.findings import Finding
from commonweal.engines.effects.reading import cannot_show, in_a_sentence

NAME = "effects"
HELP = """An effect with its interval, its warnings, and what the design cannot show.

  echo '{"design": "did", "data": "panel.csv", "unit": "beat", "time": "month", "outcome": "arrests",
         "treated": "team_on"}' > design.json
  commonweal lab effects design.json

"data" is found beside the design file: CSV, JSON, JSON lines or Parquet. A panel has "unit", "time" (numbers
or dates), "outcome" and either "treated", a 0/1 column (with options.start: 1 for the group treated from then
on), or "cohort", the time a unit started, blank or 0 for never. "covariates" is a list of columns, "weights"
and "cluster" (the unit) are columns. Every design has options level (0.95), seed (0) and missing "refuse" |
"drop".

did                two-way fixed effects. Without "unit", with options.start: two groups of rows seen once
event_study        options: base (-1), first and last (bin beyond), method "twfe" | "sun_abraham"
staggered          Callaway-Sant'Anna. options: control_group "never_treated" | "not_yet_treated", method
                   "dr" | "ipw" | "reg", aggregate "simple" | "dynamic" | "group" | "calendar" (the one that
                   is the estimate; all are told), anticipation (0), base_period "varying" | "universal",
                   bootstrap (draws; 0 for errors by formula), earliest, latest (event times told)
synthetic_control  one treated unit. "covariates" are averaged over options.predictor_window [times];
                   options.special_predictors [["column", [times]], ...]; fit_from, the first time to be
                   matched
synthetic_did      options: errors "placebo" | "jackknife" | "bootstrap", replications (200)
its                one series: "time", "outcome"; options.change; family "linear" | "poisson" ("weights" is
                   then the exposure), season "none" | "harmonics" | "dummies", period (12), harmonics (2),
                   slope true | false, errors "newey_west" | "plain", lags. "treated" 0/1 parts ours from a
                   comparison
rd                 "running" the score, "outcome"; options: cutoff (0), kernel "triangular" | "epanechnikov"
                   | "uniform", p (1), q, h, b, bwselect ("mserd"), masspoints. "treated" where crossing did
                   not decide (fuzzy)
poisson_fe         a panel of counts; options.exposure a column. The estimate is a log ratio
survival           one row a person: "time" watched, "outcome" 1 where it happened; "treated" names groups
                   (log-rank), "covariates" for Cox; options: horizons ([30, 90, 365]), entry and strata
                   columns, ties "efron" | "breslow", interval "log_log" | "log" | "plain"
rates              "unit" names the group, "outcome" the events, "weights" the exposure; options.reference
randomised         one row a person, drawn by lot: "outcome", "treated" 0/1, "covariates" (Lin's adjustment),
                   options.strata a column: the block each was drawn in
cluster_randomised the same with "cluster", what was drawn; rows are people, or one row a cluster
stepped_wedge      every cluster begins by lot: "unit" the cluster, "time", "outcome", "treated" or "cohort";
                   rows are people, or one row a cluster and time (Hussey and Hughes; order permuted)
before_after       "time" is each period's first day, "outcome" its events; options: change_on a day, days
                   (7), exposure a column; "treated" 0/1 parts the series from its comparison
power              before a study, from a panel without it: options: start, treated_clusters, power (0.8)

With fewer than ten treated clusters (in an arm, in a wedge) p and interval come from permuting who was
treated, and the smallest p that can come out is told."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("design", type=Path, help="a JSON file that names the design and its data")
    parser.add_argument("--out", type=Path, help="write the result here")


def run(args: argparse.Namespace) -> int:
    """Estimate one effect; 2 with a message where the input cannot be used."""
    try:
        written(estimated(Design(args.design, document(args.design))), args.out)
    except (ValueError, RuntimeError) as error:
        where = "" if isinstance(error, BadFile) else f"{args.design}, field "
        print(f"commonweal lab effects: {where}{error}", file=sys.stderr)
        return 2
    return 0


def estimated(design: Design) -> dict[str, object]:
    """The answer to a design."""
    name = str(design.found.get("design"))
    answer = DESIGNS.get(name)
    if answer is None:
        raise BadFile(f"{design.file}, field design: {name!r}; use one of {', '.join(sorted(DESIGNS))}")
    told = answer(design)
    return {**(shown(told) if isinstance(told, Finding | Effect) else told), "cannot_show": cannot_show(name)}


def shown(found: Finding | Effect) -> dict[str, object]:
    """A finding in the lab's shape; warnings as codes, and in words."""
    low, high, _ = found.interval
    return {
        "estimate": found.estimate,
        "std_error": found.std_error,
        "interval": [low, high],
        "p_value": found.p_value,
        "aggregates": dict(found.aggregates),
        "weights": dict(found.weights) if isinstance(found, Finding) else {},
        "diagnostics": dict(found.diagnostics),
        "method": found.method,
        "scale": found.scale,
        "warnings": [caution.code for caution in found.cautions],
        "warnings_in_words": [in_words(caution) for caution in found.cautions],
        "reading": in_a_sentence(found.estimate, low, high, found.p_value, found.scale)
        if isfinite(found.p_value)
        else None,
    }


def flag(row: Row, column: str) -> bool:
    """A 0/1 column as a boolean."""
    text = row.text(column).lower()
    if text not in ("0", "1", "0.0", "1.0", "true", "false"):
        raise row.bad(column, "is neither 0 nor 1; write one of them")
    return text in ("1", "1.0", "true")


def rate_table(design: Design) -> dict[str, object]:
    """Rates by group and their ratios."""
    design.allow(("reference",), ("covariates", "treated", "cohort", "cluster"))
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
    design.allow(("change_on", "days", "exposure"), ("covariates", "cohort", "cluster"))
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


Answer = Finding | dict[str, object]
DESIGNS: Mapping[str, Callable[[Design], Answer]] = {
    "before_after": before_after_effect,
    "did": panels.by_differences,
    "event_study": panels.by_event_study,
    "staggered": panels.by_cohorts,
    "synthetic_control": others.by_synthetic_control,
    "synthetic_did": others.by_synthetic_did,
    "its": others.by_series,
    "rd": others.by_cutoff,
    "poisson_fe": others.by_poisson,
    "survival": others.by_time_until,
    "power": others.by_power,
    "rates": rate_table,
    "randomised": drawn.by_lot,
    "cluster_randomised": drawn.by_lot_of_clusters,
    "stepped_wedge": drawn.by_steps,
}
