"""A worker is asked about look-ups of their own: what they opened and when, and a place to explain."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel.errors import NotFound
from commonweal.sharing import actions, queries
from commonweal.web.pages import page
from commonweal.web.session import Request
from commonweal.web.threads import Said


def said(review: queries.Review, reader: str) -> list[Said]:
    """The remarks on a review as a thread."""
    lines = list(queries.remarks(review))
    names = agencies.names([line.author for line in lines])
    return [Said(names[x.author], "", x.created_at, x.text, x.author == reader) for x in lines]


def asked(request: Request, review_id: UUID) -> HttpResponse:
    """The worker's side of a review, and for their agency how it ended; for anybody else there is none."""
    if not request.user.is_authenticated or not request.actor.mfa:
        raise NotFound("page")
    try:
        review = queries.asked_review(review_id, request.actor.id)
    except NotFound:
        return _ended(request, review_id)
    if request.method == "POST":
        text = request.POST.get("text", "")
        actions.explain_look_ups(by=request.actor, review=review_id, text=text)
        return redirect("asked", review_id=review_id)
    context = {
        "review": review,
        "looks": queries.look_ups(review),
        "reasons": queries.reasons(review, get_language() or "en"),
        "said": said(review, request.actor.id),
        "readers": _("The privacy officer reads this."),
        "target": "" if review.closed_at else request.path,
    }
    return page(request, "asked.html", context)


def _ended(request: Request, review_id: UUID) -> HttpResponse:
    """For an administrator of the worker's agency: who, when, and what the officer found; not of whom."""
    review = queries.told_review(review_id, request.actor)
    if request.method != "GET":
        raise NotFound("review")
    context = {
        "review": review,
        "who": agencies.names([review.account])[review.account],
        "looks": queries.look_ups(review),
    }
    return page(request, "review_told.html", context)
