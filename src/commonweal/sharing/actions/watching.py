"""Watching the watchers: look-ups are gathered, judged once they have settled, and put before the officer."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commonweal.engines.watching import Finding, Flag, judge
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing import events
from commonweal.sharing.models import Closeness, LookUp, PublicInterest, Review
from commonweal.sharing.watching import rules
from commonweal.sharing.watching.around import context, with_ties
from commonweal.sharing.watching.gathering import gather

BATCH, ROUNDS = 1_000, 20


def watch(*, by: Actor) -> int:
    """Read what the journal has new, judge what has settled; returns how many reviews were opened.

    Run again it opens nothing twice: each line is read once, each look-up judged once, and a worker has one
    open review of a pattern a day.
    """
    for _round in range(ROUNDS):
        if not gather(BATCH):
            break
    opened = 0
    for _round in range(ROUNDS):
        judged, new = _judge_some(by)
        opened += new
        if judged < BATCH:
            break
    return opened


@transaction.atomic
def _judge_some(by: Actor) -> tuple[int, int]:
    settled = clock.now() - rules().span("settle_minutes")
    waiting = LookUp.objects.select_for_update().filter(judged_at__isnull=True, ends_at__lte=settled)
    rows = list(waiting.order_by("ends_at")[:BATCH])
    if not rows:
        return 0, 0
    looked = with_ties(rows)
    for row in rows:
        row.is_tied, row.judged_at = looked[row.id].is_tied(rules()), clock.now()
    LookUp.objects.bulk_update(rows, ["is_tied", "judged_at"], batch_size=500)
    of_visit = {looked[row.id]: row for row in rows}
    findings = judge(looked.values(), context(rows), rules())
    return len(rows), sum(_put(by, finding, of_visit[finding.visit]) for finding in findings)


def _put(by: Actor, finding: Finding, row: LookUp) -> int:
    return sum(_put_one(by, flag, row) for flag in finding.flags)


def _put_one(by: Actor, flag: Flag, row: LookUp) -> bool:
    """Open a review of this worker, pattern and day, or add to the open one; whether it is new."""
    review, is_new = Review.objects.get_or_create(
        account=str(row.account),
        why=flag.pattern,
        day=clock.day(row.starts_at),
        closed_at__isnull=True,
        defaults={
            "kind": "person",
            "subject": row.person,
            "agency": row.agency,
            "category": row.categories[0] if row.categories else "",
            "purpose": row.purposes[0] if row.purposes else "",
        },
    )
    told = dict(review.evidence)
    for one in flag.evidence:
        told[one.code] = max(one.number, told.get(one.code, 0))
    review.evidence = [[code, number] for code, number in told.items()]
    review.score = max(flag.score, review.score or 0.0)
    review.looks = sorted({*review.looks, str(row.id)})
    review.save(update_fields=["evidence", "score", "looks"])
    if is_new:
        journal.write(by=by, event=events.Alerted(review=review.id, why=review.why))
    return is_new


@transaction.atomic
def record_closeness(
    *,
    by: Actor,
    account: UUID,
    surname: str = "",
    address: str = "",
    point: tuple[float, float] | None = None,
    person: UUID | None = None,
    related: Iterable[UUID] = (),
) -> Closeness:
    """Keep what an agency knows of a worker's own life, for the detector alone; replaces what was kept.

    `point` is (longitude, latitude). The journal says that it was recorded, never what.
    """
    if point and not (-180 <= point[0] <= 180 and -90 <= point[1] <= 90):
        raise Invalid("point", str(point), "Give longitude and latitude in degrees.")
    kept, _ = Closeness.objects.update_or_create(
        account=account,
        defaults={
            "surname": surname.strip(),
            "address": address.strip(),
            "lon": point[0] if point else None,
            "lat": point[1] if point else None,
            "person": person,
            "related": sorted(str(one) for one in related),
            "recorded_by": by.id,
        },
    )
    journal.write(by=by, event=events.ClosenessRecorded(account=account))
    return kept


@transaction.atomic
def mark_public_interest(*, by: Actor, person: UUID, until: datetime | None = None) -> PublicInterest:
    """Say that many may be curious about this person, until a moment or until it is said otherwise."""
    if until is not None and until <= clock.now():
        raise Invalid("until", until.isoformat(), "Name a day to come, or leave it open.")
    kept, _ = PublicInterest.objects.update_or_create(
        person=person, defaults={"until": until, "marked_by": by.id}
    )
    journal.write(by=by, event=events.InterestMarked(person=person))
    return kept


@transaction.atomic
def unmark_public_interest(*, by: Actor, person: UUID) -> None:
    """Say that it is over; NotFound for a person who is not marked."""
    gone, _ = PublicInterest.objects.filter(person=person).delete()
    if not gone:
        raise NotFound("person")
    journal.write(by=by, event=events.InterestUnmarked(person=person))
