"""Post room at a service in one tap; learn from what referrals were answered."""

from uuid import UUID

from django.db import transaction

from commonweal.directory import events
from commonweal.directory.models import CapacityPost, Service
from commonweal.directory.standing import held_at, standing
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound

LIMIT = 10_000


@transaction.atomic
def post_capacity(
    *, by: Actor, service: UUID, available: int | None, waiting: int | None = None, is_open: bool = True,
    note: str = "", source: str = "provider",
) -> CapacityPost:  # fmt: skip
    """Append how much room there is now; posting the same number again confirms it.

    The provider's own agency posts; a worker who telephoned posts with `source="phone"`; an administrator
    or the product itself may do either. `available=None` says open, number unknown. Others get NotFound.
    """
    found = locked_service(service)
    check(available, waiting)
    if not _may_post(by, found, source):
        raise NotFound("service")
    return append(
        by,
        found,
        available=available,
        waiting=waiting,
        is_open=is_open,
        note=note.strip()[:200],
        source=source,
    )


def _may_post(by: Actor, service: Service, source: str) -> bool:
    if by.role == "system" or by.may("administer"):
        return True
    if source == "phone":
        return by.may("send_referrals") or by.may("take_calls")
    own = by.agency is not None and by.agency == service.provider.agency_id
    return own and source == "provider" and by.may("answer_referrals")


def check(available: int | None, waiting: int | None) -> None:
    """Invalid for a number that no service has."""
    for name, value in (("available", available), ("waiting", waiting)):
        if value is not None and not 0 <= value <= LIMIT:
            raise Invalid(name, value, "Give a whole number between 0 and %(most)s.", most=f"{LIMIT:,}")


@transaction.atomic
def learn(*, by: Actor, service: UUID, cause: UUID, had_room: bool) -> CapacityPost | None:
    """What an answered referral (`cause`) teaches: accepted, one place fewer; no room, none left.

    A place that is held for them is theirs already: none more is taken until they come. The same cause
    teaches once; afterwards None comes back.
    """
    found = locked_service(service)
    if CapacityPost.objects.filter(service=found, cause=cause).exists():
        return None
    latest = CapacityPost.objects.filter(service=found).order_by("-at", "-id").first()
    before = latest.available if latest else None
    takes = 0 if standing(cause=cause).exists() else 1
    available = 0 if not had_room else (max(before - takes, 0) if before is not None else None)
    source = "accepted" if had_room else "declined"
    return append(
        by, found, available=available, waiting=latest.waiting if latest else None, source=source,
        is_open=latest.is_open if latest else True, cause=cause, agreed=_agreed(latest, had_room),
    )  # fmt: skip


def _agreed(latest: CapacityPost | None, had_room: bool) -> bool | None:
    """Whether the word that stood held when a referral tested it; None where there was no word."""
    if latest is None:
        return None
    said = latest.is_open and latest.available != 0
    return said == had_room


@transaction.atomic
def free_again(*, by: Actor, service: UUID, cause: UUID) -> CapacityPost | None:
    """Somebody who was accepted (`cause`) did not come: the place that was taken for them is free again.

    None where nothing was taken for them, the number is unknown, somebody has posted since, or it was freed.
    """
    found = locked_service(service)
    latest = CapacityPost.objects.filter(service=found).order_by("-at", "-id").first()
    if latest is None or latest.cause != cause or latest.source != "accepted" or latest.available is None:
        return None
    if held_at(cause, latest.at):
        return None  # nothing was taken: the hold kept the place, and ends by itself
    return append(
        by, found, available=latest.available + 1, waiting=latest.waiting, is_open=latest.is_open,
        source="missed",
    )  # fmt: skip


@transaction.atomic
def unlearn(*, by: Actor, service: UUID, cause: UUID) -> CapacityPost | None:
    """The answer behind `cause` was taken back: what stood before it stands again, unless posted over since.

    None where nothing was learned from it or somebody has posted meanwhile. It may teach again later.
    """
    found = locked_service(service)
    taught = CapacityPost.objects.filter(service=found, cause=cause).first()
    if taught is None:
        return None
    taught.cause, taught.agreed = None, None
    taught.save(update_fields=["cause", "agreed"])
    newest = CapacityPost.objects.filter(service=found).order_by("-at", "-id")
    if newest[0].id != taught.id:
        return None
    before = newest.exclude(id=taught.id).first()
    return append(
        by, found, available=before.available if before else None, waiting=before.waiting if before else None,
        is_open=before.is_open if before else True, source=before.source if before else "provider",
    )  # fmt: skip


def entry_of(service: UUID) -> Service:
    """The entry itself, held against other writers until the transaction ends; NotFound otherwise."""
    found = (
        Service.objects.select_for_update(of=("self",)).select_related("provider").filter(id=service).first()
    )
    if found is None:
        raise NotFound("service")
    return found


def locked_service(service: UUID) -> Service:
    """The entry that stands for a service, held likewise: what is said of a merged one is said of it."""
    found = entry_of(service)
    return entry_of(found.merged_into_id) if found.merged_into_id else found


def append(by: Actor, service: Service, **values: object) -> CapacityPost:
    """One more post, announced."""
    post = CapacityPost(service=service, at=clock.now(), by=by.id, agency=by.agency, **values)
    post.save(force_insert=True)
    journal.write(by=by, event=events.CapacityPosted(service=service.id, post=post.id, source=post.source))
    return post
