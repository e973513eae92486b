"""The site's own policy: versions, what one changes, its tests, last month again, a second person."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing import actions, queries
from commonweal.web.pages import csv_response, desk, page, whole
from commonweal.web.session import Request
from commonweal.web.steward.replaying import HEADER, cells, few, told


def language() -> str:
    """The reader's, for sentences that packs carry in both."""
    return (get_language() or "en").split("-")[0]


@desk("keep_trust", "approve_policy")
def every(request: Request) -> HttpResponse:
    """What holds now, in plain sentences; every version, newest first."""
    found = list(queries.policies())
    names = agencies.names([p.drafted_by for p in found] + [p.approved_by for p in found if p.approved_by])
    context = {
        "sentences": list(queries.site.sentences(queries.rules_in_force(), language()).values()),
        "stands": queries.in_force(),
        "rows": [(p, queries.standing_of(p), names.get(p.drafted_by, ""), names.get(p.approved_by, ""))
                 for p in found],
        "may_draft": request.actor.may("keep_trust"),
    }  # fmt: skip
    return page(request, "steward/policies.html", context)


@desk("keep_trust", "approve_policy")
def one(request: Request, policy_id: UUID) -> HttpResponse:
    """A version: its sentences, the difference from what is in force, its tests, and the next act."""
    found = queries.policy(policy_id)
    if request.method == "POST":
        return redirect("steward:policy", policy_id=_act(request, found))
    checks = queries.checks(found)
    names = agencies.names([n for n in (found.drafted_by, found.approved_by) if n])
    stands = queries.in_force()
    by = request.actor
    context = {
        "policy": found,
        "state": queries.standing_of(found),
        "drafted_by": names.get(found.drafted_by, ""),
        "approved_by": names.get(found.approved_by, ""),
        "sentences": list(queries.site.sentences(queries.site.stored(found.rules), language()).values()),
        "changes": queries.policy_changes(found, language()),
        "checks": [(c, c.es if language() == "es" else c.en, queries.citation(c.rule)) for c in checks],
        "passed": sum(c.outcome == "passes" for c in checks),
        "narrower": [c for c in checks if c.outcome == "narrower"],
        "failing": [c for c in checks if c.outcome == "fails"],
        "digest": queries.exact(found),
        "against": stands.number if stands else 0,
        "is_own": found.drafted_by == by.id,
        "may_draft": by.may("keep_trust"),
        "may_approve": by.may("approve_policy"),
    }
    return page(request, "steward/policy.html", context)


def _act(request: Request, found: queries.SitePolicy) -> UUID:
    """Do what was posted; the version to show then."""
    by, posted, act = request.actor, request.POST, request.POST.get("act")
    if act == "approve":
        against = whole(posted.get("against", ""))
        if against is None:
            raise Invalid("against", posted.get("against", "")[:40], _("Open the page again."))
        actions.approve_policy(by=by, policy=found.id, read=posted.get("digest", ""), against=against)
        flash.success(request, _("Approved. It takes force on its first day."))
    elif act == "withdraw":
        actions.withdraw_policy(by=by, policy=found.id)
        flash.success(request, _("Taken back."))
    elif act == "back":
        made = actions.roll_back_policy(by=by, policy=found.id, why=posted.get("why", ""))
        flash.success(request, _("Drafted. It holds once a second person approves it."))
        return made.id
    else:
        raise NotFound("act")
    return found.id


@desk("keep_trust", "approve_policy")
def replayed(request: Request, policy_id: UUID) -> HttpResponseBase:
    """What it would have allowed or refused last month, against what is in force; `?as=csv` as a file."""
    found = queries.policy(policy_id)
    replay = actions.replay_policy(by=request.actor, policy=policy_id)
    rows = cells(replay)
    if request.GET.get("as") == "csv":
        return csv_response("policy-replay", HEADER, rows)
    context = {
        "policy": found, "replay": replay, "floor": queries.floor(), "rows": told(rows),
        "no_account": few(replay.no_account), "no_sign_in": few(replay.no_sign_in),
        "no_record": few(replay.no_record),
        "changes": queries.policy_changes(found, language()),
    }  # fmt: skip
    return page(request, "steward/policy_changes.html", context)


@desk("keep_trust", "approve_policy")
def printed(request: Request, policy_id: UUID) -> HttpResponse:
    """The whole version on a clean page, to print or to keep as PDF from the browser."""
    found = queries.policy(policy_id)
    names = agencies.names([n for n in (found.drafted_by, found.approved_by) if n])
    rules = queries.site.stored(found.rules)
    context = {
        "policy": found, "state": queries.standing_of(found), "digest": queries.exact(found),
        "sentences": list(queries.site.sentences(rules, language()).values()),
        "drafted_by": names.get(found.drafted_by, ""), "approved_by": names.get(found.approved_by, ""),
        "packs": queries.law().version,
    }  # fmt: skip
    return page(request, "policy/print.html", context)
