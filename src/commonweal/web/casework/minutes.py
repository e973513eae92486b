"""For the first minutes: what helps a person in a crisis, what harms, and dated cautions, written in calm."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commonweal.cases import queries as cases
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.shown import Shown
from commonweal.people import actions as people_acts
from commonweal.people import queries as people
from commonweal.sharing import actions as sharing
from commonweal.web.casework.index import PURPOSE, identities_of
from commonweal.web.pages import desk, id_of, page
from commonweal.web.session import Request

PLAN = ("helps", "harms", "contacts", "communication")
NOTE = ("text", "observed")
LONGEST = {"helps": 1000, "harms": 1000, "contacts": 500, "communication": 200}


@desk("work_cases")
def minutes(request: Request, case_id: UUID) -> HttpResponse:
    """The plan and the cautions that the gate opens; a POST keeps a plan, notes a caution or ends one."""
    by = request.actor
    outline = cases.outline(case_id)
    who = list(identities_of(by, [outline.person]).values())
    if not who:
        raise NotFound("case")
    typed, refused = {name: request.POST.get(name, "").strip() for name in (*PLAN, *NOTE)}, None
    if request.method == "POST":
        try:
            _act(request, outline.person, typed)
        except Invalid as wrong:
            refused = wrong
        else:
            return redirect("casework:minutes", case_id=case_id)
    plans = people.plans(_opened(by, people.plans_of(outline.person)))
    cautions = people.cautions(_opened(by, people.cautions_of(outline.person)))
    own = _own(by, [one.subject for one in (*plans, *cautions)])
    mine = [one for one in plans if one.subject in own]
    context = {
        "case": outline, "who": who, "plans": plans, "refused": refused, "typed": typed, "longest": LONGEST,
        "cautions": [(one, one.subject in own) for one in cautions], "today": clock.today(),
        "old": typed if refused else _standing(mine), "may_tips": not mine or "deescalation_tips" in mine[-1],
    }  # fmt: skip
    return page(request, "casework/minutes.html", context, status=400 if refused else 200)


def _opened(by: Actor, about: list[Subject]) -> dict[Subject, sharing.Permit]:
    if not about:
        return {}
    answers = sharing.ask_many(by=by, category="safety_alerts", purpose=PURPOSE, about=about)
    return sharing.permitted(answers)


def _own(by: Actor, subjects: list[Subject]) -> frozenset[Subject]:
    """Those that the worker's own agency wrote: only they are changed or ended here."""
    return frozenset(s for s, origin in people.origins(subjects).items() if origin.agency == by.agency)


def _standing(plans: list[Shown]) -> dict[str, str]:
    """The own agency's plan as its form holds it: who changes a word keeps the others."""
    if not plans:
        return {}
    tips = plans[-1].get("deescalation_tips")
    parts = {name: str(value) for name, value in tips.items()} if isinstance(tips, Mapping) else {}
    return parts | {"communication": str(plans[-1].get("communication_needs") or "")}


def _act(request: Request, person: UUID, typed: dict[str, str]) -> None:
    by, act = request.actor, request.POST.get("act", "")
    if by.agency is None:
        raise NotFound("agency")
    if act == "plan":
        _keep(by, person, by.agency, {name: typed[name] for name in PLAN if name in request.POST})
        flash.success(request, _("Kept. Whoever is on a call with the person sees what the law lets them."))
    elif act == "caution":
        seen = _seen(typed["observed"])
        people_acts.note_caution(
            by=by, person=person, agency=by.agency, text=typed["text"], observed_at=seen,
            is_weapon="is_weapon" in request.POST,
        )  # fmt: skip
        flash.success(request, _("Noted. It ends by itself after a year."))
    elif act == "end":
        caution = id_of("caution", request.POST.get("caution", ""))
        people_acts.end_caution(by=by, caution=caution, agency=by.agency)
        flash.success(request, _("Ended. It shows no more."))
    else:
        raise Invalid("act", act[:20], _("Use a button of the page."))


def _keep(by: Actor, person: UUID, agency: UUID, parts: dict[str, str]) -> None:
    if not any(parts.values()):
        raise Invalid("helps", "", _("Write at least one of the four."))
    for name, text in parts.items():
        if len(text) > LONGEST[name]:
            raise Invalid(name, text[:40], _("Shorten it to %(most)d characters.") % {"most": LONGEST[name]})
    people_acts.keep_plan(by=by, person=person, agency=agency, **parts)


def _seen(text: str) -> datetime:
    """The day on which it was seen; today where none is given, never one to come."""
    if not text:
        return clock.now()
    try:
        day = date.fromisoformat(text)
    except ValueError as wrong:
        raise Invalid("observed", text[:20], _("Write a day as 2026-11-23.")) from wrong
    if not day.year >= 1980 or day > clock.today():
        raise Invalid("observed", text[:20], _("Give a day that has been."))
    return min(clock.begin(day) + timedelta(hours=12), clock.now())
