"""Capacity as it stands: the latest post, its age, and how far it can be believed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from commonweal.directory.listed import listed
from commonweal.directory.models import CapacityPost, Service
from commonweal.directory.standing import standing
from commonweal.engines import matching
from commonweal.kernel import clock

FRESH, OLD = 6.0, 24.0  # hours
TESTS_COUNT = timedelta(days=90)  # how long a test of a post counts


@dataclass(frozen=True, slots=True)
class Room:
    """The latest word on one service: `available` None means open with the number unknown.

    `available` is what can be had now: places that are `held` for somebody are off what was `posted`.
    """

    service: UUID
    available: int | None
    waiting: int | None
    is_open: bool
    note: str
    at: datetime
    source: str
    kept: int = 0
    broken: int = 0
    held: int = 0

    @property
    def posted(self) -> int | None:
        """The number that the provider gave, with those places in it that are held."""
        return None if self.available is None else self.available + self.held

    @property
    def age(self) -> timedelta:
        """How long ago it was said."""
        return max(clock.now() - self.at, timedelta(0))

    @property
    def hours_old(self) -> float:
        """Its age in hours."""
        return self.age.total_seconds() / 3600

    @property
    def confidence(self) -> float:
        """How far it can be believed now, from 1 to 0: by age, source, and how posts here held before."""
        room = matching.Room(
            self.available, self.is_open, self.hours_old, self.source, self.kept, self.broken
        )
        return matching.belief(room, matching.Settings())

    @property
    def percent_sure(self) -> int:
        """The confidence as a whole percentage; 100 only where it is certain, 0 only where there is none."""
        near = round(100 * self.confidence)
        return min(max(near, 1), 99) if 0 < self.confidence < 1 else near

    @property
    def freshness(self) -> str:
        """`fresh` within six hours, `ageing` within a day, then `old`."""
        return "fresh" if self.hours_old < FRESH else "ageing" if self.hours_old < OLD else "old"


def _room(post: CapacityPost, holds: int = 0) -> Room:
    kept, broken = int(getattr(post, "kept", 0)), int(getattr(post, "broken", 0))
    held = 0 if post.available is None else min(holds, post.available)
    return Room(
        post.service_id,
        None if post.available is None else post.available - held,
        post.waiting,
        post.is_open,
        post.note,
        post.at,
        post.source,
        kept,
        broken,
        held,
    )


def _tested(held: bool) -> Coalesce:
    """How many tests of a service's posts by referrals, lately, they held or did not."""
    since = clock.now() - TESTS_COUNT
    tests = CapacityPost.objects.filter(service=OuterRef("service"), agreed=held, at__gte=since)
    counted = tests.order_by().values("service").annotate(n=Count("id")).values("n")
    return Coalesce(Subquery(counted), 0)


def capacity(service: UUID) -> Room | None:
    """The latest word on one service; None where nothing was ever posted."""
    return latest_posts([service]).get(service)


def latest_posts(services: Iterable[UUID]) -> Mapping[UUID, Room]:
    """The latest word on each service, in two statements; services never posted are absent."""
    newest = CapacityPost.objects.filter(service=OuterRef("service")).order_by("-at", "-id").values("id")[:1]
    found = CapacityPost.objects.filter(service__in=list(services), id=Subquery(newest))
    found = found.annotate(kept=_tested(True), broken=_tested(False))
    holds = _held(post.service_id for post in found)
    return {post.service_id: _room(post, holds.get(post.service_id, 0)) for post in found}


def _held(services: Iterable[UUID]) -> dict[UUID, int]:
    """How many places of each service are held now."""
    found = standing(service__in=list(services)).values_list("service").annotate(n=Count("id"))
    return dict(found.order_by())


def history(service: UUID, limit: int = 50) -> list[Room]:
    """Posts of one service, newest first."""
    return [_room(p) for p in CapacityPost.objects.filter(service=service).order_by("-at", "-id")[:limit]]


def own_services(agency: UUID) -> QuerySet[Service]:
    """Active services of the agency's own providers, by name: for its stepper."""
    return listed().filter(provider__agency=agency).order_by("name")


def stale(hours: float = 24) -> list[UUID]:
    """Active services whose agency posts capacity, but not within these hours: oldest first."""
    since = clock.now() - timedelta(hours=hours)
    posted = listed().filter(posts__isnull=False).distinct().values_list("id", flat=True)
    old = [room for room in latest_posts(posted).values() if room.at < since]
    return [room.service for room in sorted(old, key=lambda r: r.at)]
