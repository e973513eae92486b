"""One service listed twice: pairs found, merged by a person, parted again. Nothing of either is lost.

The one that stays keeps its id and its words; the other leads to it, is out of every search and export, and
goes on being imported, unseen, so that parting them brings it back as its source has it by then. Room that
was posted and places that are held follow, and go back. Chains are refused: an entry stands for others or
has one that stands for it, never both.
"""

from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from commonweal.directory import events
from commonweal.directory.actions.capacity import entry_of
from commonweal.directory.listed import listed
from commonweal.directory.models import CapacityPost, PlaceHold, Service, ServicePair
from commonweal.engines import twins
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.turns import take_turn


class Sought(NamedTuple):
    """How many pairs wait after a comparison, and how many of them are new."""

    waiting: int
    new: int


@transaction.atomic
def seek_twins(*, by: Actor) -> Sought:
    """Compare all that is offered with itself; pairs that no longer look alike are no longer proposed.

    What a person has decided stays as decided. Compares only what shares something (`engines/twins`).
    """
    _steward(by)
    take_turn("directory")
    decided = ServicePair.objects.exclude(state="open").values_list("left_id", "right_id")
    apart = frozenset((str(left), str(right)) for left, right in decided)
    found = {(UUID(t.left), UUID(t.right)): t for t in twins.likely_twins(_listings(), apart)}
    waiting = {(p.left_id, p.right_id): p for p in ServicePair.objects.filter(state="open")}
    ServicePair.objects.filter(id__in=[p.id for key, p in waiting.items() if key not in found]).delete()
    for key, one in found.items():
        pair = waiting.get(key) or ServicePair(left_id=key[0], right_id=key[1])
        pair.score, pair.evidence = one.score, [{"field": e.field, "level": e.level} for e in one.evidence]
        pair.save()
    sought = Sought(len(found), len(found.keys() - waiting.keys()))
    journal.write(by=by, event=events.TwinsSought(waiting=sought.waiting, new=sought.new))
    return sought


def _steward(by: Actor) -> None:
    if by.role != "system" and not by.may("administer"):
        raise NotFound("service pair")


def _listings() -> list[twins.Listing]:
    rows = listed().select_related("provider").prefetch_related("phones", "offers__site")
    return [_listing(row) for row in rows]


def _listing(row: Service) -> twins.Listing:
    sites = [offer.site for offer in row.offers.all()]
    return twins.Listing(
        id=str(row.id), name=row.name, provider=row.provider.name, url=row.url,
        phones=frozenset(phone.number for phone in row.phones.all()),
        addresses=frozenset(site.address for site in sites if not site.is_confidential and site.address),
    )  # fmt: skip


@transaction.atomic
def merge_services(*, by: Actor, survivor: UUID, merged: UUID) -> ServicePair:
    """From now on `survivor` stands for both. Asked again, nothing changes.

    Invalid for one and the same; Conflict where the other has entries merged into it, where either leads
    to a third already, or where another agency answers the referrals of the one that would go.
    """
    _steward(by)
    take_turn("directory")
    stays, goes = entry_of(survivor), entry_of(merged)
    pair = _pair(stays.id, goes.id)
    if pair.state == "merged" and pair.survivor_id == stays.id:
        return pair
    _may_merge(stays, goes)
    goes.merged_into = stays
    goes.save(update_fields=["merged_into", "updated_at"])
    stays.save(update_fields=["updated_at"])
    for rows in (CapacityPost, PlaceHold):
        rows.objects.filter(service=goes).update(service=stays, filed_for=goes.id)
    _decide(by, pair, "merged", stays)
    journal.write(by=by, event=events.ServicesMerged(service=stays.id, merged=goes.id, pair=pair.id))
    return pair


def _may_merge(stays: Service, goes: Service) -> None:
    if stays.merged_into_id or goes.merged_into_id:
        raise Conflict("One of them leads to another entry already. Undo that first, then choose again.")
    if goes.merged.exists():
        says = "Other entries lead to %(name)s. Let it be the one that stays, or undo those first."
        raise Conflict(says, name=goes.name)
    answering = goes.provider.agency_id
    if answering is not None and answering != stays.provider.agency_id:
        says = "An agency answers the referrals of %(name)s here. Let it be the one that stays."
        raise Conflict(says, name=goes.name)


@transaction.atomic
def part_services(*, by: Actor, left: UUID, right: UUID) -> ServicePair:
    """Two services, not one: remembered, and a merging of them is taken back with all that followed it."""
    _steward(by)
    take_turn("directory")
    one, other = entry_of(left), entry_of(right)
    pair = _pair(one.id, other.id)
    if pair.state == "apart":
        return pair
    was_merged = pair.state == "merged"
    if was_merged:
        _bring_back(pair)
    _decide(by, pair, "apart", None)
    event = events.ServicesParted(service=one.id, other=other.id, pair=pair.id, undone=was_merged)
    journal.write(by=by, event=event)
    return pair


@transaction.atomic
def reopen_pair(*, by: Actor, pair: UUID) -> ServicePair:
    """Take a decision back: the pair waits again, and both entries stand as they did before it."""
    _steward(by)
    take_turn("directory")
    found = ServicePair.objects.select_for_update().filter(id=pair).first()
    if found is None:
        raise NotFound("service pair")
    if found.state == "open":
        return found
    was_merged = found.state == "merged"
    if was_merged:
        _bring_back(found)
    found.state, found.survivor, found.decided_at, found.decided_by = "open", None, None, ""
    found.save()
    event = events.ServicesParted(
        service=found.left_id, other=found.right_id, pair=found.id, undone=was_merged
    )
    journal.write(by=by, event=event)
    return found


def _bring_back(pair: ServicePair) -> None:
    """The merged entry stands for itself again, with the room and the places that came from it."""
    goes = pair.right_id if pair.survivor_id == pair.left_id else pair.left_id
    back = entry_of(goes)
    back.merged_into = None
    back.save(update_fields=["merged_into", "updated_at"])
    for rows in (CapacityPost, PlaceHold):
        rows.objects.filter(service=pair.survivor_id, filed_for=goes).update(service=goes, filed_for=None)


def _pair(left: UUID, right: UUID) -> ServicePair:
    if left == right:
        raise Invalid("service", left, "Choose two different entries.")
    first, second = sorted((left, right), key=str)
    found = ServicePair.objects.select_for_update().filter(left=first, right=second).first()
    return found or ServicePair(left_id=first, right_id=second)


def _decide(by: Actor, pair: ServicePair, state: str, survivor: Service | None) -> None:
    pair.state, pair.survivor = state, survivor
    pair.decided_at, pair.decided_by = clock.now(), by.id
    pair.save()
