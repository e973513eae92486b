"""Reads of this room. Public pages read only what is labelled public."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Avg, Count, Q, QuerySet

from commonweal.community.heard import (
    AUDIENCES,
    Asked,
    Audience,
    Share,
    Spoken,
    audience,
    quarters,
    shares,
    spoken,
)
from commonweal.community.models import (
    MARGINS,
    Alert,
    Commitment,
    Feedback,
    Figure,
    Meeting,
    Population,
    Reply,
    Theme,
)
from commonweal.community.monthly import CODE as BY_NATURE
from commonweal.community.monthly import months
from commonweal.community.voices import WORK, WORKERS_ASKED, Line, has_answered
from commonweal.community.wording import CODES as ALERT_CODES
from commonweal.community.wording import lacking
from commonweal.engines.measures.raking import Mean
from commonweal.kernel import clock
from commonweal.kernel.errors import NotFound
from commonweal.sharing.queries import floor

__all__ = [
    "ALERT_CODES", "AUDIENCES", "BY_NATURE", "MARGINS", "WORK", "WORKERS_ASKED", "Alert", "Asked",
    "Audience", "Commitment", "Feedback", "Figure", "Line", "Mean", "Meeting", "Population", "Reply", "Share",
    "Spoken", "Theme", "Voice", "audience", "has_answered", "lacking", "months", "quarters", "shares",
    "spoken",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Voice:
    """How it went over a span: answers, and each mean score on 0 to 100; None under the site's number."""

    answers: int
    respect: float | None
    safety: float | None
    helped: float | None
    answered_share: float | None


def you_said_we_did() -> QuerySet[Reply]:
    """Public replies, newest first."""
    return Reply.objects.filter(is_public=True).order_by("-created_at")


def waiting(agency: UUID | None = None) -> QuerySet[Feedback]:
    """Feedback not yet answered, oldest first, for those who publish."""
    found = Feedback.objects.filter(state="new").select_related("agency").order_by("received_at")
    return found.filter(agency=agency) if agency else found


def by_receipt(code: str) -> tuple[datetime, list[tuple[datetime, str]]] | None:
    """When it was received, and the replies to it; None for an unknown code."""
    hashed = hashlib.sha256(code.strip().upper().encode()).hexdigest()
    found = Feedback.objects.filter(receipt_hash=hashed).first()
    if found is None:
        return None
    return found.received_at, list(found.replies.order_by("created_at").values_list("created_at", "text"))


def voice(days: int = 365) -> Voice:
    """Scores of the last days, hidden under the site's smallest number of answers."""
    found = Feedback.objects.filter(received_at__gte=clock.now() - timedelta(days=days))
    row = found.aggregate(
        n=Count("id"),
        respect=Avg("respect"),
        safety=Avg("safety"),
        helped=Avg("helped"),
        answered=Count("id", filter=Q(state="answered")),
    )
    if row["n"] < floor():
        return Voice(row["n"], None, None, None, None)
    respect, safety, helped = (_hundred(row[name]) for name in ("respect", "safety", "helped"))
    return Voice(row["n"], respect, safety, helped, row["answered"] / row["n"])


def _hundred(mean: float | None) -> float | None:
    """A mean of 1 to 5 on a scale of 0 to 100."""
    return None if mean is None else round((mean - 1) * 25, 1)


def populations(margin: str = "") -> QuerySet[Population]:
    """Who lives here, as written down: by one margin, or by all."""
    found = Population.objects.order_by("margin", "created_at", "id")
    return found.filter(margin=margin) if margin else found


def theme_of(text: str) -> Theme:
    """The theme that stands under an id as a form posts it; NotFound otherwise."""
    try:
        found = Theme.objects.filter(id=UUID(text), is_dropped=False).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound("theme")
    return found


def meetings(*, coming: bool) -> QuerySet[Meeting]:
    """Meetings to come, soonest first, or past ones, latest first."""
    now = clock.now()
    found = Meeting.objects.prefetch_related("commitments")
    return (
        found.filter(starts__gte=now).order_by("starts")
        if coming
        else found.filter(starts__lt=now).order_by("-starts")
    )


def commitments() -> QuerySet[Commitment]:
    """Promises: those open first, by day."""
    return Commitment.objects.select_related("meeting").order_by("kept_at", "due")


def figures(code: str, month: date | None = None) -> QuerySet[Figure]:
    """Published counts of one kind, latest month first."""
    found = published().filter(code=code)
    return found.filter(month=month) if month else found


def published() -> QuerySet[Figure]:
    """Every published count, by kind, then month (latest first), then cell."""
    return Figure.objects.filter(withdrawn_on=None).order_by("code", "-month", "cell")


def taken_back() -> list[tuple[date, date]]:
    """Months whose counts were taken off the public page, and when; latest month first."""
    gone = Figure.objects.exclude(withdrawn_on=None).order_by("-month")
    return [(month, day) for month, day in gone.values_list("month", "withdrawn_on").distinct() if day]


def alerts_standing() -> QuerySet[Alert]:
    """Public alerts that stand now, the newest first; what has expired is gone by itself."""
    return _sent().filter(state="issued", expires__gt=clock.now()).exclude(kind="Cancel")


def alerts_told() -> QuerySet[Alert]:
    """Every message whose time has not run out, cancellations too: what a feed lists, the newest first."""
    return _sent().filter(expires__gt=clock.now())


def alerts_over() -> QuerySet[Alert]:
    """What was sent and stands no more, the newest first; a cancellation is told with what it ended."""
    over = Q(expires__lte=clock.now()) | Q(state__in=("updated", "cancelled"))
    return _sent().filter(over).exclude(kind="Cancel")


def sent_alert(alert: UUID) -> Alert:
    """One message that was sent; NotFound for a draft."""
    found = _sent().filter(id=alert).first()
    if found is None:
        raise NotFound("alert")
    return found


def alerts_from(origins: Iterable[str]) -> list[Alert]:
    """Alerts read from these messages (sender,identifier), the newest first; none that was dropped."""
    found = Alert.objects.filter(origin__in=[one for one in origins if one]).exclude(state="dropped")
    return list(found.order_by("-created_at"))


def alert_work() -> QuerySet[Alert]:
    """Every alert, for those who write and approve them: what is not sent yet first."""
    return Alert.objects.select_related("follows").order_by("sent_at", "-created_at").exclude(state="dropped")


def alert(alert: UUID) -> Alert:
    """One alert in any state; NotFound for none."""
    found = Alert.objects.select_related("follows", "agency").filter(id=alert).first()
    if found is None:
        raise NotFound("alert")
    return found


def alert_chain(found: Alert) -> list[Alert]:
    """The messages that this one follows, the latest first."""
    chain = []
    while found.follows is not None:
        found = found.follows
        chain.append(found)
    return chain


def _sent() -> QuerySet[Alert]:
    found = Alert.objects.filter(sent_at__isnull=False)
    return found.select_related("agency", "follows").order_by("-sent_at")
