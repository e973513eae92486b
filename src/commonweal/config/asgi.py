"""ASGI entry: the live event stream natively, everything else through Django in worker threads.

Synchronous Django under ASGI costs two to four times the CPU, so pages keep their WSGI path (a2wsgi). What an
open page asks by itself (X-Background) has threads of its own, few: no act queues behind the boards that the
act before it made draw themselves again.
"""

from typing import Any, cast

from a2wsgi import WSGIMiddleware

from commonweal.config.warming import end_with_parent, warm
from commonweal.config.wsgi import application as pages
from commonweal.web.live import stream

ACTS, REFRESHES = 4, 1  # threads; they share one interpreter, so that more only make each other late

# a2wsgi types a WSGI application more narrowly than Django does
_pages: Any = WSGIMiddleware(cast(Any, pages), workers=ACTS)
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
    elif (b"x-background", b"1") in scope["headers"]:
        await _refreshes(scope, receive, send)
    else:
        await _pages(scope, receive, send)
