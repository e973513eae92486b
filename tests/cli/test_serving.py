"""`commonweal serve`: ready when it says so, several processes on one port, and none left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from commonweal.cli import main

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
Serve = Callable[..., tuple[subprocess.Popen[str], int]]


def answers(port: int) -> bool:
    """Whether somebody answers the question of health."""
    line = HTTPConnection("127.0.0.1", port, timeout=10)
    with suppress(OSError):
        line.request("GET", "/health/")
        return line.getresponse().status == 200
    return False


def children(of: int) -> list[int]:
    """The processes that a process has started."""
    return [int(one) for one in Path(f"/proc/{of}/task/{of}/children").read_text().split()]


def until(holds: Callable[[], bool], seconds: float = 40) -> bool:
    """Whether it comes to hold in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return holds()


def bare() -> dict[str, str]:
    """The environment of a shell in which nothing of ours is set."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "COMMONWEAL_HOME")}
    return kept | {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "commonweal.config.settings"}


@pytest.fixture
def serve(tmp_path: Path, new_home: Path) -> Iterator[Serve]:
    """Start a server on a new instance and a free port; it is ready when this returns."""
    started: list[subprocess.Popen[str]] = []
    environment = bare()
    command = [sys.executable, "-m", "commonweal"]
    home = ["--home", str(new_home)]

    def start(*words: str) -> tuple[subprocess.Popen[str], int]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        said = tmp_path / f"{port}.err"
        server = subprocess.Popen(
            [*command, "serve", *home, "--port", str(port), *words],
            env=environment, stdout=subprocess.PIPE, stderr=said.open("w"), text=True,
        )  # fmt: skip
        started.append(server)
        assert server.stdout is not None
        ready = server.stdout.readline().strip()
        assert ready == f"Ready: http://localhost:{port}", said.read_text()[-2000:]
        return server, port

    yield start
    for server in started:
        with suppress(ProcessLookupError):
            server.terminate()
        server.communicate(timeout=40)


def pages_of(server: subprocess.Popen[str]) -> set[int]:
    """The processes of a server that answer pages."""
    found = {one: Path(f"/proc/{one}/cmdline") for one in children(server.pid)}
    return {one for one, words in found.items() if "spawn_main" in words.read_text()}


def test_it_says_ready_when_it_answers_and_refuses_a_port_in_use(serve: Serve, tmp_path: Path) -> None:
    server, port = serve()
    assert answers(port)
    again = subprocess.run(
        [sys.executable, "-m", "commonweal", "serve", "--home", str(tmp_path / "home"), "--port", str(port)],
        capture_output=True, text=True, timeout=60, env=bare(),
    )  # fmt: skip
    assert again.returncode != 0 and "Ready" not in again.stdout
    assert "in use" in again.stderr.lower()
    server.terminate()
    assert server.wait(timeout=40) in (0, -signal.SIGTERM)
    assert not answers(port)


def test_several_processes_share_a_port_are_replaced_and_leave_nobody_behind(serve: Serve) -> None:
    server, port = serve("--processes", "2")
    first = pages_of(server)
    assert len(first) == 2 and all(answers(port) for _ in range(10))
    os.kill(min(first), signal.SIGKILL)
    assert until(lambda: len(pages_of(server) - first) == 1), "one that died is started again"
    assert answers(port)
    left = pages_of(server)
    server.kill()
    assert until(lambda: not any(Path(f"/proc/{one}").exists() for one in left))
    assert not answers(port)


def test_what_cannot_start_says_why_and_ends(serve: Serve, tmp_path: Path) -> None:
    """Not again and again: two processes whose program is broken bring the server down with them."""
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "a2wsgi.py").write_text(
        "def WSGIMiddleware(*pages, **more):\n    raise RuntimeError('no such part today')\n"
    )
    environment = bare()
    environment["PYTHONPATH"] = os.pathsep.join([str(broken), environment.get("PYTHONPATH", "")])
    home = str(tmp_path / "home")
    ended = subprocess.run(
        [sys.executable, "-m", "commonweal", "serve", "--home", home, "--port", "0", "--processes", "2"],
        capture_output=True, text=True, timeout=90, env=environment,
    )  # fmt: skip
    assert ended.returncode == 1 and "Ready" not in ended.stdout
    assert "no such part today" in ended.stderr and "did not start" in ended.stderr


@pytest.mark.parametrize(
    ("words", "set_to", "expected"),
    [
        (["serve", "--port", "8123"], "", "http://localhost:8123"),
        (["demo", "--port=8124"], "", "http://localhost:8124"),
        (["serve"], "", "http://localhost:8000"),
        (["serve", "--port", "8125"], "https://city.example/", "https://city.example"),
    ],
)
def test_links_in_letters_lead_to_the_port_that_answers(
    new_home: Path, words: list[str], set_to: str, expected: str
) -> None:
    """Nobody who serves on another port mails links to a port where nothing listens."""
    asked = [*words, "--home", str(new_home), "--help"]
    source = (
        "import sys; from commonweal.cli.main import main\n"
        f"try: main({asked!r})\nexcept SystemExit: pass\n"
        "from django.conf import settings; print('LINKS', settings.BASE_URL)"
    )
    environment = {k: v for k, v in bare().items() if k != "COMMONWEAL_URL"}
    environment |= {"COMMONWEAL_URL": set_to} if set_to else {}
    done = subprocess.run(
        [sys.executable, "-c", source], env=environment, capture_output=True, text=True, timeout=120
    )
    assert f"LINKS {expected}\n" in done.stdout, done.stderr[-2000:]


@pytest.mark.parametrize(
    ("words", "port"),
    [([], "8000"), (["--port", "81"], "81"), (["--port=82"], "82"), (["--still", "--port", "83"], "83"),
     (["--port"], "8000"), (["--portal", "84"], "8000"), (["--port", "x"], "x")],
)  # fmt: skip
def test_the_port_is_read_before_the_command_is(words: list[str], port: str) -> None:
    assert main.port_of(words) == port
