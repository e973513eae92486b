"""A brake on guessing: how often an address was wrong within a while, in this process."""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

from django.http import HttpResponse

View = Callable[[Any, str], HttpResponse]
REMEMBERED = 10_000


class Brake:
    """Holds an address after `limit` wrong tries within `seconds`."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit, self._seconds = limit, seconds
        self._tries: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = Lock()

    def note(self, address: str) -> None:
        """Count one wrong try."""
        with self._lock:
            self._tries.setdefault(address, []).append(time.monotonic())
            while len(self._tries) > REMEMBERED:
                self._tries.popitem(last=False)

    def holds(self, address: str) -> bool:
        """Whether this address has to wait."""
        floor = time.monotonic() - self._seconds
        with self._lock:
            recent = [t for t in self._tries.get(address, []) if t > floor]
            if recent:
                self._tries[address] = recent
            return len(recent) >= self._limit

    def forget(self) -> None:
        """Start anew."""
        with self._lock:
            self._tries.clear()
