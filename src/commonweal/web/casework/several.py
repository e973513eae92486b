"""Several cases of the caseload at once: given to a colleague and taken back, or put on one sheet."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.cases import actions
from commonweal.cases import queries as cases
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.messages import actions as messages
from commonweal.web.casework.file import permit_of
from commonweal.web.casework.index import colleagues, names_of
from commonweal.web.casework.words import KINDS, WHY, in_words
from commonweal.web.pages import Denied, desk, id_of, page
from commonweal.web.session import Request
from commonweal.web.several import Became, chosen, each

PART = "case manager"


@desk("work_cases")
@require_POST
def act(request: Request) -> HttpResponse:
    """One act on the ticked cases, and what became of each."""
    ids, act = chosen(request.POST, "case"), request.POST.get("act", "")
    if act == "print":
        return _sheet(request, ids)
    if act not in ("assign", "back"):
        raise NotFound("act")
    before = {one: outline.manager for one, outline in _outlines(ids).items()}
    if act == "assign":
        return _summary(request, each(ids, _assigned(request.actor, request.POST)), before)
    return _summary(request, each(ids, _given_back(request.actor, request.POST)), {})


def _outlines(ids: list[UUID]) -> dict[UUID, cases.Outline]:
    return {one.id: one for one in cases.outlines(ids)}


def _assigned(by: Actor, posted: QueryDict) -> Callable[[UUID], object]:
    """Give a case to the chosen colleague, who is told once for each."""
    account = id_of("account", posted.get("account", ""))
    if str(account) not in dict(colleagues(by)):
        raise Invalid("account", account, _("Choose a colleague of your agency who works cases."))

    def give(case: UUID) -> None:
        _own(by, case)
        actions.join_team(by=by, case=case, account=account, part=PART)
        if str(account) != by.id:
            about, link = Subject("case", case), f"/cases/{case}/"
            messages.notify(by=by, accounts=[account], kind="team_joined", about=about, link=link)

    return give


def _own(by: Actor, case: UUID) -> None:
    """A case that this worker may open, and that their agency leads."""
    permit_of(by, case)
    if cases.outline(case).agency != by.agency:
        raise NotFound("case")


def _given_back(by: Actor, posted: QueryDict) -> Callable[[UUID], object]:
    """Undo: the colleague who had it has it again."""
    able = dict(colleagues(by))

    def give(case: UUID) -> None:
        _own(by, case)
        former = posted.get(f"was-{case}", "")
        if former not in able:
            raise Invalid("account", "", _("Who had this case before is no longer there."))
        actions.join_team(by=by, case=case, account=UUID(former), part=PART)

    return give


def _summary(request: Request, became: list[Became], before: dict[UUID, UUID | None]) -> HttpResponse:
    by, done = request.actor, [one.id for one in became if one.is_done]
    able = dict(colleagues(by))
    known = _outlines([one.id for one in became if one.is_done])
    names = names_of(by, [one.person for one in known.values()])
    context = {
        "rows": [(one, names.get(known[one.id].person, "") if one.id in known else "") for one in became],
        "done": len(done),
        "refused": len(became) - len(done),
        "back": [(one, str(before[one])) for one in done if str(before.get(one)) in able],
    }
    return page(request, "casework/several.html", context)


def _sheet(request: Request, ids: list[UUID]) -> HttpResponse:
    """The ticked cases on one sheet, as the list says them; those that the gate keeps are left out."""
    by, rows, kept = request.actor, [], 0
    found = _outlines(ids)
    for one in ids:
        try:
            _own(by, one)
        except (NotFound, Denied):
            kept += 1
        else:
            rows.append(found[one])
    names = names_of(by, [one.person for one in rows])
    context = {
        "rows": [
            (one, names.get(one.person, ""), in_words(WHY, one.urgency[0]), in_words(KINDS, one.kind))
            for one in rows
        ],
        "kept": kept,
    }
    return page(request, "casework/sheet.html", context)
