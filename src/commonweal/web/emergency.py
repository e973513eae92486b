"""Open in an emergency: say why, see what opens with the end always in view, end it with one tap.

What is claimed lives in the session that claimed it, and only while its opening runs.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.encounters import queries as encounters
from commonweal.kernel import clock
from commonweal.kernel.actors import STRANGER, Actor, Subject
from commonweal.kernel.errors import Invalid
from commonweal.people import queries as people
from commonweal.sharing import actions, queries
from commonweal.web.pages import desk, mark_of, page
from commonweal.web.session import Request

KEPT = "openings"  # ids of what this session has opened in an emergency
MOST = 10
HAPPENING = (
    ("self_harm", gettext_lazy("Someone may end their life or hurt themselves")),
    ("harm_to_others", gettext_lazy("Someone may be seriously hurt by another person")),
    ("overdose_or_injury", gettext_lazy("Overdose, injury or sudden illness")),
    ("missing_at_risk", gettext_lazy("Someone is missing and may not be safe")),
)
IN_DANGER = (
    ("the_person", gettext_lazy("This person")),
    ("someone_else", gettext_lazy("Somebody else")),
    ("several_people", gettext_lazy("Several people")),
    ("a_worker", gettext_lazy("Somebody of the team")),
)
REMEDIES = {
    "emergency": gettext_lazy("Say what is happening."),
    "danger": gettext_lazy("Say who is in danger."),
    "reason": gettext_lazy("Say in a sentence why you need it now (at least ten letters)."),
}
entrance = desk("take_calls", "work_field", "work_cases", "answer_referrals")


def running(request: HttpRequest) -> list[queries.Opening]:
    """What this session has opened and still runs; without a statement where it opened nothing."""
    actor: Actor = getattr(request, "actor", STRANGER)
    if actor is STRANGER or not (kept := request.session.get(KEPT)):
        return []
    return queries.openings_in_force(actor, [UUID(one) for one in kept])


@entrance
def plead(request: Request, person: UUID) -> HttpResponse:
    """The form: what is recorded and who is told, said beforehand; then what, who, and why.

    Where an emergency opens nothing to this worker the page is the same for a person with hidden records,
    with none, and for nobody at all.
    """
    by, call = request.actor, _call(request)
    about = encounters.openable_in_emergency(person)
    opens = queries.openable(by, about, call)
    if not opens and not (about and queries.may_treat(by, person, people.circle(person), call)):
        return page(request, "emergency/nothing.html", status=404)
    sent = request.POST
    faults: dict[str, str] = {}
    if request.method == "POST":
        plea = actions.Plea(
            code=sent.get("code", ""),
            danger=sent.get("danger", ""),
            reason=sent.get("reason", ""),
            cannot_consent=sent.get("cannot_consent") == "yes",
        )
        try:
            opening = actions.break_glass(by=by, person=person, plea=plea, about=about, call=call)
            return _opened(request, opening)
        except Invalid as fault:
            faults[fault.field] = str(REMEDIES[fault.field])
    else:
        _ask(by, {category: about[category] for category in opens}, actions.Circumstances(incident=call))
    context = {
        "happening": HAPPENING,
        "in_danger": IN_DANGER,
        "sent": sent,
        "faults": faults,
        "opens": opens,
        "call": call,
        "back": _back(by, call),
        "officers": agencies.accounts().filter(role="privacy_officer", is_active=True).count(),
    }
    return page(request, "emergency/plead.html", context, status=400 if faults else 200)


def _ask(
    by: Actor, about: Mapping[str, Sequence[Subject]], said: actions.Circumstances
) -> dict[str, dict[Subject, actions.Permit]]:
    """The gate's answers, journalled: that there is something to open is an answer too."""
    return {
        category: actions.permitted(
            actions.ask_many(
                by=by, category=category, purpose="emergency", about=subjects, circumstances=said
            )
        )
        for category, subjects in about.items()
        if subjects
    }


def _call(request: HttpRequest) -> UUID | None:
    text = request.POST.get("call", request.GET.get("call", ""))
    return mark_of(text)


def _back(by: Actor, call: UUID | None) -> str:
    """Where the work goes on: the call in hand at the desk, else the first screen of the role."""
    return f"/desk/{call}/" if call and by.may("take_calls") else agencies.ROLES[by.role].home


def _opened(request: Request, opening: queries.Opening) -> HttpResponse:
    kept = [*request.session.get(KEPT, []), str(opening.id)]
    request.session[KEPT] = kept[-MOST:]
    return redirect("emergency", opening_id=opening.id)


@entrance
def show(request: Request, opening_id: UUID) -> HttpResponse:
    """What the emergency opened, read through the gate each time; once it is over, that alone is said."""
    by = request.actor
    opening = queries.opening(by, opening_id)
    back = _back(by, opening.call)
    if str(opening_id) not in request.session.get(KEPT, []) or not opening.is_in_force:
        return page(request, "emergency/over.html", {"opening": opening, "back": back})
    about, said = encounters.openable_in_emergency(opening.person), queries.claims(opening)
    permits = _ask(by, about, said)
    alerts, health = permits.get("safety_alerts", {}), permits.get("mh_assessment", {})
    context = {
        "opening": opening,
        "back": back,
        "left": max(1, int((opening.until - clock.now()).total_seconds())),
        "identities": people.identities(permits.get("identity", {})),
        "plans": people.plans(alerts),
        "cautions": people.cautions(alerts),
        "summaries": people.summaries(health),
        "assessments": encounters.assessments(health),
    }
    return page(request, "emergency/open.html", context)


@entrance
@require_POST
def end(request: Request, opening_id: UUID) -> HttpResponse:
    """One tap: nothing of it is open any more."""
    opening = queries.opening(request.actor, opening_id)
    actions.end_opening(by=request.actor, opening=opening.id)
    flash.success(request, _("It is closed again."))
    return redirect(_back(request.actor, opening.call))
