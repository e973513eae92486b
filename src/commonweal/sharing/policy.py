"""The policy in force: the packs that ship, compiled once a process."""

from functools import lru_cache
from typing import cast

from commonweal import packs
from commonweal.engines.disclosure import Policy


@lru_cache(maxsize=1)
def current() -> Policy:
    """The federal base, then packs that may only narrow, in the order of their names."""
    read = [cast("dict[str, object]", packs.read(f"policy/{name}")) for name in packs.names("policy")]
    return Policy.compile(read)
