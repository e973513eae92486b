"""Accounts: opened and changed."""

from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.agencies import events
from commonweal.agencies.actions.leaving import end_sessions
from commonweal.agencies.models import Account, Team
from commonweal.agencies.naming import sign_in_name
from commonweal.agencies.roles import ROLES, Role
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
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


def known_role(code: str) -> Role:
    """The role of a code; Invalid for an unknown one."""
    if code not in ROLES:
        raise Invalid("role", code, f"Use one of: {', '.join(ROLES)}.")
    return ROLES[code]


@transaction.atomic
def open_account(
    *, by: Actor, username: str, display_name: str, role: str, agency: UUID | None = None,
    **facts: Unpack[AccountFacts],
) -> Account:  # fmt: skip
    """An account without password (an invitation or OIDC sets the way in).

    Medical and covered default to the role's. Invalid for a fact that is not listed.
    """
    checked(facts, AccountFacts)
    kind = known_role(role)
    _check_team(facts.get("team_id"), agency)
    username = sign_in_name(username)
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

    Another role ends them at once. Invalid for whatever is not listed, an unknown role, or a team of another
    agency.
    """
    checked(changes, AccountChanges)
    found = Account.objects.select_for_update().filter(id=account).first()
    if found is None:
        raise NotFound("account")
    if "role" in changes:
        known_role(changes["role"])
    _check_team(changes.get("team_id"), found.agency_id)
    is_another = changes.get("role", found.role) != found.role
    for name, value in changes.items():
        setattr(found, name, value)
    if found.is_active and found.closed_at:
        found.reopened_at = clock.now()
    found.closed_at = None if found.is_active else found.closed_at or clock.now()
    found.save()
    journal.write(by=by, event=events.AccountChanged(account=account, fields=tuple(sorted(changes))))
    if is_another:
        end_sessions(by=by, account=account)
    return found
