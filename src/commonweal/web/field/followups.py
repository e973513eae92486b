"""Contacts after a crisis: what is owed, whose it is, and giving it to somebody."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.encounters import actions
from commonweal.encounters import queries as encounters
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.web.pages import desk, id_of, page
from commonweal.web.session import Request

AHEAD = timedelta(days=7)
MOST = 60
NEXT = {
    "tomorrow": (1, gettext_lazy("Tomorrow")),
    "three_days": (3, gettext_lazy("In three days")),
    "week": (7, gettext_lazy("In a week")),
    "no_more": (0, gettext_lazy("No further contact")),
}


@desk("work_field")
def every(request: Request) -> HttpResponse:
    """Overdue first, then the coming week; nobody's stand out."""
    by = request.actor
    found = encounters.owed(by, clock.now() + AHEAD)[:MOST]
    names = agencies.names([str(one.account) for one in found if one.account])
    workers = _colleagues(by)
    rows = [
        (one, names.get(str(one.account), ""), encounters.able_to_follow_up(one.encounter, list(workers)))
        for one in found
    ]
    called = {str(w.id): name for w, name in workers.items()}
    context = {
        "rows": [(one, name, [(w.id, called[w.id]) for w in able]) for one, name, able in rows],
        "me": by.id,
        "late": sum(1 for one in found if one.is_late),
        "nobodys": sum(1 for one in found if one.account is None),
    }
    return page(request, "field/follow_ups.html", context)


def _colleagues(by: Actor) -> dict[Actor, str]:
    """Active workers of the own agency, with their names."""
    if by.agency is None:
        return {}
    found = agencies.accounts(by.agency).filter(is_active=True)
    return {agencies.actor_of(one, mfa=True): one.display_name for one in found}


@desk("work_field")
@require_POST
def schedule(request: Request, encounter_id: UUID) -> HttpResponse:
    """Give one to somebody, or take it oneself."""
    account = id_of("account", request.POST.get("account", ""))
    actions.schedule_follow_up(by=request.actor, encounter=encounter_id, account=account)
    flash.success(request, _("Given."))
    return redirect("field:follow_ups")


def next_days(reached: bool, said: str, outcome: str) -> int | None:
    """Days until the next contact; None where there is none. Not reached and nothing said: tomorrow.

    Invalid where nobody was reached and it is to end there without a word why.
    """
    code = said or ("no_more" if reached else "tomorrow")
    if code not in NEXT:
        raise Invalid("next", code, _("Choose when the person is contacted next."))
    if code == "no_more" and not reached and len(outcome.strip()) < 3:
        raise Invalid("outcome", outcome, _("Say in a few words why nobody tries again."))
    return NEXT[code][0] or None
