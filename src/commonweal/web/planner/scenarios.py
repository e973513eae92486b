"""Rosters side by side: the present one and up to three scenarios, their controls, files and simulation."""

from typing import cast
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel.errors import Invalid
from commonweal.planning import actions, queries
from commonweal.planning.queries import Present, Scenario
from commonweal.web.pages import desk, mark_of, page, whole
from commonweal.web.planner.beside import budgets, columns, doubts, simulated
from commonweal.web.planner.mapped import maps
from commonweal.web.session import Request
from commonweal.web.templatetags.commonweal import KINDS

TEAMS = range(5)


def _rosters(request: Request) -> list[tuple[str, str, UUID, str]]:
    """Code, name, agency and kind of every roster, the reader's own agency's first."""
    own = request.actor.agency
    found = {(u.agency_id != own, u.agency.name, u.agency_id, u.kind) for u in agencies.units()}
    return [
        (f"{agency}.{kind}", f"{KINDS.get(kind, kind)} · {name}", agency, kind)
        for _other, name, agency, kind in sorted(found, key=lambda f: (f[0], f[1], f[3]))
    ]


def _chosen(request: Request, wanted: str) -> tuple[str, str, UUID, str] | None:
    """The roster asked for; else the first of a crisis or co-response team, else the first of all."""
    rosters = _rosters(request)
    asked = [r for r in rosters if r[0] == wanted]
    if wanted and not asked:
        raise Invalid("kind", wanted, _("Choose one of the rosters listed."))
    teams = [r for r in rosters if r[3] in ("crisis_team", "co_response")]
    return next(iter([*asked, *teams, *rosters]), None)


@desk("plan")
def compare(request: Request) -> HttpResponse:
    """The present roster and up to three scenarios side by side, answered at once."""
    roster = _chosen(request, request.GET.get("of", ""))
    if roster is None:
        return page(request, "planner/compare.html", {"rosters": []})
    code, name, agency, kind = roster
    kept = list(queries.scenarios(request.actor, agency, kind))
    wanted = [mark_of(text) for text in request.GET.getlist("s")]
    sides = [row for row in kept if row.id in wanted] if wanted else kept[:3]
    answer = actions.answer_scenarios(by=request.actor, agency=agency, kind=kind, scenarios=sides)
    roster_now, names = queries.present(agency, kind), [row.name for row in sides]
    context = {
        "rosters": _rosters(request), "code": code, "name": name, "kept": kept, "sides": sides,
        "me": request.actor.id, "start": roster_now.start, "answer": answer, "doubts": doubts(answer),
        "simulated": [simulated(row, roster_now) for row in sides],
        "budgets": budgets(agency, kind, answer), "hours": [f"{h:02d}" for h in range(24)],
        "maps": maps(answer, names), "standing": actions.quality(by=request.actor),
        **columns(answer, names),
    }  # fmt: skip
    return page(request, "planner/compare.html", context)


@desk("plan")
def scenario(request: Request, scenario_id: UUID | None = None) -> HttpResponse:
    """The controls of a scenario, new or kept; another's shared one is shown and can be copied."""
    row = queries.scenario(request.actor, scenario_id) if scenario_id else None
    code = f"{row.agency_id}.{row.kind}" if row else request.GET.get("of", "")
    roster = _chosen(request, code)
    if roster is None:
        return redirect("planner:compare")
    now = queries.present(roster[2], roster[3])
    fault: Invalid | None = None
    if request.method == "POST":
        try:
            return _acted(request, row, now)
        except Invalid as refused:
            fault = refused
    context: dict[str, object] = {
        "row": row, "code": roster[0], "name": roster[1], "units": _controls(request, row, now),
        "fault": fault, "teams": TEAMS, "given": request.POST.get("name", row.name if row else ""),
        "is_mine": row is None or row.by == request.actor.id,
        "owner": agencies.names([row.by]).get(row.by, "") if row else "",
    }  # fmt: skip
    if row:
        context["steps"], context["beyond"] = queries.steps(row)
    return page(request, "planner/scenario.html", context, status=400 if fault else 200)


def _acted(request: Request, row: Scenario | None, now: Present) -> HttpResponse:
    """Keep, copy, share, simulate or remove."""
    act, by = request.POST.get("act", "keep"), request.actor
    if row and act == "remove":
        actions.remove_scenario(by=by, scenario=row.id)
        flash.info(request, _("Removed."))
        return _back(now)
    if row and act in ("share", "unshare"):
        actions.share_scenario(by=by, scenario=row.id, shared=act == "share")
        return redirect("planner:scenario", row.id)
    if row and act == "simulate":
        times = request.POST.get("times", "20")
        actions.simulate_scenario(by=by, scenario=row, replications=whole(times) or 0)
        return _back(now)
    if act == "import":
        sent = request.FILES.get("file")
        if sent is None:
            raise Invalid("file", "", _("Choose a JSON file that was saved from this page."))
        content = sent.read(64_001)
        made = actions.import_scenario(by=by, agency=now.agency, kind=now.kind, content=content)
        return redirect("planner:scenario", made.id)
    actions.keep_scenario(
        by=by, agency=now.agency, kind=now.kind, name=request.POST.get("name", ""),
        wanted=_given(request, now),
        scenario=row.id if row and act == "keep" else None,
    )  # fmt: skip
    flash.success(request, _("Kept. No shift has changed."))
    return _back(now)


def _back(now: Present) -> HttpResponse:
    return redirect(f"{reverse('planner:compare')}?of={now.agency}.{now.kind}")


@desk("plan")
def run(request: Request, run_id: UUID) -> HttpResponse:
    """How far a simulation is, and what came of it; sent by its owner, stopped."""
    found = queries.run_of(request.actor, run_id)
    row = found.scenario
    now = queries.present(row.agency_id, row.kind)
    if request.method == "POST":
        actions.stop_simulation(by=request.actor, run=found.id)
    if not request.htmx:
        return _back(now)
    return page(request, "planner/_run.html", {"p": simulated(row, now), "me": request.actor.id})


def _given(request: Request, now: Present) -> dict[str, object]:
    """The controls as sent, numbers where they are numbers; what is not is refused with its name."""
    found: dict[str, object] = {}
    for unit in now.units:
        sign, sent = unit.call_sign, request.POST
        teams, base = sent.get(f"{sign}.teams", "1"), sent.get(f"{sign}.base", "").strip()
        found[sign] = {
            "teams": teams if (n := whole(teams)) is None else n,
            "later": _number(sent.get(f"{sign}.later", "0")),
            "longer": _number(sent.get(f"{sign}.longer", "0")),
            "base": [_number(part) for part in base.split(",")] if base else None,
        }  # fmt: skip
    return found


def _number(text: str) -> float | str:
    try:
        return float(text.strip() or "0")
    except ValueError:
        return text


def _controls(request: Request, row: Scenario | None, now: Present) -> list[dict[str, object]]:
    """A unit's controls as sent, else as kept, else as now."""
    found = []
    for unit, spans in now.units.items():
        sign = unit.call_sign
        kept = cast("dict[str, object]", (row.changes if row else {}).get(sign, {}))
        base = cast("list[float] | None", kept.get("base"))
        shown: dict[str, object] = {
            "teams": str(kept.get("teams", 1)), "later": f"{kept.get('later', 0):g}",
            "longer": f"{kept.get('longer', 0):g}", "base": f"{base[0]}, {base[1]}" if base else "",
        }  # fmt: skip
        if request.method == "POST":
            shown |= {part: request.POST.get(f"{sign}.{part}", shown[part]) for part in shown}
        now_at = f"{unit.base_lon}, {unit.base_lat}" if unit.base_lon is not None else ""
        found.append({"sign": sign, "spans": sorted(spans), "now_at": now_at, **shown})
    return found


@desk("plan")
def scenario_file(request: Request, scenario_id: UUID) -> HttpResponse:
    """The scenario as a JSON file."""
    row = queries.scenario(request.actor, scenario_id)
    return HttpResponse(
        queries.scenario_file(row), content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="scenario-{row.id}.json"'},
    )  # fmt: skip
