"""Screeners on a case: taken by a clinician of the team, followed over time by whom the gate lets."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from commonweal.cases import queries as cases
from commonweal.encounters import actions
from commonweal.encounters import queries as encounters
from commonweal.kernel.errors import NotFound
from commonweal.web import screening
from commonweal.web.casework.file import permit_of
from commonweal.web.casework.index import PURPOSE
from commonweal.web.pages import desk, page
from commonweal.web.session import Request


@desk("work_cases")
def every(request: Request, case_id: UUID) -> HttpResponse:
    """Screeners of this person over time, and those that this worker may ask."""
    by = request.actor
    permit_of(by, case_id)
    outline = cases.outline(case_id)
    about = encounters.assessments_of_person(outline.person)
    context = {
        "case": outline,
        "menu": screening.menu() if screening.may_take(by) else [],
        "base": reverse("casework:screens", args=[case_id]),
        "screens": screening.history(by, about, PURPOSE),
        "hidden": len(about),
        "refer": reverse("casework:refer", args=[case_id]),
    }
    return page(request, "casework/screens.html", context)


@desk("work_cases")
def one(request: Request, case_id: UUID, code: str) -> HttpResponse:
    """Ask (GET); score and keep (POST): for clinicians."""
    by = request.actor
    permit_of(by, case_id)
    if not screening.may_take(by):
        raise NotFound("screener")
    outline = cases.outline(case_id)
    if request.method == "POST":
        answers = screening.answers_of(request.POST, code)
        note = request.POST.get("note", "")
        actions.screen(by=by, person=outline.person, instrument=code, answers=answers, note=note)
        flash.success(request, _("Kept and scored."))
        return redirect("casework:screens", case_id=case_id)
    return page(request, "casework/screen.html", {"case": outline, **screening.form(code)})
