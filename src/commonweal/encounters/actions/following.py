"""Who makes the next contact after a crisis, and when: given to a person, so that it falls to somebody."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.encounters import events
from commonweal.encounters.following import follows_up
from commonweal.encounters.models import Encounter
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound


@transaction.atomic
def schedule_follow_up(
    *, by: Actor, encounter: UUID, account: UUID, due: datetime | None = None
) -> Encounter:
    """The next contact becomes `account`'s, at the time that stands or at `due` (from now on).

    NotFound for workers whose follow-up it is not; Invalid for an account that could not make it.
    """
    found = Encounter.objects.select_for_update().filter(id=encounter).first()
    if found is None or not _may(by, found):
        raise NotFound("encounter")
    if due is not None and due < clock.now():
        raise Invalid("due", due, "Give a time that is still to come.")
    if due is None and found.follow_up_due is None:
        raise Invalid("due", "", "Say when the person is to be contacted.")
    known = agencies.actors([str(account)]).get(str(account))
    if known is None or not _may(known, found):
        says = "Choose somebody who was there, or who works on the care side of the agencies that answered."
        raise Invalid("account", account, says)
    found.follow_up_by, found.follow_up_due = account, due or found.follow_up_due
    found.save(update_fields=["follow_up_by", "follow_up_due"])
    journal.write(by=by, event=events.FollowUpGiven(encounter=encounter, account=account))
    return found


def _may(by: Actor, found: Encounter) -> bool:
    return follows_up(by, found.team, (found.agency_id, found.clinical_agency_id))
