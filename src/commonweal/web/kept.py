"""The emergency screen while the journal cannot be written: what was shown before for the call in hand.

Fail closed, but not into silence: protected reads stop, and whoever stands at a door keeps what was already
disclosed and journalled (CJISSECPOL AU-5). It lies in this process's memory, for the shift at most, and is
never a new read: another call, another account or another page finds nothing.
"""

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

from commonweal.kernel import clock
from commonweal.kernel.errors import Unwritable
from commonweal.web.session import Request

P = ParamSpec("P")
View = Callable[Concatenate[Request, P], HttpResponse]
LONGEST = timedelta(hours=12)
MOST = 500  # screens in memory
_MAIN = re.compile(rb"<main\b[^>]*>")


@dataclass(frozen=True, slots=True)
class Screen:
    """One page as it was sent, and when."""

    body: bytes
    at: datetime


class Memory:
    """The last emergency screens, by account and call; the oldest goes first."""

    def __init__(self) -> None:
        self._screens: OrderedDict[tuple[str, UUID], Screen] = OrderedDict()
        self._lock = Lock()

    def keep(self, account: str, call: UUID, body: bytes) -> None:
        """Remember what this account was shown of this call."""
        with self._lock:
            self._screens[account, call] = Screen(body, clock.now())
            self._screens.move_to_end((account, call))
            while len(self._screens) > MOST:
                self._screens.popitem(last=False)

    def find(self, account: str, call: UUID) -> Screen | None:
        """What this account was shown of this call within the shift, or None."""
        with self._lock:
            found = self._screens.get((account, call))
        return found if found and clock.now() - found.at <= LONGEST else None


memory = Memory()


def emergency(call_in_hand: Callable[..., UUID | None]) -> Callable[[View[P]], View[P]]:
    """A screen that outlives the journal. `call_in_hand(request, ...)` reads nothing personal."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def shown(request: Request, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            call = call_in_hand(request, *args, **kwargs)
            try:
                response = view(request, *args, **kwargs)
            except Unwritable:
                found = memory.find(request.actor.id, call) if call else None
                if found is None:
                    raise
                return _again(request, found)
            if call and response.status_code == 200:
                memory.keep(request.actor.id, call, response.content)
            return response

        return cast("View[P]", shown)

    return decorate


def _again(request: Any, screen: Screen) -> HttpResponse:
    """The kept page with a word on top that says how old it is."""
    word = render_to_string("components/kept.html", {"at": screen.at}, request).encode()
    return HttpResponse(_MAIN.sub(lambda found: found[0] + word, screen.body, count=1))
