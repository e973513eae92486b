"""Planning: who is on duty when, a shift moved and tried, its money, and the decision of another person."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from commonweal.planning import actions, queries
from commonweal.web.pages import desk, mark, page
from commonweal.web.planner.forms import MoneyForm, MoveForm
from commonweal.web.planner.telling import doubts, gap_sentence, measures, pictures, sentence, week_rows
from commonweal.web.session import Request
from commonweal.web.templatetags.commonweal import KINDS


def _zone() -> ZoneInfo:
    return ZoneInfo(timezone.get_current_timezone_name())


@desk("plan", "approve_plans")
def index(request: Request) -> HttpResponse:
    """This week's coverage, proposals that wait, and money with its burn."""
    actions.warm_soon()
    week = queries.week(clock.now(), _zone())
    kinds = [(kind, KINDS.get(kind, kind)) for kind in week.kinds]
    asked = request.GET.get("kind", "")
    if asked and asked not in {*KINDS, *week.kinds}:
        raise Invalid("kind", asked, _("Choose from the list."))
    chosen = asked or next((k for k in ("crisis_team", "co_response") if k in week.kinds), "")
    if chosen not in week.kinds:
        chosen = next(iter(week.kinds), "")
    context = {
        "kinds": kinds,
        "chosen": chosen,
        "sentence": gap_sentence(week, chosen) if chosen else "",
        "days": week_rows(week.kinds[chosen]) if chosen else [],
        "hours": [f"{hour:02d}" for hour in range(24)],
        "start": week.start,
        "waiting": queries.plans("proposed"),
        "decided": queries.plans().exclude(state="proposed")[:10],
        "burns": queries.money(),
    }
    return page(request, "planner/index.html", context)


@desk("plan")
def move(request: Request) -> HttpResponse:
    """Move a shift: fill in, try, look, and only then propose."""
    form = MoveForm(request.POST if request.method == "POST" else None, initial=dict(request.GET.items()))
    form.offer(queries.movable(), queries.lines())
    context: dict[str, object] = {"form": form}
    if request.method != "POST" or not form.is_valid():
        return page(request, "planner/move.html", context, status=400 if form.errors else 200)
    try:
        return _tried(request, form, context)
    except Invalid as fault:
        mark(form, fault)
        return page(request, "planner/move.html", {"form": form}, status=400)


def _tried(request: Request, form: MoveForm, context: dict[str, object]) -> HttpResponse:
    """What the move would change; proposed where that was asked."""
    given = form.cleaned_data
    wanted = actions.move_of(
        by=request.actor, shift=UUID(given["shift"]), starts=given["starts"], ends=given["ends"],
        weeks=given["weeks"],
    )  # fmt: skip
    result = actions.try_move(by=request.actor, move=wanted)
    if request.POST.get("act") == "propose":
        line = UUID(given["line"]) if given["line"] else None
        made = actions.propose(by=request.actor, move=wanted, title=given["title"], line=line, result=result)
        flash.success(request, _("Proposed. Another person decides."))
        return redirect("planner:plan", made.id)
    cost = actions.extra_cost(wanted)
    burn = next((b for b in queries.money() if str(b.line.id) == given["line"]), None)
    context |= {"tried": wanted, "cost": cost, "burn": burn, **_shown(result)}
    return page(request, "planner/move.html", context)


def _shown(result: dict[str, object]) -> dict[str, object]:
    return {
        "result": result,
        "sentence": sentence(result),
        "measures": measures(result),
        "doubts": doubts(result),
        **pictures(result),
    }


@desk("plan", "approve_plans")
def plan(request: Request, plan_id: UUID) -> HttpResponse:
    """One plan: what it would change, what it costs, and the decision."""
    found = queries.plan(plan_id)
    if request.method == "POST":
        return _decide(request, found.id)
    burn = next((b for b in queries.money(found.agency_id) if found.line_id == b.line.id), None)
    people = agencies.names([found.by, found.decided_by])
    context = {
        "plan": found,
        "burn": burn,
        "proposer": people[found.by],
        "decider": people.get(found.decided_by, ""),
        "is_mine": found.by == request.actor.id,
        "may_decide": request.actor.may("approve_plans") and found.by != request.actor.id,
        **_shown(found.result),
    }
    return page(request, "planner/plan.html", context)


def _decide(request: Request, plan_id: UUID) -> HttpResponse:
    act = request.POST.get("act", "")
    if act == "approve":
        actions.approve(by=request.actor, plan=plan_id)
        flash.success(request, _("Approved. The shifts are set: the next call meets them."))
    elif act == "reject":
        actions.reject(by=request.actor, plan=plan_id, reason=request.POST.get("reason", ""))
        flash.info(request, _("Turned down."))
    elif act == "withdraw":
        actions.withdraw(by=request.actor, plan=plan_id)
        flash.info(request, _("Taken back."))
    else:
        raise Invalid("act", act, _("Approve, turn down, or take back."))
    return redirect("planner:plan", plan_id)


@desk("plan")
def money(request: Request) -> HttpResponse:
    """Open a funding source and its first budget line."""
    form = MoneyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        kinds = tuple(given["unit_kinds"])
        terms = actions.Terms(
            name=given["name"], kind=given["kind"], starts=given["starts"], ends=given["ends"],
            amount=given["amount"], restriction=given["restriction"], unit_kinds=kinds,
        )  # fmt: skip
        actions.fund(by=request.actor, terms=terms, agency=UUID(given["agency"]), line=given["line_name"])
        flash.success(request, _("The money is on file."))
        return redirect("planner:index")
    context = {"form": form, "burns": queries.money()}
    return page(request, "planner/money.html", context, status=400 if form.errors else 200)
