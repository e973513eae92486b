"""Reads of this room: agreements, consents, the register, reviews. Rows name people by id only."""

from uuid import UUID

from django.db.models import QuerySet

from commonweal.kernel import clock
from commonweal.kernel.labels import CATEGORIES
from commonweal.sharing.models import Agreement, Consent, Disclosure, Review
from commonweal.sharing.policy import current

__all__ = ["CATEGORIES", "Agreement", "Consent", "Disclosure", "Review"]


def agreements(*, public_only: bool = False) -> QuerySet[Agreement]:
    """Agreements, newest term first, with parties and clauses."""
    found = Agreement.objects.prefetch_related("parties__agency", "clauses").order_by("-starts", "title")
    return found.filter(is_public=True, state="in_force") if public_only else found


def consents_of(person: UUID) -> QuerySet[Consent]:
    """A person's consents, newest first: for the person, their helper and the privacy officer."""
    return Consent.objects.filter(person=person).select_related("discloser").order_by("-created_at")


def consents_in_force(person: UUID) -> QuerySet[Consent]:
    """Those neither withdrawn nor expired."""
    return consents_of(person).filter(revoked_at__isnull=True, expires_at__gt=clock.now())


def register(person: UUID | None = None) -> QuerySet[Disclosure]:
    """The disclosure register, newest first; of one person where given."""
    found = Disclosure.objects.order_by("-created_at")
    return found.filter(person=person) if person else found


def accounting(person: UUID) -> QuerySet[Disclosure]:
    """What a person may see of it: suspended entries stay hidden for their term (164.528(a)(2))."""
    return register(person).filter(is_suspended=False)


def reviews(*, open_only: bool = True) -> QuerySet[Review]:
    """Look-ups to review, oldest first."""
    found = Review.objects.order_by("created_at")
    return found.filter(closed_at__isnull=True) if open_only else found


def rule(rule_id: str) -> tuple[str, str]:
    """A rule's plain sentence and its citation."""
    policy = current()
    return policy.sentence(rule_id), policy.citation(rule_id)
