"""A reminder of one's own appointment: chosen, changed or ended by the person themself."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.referrals import actions
from commonweal.referrals import queries as referrals
from commonweal.web.own_record import opened
from commonweal.web.pages import desk, page
from commonweal.web.reminders import BEFORE, tongues
from commonweal.web.session import Request

WAYS: dict[str, Promise] = {
    "text": gettext_lazy("By text message"),
    "mail": gettext_lazy("By e-mail"),
    "call": gettext_lazy("By a call from my worker"),
}


@desk("see_mine")
def own(request: Request, referral: UUID) -> HttpResponse:
    """What stands and a form to choose; what was typed stays. Another's, or a sealed one, is not there."""
    by, error, typed = request.actor, None, request.POST
    found = referrals.own_reminder(by, referral)
    shown = referrals.statuses(opened(by, "referral_status", [Subject("referral", referral)]))
    if not shown:
        raise NotFound("referral")
    if request.method == "POST":
        try:
            return _chosen(request, referral)
        except Invalid as wrong:
            error = wrong
    context = {
        "reminder": found,
        "way": WAYS.get(found.way, ""),
        "before": BEFORE.get(found.before, ""),
        "shown": shown[0],
        "ways": list(WAYS.items()),
        "befores": list(BEFORE.items()),
        "tongues": tongues().items(),
        "chosen": {
            "way": typed.get("way", found.way), "before": typed.get("before", found.before or "day"),
            "language": typed.get("language", found.language or (get_language() or "en")[:2]),
        },
        "typed": typed,
        "error": error,
    }  # fmt: skip
    return page(request, "mine/reminder.html", context, status=400 if error else 200)


def _chosen(request: Request, referral: UUID) -> HttpResponse:
    posted, way = request.POST, request.POST.get("way", "")
    if way == "none":
        actions.withdraw_reminder(by=request.actor, referral=referral)
        flash.success(request, _("No reminder goes to you any more."))
        return redirect("mine:index")
    wish = actions.Wish(
        way=way, before=posted.get("before", ""), language=posted.get("language", ""),
        address=posted.get("email" if way == "mail" else "phone", ""),
        names_service=posted.get("names_service") == "yes", is_safe=posted.get("is_safe") == "yes",
    )  # fmt: skip
    actions.choose_reminder(by=request.actor, referral=referral, wish=wish)
    flash.success(request, _("Noted: you are reminded this way."))
    return redirect("mine:index")
