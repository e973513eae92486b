"""Agreements: clauses in plain words beside their grants, signatures, versions, measures, replays."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing import actions, queries
from commonweal.web.pages import csv_response, desk, id_of, page
from commonweal.web.session import Request
from commonweal.web.steward.drafting import day_of
from commonweal.web.steward.replaying import HEADER, cells, few, told


@desk("keep_trust", "sign_agreements", "approve_policy")
def every(request: Request) -> HttpResponse:
    """All agreements that the reader may work on, newest term first; over them the measures still owed."""
    found = [(a, list(a.parties.all())) for a in queries.agreements_for(request.actor)]
    rows = [(a, sum(1 for p in parties if p.signed_at), len(parties)) for a, parties in found]
    return page(request, "steward/agreements.html", {"agreements": rows, "owed": owed_by_whom(request.actor)})


@desk("keep_trust", "sign_agreements", "approve_policy")
def one(request: Request, agreement_id: UUID) -> HttpResponse:
    """Read it; sign for the own agency; end it; answer for its measures."""
    found = queries.agreement_for(request.actor, agreement_id)
    may_work = request.actor.may("keep_trust") or request.actor.may("sign_agreements")
    if request.method == "POST":
        if not may_work:
            raise NotFound("act")  # counsel reads
        return redirect("steward:agreement", agreement_id=_act(request, found))
    own = next((p for p in found.parties.all() if p.agency_id == request.actor.agency), None)
    measures = list(found.measures.all())
    names = agencies.names([str(m.owner) for m in measures])
    owed = {m.id: m for m in queries.open_measures(request.actor, [found.id])}
    context = {
        "agreement": found,
        "own": own,
        "may_work": may_work,
        "parties": _signed(found),
        "may_sign": own is not None and request.actor.may("sign_agreements"),
        "clauses": [(c, [queries.citation(r) for r in _rules(c)]) for c in queries.checked_clauses(found)],
        "digest": queries.digest(found),
        "measures": [(m, names[str(m.owner)], _may_record(request, m), owed.get(m.id)) for m in measures],
        "owners": [(str(a.id), a.display_name) for a in queries.owners(found)],
        "later": [a for a in queries.agreements_for(request.actor) if a.supersedes_id == found.id],
    }
    return page(request, "steward/agreement.html", context)


def owed_by_whom(by: Actor, of: Iterable[UUID] | None = None) -> list[tuple[queries.Owed, str]]:
    """Measures without a value yet, longest overdue first, each with the name of who answers for it."""
    rows = queries.open_measures(by, of)
    names = agencies.names([str(m.owner) for m in rows])
    return [(m, names[str(m.owner)]) for m in rows]


def _signed(found: queries.Agreement) -> list[tuple[queries.Party, str]]:
    """Each party with the name of whoever signed for it; empty where nobody did, or no worker's hand."""
    parties = list(found.parties.select_related("agency"))
    names = agencies.names([p.signed_by for p in parties if p.signed_by])
    return [(p, "" if (name := names.get(p.signed_by, "")) == p.signed_by else name) for p in parties]


def _rules(checked: queries.Honoured) -> list[str]:
    return list(dict.fromkeys(rule for refused in checked.refused for rule in refused.rules))


def _may_record(request: Request, measure: queries.Measure) -> bool:
    mine = str(measure.owner) == request.actor.id or request.actor.may("keep_trust")
    return mine and measure.recorded_at is None


def _act(request: Request, found: queries.Agreement) -> UUID:
    """Do what was posted; the agreement to show then."""
    by, posted, act = request.actor, request.POST, request.POST.get("act")
    if act == "end":
        if "sure" not in request.POST:
            raise Invalid("sure", "", _("Tick that you mean it: what it grants stops at once."))
        actions.end_agreement(by=by, agreement=found.id)
        flash.success(request, _("The agreement has ended."))
    elif act == "version":
        return actions.draft_version(by=by, agreement=found.id).id
    elif act in ("sign", "publish", "withhold"):
        _sign(request, found, act)
    elif act == "measure":
        said = actions.Target(
            posted.get("name", ""), posted.get("target", ""), id_of("owner", posted.get("owner", "")),
            day_of(posted, "due_on"),
        )  # fmt: skip
        actions.set_measure(by=by, agreement=found.id, said=said)
        flash.success(request, _("Added. Whoever answers for it is reminded on its day."))
    elif act == "record":
        which = id_of("measure", posted.get("measure", ""))
        actions.record_measure(
            by=by, measure=which, value=posted.get("value", ""), note=posted.get("note", "")
        )
        flash.success(request, _("Recorded."))
    else:
        raise NotFound("act")
    return found.id


def _sign(request: Request, found: queries.Agreement, act: str) -> None:
    by, posted = request.actor, request.POST
    if by.agency is None:
        raise NotFound("agreement")
    if act == "sign":
        public, read = posted.get("public", "yes") == "yes", posted.get("digest", "")
        actions.sign_agreement(by=by, agreement=found.id, agency=by.agency, public=public, read=read)
        flash.success(request, _("Signed."))
    else:
        actions.publish_agreement(by=by, agreement=found.id, agency=by.agency, public=act == "publish")
        flash.success(request, _("Kept."))


@desk("keep_trust", "sign_agreements")
def changes(request: Request, agreement_id: UUID) -> HttpResponseBase:
    """What this version changes, and what that would have meant last month; as a file with `?as=csv`."""
    found = queries.agreement_for(request.actor, agreement_id)
    replay = actions.replay_agreement(by=request.actor, agreement=agreement_id)
    rows = cells(replay)
    if request.GET.get("as") == "csv":
        return csv_response("agreement-replay", HEADER, rows)
    context = {
        "agreement": found, "changes": queries.changes(found), "replay": replay, "floor": queries.floor(),
        "rows": told(rows), "no_account": few(replay.no_account), "no_sign_in": few(replay.no_sign_in),
        "no_record": few(replay.no_record),
    }  # fmt: skip
    return page(request, "steward/changes.html", context)


@desk("keep_trust", "sign_agreements", "approve_policy")
def printed(request: Request, agreement_id: UUID) -> HttpResponse:
    """The whole document on a clean page, to print or to keep as PDF from the browser."""
    found = queries.agreement_for(request.actor, agreement_id)
    measures = list(found.measures.all())
    names = agencies.names([str(m.owner) for m in measures])
    context = {
        "agreement": found,
        "digest": queries.digest(found),
        "signers": _signed(found),
        "measures": [(m, names[str(m.owner)]) for m in measures],
    }
    return page(request, "agreement/print.html", context)
