"""The first screen: the call in hand, the status wheel, the card before arrival, what is still open."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.calls import actions as calls
from commonweal.calls import queries as call_queries
from commonweal.encounters import queries as encounters
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.kernel.shown import Shown
from commonweal.messages import actions as messages
from commonweal.messages import queries as threads
from commonweal.people import queries as people
from commonweal.sharing import actions as sharing
from commonweal.web.kept import emergency
from commonweal.web.pages import desk, page
from commonweal.web.session import Request

STEPS = (
    ("acknowledged", gettext_lazy("Got it")),
    ("enroute", gettext_lazy("On the way")),
    ("on_scene", gettext_lazy("On scene")),
    ("transporting", gettext_lazy("Transporting")),
    ("at_destination", gettext_lazy("At destination")),
    ("available", gettext_lazy("We are clear")),
)


FRESH = timedelta(days=14)
NEXT = {"assigned": "acknowledged", "acknowledged": "enroute", "enroute": "on_scene"}  # until they are there


@dataclass(frozen=True, slots=True)
class Arrival:
    """Ninety seconds before arrival: what the call says, what helps, dated cautions, who the person is."""

    call: Shown | None
    plans: list[Shown]
    cautions: list[Shown]
    identities: list[Shown]
    encounter: encounters.Outline | None
    person: UUID | None = None


def arrival(by: Actor, call: UUID) -> Arrival:
    """Everything that the gate lets this worker see of the call in hand; asked once a category."""
    subject = Subject("call", call)
    permits = sharing.permitted(
        sharing.ask_many(by=by, category="call_facts", purpose="emergency", about=[subject])
    )
    person = call_queries.person_of(call, permit=permits[subject]) if permits else None
    told = call_queries.facts(permits)
    mine = [e for e in encounters.of_call(call) if by.id in e.team]
    return Arrival(
        told[0] if told else None,
        people.plans(_may(by, "safety_alerts", people.plans_of(person))) if person else [],
        people.cautions(_may(by, "safety_alerts", people.cautions_of(person))) if person else [],
        people.identities(_may(by, "identity", people.records_of(person))) if person else [],
        mine[0] if mine else None,
        person,
    )


def _may(by: Actor, category: str, about: list[Subject]) -> dict[Subject, sharing.Permit]:
    answers = sharing.ask_many(by=by, category=category, purpose="emergency", about=about) if about else {}
    return sharing.permitted(answers)


def _in_hand(request: Request) -> UUID | None:
    assigned = call_queries.assignment_of(UUID(request.actor.id))
    return assigned.call if assigned else None


def _owed(by: Actor) -> tuple[list[encounters.Outline], int]:
    """Follow-ups that fell due within two weeks, most overdue first, and how many are older."""
    every, since = encounters.follow_ups_due(by), clock.now() - FRESH
    fresh = [one for one in every if one.follow_up_due and one.follow_up_due >= since]
    return fresh[:10], len(every) - len(fresh)


def _new(by: Actor, call: UUID) -> threads.New | None:
    return threads.new_in(by, [Subject("call", call)]).get(call)


@desk("work_field")
@emergency(_in_hand)
def now(request: Request) -> HttpResponse:
    """The call in hand, or calm and what is still to finish."""
    by = request.actor
    account = UUID(by.id)
    assigned = call_queries.assignment_of(account)
    unit = agencies.unit_of(account)
    due, older = ([], 0) if assigned else _owed(by)  # a crew on a call sees the call
    following = NEXT.get(assigned.status, "") if assigned else ""
    return page(
        request,
        "field/index.html",
        {
            "assigned": assigned,
            "unit": unit,
            "view": call_queries.call_of(assigned.call) if assigned else None,
            "arrival": arrival(by, assigned.call) if assigned else None,
            "steps": STEPS,
            "next": (following, dict(STEPS).get(following)),
            "new": _new(by, assigned.call) if assigned else None,
            "open_encounters": encounters.open_for(account),
            "due": due,
            "older": older,
        },
    )


@desk("work_field")
@require_POST
def status(request: Request) -> HttpResponse:
    """One tap: the unit moves on. Arriving starts the safety timer; clearing ends it."""
    by = request.actor
    assigned = call_queries.assignment_of(UUID(by.id))
    if assigned is None:
        raise NotFound("assignment")
    wanted = request.POST.get("status", "")
    calls.set_status(by=by, call=assigned.call, unit=assigned.unit, status=wanted)
    if wanted == "on_scene":
        messages.start_check_in(by=by, unit=assigned.unit, call=assigned.call)
    if wanted == "available":
        messages.end_check_in(by=by, unit=assigned.unit)
        flash.success(request, _("You are clear. Thank you."))
    return redirect("field:index")


@desk("work_field")
@require_POST
def undo(request: Request) -> HttpResponse:
    """A slip of the thumb: the last status is taken back within a minute; the safety timer follows."""
    assigned = call_queries.assignment_of(UUID(request.actor.id))
    if assigned is None:
        raise NotFound("assignment")
    calls.take_back_status(by=request.actor, call=assigned.call, unit=assigned.unit)
    if assigned.status == "on_scene":
        messages.end_check_in(by=request.actor, unit=assigned.unit)
    flash.success(request, _("Taken back."))
    return redirect("field:index")


@desk("work_field")
@require_POST
def check_in(request: Request) -> HttpResponse:
    """All well: the safety timer begins again."""
    assigned = call_queries.assignment_of(UUID(request.actor.id))
    if assigned and messages.check_in(by=request.actor, unit=assigned.unit):
        flash.success(request, _("Noted. All well."))
    return redirect("field:index")


@desk("work_field")
@require_POST
def duress(request: Request) -> HttpResponse:
    """A silent call for help: nothing on the screen changes."""
    assigned = call_queries.assignment_of(UUID(request.actor.id))
    messages.raise_duress(
        by=request.actor,
        unit=assigned.unit if assigned else None,
        call=assigned.call if assigned else None,
        lon=_degrees(request.POST.get("lon", "")),
        lat=_degrees(request.POST.get("lat", "")),
    )
    return HttpResponse(status=204)


def _degrees(text: str) -> float | None:
    """A degree that a phone sent; None for anything else: a call for help is never refused."""
    try:
        found = float(text)
    except ValueError:
        return None
    return found if -180 <= found <= 180 else None
