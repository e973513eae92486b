"""The roster: which unit is on duty when, with whom. Put on, taken off, and the week before copied."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commonweal.agencies import actions, queries
from commonweal.calls import actions as calls_acts
from commonweal.calls import queries as calls
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.web.pages import desk, id_of, page, whole
from commonweal.web.session import Request

MOST_DAYS = 28
GIVEN = {"unit": "", "starts": "07:00", "ends": "19:00", "days": "1"}


@desk("supervise", "administer")
def day(request: Request) -> HttpResponse:
    """One day's shifts (`?day=`); a POST puts a unit on duty, takes one off, or copies the week before."""
    chosen, refused = _day(request.GET.get("day", "")), None
    given = GIVEN | {"unit": request.GET.get("unit", "")}
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in GIVEN}
        try:
            _act(request, chosen, given)
        except (Invalid, Conflict) as wrong:
            refused = wrong
        else:
            return redirect(f"{reverse('board:roster')}?day={chosen.isoformat()}")
    units = list(calls.rosterable(request.actor))
    unit = next((u for u in units if str(u.id) == given["unit"]), None)
    span = clock.begin(chosen), clock.begin(chosen + timedelta(days=1))
    shifts = list(queries.shifts_between(*span).filter(unit__in=units))
    on, now = {shift.unit_id for shift in shifts}, clock.now()
    states = {one.id: one.status for one in calls.unit_states()}
    rows = [(s, states.get(s.unit_id, "") if s.starts <= now < s.ends else "") for s in shifts]
    context = {
        "day": chosen, "today": clock.today(), "before": chosen - timedelta(days=1),
        "after": chosen + timedelta(days=1), "rows": rows, "units": units,
        "off": [u for u in units if u.id not in on], "given": given, "unit": unit,
        "most": MOST_DAYS,
        "crews": _crews(request.actor, unit) if unit else [], "now": now,
        "aboard": request.POST.getlist("crew"),
        "refused": refused and (refused.remedy if isinstance(refused, Invalid) else str(refused)),
        "field": refused.field if isinstance(refused, Invalid) else "",
    }  # fmt: skip
    return page(request, "board/roster.html", context, status=400 if refused else 200)


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text) if text else clock.today()
    except ValueError as wrong:
        raise Invalid("day", text[:20], _("Write a day as 2026-11-23.")) from wrong
    if not 1980 <= found.year <= 2100:
        raise Invalid("day", text[:20], _("Choose a day from 1980 to 2100."))
    return found


def _crews(by: Actor, unit: queries.Unit) -> list[tuple[str, list[tuple[queries.Account, str]]]]:
    """Who may be aboard, by agency: the unit's own first, then partners, as co-response asks for two."""
    found: dict[str, list[tuple[queries.Account, str]]] = {unit.agency.name: []}
    for one in calls.crewable(by).order_by("agency__name", "display_name"):
        if one.agency:
            found.setdefault(one.agency.name, []).append((one, _(queries.ROLES[one.role].name)))
    return list(found.items())


def _act(request: Request, chosen: date, given: dict[str, str]) -> None:
    act = request.POST.get("act", "")
    if act == "put":
        _put(request, chosen, given)
    elif act == "off":
        _take_off(request, id_of("shift", request.POST.get("shift", "")))
    elif act in ("out", "back"):
        _service(request, id_of("unit", request.POST.get("on", "")), in_service=act == "back")
    elif act == "copy":
        _copy(request, chosen)
    else:
        raise Invalid("act", act[:20], _("Use a button of the page."))


def _put(request: Request, chosen: date, given: dict[str, str]) -> None:
    unit = next((u for u in calls.rosterable(request.actor) if str(u.id) == given["unit"]), None)
    if unit is None:
        raise Invalid("unit", given["unit"][:40], _("Choose a unit of the list."))
    if (days := whole(given["days"])) is None or not 1 <= days <= MOST_DAYS:
        raise Invalid("days", given["days"][:20], _("Give a number of days from 1 to 28."))
    able = {str(a.id): a.id for a in calls.crewable(request.actor)}
    aboard = request.POST.getlist("crew")
    if unknown := [one for one in aboard if one not in able]:
        raise Invalid("crew", unknown[0][:40], _("Choose workers of the list."))
    if not aboard:
        raise Invalid("crew", "", _("Choose at least one worker: a unit without a crew answers no call."))
    rows = [
        (unit.id, *_span(chosen + timedelta(days=n), given), tuple(able[one] for one in aboard))
        for n in range(days)
    ]
    actions.set_shifts(by=request.actor, shifts=rows)
    told = ngettext("%(unit)s is on duty on %(n)d day.", "%(unit)s is on duty on %(n)d days.", days)
    flash.success(request, told % {"unit": unit.call_sign, "n": days})


def _span(on: date, given: dict[str, str]) -> tuple[datetime, datetime]:
    """From and to at the site's clock; where the end is not later, it is the next morning."""
    starts, ends = _time("starts", given["starts"]), _time("ends", given["ends"])
    until = on + timedelta(days=0 if ends > starts else 1)
    zone = clock.begin(on).tzinfo
    first, last = datetime.combine(on, starts, zone), datetime.combine(until, ends, zone)
    return first.astimezone(UTC), last.astimezone(UTC)


def _time(field: str, text: str) -> time:
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as wrong:
        raise Invalid(field, text[:20], _("Write a time as 07:00.")) from wrong


def _take_off(request: Request, shift: UUID) -> None:
    """Nothing is off twice; one of an agency that is not bound is none."""
    found = queries.shift(shift)
    if found is None:
        flash.info(request, _("It was taken off already."))
    elif calls.rosterable(request.actor).filter(id=found.unit_id).exists():
        actions.clear_shift(by=request.actor, shift=shift)
        flash.success(request, _("Taken off the roster."))
    else:
        raise NotFound("shift")


def _service(request: Request, unit: UUID, *, in_service: bool) -> None:
    """A free unit on duty cannot be sent for a while (a fault, a meal, a report), or can again."""
    own = calls.rosterable(request.actor).filter(id=unit).exists()
    if not own or unit not in {one.id for one in calls.unit_states()}:
        raise NotFound("unit")
    calls_acts.set_service(by=request.actor, unit=unit, in_service=in_service)
    told = _("It can be sent again.") if in_service else _("It is not sent until it is back.")
    flash.success(request, told)


def _copy(request: Request, chosen: date) -> None:
    copied = actions.copy_week(
        by=request.actor, first=chosen, units=[u.id for u in calls.rosterable(request.actor)]
    )
    told = ngettext("%(n)d shift was copied.", "%(n)d shifts were copied.", copied.done)
    flash.success(request, told % {"n": copied.done})
    for sign, why in copied.left[:5]:
        flash.warning(request, f"{sign}: {why}")
    if (more := len(copied.left) - 5) > 0:
        told = ngettext("%(n)d more was left out.", "%(n)d more were left out.", more)
        flash.warning(request, told % {"n": more})
