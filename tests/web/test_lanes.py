"""A call in hand is answered while every thread for other pages is busy with somebody's report."""

import asyncio
from collections.abc import Iterable, Sequence
from threading import Event
from typing import Any

import pytest

from commonweal.config import asgi
from factories.own_loop import finished

Headers = Sequence[tuple[bytes, bytes]]
REFRESH = [(b"x-background", b"1")]


@pytest.mark.parametrize(
    ("path", "headers", "lane"),
    [
        ("/desk/", [], "_calls"),
        ("/field/", [(b"accept", b"text/html")], "_calls"),
        ("/api/v1/calls/", [], "_calls"),
        ("/board/", [], "_calls"),
        ("/board/now/", REFRESH, "_refreshes"),
        ("/desk/queue/", REFRESH, "_refreshes"),
        ("/evaluation/", [], "_others"),
        ("/community/desk/", [], "_others"),
        ("/", [], "_others"),
    ],
)
def test_each_request_has_its_threads(path: str, headers: list[tuple[bytes, bytes]], lane: str) -> None:
    assert asgi._lane({"path": path, "headers": headers}) is getattr(asgi, lane)


def _scope(path: str, headers: Headers = ()) -> dict[str, Any]:
    return {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": list(headers),
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip


async def _ask(path: str, headers: Headers = ()) -> int:
    """The status of one request, through the application itself."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await asgi.application(_scope(path, headers), receive, send)
    return int(sent[0]["status"])


def test_reports_do_not_hold_up_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """More reports than threads for them; the desk answers before any of them is done."""
    done = Event()

    def slow(environ: Any, start: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/evaluation/"):
            assert done.wait(30)
        start("204 No Content", [])
        return [b""]

    for lane, workers in (("_calls", asgi.CALLS), ("_others", asgi.OTHERS)):
        monkeypatch.setattr(asgi, lane, asgi.WSGIMiddleware(slow, workers=workers))

    async def day() -> tuple[int, list[int]]:
        reports = [asyncio.create_task(_ask("/evaluation/")) for _ in range(asgi.OTHERS * 2)]
        await asyncio.sleep(0)
        at_the_desk = await asyncio.wait_for(_ask("/desk/"), 20)
        assert not any(report.done() for report in reports)
        done.set()
        return at_the_desk, await asyncio.gather(*reports)

    assert finished(day()) == (204, [204] * (asgi.OTHERS * 2))


@pytest.mark.parametrize("is_patient", [True, False])
def test_a_board_drawing_itself_stands_back_for_a_call_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch, is_patient: bool
) -> None:
    """While a call is being answered no board begins to draw itself; after the time set it does."""
    said, order = Event(), list[str]()

    def answer(environ: Any, start: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/desk/":
            assert said.wait(30)
        order.append(environ["PATH_INFO"])
        start("204 No Content", [])
        return [b""]

    monkeypatch.setattr(asgi, "_in_hand", asgi._InHand())
    monkeypatch.setattr(asgi, "GIVING_WAY", 20.0 if is_patient else 0.0)
    for lane in ("_calls", "_refreshes"):
        monkeypatch.setattr(asgi, lane, asgi.WSGIMiddleware(answer, workers=1))

    async def day() -> None:
        call = asyncio.create_task(_ask("/desk/"))
        await asyncio.sleep(0)
        board = asyncio.create_task(_ask("/board/now/", REFRESH))
        if is_patient:
            await asyncio.sleep(0.05)
        else:
            await board
        said.set()
        await asyncio.gather(call, board)

    finished(day())
    assert order == (["/desk/", "/board/now/"] if is_patient else ["/board/now/", "/desk/"])
