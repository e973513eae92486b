"""The live feed: server-sent events that say what changed, never what it says."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse

from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import STRANGER
from commonweal.web import headers
from commonweal.web.feed import Line, Listener, change_for, listener_of
from commonweal.web.session import actor_of_request, has_idled
from commonweal.web.tailer import Queue, Tailer

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HEARTBEAT = 20.0  # seconds; each one also looks whether the session still stands
REPLAY = 2_000  # lines that are replayed to a browser that comes back; beyond, it refreshes everything
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    *((name.lower().encode(), value.encode()) for name, value in headers.HEADERS.items()),
]
RESET = b"event: reset\ndata: {}\n\n"
_checking = ThreadPoolExecutor(1, "sessions")  # one thread, so that one database connection is kept for it
_tailers: WeakKeyDictionary[asyncio.AbstractEventLoop, Tailer] = WeakKeyDictionary()


def events(request: HttpRequest) -> HttpResponse:
    """Under plain WSGI there is no stream: 204 ends the browser's attempts; pages then ask now and then."""
    return HttpResponse(status=204, headers={"X-Hint": "Serve commonweal.config.asgi for live events."})


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """One open stream: 401 for whoever is not fully signed in, else changes until either side ends it."""
    key = _session_key(scope)
    listener = await _checked(key)
    if listener is None:
        await send({"type": "http.response.start", "status": 401, "headers": HEADERS[1:]})
        await send({"type": "http.response.body", "body": b""})
        return
    tailer = _tailers.setdefault(asyncio.get_running_loop(), Tailer())
    queue = await tailer.join()
    gone = asyncio.create_task(_until_gone(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        after = await _catch_up(tailer, listener, _last_seen(scope), send)
        await _follow(queue, listener, key, after, gone, send)
    finally:
        tailer.leave(queue)
        gone.cancel()
    with suppress(Exception):
        await send({"type": "http.response.body", "body": b""})


async def _checked(key: str) -> Listener | None:
    return await asyncio.get_running_loop().run_in_executor(_checking, listener_of_session, key)


def listener_of_session(key: str) -> Listener | None:
    """Who a session cookie stands for, or None unless fully signed in, active and not idle."""
    if not key:
        return None
    try:
        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
        request.user = get_user(request)
        actor = actor_of_request(request)
        is_in = actor is not STRANGER and actor.mfa and actor.account_active
        if not is_in or has_idled(request):
            return None
        unit = agencies.unit_of(UUID(actor.id)) if "work_field" in actor.permissions else None
        return listener_of(actor, unit.id if unit else None)
    finally:
        close_old_connections()


async def _catch_up(tailer: Tailer, listener: Listener, last: int | None, send: Send) -> int:
    """Send what the browser missed, or tell it to refresh; returns the last sequence that is dealt with."""
    now = await tailer.position()
    if last is None or last > now or now - last > REPLAY:
        text = RESET if last is not None else b""
        await _write(send, text + f"id: {now}\nevent: hello\ndata: {{}}\n\n".encode())
        return now
    await _write(send, b": welcome back\n\n")
    after = last
    while after < now:
        found, after = await tailer.read(after)
        for line in found:
            if change := change_for(listener, line):
                await _write(send, change.event())
    return after


async def _follow(
    queue: Queue, listener: Listener, key: str, after: int, gone: "asyncio.Task[None]", send: Send
) -> None:
    """Send changes until the browser leaves or the session no longer stands."""
    clock = asyncio.get_running_loop().time
    checked = clock()
    while not gone.done():
        waiting = asyncio.create_task(queue.get())
        rest = max(checked + HEARTBEAT - clock(), 0.01)
        await asyncio.wait({waiting, gone}, timeout=rest, return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            await _pass_on(waiting.result(), listener, after, send)
        else:
            waiting.cancel()
        if clock() - checked >= HEARTBEAT and not gone.done():
            fresh = await _checked(key)
            if fresh is None:
                return
            listener, checked = fresh, clock()
            await _write(send, b": still here\n\n")


async def _pass_on(line: Line | None, listener: Listener, after: int, send: Send) -> None:
    if line is None:
        await _write(send, RESET)
    elif line.sequence > after and (change := change_for(listener, line)):
        await _write(send, change.event())


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def _session_key(scope: Scope) -> str:
    found = SimpleCookie(_header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME)
    return found.value if found else ""


def _last_seen(scope: Scope) -> int | None:
    text = _header(scope, b"last-event-id")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
