"""A grant's report, drafted from the metrics of evaluation, its deliverables and its money."""

from collections.abc import Mapping
from datetime import date, timedelta

from commonweal.evaluation import actions as evaluation
from commonweal.evaluation import queries as figures
from commonweal.evaluation.queries import Figure
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.planning.models import BudgetLine, Grant, GrantItem
from commonweal.planning.money import burns
from commonweal.planning.scenarios import may_plan

USUAL = ("response_minutes_p50", "resolved_in_community_share", "referral_accepted_share")


def draft_report(*, by: Actor, item: GrantItem) -> dict[str, object]:
    """Figures over the report's days, those of the deliverables first; the money by now. Nothing is kept.

    A metric whose count is too small to be told stands without a value.
    """
    may_plan(by)
    grant = item.grant
    wanted = list(dict.fromkeys([*_metrics(grant), *USUAL]))
    starts, ends = item.starts or grant.starts, item.ends or grant.ends
    found = figures_of(by, starts, ends)
    targets = {i.metric: i.target for i in grant.items.filter(kind="deliverable").exclude(metric="")}
    lines = list(BudgetLine.objects.select_related("source", "agency").filter(source=grant.source_id))
    return {
        "at": clock.now().isoformat(),
        "quality": quality(by=by),
        "figures": [{**_told(found[code]), "target": targets.get(code)} for code in wanted if code in found],
        "money": [
            {
                "line": b.line.name, "amount": float(b.line.amount), "spent": float(b.spent),
                "left": float(b.left),
            }
            for b in burns(lines)
        ],
    }  # fmt: skip


def quality(*, by: Actor) -> dict[str, object]:
    """The quality of the records that the figures stand on, plain enough to be filed with them."""
    found = figures.standing(evaluation.open_sets(by=by))
    worst = [
        {"field": i.field, "problem": i.problem, "source": i.source, "agency": {"name": i.agency.name}}
        for i in found.worst
    ]
    return {"is_known": found.is_known, "open": found.open, "explained": found.explained, "worst": worst}


def held_against(*, by: Actor, grant: Grant) -> Mapping[str, Mapping[str, object]]:
    """What each metric of a deliverable stands at over the grant's days so far, by code."""
    may_plan(by)
    codes = _metrics(grant)
    last = min(grant.ends, clock.today())
    if not codes or last < grant.starts:
        return {}
    found = figures_of(by, grant.starts, last)
    return {code: _told(found[code]) for code in codes if code in found}


def _metrics(grant: Grant) -> list[str]:
    rows = grant.items.filter(kind="deliverable").exclude(metric="")
    return list(rows.order_by("created_at").values_list("metric", flat=True))


def figures_of(by: Actor, first: date, last: date) -> dict[str, Figure]:
    """Every metric over those days, as far as the gate opens the records."""
    opened = evaluation.open_sets(by=by)
    start, end = clock.begin(first), clock.begin(last + timedelta(days=1))
    found = figures.overview(opened, start, min(end, clock.now()), USUAL[0])
    return {figure.metric.id: figure for figure in found.figures}


def _told(figure: Figure) -> dict[str, object]:
    return {
        "metric": figure.metric.id, "value": figure.value, "low": figure.low, "high": figure.high,
        "unit": figure.metric.unit,
    }  # fmt: skip
