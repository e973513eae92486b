"""Communication tests: started by a supervisor, confirmed by whoever is asked, counted over time."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.calls import queries as calls
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.messages import actions as messages
from commonweal.messages import queries
from commonweal.web.choices import WAYS
from commonweal.web.pages import desk, id_of, page, paged, whole
from commonweal.web.session import Request

MINUTES = (5, 10, 15, 30, 60)


@desk("learn")
def index(request: Request) -> HttpResponse:
    """For supervisors the tests of their agency, with a form; for everybody those that ask them."""
    return _index(request)


def _index(request: Request, error: Invalid | None = None) -> HttpResponse:
    by = request.actor
    asked = [row for row in queries.drills_asked(by)[:20]]
    context = {
        "waiting": [row for row in asked if row.confirmed_at is None and row.drill.ends_at > clock.now()],
        "done": [row for row in asked if row.confirmed_at or row.drill.ends_at <= clock.now()],
        "may_start": by.may("supervise") and by.agency is not None, "error": error,
    }  # fmt: skip
    if context["may_start"]:
        rows = paged(request, queries.drills(by), 12)
        figures = rows.map(lambda found: [(one, queries.figure(one)) for one in found])
        context |= _choices(request) | {"drills": figures}
    return page(request, "drills/index.html", context, status=400 if error else 200)


def _choices(request: Request) -> dict[str, object]:
    houses = calls.who_is_on(request.actor)
    names = {house.id: house.name for house in houses}
    teams = [one for one in agencies.teams() if one.agency_id in names]
    return {
        "houses": [(str(house.id), house.name, len(house.people)) for house in houses],
        "teams": [(str(one.id), f"{one.name}, {names[one.agency_id]}") for one in teams],
        "ways": WAYS, "minutes": MINUTES, "within": request.POST.get("within", "15"),
        "given": {name: request.POST.getlist(name) for name in ("agencies", "teams", "channels", "monthly")},
    }  # fmt: skip


@desk("learn")
def show(request: Request, drill_id: UUID) -> HttpResponse:
    """One test: to those whom it asks its question, to its agency's supervisors its figures too."""
    by = request.actor
    found = queries.drill(by, drill_id)
    mine = next((row for row in found.asked.all() if str(row.account) == by.id), None)
    context = {
        "drill": found, "mine": mine, "is_over": found.ends_at <= clock.now(),
        "agency": agencies.agency(found.agency).name,
        **(_figures(by, found) if by.may("supervise") and found.agency == by.agency else {}),
    }  # fmt: skip
    return page(request, "drills/show.html", context)


def _figures(by: Actor, found: queries.Drill) -> dict[str, object]:
    """The figures, and who did not confirm, with the names that agencies show to the reader's own."""
    rows = list(found.asked.all())
    homes, ways = queries.figure_by(found)
    names = {one.id: one.name for one in agencies.agencies()}
    named = {house.id for house in calls.who_is_on(by) if house.is_named}
    people = agencies.names([str(row.account) for row in rows])
    silent = sorted(
        (names.get(row.agency, ""), people[str(row.account)] if row.agency in named else "")
        for row in rows
        if row.confirmed_at is None
    )
    return {
        "figure": queries.figure(found),
        "homes": [(names.get(home, ""), figure) for home, figure in homes.items()],
        "by_way": [(_way(way), figure) for way, figure in ways.items()],
        "silent": silent,
    }  # fmt: skip


def _way(code: str) -> str:
    return str(WAYS[code]) if code in WAYS else _("The bell in the product")


@desk("supervise")
@require_POST
def start(request: Request) -> HttpResponse:
    """Start one now."""
    typed = request.POST
    try:
        made = messages.start_drill(
            by=request.actor,
            agencies_=[id_of("agency", one) for one in typed.getlist("agencies")],
            teams=[id_of("team", one) for one in typed.getlist("teams")],
            channels=typed.getlist("channels"), within=whole(typed.get("within", "")) or 0,
            monthly=bool(typed.get("monthly")),
        )  # fmt: skip
    except Invalid as error:
        return _index(request, error)
    flash.success(request, _("The drill has begun. Everybody on duty there was asked to confirm."))
    return redirect("drill", made.id)


@desk("learn")
@require_POST
def confirm(request: Request, drill_id: UUID) -> HttpResponse:
    """ "I am here": said by whoever was asked."""
    messages.confirm_drill(by=request.actor, drill=drill_id)
    flash.success(request, _("Confirmed. This was a drill; there is nothing else to do."))
    return redirect("drill", drill_id)


@desk("supervise")
@require_POST
def stop(request: Request, drill_id: UUID) -> HttpResponse:
    """It is not held again by itself."""
    messages.stop_repeating(by=request.actor, drill=drill_id)
    flash.success(request, _("It is not held again by itself."))
    return redirect("drill", drill_id)
