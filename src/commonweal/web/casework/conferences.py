"""Case conferences: call one, prepare it, decide in it, keep its minutes among those who are admitted."""

from collections.abc import Callable
from datetime import datetime
from typing import cast
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.agencies import queries as agencies
from commonweal.cases import actions
from commonweal.cases import queries as cases
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.messages import actions as messages
from commonweal.sharing.actions import Permit
from commonweal.web.casework.file import permit_of
from commonweal.web.casework.index import names_of
from commonweal.web.pages import day_of, desk, id_of, page, whole
from commonweal.web.session import Request

STATES: dict[str, Promise] = {
    "planned": gettext_lazy("to come"),
    "begun": gettext_lazy("under way"),
    "held": gettext_lazy("held"),
    "cancelled": gettext_lazy("called off"),
}


@desk("work_cases")
def every(request: Request, case_id: UUID) -> HttpResponse:
    """When the conferences of a case are; its case manager calls one. What was typed stays on a refusal."""
    by, permit, error = request.actor, permit_of(request.actor, case_id), None
    if request.method == "POST":
        try:
            return _called(request, case_id)
        except Invalid as found:
            error = found
    case, typed = cases.outline(case_id), request.POST
    context = {
        "case": case,
        "name": names_of(by, [case.person]).get(case.person, ""),
        "goals": _goals(case_id, permit),
        "rows": [(one, STATES[one.state]) for one in cases.conferences(by, case_id)],
        "is_manager": str(case.manager) == by.id and case.state == "open",
        "team": [(str(a), f"{n} · {agency}") for a, n, agency in _team(case_id) if str(a) != by.id],
        "chosen": set(typed.getlist("account")),
        "typed": typed,
        "error": error,
    }
    return page(request, "casework/conferences.html", context, status=400 if error else 200)


def _team(case: UUID) -> list[tuple[UUID, str, str]]:
    """Those of the care team who can be admitted."""
    able = agencies.able_to("work_cases")
    return [(m.account, m.name, m.agency) for m in cases.team(case) if m.until is None and m.account in able]


def _goals(case: UUID, permit: Permit) -> list[dict[str, object]]:
    """The person's goals, as far as the permit opens them: they stand first on any agenda."""
    [plan] = cases.plans({Subject("case", case): permit})
    goals = plan.get("goals")
    return cast("list[dict[str, object]]", goals.get("list")) if isinstance(goals, dict) else []


def _called(request: Request, case: UUID) -> HttpResponse:
    posted = request.POST
    accounts = [id_of("account", one) for one in posted.getlist("account")]
    made = actions.call_conference(
        by=request.actor, case=case, at=_moment(request), accounts=accounts,
        lasts=whole(posted.get("lasts", "60")) or 0, place=posted.get("place", ""),
    )  # fmt: skip
    _tell(request, case, made.id, accounts, "conference_called")
    flash.success(request, _("The conference is called; those who are asked in are told."))
    return redirect("casework:conference", case_id=case, conference_id=made.id)


def _moment(request: Request) -> datetime:
    """The day and hour that a form sent, on the clock of the site; Invalid for anything else."""
    day, hour = day_of("day", request.POST.get("day", "")), request.POST.get("hour", "")
    if day is None:
        raise Invalid("day", "", _("Choose a day."))
    try:
        at = datetime.strptime(hour.strip(), "%H:%M").time()
    except ValueError as wrong:
        raise Invalid("hour", hour, _("Write the time as hours and minutes, such as 14:30.")) from wrong
    return datetime.combine(day, at, clock.begin(day).tzinfo)


def _tell(request: Request, case: UUID, conference: UUID, accounts: list[UUID], kind: str) -> None:
    others = [one for one in accounts if str(one) != request.actor.id]
    link = reverse("casework:conference", args=[case, conference])
    if others:
        messages.notify(by=request.actor, accounts=others, kind=kind, about=Subject("case", case), link=link)


@desk("work_cases")
def one(request: Request, case_id: UUID, conference_id: UUID) -> HttpResponse:
    """Goals, questions, decisions and minutes, for who is admitted and as far as the gate opens the plan."""
    return _page(request, case_id, conference_id, permit_of(request.actor, case_id), None)


def _page(
    request: Request, case_id: UUID, conference_id: UUID, permit: Permit, error: Invalid | None
) -> HttpResponse:
    found = cases.conference(request.actor, conference_id, case=case_id, permit=permit)
    goals, tasks, inside = _goals(case_id, permit), _tasks(case_id, permit), {a for a, _n, _g in found.inside}
    team = _team(case_id)
    decided = [(tasks[task], item) for task, item in found.decisions.items() if task in tasks]
    texts = {goal["id"]: goal["text"] for goal in goals}
    context = {
        "case": cases.outline(case_id),
        "found": found,
        "state": STATES[found.meeting.state],
        "is_open": found.meeting.state in ("planned", "begun"),
        "goals": goals,
        "agenda": [
            (q, texts.get(q.goal, ""), [task for task, item in decided if item == q.id]) for q in found.agenda
        ],
        "beside": [task for task, item in decided if item not in {q.id for q in found.agenda}],
        "team": [(str(a), f"{n} · {agency}") for a, n, agency in team],
        "others": [(str(a), f"{n} · {agency}") for a, n, agency in team if a not in inside],
        "typed": request.POST,
        "minutes": request.POST.get("minutes", found.minutes),
        "error": error,
    }
    return page(request, "casework/conference.html", context, status=400 if error else 200)


def _tasks(case: UUID, permit: Permit) -> dict[UUID, dict[str, object]]:
    """The promises of the plan by id, with who keeps them, as far as the permit opens them."""
    [plan] = cases.plans({Subject("case", case): permit})
    rows = cast("list[dict[str, object]]", plan.get("tasks") or [])
    names = agencies.names([str(row["owner"]) for row in rows if row["owner"]])
    return {cast(UUID, row["id"]): {**row, "who": names.get(str(row["owner"]), "")} for row in rows}


def _admit(request: Request, case: UUID, conference: UUID) -> None:
    account = id_of("account", request.POST.get("account", ""))
    actions.admit_to_conference(by=request.actor, conference=conference, account=account)
    _tell(request, case, conference, [account], "conference_called")


def _leave(request: Request, case: UUID, conference: UUID) -> None:
    account = id_of("account", request.POST.get("account", ""))
    actions.leave_conference(by=request.actor, conference=conference, account=account)


def _move(request: Request, case: UUID, conference: UUID) -> None:
    actions.move_conference(by=request.actor, conference=conference, at=_moment(request))
    _tell(request, case, conference, _inside(request, case, conference), "conference_moved")


def _cancel(request: Request, case: UUID, conference: UUID) -> None:
    told = _inside(request, case, conference)
    actions.move_conference(by=request.actor, conference=conference, at=None)
    _tell(request, case, conference, told, "conference_cancelled")


def _inside(request: Request, case: UUID, conference: UUID) -> list[UUID]:
    permit = permit_of(request.actor, case)
    return [a for a, _n, _g in cases.conference(request.actor, conference, case=case, permit=permit).inside]


def _ask(request: Request, case: UUID, conference: UUID) -> None:
    posted = request.POST
    goal = id_of("goal", posted["goal"]) if posted.get("goal") else None
    actions.ask_on_agenda(by=request.actor, conference=conference, text=posted.get("text", ""), goal=goal)


def _decide(request: Request, case: UUID, conference: UUID) -> None:
    posted = request.POST
    owner = id_of("owner", posted.get("owner", ""))
    item = id_of("item", posted["item"]) if posted.get("item") else None
    actions.decide_in_conference(
        by=request.actor, conference=conference, text=posted.get("decision", ""), owner=owner,
        due=day_of("due", posted.get("due", "")), item=item,
    )  # fmt: skip
    if str(owner) != request.actor.id:
        about, link = Subject("case", case), f"/cases/{case}/"
        messages.notify(by=request.actor, accounts=[owner], kind="task_given", about=about, link=link)


def _minutes(request: Request, case: UUID, conference: UUID) -> None:
    closes = request.POST.get("closes") == "yes"
    text = request.POST.get("minutes", "")
    actions.write_minutes(by=request.actor, conference=conference, text=text, closes=closes)


ACTS: dict[str, tuple[Callable[[Request, UUID, UUID], None], Promise]] = {
    "admit": (_admit, gettext_lazy("They are admitted and told.")),
    "leave": (_leave, gettext_lazy("They have left: they read nothing of it any more.")),
    "move": (_move, gettext_lazy("Moved; those who are admitted are told.")),
    "cancel": (_cancel, gettext_lazy("Called off; those who were admitted are told.")),
    "ask": (_ask, gettext_lazy("It is on the agenda.")),
    "decide": (_decide, gettext_lazy("Decided: it is a promise on the plan now.")),
    "minutes": (_minutes, gettext_lazy("The minutes are saved.")),
}


@desk("work_cases")
def act(request: Request, case_id: UUID, conference_id: UUID, verb: str) -> HttpResponse:
    """One act of who is admitted; what was typed stays on a refusal."""
    permit = permit_of(request.actor, case_id)
    cases.conference(request.actor, conference_id, case=case_id, permit=permit)
    if verb not in ACTS:
        raise NotFound("act")
    there = redirect("casework:conference", case_id=case_id, conference_id=conference_id)
    if request.method != "POST":
        return there
    do, said = ACTS[verb]
    try:
        do(request, case_id, conference_id)
    except Invalid as error:
        return _page(request, case_id, conference_id, permit, error)
    flash.success(request, str(said))
    has_left = verb == "leave" and request.POST.get("account") == request.actor.id
    return redirect("casework:conferences", case_id=case_id) if has_left else there
