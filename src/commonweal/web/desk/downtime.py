"""Ready for paper: the centre's plan, packs made on demand, drills, and what came back from paper."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.adapters.downtime.writer import Page, sealed, strong, write_pack
from commonweal.agencies import queries as agencies
from commonweal.calls import actions
from commonweal.calls import queries as calls
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.web.pages import desk, page
from commonweal.web.session import Request

STEPS = {
    "found": gettext_lazy("Everybody at the desk found the pack within a minute"),
    "read": gettext_lazy("The pack opened without network, and its open calls were right"),
    "phoned": gettext_lazy("The first three numbers were phoned and answered"),
    "written": gettext_lazy("A practice call was taken on paper: questions, tier, unit, times"),
    "entered": gettext_lazy("Its sheet was entered with the paper's times, and a second entry was refused"),
    "told": gettext_lazy("The next shift was told what was still open, from paper alone"),
}
FAULTS = {
    "account": gettext_lazy("Whoever set the plan no longer works here. Save the plan under your name."),
    "disk": gettext_lazy("The folder could not be written. Tell the administrator: the disk may be full."),
}


@desk("take_calls")
def index(request: Request) -> HttpResponse:
    """How ready the centre is, and one button to make a pack."""
    home = _home(request)
    plan, found = calls.downtime_plan(home), calls.packs(home, 12)
    entered, drills = calls.papers(home, 12), calls.drills(home)
    names = agencies.names(
        [one.made_by for one in found] + [one.entered_by for one in entered] + [d.begun_by for d in drills]
    )
    context = {
        "plan": plan,
        "fault": FAULTS.get(plan.fault, "") if plan else "",
        "contacts": "\n".join(f"{who}: {number}" for who, number in plan.contacts) if plan else "",
        "packs": [(one, calls.numbers(one), names[one.made_by]) for one in found],
        "papers": [(one, names[one.entered_by]) for one in entered],
        "drills": [(one, names[one.begun_by], _went_well(one)) for one in drills],
        "drill_due": calls.drill_due(home),
        "may_supervise": request.actor.may("supervise"),
        "steps": len(STEPS),
    }
    return page(request, "desk/downtime.html", context)


def _went_well(drill: calls.Drill) -> int:
    return sum(1 for said in drill.steps.values() if said["well"])


def _home(request: Request) -> UUID:
    if request.actor.agency is None:
        raise NotFound("centre")
    return request.actor.agency


def _spoken() -> str:
    return "es" if (get_language() or "en").startswith("es") else "en"


def sent(made: Page, *, as_file: bool) -> HttpResponse:
    """A pack to look at and print, under its own content policy; or as a file to keep."""
    response = HttpResponse(made.content, content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = made.policy
    response["Content-Disposition"] = str(content_disposition_header(as_file, made.name))
    return response


@desk("take_calls")
@require_POST
def make(request: Request) -> HttpResponse:
    """A pack of this moment, with numbers of its own; recorded as leaving the system under this name."""
    made = write_pack(by=request.actor, reason="asked", language=_spoken())
    return sent(made, as_file=request.POST.get("as") == "file")


@desk("take_calls")
@require_POST
def make_sealed(request: Request) -> HttpResponse:
    """The same under a passphrase, as a file that opens itself; a weak one, or two that differ, no."""
    passphrase = strong(request.POST.get("passphrase", ""))
    if strong(request.POST.get("passphrase_again", "")) != passphrase:
        raise Invalid("passphrase_again", "", _("The two differ. Type the same passphrase in both."))
    made = sealed(write_pack(by=request.actor, reason="asked", language=_spoken()), passphrase)
    actions.note_file(by=request.actor, pack=made.pack.id, file="", digest=made.digest)
    return sent(made, as_file=True)


@desk("supervise")
@require_POST
def keep_plan(request: Request) -> HttpResponse:
    """How often packs are written by themselves, how long they live, and whom to phone."""
    said = request.POST
    lines = [line for line in said.get("contacts", "").splitlines() if line.strip()]
    pairs = [(who, number) for who, _colon, number in (line.rpartition(":") for line in lines)]
    actions.plan_downtime(
        by=request.actor,
        every_minutes=_number(said.get("every_minutes", ""), "every_minutes"),
        keep_hours=_number(said.get("keep_hours", ""), "keep_hours"),
        sheets=_number(said.get("sheets", ""), "sheets"),
        language=said.get("language", "en"),
        contacts=pairs,
    )
    flash.success(request, _("Saved. Packs are written under your name from now on."))
    return redirect("desk:downtime")


def _number(text: str, field: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Invalid(field, text, _("Write a whole number."))
    return int(text)


@desk("take_calls")
@require_POST
def destroyed(request: Request, pack: UUID) -> HttpResponse:
    """The paper and every copy of this pack are gone."""
    actions.remove_pack(by=request.actor, pack=pack)
    flash.success(request, _("Noted: this pack is destroyed."))
    return redirect("desk:downtime")


@desk("supervise")
@require_POST
def begin_drill(request: Request) -> HttpResponse:
    """Practise working on paper."""
    found = actions.begin_drill(by=request.actor)
    return redirect("desk:drill", found.id)


@desk("take_calls")
def drill(request: Request, drill: UUID) -> HttpResponse:
    """The steps of a drill, each with a word; POST notes one, tries a sheet, or ends it."""
    found = next((one for one in calls.drills(_home(request)) if one.id == drill), None)
    if found is None:
        raise NotFound("drill")
    if request.method == "POST":
        return _drilled(request, drill)
    rows = [(code, words, found.steps.get(code)) for code, words in STEPS.items()]
    left = [code for code, _words, said in rows if said is None]
    context = {
        "drill": found, "rows": rows, "left": len(left),
        "numbers": calls.numbers(found.pack)[0] if found.pack else [],
        "name": agencies.names([found.begun_by])[found.begun_by],
        "tried": [one.number for one in calls.papers(_home(request)) if one.kind == "practice"],
    }  # fmt: skip
    return page(request, "desk/drill.html", context)


def _drilled(request: Request, drill: UUID) -> HttpResponse:
    by, said = request.actor, request.POST
    if said.get("act") == "sheet":
        entered = actions.practise_sheet(by=by, number=said.get("paper", ""))
        text = _("%(number)s would have been entered. Try it a second time: it must be refused.")
        flash.success(request, text % {"number": entered.number})
    elif said.get("act") == "end":
        actions.end_drill(by=by, drill=drill, findings=said.get("findings", ""))
        flash.success(request, _("The drill has its record. Destroy its pages."))
        return redirect("desk:downtime")
    else:
        went = said.get("went", "")
        if went not in ("well", "badly"):
            raise Invalid("went", went, _("Choose how the step went."))
        actions.note_step(by=by, drill=drill, step=said.get("step", ""), went_well=went == "well")
    return redirect("desk:drill", drill)


@desk("take_calls")
@require_POST
def drill_pack(request: Request, drill: UUID) -> HttpResponse:
    """The drill's own pack, marked on every page: its sheets become no records."""
    if not any(one.id == drill and one.ended_at is None for one in calls.drills(_home(request))):
        raise NotFound("drill")
    made = write_pack(by=request.actor, reason="drill", language=_spoken(), sheets=2)
    actions.attach_pack(by=request.actor, drill=drill, pack=made.pack.id)
    return sent(made, as_file=request.POST.get("as") == "file")
