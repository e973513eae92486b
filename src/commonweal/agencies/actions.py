"""Verbs of this room: open agencies and accounts, invite, issue tokens, set shifts."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypedDict, Unpack
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.agencies import events
from commonweal.agencies.devices import end_on_device as end_on_device
from commonweal.agencies.devices import note_device as note_device
from commonweal.agencies.devices import restore_device as restore_device
from commonweal.agencies.devices import revoke_device as revoke_device
from commonweal.agencies.devices import touch_device as touch_device
from commonweal.agencies.leaving import close_dormant as close_dormant
from commonweal.agencies.leaving import end_sessions as end_sessions
from commonweal.agencies.leaving import is_dormant as is_dormant
from commonweal.agencies.leaving import leave as leave
from commonweal.agencies.models import (
    AGENCY_KINDS,
    UNIT_KINDS,
    Account,
    Agency,
    ApiToken,
    Invitation,
    Team,
    Unit,
)
from commonweal.agencies.past import bring_roster as bring_roster
from commonweal.agencies.roles import ROLES, Role
from commonweal.agencies.shifts import clear_shift as clear_shift
from commonweal.agencies.shifts import set_shift as set_shift
from commonweal.agencies.shifts import set_shifts as set_shifts
from commonweal.kernel import clock, codes, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.given import checked


class Standing(TypedDict, total=False):
    """What an account is besides its name, role and agency."""

    email: str
    badge: str
    team_id: UUID | None
    languages: str
    language: str
    is_medical: bool
    is_covered: bool
    cjis_screened: bool
    security_addendum: bool
    must_enrol: bool


class AccountFacts(Standing, total=False):
    """What a new account may come with."""

    person: UUID | None
    password: str


class AccountChanges(Standing, total=False):
    """What may change of an account; its sign-in name, agency, person and password do not change here."""

    role: str
    display_name: str
    is_active: bool


class UnitFacts(TypedDict, total=False):
    """What a new unit may come with."""

    team_id: UUID | None
    base_lon: float | None
    base_lat: float | None
    hourly_cost: Decimal | int


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _role(code: str) -> Role:
    if code not in ROLES:
        raise Invalid("role", code, f"Use one of: {', '.join(ROLES)}.")
    return ROLES[code]


@transaction.atomic
def open_agency(
    *, by: Actor, name: str, kind: str, short: str = "", time_zone: str = "America/Los_Angeles"
) -> Agency:
    """A new agency; Invalid for an unknown kind or a name already taken."""
    if kind not in AGENCY_KINDS:
        raise Invalid("kind", kind, f"Use one of: {', '.join(AGENCY_KINDS)}.")
    if not name.strip():
        raise Invalid("name", name, "Give the agency a name.")
    if Agency.objects.filter(name__iexact=name.strip()).exists():
        raise Invalid("name", name, "An agency of this name exists; open that one instead.")
    agency = Agency.objects.create(
        name=name.strip(), short=short or name[:24], kind=kind, time_zone=time_zone
    )
    journal.write(by=by, event=events.AgencyOpened(agency=agency.id))
    return agency


@transaction.atomic
def change_agency(*, by: Actor, agency: UUID, name: str, short: str, time_zone: str) -> Agency:
    """The agency's own data; its kind stays, since records stand under the regime that it decides."""
    found = Agency.objects.select_for_update().filter(id=agency).first()
    if found is None:
        raise NotFound("agency")
    if not name.strip() or Agency.objects.filter(name__iexact=name.strip()).exclude(id=agency).exists():
        raise Invalid("name", name, _("Give a name that no other agency has."))
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise Invalid("time_zone", time_zone, _("Give a zone such as America/New_York.")) from fault
    found.name, found.short, found.time_zone = name.strip(), short.strip()[:24] or name[:24], time_zone
    found.save()
    journal.write(by=by, event=events.AgencyChanged(agency=agency))
    return found


@transaction.atomic
def open_team(*, by: Actor, agency: UUID, name: str, response_model: str = "") -> Team:
    """A team of the agency, or the one of that name already there."""
    team, _new = Team.objects.get_or_create(
        agency_id=agency, name=name, defaults={"response_model": response_model}
    )
    return team


@transaction.atomic
def open_account(
    *, by: Actor, username: str, display_name: str, role: str, agency: UUID | None = None,
    **facts: Unpack[AccountFacts],
) -> Account:  # fmt: skip
    """An account without password (an invitation or OIDC sets the way in).

    Medical and covered default to the role's. Invalid for a fact that is not listed.
    """
    checked(facts, AccountFacts)
    kind = _role(role)
    _check_team(facts.get("team_id"), agency)
    if Account.objects.filter(username__iexact=username).exists():
        raise Invalid("username", username, "This sign-in name is taken; choose another.")
    password = facts.pop("password", None)
    standing: dict[str, Any] = {"is_medical": kind.medical, "is_covered": kind.covered, **facts}
    account = Account(username=username, display_name=display_name, role=role, agency_id=agency, **standing)
    account.set_password(password or None)
    account.save(force_insert=True)
    journal.write(by=by, event=events.AccountOpened(account=account.id, role=role))
    return account


def _check_team(team: UUID | None, agency: UUID | None) -> None:
    if team and not Team.objects.filter(id=team, agency=agency).exists():
        raise Invalid("team_id", team, _("Choose a team of the agency."))


@transaction.atomic
def change_account(*, by: Actor, account: UUID, **changes: Unpack[AccountChanges]) -> Account:
    """Change role or standing. Closing (`is_active=False`) ends sessions at the next request.

    Invalid for whatever is not listed, an unknown role, or a team of another agency.
    """
    checked(changes, AccountChanges)
    found = Account.objects.select_for_update().filter(id=account).first()
    if found is None:
        raise NotFound("account")
    if "role" in changes:
        _role(changes["role"])
    _check_team(changes.get("team_id"), found.agency_id)
    for name, value in changes.items():
        setattr(found, name, value)
    if found.is_active and found.closed_at:
        found.reopened_at = clock.now()
    found.closed_at = None if found.is_active else found.closed_at or clock.now()
    found.save()
    journal.write(by=by, event=events.AccountChanged(account=account, fields=tuple(sorted(changes))))
    return found


@transaction.atomic
def invite(
    *, by: Actor, agency: UUID, role: str, email: str, display_name: str, days: int = 7
) -> tuple[Invitation, str]:
    """An invitation and its token; the token is shown once and travels by mail."""
    _role(role)
    if "@" not in email:
        raise Invalid("email", email, "Give an address such as name@agency.gov.")
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        agency_id=agency,
        role=role,
        email=email,
        display_name=display_name,
        token_hash=_hash(token),
        expires_at=clock.now() + timedelta(days=days),
        invited_by=by.id,
    )
    journal.write(by=by, event=events.Invited(invitation=invitation.id, agency=agency, role=role))
    return invitation, token


@transaction.atomic
def accept_invitation(*, by: Actor, token: str, username: str, password: str) -> Account:
    """Turn an unused, unexpired invitation into an account; a second use is a Conflict."""
    invitation = Invitation.objects.select_for_update().filter(token_hash=_hash(token)).first()
    if invitation is None:
        raise NotFound("invitation")
    if invitation.used_at or invitation.expires_at < clock.now():
        raise Conflict("This invitation was used or has expired. Ask your administrator for a new one.")
    try:
        validate_password(password)
    except ValidationError as weak:
        raise Invalid("password", "", " ".join(weak.messages)) from weak
    account = open_account(
        by=by,
        username=username,
        display_name=invitation.display_name,
        role=invitation.role,
        agency=invitation.agency_id,
        email=invitation.email,
        password=password,
    )
    invitation.used_at, invitation.account = clock.now(), account
    invitation.save()
    return account


@transaction.atomic
def issue_token(
    *, by: Actor, account: UUID, name: str, scopes: Iterable[str], days: int | None = 90
) -> tuple[ApiToken, str]:
    """A bearer token, shown once. Scopes: permissions of the role, or `read`."""
    owner = Account.objects.filter(id=account, is_active=True).first()
    if owner is None:
        raise NotFound("account")
    wanted = tuple(sorted(set(scopes)))
    allowed = ROLES[owner.role].permissions | {"read"}
    if "administer" in allowed and owner.agency_id:
        allowed |= {"scim"}  # accounts of the own agency, and nothing else (commonweal.api.scim)
    if unknown := set(wanted) - allowed:
        raise Invalid(
            "scopes",
            ", ".join(sorted(unknown)),
            "The role %(role)s may hold: %(allowed)s.",
            role=codes.in_sentence(owner.role),
            allowed=", ".join(sorted(allowed)),
        )
    secret = "cw_" + secrets.token_urlsafe(32)
    expires = clock.now() + timedelta(days=days) if days else None
    token = ApiToken.objects.create(
        account=owner, name=name, token_hash=_hash(secret), scopes=list(wanted), expires_at=expires
    )
    journal.write(by=by, event=events.TokenIssued(account=account, token=token.id, scopes=wanted))
    return token, secret


@transaction.atomic
def revoke_token(*, by: Actor, token: UUID) -> None:
    """End a token at once; a second call changes nothing."""
    found = ApiToken.objects.filter(id=token).first()
    if found is None:
        raise NotFound("token")
    if found.revoked_at:
        return
    found.revoked_at = clock.now()
    found.save(update_fields=["revoked_at"])
    journal.write(by=by, event=events.TokenIssued(account=found.account_id, token=token, scopes=()))


@transaction.atomic
def open_unit(*, by: Actor, agency: UUID, call_sign: str, kind: str, **facts: Unpack[UnitFacts]) -> Unit:
    """A unit; Invalid for an unknown kind, a call sign in use, or a fact that is not listed."""
    checked(facts, UnitFacts)
    if kind not in UNIT_KINDS:
        raise Invalid("kind", kind, f"Use one of: {', '.join(UNIT_KINDS)}.")
    if Unit.objects.filter(call_sign__iexact=call_sign).exists():
        raise Invalid("call_sign", call_sign, "This call sign is in use.")
    unit = Unit.objects.create(agency_id=agency, call_sign=call_sign, kind=kind, **facts)
    journal.write(by=by, event=events.UnitOpened(unit=unit.id))
    return unit


def note_sign_in(*, by: Actor, account: UUID | None, outcome: str, device_class: str = "office") -> None:
    """Journal a sign-in, a refusal, a lock-out or a sign-out (CJISSECPOL AU-2)."""
    journal.write(by=by, event=events.SignedIn(account=account, outcome=outcome, device_class=device_class))


def note_turned_away(*, by: Actor, wanted: tuple[str, ...]) -> None:
    """Journal that somebody signed in asked for what their permissions do not open (ASVS 16.3.2)."""
    journal.write(by=by, event=events.TurnedAway(account=UUID(by.id), wanted=wanted))


# at the end: these are made of the acts above
from commonweal.agencies.provisioning import change_provisioned as change_provisioned  # noqa: E402
from commonweal.agencies.provisioning import provision as provision  # noqa: E402
from commonweal.agencies.provisioning import withdraw as withdraw  # noqa: E402
