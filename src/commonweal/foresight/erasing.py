"""Taking people off every list at once, with all that was derived of them."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from commonweal.foresight import events
from commonweal.foresight.models import OutreachDecision, Standing
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.people import queries as people
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as trust


def _drop(by: Actor, found: Iterable[Standing]) -> int:
    rows = list(found)
    for row in rows:
        sharing.untie(by=by, relation="care", subject=Subject("outreach", row.id), reason="off the list")
    sharing.release(by=by, subjects=[Subject("outreach", row.id) for row in rows])
    Standing.objects.filter(id__in=[row.id for row in rows]).delete()
    return len(rows)


@transaction.atomic
def erase(*, by: Actor, person: UUID, why: str) -> int:
    """Every standing and decision of a person, under whichever id; the number of rows. Journalled if any."""
    circle = people.circle(person)
    rows = _drop(by, Standing.objects.filter(person__in=circle))
    rows += OutreachDecision.objects.filter(person__in=circle).delete()[0]
    if rows:
        journal.write(by=by, event=events.Erased(person=person, why=why, rows=rows))
    return rows


@transaction.atomic
def empty(*, by: Actor, model: UUID) -> int:
    """Nobody stands on a model's list any more."""
    return _drop(by, Standing.objects.filter(model=model))


def drop(*, by: Actor, standing: Standing) -> None:
    """One row off the list: it was decided."""
    _drop(by, [standing])


@transaction.atomic
def sweep(*, by: Actor) -> int:
    """Take out rows that have run out, and people whose consent no longer stands; how many rows."""
    rows = _drop(by, Standing.objects.filter(expires_at__lte=clock.now()))
    for row in Standing.objects.all():
        if row.consent not in {c.id for c in trust.consents_in_force(row.person_id)}:
            rows += erase(by=by, person=row.person_id, why="consent ended")
    return rows
