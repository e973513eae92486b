"""Bearer tokens: who asks through the API, with which scopes."""

from dataclasses import replace
from typing import cast

from django.http import HttpRequest
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
    if found is None:
        return None
    account, scopes = found
    whole = agencies.actor_of(account, mfa=True)
    return _narrowed(whole, scopes)


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
        actor = actor_of_token(token)
        if actor is None:
            failures.note(address)
            return None
        cast("Asked", request).actor = actor
        return actor
