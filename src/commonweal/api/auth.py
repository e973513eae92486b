"""Bearer tokens: who asks through the API, with which scopes."""

import time
from collections import OrderedDict
from threading import Lock

from django.http import HttpRequest
from ninja.security import HttpBearer

from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import Actor

FAILURES_PER_MINUTE = 20
_ADDRESSES = 10_000  # addresses remembered at most


class TooManyFailures(Exception):
    """An address sent too many bad tokens; it may try again after a minute."""


class Failures:
    """Bad tokens per address in the last minute, in this process."""

    def __init__(self) -> None:
        self._times: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = Lock()

    def note(self, address: str) -> None:
        """Count one failure."""
        with self._lock:
            self._times.setdefault(address, []).append(time.monotonic())
            while len(self._times) > _ADDRESSES:
                self._times.popitem(last=False)

    def exceeded(self, address: str) -> bool:
        """Whether the address has failed too often within the last minute."""
        floor = time.monotonic() - 60
        with self._lock:
            recent = [t for t in self._times.get(address, []) if t > floor]
            self._times[address] = recent
            return len(recent) >= FAILURES_PER_MINUTE

    def forget(self) -> None:
        """Start anew."""
        with self._lock:
            self._times.clear()


failures = Failures()


def actor_of_token(token: str) -> Actor | None:
    """The actor of a live token, its permissions cut to the token's scopes; `read` grants none by itself."""
    found = agencies.account_of_token(token)
    if found is None:
        return None
    account, scopes = found
    whole = agencies.actor_of(account, mfa=True)
    return _narrowed(whole, scopes)


def _narrowed(actor: Actor, scopes: frozenset[str]) -> Actor:
    from dataclasses import replace

    return replace(actor, permissions=actor.permissions & scopes)


class Bearer(HttpBearer):
    """Sets `request.actor`; `request.auth` is the same actor."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The actor, or None for a bad token; raises TooManyFailures for an address that guesses."""
        address = request.META.get("REMOTE_ADDR", "")
        if failures.exceeded(address):
            raise TooManyFailures
        actor = actor_of_token(token)
        if actor is None:
            failures.note(address)
            return None
        request.actor = actor  # type: ignore[attr-defined]
        return actor
