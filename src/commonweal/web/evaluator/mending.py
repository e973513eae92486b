"""The work queue for data quality: faults by agency and field, corrected at the source or explained."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.evaluation import actions, queries
from commonweal.evaluation.queries import Opened, QualityItem
from commonweal.kernel import codes, days
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid
from commonweal.web.pages import desk, id_of, page, paged
from commonweal.web.session import Request

MENDERS = ("evaluate", "keep_records", "supervise", "administer", "work_field", "work_cases")
MOST_RECORDS = 20
GRAINS = {
    "call": gettext_lazy("calls"),
    "encounter": gettext_lazy("encounters"),
    "import": gettext_lazy("rows"),
}
PLACES = {"call": ("watch_board", "board:call"), "encounter": ("work_field", "field:encounter")}


def opened_for(actor: Actor) -> Opened | None:
    """The sets of other agencies, for whoever evaluates; none for the others, who see their own."""
    return actions.open_sets(by=actor) if actor.may("evaluate") else None


def titled(item: QualityItem) -> str:
    """What is wrong, in words: field and fault."""
    if item.problem.startswith("before "):
        problem = _("before: %(stage)s") % {"stage": codes.in_sentence(item.problem.removeprefix("before "))}
    else:
        problem = codes.in_sentence(item.problem)
    return f"{codes.said(item.field)}: {problem}"


@desk(*MENDERS)
def queue(request: Request) -> HttpResponse:
    """Faults that wait first, of the own agency, and for evaluators of every agency that opens its set."""
    by, state = request.actor, request.GET.get("state", "open")
    rows = queries.faults(by, opened_for(by))
    every = list(rows.values_list("state", "agency"))
    if state not in ("open", "all", *queries.QUALITY_STATES):
        raise Invalid("state", state, _("Choose from the list."))
    if state == "open":
        rows = rows.filter(state__in=["open", "taken", "corrected"])
    elif state != "all":
        rows = rows.filter(state=state)
    chosen = request.GET.get("agency", "")
    homes = {str(agency): name for agency, name in _names({a for _s, a in every}).items()}
    if chosen and chosen not in homes:
        raise Invalid("agency", chosen, _("Choose from the list."))
    if chosen:
        rows = rows.filter(agency=id_of("agency", chosen))
    found = paged(request, rows)
    known = actions.numbers(by=by, items=found.items)
    names = agencies.names([item.taken_by for item in found.items if item.taken_by])
    context = {
        "rows": [(item, titled(item), known[item.id], names.get(item.taken_by, "")) for item in found.items],
        "page": found,
        "counts": {name: sum(s == name for s, _a in every) for name in queries.QUALITY_STATES},
        "state": state,
        "homes": homes if len(homes) > 1 else {},
        "chosen": chosen,
        "may_look": by.may("evaluate"),
    }
    return page(request, "evaluator/queue.html", context)


def _names(ids: set[UUID]) -> dict[UUID, str]:
    return {agency.id: agency.name for agency in agencies.agencies() if agency.id in ids}


@desk(*MENDERS)
def fault(request: Request, fault: UUID) -> HttpResponse:
    """One fault: how often by month, the records that the reader may open, and what somebody did about it."""
    return _shown(request, queries.fault(request.actor, fault, opened_for(request.actor)))


def _shown(request: Request, item: QualityItem, problem: str = "", status: int = 200) -> HttpResponse:
    by, reason = request.actor, queries.reasons().get(item.reason)
    names = agencies.names([one for one in (item.taken_by, item.settled_by) if one])
    context = {
        "item": item,
        "title": titled(item),
        "number": actions.numbers(by=by, items=[item])[item.id],
        "months": _by_month(by, item),
        "is_share": any(of for _month, _number, of in item.met),
        "links": _links(by, item),
        "grain": GRAINS[item.grain],
        "taken_by": names.get(item.taken_by, ""),
        "settled_by": names.get(item.settled_by, ""),
        "reason": reason and _said(reason.words),
        "is_standing": bool(reason and reason.standing),
        "reasons": [(one.code, _said(one.words), one.standing) for one in queries.reasons().values()],
        "may_mend": queries.may_mend(by, item),
        "is_mine": item.taken_by in ("", by.id),
        "problem": problem,
        "given": request.POST,
    }
    return page(request, "evaluator/fault.html", context, status=status)


def _said(words: Any) -> str:
    return str(words[(get_language() or "en").split("-")[0]])


def _by_month(by: Actor, item: QualityItem) -> list[tuple[str, float | None, None, None]]:
    """The share of a month's records, or their number where there is no share; hidden months left blank."""
    return [
        (days.said(date.fromisoformat(month)), _height(number, of), None, None)
        for month, number, of in actions.series(by=by, item=item)
    ]


def _height(number: int | None, of: int | None) -> float | None:
    if number is None:
        return None
    return round(100 * number / of, 1) if of else float(number)


def _links(by: Actor, item: QualityItem) -> list[str]:
    """Addresses of records for somebody of the agency who works with them: each page asks the gate itself."""
    permission, name = PLACES.get(item.grain, ("", ""))
    if not name or by.agency != item.agency_id or not by.may(permission):
        return []
    return [reverse(name, args=[one]) for one in queries.records(item)[:MOST_RECORDS]]


@desk(*MENDERS)
@require_POST
def mend(request: Request, fault: UUID) -> HttpResponse:
    """Take it, give it back, say it was corrected, or explain it."""
    item = queries.fault(request.actor, fault, opened_for(request.actor))
    try:
        _act(request, item.id)
    except (Invalid, Conflict) as wrong:
        return _shown(request, item, str(wrong), 409 if isinstance(wrong, Conflict) else 400)
    flash.success(request, _("Kept."))
    return redirect("evaluator:fault", item.id)


def _act(request: Request, item: UUID) -> None:
    by, said = request.actor, request.POST
    act, note = said.get("act", ""), said.get("note", "")
    if act == "take":
        actions.take_fault(by=by, item=item)
    elif act == "give_back":
        actions.give_back_fault(by=by, item=item)
    elif act == "correct":
        actions.correct_fault(by=by, item=item, note=note)
    else:
        actions.explain_fault(by=by, item=item, reason=said.get("reason", ""), note=note)


@desk("evaluate")
@require_POST
def look(request: Request) -> HttpResponse:
    """Look through every agency's records now."""
    number = actions.look_for_faults(by=request.actor)
    flash.success(request, _("Looked through. Open: %(n)d") % {"n": number})
    return redirect("evaluator:queue")
