"""Who is on, across agencies: found by role, language and skill; how to reach them; coming on, going off."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import actions as agency_acts
from commonweal.agencies import queries as agencies
from commonweal.calls import queries as calls
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.messages import actions as messages
from commonweal.messages import queries as told
from commonweal.training import queries as training
from commonweal.web import tongues
from commonweal.web.pages import desk, id_of, mark_of, page, whole
from commonweal.web.session import Request

HOURS = (4, 8, 10, 12)
CALL_BACK = "call_back"


@desk(*agencies.WORK_TOGETHER)
def index(request: Request) -> HttpResponse:
    """Everybody on duty whom agreements let this worker see; `who` is a colleague who asked for a call."""
    by, wanted = request.actor, _wanted(request)
    every = calls.who_is_on(by)
    found = calls.narrowed(every, wanted)
    own = next((one for house in every for one in house.people if str(one.account) == by.id), None)
    context = {
        "houses": [(house, _lines(house)) for house in found if house.people],
        "empty": [house for house in found if not house.people],
        "at": clock.now(),
        "on": sum(len(house.people) for house in found),
        "of": sum(len(house.people) for house in every),
        "is_search": wanted != calls.Wanted(),
        "wanted": wanted,
        "agencies": [(str(house.id), house.name) for house in every],
        "until": agencies.signed_on(UUID(by.id)),
        "own": own,
        "hours": HOURS,
        "asker": _asker(by, request.GET.get("who", "")),
        **_choices(every),
    }
    return page(request, "onduty.html", context)


def _wanted(request: Request) -> calls.Wanted:
    asked = request.GET
    return calls.Wanted(
        mark_of(asked.get("agency", "")), asked.get("role", ""), asked.get("language", ""),
        asked.get("skill", ""), asked.get("name", "")[:60],
    )  # fmt: skip


def _lines(house: calls.House) -> list[tuple[calls.Seen, str, str, str]]:
    """Each worker with their role, languages and certificates in the reader's words."""
    names = training.certificate_names(get_language() or "en")
    return [
        (
            one, _role(one.role), ", ".join(tongues.said(code) for code in one.languages),
            ", ".join(names.get(code, code) for code in one.skills),
        )
        for one in house.people
    ]  # fmt: skip


def _role(code: str) -> str:
    return _(agencies.ROLES[code].name)


def _choices(every: Sequence[calls.House]) -> dict[str, object]:
    """What there is to choose from: what somebody on duty is, speaks and holds."""
    people = [one for house in every for one in house.people]
    names = training.certificate_names(get_language() or "en")
    held = {skill for one in people for skill in one.skills}
    spoken = {code for one in people for code in one.languages}
    return {
        "roles": sorted({(one.role, _role(one.role)) for one in people}, key=lambda pair: pair[1]),
        "tongues": tongues.several((code, code) for code in spoken),
        "held": sorted(((code, names.get(code, code)) for code in held), key=lambda pair: pair[1]),
    }


def _asker(by: Actor, text: str) -> agencies.Account | None:
    """Who asked this worker to get in touch; None for anybody who did not."""
    who = mark_of(text)
    if who is None or not told.was_rung(by, CALL_BACK, who):
        return None
    return agencies.account(who)


@desk(*agencies.WORK_TOGETHER)
@require_POST
def call_back(request: Request) -> HttpResponse:
    """Ask a colleague on duty to get in touch: a line in their bell that says no more than who asks."""
    by, wanted = request.actor, id_of("account", request.POST.get("account", ""))
    seen = {one.account for house in calls.who_is_on(by) for one in house.people}
    if wanted not in seen or str(wanted) == by.id:
        raise NotFound("colleague")
    link = f"{reverse('on_duty')}?who={by.id}"
    about = Subject("account", UUID(by.id))
    messages.notify(by=by, accounts=[wanted], kind=CALL_BACK, about=about, link=link, again=True)
    flash.success(request, _("Asked. They find it in their bell, with your name and no word of the reason."))
    return redirect("on_duty")


@desk(*agencies.WORK_TOGETHER)
@require_POST
def sign(request: Request) -> HttpResponse:
    """Come on duty for some hours, or go off it."""
    if request.POST.get("off"):
        agency_acts.sign_off(by=request.actor)
        flash.success(request, _("You are off duty."))
    else:
        agency_acts.sign_on(by=request.actor, hours=whole(request.POST.get("hours", "")) or 0)
        flash.success(request, _("You are on. Partners see you here until then."))
    return redirect("on_duty")
