"""Where trust stands, for a council: numbers that name nobody, small ones about people hidden."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock, journal
from commonweal.sharing import events
from commonweal.sharing.models import Agreement, Disclosure, Opening, Request, Review
from commonweal.sharing.policy import rules_in_force

DRILLS = ("restore_backup", "journal_outage", "lost_device", "breach")
OUTSIDE = "outside"


class Verified(NamedTuple):
    """When the journal was last verified, whether it was sound, over how many lines, and by which door.

    `checkpoint` is the number of the line that was compared with a digest kept elsewhere, 0 where none was.
    """

    at: datetime
    is_sound: bool
    checked: int
    door: str
    checkpoint: int


@dataclass(frozen=True, slots=True)
class Council:
    """The numbers of one page since a moment. A count of None is hidden: it, or one beside it, is small.

    `recipients` holds disclosures by kind of agency; `verified` tells of the last verification;
    `drill` what was tried last, its day and whether it passed.
    """

    since: datetime
    agreements: tuple[Agreement, ...]
    private_agreements: int
    allowed: int
    refused: int
    recipients: Mapping[str, int | None]
    disclosed: int | None
    glass: int | None
    glass_open: int | None
    glass_improper: int | None
    reviews_open: int
    reviews_overdue: int
    review_days: int
    requests: int
    in_time: int
    late: int
    overdue: int
    verified: Verified | None
    drill: tuple[str, date, bool] | None

    @property
    def asked(self) -> int:
        """Questions put to the gate."""
        return self.allowed + self.refused


def council(days: int) -> Council:
    """The page's numbers over the last days, in a fixed number of statements."""
    now, today = clock.now(), clock.today()
    since = now - timedelta(days=days)
    rules = rules_in_force()
    floor, review_days = rules.number("small_cell"), rules.number("review_days")
    recipients, disclosed = hidden(_recipients(since), floor)
    glass = _glass(since)
    standing = Agreement.objects.filter(state="in_force", starts__lte=today, ends__gte=today)
    public = standing.filter(is_public=True).prefetch_related("parties__agency").order_by("title")
    open_reviews = Review.objects.filter(closed_at__isnull=True)
    return Council(
        since=since,
        agreements=tuple(public),
        private_agreements=standing.filter(is_public=False).count(),
        allowed=journal.count(events.Read.kind, since=since),
        refused=journal.count(events.Refused.kind, since=since),
        recipients=recipients,
        disclosed=disclosed,
        glass=_shown(glass["all"], floor),
        glass_open=_shown(glass["open"], floor),
        glass_improper=_shown(glass["improper"], floor),
        reviews_open=open_reviews.count(),
        reviews_overdue=open_reviews.filter(created_at__lt=now - timedelta(days=review_days)).count(),
        review_days=review_days,
        **_requests(since.date(), today),
        verified=_verified(),
        drill=_drill(),
    )


def hidden(counts: Mapping[str, int], floor: int) -> tuple[dict[str, int | None], int | None]:
    """Counts with small ones hidden, and their total; none can be worked out from the others.

    Where a single count is hidden the next smallest goes with it; where no other is left, the total does.
    """
    shown: dict[str, int | None] = {k: None if 0 < n < floor else n for k, n in counts.items()}
    small = [k for k, n in shown.items() if n is None]
    rest = sorted((n, k) for k, n in counts.items() if shown[k] is not None and n > 0)
    if len(small) == 1 and rest:
        shown[rest[0][1]] = None
    total = sum(counts.values())
    alone = len(small) == 1 and not rest
    return dict(sorted(shown.items())), None if alone or 0 < total < floor else total


def _shown(count: int, floor: int) -> int | None:
    return None if 0 < count < floor else count


def _recipients(since: datetime) -> dict[str, int]:
    """Disclosures by kind of the agency that received them."""
    kinds = {a.id: a.kind for a in agencies.agencies()}
    rows = Disclosure.objects.filter(created_at__gte=since).values_list("agency", "outsider")
    counted: Counter[str] = Counter()
    for agency, to, n in rows.annotate(n=Count("id")).order_by():
        counted[OUTSIDE if to else kinds.get(agency, OUTSIDE)] += n
    return dict(counted)


def _glass(since: datetime) -> dict[str, int]:
    found: QuerySet[Opening] = Opening.objects.filter(created_at__gte=since)
    improper = Q(review__outcome__in=("improper", "disciplinary", "breach_assessment"))
    return found.aggregate(
        all=Count("id"),
        open=Count("id", filter=Q(review__closed_at__isnull=True)),
        improper=Count("id", filter=improper),
    )


def _requests(since: date, today: date) -> dict[str, int]:
    """Requests received, answered by their day, answered late, and overdue now."""
    found = Request.objects.aggregate(
        requests=Count("id", filter=Q(received_on__gte=since)),
        in_time=Count("id", filter=Q(answered_on__gte=since, is_late=False)),
        late=Count("id", filter=Q(answered_on__gte=since, is_late=True)),
        overdue=Count("id", filter=Q(state__in=("received", "verified", "in_work"), due_on__lt=today)),
    )
    return {name: int(n) for name, n in found.items()}


def _verified() -> Verified | None:
    line = journal.latest(events.JournalVerified.kind)
    if line is None:
        return None
    said = events.JournalVerified.read(line.data)
    return Verified(line.at, said.is_sound, said.checked, said.door, said.checkpoint)


def _drill() -> tuple[str, date, bool] | None:
    line = journal.latest(events.DrillHeld.kind)
    if line is None:
        return None
    return str(line.data["drill"]), date.fromisoformat(line.data["day"]), bool(line.data["is_passed"])
