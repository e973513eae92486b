"""Messages among the team of an encounter, and between the crews on a call and their centre."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from commonweal.kernel.actors import Subject
from commonweal.web import calling, threads
from commonweal.web.field.encounter import mine
from commonweal.web.pages import desk, page
from commonweal.web.permits import see
from commonweal.web.session import Request


@desk("work_field")
def talk(request: Request, encounter_id: UUID) -> HttpResponse:
    """Read (GET) and write (POST); the others of the team find a line in their bell."""
    by = request.actor
    outline = mine(by, encounter_id)
    about = Subject("encounter", encounter_id)
    permit = see(by, "encounter_narrative", "emergency", about)
    here = reverse("field:talk", args=[encounter_id])
    place = threads.Place(about, permit, {UUID(account): here for account in outline.team})
    if request.method == "POST":
        asks = request.POST.get("confirm") == "yes"
        threads.say(by, place, request.POST.get("text", ""), asks=asks, tell=place.readers)
        flash.success(request, _("Sent. The others find it in their bell."))
        return redirect(here)
    who = _("Read by the team of this encounter. Health details belong in the clinical part.")
    return page(request, "field/talk.html", threads.shown(by, place, here, who) | {"outline": outline})


@desk("work_field")
def of_call(request: Request, call: UUID) -> HttpResponse:
    """Between the crews on a call and the centre that sent them."""
    here = reverse("field:call_talk", args=[call])
    found = calling.talk(request, calling.place(request.actor, call), here)
    if request.method == "POST":
        flash.success(request, _("Sent. The others find it in their bell."))
        return redirect(here)
    return page(request, "field/call_talk.html", found)
