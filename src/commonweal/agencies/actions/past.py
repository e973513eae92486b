"""Past rosters brought in whole: from another system's archive, or a generated county."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commonweal.agencies import events
from commonweal.agencies.models import Shift
from commonweal.kernel import bulk, clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.kernel.ids import new_id

Duty = tuple[UUID, datetime, datetime, tuple[UUID, ...]]  # unit, starts, ends, crew


@transaction.atomic
def bring_roster(*, by: Actor, shifts: Iterable[Duty]) -> int:
    """Insert shifts that are over, with their crews, under one journal line. Returns how many.

    Invalid for a shift that ends before it starts or is not over yet: what is to come is set one by one
    (`set_shifts`). The same unit and start twice is refused by the database.
    """
    now = clock.now()
    rows: list[tuple[UUID, UUID, datetime, datetime]] = []
    crews: list[tuple[UUID, UUID]] = []
    for unit, starts, ends, crew in shifts:
        if not starts < ends <= now:
            raise Invalid("ends", ends, "A past shift ends after it starts, and before now.")
        rows.append((new_id(), unit, starts, ends))
        crews += [(rows[-1][0], account) for account in dict.fromkeys(crew)]
    bulk.insert(Shift, ("id", "unit", "starts", "ends"), rows)
    bulk.insert(Shift.crew.through, ("shift", "account"), crews)
    journal.write(by=by, event=events.RosterBrought(shifts=len(rows)))
    return len(rows)
