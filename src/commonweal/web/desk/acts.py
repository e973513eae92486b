"""What the desk does to a call. Each answers with the parts of the screen that changed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.calls import actions
from commonweal.calls import queries as calls
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Invalid
from commonweal.sharing.actions import Circumstances, Permit
from commonweal.web.desk.transfers import centre_of, offer
from commonweal.web.desk.views import THREATS, InHand, answered_meanwhile, parts, permit_for, place_layers
from commonweal.web.desk.words import NEEDS
from commonweal.web.pages import desk, page
from commonweal.web.permits import see
from commonweal.web.session import Request


@desk("take_calls")
@require_POST
def new(request: Request) -> HttpResponse:
    """Take a new call and open it."""
    source = request.POST.get("source", "911")
    found = actions.receive(by=request.actor, source=source)
    actions.pick_up(by=request.actor, call=found.id)
    return redirect("desk:call", found.id)


@desk("take_calls")
@require_POST
def take(request: Request, call: UUID) -> HttpResponse:
    """Answer a waiting call and open it."""
    permit_for(request, call)
    actions.pick_up(by=request.actor, call=call)
    return redirect("desk:call", call)


@desk("take_calls")
@require_POST
def threat(request: Request, call: UUID) -> HttpResponse:
    """Claim that a life is at risk: opens a lifeline call for this session; recorded, and reviewed later."""
    said = Circumstances(imminent_threat=True, incident=call)
    see(request.actor, "call_facts", "emergency", Subject("call", call), said)
    claimed = [*request.session.get(THREATS, []), str(call)]
    request.session[THREATS] = claimed[-20:]
    return redirect("desk:call", call)


def changed(
    request: Request,
    call: UUID,
    permit: Permit,
    step: actions.Step | None = None,
    template: str = "desk/_changed.html",
) -> HttpResponse:
    """The middle and the right column after an act; the whole page where there is no script."""
    if not request.htmx:
        return redirect("desk:call", call)
    return page(request, template, parts(request, call, permit=permit, step=step))


@desk("take_calls")
@require_POST
def place(request: Request, call: UUID) -> HttpResponse:
    """Say where: `pick` is "lon|lat|words" of a suggestion, or `q` the words alone."""
    permit = permit_for(request, call)
    actions.locate(by=request.actor, call=call, where=_where(request))
    if not request.htmx:
        return redirect("desk:call", call)
    found = parts(request, call, permit=permit)
    return page(request, "desk/_placed.html", found | place_layers(found["facts"]))


def _where(request: Request) -> actions.Where:
    extra, pick = request.POST.get("extra", ""), request.POST.get("pick", "")
    if not pick:
        return actions.Where(address=request.POST.get("q", ""), extra=extra)
    lon, lat, words = (pick.split("|", 2) + ["", ""])[:3]
    try:
        return actions.Where(address=words, extra=extra, lon=float(lon), lat=float(lat))
    except ValueError as fault:
        raise Invalid("pick", pick, _("Choose a place from the list.")) from fault


@desk("take_calls")
@require_POST
def caller(request: Request, call: UUID) -> HttpResponse:
    """Who calls, in what language, and what it is about."""
    permit = permit_for(request, call)
    said = request.POST
    who = actions.Caller(
        name=said.get("name", ""), phone=said.get("phone", ""), role=said.get("role", ""),
        language=said.get("language", "en"),
    )  # fmt: skip
    actions.describe(by=request.actor, call=call, caller=who, nature=said.get("nature") or None)
    return _retriaged(request, call, permit)


@desk("take_calls")
@require_POST
def needs(request: Request, call: UUID) -> HttpResponse:
    """What triage weighs beside answers."""
    permit = permit_for(request, call)
    ticked = set(request.POST.getlist("needs"))
    actions.weigh(by=request.actor, call=call, needs={code: code in ticked or None for code in NEEDS})
    return _retriaged(request, call, permit)


def _retriaged(request: Request, call: UUID, permit: Permit) -> HttpResponse:
    """A tier that stands is worked out anew; one not yet begun waits for the first answer."""
    step = None
    if calls.call_of(call).tier:
        step = actions.step(by=request.actor, call=call, answers={})
    return changed(request, call, permit, step)


@desk("take_calls")
@require_POST
def answer(request: Request, call: UUID) -> HttpResponse:
    """One answer, or one taken back (`answer` empty).

    `seen` is the answer that the page showed: where another one stands by now, nothing is written over;
    the page says who answered what, and asks.
    """
    permit = permit_for(request, call)
    question, given = request.POST.get("question", ""), request.POST.get("answer", "")
    seen = {question: request.POST["seen"]} if "seen" in request.POST else {}
    try:
        step = actions.step(by=request.actor, call=call, answers={question: given or None}, seen=seen)
    except actions.AnsweredMeanwhile:
        if not request.htmx:
            raise
        return _asked_again(request, call, permit, InHand(question, seen[question], given))
    return changed(request, call, permit, step)


def _asked_again(request: Request, call: UUID, permit: Permit, step: InHand) -> HttpResponse:
    """The question once more, with the answer that stands and whose it is."""
    found = parts(request, call, permit=permit, again=step.question)
    told = answered_meanwhile(request, found, permit, step)
    return page(request, "desk/_changed.html", found | {"meanwhile": told})


@desk("take_calls")
@require_POST
def note(request: Request, call: UUID) -> HttpResponse:
    """Add what was heard."""
    permit = permit_for(request, call)
    actions.note(by=request.actor, call=call, text=request.POST.get("text", ""))
    return changed(request, call, permit, template="desk/_noted.html")


@desk("take_calls")
@require_POST
def person(request: Request, call: UUID) -> HttpResponse:
    """The caller means this person."""
    permit = permit_for(request, call)
    actions.identify(by=request.actor, call=call, person=_uuid("person", request.POST.get("person", "")))
    return _retriaged(request, call, permit) if request.htmx else redirect("desk:call", call)


@desk("take_calls")
@require_POST
def override(request: Request, call: UUID) -> HttpResponse:
    """Set the tier by hand, with a reason."""
    permit = permit_for(request, call)
    said = request.POST
    actions.override(by=request.actor, call=call, tier=said.get("tier", ""), reason=said.get("reason", ""))
    return changed(request, call, permit)


@desk("take_calls")
@require_POST
def transfer(request: Request, call: UUID) -> HttpResponse:
    """Hand the caller to a centre of this site, or to another line; a caller that a line took ends here."""
    permit_for(request, call)
    if (centre := centre_of(request.POST.get("partner", ""))) is not None:
        return offer(request, call, centre)
    row = actions.transfer(
        by=request.actor, call=call, partner=request.POST.get("partner", ""),
        is_warm=request.POST.get("is_warm", "yes") == "yes",
    )  # fmt: skip
    is_accepted = request.POST.get("is_accepted") == "yes"
    actions.settle_transfer(by=request.actor, transfer=row.id, is_accepted=is_accepted)
    if is_accepted:
        messages.success(request, _("The caller was taken over."))
        return _to(request, reverse("desk:index"))
    messages.warning(request, _("Nobody took the caller. The call stays with you."))
    return _to(request, reverse("desk:call", args=[call]))


@desk("take_calls")
@require_POST
def dispatch(request: Request, call: UUID) -> HttpResponse:
    """Send the units that were chosen, or those recommended."""
    permit_for(request, call)
    chosen = [_uuid("units", text) for text in ",".join(request.POST.getlist("units")).split(",") if text]
    sent = actions.dispatch(by=request.actor, call=call, units=chosen, reason=request.POST.get("reason", ""))
    signs = ", ".join(row.unit.call_sign for row in sent)
    messages.success(request, _("Sent: %(units)s.") % {"units": signs})
    return _to(request, reverse("desk:index"))


@desk("take_calls")
@require_POST
def end(request: Request, call: UUID) -> HttpResponse:
    """End a call: nobody was needed, or everybody is done."""
    permit_for(request, call)
    said = request.POST
    if said.get("how") == "cancel":
        actions.cancel(by=request.actor, call=call, reason=said.get("reason", ""))
    else:
        is_behavioural = said.get("behavioural") == "yes"
        actions.clear(
            by=request.actor,
            call=call,
            is_behavioural_health=is_behavioural,
            disposition=said.get("reason", ""),
        )
    messages.success(request, _("The call has ended."))
    return _to(request, reverse("desk:index"))


def _to(request: Request, path: str) -> HttpResponse:
    """Go on to a page, with script or without."""
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": path})
    return redirect(path)


def _uuid(field: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as fault:
        raise Invalid(field, text, _("Choose from the list.")) from fault
