"""What oversight does itself: the journal verified, an exercise held. Each leaves a line."""

from datetime import date

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing import events
from commonweal.sharing.posture import DRILLS

DOORS = ("page", "api", "command")


@transaction.atomic
def verify_journal(
    *, by: Actor, door: str = "page", checkpoint: tuple[int, str] | None = None
) -> journal.Verdict:
    """Recompute the chain from stored rows, and note when, by which door and with what result.

    Takes as long as the journal is. `checkpoint` is a (sequence, digest) that was kept elsewhere. An empty
    journal leaves no line. NotFound for who keeps no trust; the product's own commands may.
    """
    if by.role != "system":
        _keeper(by)
    if door not in DOORS:
        raise Invalid("door", door, f"Use one of: {', '.join(DOORS)}.")
    verdict = journal.verify(checkpoint)
    if verdict.checked or not verdict.is_sound:
        said = events.JournalVerified(
            checked=verdict.checked, head=verdict.head, is_sound=verdict.is_sound,
            door=door, checkpoint=checkpoint[0] if checkpoint else 0,
        )  # fmt: skip
        journal.write(by=by, event=said)
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
