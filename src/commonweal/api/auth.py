"""Bearer tokens: who asks through the API, with which scopes."""

from dataclasses import replace
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from ninja.security import HttpBearer

from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import Actor
from commonweal.kernel.brake import Brake

FAILURES_PER_MINUTE = 20


class TooManyFailures(Exception):
    """An address sent too many bad tokens; it may try again after a minute."""


failures = Brake("token", limit=FAILURES_PER_MINUTE, seconds=60)


def actor_of_token(token: str) -> Actor | None:
    """The actor of a live token, its permissions cut to the token's scopes; `read` grants none by itself."""
    found = agencies.account_of_token(token)
    return _asking(*found) if found else None


def _asking(account: agencies.Account, scopes: frozenset[str]) -> Actor:
    return _narrowed(agencies.actor_of(account, mfa=True), scopes)


def _speak(request: HttpRequest, account: agencies.Account) -> None:
    """Answer in the account's own language where the request names none (RFC 9110, 12.5.4)."""
    if not request.headers.get("Accept-Language"):
        translation.activate(account.language or settings.LANGUAGE_CODE)


def _narrowed(actor: Actor, scopes: frozenset[str]) -> Actor:
    return replace(actor, permissions=actor.permissions & scopes)


class Asked(HttpRequest):
    """A request whose token was known: it carries who asks. For annotations only."""

    actor: Actor


class Bearer(HttpBearer):
    """Sets `request.actor`; `request.auth` is the same actor."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The actor, or None for a bad token; raises TooManyFailures for an address that guesses."""
        address = request.META.get("REMOTE_ADDR", "")
        if failures.holds(address):
            raise TooManyFailures
        found = agencies.account_of_token(token)
        if found is None:
            failures.note(address)
            return None
        _speak(request, found[0])
        actor = _asking(*found)
        cast("Asked", request).actor = actor
        return actor
