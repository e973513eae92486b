"""Reads of this room. A thread's text leaves only under the permit on its subject."""

from uuid import UUID

from django.db.models import Q, QuerySet

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound
from commonweal.messages.drills import BELL, Figure, drill, drills, drills_asked, figure, figure_by
from commonweal.messages.ladders import OCCASIONS, REACHES, Step, ladder
from commonweal.messages.leaving import channels_of
from commonweal.messages.models import (
    Bulletin,
    CheckIn,
    Choice,
    Climb,
    Delivery,
    Drill,
    Duress,
    Endpoint,
    HandOver,
    Leaving,
    Notification,
    Thread,
    Told,
)
from commonweal.messages.models.bulletins import KINDS, URGENCIES
from commonweal.messages.noticed import (
    CATEGORY,
    NAMES,
    PERSON,
    Answer,
    Reach,
    answers,
    bulletin,
    bulletins,
    bulletins_past,
    meant_for,
    reach,
    receivers,
    sight_of,
    standing_of,
)
from commonweal.messages.notifying import CHANNELS, Group, notifying
from commonweal.messages.quiet import ends as quiet_until
from commonweal.messages.said import Line, New, addressed, new_in, thread, unconfirmed
from commonweal.messages.words import REASONS, told

__all__ = [
    "CHANNELS", "OCCASIONS", "REACHES", "REASONS", "Climb", "Step", "Told", "ladder",
    "CheckIn", "Choice", "Delivery", "Duress", "Endpoint", "Group", "HandOver", "Line", "New",
    "Notification",
    "addressed", "channels_of", "new_in", "notifying", "quiet_until", "thread", "told", "unconfirmed",
    "BELL", "CATEGORY", "KINDS", "NAMES", "PERSON", "URGENCIES", "Answer", "Bulletin", "Drill", "Figure",
    "answers", "bulletin", "bulletins", "bulletins_past", "drill", "drills", "drills_asked", "figure",
    "figure_by", "meant_for", "Reach", "reach", "receivers", "sight_of", "standing_of",
]  # fmt: skip


def unread(by: Actor) -> QuerySet[Notification]:
    """The actor's unread lines, urgent first, then newest."""
    return Notification.objects.filter(account=by.id, read_at__isnull=True).order_by("-urgent", "-created_at")


def was_rung(by: Actor, kind: str, subject: UUID) -> bool:
    """Whether a line of this kind about this subject was ever put in the actor's bell."""
    return Notification.objects.filter(account=by.id, kind=kind, subject=subject).exists()


def choice(by: Actor) -> Choice | None:
    """What the actor chose about notices; None where the site's own choice stands."""
    return Choice.objects.filter(account=by.id).first()


def overdue() -> QuerySet[CheckIn]:
    """Safety timers past due, longest first."""
    return CheckIn.objects.filter(ended_at__isnull=True, due_at__lte=clock.now()).order_by("due_at")


def running() -> QuerySet[CheckIn]:
    """Safety timers that run."""
    return CheckIn.objects.filter(ended_at__isnull=True).order_by("due_at")


def open_duress() -> QuerySet[Duress]:
    """Silent alarms not yet closed."""
    return Duress.objects.filter(closed_at__isnull=True).order_by("created_at")


def alarm(duress: UUID) -> Duress:
    """One silent alarm, open or closed; NotFound for an unknown one."""
    found = Duress.objects.filter(id=duress).first()
    if found is None:
        raise NotFound("alarm")
    return found


def standing_together(ids: frozenset[UUID]) -> frozenset[UUID]:
    """Threads about these records, and what these threads are about."""
    pairs = Thread.objects.filter(Q(id__in=ids) | Q(subject__in=ids)).values_list("id", "subject")
    return frozenset(one for pair in pairs for one in pair)


def shifts_waiting(agency: UUID) -> QuerySet[HandOver]:
    """Hand-overs of a centre that nobody has taken, oldest first."""
    return HandOver.objects.filter(agency=agency, taken_at__isnull=True).order_by("created_at")


def shifts_taken(agency: UUID, limit: int = 6) -> list[HandOver]:
    """The latest that were taken."""
    return list(HandOver.objects.filter(agency=agency, taken_at__isnull=False).order_by("-taken_at")[:limit])


def endpoints() -> QuerySet[Endpoint]:
    """Endpoints for webhooks that stand, the newest first."""
    return Endpoint.objects.filter(removed_at__isnull=True).order_by("-created_at")


def dead_webhooks() -> QuerySet[Delivery]:
    """Deliveries that were given up, the newest first: to be sent again or left."""
    rows = Delivery.objects.filter(state="dead", endpoint__removed_at__isnull=True)
    return rows.select_related("endpoint").order_by("-settled_at")


def climbing(occasion: str) -> list[UUID]:
    """Subjects for which a ladder of this occasion is being climbed, or was answered and is not over."""
    rows = Climb.objects.filter(occasion=occasion, ended_at__isnull=True)
    return list(rows.values_list("subject", flat=True))


def climbs_told_to(by: Actor) -> QuerySet[Climb]:
    """Climbs of which this worker was told, the newest first; of others nobody learns here."""
    mine = Told.objects.filter(account=by.id).values("climb")
    return Climb.objects.filter(id__in=mine).prefetch_related("told").order_by("-created_at")


def unanswered(by: Actor) -> dict[UUID, UUID]:
    """Subjects of open climbs that this worker may take on, each with its climb."""
    rows = climbs_told_to(by).filter(acknowledged_at__isnull=True, ended_at__isnull=True)
    return dict(rows.values_list("subject", "id"))


def ways_taken(climb: Climb) -> dict[UUID, list[tuple[str, str]]]:
    """By which way each who was told was reached outside the product, and how that ended."""
    rows = Leaving.objects.filter(
        notification__subject=climb.subject, notification__kind__startswith=climb.occasion,
        created_at__gte=climb.created_at,
    )  # fmt: skip
    found: dict[UUID, list[tuple[str, str]]] = {}
    for account, channel, outcome in rows.order_by("created_at").values_list("account", "channel", "outcome"):
        found.setdefault(account, []).append((channel, outcome))
    return found
