"""Reads of agreements: who may work on them, what a version changes, what the law would make of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound
from commonweal.sharing.honour import Honoured, honoured
from commonweal.sharing.models import Agreement, Measure
from commonweal.sharing.versions import Changes, diff, terms


def agreements(*, public_only: bool = False) -> QuerySet[Agreement]:
    """Agreements, newest term first, with parties and clauses."""
    found = Agreement.objects.prefetch_related("parties__agency", "clauses", "measures").order_by(
        "-starts", "title", "-version"
    )
    return found.filter(is_public=True, state="in_force") if public_only else found


def agreement(agreement_id: UUID) -> Agreement:
    """One agreement with its parties and clauses; NotFound otherwise."""
    found = agreements().filter(id=agreement_id).first()
    if found is None:
        raise NotFound("agreement")
    return found


def agreements_for(by: Actor) -> QuerySet[Agreement]:
    """All of them for whoever keeps trust and for counsel; for a signatory those of the own agency."""
    found = agreements()
    if by.may("keep_trust") or by.may("approve_policy"):
        return found
    return found.filter(parties__agency_id=by.agency).distinct() if by.agency else found.none()


def agreement_for(by: Actor, agreement_id: UUID) -> Agreement:
    """One agreement that the actor may work on; NotFound otherwise."""
    found = agreements_for(by).select_related("supersedes").filter(id=agreement_id).first()
    if found is None:
        raise NotFound("agreement")
    return found


def changes(found: Agreement) -> Changes:
    """What a version changes in the one it supersedes; everything is added in a first version."""
    return diff(terms(found.supersedes) if found.supersedes else (), terms(found))


def checked_clauses(found: Agreement) -> list[Honoured]:
    """Each clause with what the packs in force would make of it between these parties."""
    programs = {agencies.program_of(party.agency.kind) for party in found.parties.all()}
    return [honoured(one, programs) for one in terms(found)]


@dataclass(frozen=True, slots=True)
class Owed:
    """A measure without a value yet: what, by whom, by when, how many days over, and when its owner was told.

    `days_over` is negative while the day is still to come.
    """

    id: UUID
    agreement: UUID
    title: str
    name: str
    target: str
    owner: UUID
    due_on: date
    days_over: int
    reminded_at: datetime | None

    @property
    def is_late(self) -> bool:
        """Whether the day is over."""
        return self.days_over > 0

    @property
    def days_left(self) -> int:
        """Days until its day; negative once it is over."""
        return -self.days_over


def open_measures(by: Actor, of: Iterable[UUID] | None = None) -> list[Owed]:
    """Measures that wait for their value in agreements which the actor may read, longest overdue first."""
    found = Measure.objects.filter(recorded_at__isnull=True, agreement__in=agreements_for(by).values("id"))
    rows = found.exclude(agreement__state="ended").select_related("agreement").order_by("due_on", "name")
    return [_owed(m) for m in (rows if of is None else rows.filter(agreement__in=list(of)))]


def _owed(found: Measure) -> Owed:
    return Owed(
        found.id, found.agreement_id, found.agreement.title, found.name, found.target, found.owner,
        found.due_on, (clock.today() - found.due_on).days, found.reminded_at,
    )  # fmt: skip


def owners(found: Agreement) -> QuerySet[agencies.Account]:
    """Accounts that may answer for a measure: signatories of the parties, and whoever keeps trust."""
    roles = {c: r.permissions for c, r in agencies.ROLES.items()}
    signing = [code for code, held in roles.items() if "sign_agreements" in held]
    keeping = [code for code, held in roles.items() if "keep_trust" in held]
    members = [party.agency_id for party in found.parties.all()]
    mine = Q(role__in=signing, agency_id__in=members) | Q(role__in=keeping)
    return agencies.accounts().filter(mine, is_active=True)


def parties(agreement_id: UUID) -> list[UUID]:
    """The agencies that an agreement binds."""
    return [party.agency_id for party in agreement(agreement_id).parties.all()]


def waiting_after(agreement_id: UUID, first: UUID) -> list[UUID]:
    """Where this party signed first: those that have not signed yet. After a later signature: nobody."""
    all_of_them = agreement(agreement_id).parties.all()
    signed = sorted((p.signed_at, p.agency_id) for p in all_of_them if p.signed_at)
    is_first = bool(signed) and signed[0][1] == first
    return [p.agency_id for p in all_of_them if not p.signed_at] if is_first else []


def signatories(agency: UUID) -> QuerySet[agencies.Account]:
    """Active accounts of an agency that may sign for it."""
    signing = [code for code, role in agencies.ROLES.items() if "sign_agreements" in role.permissions]
    return agencies.accounts(agency).filter(role__in=signing, is_active=True)


def signing_for(parties: Iterable[UUID]) -> list[UUID]:
    """The accounts that may sign for these agencies."""
    return [one.id for party in parties for one in signatories(party)]
