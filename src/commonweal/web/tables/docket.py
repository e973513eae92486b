"""The prosecutor's page: charges of the own office, and no more of the person than was agreed."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.cases import actions as cases
from commonweal.cases import queries
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound
from commonweal.sharing import actions as sharing
from commonweal.web.pages import day_of, desk, page
from commonweal.web.session import Request

PURPOSE = "care_coordination"


def _asked(by: Actor) -> tuple[list[queries.DiversionView], set[UUID]]:
    """Rows as the gate and the agreement open them, and the cases whose status was opened."""
    about = queries.docket(by)
    answers = (
        sharing.ask_many(by=by, category="referral_status", purpose=PURPOSE, about=about) if about else {}
    )
    permits = {s: p for s, p in sharing.permitted(answers).items() if "status" in p.fields}
    return queries.docket_rows(by, permits), {subject.id for subject in permits}


@desk("sit_at_tables")
def docket(request: Request) -> HttpResponse:
    """Charges that wait come first; a row without the person's release shows its charges alone."""
    by = request.actor
    if by.role != "prosecutor":
        raise NotFound("docket")
    rows, opened = _asked(by)
    rules, language = queries.agreement(), get_language() or "en"
    said = {table: rules.words(table, language) for table in ("doors", "states", "charges")}
    who = agencies.names([note.by for row in rows for note in row.notes])
    lines = [
        {
            "row": row,
            "is_open": row.case in opened,
            "door": said["doors"].get(row.door, ""),
            "state": said["states"].get(row.state, ""),
            "charges": [(charge, said["charges"][charge.state]) for charge in row.charges],
            "notes": [(note, who[note.by]) for note in row.notes],
        }
        for row in rows
    ]
    usual = clock.today() + timedelta(days=rules.targets["hold_days"])
    return page(request, "tables/docket.html", {"lines": lines, "usual": usual})


@desk("sit_at_tables")
@require_POST
def decide(request: Request, charge_id: UUID) -> HttpResponse:
    """Hold to a day, decline or file."""
    until = day_of("until", request.POST.get("until", ""))
    cases.decide_charge(by=request.actor, charge=charge_id, state=request.POST.get("state", ""), until=until)
    flash.success(request, _("The decision is kept; the case manager sees it."))
    return redirect("tables:docket")


@desk("sit_at_tables")
@require_POST
def note(request: Request, case_id: UUID) -> HttpResponse:
    """A line of the work group, by a prosecutor to whom the status is open."""
    _rows, opened = _asked(request.actor)
    if case_id not in opened:
        raise NotFound("diversion")
    cases.note_work_group(by=request.actor, case=case_id, text=request.POST.get("text", ""))
    flash.success(request, _("Noted."))
    return redirect("tables:docket")
