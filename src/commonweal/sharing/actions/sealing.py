"""Sealing and expungement, and what carries them into caches, indexes and databases put back from a copy."""

from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from commonweal.kernel import clock, journal, keeping
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.shelf import shelf
from commonweal.people import actions as people
from commonweal.sharing import events, sealing
from commonweal.sharing.models import Holding


@transaction.atomic
def bar(
    *,
    by: Actor,
    subject: Subject,
    sealed: bool = False,
    expunged: bool = False,
    minor: bool = False,
    dv: bool = False,
) -> None:
    """Seal or expunge a record, or note that it is a minor's or a victim's. Sealing is announced.

    What hangs from the record (its files) goes with it. A sealed or expunged record leaves the index of
    names, the extracts and the kept emergency screens with this act; the order goes into the ledger.
    Conflict where a litigation hold keeps what is to be expunged.
    """
    holding, _ = Holding.objects.get_or_create(kind=subject.kind, subject=subject.id)
    if expunged:
        ids = {subject.id, holding.person_id, holding.call, holding.part_of} - {None}
        day = clock.day(holding.created_at)
        keeping.may_go(keeping.Record(frozenset(i for i in ids if i), day, day))
    holding.is_sealed |= sealed
    holding.is_expunged |= expunged
    holding.is_minor |= minor
    holding.is_dv |= dv
    holding.save()
    if sealed or expunged:
        _close(holding)
        journal.write(by=by, event=events.Sealed(holding=holding.id, of=subject.kind, id=subject.id))
        order = sealing.Order(subject, holding.is_sealed, holding.is_expunged)
        at = clock.now().isoformat()
        transaction.on_commit(lambda: sealing.note(order, at))
        transaction.on_commit(shelf().clear)
    for part in Holding.objects.filter(part_of=subject.id):
        one = Subject(part.kind, part.subject)
        bar(by=by, subject=one, sealed=sealed, expunged=expunged, minor=minor, dv=dv)


def _close(holding: Holding) -> None:
    if holding.kind == "source_record":
        people.unindex(records=[holding.subject])


class Reconciled(NamedTuple):
    """How many orders of the ledger were missing here, and how many of here were missing in the ledger."""

    applied: int
    noted: int


def reconcile_seals(*, by: Actor) -> Reconciled:
    """Apply orders that a database from a copy does not know yet; note in the ledger those it lacks.

    Done before an instance is served. An order is applied also where a litigation hold stands: it was lawful
    when it was given. Run again, it changes nothing. Invalid where a line of the ledger is broken.
    """
    known: dict[Subject, sealing.Order] = {}
    for order in sealing.orders():
        before = known.get(order.about, order)
        known[order.about] = sealing.Order(
            order.about, order.sealed or before.sealed, order.expunged or before.expunged
        )
    applied = sum(_apply(by, order) for order in known.values())
    noted = 0
    for holding in Holding.objects.filter(Q(is_sealed=True) | Q(is_expunged=True)):
        here = sealing.Order(Subject(holding.kind, holding.subject), holding.is_sealed, holding.is_expunged)
        if known.get(here.about) != here:
            sealing.note(here, clock.now().isoformat())
            noted += 1
        _close(holding)
    return Reconciled(applied, noted)


@transaction.atomic
def _apply(by: Actor, order: sealing.Order) -> bool:
    holding, _ = Holding.objects.select_for_update().get_or_create(
        kind=order.about.kind, subject=order.about.id
    )
    if holding.is_sealed >= order.sealed and holding.is_expunged >= order.expunged:
        return False
    holding.is_sealed |= order.sealed
    holding.is_expunged |= order.expunged
    holding.save()
    event = events.Sealed(holding=holding.id, of=order.about.kind, id=order.about.id)
    journal.write(by=by, event=event)
    transaction.on_commit(shelf().clear)
    return True
