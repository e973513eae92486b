"""How long records are kept: the schedule in force, what it would expunge next, and what stops it."""

from django.http import HttpResponse

from commonweal.sharing import queries
from commonweal.web.pages import desk, page
from commonweal.web.session import Request
from commonweal.web.steward.replaying import few


@desk("keep_trust")
def schedule(request: Request) -> HttpResponse:
    """Each schedule with its law and its counts (small ones guarded); holds in force beside them."""
    rows = [(one.schedule, few(one.due), few(one.soon)) for one in queries.outlook()]
    context = {
        "is_in_force": queries.retention().is_in_force,
        "rows": rows,
        "holds": list(queries.legal_holds()),
    }
    return page(request, "steward/retention.html", context)
