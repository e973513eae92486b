"""A month of calls as rows of the extract: opaque keys, hours for times, no place or nature that is rare."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from commonweal.calls import queries as calls
from commonweal.engines.foresight import hour_of_week

SMALL = 11  # fewer calls of one kind in one place and month stand without that place
RARE = "other"


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call in the extract. `hour` is the hour it came in (UTC); durations are whole minutes, or None."""

    key: str
    hour: datetime
    hour_of_week: int
    nature: str
    cell: str
    area: str
    source: str
    discipline: str
    tier: str
    response: str
    is_behavioural: bool | None
    is_cancelled: bool
    is_duplicate: bool
    minutes_to_dispatch: int | None
    minutes_to_scene: int | None
    minutes_to_clear: int | None


COLUMNS = tuple(CallLine.__dataclass_fields__)


def lines(
    found: Iterable[calls.Counted], zone: ZoneInfo, secret: bytes, small: int = SMALL
) -> list[CallLine]:
    """The calls of one month, guarded, by hour and key. No agency, unit, number or exact time is left."""
    told = sorted((_line(call, zone, secret) for call in found), key=lambda one: (one.hour, one.key))
    return guarded(told, small)


def guarded(found: Sequence[CallLine], small: int = SMALL) -> list[CallLine]:
    """The same lines: rare natures named `other`, no cell or area that fewer than `small` of one share."""
    natures = Counter(one.nature for one in found)
    named = [one if natures[one.nature] >= small else replace(one, nature=RARE) for one in found]
    cells = Counter((one.nature, one.cell) for one in named)
    areas = Counter((one.nature, one.area) for one in named)
    return [
        replace(
            one,
            cell=one.cell if cells[one.nature, one.cell] >= small else "",
            area=one.area if areas[one.nature, one.area] >= small else "",
        )
        for one in named
    ]


def digest(found: Sequence[CallLine]) -> str:
    """SHA-256 of the lines: the same digest, the same rows."""
    seal = hashlib.sha256()
    for one in found:
        seal.update(repr(tuple(asdict(one).values())).encode())
    return seal.hexdigest()


def _line(call: calls.Counted, zone: ZoneInfo, secret: bytes) -> CallLine:
    return CallLine(
        key=hmac.digest(secret, call.key.bytes, "sha256").hex()[:32],
        hour=call.received.astimezone(UTC).replace(minute=0, second=0, microsecond=0),
        hour_of_week=hour_of_week(call.received, zone),
        nature=call.nature, cell=call.cell, area=call.area, source=call.source, discipline=call.discipline,
        tier=call.tier, response=call.response, is_behavioural=call.is_behavioural,
        is_cancelled=call.is_cancelled, is_duplicate=call.is_duplicate,
        minutes_to_dispatch=_minutes(call.received, call.dispatched),
        minutes_to_scene=_minutes(call.received, call.on_scene),
        minutes_to_clear=_minutes(call.received, call.cleared),
    )  # fmt: skip


def _minutes(start: datetime, end: datetime | None) -> int | None:
    """Whole minutes from one moment to another; None where the other never came, or came before."""
    return None if end is None or end < start else int((end - start).total_seconds() // 60)
