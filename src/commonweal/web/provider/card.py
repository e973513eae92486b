"""One referral on the receiver's side: what the permit shows, what was left out, the next act."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.referrals import actions
from commonweal.referrals import queries as referrals
from commonweal.sharing import queries as sharing
from commonweal.web import coming, reminders
from commonweal.web.pages import desk, page
from commonweal.web.provider import guarded, reading, words
from commonweal.web.provider.inbox import mailbox
from commonweal.web.provider.talk import thread
from commonweal.web.session import Request


def told(steps: list[dict[str, object]]) -> list[dict[str, object]]:
    """Steps of a referral as the timeline component shows them."""
    return [
        {
            "at": step["at"],
            "title": words.ACTS[str(step["act"])],
            "who": step["who"],
            "text": words.reason(str(step["reason"])),
        }
        for step in steps
    ]


@desk("answer_referrals")
def card(request: Request, referral: UUID) -> HttpResponse:
    """The card beside the list (alone on a phone). Opening it marks it read."""
    by = request.actor
    actions.view(by=by, referral=referral)
    row = referrals.row(by, referral)
    read, base = reading.read(by, referral), reverse("provider:card", args=[referral])
    context = mailbox(request) | {
        "row": row,
        "current": str(referral),
        "due": words.due(row),
        "card": read,
        "state": words.STATES[row.state],
        "tone": words.TONES.get(row.state, ""),
        "pathway": words.pathway(row.pathway),
        "acts": referrals.open_acts(row.state, "receiver"),
        "may_undo": referrals.may_take_back(by, referral),
        "reasons": words.reasons(),
        "outcomes": words.outcomes(),
        "withdrawn": _withdrawn(by, row),
        "timeline": told(referrals.timeline(by, row)),
        "before": referrals.onward(by, referral).before,
        **guarded.shown(row, "receiver"),
        **coming.shown(by, row, base),
        **reminders.shown(by, row, base, is_open=read.is_told),
        **thread(by, row),
    }
    return page(request, "provider/card.html", context)


def _withdrawn(by: Actor, row: referrals.Row) -> datetime | None:
    """When a consent that named this agency was taken back after the referral was sent; None otherwise."""
    person = referrals.person_behind(row.id)
    return sharing.withdrawn_from(by.agency, person, row.sent_at) if person and row.sent_at else None


def _moment(request: Request) -> datetime:
    """The local time of a date-and-time field, in the reader's zone."""
    text = request.POST.get("at", "")
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise Invalid("at", text, _("Choose a day and a time."))
    return found if found.tzinfo else found.replace(tzinfo=timezone.get_current_timezone())


def _reason(request: Request) -> str:
    """The reason that was tapped; a decline without one is asked again in words, not in codes."""
    if found := request.POST.get("reason", ""):
        return found
    raise Invalid("reason", "", _("Tap one of the reasons."))


Act = Callable[[Request, UUID], object]
ACTS: dict[str, Act] = {
    "accept": lambda q, r: actions.accept(by=q.actor, referral=r, note=q.POST.get("note", "")),
    "waitlist": lambda q, r: actions.waitlist(by=q.actor, referral=r, note=q.POST.get("note", "")),
    "decline": lambda q, r: actions.decline(
        by=q.actor, referral=r, reason=_reason(q), note=q.POST.get("note", "")
    ),
    "ask": lambda q, r: actions.ask_info(by=q.actor, referral=r, note=q.POST.get("note", "")),
    "schedule": lambda q, r: actions.schedule(by=q.actor, referral=r, at=_moment(q)),
    "attend": lambda q, r: actions.attended(by=q.actor, referral=r),
    "miss": lambda q, r: actions.no_show(by=q.actor, referral=r),
    "start": lambda q, r: actions.start(by=q.actor, referral=r),
    "settle": lambda q, r: actions.outcome(
        by=q.actor, referral=r, result=q.POST.get("result", ""), note=q.POST.get("note", "")
    ),
    "close": lambda q, r: actions.close(by=q.actor, referral=r),
    "let-know": guarded.record,
    "undo": lambda q, r: actions.take_back(by=q.actor, referral=r),
    "say": lambda q, r: actions.say(by=q.actor, referral=r, text=q.POST.get("text", ""), helped=helped(q)),
}


def helped(request: Request) -> bool | None:
    """Whether it helped, as chosen; None where nothing was."""
    return {"yes": True, "no": False}.get(request.POST.get("helped", ""))


def _noted(request: Request, referral: UUID, usual: str) -> str:
    """What the worker is told: where their law keeps it from the sender, that it does."""
    is_guarded = bool(referrals.row(request.actor, referral).guard)
    return _("Noted. The sender is told if the person agreed to that in writing.") if is_guarded else usual


@desk("answer_referrals")
@require_POST
def act(request: Request, referral: UUID, act: str) -> HttpResponse:
    """Do one act; what came too late or was answered by a colleague becomes the conflict page."""
    if act in coming.ACTS:
        coming.act(request, referral, act)
        flash.success(request, _noted(request, referral, _("Noted. Both sides see it.")))
        return redirect("provider:card", referral=referral)
    if act in reminders.ACTS:
        reminders.ACTS[act](request, referral)
        flash.success(request, _("Noted."))
        return redirect("provider:card", referral=referral)
    if act not in ACTS:
        raise NotFound("act")
    ACTS[act](request, referral)
    flash.success(request, _noted(request, referral, _("Noted. The sender is told.")))
    return redirect("provider:card", referral=referral)
