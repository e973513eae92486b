"""Who went to each call, unit by unit, without anybody in it: for counting under its origins' permits."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from commonweal.agencies import queries as agencies
from commonweal.calls.models import Assignment
from commonweal.calls.queries.extract import Counted, counted, opened
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
    permits: Mapping[str, Permit], start: datetime, end: datetime, met_by: Collection[str] = ()
) -> Iterator[tuple[Counted, tuple[Turn, ...]]]:
    """Every call that `extract` gives, with its units' parts; none where no unit is named (imports).

    With kinds of unit in `met_by`, only the calls at which one of such a kind arrived: the rest stays in the
    database.
    """
    rows = opened(permits, start, end)
    parts = Assignment.objects.filter(call__received__gte=start, call__received__lt=end)
    if met_by:
        there = Assignment.objects.filter(unit__kind__in=met_by, on_scene__isnull=False).values("call")
        rows, parts = rows.filter(id__in=there), parts.filter(call__in=there)
    turns = _turns(parts)
    sent = {call: frozenset(turn.kind for turn in told) for call, told in turns.items()}
    for call in counted(permits, rows, sent):
        yield call, turns.get(call.key, ())


def _turns(parts: QuerySet[Assignment]) -> Mapping[UUID, tuple[Turn, ...]]:
    found: dict[UUID, tuple[Turn, ...]] = defaultdict(tuple)
    units = {key: (kind, home) for key, kind, home in agencies.units().values_list("id", "kind", "agency")}
    for call, unit, sent, there, done in bulk.read(
        parts, ("call", "unit", "dispatched", "on_scene", "cleared")
    ):
        found[call] += (Turn(units[unit][0], sent, there, done, units[unit][1]),)
    return found
