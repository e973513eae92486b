"""Criminal history given: the dissemination log, on the screen and as a file."""

from django.http.response import HttpResponseBase

from commonweal.agencies import queries as agencies
from commonweal.sharing import queries
from commonweal.web.pages import csv_response, desk, page, paged
from commonweal.web.session import Request

HEADER = (
    "at",
    "account",
    "agency",
    "source_agency",
    "fields",
    "purpose",
    "purpose_code",
    "record",
    "journal_line",
)


@desk("keep_trust")
def log(request: Request) -> HttpResponseBase:
    """Newest first, of one purpose code with `?code=`; as a file with `?as=csv`."""
    code = request.GET.get("code", "")[:4]
    found = queries.disseminations(code)
    if request.GET.get("as") == "csv":
        return csv_response("chri", HEADER, (_cells(row) for row in found.iterator(chunk_size=500)))
    rows = paged(request, found)
    names = agencies.names([row.account for row in rows])
    houses = {one.id: one.name for one in agencies.agencies()}
    context = {
        "rows": [(row, names[row.account], houses.get(row.agency, "") if row.agency else "") for row in rows],
        "page": rows,
        "code": code,
    }
    return page(request, "steward/chri.html", context)


def _cells(row: queries.Dissemination) -> tuple[object, ...]:
    return (
        row.created_at.isoformat(),
        row.account,
        row.agency,
        row.source_agency,
        " ".join(row.fields),
        row.purpose,
        row.purpose_code,
        row.subject,
        row.line,
    )
