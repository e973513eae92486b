"""Callers between centres: what would be sent, what arrives, the answer, and taking back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from commonweal.calls import actions
from commonweal.calls import queries as calls
from commonweal.kernel.errors import Invalid
from commonweal.web.desk.picture import language
from commonweal.web.desk.words import FIELDS, REFUSALS
from commonweal.web.pages import desk, page
from commonweal.web.session import Request

CENTRE = "centre:"
HOW: Mapping[bool, Promise] = {
    True: gettext_lazy("stays on the line until you answer"),
    False: gettext_lazy("passed on at once"),
}


def centre_of(said: str) -> UUID | None:
    """The centre that a choice of the dialog names; None for a line that is reached by telephone alone."""
    if not said.startswith(CENTRE):
        return None
    try:
        return UUID(said.removeprefix(CENTRE))
    except ValueError as fault:
        raise Invalid("partner", said, _("Choose from the list.")) from fault


@desk("take_calls")
def ahead(request: Request, call: UUID) -> HttpResponse:
    """What would be sent to the chosen centre, and what is held back and why: fields, never what they say.

    Of the own centre's calls alone; nothing of the call is read, so the gate is asked for nobody.
    """
    asked = request.GET
    centre, is_threat = centre_of(asked.get("partner", "")), asked.get("is_threat") == "yes"
    found: dict[str, Any] = {"call": call, "is_threat": is_threat, "ahead": None}
    if centre is not None:
        seen = actions.foresee(by=request.actor, call=call, to=centre, is_threat=is_threat)
        found |= {"ahead": seen, "given": in_words(seen.fields), "held": in_words(seen.withheld)}
    return page(request, "desk/_ahead.html", found)


def in_words(fields: frozenset[str]) -> list[str]:
    """Fields of a call in words, in the order in which a call is taken."""
    return [str(words) for name, words in FIELDS.items() if name in fields]


def offer(request: Request, call: UUID, centre: UUID) -> HttpResponse:
    """Hand the caller to a centre of this site; the way back is the list, where the wait is seen."""
    is_warm = request.POST.get("is_warm", "yes") == "yes"
    is_threat = request.POST.get("is_threat") == "yes"
    actions.offer(by=request.actor, call=call, to=centre, is_warm=is_warm, is_threat=is_threat)
    messages.success(request, _("The other centre was asked. You see here when they answer."))
    return to_list(request)


def to_list(request: Request) -> HttpResponse:
    """Back to the list, with script or without."""
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": "/desk/"})
    return redirect("desk:index")


@desk("take_calls")
def handed(request: Request, transfer: UUID) -> HttpResponse:
    """A call that another centre hands over: what the own permit opens of it, and the answer."""
    view = calls.transfer_of(request.actor, transfer)
    found = actions.read_transfer(by=request.actor, transfer=transfer)
    said = {
        "view": view, "found": found, "held": in_words(found.withheld), "how": HOW[view.is_warm],
        "refusals": REFUSALS, "nature": calls.all_natures(language()).get(found.nature, ""),
    }  # fmt: skip
    return page(request, "desk/handed.html", said)


@desk("take_calls")
@require_POST
def answer(request: Request, transfer: UUID) -> HttpResponse:
    """Take the caller, or say why not; a taken one opens."""
    is_accepted = request.POST.get("take") == "yes"
    refusal = request.POST.get("refusal", "")
    row = actions.answer_transfer(
        by=request.actor, transfer=transfer, is_accepted=is_accepted, refusal=refusal
    )
    if not is_accepted:
        messages.success(request, _("The other centre was told. The caller stays with them."))
        return redirect("desk:index")
    messages.success(request, _("The caller is yours. The other centre sees it."))
    return redirect("desk:call", row.arrived) if row.arrived else redirect("desk:handed", transfer)


@desk("take_calls")
@require_POST
def back(request: Request, transfer: UUID) -> HttpResponse:
    """Keep the caller after all."""
    row = actions.take_back_transfer(by=request.actor, transfer=transfer)
    messages.success(request, _("The caller stays with you."))
    return redirect("desk:call", row.call_id)
