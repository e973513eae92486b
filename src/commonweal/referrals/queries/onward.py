"""What a person agreed to for the case that a service says no, and the way a referral has gone since."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from commonweal.directory import queries as directory
from commonweal.kernel.actors import Actor
from commonweal.referrals import states
from commonweal.referrals.models import Onward, Referral
from commonweal.referrals.pathways import pathway
from commonweal.referrals.queries.row import Row, Rows
from commonweal.referrals.queries.rows import parties_of


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement to go on by itself: needs as codes, services by name; `stopped` says why it ended."""

    needs: tuple[str, ...]
    services: tuple[str, ...]
    agreed_at: datetime
    hops: int
    most: int
    stopped: str
    stands: bool


@dataclass(frozen=True, slots=True)
class Onwards:
    """For the sender the agreement and every referral of the chain; for the receiver how many came before."""

    agreed: Agreed | None = None
    chain: tuple[Row, ...] = ()
    before: int = 0


def onward(by: Actor, referral: UUID) -> Onwards:
    """The way of one referral as far as this side may know it; an empty one to everyone else."""
    mine = parties_of(by, referral)
    if not mine:
        return Onwards()
    chain = _chain(referral)
    before = [one.id for one in chain].index(referral)
    if states.SENDER not in mine:
        return Onwards(before=before)
    found = Onward.objects.filter(root=chain[0]).first()
    shown = _told(by, chain)
    agreed = _agreed(found, chain[0].pathway) if found else None
    if agreed and shown[-1].is_withheld:
        agreed = replace(agreed, stopped="", stands=found is not None and found.withdrawn_at is None)
    return Onwards(agreed, shown if len(shown) > 1 else (), before)


def _told(by: Actor, chain: list[Referral]) -> tuple[Row, ...]:
    """The rows of a chain up to the first of which the sender may know no more than that it was made."""
    rows = {row.id: row for row in Rows(Referral.objects.filter(id__in=[one.id for one in chain]), by)}
    told: list[Row] = []
    for one in chain:
        told.append(rows[one.id])
        if told[-1].is_withheld:
            break
    return tuple(told)


def _chain(referral: UUID) -> list[Referral]:
    """From the first referral to the latest one, through this one."""
    found = Referral.objects.get(id=referral)
    chain = [found]
    while chain[0].parent is not None:
        chain.insert(0, chain[0].parent)
    while later := chain[-1].rerouted_to.order_by("-created_at").first():
        chain.append(later)
    return chain


def _agreed(found: Onward, way: str) -> Agreed:
    from_directory = {
        str(i): s.name for i, s in directory.summaries(UUID(one) for one in found.services).items()
    }
    return Agreed(
        needs=tuple(found.needs), services=tuple(from_directory.get(s, s) for s in found.services),
        agreed_at=found.agreed_at, hops=found.hops, most=pathway(way).onward, stopped=found.stopped,
        stands=found.withdrawn_at is None and not found.stopped,
    )  # fmt: skip
