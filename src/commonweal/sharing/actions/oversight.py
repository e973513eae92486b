"""What oversight does itself: the journal verified, an exercise held. Each leaves a line."""

from datetime import date

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing import events
from commonweal.sharing.posture import DRILLS


@transaction.atomic
def verify_journal(*, by: Actor) -> journal.Verdict:
    """Recompute the chain from stored rows; takes as long as the journal is.

    NotFound for who keeps no trust.
    """
    _keeper(by)
    verdict = journal.verify()
    journal.write(
        by=by,
        event=events.JournalVerified(
            checked=verdict.checked, head=verdict.head, is_sound=verdict.is_sound
        ),
    )
    return verdict


@transaction.atomic
def record_drill(*, by: Actor, drill: str, day: date, is_passed: bool) -> None:
    """Note an exercise that was held. Invalid for one not known, or a day to come."""
    _keeper(by)
    if drill not in DRILLS:
        raise Invalid("drill", drill, "Choose from the list.")
    if day > clock.today():
        raise Invalid("day", day, "Give the day on which it was held.")
    journal.write(by=by, event=events.DrillHeld(drill=drill, day=day.isoformat(), is_passed=is_passed))


def _keeper(by: Actor) -> None:
    if not by.may("keep_trust"):
        raise NotFound("journal")
