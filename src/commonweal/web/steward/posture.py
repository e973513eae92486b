"""One page for a council: what is shared with whom, how it is watched, each number beside its definition."""

from django.conf import settings
from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock, codes
from commonweal.sharing import actions, queries
from commonweal.training import queries as training
from commonweal.web.pages import desk, page
from commonweal.web.session import Request
from commonweal.web.steward.drafting import day_of

SPANS = (30, 90, 365)


@desk("keep_trust", "approve_policy")
def council(request: Request) -> HttpResponse:
    """The page over 30, 90 or 365 days (`?days=`); a privacy officer notes a drill on it."""
    if request.method == "POST":
        actions.record_drill(
            by=request.actor,
            drill=request.POST.get("drill", ""),
            day=day_of(request.POST, "day"),
            is_passed=request.POST.get("passed") == "yes",
        )
        flash.success(request, _("Noted."))
        return redirect("steward:posture")
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(span) for span in SPANS} else 365
    found = queries.council(days)
    trained, workers = _training()
    context = {
        "found": found, "days": days, "spans": SPANS, "floor": queries.floor(),
        "disclosed": _told(found.disclosed), "today": clock.today(),
        "recipients": [(_said(kind), _told(n)) for kind, n in found.recipients.items()],
        "glass": [_told(n) for n in (found.glass, found.glass_open, found.glass_improper)],
        "trained": trained, "workers": workers, "policy": queries.in_force(),
        "packs": _laws(queries.law().version),
        "may_note": request.actor.may("keep_trust"),
        "drills": [(code, codes.said(code)) for code in queries.DRILLS],
    }  # fmt: skip
    return page(request, "steward/posture.html", context)


def _laws(version: str) -> str:
    """The packs of a version ("us_federal 1.0 + us_illinois 1.0 (...)") that are law here, in words."""
    packs = (part.partition(" ") for part in version.partition(" (")[0].split(" + "))
    here = settings.JURISDICTION.lower()
    return "; ".join(f"{codes.said(name)} ({n})" for name, _space, n in packs if name.split("_")[0] == here)


def _told(count: int | None) -> str:
    """A count in words where it is hidden."""
    return _("not shown") if count is None else str(count)


def _said(kind: str) -> str:
    return _("Outside the agencies of this site") if kind == "outside" else codes.said(kind)


def _training() -> tuple[int, int]:
    """How many workers hold all that their role must hold, of how many; people helped are no workers."""
    roles = {
        account: role
        for account, role in agencies.accounts().filter(is_active=True).values_list("id", "role")
        if role != "person"
    }
    standings = training.standings(roles)
    return sum(not one.lapsed for one in standings.values()), len(roles)
