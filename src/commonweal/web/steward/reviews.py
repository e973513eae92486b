"""The first screen: where trust stands, and look-ups that wait for an outcome."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.agencies import queries as agencies
from commonweal.sharing import actions, queries
from commonweal.web.pages import desk, page, paged
from commonweal.web.session import Request

OUTCOMES = (
    ("proper", gettext_lazy("Proper")),
    ("improper", gettext_lazy("Improper")),
    ("training", gettext_lazy("Needs training")),
    ("unclear", gettext_lazy("Unclear")),
)


@desk("keep_trust")
def front(request: Request) -> HttpResponse:
    """Open reviews, oldest first, under the numbers of the month."""
    rows = paged(request, queries.reviews())
    names = agencies.names([r.account for r in rows])
    context = {"posture": queries.posture(), "rows": [(r, names[r.account]) for r in rows], "page": rows}
    return page(request, "steward/index.html", context)


@desk("keep_trust")
def review(request: Request, review_id: UUID) -> HttpResponse:
    """One look-up: who, what, why they said; close it with an outcome and a sentence."""
    found = queries.review(review_id)
    if request.method == "POST":
        actions.close_review(
            by=request.actor,
            review=review_id,
            outcome=request.POST.get("outcome", ""),
            note=request.POST.get("note", ""),
        )
        flash.success(request, _("The review is closed."))
        return redirect("steward:index")
    who = agencies.names([found.account])[found.account]
    return page(request, "steward/review.html", {"review": found, "who": who, "outcomes": OUTCOMES})
