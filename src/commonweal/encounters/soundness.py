"""How whole and how timely records of encounters are: counts by agency and month. No row leaves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce

from commonweal.encounters.models import Encounter
from commonweal.engines.measures import Month
from commonweal.kernel import clock
from commonweal.kernel.days import months
from commonweal.sharing import queries as sharing

DAY = timedelta(days=1)
CLOSED = Q(state="closed")
Fields = Mapping[str, tuple[Q, Q]]


def _fields() -> Fields:
    """Which encounters could say it, which do."""
    return {
        "disposition": (CLOSED, ~Q(disposition="")),
        "transport": (CLOSED, ~Q(transport="")),
        "force": (CLOSED, ~Q(force="")),
        "ended": (Q(started_at__lt=clock.now() - DAY), Q(ended_at__isnull=False)),
    }


def soundness(start: datetime, end: datetime, late: timedelta) -> dict[UUID, list[Month]]:
    """Months of each agency, in their order; what is sealed or expunged is in none."""
    fields, found = _fields(), defaultdict[UUID, list[Month]](list)
    for since, until in months(start, end):
        for row in _counted(since, until, late, fields):
            filled = {name: (row[f"{name}_said"], row[f"{name}_of"]) for name in fields}
            found[row["agency"]].append(Month(since.date(), row["rows"], filled, {}, row["late"]))
    return dict(found)


def _counted(
    since: datetime, until: datetime, late: timedelta, fields: Fields
) -> Sequence[Mapping[str, Any]]:
    waited = ExpressionWrapper(
        F("closed_at") - Coalesce(F("ended_at"), F("started_at")), output_field=DurationField()
    )
    wanted = {"rows": Count("id"), "late": Count("id", filter=Q(waited__gt=late))}
    for name, (could, said) in fields.items():
        wanted |= {f"{name}_of": Count("id", filter=could), f"{name}_said": Count("id", filter=could & said)}
    rows = Encounter.objects.filter(started_at__gte=since, started_at__lt=until)
    if barred := sharing.barred("encounter"):
        rows = rows.exclude(id__in=barred)
    return list(rows.alias(waited=waited).values("agency").annotate(**wanted).order_by("agency"))


def doubtful(agency: UUID, name: str, limit: int = 40) -> list[UUID]:
    """Encounters that leave a field open, newest first: ids alone; what they say takes permits."""
    if name not in _fields():
        return []
    could, said = _fields()[name]
    rows = Encounter.objects.filter(could, agency=agency).exclude(said)
    rows = rows.exclude(id__in=sharing.barred("encounter")).order_by("-started_at")
    return list(rows.values_list("id", flat=True)[:limit])
