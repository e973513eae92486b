"""What nobody may miss climbs its ladder until somebody says "I have it": the one mechanism of escalation."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.messages import events
from commonweal.messages.ladders import Step, ladder
from commonweal.messages.models import Climb, Notification, Told
from commonweal.messages.ringing import notify

__all__ = ["acknowledge", "begin_climb", "climb", "end_climb"]
MOST = 60  # times that the last step is said again
OTHERWISE = "supervisor"  # whom a step for a whole team or agency tells where nobody is in it
AT_LEAST = 1  # minutes between two times of the last step


@transaction.atomic
def begin_climb(
    *,
    by: Actor,
    occasion: str,
    about: Subject,
    near: Iterable[UUID],
    link: str,
    without: Iterable[UUID] = (),
) -> Climb:
    """Start to climb for a subject, or the climb that already runs; a first step of no minutes is told now.

    `near`: the agencies concerned. `without`: accounts that never hear of it (the worker in duress).
    """
    running = Climb.objects.filter(occasion=occasion, subject=about.id, ended_at__isnull=True).first()
    if running:
        return running
    due = clock.now() + timedelta(minutes=ladder(occasion)[0].after)
    made = Climb.objects.create(
        occasion=occasion, about=about.kind, subject=about.id, link=link, due_at=due,
        near=sorted(map(str, near)), without=sorted(map(str, without)),
    )  # fmt: skip
    if due <= clock.now():
        _step(by, made)
    return made


@transaction.atomic
def climb(*, by: Actor) -> int:
    """Every climb whose time has come goes a step further. Returns how many."""
    waits = Climb.objects.select_for_update().filter(
        ended_at__isnull=True, acknowledged_at__isnull=True, due_at__lte=clock.now()
    )  # fmt: skip
    for one in waits:
        _step(by, one)
    return len(waits)


@transaction.atomic
def acknowledge(*, by: Actor, climb: UUID) -> Climb:
    """Whoever was told takes it on: it climbs no further. A second one finds who was first.

    NotFound for whoever was not told, whether it exists or not.
    """
    found = Climb.objects.select_for_update().filter(id=climb, told__account=by.id).first()
    if found is None:
        raise NotFound("notice")
    if found.acknowledged_at is None and found.ended_at is None:
        found.acknowledged_at, found.acknowledged_by = clock.now(), by.id
        found.save(update_fields=["acknowledged_at", "acknowledged_by"])
        event = events.LadderAnswered(climb=climb, occasion=found.occasion, step=found.step)
        journal.write(by=by, event=event)
    mine = Notification.objects.filter(account=by.id, subject=found.subject, read_at__isnull=True)
    mine.filter(kind__startswith=found.occasion).update(read_at=clock.now())
    return found


@transaction.atomic
def end_climb(*, by: Actor, occasion: str, subject: UUID) -> bool:
    """What it was about is over; whether a climb ran. Lines of it that still wait in bells are read."""
    open_ones = Climb.objects.filter(occasion=occasion, subject=subject, ended_at__isnull=True)
    found = open_ones.first()
    if found is None:
        return False
    open_ones.update(ended_at=clock.now())
    journal.write(by=by, event=events.LadderEnded(climb=found.id, occasion=occasion))
    return True


def _step(by: Actor, found: Climb) -> None:
    steps = ladder(found.occasion)
    at = min(found.step, len(steps) - 1)
    people = sorted(_people(steps[at], found))
    journal.write(
        by=by, event=events.LadderClimbed(climb=found.id, occasion=found.occasion, step=found.step + 1)
    )
    notify(
        by=by, accounts=people, kind=_kind(found), about=Subject(found.about, found.subject), again=True,
        link=found.link, urgent=steps[at].pressing, pressing=steps[at].pressing,
    )  # fmt: skip
    Told.objects.bulk_create([Told(climb=found, step=found.step + 1, account=one) for one in people])
    found.step += 1
    following = steps[min(found.step, len(steps) - 1)].after
    pause = following if found.step < len(steps) else max(following, AT_LEAST)
    ends = found.step >= len(steps) + MOST
    found.due_at = None if ends else clock.now() + timedelta(minutes=pause)
    found.save(update_fields=["step", "due_at"])


def _kind(found: Climb) -> str:
    """The notice of this step; a missed check says how often it was missed."""
    if found.occasion != "check_in_missed":
        return found.occasion
    return f"check_in_missed_{min(found.step + 1, 3)}"


def _people(step: Step, found: Climb) -> frozenset[UUID]:
    """Whom a step tells; where that is nobody, ever wider: near, then everywhere, so that somebody hears."""
    without = {UUID(one) for one in found.without}
    return next((told for one in _wider(step, found) if (told := one - without)), frozenset[UUID]())


def _wider(step: Step, found: Climb) -> Iterator[frozenset[UUID]]:
    who = step.who or OTHERWISE
    if step.is_named:
        yield agencies.holding(step.who, step.agency, step.team)
    if step.is_named or step.reach == "near":
        yield frozenset[UUID]().union(*(agencies.holding(who, UUID(one)) for one in found.near))
    yield agencies.holding(who)
