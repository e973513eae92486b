"""Invitations: the way in for somebody who has no account yet, by mail, once."""

import re
import secrets
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from commonweal.agencies import events
from commonweal.agencies.actions.accounts import known_role, open_account
from commonweal.agencies.hashing import hashed
from commonweal.agencies.models import Account, Invitation
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound


@transaction.atomic
def invite(
    *, by: Actor, agency: UUID, role: str, email: str, display_name: str, days: int = 7
) -> tuple[Invitation, str]:
    """An invitation and its token; the token is shown once and travels by mail."""
    known_role(role)
    if not display_name.strip():
        raise Invalid("name", display_name, "Write something here.")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", email.strip()):
        raise Invalid("email", email, "Give an address such as name@agency.gov.")
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        agency_id=agency,
        role=role,
        email=email.strip(),
        display_name=display_name.strip(),
        token_hash=hashed(token),
        expires_at=clock.now() + timedelta(days=days),
        invited_by=by.id,
    )
    journal.write(by=by, event=events.Invited(invitation=invitation.id, agency=agency, role=role))
    return invitation, token


@transaction.atomic
def withdraw_invitation(*, by: Actor, invitation: UUID) -> Invitation:
    """Take an invitation back before it is used; a second time changes nothing.

    Conflict where it was used: there is an account by then, which is closed instead.
    """
    found = Invitation.objects.select_for_update().filter(id=invitation).first()
    if found is None:
        raise NotFound("invitation")
    if found.used_at:
        raise Conflict("This invitation was used already. Close the account that it opened instead.")
    if found.withdrawn_at is None:
        found.withdrawn_at = clock.now()
        found.save(update_fields=["withdrawn_at"])
        journal.write(by=by, event=events.InvitationWithdrawn(invitation=invitation, agency=found.agency_id))
    return found


@transaction.atomic
def accept_invitation(*, by: Actor, token: str, username: str, password: str) -> Account:
    """Turn an open invitation into an account; Conflict where it was used, withdrawn, or its time is over."""
    invitation = Invitation.objects.select_for_update().filter(token_hash=hashed(token)).first()
    if invitation is None:
        raise NotFound("invitation")
    if not invitation.is_open:
        raise Conflict(
            "This invitation was used, taken back, or has expired. Ask your administrator for a new one."
        )
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
