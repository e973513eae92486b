"""Leaving: every way in that somebody had ends in the act that closes the account (CJISSECPOL AC-2, PS-4)."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from commonweal.agencies import events
from commonweal.agencies.models import Account, ApiToken
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound

DORMANT = timedelta(days=90)  # an account unused for longer is closed (CJISSECPOL AC-2(3))


def sessions_of(account: UUID) -> Iterator[str]:
    """Keys of the account's open sessions."""
    for row in Session.objects.filter(expire_date__gt=clock.now()).iterator():
        if row.get_decoded().get(SESSION_KEY) == str(account):
            yield row.session_key


@transaction.atomic
def end_sessions(*, by: Actor, account: UUID, keep: str = "") -> int:
    """End every open session of an account but the one whose key is `keep`; returns how many ended."""
    keys = [key for key in sessions_of(account) if key != keep]
    if keys:
        Session.objects.filter(session_key__in=keys).delete()
        journal.write(by=by, event=events.SignedIn(account=account, outcome="ended"))
    return len(keys)


@transaction.atomic
def leave(*, by: Actor, account: UUID) -> Account:
    """Close an account for good: sessions end, tokens are revoked, nothing opens it but an administrator.

    What the account did stays under its name. A second call changes nothing. NotFound for no such account.
    """
    found = Account.objects.select_for_update().filter(id=account).first()
    if found is None:
        raise NotFound("account")
    if found.is_active:
        found.is_active, found.closed_at = False, clock.now()
        found.save(update_fields=["is_active", "closed_at"])
        journal.write(by=by, event=events.AccountChanged(account=account, fields=("is_active",)))
    for token in ApiToken.objects.filter(account=found, revoked_at__isnull=True):
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
        journal.write(by=by, event=events.TokenIssued(account=account, token=token.id, scopes=()))
    end_sessions(by=by, account=account)
    return found


def is_dormant(account: Account) -> bool:
    """Whether nobody has signed in for too long, counted from its opening, or from being opened again."""
    moments = (account.last_login, account.opened_at, account.reopened_at)
    return clock.now() - max(moment for moment in moments if moment) > DORMANT


@transaction.atomic
def close_dormant(*, by: Actor) -> list[Account]:
    """Close every worker's account that is dormant; returns those closed now.

    Accounts that a program works under (a token in force) and those of people helped stay open.
    """
    floor = clock.now() - DORMANT
    in_force = Q(expires_at__isnull=True) | Q(expires_at__gte=clock.now())
    tokens = ApiToken.objects.filter(in_force, account=OuterRef("pk"), revoked_at__isnull=True)
    old = Account.objects.select_for_update().filter(is_active=True, opened_at__lt=floor)
    old = old.exclude(role="person").exclude(last_login__gte=floor).exclude(reopened_at__gte=floor)
    closed = list(old.exclude(Exists(tokens)))
    for account in closed:
        account.is_active, account.closed_at = False, clock.now()
        account.save(update_fields=["is_active", "closed_at"])
        journal.write(by=by, event=events.AccountChanged(account=account.id, fields=("is_active",)))
        end_sessions(by=by, account=account.id)
    return closed
