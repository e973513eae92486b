"""Transfers between centres as both sides see them: who, how, since when; nothing of the call itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from commonweal.agencies import queries as agencies
from commonweal.calls.models import Transfer
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound

CENTRES = ("ecc", "lifeline_988")
SHOWN_FOR = timedelta(hours=1)  # an answered transfer stays in its sender's list for so long


@dataclass(frozen=True, slots=True)
class TransferView:
    """One transfer; `state` is offered, taken, refused or taken_back."""

    id: UUID
    call: UUID
    from_agency: UUID
    from_name: str
    to_agency: UUID
    to_name: str
    is_warm: bool
    is_threat: bool
    is_inbound: bool
    state: str
    tier: str
    offered: datetime
    due: datetime
    answered: datetime | None
    refusal: str
    sent: tuple[str, ...]
    arrived: UUID | None
    offered_by: str

    @property
    def waits(self) -> bool:
        """Whether the receiver has still to answer."""
        return self.state == "offered"

    @property
    def is_late(self) -> bool:
        """Whether it waits longer than the site's target."""
        return self.waits and clock.now() > self.due

    @property
    def minutes(self) -> float:
        """How long it waited, or has been waiting."""
        return round(((self.answered or clock.now()) - self.offered).total_seconds() / 60, 1)


def arriving(agency: UUID | None) -> list[TransferView]:
    """Calls that other centres offer to this one and that nobody has answered, the longest wait first."""
    rows = _rows().filter(to_agency=agency, is_accepted__isnull=True, taken_back_at__isnull=True)
    return _views(rows.order_by("created_at"))


def sent_over(agency: UUID | None) -> list[TransferView]:
    """Calls that a centre offered to others: waiting ones, and those answered within the last hour."""
    rows = _rows().filter(from_agency=agency, taken_back_at__isnull=True)
    recent = Q(is_accepted__isnull=True) | Q(answered_at__gte=clock.now() - SHOWN_FOR)
    return _views(rows.filter(recent).order_by("-created_at"))


def transfer_of(by: Actor, transfer: UUID) -> TransferView:
    """One transfer for either side of it; NotFound for anybody else."""
    mine = Q(from_agency=by.agency) | Q(to_agency=by.agency)
    found = _views(_rows().filter(mine, id=transfer)) if by.agency else []
    if not found:
        raise NotFound("transfer")
    return found[0]


def transfer(transfer: UUID) -> TransferView:
    """One transfer, for what follows from it; NotFound for an unknown id."""
    found = _views(_rows().filter(id=transfer))
    if not found:
        raise NotFound("transfer")
    return found[0]


def centres(other_than: UUID | None) -> list[tuple[UUID, str]]:
    """Centres of this site that a call may be handed to, by name."""
    rows = agencies.agencies().filter(kind__in=CENTRES).values_list("id", "name")
    return [(key, name) for key, name in rows if key != other_than]


def _rows() -> QuerySet[Transfer]:
    rows = Transfer.objects.filter(due_at__isnull=False, from_agency__isnull=False, to_agency__isnull=False)
    return rows.select_related("call", "from_agency", "to_agency")


def _views(rows: Iterable[Transfer]) -> list[TransferView]:
    return [_view(row) for row in rows]


def _view(row: Transfer) -> TransferView:
    sender, to = row.from_agency, row.to_agency
    if sender is None or to is None or row.due_at is None:
        raise NotFound("transfer")
    return TransferView(
        id=row.id, call=row.call_id, from_agency=sender.id, from_name=sender.name, to_agency=to.id,
        to_name=to.name, is_warm=row.is_warm, is_threat=row.is_threat, is_inbound=row.is_inbound,
        state=_state(row), tier=row.call.tier, offered=row.created_at, due=row.due_at,
        answered=row.answered_at, refusal=row.refusal, sent=tuple(row.sent), arrived=row.arrived,
        offered_by=row.actor,
    )  # fmt: skip


def _state(row: Transfer) -> str:
    if row.taken_back_at is not None:
        return "taken_back"
    return {None: "offered", True: "taken", False: "refused"}[row.is_accepted]
