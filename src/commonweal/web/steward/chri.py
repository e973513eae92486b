"""Criminal history given: the dissemination log, on screen, in print, as a file; and whom it went on to."""

from collections.abc import Iterator

from django.contrib import messages as flash
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Invalid
from commonweal.sharing import actions, queries
from commonweal.web.pages import csv_response, desk, id_of, page, paged
from commonweal.web.session import Request
from commonweal.web.steward import naming

HEADER = (
    "at", "account", "agency", "ori", "source_agency", "fields", "purpose", "purpose_code", "record",
    "journal_line", "given_on_at", "recipient", "recipient_agency", "recipient_ori", "recipient_purpose_code",
    "reason",
)  # fmt: skip
MOST = 1_000  # rows of one print


@desk("keep_trust")
def log(request: Request) -> HttpResponseBase:
    """Newest first, of one purpose code with `?code=`; `?as=csv` or `print`; POST logs giving on."""
    if request.method == "POST":
        return _given_on(request)
    code, codes = request.GET.get("code", "")[:4], queries.purpose_codes(get_language() or "en")
    if code and code not in codes:
        raise Invalid("purpose_code", code, _("Choose a code from the list."))
    found = queries.disseminations(code)
    if request.GET.get("as") == "csv":
        lines = (line for row in found.iterator(chunk_size=500) for line in _lines(row))
        return csv_response("chri", HEADER, lines)
    is_print = request.GET.get("as") == "print"
    rows = paged(request, found, MOST if is_print else 25)
    names = agencies.names([row.account for row in rows])
    said = naming.in_words(request.actor, [Subject(row.kind, row.subject) for row in rows])
    houses = {one.id: one.name for one in agencies.agencies()}
    context = {
        "rows": [
            (row, names[row.account], houses.get(row.agency, "") if row.agency else "", said[row.subject])
            for row in rows
        ],
        "page": rows,
        "code": code,
        "codes": codes,
        "now": clock.now(),
    }
    return page(request, "steward/chri_print.html" if is_print else "steward/chri.html", context)


def _given_on(request: Request) -> HttpResponse:
    sent = request.POST
    to = actions.Recipient(sent.get("recipient", ""), sent.get("agency", ""), sent.get("ori", ""))
    actions.record_onward(
        by=request.actor,
        dissemination=id_of("dissemination", sent.get("dissemination", "")),
        recipient=to,
        purpose_code=sent.get("purpose_code", ""),
        reason=sent.get("reason", ""),
    )
    flash.success(request, _("Logged."))
    return redirect("steward:chri")


def _lines(row: queries.Dissemination) -> Iterator[tuple[object, ...]]:
    """One line a giving; one more for each time it was given on."""
    given = (
        row.created_at.isoformat(), row.account, row.agency, row.ori, row.source_agency, " ".join(row.fields),
        row.purpose, row.purpose_code, row.subject, row.line,
    )  # fmt: skip
    on = [
        (o.created_at.isoformat(), o.recipient, o.agency, o.ori, o.purpose_code, o.reason)
        for o in row.onward.all()
    ]
    yield from (given + one for one in on or [("",) * 6])
