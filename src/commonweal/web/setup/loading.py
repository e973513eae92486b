"""Imports in the browser: hand a file in, watch it being read, take the lists of what was not kept."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.adapters.cad_csv import reader as calls
from commonweal.adapters.directory_files import reader as directories
from commonweal.adapters.people_csv import reader as people
from commonweal.agencies import queries
from commonweal.kernel import imports, uploads
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.imports import ImportRun
from commonweal.web.pages import csv_response, desk, page
from commonweal.web.session import Request
from commonweal.web.setup.told import told, told_rows


@desk("administer", "keep_records")
def index(request: Request) -> HttpResponse:
    """Runs, newest first, with counts that add up; a form to hand a file in, back as it was if refused."""
    if request.method != "POST":
        return _index(request)
    try:
        return _ask(request)
    except Invalid as wrong:
        return _index(request, wrong)


def _index(request: Request, error: Invalid | None = None) -> HttpResponse:
    context = {
        "error": error,
        "typed": request.POST if error else {},
        "rows": [run for run in imports.runs() if _may_see(request, run)],
        "profiles": profiles(),
        "centres": queries.agencies("ecc"),
        "agencies": queries.agencies(),
        "may_ask": request.actor.may("administer"),
    }
    return page(request, "setup/imports.html", context, status=400 if error else 200)


def profiles() -> list[tuple[str, str, str]]:
    """What may be handed in: (value, kind, name of the profile)."""
    found = [(f"calls:{name}", _("Calls"), name) for name in calls.shipped_profiles()]
    names = [name.removeprefix("directory_") for name in directories.shipped_profiles()]
    found += [(f"directory:{name}", _("Directory"), name) for name in names]
    return found + [(f"people:{name}", _("People"), name) for name in people.shipped_profiles()]


def _ask(request: Request) -> HttpResponse:
    file, chosen = request.FILES.get("file"), request.POST.get("profile", "")
    if not request.actor.may("administer"):
        raise NotFound("page")
    if chosen not in {value for value, _kind, _name in profiles()}:
        raise Invalid("profile", chosen, _("Choose a profile from the list."))
    if file is None:
        raise Invalid("file", "", _("Choose a file to hand in."))
    kind, name = chosen.split(":")
    made = uploads.ask(
        by=request.actor, kind=kind, profile=name, name=file.name or "upload", content=file.chunks(),
        agency=_owner(request, kind),
    )  # fmt: skip
    return redirect("setup:import", made.id)


def _owner(request: Request, kind: str) -> UUID | None:
    """Whose records the file holds: the centre of calls where one is chosen, always the agency of people."""
    if kind == "calls" and (centre := request.POST.get("centre", "")):
        return _chosen("centre", centre, _("Choose a centre from the list."))
    if kind == "people":
        return _chosen(
            "agency", request.POST.get("agency", ""), _("Choose the agency whose people they are.")
        )
    return None


def _chosen(field: str, text: str, remedy: str) -> UUID:
    try:
        return queries.agency(UUID(text)).id
    except (ValueError, NotFound) as wrong:
        raise Invalid(field, text, remedy) from wrong


@desk("administer", "keep_records")
def run(request: Request, run_id: UUID) -> HttpResponse:
    """One run: how far it is, what came of it in words, and its lists. The part alone while it goes on."""
    found = _seen(request, run_id)
    context = {
        "run": found,
        "fault": told(found.fault),
        "notices": [told(text) for text in found.notices if text != found.fault],
        "has_values": uploads.may_see_values(request.actor, found),
        "may_ask": request.actor.may("administer") and bool(found.upload),
        "is_going": found.state in ("waiting", "started") and bool(found.upload),
    }
    return page(request, "setup/_run.html" if request.htmx else "setup/import.html", context)


@desk("administer")
@require_POST
def again(request: Request, run_id: UUID) -> HttpResponse:
    """Start a run again that was cut off: nothing is doubled."""
    uploads.ask_again(by=request.actor, run=run_id)
    flash.success(request, _("The file will be read again. Nothing is doubled."))
    return redirect("setup:import", run_id)


@desk("administer", "keep_records")
def listing(request: Request, run_id: UUID, which: str) -> HttpResponseBase:
    """The list of refused rows, or of findings, as a file; journalled."""
    found = _seen(request, run_id)
    header, *rows = uploads.listing(by=request.actor, run=found.id, which=which)
    return csv_response(f"{which}-{found.kind}-{found.id}", header, told_rows(rows))


def _seen(request: Request, run_id: UUID) -> ImportRun:
    found = imports.run_of(run_id)
    if not _may_see(request, found):
        raise NotFound("import run")
    return found


def _may_see(request: Request, run: ImportRun) -> bool:
    """An administrator sees every run; a steward of records those of the own agency, and public ones."""
    own = run.agency is not None and run.agency == request.actor.agency
    return request.actor.may("administer") or own or uploads.is_public(run)
