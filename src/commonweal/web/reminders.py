"""Reminders of an appointment: what the person chose, and what became of it, for either side's page."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.referrals import actions
from commonweal.referrals import queries as referrals
from commonweal.web.session import Request

WAYS: dict[str, Promise] = {
    "text": _lazy("By text message"),
    "mail": _lazy("By e-mail"),
    "call": _lazy("By a call from their worker"),
}
BEFORE: dict[str, Promise] = {"day": _lazy("The day before"), "two_hours": _lazy("Two hours before")}
OUTCOMES: dict[str, Promise] = {
    "sent": pgettext_lazy("reminder", "Reminded"),
    "reached": _lazy("Called and reached"),
    "not_reached": _lazy("Called, not reached"),
    "late": _lazy("Not reminded, because it was too late for it"),
    "night": _lazy("Not reminded, because it would have been at night"),
    "moved": _lazy("Not reminded, because the appointment was moved"),
    "over": _lazy("Not reminded, because the referral ended"),
    "withdrawn": _lazy("Not reminded, because the person chose otherwise"),
    "died": _lazy("Not reminded, because the person has died"),
    "sealed": _lazy("Not reminded, because the record was closed by order"),
    "nobody": _lazy("Not reminded, because the worker is no longer there"),
    "given_up": _lazy("Not reminded, because the message could not be delivered"),
    "": _lazy("On its way"),
}


def shown(by: Actor, row: referrals.Row, base: str, *, is_open: bool) -> dict[str, object]:
    """What the component `reminder.html` shows; its forms post to `base` and the act.

    `is_open` is whether the gate opened the appointment, without which no time of a reminder is shown. No
    number on file is offered: the person says which one is safe.
    """
    found = referrals.reminder(by, row)
    if not is_open:
        found = replace(found, goes_at=None, past=())
    return {
        "reminder": found,
        "reminder_base": base,
        "reminder_way": WAYS.get(found.way, ""),
        "reminder_before": BEFORE.get(found.before, ""),
        "reminder_tongue": tongues().get(found.language, ""),
        "reminder_past": [(OUTCOMES[one.outcome], WAYS[one.way], one.at) for one in found.past],
        "reminder_results": [(code, OUTCOMES[code]) for code in ("reached", "not_reached")],
        "reminder_ways": WAYS.items(),
        "reminder_befores": BEFORE.items(),
        "reminder_tongues": tongues().items(),
        "reminder_spoken": row.language if row.language in tongues() else get_language(),
    }


def tongues() -> dict[str, str]:
    """The languages of the site by their code, in the reader's words."""
    return {code: _(str(name)) for code, name in settings.LANGUAGES}


def _choose(request: Request, referral: UUID) -> object:
    """What the form says; the worker ticks that the person was asked."""
    posted = request.POST
    if posted.get("asked") != "yes":
        raise Invalid("asked", "", _("Ask the person first, and tick that they agree."))
    way = posted.get("way", "")
    if way == "none":
        return actions.withdraw_reminder(by=request.actor, referral=referral)
    wish = actions.Wish(
        way=way,
        before=posted.get("before", ""),
        language=posted.get("language", ""),
        address=posted.get("email" if way == "mail" else "phone", ""),
        names_service=posted.get("names_service") == "yes",
        is_safe=posted.get("is_safe") == "yes",
    )
    return actions.choose_reminder(by=request.actor, referral=referral, wish=wish)


Act = Callable[[Request, UUID], object]
ACTS: dict[str, Act] = {
    "remind": _choose,
    "remind-not": lambda q, r: actions.withdraw_reminder(by=q.actor, referral=r),
    "called": lambda q, r: actions.note_reminder_call(
        by=q.actor, referral=r, result=q.POST.get("result", "")
    ),
}
