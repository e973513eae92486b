"""Litigation holds, and who may act for a person."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid
from commonweal.sharing import actions, queries
from commonweal.web.pages import day_of, desk, id_of, page
from commonweal.web.session import Request
from commonweal.web.steward import naming


@desk("keep_trust")
def every(request: Request) -> HttpResponse:
    """Holds in force and lifted; set one, lift one. Back as it was typed where a new hold is refused."""
    if request.method != "POST":
        return _shown(request)
    try:
        return _lift(request) if request.POST.get("act") == "lift" else _set(request)
    except Invalid as wrong:
        return _shown(request, wrong)


def _lift(request: Request) -> HttpResponse:
    sent = request.POST
    hold = id_of("hold", sent.get("hold", ""))
    actions.lift_legal_hold(by=request.actor, legal_hold=hold, reason=sent.get("reason", ""))
    flash.success(request, _("The hold is lifted."))
    return redirect("steward:holds")


def _set(request: Request) -> HttpResponse:
    sent, scope = request.POST, request.POST.get("scope", "")
    number = sent.get("subject", "").strip()
    actions.set_legal_hold(
        by=request.actor,
        name=sent.get("name", ""),
        reason=sent.get("reason", ""),
        scope=scope,
        subject=naming.found_by("subject", scope, number) if number and scope != "span" else None,
        first=day_of("first", sent.get("first", "")),
        last=day_of("last", sent.get("last", "")),
    )
    flash.success(request, _("The hold stands. Nothing under it is deleted."))
    return redirect("steward:holds")


def _shown(request: Request, error: Invalid | None = None) -> HttpResponse:
    rows = list(queries.legal_holds(in_force=False))
    names = agencies.names([r.set_by for r in rows])
    held = [Subject(queries.kind_of(r.scope), r.subject) for r in rows if r.subject]
    said = naming.in_words(request.actor, held)
    context = {
        "rows": [(r, names.get(r.set_by, ""), said.get(r.subject, "") if r.subject else "") for r in rows],
        "scopes": queries.LegalHold.SCOPES,
        "error": error,
        "typed": request.POST if error else {},
    }
    return page(request, "steward/holds.html", context, status=400 if error else 200)


@desk("keep_trust")
def representatives(request: Request, person_id: UUID) -> HttpResponse:
    """Who may act for this person; record what papers say, end an authority."""
    sent = request.POST
    if request.method == "POST" and sent.get("act") == "end":
        actions.end_representative(by=request.actor, representative=id_of("who", sent.get("who", "")))
        return redirect("steward:representatives", person_id=person_id)
    if request.method != "POST":
        return _of_person(request, person_id)
    try:
        _record(request.actor, person_id, sent)
    except Invalid as wrong:
        return _of_person(request, person_id, wrong)
    flash.success(request, _("The authority is recorded."))
    return redirect("steward:representatives", person_id=person_id)


def _record(by: Actor, person: UUID, sent: QueryDict) -> None:
    actions.record_representative(
        by=by,
        person=person,
        name=sent.get("name", ""),
        relation=sent.get("relation", ""),
        address=sent.get("address", ""),
        papers=actions.Papers(
            authority=sent.get("authority", ""),
            evidence=sent.get("evidence", ""),
            scope=tuple(sent.getlist("scope")),
            limits=tuple(sent.getlist("limits")),
            expires_on=day_of("expires_on", sent.get("expires_on", "")),
        ),
    )


def _of_person(request: Request, person_id: UUID, error: Invalid | None = None) -> HttpResponse:
    rows = queries.representatives(request.actor, person_id)
    names = agencies.names([r.seen_by for r in rows])
    context = {
        "rows": [(r, queries.is_in_force(r), names.get(r.seen_by, "")) for r in rows],
        "person": person_id,
        "authorities": queries.Representative.AUTHORITIES,
        "limits": queries.Representative.LIMITS,
        "kinds": [
            (one.code, queries.rights.spoken(one.title, get_language() or "en"))
            for one in queries.rights.kinds().values()
        ],
        "error": error,
        "typed": request.POST if error else {},
        "marked": [*request.POST.getlist("scope"), *request.POST.getlist("limits")],
    }
    return page(request, "steward/representatives.html", context, status=400 if error else 200)
