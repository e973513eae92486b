"""Services with everything that is said of them, for exports and the public interface."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from commonweal.directory import needs
from commonweal.directory.models import Offer, Provider, Schedule, Service

__all__ = ["Offer", "Provider", "Schedule", "Service", "offering_providers", "whole_services"]

PARTS = ("topics", "languages", "schedules", "phones", "documents", "costs")


def whole_services(
    *, text: str = "", provider: UUID | None = None, topics: Collection[str] = (),
    changed_after: datetime | None = None,
) -> QuerySet[Service]:  # fmt: skip
    """Services that match everything given, by name, with provider, facts and public places at hand.

    A confidential place is not among `offers`. `topics` are need codes, of which one must fit.
    """
    public = Offer.objects.filter(site__is_confidential=False).select_related("site").order_by("id")
    own = Service.objects.filter(merged_into__isnull=True)  # one that leads to another is no second entry
    found = own.select_related("provider").prefetch_related(*PARTS, Prefetch("offers", public))
    for word in needs.fold(text).split()[:8]:
        found = found.filter(search_text__contains=word)
    if provider:
        found = found.filter(provider=provider)
    if topics:
        found = found.filter(topics__code__in=topics).distinct()
    if changed_after:
        found = found.filter(updated_at__gt=changed_after)
    return found.order_by("search_name", "id")


def offering_providers() -> QuerySet[Provider]:
    """Providers of at least one service, by name."""
    return Provider.objects.filter(services__isnull=False).distinct().order_by("name", "id")
