"""Photographs of an encounter on the phone: taken, looked at, withdrawn and brought back."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.encounters import actions
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.sharing import actions as sharing
from commonweal.web import photographs
from commonweal.web.field.encounter import mine
from commonweal.web.pages import desk, page
from commonweal.web.session import Request

PURPOSE, ANSWER = "emergency", "consent_to_photograph"
TOO_MUCH = "It has more than %(most)s MB. Take it smaller."
Fault = Invalid | Conflict | None


@desk("work_field")
def every(request: Request, encounter_id: UUID) -> HttpResponse:
    """The photographs that the gate opens to a member of the team; a POST adds one, or notes their answer."""
    mine(request.actor, encounter_id)
    typed = {name: request.POST.get(name, "") for name in ("kind", "caption")}
    if request.method == "POST" and ANSWER in request.POST:
        said = request.POST[ANSWER] == "yes"
        actions.record(by=request.actor, encounter=encounter_id, consent_to_photograph=said)
        return redirect("field:photographs", encounter_id=encounter_id)
    if request.method == "POST":
        try:
            return _added(request, encounter_id, typed)
        except (Invalid, Conflict) as fault:
            return _listed(request, encounter_id, typed, fault)
    return _listed(request, encounter_id, typed)


def _listed(request: Request, encounter: UUID, typed: dict[str, str], fault: Fault = None) -> HttpResponse:
    by, outline = request.actor, mine(request.actor, encounter)
    rows, hidden = photographs.rows(by, [encounter], PURPOSE)
    context = {
        "outline": outline,
        "rows": [row for row in rows if not row["withdrawn_at"]],
        "withdrawn": [row for row in rows if row["withdrawn_at"]],
        "hidden": hidden,
        "kinds": actions.PHOTOGRAPH_KINDS,
        "reasons": actions.PHOTOGRAPH_REASONS,
        "most": settings.ATTACHMENT_BYTES // 1_000_000,
        "is_scanned": bool(settings.SCANNER),
        "typed": typed,
        "error": fault if isinstance(fault, Invalid) else None,
        "conflict": str(fault) if isinstance(fault, Conflict) else "",
    }
    return page(request, "field/photographs.html", context, status=400 if fault else 200)


def _added(request: Request, encounter: UUID, typed: dict[str, str]) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        raise Invalid("file", "", _("Take or choose a photograph first."))
    if (file.size or 0) > settings.ATTACHMENT_BYTES:
        raise Invalid("file", file.name, TOO_MUCH, most=settings.ATTACHMENT_BYTES // 1_000_000)
    picture = actions.Picture(content=file.read(), name=file.name or "", **typed)
    made = actions.add_photograph(by=request.actor, encounter=encounter, picture=picture)
    flash.success(request, _("The photograph is kept, encrypted and without its place."))
    if not photographs.opens(request.actor, [encounter], made.id, PURPOSE):
        flash.warning(request, _("Your role does not open this class of data: it is not listed for you."))
    return redirect("field:photographs", encounter_id=encounter)


def _permit(by: Actor, encounter: UUID, photograph: UUID) -> sharing.Permit:
    mine(by, encounter)
    return photographs.permit(by, [encounter], photograph, PURPOSE)


@desk("work_field")
def one(request: Request, encounter_id: UUID, photograph_id: UUID) -> HttpResponse:
    """The photograph; with `?small=1` the one of the list."""
    return photographs.picture(request, photograph_id, _permit(request.actor, encounter_id, photograph_id))


@desk("work_field")
@require_POST
def act(request: Request, encounter_id: UUID, photograph_id: UUID, verb: str) -> HttpResponse:
    """Withdraw with a reason, or bring back."""
    by = request.actor
    _permit(by, encounter_id, photograph_id)
    if verb == "withdraw":
        actions.withdraw_photograph(by=by, photograph=photograph_id, reason=request.POST.get("reason", ""))
        flash.success(request, _("Withdrawn. Nobody is given it any more; you can bring it back below."))
    elif verb == "restore":
        actions.restore_photograph(by=by, photograph=photograph_id)
        flash.success(request, _("It is back."))
    else:
        raise NotFound("act")
    return redirect("field:photographs", encounter_id=encounter_id)
