"""A bank statement for information: who, what, why, on what basis, when; and the journal under it."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from commonweal.agencies import queries as agencies
from commonweal.kernel import journal
from commonweal.kernel.actors import Subject
from commonweal.sharing import actions, queries
from commonweal.web.pages import csv_response, desk, page, paged
from commonweal.web.session import Request
from commonweal.web.steward import naming


@desk("keep_trust")
def rows(request: Request) -> HttpResponseBase:
    """The register of disclosures, newest first; by category and purpose; as a file with `?as=csv`."""
    found = queries.register()
    asked = {name: request.GET.get(name, "") for name in ("category", "purpose")}
    for name, value in asked.items():
        if value:
            found = found.filter(**{name: value})
    if request.GET.get("as") == "csv":
        header = (
            "at", "account", "agency", "category", "fields", "purpose", "basis", "accounted", "notice",
            "outside",
        )  # fmt: skip
        lines = (
            (
                r.created_at.isoformat(),
                r.account,
                r.agency,
                r.category,
                " ".join(r.fields),
                r.purpose,
                " ".join(r.basis),
                r.is_accounted,
                r.notice,
                r.outsider_id or "",
            )
            for r in found.iterator(chunk_size=500)
        )
        return csv_response("disclosures", header, lines)
    shown = paged(request, found)
    names = agencies.names([r.account for r in shown])
    told = queries.told_outside(r.outsider_id for r in shown)
    houses = {one.id: one.name for one in agencies.agencies()}
    said = naming.in_words(request.actor, [Subject(r.kind, r.subject) for r in shown])
    lines_ = [
        (r, names[r.account], houses.get(r.agency, "") if r.agency else "", said[r.subject],
         [queries.citation(rule) for rule in r.rules], told.get(r.outsider_id, ""))
        for r in shown
    ]  # fmt: skip
    context = {"rows": lines_, "page": shown, "asked": asked, "categories": sorted(queries.CATEGORIES)}
    return page(request, "steward/register.html", context)


@desk("keep_trust")
def journal_page(request: Request) -> HttpResponse:
    """Verify the chain from stored rows; show the head, to be kept elsewhere as a checkpoint."""
    verdict = actions.verify_journal(by=request.actor) if request.method == "POST" else None
    return page(request, "steward/journal.html", {"verdict": verdict, "position": journal.position()})
