"""Messages among the team of an encounter: the officer, the clinician, whoever was there."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from commonweal.kernel.actors import Subject
from commonweal.web import threads
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
    if request.method == "POST":
        team = [UUID(account) for account in outline.team]
        threads.say(by, about, request.POST.get("text", ""), permit, {here: team})
        flash.success(request, _("Sent. The others find it in their bell."))
        return redirect(here)
    context = {
        "outline": outline,
        "said": threads.read(by, about, permit),
        "target": here,
        "readers": _("Read by the team of this encounter. Health details belong in the clinical part."),
    }
    return page(request, "field/talk.html", context)
