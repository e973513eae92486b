"""A funder's form at the desk: filled from the metrics, answered by hand where none speaks, and exported."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel import days
from commonweal.kernel.errors import Conflict, Invalid
from commonweal.planning import actions, queries
from commonweal.planning.queries import Grant, GrantItem
from commonweal.web.numbers import said
from commonweal.web.pages import csv_response, desk, page
from commonweal.web.session import Request

HEADINGS = (
    "question", "text", "answer", "low", "high", "unit", "numerator", "denominator", "metric", "version",
    "hidden", "by_hand", "reason_by_hand", "answered_by", "answered_on", "first_day", "last_day",
)  # fmt: skip


def told_form(request: Request, item: GrantItem) -> dict[str, Any]:
    """The form as it was filed; else drafted now."""
    kept = item.filed.get("form") if item.filed else None
    return dict(kept) if kept else actions.draft_form(by=request.actor, item=item)


@desk("plan")
def form(request: Request, grant_id: UUID, item_id: UUID) -> HttpResponse:
    """Choose the form; read what the metrics answer; answer the rest by hand."""
    found = queries.grant(grant_id)
    item = queries.grant_item(found, str(item_id))
    if item.kind != "report":
        return redirect("planner:grant", found.id)
    problem = ""
    if request.method == "POST":
        try:
            _act(request, item)
        except (Invalid, Conflict) as fault:
            problem = str(fault)
        else:
            flash.success(request, _("Kept."))
            return redirect("planner:funder_form", found.id, item.id)
    return _shown(request, found, item, problem)


def _act(request: Request, item: GrantItem) -> None:
    by, given = request.actor, request.POST
    if given.get("act") == "choose":
        actions.use_form(by=by, item=item.id, form=given.get("form", ""))
    else:
        actions.answer_question(
            by=by, item=item.id, question=given.get("question", ""), text=given.get("text", ""),
            note=given.get("note", ""),
        )  # fmt: skip


def _shown(request: Request, found: Grant, item: GrantItem, problem: str) -> HttpResponse:
    told = told_form(request, item) if item.form else None
    context = {
        "grant": found,
        "item": item,
        "forms": form_titles(),
        "title": in_words(told["title"]) if told else "",
        "sections": _sections(told) if told else [],
        "left": len(queries.open_questions(told)) if told else 0,
        "problem": problem,
        "given": request.POST,
    }
    return page(request, "planner/funder_form.html", context, status=400 if problem else 200)


def form_titles() -> list[tuple[str, str]]:
    """Every form that ships: code and title."""
    return [(code, in_words(one.title)) for code, one in queries.funder_forms().items()]


def in_words(texts: Mapping[str, str]) -> str:
    """Words of a form in the reader's language."""
    return texts.get((get_language() or "en").split("-")[0], texts["en"])


def _sections(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = agencies.names(sorted({row["hand"]["by"] for row in _rows(told) if row["hand"]}))
    return [
        {
            "title": in_words(section["title"]),
            "answers": [
                {**row, "words": in_words(row["text"]), "shown": shown(row), **_hand(row, names)}
                for row in section["answers"]
            ],
        }
        for section in told["sections"]
    ]


def _hand(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    """Why a person answers, and who did, when."""
    why, hand = in_words(row["why_hand"]) if row["why_hand"] else "", row["hand"]
    by = {"who": names.get(hand["by"], ""), "on": days.said(_day(row))} if hand else {}
    return {"why": why, **by}


def _rows(told: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (row for section in told["sections"] for row in section["answers"])


def _day(row: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(row["hand"]["at"])


def shown(row: Mapping[str, Any]) -> str:
    """What a metric answers, in words; empty where it answers nothing."""
    if not row["metric"]:
        return ""
    if row.get("hidden"):
        return _("too few to tell")
    if row.get("value") is None:
        return _("nothing to count in these days")
    if row["unit"] == "count":
        return said(row["value"])
    words = {"share": "%", "minutes": _("min"), "hours": _("hours"), "days": _("days")}
    return f"{said(row['value'], 1)} {words[row['unit']]}"


@desk("plan")
def form_file(request: Request, grant_id: UUID, item_id: UUID) -> HttpResponseBase:
    """The form as a table: each answer with its metric, its numbers, and who answered by hand."""
    item = queries.grant_item(queries.grant(grant_id), str(item_id))
    told = told_form(request, item)
    names = agencies.names(sorted({row["hand"]["by"] for row in _rows(told) if row["hand"]}))
    lines = [_line(row, item, names) for row in _rows(told)]
    return csv_response(f"{told['form']}-{item.ends}", HEADINGS, lines)


def _line(row: Mapping[str, Any], item: GrantItem, names: Mapping[str, str]) -> list[object]:
    hand = row["hand"] or {}
    counted = [row.get(name) for name in ("value", "low", "high", "unit", "numerator", "denominator")]
    return [
        row["code"], in_words(row["text"]), *counted, row["metric"], row.get("version"),
        "yes" if row.get("hidden") else "", hand.get("text"),
        hand.get("note") or (in_words(row["why_hand"]) if row["why_hand"] else ""),
        names.get(hand.get("by", ""), ""), str(hand.get("at", ""))[:10], item.starts, item.ends,
    ]  # fmt: skip
