"""Reads of reviews: the queue, what is behind one, and what was said about it. People by id only."""

from uuid import UUID

from django.db.models import Count, QuerySet

from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound
from commonweal.sharing import watching
from commonweal.sharing.models import LookUp, Remark, Review

TOLD = ("training", "improper", "disciplinary", "breach_assessment")
"""Outcomes on which the worker's own agency has something to do."""


def reviews(*, open_only: bool = True, why: str = "") -> QuerySet[Review]:
    """Look-ups to review, oldest first; of one kind where given."""
    found = Review.objects.order_by("created_at")
    found = found.filter(why=why) if why else found
    return found.filter(closed_at__isnull=True) if open_only else found


def review(review_id: UUID) -> Review:
    """One review; NotFound otherwise."""
    found = Review.objects.filter(id=review_id).first()
    if found is None:
        raise NotFound("review")
    return found


def asked_review(review_id: UUID, account: str) -> Review:
    """A review of this worker's own look-ups, once they were asked about it; NotFound otherwise."""
    found = Review.objects.filter(id=review_id, account=account, asked_at__isnull=False).first()
    if found is None:
        raise NotFound("review")
    return found


def told_review(review_id: UUID, by: Actor) -> Review:
    """A review of a worker of the own agency that ended so that the agency has to act; NotFound otherwise.

    For its administrators, but for whoever the review is about.
    """
    mine = Review.objects.filter(id=review_id, agency=by.agency, outcome__in=TOLD).exclude(account=by.id)
    found = mine.first() if by.agency and by.may("administer") else None
    if found is None:
        raise NotFound("review")
    return found


def told_of(found: Review) -> frozenset[UUID]:
    """Who hears how a review ended: administrators of the worker's agency, where it has to act."""
    if found.outcome not in TOLD or found.agency is None:
        return frozenset()
    return frozenset(
        one for one in agencies.able_to("administer", found.agency) if str(one) != found.account
    )


def closed_reviews() -> QuerySet[Review]:
    """What was reviewed, the latest outcome first."""
    return Review.objects.filter(closed_at__isnull=False).order_by("-closed_at")


def reviews_by_kind() -> dict[str, int]:
    """How many reviews are open of each kind, most first."""
    counted = reviews().order_by().values_list("why").annotate(n=Count("id"))
    return dict(sorted(counted, key=lambda pair: (-pair[1], pair[0])))


def look_ups(found: Review) -> list[LookUp]:
    """The look-ups behind a review of the detector, oldest first."""
    return list(LookUp.objects.filter(id__in=found.looks).order_by("starts_at"))


def reasons(found: Review, language: str) -> list[str]:
    """Why the detector flagged it, in plain words, strongest first; codes that the pack lost are left out."""
    rules = watching.rules()
    known = [(code, number) for code, number in found.evidence if code in rules.weights]
    known.sort(key=lambda pair: (-rules.weights[pair[0]], pair[0]))
    return [rules.say(code, number, language) for code, number in known]


def remarks(found: Review) -> QuerySet[Remark]:
    """What the officer and the worker wrote to each other about it, oldest first."""
    return Remark.objects.filter(review=found).order_by("created_at")
