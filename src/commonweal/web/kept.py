"""The emergency screen while the journal cannot be written: what was shown before for the call in hand.

Fail closed, but not into silence: protected reads stop, and whoever stands at a door keeps what was already
disclosed and journalled (CJISSECPOL AU-5). It lies in this server's memory, for the shift at most, and is
never a new read: another call, another account or another page finds nothing.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec, cast
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

from commonweal.kernel.errors import Unwritable
from commonweal.kernel.shelf import shelf
from commonweal.sharing import queries as sharing
from commonweal.web.session import Request

P = ParamSpec("P")
View = Callable[Concatenate[Request, P], HttpResponse]
_MAIN = re.compile(rb"<main\b[^>]*>")


class Screen(NamedTuple):
    """One page as it was sent, and when."""

    body: bytes
    at: datetime


def keep(account: str, call: UUID, body: bytes) -> None:
    """Remember what this account was shown of this call."""
    shelf().keep(f"{account} {call}", body)


def find(account: str, call: UUID) -> Screen | None:
    """What this account was shown of this call within the shift; None where anything was sealed since."""
    found = shelf().find(f"{account} {call}")
    return Screen(*found) if found and not sharing.sealed_since(found[1]) else None


def emergency(call_in_hand: Callable[..., UUID | None]) -> Callable[[View[P]], View[P]]:
    """A screen that outlives the journal. `call_in_hand(request, ...)` reads nothing personal."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def shown(request: Request, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            call = call_in_hand(request, *args, **kwargs)
            try:
                response = view(request, *args, **kwargs)
            except Unwritable:
                found = find(request.actor.id, call) if call else None
                if found is None:
                    raise
                return _again(request, found)
            if call and response.status_code == 200:
                keep(request.actor.id, call, response.content)
            return response

        return cast("View[P]", shown)

    return decorate


def _again(request: Any, screen: Screen) -> HttpResponse:
    """The kept page with a word on top that says how old it is."""
    word = render_to_string("components/kept.html", {"at": screen.at}, request).encode()
    return HttpResponse(_MAIN.sub(lambda found: found[0] + word, screen.body, count=1))
