"""Drafting: a template's clauses on or off and narrowed, parties, term; and the same form on a draft."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.sharing import actions, queries
from commonweal.web.pages import desk, id_of, page
from commonweal.web.session import Request

LISTS = ("fields", "roles", "purposes")


@dataclass(frozen=True, slots=True)
class Line:
    """One clause on the form: as it stands, whether it is on, and all that it may be narrowed from."""

    term: queries.Term
    whole: queries.Term
    is_on: bool
    check: queries.Honoured | None = None

    @property
    def choices(self) -> list[tuple[str, list[str], frozenset[str]]]:
        """For each list of a grant: its name, all choices, and those chosen."""
        if self.term.kind != "grant":
            return []
        pairs = [(name, getattr(self.whole, name), getattr(self.term, name)) for name in LISTS]
        return [(name, sorted(whole | chosen), chosen) for name, whole, chosen in pairs]


def _language() -> str:
    return (get_language() or "en").split("-")[0]


def lines(template: queries.Template | None, found: queries.Agreement | None) -> list[Line]:
    """The clauses of the template, then those of the agreement that it does not know."""
    language = found.language if found else _language()
    stands = {t.key: t for t in queries.terms(found)} if found else {}
    programs = {agencies.program_of(p.agency.kind) for p in found.parties.all()} if found else set[str]()
    made = []
    for proposed in template.clauses if template else ():
        whole = proposed.said(language)
        term = stands.pop(whole.key, None)
        made.append((term or whole, whole, term is not None if found else proposed.is_on))
    made += [(term, term, True) for term in stands.values()]
    return [Line(term, whole, on, queries.honoured(term, programs)) for term, whole, on in made]


def _clause(line: Line, posted: QueryDict) -> dict[str, object]:
    key, term = line.term.key, line.term
    said: dict[str, object] = {"key": key, "kind": term.kind, "citation": term.citation}
    said["text"] = posted.get(f"text.{key}", term.text).strip() or term.text
    if term.kind == "grant":
        chosen = {n: [v for v in whole if v in posted.getlist(f"{n}.{key}")] for n, whole, _c in line.choices}
        said |= chosen | {"category": term.category, "conditions": sorted(term.conditions)}
    return said


def day_of(posted: QueryDict, name: str) -> date:
    try:
        return date.fromisoformat(posted.get(name, ""))
    except ValueError as wrong:
        raise Invalid(name, posted.get(name, ""), _("Give a day.")) from wrong


def _said(posted: QueryDict, shown: list[Line], kind: str, template: str, language: str) -> actions.Draft:
    return actions.Draft(
        title=posted.get("title", "").strip(), kind=kind, text=posted.get("text", "").strip(),
        starts=day_of(posted, "starts"), ends=day_of(posted, "ends"),
        parties=[id_of("parties", p) for p in posted.getlist("parties")],
        clauses=[_clause(line, posted) for line in shown if f"on.{line.term.key}" in posted],
        language=language, template=template,
        review_on=day_of(posted, "review_on") if posted.get("review_on") else None,
    )  # fmt: skip


def _agencies() -> list[tuple[str, str]]:
    return [(str(a.id), a.name) for a in agencies.agencies()]


@desk("keep_trust", "sign_agreements")
def choose(request: Request) -> HttpResponse:
    """The templates that ship, each with what it is for."""
    found = [(t, t.titled(_language()), t.described(_language())) for t in queries.templates().values()]
    return page(request, "steward/templates.html", {"found": found})


@desk("keep_trust", "sign_agreements")
def new(request: Request, code: str) -> HttpResponse:
    """A first draft from a template."""
    template, language = queries.templates().get(code), _language()
    if template is None:
        raise NotFound("template")
    shown = lines(template, None)
    if request.method == "POST":
        said = _said(request.POST, shown, template.kind, code, language)
        if not request.actor.may("keep_trust") and request.actor.agency not in list(said.parties):
            raise Invalid("parties", "", _("Your own agency must be one of the parties."))
        made = actions.draft(by=request.actor, said=said)
        _answer_for(request, made, template)
        flash.success(request, _("Drafted. Nothing is in force until every party has signed."))
        return redirect("steward:agreement", agreement_id=made.id)
    today = clock.today()
    context = {
        "lines": shown, "agencies": _agencies(), "template": template,
        "chosen": [str(request.actor.agency)] if request.actor.agency else [],
        "said": {
            "title": template.titled(language), "text": template.worded(language), "starts": today,
            "ends": today + timedelta(days=template.term_days),
            "review_on": today + timedelta(days=template.review_days),
        },
    }  # fmt: skip
    return page(request, "steward/draft.html", context)


def _answer_for(request: Request, made: queries.Agreement, template: queries.Template) -> None:
    """The template's measures, owned by whoever drafts until somebody else takes them on."""
    language = made.language if made.language == "es" else "en"
    for name, target, days in template.measures:
        due = made.starts + timedelta(days=days)
        said = actions.Target(name[language], target[language], UUID(request.actor.id), due)
        actions.set_measure(by=request.actor, agreement=made.id, said=said)


@desk("keep_trust", "sign_agreements")
def edit(request: Request, agreement_id: UUID) -> HttpResponse:
    """The same form on a draft; a change takes every signature back."""
    found = queries.agreement_for(request.actor, agreement_id)
    if found.state != "draft":
        raise Conflict(_("All parties have signed this version; draft a new version to change it."))
    shown = lines(queries.templates().get(found.template), found)
    if request.method == "POST":
        said = _said(request.POST, shown, found.kind, found.template, found.language)
        actions.revise_agreement(by=request.actor, agreement=agreement_id, said=said)
        flash.success(request, _("Changed. Signatures under an earlier text no longer count."))
        return redirect("steward:agreement", agreement_id=agreement_id)
    chosen = [str(p.agency_id) for p in found.parties.all()]
    context = {"lines": shown, "agencies": _agencies(), "chosen": chosen, "said": found, "agreement": found}
    return page(request, "steward/draft.html", context)
