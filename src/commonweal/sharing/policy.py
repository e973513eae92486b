"""The policy in force: the packs that the site has chosen, compiled once a process."""

from functools import lru_cache
from typing import cast

from django.conf import settings

from commonweal import packs
from commonweal.engines.disclosure import Policy


@lru_cache(maxsize=1)
def current() -> Policy:
    """The base pack and those laid over it (COMMONWEAL_PACKS); state packs may only narrow."""
    read = [cast("dict[str, object]", packs.read(f"policy/{name}.yaml")) for name in settings.POLICY_PACKS]
    return Policy.compile(read)
