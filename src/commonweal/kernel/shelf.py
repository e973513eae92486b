"""What the processes of one server keep together in memory: bytes by a name, never on a disk.

One process keeps a shelf of its own. A server of several opens one in the process that started them
(`lend`), and those find it by a socket that only this user can open, with a key of this run.
"""

import os
import secrets
import shutil
import tempfile
import threading
from collections import OrderedDict
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from multiprocessing import parent_process
from multiprocessing.managers import BaseManager
from multiprocessing.util import Finalize
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from commonweal.kernel import clock

LONGEST = timedelta(hours=12)
MOST = 500  # things on the shelf; the oldest goes first
NAMES = ("keep", "find", "clear")
_WHERE, _KEY = "COMMONWEAL_SHELF", "COMMONWEAL_SHELF_KEY"


class Keeps(Protocol):
    """A shelf, here or in another process."""

    def keep(self, name: str, body: bytes) -> None:
        """Put bytes there under a name, with the present moment; what stood there is gone."""

    def find(self, name: str) -> tuple[bytes, datetime] | None:
        """The bytes and when they were put there; None for what is not there or older than `LONGEST`."""

    def clear(self) -> None:
        """Nothing stands there any more."""


class Shelf:
    """A shelf in this process; safe for threads."""

    def __init__(self) -> None:
        self._bodies: OrderedDict[str, tuple[bytes, datetime]] = OrderedDict()
        self._lock = Lock()

    def keep(self, name: str, body: bytes) -> None:
        """As Keeps has it."""
        with self._lock:
            self._bodies[name] = (body, clock.now())
            self._bodies.move_to_end(name)
            while len(self._bodies) > MOST:
                self._bodies.popitem(last=False)

    def find(self, name: str) -> tuple[bytes, datetime] | None:
        """As Keeps has it."""
        with self._lock:
            found = self._bodies.get(name)
        return found if found and clock.now() - found[1] <= LONGEST else None

    def clear(self) -> None:
        """As Keeps has it."""
        with self._lock:
            self._bodies.clear()


class _Room(BaseManager):
    """The door between processes."""

    if TYPE_CHECKING:  # the library makes it when it is registered

        def shelf(self) -> Keeps:
            """The shelf on the other side."""


class _Lent:
    """The shelf of the process that started this one; without it nothing is kept, and nothing found."""

    def __init__(self) -> None:
        _Room.register("shelf", exposed=NAMES)
        room = _Room(os.environ[_WHERE], bytes.fromhex(os.environ[_KEY]))
        room.connect()
        self._shelf: Keeps = room.shelf()

    def keep(self, name: str, body: bytes) -> None:
        """As Keeps has it."""
        with suppress(OSError, EOFError):
            self._shelf.keep(name, body)

    def find(self, name: str) -> tuple[bytes, datetime] | None:
        """As Keeps has it."""
        with suppress(OSError, EOFError):
            return self._shelf.find(name)
        return None

    def clear(self) -> None:
        """As Keeps has it."""
        with suppress(OSError, EOFError):
            self._shelf.clear()


_own = Shelf()


def lend() -> None:
    """Open this process's shelf to the processes that it starts from now on."""
    folder = Path(tempfile.mkdtemp(prefix="commonweal-"))  # only this user may enter it
    Finalize(None, shutil.rmtree, (folder, True), exitpriority=-100)  # after the socket's own
    key = secrets.token_bytes(32)
    _Room.register("shelf", callable=lambda: _own, exposed=NAMES)
    server = _Room(str(folder / "shelf"), key).get_server()
    threading.Thread(target=server.serve_forever, name="shelf", daemon=True).start()
    os.environ[_WHERE], os.environ[_KEY] = str(folder / "shelf"), key.hex()


@lru_cache(maxsize=1)
def shelf() -> Keeps:
    """The shelf of this server: that of the process which started this one, where it has lent its own."""
    return _Lent() if parent_process() is not None and _WHERE in os.environ else _own
