"""The live feed: what changed, as ids only; the browser then fetches the row through the gate."""

from typing import Any

from django.http import HttpRequest, HttpResponse


def events(request: HttpRequest) -> HttpResponse:
    """Under plain WSGI there is no stream: say so; pages then refresh when asked."""
    return HttpResponse(status=204, headers={"X-Hint": "Serve commonweal.config.asgi for live events."})


async def stream(scope: Any, receive: Any, send: Any) -> None:
    """Server-sent events."""
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})
