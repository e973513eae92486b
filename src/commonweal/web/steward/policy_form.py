"""The form of the site's own policy: a plain sentence for each thing that a site may set."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from commonweal.kernel import clock, codes
from commonweal.kernel.errors import Conflict, Invalid
from commonweal.sharing import actions, queries
from commonweal.web.pages import desk, page
from commonweal.web.session import Request
from commonweal.web.steward.drafting import day_of
from commonweal.web.steward.explain import ROLES
from commonweal.web.steward.policy import language

BLANK = 3  # empty lines for fields kept back
GLASS = ("dispatcher", "patrol_officer", "cit_officer", "corespond_clinician", "crisis_team", "hospital",
         "sud_provider")  # fmt: skip
Choice = tuple[str, str, bool]


def _numbers(rules: queries.site.Rules) -> list[tuple[str, str, str, int, int, int, str]]:
    """Of each number: code, the sentence before and after it, its value, least, most, the rule behind it."""
    rows = []
    for bound in queries.site.bounds().values():
        before, _n, after = (bound.es if language() == "es" else bound.en).partition("{n}")
        value = rules.number(bound.id)
        rows.append((bound.id, before, after, value, bound.least, bound.most, bound.rule))
    return rows


def _kept(role: str, purpose: str = "", category: str = "") -> bool:
    """Whether no site may take this away."""
    return any(role in one.roles and one.covers(purpose, category) for one in queries.site.kept())


def _purposes(rules: queries.site.Rules) -> list[tuple[str, list[Choice]]]:
    """Each role with the purposes that a site may take from it."""
    asked = sorted(queries.law().asks)
    rows = []
    for role in ROLES:
        own = [(f"{role}:{p}", codes.said(p), f"{role}:{p}" in rules.no_purposes)
               for r, p in asked if r == role and not _kept(role, p)]  # fmt: skip
        rows += [(codes.said(role), own)] if own else []
    return rows


def _fields() -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (codes.said(category), [(f"{category}:{name}", codes.said(name)) for name in sorted(fields)])
        for category, fields in sorted(queries.law().categories.items())
    ]


def _shown(request: Request, said: actions.PolicyDraft, found: queries.SitePolicy | None) -> HttpResponse:
    rules, installed = said.rules, queries.installed_states()
    context = {
        "policy": found, "why": said.why, "starts": said.starts, "numbers": _numbers(rules),
        "states": [(n, title, n in rules.states, n in installed)
                   for n, title in queries.site.state_packs().items()],
        "glass": [(role, codes.said(role), role in rules.no_glass) for role in GLASS],
        "purposes": _purposes(rules), "fields": _fields(),
        "roles": [(role, codes.said(role)) for role in ROLES if not _kept(role)],
        "withheld": [*((e.split(":")[0], e.partition(":")[2]) for e in rules.withheld), *[("", "")] * BLANK],
    }  # fmt: skip
    return page(request, "steward/policy_form.html", context)


def _number(posted: QueryDict, name: str) -> int:
    text = posted.get(name, "").strip()
    if not text.isdecimal() or len(text) > 6:
        raise Invalid(name, text, _("Give a whole number."))
    return int(text)


def _withheld(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Lines with a role and a field; a line with one of them alone is a mistake worth saying."""
    found = []
    for role, name in pairs:
        if bool(role) != bool(name):
            raise Invalid("withheld", role or name, _("Choose a role and a field, or neither."))
        found += [f"{role}:{name}"] if role else []
    return tuple(found)


def _said(posted: QueryDict) -> actions.PolicyDraft:
    rules = queries.site.Rules(
        numbers={name: _number(posted, name) for name in queries.site.bounds()},
        states=tuple(posted.getlist("states")),
        no_glass=tuple(posted.getlist("no_glass")),
        no_purposes=tuple(posted.getlist("no_purposes")),
        withheld=_withheld(
            zip(posted.getlist("withheld_role"), posted.getlist("withheld_field"), strict=False)
        ),
    )
    return actions.PolicyDraft(rules, posted.get("why", ""), day_of(posted, "starts"))


@desk("keep_trust")
def new(request: Request) -> HttpResponse:
    """A new draft, beginning from what is in force."""
    if request.method == "POST":
        made = actions.draft_policy(by=request.actor, said=_said(request.POST))
        flash.success(request, _("Drafted. It holds once a second person approves it."))
        return redirect("steward:policy", policy_id=made.id)
    today = clock.today()
    return _shown(request, actions.PolicyDraft(queries.rules_in_force(), "", today), None)


@desk("keep_trust")
def edit(request: Request, policy_id: UUID) -> HttpResponse:
    """The same form on a draft."""
    found = queries.policy(policy_id)
    if found.state != "draft":
        raise Conflict("This version is no draft any more; draft a new one to change it.")
    if request.method == "POST":
        actions.revise_policy(by=request.actor, policy=policy_id, said=_said(request.POST))
        flash.success(request, _("Changed."))
        return redirect("steward:policy", policy_id=policy_id)
    day = timezone.localdate(found.starts_at)
    return _shown(request, actions.PolicyDraft(queries.site.stored(found.rules), found.why, day), found)
