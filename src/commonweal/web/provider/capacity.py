"""The stepper: one tap posts how many places there are."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.directory import actions
from commonweal.directory import queries as directory
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.web.pages import desk, page, whole
from commonweal.web.provider import words
from commonweal.web.session import Request


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name, "").strip()
    if not text:
        return None
    if (number := whole(text)) is None:
        raise Invalid(name, text[:40], "Give a whole number, such as 4.")
    return number


@desk("answer_referrals")
@require_POST
def post(request: Request, service: UUID) -> HttpResponse:
    """Post capacity for a service of the own agency; the strip's part comes back, or the page it was on."""
    by = request.actor
    own = directory.own_services(by.agency).filter(id=service).first() if by.agency else None
    if own is None:
        raise NotFound("service")
    if request.POST.get("entry") == "right":
        actions.assure(by=by, service=service, assurer=own.provider.name)
        flash.success(request, _("Noted: the entry is right as of today. Thank you."))
        return redirect("provider:index")
    actions.post_capacity(
        by=by, service=service, available=_number(request, "available"), waiting=_number(request, "waiting"),
        is_open=request.POST.get("closed") != "yes", note=request.POST.get("note", ""),
    )  # fmt: skip
    if "hold_minutes" in request.POST:
        actions.set_hold_limit(by=by, service=service, minutes=_number(request, "hold_minutes"))
    if request.htmx:
        room = directory.capacity(service)
        return page(
            request,
            "provider/room.html",
            {
                "service": own,
                "room": room,
                "unit": words.free(own.capacity_unit, room.posted if room else None),
            },
        )
    return redirect("provider:index")
