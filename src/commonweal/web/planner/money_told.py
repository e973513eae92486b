"""Money in words and rows: costs with intervals, forecasts, best uses, what one more would buy."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.planning import actions, queries
from commonweal.planning.queries import Burn, Choice, Each, Forecast, Grant, GrantItem, Programme, Use
from commonweal.web.numbers import said
from commonweal.web.templatetags.commonweal import KINDS

THOUSAND = 1_000


def money(value: float) -> str:
    """Whole dollars; below ten, with cents."""
    return f"${said(value, 2 if abs(value) < 10 else 0)}"


def each_told(found: Each) -> str:
    """The cost of one, with its interval; why there is none."""
    if found.count is None:
        return "–"
    if found.cost is None or found.interval is None:
        return _("none")
    return _("%(cost)s (%(low)s to %(high)s), of %(count)s") % {
        "cost": money(found.cost), "low": money(found.interval.low), "high": money(found.interval.high),
        "count": said(found.count),
    }  # fmt: skip


def priced(found: Sequence[Programme]) -> list[dict[str, str]]:
    """A row a programme."""
    return [
        {
            "name": str(KINDS.get(p.kind, p.kind)), "agency": p.name, "hours": said(p.hours),
            "cost": money(p.cost), "hour": money(p.per_hour), "contact": each_told(p.contact),
            "alone": each_told(p.alone), "referral": each_told(p.referral),
        }
        for p in found
    ]  # fmt: skip


def forecasts(burns: Iterable[Burn]) -> list[tuple[Burn, Forecast, str]]:
    """Each line with what its pace comes to, in a sentence."""
    found = list(burns)
    told = queries.forecasts(found)
    return [(b, told[b.line.id], forecast_sentence(told[b.line.id])) for b in found if b.line.id in told]


def forecast_sentence(found: Forecast) -> str:
    """Where the pace of the last weeks leads by the last day, or when the money ends."""
    ends = {"left": found.left, "low": found.left_low, "high": found.left_high}
    facts = {name: money(abs(value)) for name, value in ends.items()}
    if found.runs_out is not None:
        return _("At the pace of the last weeks it is used up by %(day)s, before its last day.") % {
            "day": found.runs_out.strftime("%Y-%m-%d")
        }
    if found.left_low < 0 <= found.left:
        says = _("At this pace about %(left)s is left on its last day; it may also fall short by %(low)s.")
        return says % facts
    return _("At this pace about %(left)s is left on its last day (%(low)s to %(high)s).") % facts


def hours_told(found: Choice) -> str:
    """What is bought, in words."""
    start, end = (f"{h:02d}:00" for h in found.hours)
    facts = {"kind": str(KINDS.get(found.kind, found.kind)), "start": start, "end": end, "sign": found.sign}
    if found.what == "open":
        return _("%(kind)s: a team from %(start)s to %(end)s, when nobody is on duty") % facts
    return _("%(kind)s: one more team beside %(sign)s, %(start)s to %(end)s") % facts


def bought(found: Use) -> list[dict[str, Any]]:
    """A row an option: share bought, money by purse, calls with range, what one costs, where."""
    names = purse_names()
    return [
        {
            "what": hours_told(choice), "share": said(100 * share), "is_bought": share > 0.001,
            "cost": money(choice.cost), "calls": said(choice.calls, 1), "low": said(choice.low, 1),
            "high": said(choice.high, 1), "each": money(choice.each) if choice.each else "–",
            "areas": ", ".join(
                f"{area or _('areas of few calls')} {said(number, 1)}"
                for area, number in choice.areas if number > 0.05
            ),
            "paid": [(names.get(purse, purse), money(sum_)) for purse, sum_ in paid.items()],
        }
        for choice, share, paid in found.rows
    ]  # fmt: skip


def purse_names() -> dict[str, str]:
    """Budget lines by id, and the new money."""
    return {"new": _("new money"), **{str(b.line.id): b.line.name for b in queries.money()}}


def worth(found: Use) -> list[str]:
    """Shadow prices in sentences."""
    names = purse_names()
    told = []
    for purse, value in found.worth.items():
        facts = {"name": names.get(purse, purse), "calls": said(THOUSAND * value, 2)}
        if value * THOUSAND < 0.005:
            says = _("Another $1,000 in %(name)s would reach no more calls: what it may pay for is bought.")
            told.append(says % facts)
        else:
            told.append(_("Another $1,000 in %(name)s would reach %(calls)s more calls a year.") % facts)
    for programme, value in found.price.items():
        kind = programme.split(".")[1]
        facts = {"kind": str(KINDS.get(kind, kind)), "calls": said(THOUSAND * value, 2)}
        if value * THOUSAND < 0.005:
            told.append(_("Keeping money for %(kind)s costs nothing: it would be bought anyway.") % facts)
        else:
            told.append(_("Each $1,000 kept for %(kind)s gives up %(calls)s calls a year elsewhere.") % facts)
    return told


def laddered(found: Use) -> list[tuple[str, str, str]]:
    """The first amount, and each one upon it: money, calls more in all, calls of that step."""
    rows, before = [], 0.0
    for amount, gain in found.ladder:
        rows.append((money(amount), said(gain, 1), said(gain - before, 1)))
        before = gain
    return rows


def due_in(items: Iterable[GrantItem]) -> list[tuple[GrantItem, str]]:
    """What is owed to funders, soonest first, and how it stands."""
    today = clock.today()
    return [(item, _standing((item.due - today) if item.due else timedelta())) for item in items]


def _standing(left: timedelta) -> str:
    if left.days < 0:
        return _("%(days)s days late") % {"days": -left.days}
    return _("today") if left.days == 0 else _("in %(days)s days") % {"days": left.days}


def figures(by: Actor, of: Grant) -> dict[str, object]:
    """Metrics of the deliverables, over the days of the grant so far."""
    return dict(actions.held_against(by=by, grant=of))
