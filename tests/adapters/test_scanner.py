"""The check against malware: clamd on a socket or a port; what cannot tell says so."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.adapters.scanner.deliver import NotTold, look
from commonweal.adapters.scanner.reader import of_clamd
from commonweal.adapters.scanner.writer import COMMAND, PIECE, pieces

EICAR = b"a file that this clamd refuses"


@contextmanager
def clamd(listening: socket.socket, says: bytes | None = None) -> Iterator[list[bytes]]:
    """A clamd for one file: it reads the stream as the protocol has it, and refuses EICAR."""
    heard: list[bytes] = []

    def serve() -> None:
        line, _ = listening.accept()
        with line, line.makefile("rb") as stream:
            assert stream.read(len(COMMAND)) == COMMAND
            whole = b""
            while length := struct.unpack(">I", stream.read(4))[0]:
                whole += stream.read(length)
            heard.append(whole)
            found = b"stream: Eicar-Test-Signature FOUND\0" if whole == EICAR else b"stream: OK\0"
            line.sendall(found if says is None else says)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield heard
    thread.join(5)
    listening.close()


def local(path: Path) -> socket.socket:
    """A socket in a folder, listening."""
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    found.bind(str(path))
    found.listen(1)
    return found


@pytest.mark.parametrize(("content", "clean"), [(b"a letter" * 20_000, True), (EICAR, False)])
def test_clamd_by_its_socket(tmp_path: Path, content: bytes, clean: bool) -> None:
    with clamd(local(tmp_path / "s")) as heard:
        assert look(f"clamd:{tmp_path}/s", content) is clean
    assert heard == [content]


def test_clamd_by_host_and_port() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    with clamd(listening):
        assert look(f"clamd://127.0.0.1:{listening.getsockname()[1]}", b"x")


@pytest.mark.parametrize("says", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK and more\0"])
def test_an_answer_that_says_neither_is_not_clean(tmp_path: Path, says: bytes) -> None:
    with clamd(local(tmp_path / "s"), says), pytest.raises(NotTold):
        look(f"clamd:{tmp_path}/s", b"x")


def test_a_scanner_that_is_away_says_nothing(tmp_path: Path) -> None:
    for scanner in (f"clamd:{tmp_path}/none", "clamd://127.0.0.1:1"):
        with pytest.raises(NotTold):
            look(scanner, b"x")


@given(st.integers(0, 3 * PIECE))
def test_the_stream_holds_the_file_and_ends(size: int) -> None:
    content = bytes(size)
    first, *rest, last = pieces(content)
    assert first == COMMAND and last == b"\0\0\0\0"
    assert b"".join(piece[4:] for piece in rest) == content
    assert all(int.from_bytes(piece[:4], "big") == len(piece) - 4 <= PIECE for piece in rest)


@given(st.binary(max_size=60))
def test_only_the_two_known_answers_count(answer: bytes) -> None:
    said = answer.rstrip(b"\0\r\n ")
    if said != b"stream: OK" and not (said.startswith(b"stream: ") and said.endswith(b" FOUND")):
        with pytest.raises(NotTold):
            of_clamd(answer)
