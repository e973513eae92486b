"""Which holds stand at a moment: not ended, begun, and their time still ahead."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from commonweal.directory.models import PlaceHold
from commonweal.kernel import clock


def standing(**which: object) -> QuerySet[PlaceHold]:
    """Holds that stand now, narrowed by `service` or `cause`."""
    return PlaceHold.objects.filter(ended_at__isnull=True, until__gt=clock.now(), **which)


def held_at(cause: UUID, moment: datetime) -> bool:
    """Whether a place was held for this referral at a moment."""
    open_then = Q(ended_at__isnull=True) | Q(ended_at__gt=moment)
    return PlaceHold.objects.filter(open_then, cause=cause, at__lte=moment, until__gt=moment).exists()
