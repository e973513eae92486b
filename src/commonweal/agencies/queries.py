"""Reads of this room. Agencies, units and shifts name no one helped, so no permit is asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet, Sum

from commonweal.agencies.devices import (
    KEPT,
    Registered,
    agency_devices,
    belongs,
    devices_of,
    is_shut_out,
    new_token,
    stands,
)
from commonweal.agencies.hashing import hashed
from commonweal.agencies.models import (
    AGENCY_KINDS,
    DUTY_NAMES,
    LAW_ENFORCEMENT,
    UNIT_KINDS,
    Account,
    Agency,
    ApiToken,
    CalendarAddress,
    Device,
    Invitation,
    Shift,
    Team,
    Unit,
    is_ori,
    program_of,
)
from commonweal.agencies.presence import OnDuty, next_on, present, signed_on
from commonweal.agencies.roles import PERMISSIONS, ROLES, ROLES_GIVEN, WORK_TOGETHER, Role
from commonweal.agencies.roster import Manned, Member, roster
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound

__all__ = [
    "AGENCY_KINDS",
    "DUTY_NAMES",
    "KEPT",
    "LAW_ENFORCEMENT",
    "PERMISSIONS",
    "ROLES",
    "ROLES_GIVEN",
    "UNIT_KINDS",
    "WORK_TOGETHER",
    "Account",
    "Agency",
    "Device",
    "Duty",
    "Manned",
    "Member",
    "OnDuty",
    "Registered",
    "Role",
    "Shift",
    "Team",
    "Unit",
    "agency_devices",
    "belongs",
    "devices_of",
    "is_ori",
    "is_shut_out",
    "new_token",
    "next_on",
    "present",
    "program_of",
    "roster",
    "signed_on",
    "stands",
]
NOTHING = timedelta(0)


def actor_of(
    account: Account, *, mfa: bool, device_trusted: bool = True, session_valid: bool = True
) -> Actor:
    """The acting value of an account in one session."""
    role = ROLES[account.role]
    return Actor(
        id=str(account.id),
        role=role.code,
        policy_role=role.policy_role,
        agency=account.agency_id,
        person=account.person,
        mfa=mfa,
        session_valid=session_valid,
        account_active=account.is_active,
        device_trusted=device_trusted,
        covered_entity=account.is_covered,
        medical=account.is_medical,
        cjis_screened=account.cjis_screened,
        security_addendum=account.security_addendum,
        permissions=role.permissions,
    )


def actor(account: UUID) -> Actor:
    """The acting value of an account in good standing: for jobs on a worker's behalf, the demo and tests."""
    found = Account.objects.filter(id=account).first()
    if found is None:
        raise NotFound("account")
    return actor_of(found, mfa=True)


def actors(accounts_: Collection[str]) -> dict[str, Actor]:
    """Acting values of active accounts in good standing, by id; others are left out."""
    wanted = {text for text in accounts_ if len(text) == 36}
    found = Account.objects.filter(id__in=wanted, is_active=True)
    return {str(account.id): actor_of(account, mfa=True) for account in found}


def account_of_token(token: str) -> tuple[Account, frozenset[str]] | None:
    """The active account and scopes of a bearer token, or None where it is unknown, expired or revoked."""
    standing = ApiToken.objects.select_related("account").filter(revoked_at__isnull=True)
    found = standing.filter(token_hash=hashed(token)).first()
    if found is None or not found.account.is_active or (found.expires_at and found.expires_at < clock.now()):
        return None
    return found.account, frozenset(found.scopes)


def calendar_address(by: Actor) -> CalendarAddress | None:
    """The actor's own address that stands; None where there is none."""
    return CalendarAddress.objects.filter(account=UUID(by.id), ended_at__isnull=True).first()


def calendar_of(secret: str) -> tuple[CalendarAddress, Account] | None:
    """Whose calendar an address gives, or None where it is unknown or ended, or the account is closed."""
    standing = CalendarAddress.objects.select_related("account").filter(ended_at__isnull=True)
    found = standing.filter(token_hash=hashed(secret)).first()
    return (found, found.account) if found and found.account.is_active else None


def agencies(kind: str | None = None) -> QuerySet[Agency]:
    """Active agencies by name, of one kind where given."""
    found = Agency.objects.filter(is_active=True).order_by("name")
    return found.filter(kind=kind) if kind else found


def agency(agency_id: UUID) -> Agency:
    """One agency; NotFound otherwise."""
    found = Agency.objects.filter(id=agency_id).first()
    if found is None:
        raise NotFound("agency")
    return found


def as_asker(agency_id: UUID, role: str) -> Actor:
    """An agency as an asker at the gate: one of its roles, fully signed in, no account of its own."""
    given = ROLES[role]
    return Actor(
        id=f"agency:{agency_id}", role=given.code, policy_role=given.policy_role, agency=agency_id,
        covered_entity=given.covered, medical=given.medical, permissions=given.permissions,
    )  # fmt: skip


def accounts(agency_id: UUID | None = None) -> QuerySet[Account]:
    """Worker accounts by name (never those of people helped)."""
    found = Account.objects.exclude(role="person").select_related("agency", "team").order_by("display_name")
    return found.filter(agency_id=agency_id) if agency_id else found


def working(agency_id: UUID | None = None) -> frozenset[UUID]:
    """Ids of the active worker accounts of an agency, or of every one."""
    return frozenset(accounts(agency_id).filter(is_active=True).values_list("id", flat=True))


def active(ids: Collection[UUID]) -> QuerySet[Account]:
    """Those of the accounts that are open, people helped included: to whom anything may be sent."""
    return Account.objects.filter(id__in=ids, is_active=True)


def holding(role: str, agency_id: UUID | None = None, team_id: UUID | None = None) -> frozenset[UUID]:
    """Ids of the active accounts of a role, at an agency, in a team or everywhere: whom to tell.

    An empty role is everybody there.
    """
    said = {"role": role, "team": team_id}
    found = accounts(agency_id).filter(is_active=True, **{name: one for name, one in said.items() if one})
    return frozenset(found.values_list("id", flat=True))


def able_to(permission: str, agency_id: UUID | None = None) -> frozenset[UUID]:
    """Ids of the active accounts, at an agency or everywhere, whose role holds the permission."""
    roles = [role.code for role in ROLES.values() if permission in role.permissions]
    found = accounts(agency_id).filter(role__in=roles, is_active=True)
    return frozenset(found.values_list("id", flat=True))


def provisioned(by: Actor, asked: tuple[str, str] | None = None) -> QuerySet[Account]:
    """Accounts that the actor's agency keeps by its directory, by id; those it withdrew are gone for it.

    `asked`: an attribute (username, externalid, id, active) and the value that it must equal.
    """
    found = Account.objects.filter(agency=by.agency, role__in=ROLES_GIVEN, withdrawn_at=None).order_by("id")
    match asked:
        case ("username", value):
            return found.filter(username__iexact=value)
        case ("externalid", value):
            return found.filter(external_id=value)
        case ("active", value):
            return found.filter(is_active=value == "true")
        case ("id", value):
            return found.filter(id=value) if len(value) == 36 else found.none()
    return found


def account(account_id: UUID) -> Account:
    """One account; NotFound otherwise."""
    found = Account.objects.select_related("agency", "team").filter(id=account_id).first()
    if found is None:
        raise NotFound("account")
    return found


def account_named(username: str) -> Account | None:
    """The active account of a sign-in name (compared without case), or None."""
    return Account.objects.filter(username__iexact=username, is_active=True).first()


def first_of_each_role(busy: Sequence[UUID] = ()) -> list[Account]:
    """An active account of each role, people helped included: for the demo's walk.

    The first of `busy` there is, else of those on duty whoever stays longest, so that a crew's screen has
    work; else the first opened.
    """
    crews = on_duty().order_by("-ends", "crew").values_list("crew", flat=True)
    turn = {account: number for number, account in reversed(list(enumerate([*busy, *crews])))}
    found = Account.objects.filter(is_active=True).select_related("agency").order_by("opened_at", "id")
    first: dict[str, Account] = {}
    last = len(turn) + len(busy)
    for one in sorted(found, key=lambda one: turn.get(one.id, last)):
        first.setdefault(one.role, one)
    return list(first.values())


def names(ids: Sequence[str]) -> dict[str, str]:
    """Display names of worker accounts by id as text: for journal lines and threads."""
    wanted = {i for i in ids if len(i) == 36}
    found = {str(a.id): a.display_name for a in Account.objects.filter(id__in=wanted).exclude(role="person")}
    return {i: found.get(i, i) for i in ids}


def called(written: Collection[str]) -> dict[str, frozenset[UUID]]:
    """Active workers by each of these names that is one: as shown, or the name they sign in with."""
    found: dict[str, set[UUID]] = {}
    rows = accounts().filter(Q(display_name__in=written) | Q(username__in=written), is_active=True)
    for one, shown, own in rows.values_list("id", "display_name", "username"):
        for name in {shown, own} & set(written):
            found.setdefault(name, set()).add(one)
    return {name: frozenset(ids) for name, ids in found.items()}


def open_invitations() -> QuerySet[Invitation]:
    """Invitations neither used nor taken back, newest first; those whose time is over among them."""
    waiting = Invitation.objects.filter(used_at__isnull=True, withdrawn_at__isnull=True)
    return waiting.select_related("agency").order_by("-created_at")


def invitation(token: str) -> Invitation:
    """The invitation of a link, open or over; NotFound for one that was never sent."""
    found = Invitation.objects.select_related("agency").filter(token_hash=hashed(token)).first()
    if found is None:
        raise NotFound("invitation")
    return found


def tokens(account_id: UUID | None = None) -> QuerySet[ApiToken]:
    """API tokens neither revoked nor expired, newest first; of one account where given. Never the secret."""
    found = (
        ApiToken.objects.filter(revoked_at__isnull=True)
        .exclude(expires_at__lt=clock.now())
        .select_related("account", "account__agency")
        .order_by("-created_at")
    )
    return found.filter(account=account_id) if account_id else found


def shifts_of(account_id: UUID) -> QuerySet[Shift]:
    """A worker's coming shifts, soonest first."""
    return (
        Shift.objects.filter(crew=account_id, ends__gt=clock.now()).select_related("unit").order_by("starts")
    )


def teams(agency_id: UUID | None = None) -> QuerySet[Team]:
    """Teams by name."""
    found = Team.objects.select_related("agency").order_by("name")
    return found.filter(agency_id=agency_id) if agency_id else found


def units() -> QuerySet[Unit]:
    """Active units by call sign, with agency and team."""
    return Unit.objects.filter(is_active=True).select_related("agency", "team").order_by("call_sign")


def unit(unit_id: UUID) -> Unit:
    """One unit, on the roll or off it; NotFound otherwise."""
    found = Unit.objects.select_related("agency").filter(id=unit_id).first()
    if found is None:
        raise NotFound("unit")
    return found


def retired() -> QuerySet[Unit]:
    """Units off the roll by call sign."""
    return Unit.objects.filter(is_active=False).select_related("agency").order_by("call_sign")


def on_duty(moment: datetime | None = None) -> QuerySet[Shift]:
    """Shifts that cover the moment, with unit and crew."""
    when = moment or clock.now()
    return (
        Shift.objects.filter(starts__lte=when, ends__gt=when)
        .select_related("unit", "unit__agency", "unit__team")
        .prefetch_related("crew")
        .order_by("unit__call_sign")
    )


def shift(shift_id: UUID) -> Shift | None:
    """One shift; None where it was taken off."""
    return Shift.objects.filter(id=shift_id).first()


def shifts_between(start: datetime, end: datetime) -> QuerySet[Shift]:
    """Shifts that overlap the span, by start."""
    return (
        Shift.objects.filter(starts__lt=end, ends__gt=start)
        .select_related("unit", "unit__agency")
        .prefetch_related("crew")
        .order_by("starts", "unit__call_sign")
    )


@dataclass(frozen=True, slots=True)
class Duty:
    """How long a unit's shifts have lasted by now, and how long they still will."""

    unit: Unit
    done: timedelta
    ahead: timedelta


def duty(start: datetime, end: datetime, now: datetime) -> list[Duty]:
    """Time on duty of every unit, in shifts that overlap the span (each counts whole), by call sign."""
    length = ExpressionWrapper(F("ends") - F("starts"), output_field=DurationField())
    shifts = Shift.objects.filter(starts__lt=end, ends__gt=start)
    sums = shifts.values("unit").annotate(
        done=Sum(length, filter=Q(ends__lte=now)), ahead=Sum(length, filter=Q(starts__gte=now))
    )
    spent = {row["unit"]: [row["done"] or NOTHING, row["ahead"] or NOTHING] for row in sums}
    for shift in shifts.filter(starts__lt=now, ends__gt=now):
        spent[shift.unit_id][0] += now - shift.starts
        spent[shift.unit_id][1] += shift.ends - now
    known = Unit.objects.filter(id__in=spent).order_by("call_sign")
    return [Duty(unit, *spent[unit.id]) for unit in known]


def unit_of(account_id: UUID, moment: datetime | None = None) -> Unit | None:
    """The unit that the account crews at the moment."""
    shift = on_duty(moment).filter(crew=account_id).first()
    return shift.unit if shift else None
