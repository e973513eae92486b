"""Photographs of an encounter on the phone: taken, looked at, withdrawn and brought back."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.encounters import actions
from commonweal.encounters import queries as encounters
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.sharing import actions as sharing
from commonweal.web.field.encounter import mine
from commonweal.web.filed import SANDBOX
from commonweal.web.pages import Denied, desk, page
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
    rows, hidden = _rows(by, encounter)
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
    if not _opens(request.actor, encounter, made.id):
        flash.warning(request, _("Your role does not open this class of data: it is not listed for you."))
    return redirect("field:photographs", encounter_id=encounter)


def _rows(by: Actor, encounter: UUID) -> tuple[list[dict[str, object]], int]:
    """Those that open, oldest first, and how many stand in a part that is not this worker's to read."""
    rows: list[dict[str, object]] = []
    closed = 0
    for category, about in encounters.photographs_of([encounter]).items():
        answers = sharing.ask_many(by=by, category=category, purpose=PURPOSE, about=about)
        closed += sum(isinstance(a, sharing.Refusal) and a.acknowledged for a in answers.values())
        for shown in encounters.photographs(sharing.permitted(answers)):
            told = encounters.under(shown)
            closed += told is None
            rows += [{"id": shown.subject.id, **told}] if told else []
    names = agencies.names([str(row["added_by"]) for row in rows])
    rows.sort(key=lambda row: str(row["added_at"]))
    return [{**row, "who": names.get(str(row["added_by"]), "")} for row in rows], closed


def _asked(by: Actor, encounter: UUID, photograph: UUID) -> sharing.Answer:
    category = encounters.photograph_category(photograph, encounter=encounter)
    return sharing.ask(by=by, category=category, purpose=PURPOSE, about=Subject("photograph", photograph))


def _is_whole(answer: sharing.Permit) -> bool:
    """Whether a permit holds the field that guards the photograph it is for."""
    about = Subject("photograph", UUID(answer.question.subject))
    return bool(encounters.photographs({about: answer})[0].values)


def _opens(by: Actor, encounter: UUID, photograph: UUID) -> bool:
    answer = _asked(by, encounter, photograph)
    return isinstance(answer, sharing.Permit) and _is_whole(answer)


def _permit(by: Actor, encounter: UUID, photograph: UUID) -> sharing.Permit:
    """The permit on a photograph of this encounter that its guard is part of; else as if there were none."""
    mine(by, encounter)
    answer = _asked(by, encounter, photograph)
    if isinstance(answer, sharing.Refusal):
        raise Denied(answer)
    if not _is_whole(answer):
        raise NotFound("photograph")
    return answer


@desk("work_field")
def one(request: Request, encounter_id: UUID, photograph_id: UUID) -> HttpResponse:
    """The photograph; with `?small=1` the one of the list. Made of points alone, it may be shown."""
    permit = _permit(request.actor, encounter_id, photograph_id)
    is_small = request.GET.get("small") == "1"
    content = encounters.photograph_bytes(photograph_id, permit=permit, is_small=is_small)
    headers = {
        "Content-Security-Policy": SANDBOX, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"
    }  # fmt: skip
    return HttpResponse(content, content_type="image/jpeg", headers=headers)


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
