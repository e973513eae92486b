"""Who may welcome help: the clinician's short list, and the public register of models."""

from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.foresight import actions, queries
from commonweal.kernel.actors import Subject
from commonweal.people import queries as people
from commonweal.sharing import actions as sharing
from commonweal.web.pages import desk, id_of, page
from commonweal.web.session import Request

CHOICES = ("offer", "not_now", "declined")


@desk("offer_outreach")
def outreach(request: Request) -> HttpResponse:
    """The list of the own agency: bands and reasons; names as far as the gate opens them."""
    by = request.actor
    told = queries.bands(actions.open_list(by=by))
    rows = [(one.subject.id, one["risk_level"]) for one in told]
    names = _names(request, [row["person"] for _id, row in rows if isinstance(row, dict)])
    context = {
        "rows": [_row(key, row, names) for key, row in rows if isinstance(row, dict)],
        "models": [m for m in queries.models(by.agency) if m.state == "active"],
        "objections": queries.open_objections(by),
        "choices": CHOICES,
    }
    return page(request, "analyst/outreach.html", context)


def _row(key: UUID, row: dict[str, Any], names: dict[UUID, object]) -> dict[str, Any]:
    return {**row, "id": key, "name": names.get(row["person"])}


def _names(request: Request, persons: list[UUID]) -> dict[UUID, object]:
    """Names by person, where the gate opens one for arranging care."""
    about = [(person, s) for person, found in people.records_of_many(persons).items() for s in found]
    asked: list[Subject] = [subject for _person, subject in about]
    answers = sharing.ask_many(
        by=request.actor, category="identity", purpose="care_coordination", about=asked
    )
    shown = {s.subject: s.get("name") for s in people.identities(sharing.permitted(answers))}
    return {person: shown[subject] for person, subject in about if shown.get(subject)}


@desk("offer_outreach")
@require_POST
def make(request: Request) -> HttpResponse:
    """Make the list anew by an active model."""
    made = actions.make_list(by=request.actor, model=id_of("model", request.POST.get("model", "")))
    flash.success(request, _("On the list: %(n)s.") % {"n": made.listed})
    return redirect("analyst:outreach")


@desk("offer_outreach")
@require_POST
def decide(request: Request, standing: UUID) -> HttpResponse:
    """Decide for one person, with a reason."""
    given = request.POST
    actions.decide(
        by=request.actor, standing=standing, choice=given.get("choice", ""), reason=given.get("reason", "")
    )
    flash.success(request, _("Kept, with your name and reason."))
    return redirect("analyst:outreach")


@desk("offer_outreach")
@require_POST
def answer(request: Request, objection: UUID) -> HttpResponse:
    """Answer somebody who objected."""
    actions.answer_objection(by=request.actor, objection=objection, answer=request.POST.get("answer", ""))
    flash.success(request, _("Answered. The person reads it on their own page."))
    return redirect("analyst:outreach")


def register(request: HttpRequest) -> HttpResponse:
    """Every model ever entered, with its card: public, nobody in it."""
    return page(request, "analyst/register.html", {"models": queries.models()})
