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
    """One unit's part in a call: its kind, when it was sent, arrived and cleared, and whose it is."""

    kind: str
    dispatched: datetime
    on_scene: datetime | None
    cleared: datetime | None
    agency: UUID | None = None


def answered(
    permits: Mapping[str, Permit], start: datetime, end: datetime
) -> Iterator[tuple[Counted, tuple[Turn, ...]]]:
    """Every call that `extract` gives, with its units' parts; none where no unit is named (imports)."""
    turns: dict[UUID, tuple[Turn, ...]] = defaultdict(tuple)
    units = {key: (kind, home) for key, kind, home in agencies.units().values_list("id", "kind", "agency")}
    rows = Assignment.objects.filter(call__received__gte=start, call__received__lt=end)
    columns = ("call", "unit", "dispatched", "on_scene", "cleared")
    for call, unit, sent, there, done in bulk.read(rows, columns):
        turns[call] += (Turn(units[unit][0], sent, there, done, units[unit][1]),)
    for call in extract(permits, start, end):
        yield call, turns.get(call.key, ())
