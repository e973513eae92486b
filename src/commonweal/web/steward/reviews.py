"""The first screen: where trust stands, and look-ups that wait for an outcome."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid
from commonweal.people import queries as people
from commonweal.sharing import actions, queries
from commonweal.web.asked import said
from commonweal.web.pages import desk, page, paged
from commonweal.web.session import Request
from commonweal.web.steward import naming
from commonweal.web.steward.agreements import owed_by_whom

OUTCOMES = (
    ("explained", gettext_lazy("Explained")),
    ("proper", gettext_lazy("Proper")),
    ("training", gettext_lazy("Needs training")),
    ("improper", gettext_lazy("Improper")),
    ("disciplinary", gettext_lazy("Referred to discipline")),
    ("breach_assessment", gettext_lazy("Breach assessment begun")),
    ("unclear", gettext_lazy("Unclear")),
)


@desk("keep_trust", "approve_policy", "sign_agreements")
def door(request: Request) -> HttpResponseBase:
    """The first page of this desk for the role: reviews, policies to approve, or agreements to sign."""
    if request.actor.may("keep_trust"):
        return front(request)
    return redirect("steward:policies" if request.actor.may("approve_policy") else "steward:agreements")


@desk("keep_trust")
def front(request: Request) -> HttpResponse:
    """Open reviews, oldest first, of one kind with `?why=`; what was reviewed with `?closed=1`."""
    why, closed = request.GET.get("why", "")[:24], "closed" in request.GET
    rows = paged(request, queries.closed_reviews() if closed else queries.reviews(why=why))
    names = agencies.names([r.account for r in rows])
    language = get_language() or "en"
    context = {
        "posture": queries.posture(),
        "kinds": queries.reviews_by_kind(),
        "why": why,
        "closed": closed,
        "rows": [(r, names[r.account], queries.reasons(r, language)[:2]) for r in rows],
        "page": rows,
        "owed": owed_by_whom(request.actor),
    }
    return page(request, "steward/index.html", context)


@desk("keep_trust")
def review(request: Request, review_id: UUID) -> HttpResponse:
    """Who, what, why, and the look-ups behind it; ask the worker; close with an outcome and a sentence.

    Back with what was written where something is lacking.
    """
    if request.method != "POST":
        return _shown(request, review_id)
    try:
        return _act(request, review_id)
    except Invalid as wrong:
        return _shown(request, review_id, wrong)


def _shown(request: Request, review_id: UUID, error: Invalid | None = None) -> HttpResponse:
    found = queries.review(review_id)
    looks = queries.look_ups(found)
    named = _names(request.actor, [look.person for look in looks])
    about = Subject(found.kind, found.subject)
    said_of = naming.in_words(request.actor, [about, *(Subject("person", look.person) for look in looks)])
    opening = queries.opening_of(review_id)
    context = {
        "review": found,
        "opening": opening,
        "read": queries.read_under(opening) if opening else (),
        "who": agencies.names([found.account])[found.account],
        "outcomes": OUTCOMES,
        "reasons": queries.reasons(found, get_language() or "en"),
        "record": said_of[found.subject],
        "looks": [(look, named.get(look.person, "") or said_of[look.person]) for look in looks],
        "said": said(found, request.actor.id),
        "readers": _("The worker and the privacy officers read this."),
        "target": request.path,
        "error": error,
        "typed": request.POST if error else {},
    }
    return page(request, "steward/review.html", context, status=400 if error else 200)


def _act(request: Request, review_id: UUID) -> HttpResponse:
    """A question to the worker (`text`), an end to what is still open (`end`), or the outcome."""
    if opened := queries.opening_of(review_id) if "end" in request.POST else None:
        actions.end_opening(by=request.actor, opening=opened.id)
        flash.success(request, _("It is closed. The worker sees nothing of it any more."))
        return redirect("steward:review", review_id=review_id)
    if "text" in request.POST:
        actions.ask_explanation(by=request.actor, review=review_id, text=request.POST["text"])
        flash.success(request, _("The worker was asked."))
        return redirect("steward:review", review_id=review_id)
    outcome = request.POST.get("outcome", "")
    if outcome not in dict(OUTCOMES):
        raise Invalid("outcome", outcome, _("Choose what the review found."))
    actions.close_review(
        by=request.actor,
        review=review_id,
        outcome=outcome,
        note=request.POST.get("note", ""),
    )
    flash.success(request, _("The review is closed."))
    _say_who_is_told(request, review_id)
    return redirect("steward:index")


def _say_who_is_told(request: Request, review_id: UUID) -> None:
    """Where the worker's agency has to act: whether somebody there hears of it, or the officer writes."""
    found = queries.review(review_id)
    if queries.told_of(found):
        told = _("The administrators of the worker's agency are told how it ended, and not of whom.")
        flash.info(request, told)
    elif found.outcome in queries.TOLD_OUTCOMES:
        flash.warning(request, _("Nobody administers the worker's agency here: write to it."))


def _names(by: Actor, persons: Sequence[UUID]) -> dict[UUID, str]:
    """Names of the people looked at, as far as the gate opens them for oversight; journalled."""
    records = people.records_of_many(set(persons))
    first = {person: found[0] for person, found in records.items() if found}
    about = list(first.values())
    answers = (
        actions.ask_many(by=by, category="identity", purpose="oversight_audit", about=about) if about else {}
    )
    shown = {one.subject: str(one["name"] or "") for one in people.identities(actions.permitted(answers))}
    return {person: shown.get(subject, "") for person, subject in first.items()}
