"""What the desk looks up: places, people, earlier calls, the thread."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.calls import queries as calls
from commonweal.kernel.actors import Subject
from commonweal.places import queries as places_
from commonweal.web import calling, threads
from commonweal.web.desk import person as persons
from commonweal.web.desk.views import permit_for
from commonweal.web.pages import desk, page
from commonweal.web.session import Request


@desk("take_calls")
@require_POST
def places(request: Request) -> HttpResponse:
    """Places that fit what is typed, for the list under the field; posted, so that no address is logged."""
    text = request.POST.get("q", "")
    return page(request, "desk/_places.html", {"places": places_.find(text, 6), "text": text.strip()})


@desk("take_calls")
@require_POST
def people(request: Request, call: UUID) -> HttpResponse:
    """People who may be meant, through the gate; posted, so that no name stands in an address."""
    permit_for(request, call)
    text = request.POST.get("who", "")
    matches = persons.search(request.actor, call, text) if len(text.strip()) >= 3 else []
    return page(request, "desk/_people.html", {"matches": matches, "text": text, "id": call})


@desk("take_calls")
def units(request: Request, call: UUID) -> HttpResponse:
    """Every unit that is free now, to be chosen by hand: no point on the map, or nobody recommended.

    Where they are wanted stands above, as far as the permit for the call opens it.
    """
    about, permit = Subject("call", call), permit_for(request, call)
    facts = calls.facts({about: permit})
    free = sorted((u for u in calls.unit_states() if u.is_free), key=lambda u: (u.kind, u.call_sign))
    return page(request, "desk/_units.html", {"free": free, "id": call, "facts": facts[0] if facts else None})


@desk("take_calls")
def history(request: Request, call: UUID) -> HttpResponse:
    """Earlier calls about the person, opened on purpose."""
    permit = permit_for(request, call)
    known = calls.person_of(call, permit=permit)
    shown, hidden = persons.history(request.actor, call, known) if known else ([], 0)
    return page(request, "desk/_history.html", {"shown": shown, "hidden": hidden})


@desk("take_calls")
def thread(request: Request, call: UUID) -> HttpResponse:
    """The thread on the call: read it, and write in it."""
    place = threads.Place(Subject("call", call), permit_for(request, call), calling.readers_of(call))
    found = calling.talk(request, place, reverse("desk:thread", args=[call]))
    if request.method == "POST" and not request.htmx:
        return redirect("desk:call", call)
    template = "desk/_thread.html" if request.htmx else "call_thread.html"
    return page(request, template, found | {"drawer": bool(request.htmx), "call": call})
