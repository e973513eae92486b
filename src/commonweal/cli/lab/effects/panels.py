"""Designs over a panel: which columns make one, and what each design takes of it."""

from collections.abc import Mapping, Sequence

import numpy as np

from commonweal.cli.lab.effects.data import Data, Words, moment
from commonweal.cli.lab.effects.design import Design
from commonweal.engines.effects.findings import Finding
from commonweal.engines.effects.panel import Labels, Panel


def labels(words: Words, kept: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Labels:
    """Words as labels of the kept rows, in sorted order."""
    order = np.argsort(np.asarray(words.values, dtype=object), kind="stable")
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    return Labels(tuple(words.values[n] for n in order), place[words.codes]).only(kept)


def panel_of(
    design: Design, columns: Sequence[str] | None = None, holes: bool = False
) -> tuple[Panel, Mapping[str, object]]:
    """The panel of a design, and how many rows were left out for want of a value.

    `columns` are taken along as covariates, those of the design where none are named; with `holes` a missing
    value of theirs stays missing.
    """
    by = "treated" if design.has("treated") else "cohort"
    said = design.column(by)
    covariates = design.names("covariates") if columns is None else list(columns)
    unit = said if is_grouped(design) else design.column("unit")
    time, outcome = design.column("time"), design.column("outcome")
    cluster = design.column("cluster") if design.has("cluster") else unit
    weight = design.column("weights") if design.has("weights") else None
    fields = [unit, time, outcome, said, cluster, *covariates, *([weight] if weight else [])]
    data = design.read(fields)
    units, clusters = data.words(unit), data.words(cluster)
    if is_grouped(design) and not design.has("cluster"):
        clusters = Words([f"row {n + 1}" for n in range(data.length)], np.arange(data.length))
    times, values = data.times(time), data.numbers(outcome)
    treated = in_force(design, data, by, said, times)
    weights = data.numbers(weight) if weight else np.ones(data.length)
    others = {name: data.numbers(name, holes) for name in covariates}
    kept = data.kept
    if weight and not (weights[kept] > 0).all():
        raise data.row(int(np.flatnonzero(kept & ~(weights > 0))[0])).bad(
            weight, "is no weight above zero; drop the row"
        )
    panel = Panel(
        labels(units, kept), times[kept], values[kept], treated[kept], weights[kept],
        labels(clusters, kept), {name: column[kept] for name, column in others.items()},
    )  # fmt: skip
    return panel, {"rows_without_a_value": int((~kept).sum())}


def is_grouped(design: Design) -> bool:
    """Whether rows are people or calls seen once, parted by a 0/1 group and options.start, without units."""
    return not design.has("unit") and design.has("treated") and "start" in design.options


def in_force(
    design: Design, data: Data, by: str, column: str, times: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """1 where and when the change was in force: by a 0/1 column, a start, or a group with options.start."""
    if by == "cohort":
        return (times >= data.starts(column)).astype(np.float64)
    flags = data.flags(column)
    if "start" in design.options:
        return flags * (times >= start_of(design))
    return flags


def start_of(design: Design, field: str = "start") -> float:
    """options.start (or another field, if given): the first treated time, a number or a date."""
    field = field if field in design.options else "start"
    try:
        return moment(str(design.options[field]))
    except ValueError:
        raise design.bad(f"options.{field}", design.options[field], "write a time as in the data") from None


def by_differences(design: Design) -> Finding:
    """Difference in differences."""
    from commonweal.engines.effects.differences import did

    design.allow(("start",))
    panel, left_out = panel_of(design)
    return did(panel, design.level, design.seed).beside(left_out)


def by_event_study(design: Design) -> Finding:
    """Leads and lags."""
    from commonweal.engines.effects.event_study import Window, event_study

    design.allow(("start", "base", "first", "last", "method"))
    panel, left_out = panel_of(design)
    first, last = (
        design.whole(field, -1) if field in design.options else None for field in ("first", "last")
    )
    window = Window(design.whole("base", -1), first, last)
    method = design.word("method", ("twfe", "sun_abraham"))
    return event_study(panel, window, method, design.level, design.seed).beside(left_out)


def by_cohorts(design: Design) -> Finding:
    """Staggered adoption."""
    from commonweal.engines.effects.staggered import Choices, staggered

    design.allow((
        "start", "control_group", "method", "anticipation", "base_period", "aggregate", "bootstrap",
        "earliest", "latest",
    ))  # fmt: skip
    choices = Choices(
        design.word("control_group", ("never_treated", "not_yet_treated")),
        design.word("method", ("dr", "ipw", "reg")), design.whole("anticipation", 0),
        design.word("base_period", ("varying", "universal")),
        design.word("aggregate", ("simple", "dynamic", "group", "calendar")),
        design.whole("bootstrap", 0), design.seed,
        design.number("earliest", -np.inf), design.number("latest", np.inf),
    )  # fmt: skip
    panel, left_out = panel_of(design)
    return staggered(panel, choices, design.level).beside(left_out)
