"""Contacts after a crisis: what is owed, whose it is, and giving it to somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.encounters import actions
from commonweal.encounters import queries as encounters
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.web.pages import desk, id_of, page, paged
from commonweal.web.session import Request

AHEAD = timedelta(days=7)
SHOWN = 20  # a page
NEXT = {
    "tomorrow": (1, gettext_lazy("Tomorrow")),
    "three_days": (3, gettext_lazy("In three days")),
    "week": (7, gettext_lazy("In a week")),
    "no_more": (0, gettext_lazy("No further contact")),
}
WHEN = {
    "overdue": gettext_lazy("Overdue"),
    "today": gettext_lazy("Today"),
    "later": gettext_lazy("This week"),
}
WHOSE = {
    "": gettext_lazy("All"),
    "mine": gettext_lazy("Mine"),
    "nobody": gettext_lazy("Nobody's yet"),
    "others": gettext_lazy("Others'"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One contact in the list: whose it is by name, and whether it was just chosen."""

    owed: encounters.Owed
    name: str
    is_mine: bool
    is_chosen: bool = False

    @property
    def when(self) -> Promise:
        """The group it stands in."""
        return WHEN[self.owed.when]


@desk("work_field")
def every(request: Request) -> HttpResponse:
    """Overdue, today, this week; by whose they are, a page at a time; chosen ones are handed over."""
    chosen, refused = request.POST.getlist("one"), None
    if request.method == "POST":
        try:
            return _hand_over(request, chosen)
        except Invalid as wrong:
            refused = wrong
    by = request.actor
    found = encounters.owed(by, clock.now() + AHEAD)
    sorted_ = {code: [one for one in found if code in ("", _whose(by, one))] for code in WHOSE}
    asked = request.GET.get("whose", "")
    rows = paged(request, sorted_.get(asked, found), SHOWN).map(partial(_rows, by, chosen))
    context = {
        "rows": rows,
        "whose": [(code, words, len(sorted_[code])) for code, words in WHOSE.items()],
        "asked": asked,
        "late": sum(1 for one in found if one.is_late),
        "nobodys": len(sorted_["nobody"]),
        "colleagues": _colleagues(by),
        "to": request.POST.get("to", by.id),
        "me": by.id,
        "refused": refused,
    }
    return page(request, "field/follow_ups.html", context, status=400 if refused else 200)


def _whose(by: Actor, one: encounters.Owed) -> str:
    if one.account is None:
        return "nobody"
    return "mine" if str(one.account) == by.id else "others"


def _rows(by: Actor, chosen: Sequence[str], found: Sequence[encounters.Owed]) -> list[Row]:
    names = agencies.names([str(one.account) for one in found if one.account])
    return [
        Row(
            one,
            names.get(str(one.account), ""),
            _whose(by, one) == "mine",
            str(one.encounter) in chosen,
        )
        for one in found
    ]


def _colleagues(by: Actor) -> list[tuple[str, str]]:
    """Ids and names of workers of the own agency who open follow-ups, oneself first."""
    if by.agency is None:
        return []
    active = agencies.accounts(by.agency).filter(is_active=True).order_by("display_name")
    able = [one for one in active if agencies.actor_of(one, mfa=True).may("work_field")]
    named = [(str(one.id), one.display_name) for one in able]
    return sorted(named, key=lambda pair: pair[0] != by.id)


def _hand_over(request: Request, chosen: Sequence[str]) -> HttpResponse:
    if not chosen:
        raise Invalid("follow_up", "", _("Choose at least one follow-up."))
    wanted = [id_of("follow_up", text) for text in chosen]
    account = id_of("to", request.POST.get("to", ""))
    given = actions.hand_over_follow_ups(by=request.actor, encounters=wanted, account=account)
    left = len(set(wanted)) - len(given)
    if given:
        flash.success(request, ngettext("%(n)d given.", "%(n)d given.", len(given)) % {"n": len(given)})
    if left:
        says = ngettext(
            "%(n)d stays as it was: this worker was not there and is not on its care side.",
            "%(n)d stay as they were: this worker was not there and is not on their care side.",
            left,
        )
        flash.warning(request, says % {"n": left})
    return redirect(_back(request))


def _back(request: Request) -> str:
    """The same list, filtered as it was."""
    query = {"whose": whose} if (whose := request.GET.get("whose", "")) in WHOSE and whose else {}
    return f"{reverse('field:follow_ups')}{'?' + urlencode(query) if query else ''}"


@desk("work_field")
@require_POST
def schedule(request: Request, encounter_id: UUID) -> HttpResponse:
    """Give one to somebody, or take it oneself."""
    account = id_of("account", request.POST.get("account", ""))
    actions.schedule_follow_up(by=request.actor, encounter=encounter_id, account=account)
    flash.success(request, _("Given."))
    return redirect(_back(request))


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
