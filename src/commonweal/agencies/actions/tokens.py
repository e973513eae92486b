"""Bearer tokens, with which a program works under an account: shown once, revoked at once."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from commonweal.agencies import events
from commonweal.agencies.hashing import hashed
from commonweal.agencies.models import Account, ApiToken
from commonweal.agencies.roles import ROLES
from commonweal.kernel import clock, codes, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound


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
        account=owner, name=name, token_hash=hashed(secret), scopes=list(wanted), expires_at=expires
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
