"""The live stream passes by the middleware: it carries the same headers as every page, refused or open."""

from collections.abc import MutableMapping
from typing import Any

import pytest

from commonweal.web import headers, live
from factories.own_loop import finished


def answered(*sent: tuple[bytes, bytes]) -> tuple[int, dict[str, str]]:
    """Status and headers of the stream for a request with these headers."""
    said: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        said.append(message)

    finished(live.stream({"type": "http", "path": "/live/", "headers": list(sent)}, receive, send))
    return said[0]["status"], {name.decode(): value.decode() for name, value in said[0]["headers"]}


@pytest.mark.parametrize("name", headers.HEADERS)
def test_a_stranger_is_refused_with_every_header(name: str) -> None:
    status, found = answered()
    assert status == 401 and found[name.lower()] == headers.HEADERS[name]
    assert found["x-content-type-options"] == "nosniff" and found["cache-control"] == "no-store"


def test_the_open_stream_carries_them_too() -> None:
    """The same list is sent with both answers."""
    names = {name.decode() for name, _ in live.HEADERS}
    assert {name.lower() for name in headers.HEADERS} < names and "content-type" in names
