"""What a worker does on a case: each act asks for the plan first, then calls one door."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.cases import actions as cases
from commonweal.cases import queries as case_queries
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.messages import actions as messages
from commonweal.sharing.actions import Permit
from commonweal.web import threads
from commonweal.web.casework.file import CARERS, permit_of, thread_of
from commonweal.web.pages import day_of, desk, whole
from commonweal.web.session import Request

Act = Callable[[Actor, UUID, QueryDict, Permit], None]


def _id(posted: QueryDict, name: str) -> UUID:
    try:
        return UUID(posted.get(name, ""))
    except ValueError as wrong:
        raise NotFound(name) from wrong


def _plan(by: Actor, case: UUID, posted: QueryDict, permit: Permit) -> None:
    parts = {n: posted.get(n, "").strip() for n in ("own_words", "strengths", "summary") if n in posted}
    cases.write_plan(by=by, case=case, **parts)


def _goal(by: Actor, case: UUID, posted: QueryDict, permit: Permit) -> None:
    cases.add_goal(by=by, case=case, text=posted.get("text", ""), domain=posted.get("domain", ""))


def _within(case: UUID, permit: Permit, part: str, wanted: UUID) -> UUID:
    """The id, where it belongs to this case's plan; NotFound for another's."""
    [plan] = case_queries.plans({Subject("case", case): permit})
    listed = plan.get(part) or []
    rows = listed.get("list", []) if isinstance(listed, dict) else listed
    if not isinstance(rows, list) or wanted not in {row["id"] for row in rows}:
        raise NotFound(part)
    return wanted


def _reached(by: Actor, case: UUID, posted: QueryDict, permit: Permit) -> None:
    cases.reach_goal(by=by, goal=_within(case, permit, "goals", _id(posted, "goal")))


def _task(by: Actor, case: UUID, posted: QueryDict, permit: Permit) -> None:
    owner = _id(posted, "owner") if posted.get("owner") else UUID(by.id)
    if owner not in {m.account for m in case_queries.team(case) if m.until is None} | {UUID(by.id)}:
        raise Invalid("owner", owner, _("Choose somebody of the care team."))
    due = day_of("due", posted.get("due", ""))
    agency = agencies.account(owner).agency_id
    cases.add_task(by=by, case=case, text=posted.get("text", ""), owner=owner, agency=agency, due=due)
    if str(owner) != by.id:
        about, link = Subject("case", case), f"/cases/{case}/"
        messages.notify(by=by, accounts=[owner], kind="task_given", about=about, link=link)


def _done(by: Actor, case: UUID, posted: QueryDict, permit: Permit) -> None:
    cases.finish_task(by=by, task=_within(case, permit, "tasks", _id(posted, "task")))


def _contact(by: Actor, case: UUID, posted: QueryDict, permit: Permit) -> None:
    """Nothing is taken for granted: neither a way nor that anybody was reached."""
    if not posted.get("way"):
        raise Invalid("way", "", _("Choose how you tried to make contact."))
    if posted.get("reached") not in ("yes", "no"):
        raise Invalid("reached", posted.get("reached", ""), _("Say whether the person was reached."))
    cases.contact(
        by=by,
        case=case,
        way=posted.get("way", ""),
        reached=posted.get("reached") == "yes",
        note=posted.get("note", "").strip(),
    )


def _needs(by: Actor, case: UUID, posted: QueryDict, permit: Permit) -> None:
    levels: dict[str, int | None] = {}
    for domain in case_queries.matrix().domains:
        levels[domain.id] = whole(posted.get(f"level-{domain.id}", ""))
    cases.assess(by=by, case=case, levels=levels, note=posted.get("note", "").strip())


def _join(by: Actor, case: UUID, posted: QueryDict, permit: Permit) -> None:
    account = agencies.account(_id(posted, "account"))
    if account.role not in CARERS or not account.is_active:
        raise Invalid("account", account.display_name, _("Choose a worker who supports people."))
    cases.join_team(by=by, case=case, account=account.id, part=posted.get("part", "").strip()[:40])
    if str(account.id) != by.id:
        about, link = Subject("case", case), f"/cases/{case}/"
        messages.notify(by=by, accounts=[account.id], kind="team_joined", about=about, link=link)


def _take(by: Actor, case: UUID, posted: QueryDict, permit: Permit) -> None:
    cases.join_team(by=by, case=case, account=UUID(by.id), part="case manager")


def _leave(by: Actor, case: UUID, posted: QueryDict, permit: Permit) -> None:
    cases.leave_team(by=by, case=case, account=_id(posted, "account"))


def _post(by: Actor, case: UUID, posted: QueryDict, permit: Permit) -> None:
    place, asks = thread_of(case, permit), posted.get("confirm") == "yes"
    threads.say(by, place, posted.get("text", ""), asks=asks, tell=place.readers)


def _sign(by: Actor, case: UUID, posted: QueryDict, permit: Permit) -> None:
    answer, because = posted.get("answer", ""), posted.get("because", "")
    cases.answer_sign(by=by, case=case, sign=_id(posted, "sign"), answer=answer, because=because)


def _close(by: Actor, case: UUID, posted: QueryDict, permit: Permit) -> None:
    outcome = posted.get("outcome", "").strip()
    cases.close_case(by=by, case=case, reason=posted.get("reason", ""), outcome=outcome)


ACTS: dict[str, tuple[Act, Promise]] = {
    "plan": (_plan, gettext_lazy("The plan is saved.")),
    "goal": (_goal, gettext_lazy("The goal is noted.")),
    "reached": (_reached, gettext_lazy("Reached. Good news.")),
    "task": (_task, gettext_lazy("The promise is noted.")),
    "done": (_done, gettext_lazy("Done.")),
    "contact": (_contact, gettext_lazy("The contact is noted.")),
    "needs": (_needs, gettext_lazy("Where things stand is noted.")),
    "join": (_join, gettext_lazy("They are on the team now.")),
    "take": (_take, gettext_lazy("This case is yours now.")),
    "leave": (_leave, gettext_lazy("They have left the team; their access has ended.")),
    "post": (_post, gettext_lazy("Sent.")),
    "sign": (_sign, gettext_lazy("Your answer is noted.")),
    "close": (_close, gettext_lazy("The case is closed; the team's access has ended.")),
}


@desk("work_cases")
@require_POST
def act(request: Request, case_id: UUID, verb: str) -> HttpResponse:
    """One act on a case that this worker may see."""
    if verb not in ACTS:
        raise NotFound("act")
    by = request.actor
    permit = permit_of(by, case_id)
    do, said = ACTS[verb]
    do(by, case_id, request.POST, permit)
    flash.success(request, str(said))
    has_left = verb == "leave" and request.POST.get("account") == by.id
    if verb == "close" or has_left or request.POST.get("from") == "list":
        return redirect("casework:index")
    return redirect("casework:case", case_id=case_id)


@desk("work_cases")
@require_POST
def reopen(request: Request, case_id: UUID) -> HttpResponse:
    """Support begins again, with this worker as case manager; only in the agency that led it."""
    by = request.actor
    if by.agency is None or case_queries.outline(case_id).agency != by.agency:
        raise NotFound("case")
    cases.reopen_case(by=by, case=case_id, manager=UUID(by.id))
    cases.join_team(by=by, case=case_id, account=UUID(by.id), part="case manager")
    flash.success(request, _("Open again."))
    return redirect("casework:case", case_id=case_id)
