"""Designs beyond the plain panel: synthetic comparisons, counts, a series, a cut-off, time until an event."""

import numpy as np

from commonweal.cli.lab.effects.design import Design
from commonweal.cli.lab.effects.panels import labels, panel_of, start_of
from commonweal.engines.effects.findings import Finding
from commonweal.engines.effects.interrupted import FAMILIES, Segments, Series, interrupted
from commonweal.engines.effects.panel import Flags
from commonweal.engines.numerics import Floats


def by_synthetic_control(design: Design) -> Finding:
    """One treated unit against a weighted mean of others."""
    from commonweal.engines.effects.synthetic import Predictors, synthetic_control

    design.allow(("start", "predictor_window", "special_predictors", "fit_from"))
    special = specials(design)
    window = design.numbers("predictor_window") or []
    averaged = design.names("covariates")
    extra = [name for name, _ in special if name not in averaged and name != design.column("outcome")]
    panel, left_out = panel_of(design, (*averaged, *extra), holes=True)
    named = tuple(("y" if name == design.column("outcome") else name, times) for name, times in special)
    predictors = Predictors(averaged, window, named, design.number("fit_from", -np.inf))
    return synthetic_control(panel, predictors, design.level, design.seed).beside(left_out)


def specials(design: Design) -> list[tuple[str, list[float]]]:
    """options.special_predictors: pairs of a column and its times."""
    value = design.options.get("special_predictors") or []
    remedy = 'write [["column", [1975, 1980]], ...]'
    if not isinstance(value, list):
        raise design.bad("options.special_predictors", value, remedy)
    found = []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[1], list):
            raise design.bad("options.special_predictors", pair, remedy)
        if not all(isinstance(t, int | float) for t in pair[1]):
            raise design.bad("options.special_predictors", pair, remedy)
        found.append((str(pair[0]), [float(t) for t in pair[1]]))
    return found


def by_synthetic_did(design: Design) -> Finding:
    """Unit and time weights."""
    from commonweal.engines.effects.synthetic import synthetic_did

    design.allow(("start", "errors", "replications"))
    errors = design.word("errors", ("placebo", "jackknife", "bootstrap"))
    draws = design.whole("replications", 200)
    panel, left_out = panel_of(design)
    return synthetic_did(panel, errors, draws, design.level, design.seed).beside(left_out)


def by_poisson(design: Design) -> Finding:
    """Counts with unit and time effects."""
    from commonweal.engines.effects.poisson import poisson_effect

    design.allow(("start", "exposure"))
    exposure = design.option("exposure")
    panel, left_out = panel_of(design, (*design.names("covariates"), *([exposure] if exposure else [])))
    measure = None
    if exposure:
        others = {name: column for name, column in panel.covariates.items() if name != exposure}
        measure, panel = panel.covariates[exposure], panel.with_covariates(others)
    return poisson_effect(panel, measure, design.level, design.seed).beside(left_out)


def by_power(design: Design) -> Finding:
    """How large an effect would be seen."""
    from commonweal.engines.effects.power import power

    design.allow(("start", "treated_clusters", "power"))
    treated, aim = design.whole("treated_clusters", 1), design.number("power", 0.8)
    if not 0 < aim < 1:
        raise design.bad("options.power", aim, "give a share between 0 and 1")
    if "start" not in design.options:
        raise design.bad("options.start", None, "say when the programme would start")
    panel, left_out = panel_of(design)
    return power(panel, treated, start_of(design), aim, design.level, design.seed).beside(left_out)


def by_series(design: Design) -> Finding:
    """One series, cut at a change; with a 0/1 column the difference from another series."""
    design.allow((
        "change", "start", "family", "errors", "season", "period", "harmonics", "lags", "slope",
    ), ("cohort", "cluster"))  # fmt: skip
    time, outcome, covariates = design.column("time"), design.column("outcome"), design.names("covariates")
    weight = design.column("weights") if design.has("weights") else None
    side = design.column("treated") if design.has("treated") and has_change(design) else None
    by = design.column("treated") if design.has("treated") and not side else None
    fields = [time, outcome, *covariates, *(name for name in (weight, side, by) if name)]
    data = design.read(fields)
    times, values = data.times(time), data.numbers(outcome)
    exposure = data.numbers(weight) if weight else np.ones(data.length)
    others = {name: data.numbers(name) for name in covariates}
    flagged = side or by
    on = data.flags(flagged) if flagged else np.ones(data.length)
    kept = data.kept
    change = start_of(design, "change") if has_change(design) else first_on(design, times[kept], on[kept])
    segments = Segments(
        change, design.word("family", FAMILIES), design.word("errors", ("newey_west", "plain")),
        design.word("season", ("none", "harmonics", "dummies")), design.whole("period", 12),
        design.whole("harmonics", 2), design.whole("lags", 0) if "lags" in design.options else None,
        design.options.get("slope", True) is not False,
    )  # fmt: skip
    series = Series(times[kept], values[kept], exposure[kept], {n: c[kept] for n, c in others.items()})
    if side:
        series = apart(design, series, on[kept] > 0, segments.family)
    return interrupted(series, segments, design.level, side is not None)


def has_change(design: Design) -> bool:
    """Whether the design says when the change was."""
    return "change" in design.options or "start" in design.options


def first_on(design: Design, times: Floats, on: Floats) -> float:
    """The first time at which a 0/1 column is 1."""
    if not design.has("treated"):
        raise design.bad("options.change", None, "say when the change was, or name a 0/1 column in treated")
    if not (on > 0).any():
        raise design.bad("treated", design.found.get("treated"), "it is never 1; name another column")
    return float(times[on > 0].min())


def apart(design: Design, series: Series, ours: Flags, family: str) -> Series:
    """Our series less the comparison's, time by time."""
    if family != "linear" or series.covariates:
        raise design.bad("treated", design.found.get("treated"), "a comparison goes with family linear alone")
    rate = series.values / series.exposure
    mine, theirs = (dict(zip(series.times[rows], rate[rows], strict=True)) for rows in (ours, ~ours))
    shared = np.array(sorted(set(mine) & set(theirs)))
    if len(shared) == 0:
        raise design.bad("treated", design.found.get("treated"), "the two series share no time")
    values = np.array([mine[t] - theirs[t] for t in shared])
    return Series(shared, values, np.ones(len(shared)), {})


def by_cutoff(design: Design) -> Finding:
    """A score with a cut-off."""
    from commonweal.engines.effects.discontinuity import KERNELS, SELECTORS, Cut, Scored, discontinuity

    design.allow((
        "running", "cutoff", "kernel", "p", "q", "h", "b", "bwselect", "masspoints",
    ), ("cohort", "cluster", "weights"))  # fmt: skip
    running = design.option("running") or design.column("running" if design.has("running") else "time")
    outcome, covariates = design.column("outcome"), design.names("covariates")
    taken = design.column("treated") if design.has("treated") else None
    data = design.read([running, outcome, *covariates, *([taken] if taken else [])])
    score, values = data.numbers(running), data.numbers(outcome)
    others = {name: data.numbers(name) for name in covariates}
    took = data.numbers(taken) if taken else None
    kept, cutoff = data.kept, design.number("cutoff", 0.0)
    if took is not None and ((score >= cutoff) == (took > 0))[kept].all():
        took = None
    h, b = (design.number(name) if name in design.options else None for name in ("h", "b"))
    cut = Cut(
        cutoff, design.whole("p", 1), design.whole("q", 2) if "q" in design.options else None,
        design.word("kernel", KERNELS), design.word("bwselect", SELECTORS), h, b,
        design.word("masspoints", ("adjust", "check", "off")),
    )  # fmt: skip
    scored = Scored(
        score[kept], values[kept], None if took is None else took[kept],
        {name: column[kept] for name, column in others.items()},
    )  # fmt: skip
    found = discontinuity(scored, cut, design.level)
    return found.beside({"rows_without_a_value": int((~kept).sum())})


def by_time_until(design: Design) -> Finding:
    """Time until an event, with those censored who were not watched to the end."""
    from commonweal.engines.effects.watched import HORIZONS, SCALES, TIES, Watched, survival

    design.allow(("horizons", "entry", "ties", "interval", "strata"), ("cohort", "weights"))
    time, outcome, covariates = design.column("time"), design.column("outcome"), design.names("covariates")
    named = {
        "group": design.column("treated") if design.has("treated") else None,
        "cluster": design.column("cluster") if design.has("cluster") else None,
        "strata": design.option("strata"), "entry": design.option("entry"),
    }  # fmt: skip
    data = design.read([time, outcome, *covariates, *(name for name in named.values() if name)])
    until, happened = data.numbers(time), data.flags(outcome)
    entry = data.numbers(named["entry"]) if named["entry"] else None
    words = {key: data.words(name) for key, name in named.items() if name and key != "entry"}
    others = {name: data.numbers(name) for name in covariates}
    kept = data.kept
    sets = {key: labels(found, kept) for key, found in words.items()}
    watched = Watched(
        until[kept], happened[kept], None if entry is None else entry[kept], sets.get("group"),
        sets.get("strata"), sets.get("cluster"), {name: column[kept] for name, column in others.items()},
    )  # fmt: skip
    horizons = design.numbers("horizons") or list(HORIZONS)
    ties, scale = design.word("ties", TIES), design.word("interval", SCALES)
    found = survival(watched, horizons, ties, scale, design.level)
    return found.beside({"rows_without_a_value": int((~kept).sum())})
