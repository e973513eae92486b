"""A referral in two taps: services that fit this person, best first and with why, then send."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.calls import queries as calls
from commonweal.encounters import queries as encounters
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.referrals import queries as referrals
from commonweal.sharing import actions as sharing
from commonweal.web import coming, finding, offers
from commonweal.web.field.encounter import mine
from commonweal.web.pages import desk, page
from commonweal.web.session import Request

PURPOSE = "emergency"
# What the encounter calls a need, and what directories call it
NEED_OF = {
    "housing": "shelter",
    "food": "food",
    "mental_health": "mental_health",
    "suicide_risk": "mental_health",
    "substance_use": "substance_use",
    "medical": "health",
    "income": "financial",
    "safety": "safety",
}
SPOKEN = ("en", "es", "ase")


@desk("send_referrals")
def choose(request: Request, encounter_id: UUID) -> HttpResponse:
    """Services that suit what was noted, or what is looked for; send to one (POST without `look`)."""
    by = request.actor
    outline = mine(by, encounter_id)
    noted = _noted(by, encounter_id)
    if request.method == "POST" and not finding.is_look(request):
        return _send(request, outline, noted)
    wanted = [NEED_OF[n] for n in _strings(noted, "presenting_needs") if n in NEED_OF]
    language = str(noted.get("language") or "")
    wish = offers.wished(offers.looked(request), noted=wanted, spoken=language if language in SPOKEN else "")
    facts = offers.facts_of(by, outline.person, PURPOSE)
    found = offers.offers(wish, facts, near=_here(by, outline.call))
    return page(request, "field/refer.html", {"outline": outline, "found": found, **offers.form_of(wish)})


def _send(request: Request, outline: encounters.Outline, noted: Mapping[str, object]) -> HttpResponse:
    by, posted = request.actor, request.POST
    wish = offers.wished(posted, spoken=str(noted.get("language") or ""))
    facts = offers.facts_of(by, outline.person, PURPOSE)
    code = offers.send(by, posted, wish, facts, encounter=outline.id)
    flash.success(request, _("Sent. The person can also give the code %(code)s.") % {"code": code})
    return redirect("field:encounter", encounter_id=outline.id)


def _of_encounter(request: Request, encounter_id: UUID, referral: UUID) -> referrals.Row:
    mine(request.actor, encounter_id)
    if referral not in {one.id for one in referrals.of_encounter(encounter_id)}:
        raise NotFound("referral")
    return referrals.row(request.actor, referral)


@desk("send_referrals")
def way(request: Request, encounter_id: UUID, referral: UUID) -> HttpResponse:
    """One referral on its way: the place that is held, the clock at the door."""
    row = _of_encounter(request, encounter_id, referral)
    base = reverse("field:way", args=[encounter_id, referral])
    context = {"row": row, "encounter_id": encounter_id, **coming.shown(request.actor, row, base)}
    return page(request, "field/way.html", context)


@desk("send_referrals")
@require_POST
def move(request: Request, encounter_id: UUID, referral: UUID, act: str) -> HttpResponse:
    """Hold, extend, give back, at the door, handed over."""
    _of_encounter(request, encounter_id, referral)
    if act not in coming.ACTS:
        raise NotFound("act")
    coming.act(request, referral, act)
    flash.success(request, _("Noted. The receiver sees it."))
    return redirect("field:way", encounter_id=encounter_id, referral=referral)


def _noted(by: Actor, encounter: UUID) -> Mapping[str, object]:
    """What the cards hold, as far as this worker may read it."""
    subject = Subject("encounter", encounter)
    answer = sharing.ask(by=by, category="encounter_narrative", purpose=PURPOSE, about=subject)
    return encounters.answers({subject: answer})[encounter] if isinstance(answer, sharing.Permit) else {}


def _strings(noted: Mapping[str, object], name: str) -> list[str]:
    found = noted.get(name)
    return [str(one) for one in found] if isinstance(found, list) else []


def _here(by: Actor, call: UUID | None) -> tuple[float, float] | None:
    """Where the team is, by the call's place; None where there is none or it is not open to this worker."""
    if call is None:
        return None
    about = [Subject("call", call)]
    permits = sharing.permitted(sharing.ask_many(by=by, category="call_facts", purpose=PURPOSE, about=about))
    for shown in calls.facts(permits):
        for name in ("exact_address", "block_address"):
            spot = shown.get(name)
            lon, lat = getattr(spot, "lon", None), getattr(spot, "lat", None)
            if lon is not None and lat is not None:
                return lon, lat
    return None
