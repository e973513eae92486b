"""The own record in plain words: what helps me, my help, my consents, and who looked and why."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
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
from commonweal.web import screening
from commonweal.web.own_record import opened
from commonweal.web.pages import desk, page
from commonweal.web.session import Request
from commonweal.web.templatetags.commonweal import words

WHY = {
    "emergency": gettext_lazy("to help in an emergency"),
    "treatment": gettext_lazy("to treat you"),
    "care_coordination": gettext_lazy("to arrange help for you"),
    "enforcement": gettext_lazy("for police work"),
    "evaluation": gettext_lazy("to learn what helps"),
    "subject_access": gettext_lazy("because you asked"),
    "oversight_audit": gettext_lazy("to check that rules are kept"),
    "administration": gettext_lazy("to keep records in order"),
}


WHAT = {
    "identity": gettext_lazy("who you are"),
    "safety_alerts": gettext_lazy("what helps you and what harms"),
    "call_facts": gettext_lazy("a call about you"),
    "encounter_narrative": gettext_lazy("what a team noted when it met you"),
    "mh_assessment": gettext_lazy("how you were doing: risk and questionnaires"),
    "sud_record": gettext_lazy("treatment for alcohol or drugs"),
    "case_plan": gettext_lazy("your plan and goals"),
    "referral_status": gettext_lazy("where you were referred and how it went"),
    "criminal_history": gettext_lazy("police and court records"),
    "hmis_record": gettext_lazy("shelter records"),
    "dv_record": gettext_lazy("help after violence"),
}


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
    meetings = [Subject("encounter", e.id) for e in encounters.of_person(person)]
    files = [Subject("case", c.id) for c in cases.of_person(person)]
    names = {str(a.id): a.name for a in agencies.agencies()}
    agreed = [c for member in sorted(people.circle(person)) for c in queries.consents_in_force(member)]
    context = {
        "identity": people.identities(opened(by, "identity", people.records_of(person))),
        "plans": people.plans(opened(by, "safety_alerts", people.plans_of(person))),
        "cases": cases.plans(opened(by, "case_plan", files)),
        "referrals": referrals.statuses(opened(by, "referral_status", referrals.of_person(person))),
        "encounters": encounters.narratives(
            opened(by, "encounter_narrative", meetings), get_language() or "en"
        ),
        "screens": screening.history(by, encounters.assessments_of_person(person), "subject_access"),
        "clinical": encounters.clinical_parts(
            opened(by, "encounter_narrative", encounters.clinical_of([m.id for m in meetings]))
        ),
        "consents": [(c, [names.get(r, "") for r in c.recipients]) for c in agreed],
    }
    return page(request, "mine/index.html", context)


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
    shown = [
        {
            "at": r.created_at,
            "day": timezone.localtime(r.created_at).date(),
            "agency": names.get(r.agency, "") if r.agency else "",
            "what": WHAT.get(r.category, words(r.category)),
            "why": WHY.get(r.purpose, words(r.purpose)),
        }
        for r in rows[:200]
    ]
    return page(request, "mine/looked.html", {"rows": shown})
