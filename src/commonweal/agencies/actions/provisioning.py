"""Accounts kept by the agency's own directory: opened, changed, closed and opened again from there.

Its acts are `provision`, `change_provisioned` and `withdraw`. None reaches an account of another
agency, an administrator's, or that of a person helped (RFC 7644; CJISSECPOL AC-2).
"""

from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from commonweal.agencies import events
from commonweal.agencies.actions.accounts import change_account, open_account
from commonweal.agencies.actions.leaving import leave
from commonweal.agencies.models import Account
from commonweal.agencies.naming import sign_in_name
from commonweal.agencies.roles import ROLES_GIVEN
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound


class Provisioned(TypedDict, total=False):
    """What a directory says of an account."""

    username: str
    display_name: str
    role: str
    email: str
    external_id: str
    is_active: bool


@transaction.atomic
def provision(*, by: Actor, **given: Unpack[Provisioned]) -> Account:
    """An account at the actor's agency, without password: it signs in by the agency's provider.

    Conflict where the sign-in name is taken; Invalid for no name, or a role that is not given here.
    """
    username = _name(given.get("username", ""))
    role = _role(given.get("role", ""))
    _free(username)
    account = open_account(
        by=by, username=username, display_name=(given.get("display_name") or username)[:120], role=role,
        agency=_agency(by), email=given.get("email", ""),
    )  # fmt: skip
    account.external_id = given.get("external_id", "")[:200]
    account.save(update_fields=["external_id"])
    if not given.get("is_active", True):
        leave(by=by, account=account.id)
    return Account.objects.get(id=account.id)


@transaction.atomic
def change_provisioned(*, by: Actor, account: UUID, **given: Unpack[Provisioned]) -> Account:
    """Change what the directory keeps. `is_active=False` ends sessions and tokens at once."""
    found = _kept(by, account)
    before = (found.username, found.external_id)
    if "username" in given and _name(given["username"]).lower() != found.username.lower():
        _free(given["username"])
    found.username = _name(given.get("username", found.username))
    found.external_id = given.get("external_id", found.external_id)[:200]
    if before != (found.username, found.external_id):
        found.save(update_fields=["username", "external_id"])
        journal.write(by=by, event=events.AccountChanged(account=account, fields=("external_id", "username")))
    _stand(by, found, given)
    return Account.objects.get(id=account)


def _stand(by: Actor, found: Account, given: Provisioned) -> None:
    """Name, address and role, then whether the account is open; a changed role ends open sessions."""
    display_name = (given.get("display_name", found.display_name) or found.username)[:120]
    role, email = _role(given.get("role", found.role)), given.get("email", found.email)
    if (display_name, role, email) != (found.display_name, found.role, found.email):
        change_account(by=by, account=found.id, display_name=display_name, role=role, email=email)
    is_active = given.get("is_active", found.is_active)
    if found.is_active and not is_active:
        leave(by=by, account=found.id)
    elif is_active and not found.is_active:
        change_account(by=by, account=found.id, is_active=True)


@transaction.atomic
def withdraw(*, by: Actor, account: UUID) -> None:
    """The directory deletes the account: it closes for good here, and is no more to be found there."""
    found = _kept(by, account)
    leave(by=by, account=found.id)
    freed = f"{found.username[:60]}~{str(account)[-12:]}"  # its name may be given again (RFC 7644 3.6)
    Account.objects.filter(id=account).update(withdrawn_at=clock.now(), username=freed)


def _kept(by: Actor, account: UUID) -> Account:
    rows = Account.objects.select_for_update().filter(id=account, agency=_agency(by), withdrawn_at=None)
    if (found := rows.filter(role__in=ROLES_GIVEN).first()) is None:
        raise NotFound("account")
    return found


def _agency(by: Actor) -> UUID:
    if by.agency is None:
        raise NotFound("agency")
    return by.agency


def _name(username: str) -> str:
    if not 3 <= len(username.strip()) <= 80:
        raise Invalid("userName", username, "Give a sign-in name of 3 to 80 characters.")
    return sign_in_name(username)


def _role(code: str) -> str:
    if code not in ROLES_GIVEN:
        raise Invalid("roles", code, "Use one of: %(choices)s.", choices=", ".join(ROLES_GIVEN))
    return code


def _free(username: str) -> None:
    if Account.objects.filter(username__iexact=username.strip()).exists():
        raise Conflict("This sign-in name is taken; choose another.")
