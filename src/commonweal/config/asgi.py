"""ASGI entry: the live event stream natively, everything else through Django in worker threads.

Synchronous Django under ASGI costs two to four times the CPU, so pages keep their WSGI path (a2wsgi). What an
open page asks by itself (X-Background) has threads of its own, few: no act queues behind the boards that the
act before it made draw themselves again. So has a call in hand: whoever takes it, or stands at the
door never waits behind somebody's report.
"""

from typing import Any, cast

from a2wsgi import WSGIMiddleware

from commonweal.config.warming import end_with_parent, warm
from commonweal.config.wsgi import application as pages
from commonweal.web.live import stream

CALLS, OTHERS, REFRESHES = 2, 2, 1  # threads; they share one interpreter: more only make each other late
CALL_PATHS = ("/desk/", "/field/", "/board/", "/api/v1/calls/")

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
        await _lane(scope)(scope, receive, send)


def _lane(scope: Any) -> Any:
    """The threads that answer this request."""
    if (b"x-background", b"1") in scope["headers"]:
        return _refreshes
    return _calls if scope["path"].startswith(CALL_PATHS) else _others
