"""The shelf: what one process of a server puts there, another finds; it ends with the shift or the server."""

import multiprocessing
from datetime import timedelta

import pytest

from commonweal.kernel import clock, shelf


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of its own for each test."""
    monkeypatch.setattr(shelf, "_own", shelf.Shelf())
    monkeypatch.delenv("COMMONWEAL_SHELF", raising=False)
    shelf.shelf.cache_clear()


def test_what_was_put_there_is_found_until_the_shift_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.shelf().keep("ana call", b"page")
    found = shelf.shelf().find("ana call")
    assert found is not None and found[0] == b"page" and shelf.shelf().find("ben call") is None
    later = clock.now() + shelf.LONGEST + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert shelf.shelf().find("ana call") is None


def test_the_last_page_stands_and_the_oldest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST", 2)
    for name in ("a", "b", "a", "c"):
        shelf.shelf().keep(name, name.encode())
    assert shelf.shelf().find("b") is None
    assert shelf.shelf().find("a") and shelf.shelf().find("c")
    shelf.shelf().clear()
    assert shelf.shelf().find("a") is None


def _in_another(name: str, said: "multiprocessing.Queue[bytes | None]") -> None:
    there = shelf.shelf()
    found = there.find(name)
    said.put(found[0] if found else None)
    there.keep("back", b"from the child")


def test_a_process_finds_what_another_keeps() -> None:
    shelf.lend()
    shelf.shelf().keep("ana call", b"page")
    context = multiprocessing.get_context("spawn")
    said = context.Queue()
    child = context.Process(target=_in_another, args=("ana call", said))
    child.start()
    assert said.get(timeout=60) == b"page"
    child.join(60)
    found = shelf.shelf().find("back")
    assert found is not None and found[0] == b"from the child"
