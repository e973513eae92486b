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
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", email.strip()):
        raise Invalid("email", email, "Give an address such as name@agency.gov.")
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        agency_id=agency,
        role=role,
        email=email,
        display_name=display_name,
        token_hash=hashed(token),
        expires_at=clock.now() + timedelta(days=days),
        invited_by=by.id,
    )
    journal.write(by=by, event=events.Invited(invitation=invitation.id, agency=agency, role=role))
    return invitation, token


@transaction.atomic
def accept_invitation(*, by: Actor, token: str, username: str, password: str) -> Account:
    """Turn an unused, unexpired invitation into an account; a second use is a Conflict."""
    invitation = Invitation.objects.select_for_update().filter(token_hash=hashed(token)).first()
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
