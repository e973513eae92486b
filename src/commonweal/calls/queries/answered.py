"""Who went to each call, unit by unit, without anybody in it: for counting under its origins' permits."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.calls.models import Assignment
from commonweal.calls.queries.extract import Counted, extract
from commonweal.engines.disclosure import Permit
from commonweal.kernel import bulk


class Turn(NamedTuple):
    """One unit's part in a call: its kind, and when it was sent, arrived and cleared."""

    kind: str
    dispatched: datetime
    on_scene: datetime | None
    cleared: datetime | None


def answered(
    permits: Mapping[str, Permit], start: datetime, end: datetime
) -> Iterator[tuple[Counted, tuple[Turn, ...]]]:
    """Every call that `extract` gives, with its units' parts; none where no unit is named (imports)."""
    turns: dict[UUID, tuple[Turn, ...]] = defaultdict(tuple)
    kinds = dict(agencies.units().values_list("id", "kind"))
    rows = Assignment.objects.filter(call__received__gte=start, call__received__lt=end)
    for call, unit, *times in bulk.read(rows, ("call", "unit", "dispatched", "on_scene", "cleared")):
        turns[call] += (Turn(kinds[unit], *times),)
    for call in extract(permits, start, end):
        yield call, turns.get(call.key, ())
