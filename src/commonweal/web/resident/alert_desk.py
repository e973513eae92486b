"""Public alerts behind the desk: written by one person, approved by another, sent, updated, called off."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.adapters.cap import reader
from commonweal.agencies import queries as agencies
from commonweal.community import actions, queries
from commonweal.kernel.errors import Conflict, Invalid, in_words
from commonweal.web.pages import desk, page, paged
from commonweal.web.resident.alert_form import form
from commonweal.web.resident.alert_words import FIELDS
from commonweal.web.resident.alerts import Shown, tongue
from commonweal.web.session import Request

TEXTS = ("event", "instruction", "description", "area")
LARGEST = 1 << 20  # bytes of a file that is read


@desk("publish", "supervise")
def work(request: Request) -> HttpResponse:
    """Every alert with how far it is: what waits for a second person first."""
    rows = paged(request, queries.alert_work()).map(lambda found: [Shown(row, tongue()) for row in found])
    return page(request, "resident/alert_work.html", {"rows": rows})


@desk("publish", "supervise")
def one(request: Request, alert_id: UUID) -> HttpResponse:
    """One alert in both languages; approve, send, call off, put aside (POST `act`)."""
    if request.method == "POST":
        return _act(request, alert_id)
    return _one(request, alert_id, None)


def _one(request: Request, alert_id: UUID, fault: Invalid | None) -> HttpResponse:
    row = queries.alert(alert_id)
    context = {
        "alert": Shown(row, tongue()), "row": row, "both": [_written(row, "en"), _written(row, "es")],
        "lacking": [FIELDS[name][0] for name in queries.lacking(row.__dict__)],
        "is_own": row.drafted_by == request.actor.id, "chain": queries.alert_chain(row), "error": fault,
        "stands": queries.alerts_standing().filter(id=row.id).exists(), "typed": request.POST,
        "names": agencies.names([name for name in (row.drafted_by, row.approved_by) if name]),
    }  # fmt: skip
    return page(request, "resident/alert.html", context, status=400 if fault else 200)


def _written(row: queries.Alert, language: str) -> dict[str, str]:
    """The texts of one language as they stand: what is missing shows as missing."""
    told = {name: str(getattr(row, f"{name}_{language}")) for name in TEXTS}
    return {"tongue": language, **told}


def _act(request: Request, alert_id: UUID) -> HttpResponse:
    posted, by = request.POST, request.actor
    try:
        match posted.get("act", ""):
            case "approve":
                actions.approve_alert(by=by, alert=alert_id, names_nobody=posted.get("names_nobody") == "yes")
                flash.success(request, _("The alert is approved. It is not sent yet."))
            case "issue":
                actions.issue_alert(by=by, alert=alert_id)
                flash.success(request, _("The alert is sent: it stands on the public page."))
            case "cancel":
                reasons = {name: posted.get(name, "") for name in ("reason_en", "reason_es")}
                actions.cancel_alert(by=by, alert=alert_id, **reasons)
                flash.success(request, _("The alert is called off."))
            case "drop":
                actions.drop_alert(by=by, alert=alert_id)
                flash.success(request, _("The draft is put aside."))
                return redirect("resident:alert_work")
            case other:
                raise Invalid("act", other, _("Choose from the list."))
    except Invalid as fault:
        return _one(request, alert_id, fault)
    return redirect("resident:alert", alert_id)


@desk("publish", "supervise")
def draft(request: Request) -> HttpResponse:
    """Write an alert down."""
    return form(request, None, "draft")


@desk("publish", "supervise")
def change(request: Request, alert_id: UUID) -> HttpResponse:
    """Other words, before it is sent."""
    return form(request, queries.alert(alert_id), "change")


@desk("publish", "supervise")
def update(request: Request, alert_id: UUID) -> HttpResponse:
    """Write what will replace an alert that stands."""
    return form(request, queries.alert(alert_id), "update")


@desk("publish", "supervise")
@require_POST
def bring(request: Request) -> HttpResponse:
    """A CAP file of another system as a draft; every fault of it is listed with its line and its remedy."""
    file = request.FILES.get("file")
    if file is None:
        raise Invalid("file", "", _("Choose a file."))
    try:
        message, remarks = reader.read(file.read(LARGEST + 1))
        origin = f"{message.sender},{message.identifier}"[:400]
        made = actions.draft_alert(by=request.actor, said=reader.wording(message), origin=origin)
    except reader.Unread as fault:
        faults = [(one, in_words(one.reason), in_words(one.remedy)) for one in fault.faults]
        return page(request, "resident/alert_faults.html", {"faults": faults, "name": file.name}, status=400)
    except Invalid as fault:
        one = {"field": fault.field, "value": fault.value, "line": 0}
        told = [(one, _("was not accepted"), fault.remedy)]
        return page(request, "resident/alert_faults.html", {"faults": told, "name": file.name}, status=400)
    except Conflict as stands:
        flash.warning(request, str(stands))
        return redirect("resident:alert_work")
    for remark in remarks:
        flash.warning(request, in_words(remark))
    flash.success(request, _("The file is read: here is its draft."))
    return redirect("resident:alert", made.id)
