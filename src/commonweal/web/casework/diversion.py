"""A diversion as its team works it: door, list of what bars, hand-off, intake, charges, work group."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.cases import actions as cases
from commonweal.cases import queries
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound
from commonweal.web.casework.file import permit_of
from commonweal.web.pages import desk, page
from commonweal.web.session import Request

ANSWERS = (("no", _("No")), ("yes", _("Yes")), ("unknown", _("Not known yet")))


@desk("work_cases")
def show(request: Request, case_id: UUID) -> HttpResponse:
    """The whole of it for the team; before it began, the three doors."""
    by = request.actor
    permit, outline = permit_of(by, case_id), queries.outline(case_id)
    if outline.kind != "diversion":
        raise NotFound("diversion")
    rules, language = queries.agreement(), get_language() or "en"
    found = queries.diversion_of(case_id, permit=permit)
    said = {table: rules.words(table, language) for table in rules.tables}
    context: dict[str, object] = {
        "case": outline,
        "found": found,
        "doors": said["doors"].items(),
        "targets": rules.targets,
        "version": rules.version,
        "offices": agencies.agencies("prosecutor"),
        "may_decide": outline.state == "open",
    }
    if found:
        who = agencies.names([note.by for note in found.notes])
        context |= {
            "door": said["doors"].get(found.door, found.door),
            "state": said["states"][found.state],
            "questions": [
                (q, text, found.answers.get(q, "unknown")) for q, text in said["ineligible"].items()
            ],
            "bars": [text for q, text in said["ineligible"].items() if found.answers.get(q) == "yes"],
            "missing": sum(found.answers.get(q, "unknown") == "unknown" for q in said["ineligible"]),
            "answers": ANSWERS,
            "charges": [(charge, said["charges"][charge.state]) for charge in found.charges],
            "notes": [(note, who[note.by]) for note in found.notes],
        }
    return page(request, "casework/diversion.html", context)


Act = Callable[[Actor, UUID, QueryDict], object]


def _begin(by: Actor, case: UUID, posted: QueryDict) -> object:
    office = next((a.id for a in agencies.agencies("prosecutor")
                   if str(a.id) == posted.get("office")), None)  # fmt: skip
    return cases.begin_diversion(by=by, case=case, door=posted.get("door", ""), attorney=office)


def _screen(by: Actor, case: UUID, posted: QueryDict) -> object:
    asked = queries.agreement().tables["ineligible"]
    answers = {question: posted.get(f"q-{question}", "unknown") for question in asked}
    return cases.screen_for_diversion(by=by, case=case, answers=answers, override=posted.get("override", ""))


ACTS: dict[str, tuple[Act, Promise]] = {
    "begin": (_begin, _("The diversion has begun.")),
    "screen": (_screen, _("The answers are kept.")),
    "met": (lambda by, c, p: cases.hand_over_diversion(by=by, case=c), _("The hand-off is noted.")),
    "intake": (lambda by, c, p: cases.take_in(by=by, case=c), _("The intake is done.")),
    "standing": (
        lambda by, c, p: cases.set_standing(by=by, case=c, state=p.get("state", "")), _("Noted."),
    ),
    "charge": (
        lambda by, c, p: cases.note_charge(
            by=by, case=c, docket=p.get("docket", ""), offence=p.get("offence", "")
        ),
        _("The charge waits for the prosecutor's decision."),
    ),
    "note": (lambda by, c, p: cases.note_work_group(by=by, case=c, text=p.get("text", "")), _("Noted.")),
}  # fmt: skip


@desk("work_cases")
@require_POST
def act(request: Request, case_id: UUID, verb: str) -> HttpResponse:
    """One act of the team; the gate is asked for the plan first."""
    if verb not in ACTS:
        raise NotFound("act")
    permit_of(request.actor, case_id)
    do, said = ACTS[verb]
    do(request.actor, case_id, request.POST)
    flash.success(request, str(said))
    return redirect("casework:diversion", case_id=case_id)
