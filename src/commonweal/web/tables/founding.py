"""Founding a hub table: its name, its charter clause by clause, and who sits for which agency."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.cases import actions as cases
from commonweal.cases import queries
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.messages import actions as messages
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as agreements
from commonweal.web.pages import desk, page
from commonweal.web.session import Request

TERM = timedelta(days=365)
SITTERS = tuple(role.code for role in agencies.ROLES.values() if "sit_at_tables" in role.permissions)
NAMES_AT_THREE: dict[str, object] = {  # what the four filters need of a charter, and no more
    "text": "At filter three, those who stay at the table may learn name, date of birth and address.",
    "category": "identity",
    "fields": ["name", "dob", "home_address"],
    "roles": ["case_manager", "corespond_clinician", "prosecutor"],
    "purposes": ["care_coordination"],
    "conditions": ["tie:table"],
}


@desk("keep_tables")
def every(request: Request) -> HttpResponse:
    """All tables (GET); found another (POST): table and draft charter, to be signed by its agencies."""
    if request.method == "POST":
        return _found(request)
    rows = [(table, queries.chairs(table.id)) for table in queries.tables()]
    members = [(str(a.id), a.name) for a in agencies.agencies()]
    return page(request, "tables/founding.html", {"rows": rows, "members": members})


def _found(request: Request) -> HttpResponse:
    by, posted = request.actor, request.POST
    name, text = posted.get("name", "").strip(), posted.get("text", "").strip()
    if not name or any(table.name == name for table in queries.tables()):
        raise Invalid("name", name, _("Give the table a name of its own."))
    if not text:
        raise Invalid("text", text, _("Write in the charter what the table is for."))
    today = clock.today()
    charter = sharing.draft_agreement(
        by=by, title=_("Charter: %(table)s") % {"table": name}, kind="task_force_charter", text=text,
        starts=today, ends=today + TERM, parties=[_id(p, "agency") for p in posted.getlist("members")],
        clauses=[NAMES_AT_THREE],
    )  # fmt: skip
    aim = posted.get("objectives", "").strip()
    table = cases.open_table(by=by, name=name, objectives=aim, charter=charter.id)
    flash.success(request, _("Founded. The charter is in force once every agency has signed it under Trust."))
    return redirect("tables:kept", table_id=table.id)


@desk("keep_tables")
def kept(request: Request, table_id: UUID) -> HttpResponse:
    """One table: its charter and who has signed, its seats, and who could sit."""
    table = queries.tables().filter(id=table_id).first()
    if table is None:
        raise NotFound("table")
    chairs = queries.chairs(table_id)
    taken = {chair.account for chair in chairs}
    charter = agreements.agreement(table.charter_id) if table.charter_id else None
    members = {p.agency_id for p in charter.parties.all()} if charter else None
    workers = agencies.accounts().filter(role__in=SITTERS, is_active=True).exclude(id__in=taken)
    found = [w for w in workers if members is None or w.agency_id in members]
    context = {
        "table": table,
        "charter": charter,
        "chairs": chairs,
        "workers": [(w.id, f"{w.agency.name if w.agency else ''} · {w.display_name}") for w in found],
        "drafts": [(a.id, a.title) for a in agreements.agreements() if a.kind == "task_force_charter"],
    }
    return page(request, "tables/kept.html", context)


@desk("keep_tables")
@require_POST
def act(request: Request, table_id: UUID, verb: str) -> HttpResponse:
    """Give a seat, end one, or name the charter."""
    by, posted = request.actor, request.POST
    if not queries.tables().filter(id=table_id).exists():
        raise NotFound("table")
    if verb == "seat":
        account = agencies.account(_id(posted.get("account", ""), "account"))
        if account.agency_id is None or account.role not in SITTERS:
            raise Invalid("account", account.display_name, _("Choose a worker who may sit at tables."))
        cases.seat(by=by, table=table_id, account=account.id, agency=account.agency_id)
        messages.notify(by=by, accounts=[account.id], kind="seat_given", link="/tables/")
        flash.success(request, _("They sit at the table now."))
    elif verb == "unseat":
        cases.unseat(by=by, table=table_id, account=_id(posted.get("account", ""), "account"))
        flash.success(request, _("They have left the table; what they could see there is closed to them."))
    elif verb == "charter":
        cases.charter(by=by, table=table_id, agreement=_id(posted.get("agreement", ""), "agreement"))
        flash.success(request, _("The table works under this charter."))
    else:
        raise NotFound("act")
    return redirect("tables:kept", table_id=table_id)


def _id(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise Invalid(field, text, _("Choose from the list.")) from wrong
