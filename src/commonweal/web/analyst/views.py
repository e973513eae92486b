"""Insight: where need is, hour by hour, without names; where no service with room is near."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonweal.calls import queries as calls
from commonweal.directory import queries as directory
from commonweal.evaluation import queries as evaluation
from commonweal.evaluation.queries import Opened, Standing
from commonweal.foresight import actions, queries
from commonweal.foresight.queries import Picture, Question
from commonweal.kernel.errors import Invalid
from commonweal.places import queries as places
from commonweal.sharing.queries import floor
from commonweal.web import cells
from commonweal.web.analyst.asking import PARTS, SPANS, asked, choices
from commonweal.web.analyst.clock import clock_rows, sentence, shown_hours
from commonweal.web.numbers import percent
from commonweal.web.pages import csv_response, desk, page
from commonweal.web.session import Request

COLOURS = ["#dceef2", "#a9d3dd", "#6fb2c2", "#3d8ea3", "#0b5a73", "#07323f"]
UNMET = "#b45309"


def _seen(request: Request) -> tuple[Question, Picture, Standing]:
    question, permits = asked(request), actions.open_set(by=request.actor)
    picture = queries.picture(permits, question)
    return question, picture, evaluation.standing(Opened({"call_facts": permits}, {}))


@desk("see_insight", "offer_outreach")
def index(request: Request) -> HttpResponse:
    """The map of need with its table and the clock of the week; a clinician comes to the outreach list."""
    if not request.actor.may("see_insight"):
        return redirect("analyst:outreach")
    question, seen, standing = _seen(request)
    shown = actions.shown(by=request.actor, counts=dict(seen.natures))
    names = dict(calls.natures())
    context = {
        "question": question,
        "seen": seen,
        "standing": standing,
        "least": floor(),
        "sentence": sentence(seen),
        "rows": _rows(seen),
        "listed": _named(_rows(seen)[:25]),
        "layers": _layers(_rows(seen)),
        "clock": clock_rows(seen.hours),
        "by_hour": shown_hours(seen.hours),
        "hours": [f"{hour:02d}" for hour in range(24)],
        "natures": [
            (names.get(c) or _("not known"), n if c in shown else None) for c, n in seen.natures[:15]
        ],
        "hidden": sum(c.hidden for c in seen.need.cells) if seen.need else 0,
        **_form(request),
    }
    return page(request, "analyst/index.html", context)


@desk("see_insight")
def method(request: Request) -> HttpResponse:
    """Which map is shown and why: every model's back-test on this site's calls beside the naive count."""
    told = queries.proof(actions.open_set(by=request.actor), asked(request))
    return page(request, "analyst/method.html", {"told": told, **_form(request)})


def _form(request: Request) -> dict[str, Any]:
    return {
        "parts": [(code, name) for code, (name, _hours) in PARTS.items()],
        "part": request.GET.get("part", "week"),
        "choices": choices(),
        "about": request.GET.get("about", "behavioural"),
        "spans": SPANS,
        "weeks": int(request.GET.get("weeks", "13")),
        "query": request.GET.urlencode(),
    }


def _rows(seen: Picture) -> list[dict[str, Any]]:
    """Cells with numbers that may be shown, most need first."""
    if seen.need is None:
        return []
    return [
        {
            "cell": c.cell, "count": c.count, "per_week": round(c.per_week, 2),
            "low": round(c.interval.low, 2), "high": round(c.interval.high, 2),
        }
        for c in seen.need.cells
        if c.count is not None and c.per_week is not None and c.interval is not None
    ]  # fmt: skip


def _named(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a table with where each cell lies: nobody knows a cell by its code."""
    named = [(row, places.cell_named(row["cell"])) for row in rows]
    return [{**row, "beat": beat, "landmark": landmark} for row, (beat, landmark) in named]


def _layers(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    base = {"name": "base", "kind": "base", "data": places.base_map(("county", "city", "district"))}
    numbers = sorted(row["count"] for row in rows)
    marks = sorted({numbers[len(numbers) * n // 6] for n in range(6)}) if numbers else []
    stops = [[mark, COLOURS[n]] for n, mark in enumerate(marks)]
    need = {"name": "need", "kind": "cell", "property": "count", "stops": stops, "data": cells.cells(rows)}
    return [base, need] if rows else [base]


@desk("see_insight")
def deserts(request: Request) -> HttpResponse:
    """Need far from a service with room."""
    question, seen, standing = _seen(request)
    topics = directory.vocabulary()
    topic = request.GET.get("need", "")
    if topic and topic not in {t.code for t in topics.values()}:
        raise Invalid("need", topic, "Choose one of the listed needs.")
    minutes = request.GET.get("minutes", "15")
    if minutes not in ("10", "15", "20", "30", "45"):
        raise Invalid("minutes", minutes, "Use 10, 15, 20, 30 or 45.")
    unknown = request.GET.get("unknown") == "yes"
    found = queries.deserts(seen.need, topic, float(minutes), count_unknown=unknown) if seen.need else None
    rows = (
        [{"cell": c.cell, "count": int(c.need), "minutes": c.minutes} for c in found.cells if c.beyond]
        if found
        else []
    )
    layers = _layers(_rows(seen))
    if rows:
        far = {
            "name": "far", "title": _("No service near"), "kind": "cell", "colour": UNMET, "opacity": 0.75,
            "data": cells.cells(rows),
        }  # fmt: skip
        layers.append(far)
    context = {
        "question": question, "seen": seen, "found": found, "rows": _named(rows[:50]), "layers": layers,
        "topics": [(t.code, t.name(get_language() or "en")) for t in topics.values()],
        "topic": topic, "minutes": int(minutes), "unknown": unknown,
        "limits": (10, 15, 20, 30, 45), "standing": standing,
        "share": percent(found.share_beyond) if found and found.share_beyond is not None else None,
        **_form(request),
    }  # fmt: skip
    return page(request, "analyst/deserts.html", context)


@desk("see_insight")
def as_csv(request: Request) -> HttpResponseBase:
    """The table of the map as a file: totals by cell, nothing below eleven."""
    rows = _exported(request, "csv")
    header = ["cell", "count", "per_week", "low", "high"]
    return csv_response("need", header, ([row[name] for name in header] for row in rows))


@desk("see_insight")
def as_geojson(request: Request) -> HttpResponseBase:
    """The map as GeoJSON: totals by cell, nothing below eleven."""
    found = cells.cells(_exported(request, "geojson"))
    return JsonResponse(found, content_type="application/geo+json")


def _exported(request: Request, form: str) -> list[dict[str, Any]]:
    _question, seen, _standing = _seen(request)
    rows = _rows(seen)
    shown = actions.shown(by=request.actor, counts={row["cell"]: row["count"] for row in rows})
    kept = [row for row in rows if row["cell"] in shown]
    actions.note_export(by=request.actor, form=form, cells=len(kept))
    return kept
