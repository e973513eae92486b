"""Check-ins after support: agree on them, make them, open the case again from one."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.agencies import queries as agencies
from commonweal.cases import actions
from commonweal.cases import queries as cases
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing import actions as sharing
from commonweal.web.casework.index import PURPOSE, names_of
from commonweal.web.casework.words import WAYS, in_words, is_spanish
from commonweal.web.pages import Denied, desk, id_of, page, whole
from commonweal.web.session import Request

OUTCOMES: dict[str, Promise] = {
    "reached": gettext_lazy("Reached"),
    "declined": gettext_lazy("The person declined"),
    "dropped": gettext_lazy("Not asked any more"),
}
ENDS: dict[str, Promise] = {
    "withdrawn": gettext_lazy("The person took it back."),
    "declined": gettext_lazy("The person declined a check-in."),
    "no_more": gettext_lazy("The person wants no further check-in."),
    "done": gettext_lazy("All check-ins were made."),
    "died": gettext_lazy("The person has died."),
}
RESULTS: dict[str, Promise] = {
    "reached": gettext_lazy("Reached"),
    "not_reached": gettext_lazy("Not reached; it stays due"),
    "declined": gettext_lazy("The person declined"),
}
CHANNELS = [(way, WAYS[way]) for way in actions.CHANNELS]


def _opened(by: Actor, case_id: UUID) -> sharing.Permit | None:
    """The permit on the plan; None on a closed case of the own agency; else the refusal as a page."""
    subject = Subject("case", case_id)
    answer = sharing.ask(by=by, category="case_plan", purpose=PURPOSE, about=subject)
    if not isinstance(answer, sharing.Refusal):
        return answer
    if cases.closed_case(by.agency, case_id) is None:
        raise Denied(answer)
    return None


@desk("work_cases")
def show(request: Request, case_id: UUID) -> HttpResponse:
    """What was agreed, the check-in that is due with its questions, and what came of the others."""
    return _page(request, case_id, _opened(request.actor, case_id), None)


def _page(
    request: Request, case_id: UUID, permit: sharing.Permit | None, error: Invalid | None
) -> HttpResponse:
    by, typed = request.actor, request.POST
    case, said = cases.outline(case_id), cases.aftercare(case_id, permit=permit)
    rows, may = said.asked if said else (), by.agency == case.agency
    context = {
        "case": case,
        "name": names_of(by, [case.person]).get(case.person, ""),
        "goals": _goals(case_id, permit),
        "said": said,
        "way": in_words(WAYS, said.way) if said else "",
        "ended": in_words(ENDS, said.why) if said and said.ended_at else "",
        "may": may,
        "due": next((one for one in rows if one.is_due), None) if said and not said.ended_at else None,
        "wants_help": _last_wish(rows),
        "rows": [(one, in_words(OUTCOMES, one.outcome), _answered(one)) for one in rows],
        "questions": _questions(typed),
        "results": list(RESULTS.items()),
        "ways": list(WAYS.items()),
        "channels": CHANNELS,
        "workers": _workers(case.agency) if may else [],
        "typed": typed,
        "chosen": {
            "way": typed.get("way", said.way if said else ""), "result": typed.get("result", ""),
            "account": typed.get("account", by.id),
            "days": typed.get("days", ", ".join(map(str, cases.asking().days))),
        },
        "error": error,
    }  # fmt: skip
    return page(request, "casework/aftercare.html", context, status=400 if error else 200)


def _goals(case_id: UUID, permit: sharing.Permit | None) -> object:
    """What the person wanted to reach, as far as the permit opens it."""
    if permit is None:
        return []
    [plan] = cases.plans({Subject("case", case_id): permit})
    goals = plan.get("goals")
    return goals.get("list") if isinstance(goals, dict) else []


def _last_wish(rows: tuple[cases.Asked, ...]) -> bool:
    """Whether the latest answer that opens says that the person wants more help."""
    answered = [one for one in rows if one.answers]
    return bool(answered) and answered[-1].answers.get("help") == "yes"


def _questions(typed: QueryDict) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """Each question: code, words, answers in words, and what was typed."""
    tongue = _tongue()
    return [
        (
            code,
            one.words[tongue],
            [(c, words[tongue]) for c, words in one.answers.items()],
            typed.get(code, ""),
        )
        for code, one in cases.asking().questions.items()
    ]


def _tongue() -> str:
    return "es" if is_spanish() else "en"


def _answered(one: cases.Asked) -> list[tuple[str, str]]:
    """Each question with what was answered, in words; a question that a site took away stays a code."""
    tongue, asked = _tongue(), cases.asking().questions
    return [
        (asked[code].words[tongue], asked[code].answers.get(said, {}).get(tongue, said))
        for code, said in one.answers.items()
        if code in asked
    ]


def _workers(agency: UUID) -> list[tuple[str, str]]:
    able = agencies.able_to("work_cases", agency)
    return [(str(a.id), a.display_name) for a in agencies.active(able).order_by("display_name")]


def _agree(request: Request, case: UUID) -> object:
    posted = request.POST
    if posted.get("asked") != "yes":
        raise Invalid("asked", "", _("Ask the person first, and tick that they agree."))
    account = id_of("account", posted["account"]) if posted.get("account") else None
    return actions.agree_aftercare(
        by=request.actor,
        case=case,
        account=account,
        way=posted.get("way", ""),
        days=_days(posted.get("days", "")),
    )


def _days(text: str) -> list[int]:
    """The days as they were typed, one after the other; none typed are the site's."""
    parts = [part for part in text.replace(",", " ").split() if part]
    return [whole(part) or 0 for part in parts]


def _note(request: Request, case: UUID) -> object:
    posted = request.POST
    answers = {code: posted.get(code, "") for code in cases.asking().questions}
    return actions.note_checkup(
        by=request.actor, case=case, checkup=id_of("checkup", posted.get("checkup", "")),
        way=posted.get("way", ""), result=posted.get("result", ""), answers=answers,
        said=posted.get("said", ""),
    )  # fmt: skip


ACTS: dict[str, tuple[Callable[[Request, UUID], object], Promise]] = {
    "agree": (_agree, gettext_lazy("Agreed and noted.")),
    "note": (_note, gettext_lazy("The check-in is noted.")),
    "end": (
        lambda q, c: actions.end_aftercare(by=q.actor, case=c),
        gettext_lazy("Taken back: nobody asks any more."),
    ),
}


@desk("work_cases")
def act(request: Request, case_id: UUID, verb: str) -> HttpResponse:
    """One act on the check-ins of a case that this worker may open; what was typed stays on a refusal."""
    if verb not in ACTS:
        raise NotFound("act")
    permit = _opened(request.actor, case_id)
    if request.method != "POST":
        return redirect("casework:aftercare", case_id=case_id)
    do, said = ACTS[verb]
    try:
        do(request, case_id)
    except Invalid as error:
        return _page(request, case_id, permit, error)
    flash.success(request, str(said))
    return redirect("casework:aftercare", case_id=case_id)
