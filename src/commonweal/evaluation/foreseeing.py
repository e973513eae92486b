"""Before a study is registered: what its design could show, from the site's own past alone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from math import isfinite
from zoneinfo import ZoneInfo

import numpy as np

from commonweal.calls import queries as calls
from commonweal.engines.effects.foreseeing import Foreseen, foreseen
from commonweal.evaluation.estimating import Table, kept_areas, number, tabled, value
from commonweal.evaluation.opening import may_evaluate, open_sets
from commonweal.evaluation.plans import Plan
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.sharing.queries import floor

YEAR = timedelta(days=364)


def foresee(*, by: Actor, plan: Plan) -> dict[str, object]:
    """The smallest effect that the plan would let be seen with 80 % chance, as it is kept with the plan.

    Counts only what lies before the first start and before today. Where too little is on file, `why` says so
    and the rest is empty.
    """
    may_evaluate(by)
    proposed = plan.checked().proposed()
    before = past_of(plan)
    zone = ZoneInfo(plan.zone)
    start, end = (
        datetime.combine(day, time(), zone) for day in (before.first, before.last + timedelta(days=1))
    )
    opened = open_sets(by=by)
    try:
        table = tabled(before, calls.extract(opened.of("call_facts"), start, end))
    except Invalid:
        return {"why": "empty"}
    designed = replace(plan, design=plan.design or proposed.design)
    return told(designed, before, table, proposed.smallest_p, floor())


def past_of(plan: Plan) -> Plan:
    """The same areas and periods before anybody began, as long as the study and a year at least."""
    begun = min((day for day in plan.starts.values() if day), default=plan.first)
    end = min(begun, clock.today())
    span = max(plan.last - plan.first, YEAR)
    periods = -(-span.days // plan.step)
    return replace(plan, first=end - timedelta(days=periods * plan.step), last=end - timedelta(days=1))


def told(
    plan: Plan, before: Plan, table: Table, smallest_p: float | None, fewest: int
) -> dict[str, object]:
    """What is foreseen, as it is kept; areas of fewer events than `fewest` are left out, as they will be."""
    starts = plan.answers().starts
    areas = [area for area in kept_areas(plan, table, fewest) if area in starts]
    past = np.array([[value(before, table, area, n) for n in table.covered] for area in areas])
    try:
        found = foreseen(plan.design, [starts[area] for area in areas], plan.periods, past, smallest_p)
    except (ValueError, ZeroDivisionError, IndexError):
        return {"why": "little"}
    return {**kept(found), "areas": len(areas), "periods": plan.periods, "past": len(table.covered)}


def kept(found: Foreseen) -> Mapping[str, object]:
    """Numbers as they are stored; None for what is without end."""
    alike = found.scatter.alike
    icc = None if alike is None else [alike.icc, alike.interval.low, alike.interval.high]
    return {
        "share": number(found.share), "least": number(found.least), "mean": number(found.scatter.mean),
        "lasting": number(found.scatter.lasting),
        "icc": icc and [number(value) for value in icc],
        "chances": [[size, number(chance)] for size, chance in found.chances.items() if isfinite(chance)],
    }  # fmt: skip
