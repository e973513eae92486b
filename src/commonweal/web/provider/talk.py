"""Messages on a referral, between its sender and its receiver."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

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
    return {account: _page(row, side) for account, side in referrals.thread_readers(row).items()}


def _rung(row: referrals.Row) -> dict[UUID, str]:
    return {account: _page(row, side) for account, side in referrals.thread_told(row).items()}


def _page(row: referrals.Row, side: str) -> str:
    """The page of one side on which it reads the thread."""
    return reverse("provider:card" if side == "receiver" else "provider:sent_card", args=[row.id]) + "#thread"
