"""Rosters side by side in words and tables."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.planning import queries
from commonweal.planning.queries import Present, Scenario, SimulationRun
from commonweal.web.numbers import said
from commonweal.web.planner.telling import week_rows

ROWS = {
    "p50": (gettext_lazy("Half of the calls are reached within"), gettext_lazy("min"), 1.0),
    "p90": (gettext_lazy("Nine in ten calls are reached within"), gettext_lazy("min"), 1.0),
    "within": (gettext_lazy("Reached within 15 minutes"), "%", 100.0),
    "busy": (gettext_lazy("Time on duty spent with people"), "%", 100.0),
    "lost": (gettext_lazy("Calls that meet nobody free"), "%", 100.0),
    "off_duty": (gettext_lazy("Calls that come with nobody on duty (part of the line above)"), "%", 100.0),
}
PLAYED = {**ROWS, "lost": (gettext_lazy("Gave up waiting"), "%", 100.0)}
FIT = {
    "mean": gettext_lazy("Mean"),
    "p50": gettext_lazy("Half of the calls"),
    "p90": gettext_lazy("Nine in ten"),
}
DOUBTS = {
    "no_calls": gettext_lazy(
        "No past call with a place was answered by this kind of unit: only hours and cost are shown."
    ),
    "few_calls": gettext_lazy("Fewer than 30 past calls: chance alone moves this much."),
    "assumed": gettext_lazy(
        "No past call says that this kind of unit was sent. Shown is an assumption: that it answered every "
        "call about behavioral health, for as long as others took. It cannot be held against records."
    ),
    "without_place": gettext_lazy("Some past calls carry no place and were left out."),
    "others": gettext_lazy(
        "Other agencies have units of this kind on duty too; the calls that they answered are counted as if "
        "this roster had to answer them."
    ),
    "no_base": gettext_lazy("A unit without a base is taken to wait in the middle of the calls."),
    "no_roster": gettext_lazy("No shift of these units stands this week or next."),
    "approximate": gettext_lazy(
        "More than fifteen units at once: an approximation, which can be a third or more off for a single "
        "unit. Simulate before deciding."
    ),
}


FAULTS = {
    "cut_off": gettext_lazy("The worker ended twice in the middle of it. Tell the administrator."),
    "changed": gettext_lazy("The scenario was changed or removed while it was simulated. Simulate it again."),
    "not_allowed": gettext_lazy("Whoever asked for it may plan no more."),
    "refused": gettext_lazy("The present roster cannot be played. Look at the scenario, then try again."),
    "broken": gettext_lazy(
        "A fault of the programme stopped it; it stands in the log of the service. Tell the administrator."
    ),
}


def run_told(run: SimulationRun) -> dict[str, object]:
    """How far a simulation is, in words; nothing once it is done."""
    words = {"done": run.done, "of": run.of}
    ahead = queries.runs_waiting(run) if run.state == "waiting" else 0
    return {
        "run": run, "percent": run.percent,
        "state": {
            "waiting": _("Waits for the worker, behind %(n)s others.") % {"n": ahead}
            if ahead else _("Waits for the worker."),
            "playing": _("%(done)s of %(of)s plays done.") % words if run.of else _("Reads the past calls."),
            "failed": str(FAULTS.get(run.fault, FAULTS["broken"])),
            "stopped": _("Stopped. Nothing of it was kept."),
        }.get(run.state, ""),
    }  # fmt: skip


def simulated(row: Scenario, now: Present) -> dict[str, object]:
    """A scenario with its last simulation: how far it is, and what the last finished one showed."""
    run = queries.latest_run(row)
    told: dict[str, object] = run_told(run) if run else {}
    return {"row": row, **told, "played": played(row, now) if row.played else None, "times": (20, 100, 400)}


def doubts(answer: Mapping[str, Any]) -> list[str]:
    """Reasons to doubt the model's answer."""
    codes = list(answer["doubts"])
    if not all(side["is_exact"] for side in answer["sides"]):
        codes.append("approximate")
    return [str(DOUBTS[code]) for code in codes]


def _shown(value: float | None, factor: float) -> str:
    return "–" if value is None else said(value * factor, 1)


def columns(answer: Mapping[str, Any], names: Sequence[str]) -> dict[str, object]:
    """The table's heads, rows of measures, rows of areas, and each side's hours of the week."""
    sides = cast("list[dict[str, Any]]", answer["sides"])
    heads = [_("Now"), *names]
    measures = [
        (name, unit, [_shown(side["measures"].get(code), factor) for side in sides])
        for code, (name, unit, factor) in ROWS.items()
        if any(code in side["measures"] for side in sides)
    ]
    areas = []
    for area in sorted({area for side in sides for area in side["areas"]}, key=lambda a: (a == "", a)):
        cells = [side["areas"].get(area, {}) for side in sides]
        calls = max((cell.get("calls", 0.0) for cell in cells), default=0.0)
        parts = [(_shown(c.get("p90"), 1.0), _shown(c.get("lost"), 100.0)) for c in cells]
        areas.append((area or _("Areas of few calls together"), said(calls, 1), parts))
    if areas:
        every = [side["measures"] for side in sides]
        whole = [(_shown(m.get("p90"), 1.0), _shown(m.get("lost"), 100.0)) for m in every]
        calls = max(sum(cell["calls"] for cell in side["areas"].values()) for side in sides)
        areas.insert(0, (_("All areas together"), said(calls, 1), whole))
    return {
        "heads": heads, "measures": measures, "areas": areas,
        "costs": [(Decimal(str(s["cost"])), Decimal(str(s["cost"] - sides[0]["cost"]))) for s in sides],
        "weeks": [
            (head, week_rows([int(n) for n in s["on_duty"]])) for head, s in zip(heads, sides, strict=True)
        ],
        "unit_hours": [said(sum(s["on_duty"]), 1) for s in sides],
    }  # fmt: skip


def budgets(agency: UUID, kind: str, answer: Mapping[str, Any]) -> list[tuple[str, str, Decimal, list[str]]]:
    """Each line that may pay this kind: name, source, what is left, and how long that carries each side."""
    found = []
    for burn in queries.money(agency):
        if queries.pays_for(burn.line, kind):
            more = [side["cost"] - answer["sides"][0]["cost"] for side in answer["sides"]]
            found.append(
                (burn.line.name, burn.line.source.name, burn.left, [_carries(burn.left, m) for m in more])
            )
    return found


def _carries(left: Decimal, more: float) -> str:
    """What is left beyond the shifts already set, against what a side costs more in a week."""
    if more <= 0:
        return _("costs no more than now")
    if left <= 0:
        return _("nothing left for it")
    return _("pays the difference for %(weeks)s weeks") % {"weeks": said(float(left) / more, 1)}


def played(row: Scenario, now: Present) -> dict[str, object]:
    """A simulation kept with a scenario: what it showed, or why it does not advise."""
    result = cast("dict[str, Any]", row.played)
    rows = []
    for code, (name, unit, factor) in PLAYED.items():
        three = result["measures"].get(code)
        if three:
            cells = [
                [None if n is None else n * factor for n in three[s]] for s in ("now", "moved", "difference")
            ]
            rows.append((name, unit, *cells))
    fits = [
        (FIT[f["measure"]], f["simulated"], f["observed"], f["low"], f["high"], _off(f["off"]), f["fits"])
        for f in result["fits"]
    ]
    areas = [
        (area or _("Areas of few calls together"), [_shown(n, 1.0) for n in three])
        for area, three in sorted(result["areas"].items(), key=lambda pair: (pair[0] == "", pair[0]))
    ]
    return {
        "row": row, "rows": rows, "fits": fits, "areas": areas, "result": result, "verdict": verdict(result),
        "is_old": result["roster"] != queries.roster_mark(now),
    }  # fmt: skip


def _off(share: float | None) -> str:
    return "–" if share is None else f"{said(100 * share, 0, signed=True)} %"


def verdict(result: Mapping[str, Any]) -> str:
    """The difference in plain words with its interval; a refusal where the simulation does not fit."""
    if not result["calls"]:
        return _("There are no past calls to simulate.")
    if not result["fits"]:
        return _(
            "It does not advise: too few past calls carry the time of arrival to hold it against "
            "(30 are needed)."
        )
    if not result["holds"]:
        worst = max(result["fits"], key=lambda f: abs(f["off"] or 0.0))
        return _("It does not advise: against the records it is off by %(off)s (%(what)s).") % {
            "off": _off(worst["off"]), "what": FIT[worst["measure"]],
        }  # fmt: skip
    return _difference(*result["measures"]["p90"]["difference"])


def _difference(value: float | None, low: float | None, high: float | None) -> str:
    """What becomes of waiting, with its interval."""
    if value is None or low is None or high is None:
        return _("The difference cannot be told.")
    facts = {
        "minutes": said(abs(value), 1),
        "low": said(low, 1, signed=True),
        "high": said(high, 1, signed=True),
    }
    if low <= 0 <= high:
        return (
            _("No difference in waiting can be told apart from chance (%(low)s to %(high)s minutes).") % facts
        )
    if value < 0:
        return _("Nine in ten calls are reached %(minutes)s minutes sooner (%(low)s to %(high)s).") % facts
    return _("Nine in ten calls wait %(minutes)s minutes longer (%(low)s to %(high)s).") % facts
