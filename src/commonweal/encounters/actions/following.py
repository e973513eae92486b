"""Who makes the next contact after a crisis, and when: given to a person, so that it falls to somebody."""

from collections.abc import Collection
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

MOST = 100  # at once
NOT_THEIRS = "Choose somebody of the field who was there, or who gives care at the agencies that answered."


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
    if not _may(_maker(account), found):
        raise Invalid("account", account, NOT_THEIRS)
    found.follow_up_by, found.follow_up_due = account, due or found.follow_up_due
    found.save(update_fields=["follow_up_by", "follow_up_due"])
    journal.write(by=by, event=events.FollowUpGiven(encounter=encounter, account=account))
    return found


@transaction.atomic
def hand_over_follow_ups(*, by: Actor, encounters: Collection[UUID], account: UUID) -> frozenset[UUID]:
    """Many at once, at the times that stand; returns those that are `account`'s now.

    What they could not make (they were not there, and do not work on the care side) stays whose it is, as
    does what was settled meanwhile. NotFound if one of them is not the giver's to give; one line in the bell
    of whoever gets them, not one each.
    """
    if not 0 < len(encounters) <= MOST:
        raise Invalid("follow_up", len(encounters), "Choose from 1 to %(most)s follow-ups.", most=MOST)
    rows = Encounter.objects.select_for_update().filter(id__in=encounters).order_by("id")
    found, maker = list(rows), _maker(account)
    if len(found) < len(set(encounters)) or not all(_may(by, one) for one in found):
        raise NotFound("encounter")
    given = [one for one in found if one.follow_up_due is not None and _may(maker, one)]
    for one in given:
        one.follow_up_by = account
    Encounter.objects.bulk_update(given, ["follow_up_by"])
    taken = frozenset(one.id for one in given)
    if taken:
        journal.write(by=by, event=events.FollowUpsGiven(account=account, encounters=taken))
    return taken


def _maker(account: UUID) -> Actor:
    """Who is to make it; Invalid for an account that cannot open a follow-up at all."""
    known = agencies.actors([str(account)]).get(str(account))
    if known is None or not known.may("work_field"):
        raise Invalid("account", account, NOT_THEIRS)
    return known


def _may(by: Actor, found: Encounter) -> bool:
    return follows_up(by, found.team, (found.agency_id, found.clinical_agency_id))
