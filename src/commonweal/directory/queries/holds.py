"""Places held, by the referral they are held for: an opaque id, nobody's name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commonweal.directory import holds
from commonweal.directory.models import PlaceHold, Service
from commonweal.kernel import clock
from commonweal.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Held:
    """One hold: `how` it ended is empty while it stands; `by` is an opaque actor."""

    cause: UUID
    at: datetime
    until: datetime
    by: str
    extended_at: datetime | None
    ended_at: datetime | None
    how: str

    @property
    def stands(self) -> bool:
        """Whether the place is kept at this moment."""
        return self.ended_at is None and self.until > clock.now()

    @property
    def minutes_left(self) -> int:
        """Whole minutes until it ends, begun ones counted; 0 where it has ended."""
        left = (self.until - clock.now()).total_seconds()
        return max(0, -int(-left // 60)) if self.stands else 0


def holds_of(causes: Iterable[UUID]) -> dict[UUID, list[Held]]:
    """Holds by referral, oldest first; referrals without one are absent."""
    found: dict[UUID, list[Held]] = {}
    for one in PlaceHold.objects.filter(cause__in=list(causes)).order_by("at", "id"):
        held = Held(one.cause, one.at, one.until, one.by, one.extended_at, one.ended_at, one.how)
        found.setdefault(one.cause, []).append(held)
    return found


def hold_for(cause: UUID) -> Held | None:
    """The latest hold for a referral, whether it stands or not; None where there never was one."""
    return next(reversed(holds_of([cause]).get(cause, [])), None)


def hold_endings(since: datetime) -> dict[UUID, str]:
    """By referral, how the latest hold made since then ended; `standing` for one that is kept now."""
    rows = PlaceHold.objects.filter(at__gte=since).order_by("at", "id")
    now, found = clock.now(), dict[UUID, str]()
    for cause, how, until in rows.values_list("cause", "how", "until").iterator():
        found[cause] = how or ("standing" if until > now else "expired")
    return found


def hold_minutes(service: UUID) -> int:
    """How long a service holds a place; 0 where it holds none; NotFound for an unknown one."""
    found = Service.objects.filter(id=service).first()
    if found is None:
        raise NotFound("service")
    return holds.minutes_at(found)
