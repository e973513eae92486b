"""How whole, how timely and how possible calls are: counts by agency, source and month. No row leaves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Coalesce

from commonweal.calls.models import OPEN_STATES, Call
from commonweal.calls.queries.extract import kind_of
from commonweal.engines.measures import Month
from commonweal.kernel.days import months
from commonweal.sharing import queries as sharing

Source = tuple[UUID, str]
ORDER = ("received", "dispatched", "enroute", "on_scene", "cleared")
OVER = ~Q(state__in=[*OPEN_STATES, "transferred"])
SENT = Q(dispatched__isnull=False) & OVER & ~Q(state="cancelled")
FIELDS = {  # name: which calls could say it, which do
    "nature": (Q(), ~Q(nature="")),
    "block_address": (Q(), ~Q(block="")),
    "on_scene": (SENT, Q(on_scene__isnull=False)),
    "cleared": (OVER, Q(cleared__isnull=False)),
    "dispositions": (OVER, ~Q(dispositions=[])),
}
PAIRS = [(a, b) for place, a in enumerate(ORDER) for b in ORDER[place + 1 :]]


def soundness(start: datetime, end: datetime, late: timedelta) -> dict[Source, list[Month]]:
    """Months of each agency and source, in their order; sealed, expunged and lifeline calls are in none."""
    odd = _findings(_rows(start, end))
    found: dict[Source, list[Month]] = defaultdict(list)
    for since, until in months(start, end):
        for row in _counted(since, until, late):
            source, first = (row["agency"], row["source_system"]), since.date()
            pairs = {(b, f"before {a}"): row[f"{b}_before_{a}"] for a, b in PAIRS}
            filled = {name: (row[f"{name}_said"], row[f"{name}_of"]) for name in FIELDS}
            told = odd.get((source, first), {})
            doubted = {key: max(pairs.get(key, 0), told.get(key, 0)) for key in pairs.keys() | told.keys()}
            found[source].append(Month(first, row["rows"], filled, doubted, row["late"]))
    return dict(found)


def _rows(start: datetime, end: datetime) -> QuerySet[Call]:
    rows = Call.objects.filter(received__gte=start, received__lt=end).exclude(source="lifeline_988")
    barred = sharing.barred("call")
    return rows.exclude(id__in=barred) if barred else rows


def _counted(since: datetime, until: datetime, late: timedelta) -> Sequence[Mapping[str, Any]]:
    """One month of every source. Moments are only reckoned with where constants do not tell.

    Only calls taken here can be kept late: what a file brings is as old as the file, which is no fault of it.
    """
    waited = ExpressionWrapper(
        F("created_at") - Coalesce(F("cleared"), F("received")), output_field=DurationField()
    )
    is_late = Q(created_at__gt=until + late) | (Q(created_at__gt=since + late) & Q(waited__gt=late))
    is_late &= Q(source_system="")
    wanted = {"rows": Count("id"), "late": Count("id", filter=is_late)}
    for name, (could, said) in FIELDS.items():
        wanted |= {f"{name}_of": Count("id", filter=could), f"{name}_said": Count("id", filter=could & said)}
    for a, b in PAIRS:
        wanted[f"{b}_before_{a}"] = Count("id", filter=Q(**{f"{b}__lt": F(a)}))
    grouped = _rows(since, until).alias(waited=waited).values("agency", "source_system").annotate(**wanted)
    return list(grouped.order_by("agency", "source_system"))


def _findings(rows: QuerySet[Call]) -> Mapping[tuple[Source, date], Mapping[tuple[str, str], int]]:
    """What importers doubted, by kind; an impossible order that they kept is met once, not twice."""
    found: dict[tuple[Source, date], dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    listed = rows.exclude(findings=[]).values_list("agency", "source_system", "received", "findings")
    for agency, source, received, findings in listed.iterator(chunk_size=5_000):
        first = received.astimezone(UTC).date().replace(day=1)
        for kind in {(str(one["field"]), kind_of(str(one["problem"]))) for one in findings}:
            found[(agency, source), first][kind] += 1
    return found


def doubtful(agency: UUID, source: str, kind: str, name: str, problem: str, limit: int = 40) -> list[UUID]:
    """Calls in which a doubt is met, newest first: ids alone; what they say takes permits."""
    rows, barred = Call.objects.filter(agency=agency, source_system=source), sharing.barred("call")
    told = _told(rows.exclude(findings=[]), name, problem, limit) if kind in ("order", "unreadable") else []
    if kind == "missing" and name in FIELDS:
        could, said = FIELDS[name]
        rows = rows.filter(could).exclude(said)
    elif kind == "order" and (name, problem) in {(b, f"before {a}") for a, b in PAIRS}:
        rows = rows.filter(**{f"{name}__lt": F(problem.removeprefix("before "))})
    else:
        return told
    found = rows.exclude(id__in=barred).order_by("-received").values_list("id", flat=True)[:limit]
    return list(dict.fromkeys([*found, *told]))[:limit]


def _told(rows: QuerySet[Call], name: str, problem: str, limit: int) -> list[UUID]:
    found, barred = [], sharing.barred("call")
    for key, listed in rows.order_by("-received").values_list("id", "findings")[:5_000]:
        if key not in barred and any(_is(one, name, problem) for one in listed):
            found.append(key)
    return found[:limit]


def _is(one: Mapping[str, object], name: str, problem: str) -> bool:
    return one["field"] == name and kind_of(str(one["problem"])) == problem
