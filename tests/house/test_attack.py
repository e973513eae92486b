"""The attack run is honest: its planted flaws are real, and what it would overlook is told as missed."""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest
from deploy.attack.__main__ import missed
from deploy.attack.planted import FLAWS, Planted
from deploy.attack.tools import Finding


@pytest.fixture(scope="module")
def planted() -> Iterator[str]:
    """The faulty application, served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Planted)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def get(address: str) -> tuple[int, str]:
    """Status and body; redirects are not followed."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    try:
        with urllib.request.build_opener(Stay).open(address, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, f"{answer.headers.get('Location', '')}{answer.read().decode()}"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/search?q=%27%20OR%20%271%27=%271", 200, "[('bed',)]"),
        ("/search?q=%3Cscript%3E", 200, "<script>"),
        ("/search?q=%27", 500, "sqlite3.OperationalError"),
        ("/read?file=../../Makefile", 200, ".DEFAULT_GOAL"),
        ("/go?to=https://elsewhere.example/", 302, "elsewhere.example"),
        ("/api/items/2", 500, "IndexError"),
        ("/api/items/9", 200, "title"),
    ],
)
def test_each_flaw_is_there(planted: str, path: str, status: int, words: str) -> None:
    found, body = get(planted + path)
    assert found == status and words in body


def test_a_flaw_that_no_tool_found_is_named() -> None:
    everything = [Finding(tool, words, "") for tool, flaws in FLAWS.items() for words in flaws]
    assert not missed(everything)
    assert missed(everything[1:]) == [f"{everything[0].tool}: {everything[0].what}"]
    assert len(missed([])) == len(everything)


@pytest.mark.parametrize(
    "what", ["SQL Injection", "Reflected Cross Site Scripting", "Server error", "injectable"]
)
def test_what_anybody_could_use_is_high(what: str) -> None:
    assert Finding("t", what, "").is_high and not Finding("t", "Clickjacking Protection", "").is_high
