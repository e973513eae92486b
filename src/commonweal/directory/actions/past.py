"""Earlier posts of room brought in whole: from another system's archive, or a generated county."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commonweal.directory import events
from commonweal.directory.actions.capacity import check
from commonweal.directory.models import CapacityPost
from commonweal.kernel import bulk, clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPost:
    """How much room a service had at a moment that lies behind."""

    service: UUID
    at: datetime
    available: int | None
    waiting: int | None = None


@transaction.atomic
def bring_capacity(*, by: Actor, posts: Sequence[PastPost]) -> int:
    """File posts at their own times under one journal line; returns how many.

    For the product itself and administrators, others get NotFound. Invalid for a number that no service has,
    or a moment still to come.
    """
    if by.role != "system" and not by.may("administer"):
        raise NotFound("service")
    now = clock.now()
    for post in posts:
        check(post.available, post.waiting)
        if post.at > now:
            raise Invalid("at", post.at, "Earlier posts lie behind; post what is true now as it is.")
    rows = [(new_id(), p.service, p.at, p.available, p.waiting) for p in posts]
    same = {"by": by.id, "agency": by.agency}
    bulk.insert(CapacityPost, ("id", "service", "at", "available", "waiting"), rows, same=same)
    journal.write(by=by, event=events.CapacityBrought(posts=len(rows)))
    return len(rows)
