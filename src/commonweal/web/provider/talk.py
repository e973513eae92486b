"""Messages on a referral, between its sender and its receiver."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.referrals import queries as referrals
from commonweal.sharing import actions as sharing
from commonweal.web import threads
from commonweal.web.pages import desk
from commonweal.web.permits import see
from commonweal.web.provider.reading import PURPOSE
from commonweal.web.session import Request

CATEGORY = "referral_status"


def thread(by: Actor, row: referrals.Row) -> dict[str, object]:
    """What the component shows; nothing where the gate does not open the referral to this reader.

    A sender who may not be told how it stands reads what their own side wrote: an answer would tell them.
    """
    about = Subject("referral", row.id)
    answer = sharing.ask(by=by, category=CATEGORY, purpose=PURPOSE, about=about)
    if isinstance(answer, sharing.Refusal):
        return {}
    who = _("Read by those who sent this referral and those who answer it. No diagnosis.")
    place = threads.Place(about, answer, _pages(row), by.agency if row.is_withheld else None)
    own = place.readers.get(UUID(by.id), "")
    return threads.shown(by, place, reverse("provider:talk", args=[row.id]), who) | {"back": own}


@desk("send_referrals", "answer_referrals")
@require_POST
def talk(request: Request, referral: UUID) -> HttpResponse:
    """Write to the other side; they find a line in their bell."""
    by = request.actor
    mine = referrals.parties_of(by, referral)
    if not mine:
        raise NotFound("referral")
    row, about = referrals.row(by, referral), Subject("referral", referral)
    place = threads.Place(about, see(by, CATEGORY, PURPOSE, about), _pages(row))
    asks, tell = request.POST.get("confirm") == "yes", _rung(row)
    threads.say(by, place, request.POST.get("text", ""), asks=asks, tell=tell)
    flash.success(request, _("Sent. The others find it in their bell."))
    side = "provider:card" if "receiver" in mine else "provider:sent_card"
    return redirect(reverse(side, args=[referral]) + "#thread")


def _pages(row: referrals.Row) -> dict[UUID, str]:
    """Who has a page for this thread, and which: those who send at its sender, those who answer there.

    Where the sender may not be told how it stands, no side calls the other by name: a ring would tell.
    """
    sent, card = (reverse(f"provider:{name}", args=[row.id]) + "#thread" for name in ("sent_card", "card"))
    senders = agencies.able_to("send_referrals", row.from_agency)
    answering = agencies.able_to("answer_referrals", row.to_agency) if row.to_agency else ()
    if row.is_withheld:
        return dict.fromkeys(senders, sent)
    if row.guard and referrals.sender_told(row.id) is None:
        return dict.fromkeys(answering, card)
    return dict.fromkeys(answering, card) | dict.fromkeys(senders, sent)


def _rung(row: referrals.Row) -> dict[UUID, str]:
    """Who hears of any message, by the page where they read it.

    Whoever has answered, or all who may; the sender, where they may be told how it stands.
    """
    sent, card = (reverse(f"provider:{name}", args=[row.id]) + "#thread" for name in ("sent_card", "card"))
    handled = referrals.hands(row.id, "receiver")
    if row.to_agency and not handled:
        handled = list(agencies.able_to("answer_referrals", row.to_agency))
    sender = referrals.sender_told(row.id)
    return dict.fromkeys(handled, card) | ({sender: sent} if sender else {})
