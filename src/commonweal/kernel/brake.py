"""A brake on guessing: how often an address was wrong within a while, counted by every process together.

Each wrong try takes the first free place of its address; taking one is atomic in the cache's table, so that
guesses sent at once are counted one by one. Addresses stand there as keyed digests, and go by themselves.
"""

from dataclasses import dataclass

from django.core.cache import cache
from django.utils.crypto import salted_hmac


@dataclass(frozen=True, slots=True)
class Brake:
    """Holds an address for up to `seconds` after `limit` wrong tries within `seconds`; `name` is its own."""

    name: str
    limit: int
    seconds: int

    def note(self, address: str) -> None:
        """Count one wrong try."""
        for place in self._places(address):
            if cache.add(place, 1, self.seconds):
                return

    def holds(self, address: str) -> bool:
        """Whether this address has to wait: its last place was taken within the while."""
        return cache.get(self._places(address)[-1]) is not None

    def forget(self, address: str) -> None:
        """Let an address start anew."""
        cache.delete_many(self._places(address))

    def _places(self, address: str) -> list[str]:
        digest = salted_hmac(f"brake {self.name}", address).hexdigest()[:32]
        return [f"brake:{self.name}:{digest}:{place}" for place in range(self.limit)]
