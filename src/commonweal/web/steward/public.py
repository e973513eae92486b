"""Calls for a public-records request: by number or day, on sheets with black bars, the log beside them."""

from datetime import datetime, time, timedelta
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from commonweal.calls import queries as calls
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Invalid
from commonweal.sharing import actions
from commonweal.web.pages import csv_response, day_of, desk, page
from commonweal.web.public_records import log_lines, sheets
from commonweal.web.session import Request


@desk("keep_trust")
def records(request: Request, request_id: UUID) -> HttpResponseBase:
    """The sheets as the public may have them, also after the answer; the log as CSV; a POST adds records."""
    found = actions.open_request(by=request.actor, request=request_id)
    if request.method == "POST":
        return _add(request, request_id)
    release = actions.open_release(by=request.actor, request=request_id)
    if request.GET.get("as") == "csv":
        return csv_response(
            f"{found.number}-log", ("record", "field", "exemption", "citation"), log_lines(release)
        )
    return page(request, "steward/public.html", {"found": found, "sheets": sheets(release)})


def _add(request: Request, request_id: UUID) -> HttpResponse:
    asked = _chosen(request.POST)
    permits = actions.redact(by=request.actor, request=request_id, records=asked) if asked else {}
    if not permits:  # nor where all of them open nothing: that would tell that they are there
        raise Invalid("records", request.POST.get("numbers", ""), _("No call has these numbers or days."))
    if len(asked) == calls.MOST_NUMBERED:
        told = _("Only the first %(most)d calls were taken. Ask for fewer days at a time.")
        flash.warning(request, told % {"most": calls.MOST_NUMBERED})
    return redirect("steward:public", request_id=request_id)


def _chosen(sent: QueryDict) -> dict[Subject, str]:
    first, last = day_of("first", sent.get("first", "")), day_of("last", sent.get("last", ""))
    start = timezone.make_aware(datetime.combine(first, time())) if first and last else None
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time())) if first and last else None
    numbers = sent.get("numbers", "").replace(",", " ").split()
    found = calls.numbered(numbers, start, end, clock.now() - calls.PUBLIC_DELAY)
    return {Subject("call", one): number for one, number in found.items()}
