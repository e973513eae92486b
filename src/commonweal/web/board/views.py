"""The live board: calls, units, timers and the map, as they are now."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.calls import queries as calls
from commonweal.encounters import queries as encounters
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import NotFound
from commonweal.messages import actions as messages
from commonweal.messages import queries as threads
from commonweal.sharing.actions import Permit, ask
from commonweal.web import calling, stages
from commonweal.web.board import shared
from commonweal.web.board.rows import as_anyone, asked, open_rows, points
from commonweal.web.cells import dots
from commonweal.web.ground import ground
from commonweal.web.pages import desk, page
from commonweal.web.permits import need
from commonweal.web.session import Request, by_itself

STEPS = (
    "received answered triage_end dispatched acknowledged enroute on_scene person_contact backup_requested "
    "transport_start at_destination handoff_accepted cleared"
).split()


@desk("watch_board")
def index(request: Request) -> HttpResponse:
    """The whole board."""
    at = shared.moment(request.actor.agency)
    found = _seen(at, asked(request.actor, at.views), _alarms(request, at))
    layers = [
        *ground(),
        {"name": "units", "kind": "point", "url": reverse("board:units"), "label": "sign", "radius": 5},
        {"name": "calls", "kind": "point", "data": found["points"], "property": "tier", "radius": 9},
    ]  # fmt: skip
    return page(request, "board/index.html", found | {"layers": layers, "span": calls.span_of_history()})


@desk("watch_board")
def now(request: Request) -> HttpResponse:
    """Strip and list alone, with the map's points, for live refresh.

    The gate is asked for this viewer; those whom it tells the same share one drawing of a moment. An alarm
    bears a form with the viewer's own token, so that one is drawn for each.
    """
    at = shared.moment(request.actor.agency, _heard(request))
    answers = asked(request.actor, at.views, redraws=by_itself(request))
    alarms = _alarms(request, at)
    if alarms:
        return page(request, "board/_now.html", _seen(at, answers, alarms))

    def draw() -> bytes:
        return render_to_string("board/_now.html", _seen(at, answers, ())).encode()

    key = (get_language(), timezone.get_current_timezone_name(), shared.alike(answers))
    return HttpResponse(shared.drawn(at, key, draw))


def _heard(request: Request) -> int:
    """The last change that this browser was told of; 0 where it does not say."""
    text = request.headers.get("X-Heard", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


Alarms = Sequence[tuple[threads.Duress, str, str | None]]


def _alarms(request: Request, at: shared.Moment) -> Alarms:
    """Silent alarms that nobody has answered, for those who answer for the worker: read for each viewer."""
    may = request.actor.may("supervise")
    open_ones = [one for one in threads.open_duress() if calls.hears(request.actor, one)] if may else []
    if not open_ones:
        return []
    people = agencies.names([str(alarm.account) for alarm in open_ones])
    signs = {unit.id: unit.call_sign for unit in at.units}
    return [(one, people[str(one.account)], signs.get(one.unit) if one.unit else None) for one in open_ones]


def _seen(at: shared.Moment, answers: shared.Answers, alarms: Alarms) -> dict[str, Any]:
    rows = open_rows(at.views, answers)
    free = Counter(unit.kind for unit in at.units if unit.is_free)
    names = {unit.id: unit.call_sign for unit in at.units}
    return {
        "rows": rows,
        "holding": sum(1 for row in rows if row.view and row.view.is_waiting),
        "active": sum(1 for row in rows if row.view and not row.view.is_waiting),
        "free": sorted(free.items()),
        "free_total": sum(free.values()),
        "units": at.units,
        "late": [(names.get(timer.unit, ""), timer) for timer in at.overdue],
        "alarms": alarms,
        "points": points(rows),
    }


def _unit_dots() -> dict[str, Any]:
    return dots(
        {"lon": unit.lon, "lat": unit.lat, "sign": unit.call_sign, "status": unit.status}
        for unit in calls.unit_states()
        if unit.lon is not None
    )


@desk("watch_board")
def units(request: Request) -> HttpResponse:
    """Where units on duty are, for the moving dots."""
    return JsonResponse(_unit_dots(), content_type="application/geo+json")


def permit_for(request: Request, call: UUID) -> Permit:
    """What this viewer may see of a call: all of it while tied to it, else what anyone may see."""
    about = Subject("call", call)
    full = ask(by=request.actor, category="call_facts", purpose="emergency", about=about)
    if isinstance(full, Permit):
        return full
    if not calls.for_public([call]):
        return need(full)
    anyone = as_anyone(request.actor)
    some = ask(by=anyone, category="call_facts", purpose="public_reporting", about=about)
    return some if isinstance(some, Permit) else need(full)


@desk("watch_board")
def call(request: Request, call: UUID) -> HttpResponse:
    """One call in a drawer; as a page of its own where it is opened by address."""
    view, permit = calls.call_of(call), permit_for(request, call)
    about, is_full = {Subject("call", call): permit}, permit.question.purpose == "emergency"
    [shown] = calls.facts(about) if is_full else calls.public_facts(about)
    times: Any = shown.get("time") or {}
    lines = calls.notes(call, permit=permit) if is_full else []
    names = agencies.names([line.actor for line in lines])
    label = calls.label_in(view.local_label, view.agency, get_language() or "en") if is_full else ""
    context = {
        "view": view,
        "label": label,
        "facts": shown,
        "steps": [{"at": times[s], "title": stages.name(s)} for s in STEPS if s in times],
        "notes": [(names[line.actor], line) for line in lines],
        "is_full": is_full,
        "paper": calls.from_paper([call]).get(call),
        "diverged": _diverged(call) if is_full else [],
        "new": threads.new_in(request.actor, about).get(call) if is_full else None,
        "can_open": view.is_open and request.actor.may("take_calls"),
    }
    return page(request, "board/_drawer.html" if request.htmx else "board/call.html", context)


def _diverged(call: UUID) -> list[tuple[str, str, encounters.Diverged]]:
    """Answers of which two versions wait for the call's team: by whom, never what they say."""
    found = encounters.divergences([one.id for one in encounters.of_call(call)])
    names = agencies.names([str(one.offered_by) for one in found] + [one.standing_by for one in found])
    return [(names.get(one.standing_by, ""), names.get(str(one.offered_by), ""), one) for one in found]


@desk("watch_board")
def thread(request: Request, call: UUID) -> HttpResponse:
    """Read and write the thread on a call: in the drawer, or as a page of its own."""
    found = calling.talk(request, calling.place(request.actor, call), reverse("board:thread", args=[call]))
    template = "board/_thread.html" if request.htmx else "call_thread.html"
    return page(request, template, found | {"drawer": bool(request.htmx), "call": call})


@desk("supervise")
@require_POST
def alarm(request: Request, alarm: UUID) -> HttpResponse:
    """A supervisor has reached the worker who raised a silent alarm; to others there is no such alarm."""
    if not calls.hears(request.actor, threads.alarm(alarm)):
        raise NotFound("alarm")
    messages.close_duress(by=request.actor, duress=alarm)
    return redirect("board:index")
