"""The board as a film of the past: one hour at a time, imported calls included."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from commonweal.calls import queries as calls
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from commonweal.web.board.rows import past_rows, points
from commonweal.web.ground import ground
from commonweal.web.pages import desk, page
from commonweal.web.session import Request

MOST = 120


@desk("watch_board")
def index(request: Request) -> HttpResponse:
    """One hour of one day, with its slider."""
    found = _hour(request)
    layers = [*ground(), {"name": "calls", "kind": "point", "data": found["points"], "property": "tier"}]
    return page(request, "board/past.html", found | {"layers": layers})


@desk("watch_board")
def film(request: Request) -> HttpResponse:
    """The hour alone, as the slider moves."""
    return page(request, "board/_film.html", _hour(request))


def _hour(request: Request) -> dict[str, Any]:
    span = calls.span_of_history()
    day, hour = _chosen(request, span[1] if span else clock.now())
    start = datetime(day.year, day.month, day.day, hour, tzinfo=timezone.get_current_timezone())
    found = calls.history(start, start + timedelta(hours=1), limit=MOST)
    rows = past_rows(request.actor, found)
    return {
        "rows": rows,
        "derived_by": sorted({row.derived.protocol for row in rows if row.derived}),
        "points": points(rows),
        "day": day,
        "hour": hour,
        "until": (hour + 1) % 24,
        "hidden": len(found) - len(rows),
        "most": MOST,
        "is_cut": len(found) == MOST,
        "first": timezone.localtime(span[0]).date() if span else None,
        "last": timezone.localtime(span[1]).date() if span else None,
        "per_hour": _counts(start, hour),
    }


def _counts(start: datetime, hour: int) -> list[tuple[int, int]]:
    """Calls received in each hour of the day: numbers of calls, about nobody."""
    midnight = start - timedelta(hours=hour)
    starts = [midnight + timedelta(hours=h) for h in range(24)]
    return [(h, calls.count_between(s, s + timedelta(hours=1))) for h, s in enumerate(starts)]


def _chosen(request: Request, latest: datetime) -> tuple[date, int]:
    """Day and hour of the query; the last hour that holds a call where none is named."""
    local = timezone.localtime(latest)
    text, hour = request.GET.get("day", ""), request.GET.get("hour", "")
    try:
        day = date.fromisoformat(text) if text else local.date()
        chosen = int(hour) if hour else local.hour
    except ValueError as fault:
        raise Invalid("day", text or hour, "Write a day as 2025-09-14 and an hour from 0 to 23.") from fault
    if not 0 <= chosen <= 23 or not 1980 <= day.year <= 2100:
        raise Invalid("hour", hour or text, "Choose an hour from 0 to 23 of a day since 1980.")
    return day, chosen
