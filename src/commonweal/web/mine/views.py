"""The own record in plain words: what helps me, my help, my consents, and who looked and why."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.cases import queries as cases
from commonweal.encounters import queries as encounters
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.people import queries as people
from commonweal.referrals import queries as referrals
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries
from commonweal.web import agreed_paper, screening
from commonweal.web.filed import download
from commonweal.web.looked import found, what, why
from commonweal.web.mine import aftercare
from commonweal.web.own_record import opened
from commonweal.web.pages import desk, page
from commonweal.web.session import Request
from commonweal.web.withdrawing import named


def self_of(by: Actor) -> UUID:
    """The person whom this account belongs to; NotFound for an account without one."""
    if by.person is None:
        raise NotFound("person")
    return by.person


@desk("see_mine")
def front(request: Request) -> HttpResponse:
    """Plan, help and consents of the person who is signed in, as far as the law opens them."""
    by = request.actor
    person = self_of(by)
    met = encounters.of_person(person)
    meetings = [Subject("encounter", e.id) for e in met]
    files = opened(by, "case_plan", [Subject("case", c.id) for c in cases.of_person(person)])
    names = {str(a.id): a.name for a in agencies.agencies()}
    when = {e.id: (e.started_at, names.get(str(e.agency), "")) for e in met}
    identity = people.identities(opened(by, "identity", people.records_of(person)))
    kept_by = people.origins([i.subject for i in identity])
    agreed = [c for member in sorted(people.circle(person)) for c in queries.consents_in_force(member)]
    context = {
        "identity": [(i, names.get(str(kept_by[i.subject].agency), "")) for i in identity],
        "plans": people.plans(opened(by, "safety_alerts", people.plans_of(person))),
        "cases": cases.plans(files),
        "referrals": referrals.statuses(opened(by, "referral_status", referrals.of_person(person))),
        "encounters": [
            (told, *when[told.subject.id])
            for told in encounters.narratives(
                opened(by, "encounter_narrative", meetings), get_language() or "en"
            )
        ],
        "screens": screening.history(by, encounters.assessments_of_person(person), "subject_access"),
        "clinical": encounters.clinical_parts(
            opened(by, "encounter_narrative", encounters.clinical_of([m.id for m in meetings]))
        ),
        "checked": aftercare.shown(files),
        "letters": cases.letters(opened(by, "case_plan", cases.letters_of_person(person))),
        "documents": _documents(by, person),
        "consents": named(agreed),
    }
    return page(request, "mine/index.html", context)


def _documents(by: Actor, person: UUID) -> list[dict[str, object]]:
    """The papers on one's cases that the law opens, with a way to each."""
    found = []
    for category, about in cases.documents_of_person(person).items():
        for shown in cases.documents(opened(by, category, about)):
            if told := cases.described(shown):
                found.append({"id": shown.subject.id, **told})
    return sorted(found, key=lambda one: str(one["added_at"]), reverse=True)


@desk("see_mine")
def document(request: Request, document_id: UUID) -> HttpResponse:
    """One's own paper, as a download; anybody else's does not exist here."""
    mine = cases.documents_of_person(self_of(request.actor))
    about = Subject("document", document_id)
    category = next((name for name, subjects in mine.items() if about in subjects), None)
    permits = opened(request.actor, category, [about]) if category else {}
    if about not in permits:
        raise NotFound("document")
    return download(*cases.document_bytes(document_id, permit=permits[about]))


@desk("see_mine")
def consents(request: Request) -> HttpResponse:
    """Everything one ever agreed to, on paper with every element: in force, over and taken back."""
    rows = queries.consents_shown_to(request.actor, self_of(request.actor))
    context = {"papers": agreed_paper.papers(request.actor, rows, "subject_access")}
    return page(request, "mine/consents.html", context)


@desk("see_mine")
@require_POST
def revoke(request: Request, consent_id: UUID) -> HttpResponse:
    """Take one's own consent back, at once; anybody else's does not exist here."""
    circle = people.circle(self_of(request.actor))
    if not any(c.id == consent_id for member in circle for c in queries.consents_of(member)):
        raise NotFound("consent")
    sharing.revoke_consent(by=request.actor, consent=consent_id)
    flash.success(request, _("Taken back. Nobody will be shown this from now on. Your help goes on."))
    return redirect("mine:index")


@desk("see_mine")
def looked(request: Request) -> HttpResponse:
    """Who looked at the own record and why, newest first by day; nothing that is suspended."""
    circle = people.circle(self_of(request.actor))
    rows = sorted(
        (r for member in circle for r in queries.accounting(member)[:200]),
        key=lambda r: r.created_at,
        reverse=True,
    )
    names = {a.id: a.name for a in agencies.agencies()}
    judged = queries.judged(r.opening for r in rows if r.opening)
    told = queries.told_outside(r.outsider_id for r in rows)
    shown = [
        {
            "at": r.created_at,
            "day": timezone.localtime(r.created_at).date(),
            "agency": names.get(r.agency, "") if r.agency else "",
            "told": told.get(r.outsider_id, "") if r.outsider_id else "",
            "what": what(r.category),
            "why": why(r.purpose),
            "found": found(judged[r.opening]) if r.opening in judged else "",
        }
        for r in rows[:200]
    ]
    return page(request, "mine/looked.html", {"rows": shown})
