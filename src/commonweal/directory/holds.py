"""How long a place may be held for one person: the site's rule, and the provider's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import yaml
from django.conf import settings

from commonweal import packs
from commonweal.directory.models import Service
from commonweal.kernel.errors import Invalid

NAME = "holds.yaml"
DAY = 24 * 60  # minutes: whatever a site writes, a hold is no reservation for next week


@dataclass(frozen=True, slots=True)
class HoldRule:
    """Minutes by the unit of room, and the most that any provider may set."""

    most: int
    minutes: Mapping[str, int]

    def usual(self, unit: str) -> int:
        """Minutes for one unit of room, as the site has it."""
        return min(self.minutes.get(unit, self.minutes["other"]), self.most)


def rule() -> HoldRule:
    """The site's own file in its home, else the one that ships."""
    own = Path(settings.COMMONWEAL_HOME) / NAME
    return _rule(own, own.stat().st_mtime_ns if own.is_file() else 0)


@lru_cache(maxsize=4)
def _rule(own: Path, written: int) -> HoldRule:
    """Read once for each time the file was written; 0 for the one that ships."""
    read = yaml.safe_load(own.read_text("utf-8")) if written else packs.read(f"directory/{NAME}")
    try:
        return _read(cast("dict[str, Any]", read))
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        remedy = "Write most and minutes (beds, other) as the file that ships, in whole minutes up to a day."
        raise Invalid(NAME, str(wrong), remedy) from wrong


def _read(found: Mapping[str, Any]) -> HoldRule:
    minutes = {str(unit): int(value) for unit, value in found["minutes"].items()}
    most = int(found["most"])
    if "other" not in minutes or not all(0 < n <= DAY for n in (most, *minutes.values())):
        raise ValueError(f"most {most}, minutes {minutes}")
    return HoldRule(most, minutes)


def minutes_at(service: Service) -> int:
    """How long this service holds a place: the provider's word where there is one; 0 where it holds none."""
    site = rule()
    own = service.hold_minutes
    return site.usual(service.capacity_unit) if own is None else min(own, site.most)


def span_at(service: Service) -> timedelta:
    """The same as a span."""
    return timedelta(minutes=minutes_at(service))
