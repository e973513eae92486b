"""Early signs: the rules that the site goes by, what a change would have told, a second person's approval."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.cases import actions, queries
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.web.pages import desk, page, whole
from commonweal.web.session import Request

Row = Mapping[str, object]
MEASURES: Mapping[str, Promise] = {
    "rising_contacts": gettext_lazy("Crisis teams meet the person more often than in as many days before"),
    "missed_referrals": gettext_lazy("Referrals declined, unanswered or missed"),
    "crisis_after_service": gettext_lazy("A crisis within these days after a service ended"),
    "review_overdue": gettext_lazy("Days since the plan was due for review"),
    "follow_up_missed": gettext_lazy("Days since a contact after a crisis was due"),
}
TELLS: Mapping[str, Promise] = {
    "manager": gettext_lazy("the case manager"), "team": gettext_lazy("the care team"),
}  # fmt: skip
STATES: Mapping[str, Promise] = {
    "draft": gettext_lazy("waits for a second person"), "approved": gettext_lazy("approved"),
    "withdrawn": gettext_lazy("withdrawn"),
}  # fmt: skip
NEW: Row = {
    "id": "", "measure": "", "en": "", "es": "", "window": "", "threshold": "", "tells": "manager",
    "on": True,
}  # fmt: skip
PARTS = ("id", "measure", "en", "es", "window", "threshold", "tells", "on")
DONE: Mapping[str, Promise] = {
    "approve": gettext_lazy("The rules are in force now."),
    "withdraw": gettext_lazy("The draft is withdrawn."),
}  # fmt: skip


@desk("administer", "approve_policy")
def every(request: Request) -> HttpResponse:
    """The rules in force in words, how their signs were answered, and every version."""
    number, rules = queries.signs_in_force()
    answers = queries.sign_answers(clock.now() - timedelta(days=30))
    versions = list(queries.sign_versions()[:20])
    names = agencies.names([v.drafted_by for v in versions] + [v.approved_by for v in versions])
    context = {
        "number": number,
        "rules": [(_said(rule.plain()), answers.get(rule.id, {})) for rule in rules],
        "versions": [
            (v, STATES[v.state], names.get(v.drafted_by, ""), names.get(v.approved_by, "")) for v in versions
        ],
        "may_draft": request.actor.may("administer"),
    }
    return page(request, "setup/signs.html", context)


def _said(rule: Row) -> dict[str, object]:
    """A rule in words, in the reader's language."""
    sentence = rule["sentence"]
    assert isinstance(sentence, dict)
    spoken = sentence["es" if (get_language() or "en").startswith("es") else "en"]
    words = {"measure": MEASURES[str(rule["measure"])], "tells": TELLS[str(rule["tells"])]}
    return {**rule, **words, "sentence": spoken}


@desk("administer")
def draft(request: Request) -> HttpResponse:
    """The rules as a form: what they would have told last month, then on to a second person."""
    if request.method != "POST":
        rules = queries.signs_in_force()[1]
        return _form(request, [_row(rule.plain()) for rule in rules], "")
    rows, why = _typed(request), request.POST.get("why", "")
    try:
        said = [_rule(row) for row in rows]
        if request.POST.get("act") == "preview":
            return _form(request, rows, why, preview=_preview(said))
        made = actions.draft_sign_rules(by=request.actor, rules=said, why=why)
    except Invalid as fault:
        return _form(request, rows, why, fault)
    flash.success(request, _("The draft waits for a second person."))
    return redirect("setup:sign_rules", version=made.id)


def _form(
    request: Request, rows: Sequence[Row], why: str, fault: Invalid | None = None,
    preview: Sequence[Row] | None = None,
) -> HttpResponse:  # fmt: skip
    context = {
        "rows": [*rows, NEW], "why": why, "error": fault, "preview": preview, "measures": MEASURES,
        "tells": TELLS,
    }  # fmt: skip
    return page(request, "setup/sign_draft.html", context, status=400 if fault else 200)


def _row(rule: Row) -> Row:
    sentence = rule["sentence"]
    assert isinstance(sentence, dict)
    return {**rule, "en": sentence["en"], "es": sentence["es"]}


def _typed(request: Request) -> list[Row]:
    """What was typed, row by row; a row whose two sentences are empty is taken out."""
    lists = [request.POST.getlist(name)[:40] for name in PARTS]
    rows = [dict(zip(PARTS, some, strict=True)) for some in zip(*lists, strict=False)]
    return [{**row, "on": row["on"] == "yes"} for row in rows if row["en"].strip() or row["es"].strip()]


def _rule(row: Row) -> Row:
    """A rule of the form as the room takes it; a new one is named after its sentence."""
    return {
        "id": str(row["id"]) or slugify(str(row["en"]))[:40],
        "measure": row["measure"], "tells": row["tells"], "on": row["on"],
        "sentence": {"en": str(row["en"]).strip(), "es": str(row["es"]).strip()},
        "window": whole(str(row["window"])), "threshold": whole(str(row["threshold"])),
    }  # fmt: skip


def _preview(rules: Sequence[Row]) -> list[Row]:
    return [
        {"rule": _said(asdict(one.rule)), "told": one.told, "cases": one.cases, "crisis": one.then_crisis}
        for one in queries.try_signs(rules)
    ]


@desk("administer", "approve_policy")
def version(request: Request, version: UUID) -> HttpResponse:
    """One version: its rules, what they would have told last month, and the second person's choice."""
    found = queries.sign_rules(version)
    rules = [rule.plain() for rule in queries.rules_of_version(version)]
    names = agencies.names([found.drafted_by, found.approved_by])
    is_draft, may_keep = found.state == "draft", request.actor.may("administer")
    context = {
        "found": found,
        "state": STATES[found.state],
        "drafter": names.get(found.drafted_by, ""),
        "approver": names.get(found.approved_by, ""),
        "rules": [_said(rule) for rule in rules],
        "preview": _preview(rules),
        "may_approve": is_draft and found.drafted_by != request.actor.id,
        "may_withdraw": is_draft and may_keep,
    }
    return page(request, "setup/sign_version.html", context)


@desk("administer", "approve_policy")
@require_POST
def decide(request: Request, version: UUID, verb: str) -> HttpResponse:
    """Approve a draft that somebody else wrote, or take one back."""
    acts = {"approve": actions.approve_sign_rules, "withdraw": actions.withdraw_sign_rules}
    if verb not in acts:
        raise NotFound("act")
    acts[verb](by=request.actor, rules=version)
    flash.success(request, str(DONE[verb]))
    return redirect("setup:signs")
