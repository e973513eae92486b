"""A file that ships, or the site's own of that name in its home: read once, and when it changes."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar, cast

import yaml
from django.conf import settings

from commonweal import packs

T = TypeVar("T")


def in_force(name: str, read: Callable[[object], T]) -> T:
    """What `read` makes of the site's own file where it keeps one, else of ours; its faults are raised."""
    own = Path(settings.COMMONWEAL_HOME) / name
    return cast("T", _kept(name, own, own.stat().st_mtime_ns if own.is_file() else 0, read))


@lru_cache(maxsize=32)
def _kept(name: str, own: Path, changed: int, read: Callable[[object], object]) -> object:
    body = cast(object, yaml.safe_load(own.read_text("utf-8"))) if changed else packs.read(name)
    return read(body)
