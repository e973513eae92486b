"""A court's order carried out: everything under the record is closed in one act, for everybody, for good."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing import events
from commonweal.sharing.actions.sealing import bar
from commonweal.sharing.facts import origins
from commonweal.sharing.models import Holding, SealingOrder
from commonweal.sharing.references import kind_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtOrder:
    """What the paper says: the court, its number, its day, and whether the record is to be expunged."""

    court: str
    number: str
    ordered_on: date | None
    is_expunged: bool = False


@transaction.atomic
def carry_out_order(*, by: Actor, scope: str, subject: UUID, order: CourtOrder) -> SealingOrder:
    """Seal or expunge a record by a court's order; with a call or an encounter what stands under it too.

    It is not taken back. NotFound for who does not keep trust, Invalid for what the paper lacks or a record
    that is not kept here, Conflict where a litigation hold keeps what is to be expunged.
    """
    if not by.may("keep_trust"):
        raise NotFound("sealing order")
    if scope not in SealingOrder.SCOPES:
        raise Invalid("scope", scope, f"Use one of: {', '.join(SealingOrder.SCOPES)}.")
    day = _checked(order)
    about = Subject(kind_of(scope), subject)
    if not origins([about]):
        raise Invalid("subject", subject, "No such record of this kind is kept here; look the number up.")
    closed = [about, *_under(about)]
    for one in closed:
        bar(by=by, subject=one, sealed=True, expunged=order.is_expunged)
    made = SealingOrder.objects.create(
        scope=scope,
        subject=subject,
        court=order.court.strip()[:120],
        number=order.number.strip()[:60],
        ordered_on=day,
        is_expunged=order.is_expunged,
        records=len(closed),
        set_by=by.id,
    )
    journal.write(by=by, event=events.OrderCarriedOut(order=made.id, records=len(closed)))
    return made


def _checked(order: CourtOrder) -> date:
    """The day of the order; Invalid names what is missing."""
    for field, text in (("court", order.court), ("number", order.number)):
        if not text.strip():
            raise Invalid(field, text, "Write it down as the order says.")
    if order.ordered_on is None or order.ordered_on > clock.today():
        raise Invalid("ordered_on", order.ordered_on or "", "Give the day of the order, today or before.")
    return order.ordered_on


def _under(about: Subject) -> list[Subject]:
    """With a call all that stands under it; with an encounter the clinical part of the same call."""
    if about.kind == "call":
        rows = Holding.objects.filter(call=about.id)
    elif about.kind == "encounter":
        call = Holding.objects.filter(kind="encounter", subject=about.id).values("call")
        rows = Holding.objects.filter(kind="clinical_part", call__in=call)
    else:
        return []
    found = (Subject(kind, one) for kind, one in rows.values_list("kind", "subject"))
    return sorted((s for s in found if s != about), key=lambda s: (s.kind, s.id))
