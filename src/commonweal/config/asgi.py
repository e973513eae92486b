"""ASGI entry: the live event stream natively, everything else through Django in worker threads.

Synchronous Django under ASGI costs two to four times the CPU, so pages keep their WSGI path (a2wsgi). What an
open page asks by itself (X-Background) has a thread of its own, and begins when no call in hand is being
answered: no act queues behind the boards that the act before it made draw themselves again. A call in hand
has threads of its own too: whoever takes it, or stands at the door, never waits behind somebody's report.
"""

import asyncio
from contextlib import suppress
from typing import Any, cast

from a2wsgi import WSGIMiddleware

from commonweal.config.warming import end_with_parent, warm
from commonweal.config.wsgi import application as pages
from commonweal.web.live import stream

CALLS, OTHERS, REFRESHES = 2, 2, 1  # threads; they share one interpreter: more only make each other late
CALL_PATHS = ("/desk/", "/field/", "/board/", "/api/v1/calls/")
GIVING_WAY = 0.3  # seconds at most that a page asking by itself stands back for calls in hand

# a2wsgi types a WSGI application more narrowly than Django does
_calls: Any = WSGIMiddleware(cast(Any, pages), workers=CALLS)
_others: Any = WSGIMiddleware(cast(Any, pages), workers=OTHERS)
_refreshes: Any = WSGIMiddleware(cast(Any, pages), workers=REFRESHES)
warm()
end_with_parent()


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Dispatch by path; lifespan messages are acknowledged."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    elif scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})  # there are none (ASVS 4.4.2)
    elif scope["path"] == "/live/":
        await stream(scope, receive, send)
    else:
        await _answer(_lane(scope), scope, receive, send)


class _InHand:
    """How many calls in hand this process is answering, for those who stand back meanwhile."""

    def __init__(self) -> None:
        self.count = 0
        self.none = asyncio.Event()
        self.none.set()

    def __enter__(self) -> None:
        self.count += 1
        self.none.clear()

    def __exit__(self, *raised: object) -> None:
        self.count -= 1
        if not self.count:
            self.none.set()


_in_hand = _InHand()


async def _answer(lane: Any, scope: Any, receive: Any, send: Any) -> None:
    """Answer in that lane; what a page asks by itself first lets the calls in hand go by, for a while."""
    if lane is _calls:
        with _in_hand:
            await lane(scope, receive, send)
        return
    if lane is _refreshes and _in_hand.count:
        with suppress(TimeoutError):  # a busy desk must not leave the boards standing still
            await asyncio.wait_for(_in_hand.none.wait(), GIVING_WAY)
    await lane(scope, receive, send)


def _lane(scope: Any) -> Any:
    """The threads that answer this request."""
    if (b"x-background", b"1") in scope["headers"]:
        return _refreshes
    return _calls if scope["path"].startswith(CALL_PATHS) else _others
