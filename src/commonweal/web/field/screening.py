"""Screeners at the door: chosen by what was noted, asked one question a card, scored at once."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from commonweal.encounters import actions
from commonweal.encounters import queries as encounters
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.sharing import actions as sharing
from commonweal.web import screening
from commonweal.web.field.encounter import mine
from commonweal.web.pages import desk, page
from commonweal.web.session import Request

PURPOSE = "emergency"


def _mine(by: Actor, encounter: UUID) -> encounters.Outline:
    """The outline for a clinician of its team; NotFound for everyone else."""
    outline = mine(by, encounter)
    if not screening.may_take(by):
        raise NotFound("encounter")
    return outline


@desk("work_field")
def every(request: Request, encounter_id: UUID) -> HttpResponse:
    """What can be asked, what was asked before, and what follows from it."""
    by = request.actor
    outline = _mine(by, encounter_id)
    about = encounters.assessments_of([encounter_id])
    if outline.person:
        known = encounters.assessments_of_person(outline.person)
        about = list(dict.fromkeys([*about, *known]))
    context = {
        "outline": outline,
        "menu": screening.menu(_noted(by, encounter_id)),
        "base": reverse("field:screens", args=[encounter_id]),
        "screens": screening.history(by, about, PURPOSE),
        "refer": reverse("field:refer", args=[encounter_id]),
    }
    return page(request, "field/screens.html", context)


def _noted(by: Actor, encounter: UUID) -> list[str]:
    subject = Subject("encounter", encounter)
    answer = sharing.ask(by=by, category="encounter_narrative", purpose=PURPOSE, about=subject)
    if isinstance(answer, sharing.Refusal):
        return []
    values = encounters.answers({subject: answer})[encounter]
    lists = [values.get(name) for name in ("presenting_needs", "risks", "behaviours")]
    return [str(code) for found in lists if isinstance(found, list) for code in found]


@desk("work_field")
def one(request: Request, encounter_id: UUID, code: str) -> HttpResponse:
    """Ask (GET); score and keep (POST)."""
    by = request.actor
    outline = _mine(by, encounter_id)
    if request.method == "POST":
        answers = screening.answers_of(request.POST, code)
        note = request.POST.get("note", "")
        actions.screen(by=by, encounter=encounter_id, instrument=code, answers=answers, note=note)
        flash.success(request, _("Kept and scored."))
        return redirect("field:screens", encounter_id=encounter_id)
    return page(request, "field/screen.html", {"outline": outline, **screening.form(code)})
