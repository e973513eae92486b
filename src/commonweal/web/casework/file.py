"""The page of a case: who, what happened, the plan in the person's own words, the team, the thread."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.cases import queries as cases
from commonweal.encounters import queries as encounters
from commonweal.kernel import clock, days
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.shown import Shown
from commonweal.sharing import actions as sharing
from commonweal.web import threads
from commonweal.web.casework.index import PURPOSE, identities_of
from commonweal.web.casework.signs import answered_on, signs_of
from commonweal.web.casework.timeline import axis, history
from commonweal.web.casework.words import CLOSE, KINDS, REACHED, WAYS, WHY, in_words, is_spanish
from commonweal.web.pages import Denied, desk, page
from commonweal.web.permits import see
from commonweal.web.session import Request

RECENT = 8  # entries of the past that stand open; the others unfold
CARERS = (
    "case_manager", "clinician", "crisis_worker", "shelter_worker", "sud_counselor", "hospital_staff",
    "provider_staff", "victim_advocate",
)  # fmt: skip


def permit_of(by: Actor, case_id: UUID) -> sharing.Permit:
    """The permit on a case's plan, or the refusal as a page."""
    return see(by, "case_plan", PURPOSE, Subject("case", case_id))


@desk("work_cases")
def show(request: Request, case_id: UUID) -> HttpResponse:
    """The whole file for its team; a closed one of the own agency says so and offers to open it again."""
    by = request.actor
    subject = Subject("case", case_id)
    answer = sharing.ask(by=by, category="case_plan", purpose=PURPOSE, about=subject)
    if isinstance(answer, sharing.Refusal):
        if found := cases.closed_case(by.agency, case_id):
            context = {"case": found, "reason": in_words(CLOSE, found.close_reason)}
            return page(request, "casework/closed.html", context)
        raise Denied(answer)
    return _file(request, case_id, answer)


def _file(request: Request, case_id: UUID, permit: sharing.Permit) -> HttpResponse:
    by, subject = request.actor, Subject("case", case_id)
    outline = cases.outline(case_id)
    past = history(by, outline, permit)
    context = {
        "case": outline,
        "why": in_words(WHY, outline.urgency[0]),
        "kind": in_words(KINDS, outline.kind),
        "who": _who(by, outline.person),
        "signs": signs_of(by, [case_id]).get(case_id, []),
        "answered_signs": answered_on(case_id, permit),
        "history": past,
        "recent": past.entries[:RECENT],
        "earlier": past.entries[RECENT:],
        "axis": axis(past.entries),
        **_plan(outline, {subject: permit}),
        **_needs(case_id, permit),
        **_people(by, outline),
        **_thread(by, case_id, permit),
        "ways": [(code, words) for code, words in WAYS.items()],
        "reached": list(REACHED.items()),
        "close_reasons": CLOSE.items(),
        "now": clock.now(),
    }
    return page(request, "casework/case.html", context)


def _who(by: Actor, person: UUID) -> list[Shown]:
    return list(identities_of(by, [person]).values())


def _plan(outline: cases.Outline, permits: dict[Subject, sharing.Permit]) -> dict[str, object]:
    plan = cases.plans(permits)[0]
    tasks = cast("list[dict[str, object]]", plan.get("tasks") or [])
    names = agencies.names([str(t["owner"]) for t in tasks if t["owner"]])
    today = clock.today()
    rows = [
        {
            **t,
            "who": names.get(str(t["owner"]), ""),
            "is_late": not t["done_at"] and bool(t["due"]) and str(t["due"]) < str(today),
        }
        for t in tasks
    ]
    undone = [r for r in rows if not r["done_at"]]
    undone.sort(key=lambda r: str(r["due"] or "9"))
    return {"plan": plan, "tasks": undone, "done_tasks": [r for r in rows if r["done_at"]]}


def _needs(case_id: UUID, permit: sharing.Permit) -> dict[str, object]:
    """The form with its last answers, and each domain's levels over time."""
    language = is_spanish()
    rows = cases.ratings(case_id, permit=permit)
    last = cast("dict[str, int]", rows[-1]["ratings"]) if rows else {}
    domains = [
        {
            "id": d.id,
            "title": d.title.es if language else d.title.en,
            "levels": [(n, w.es if language else w.en) for n, w in enumerate(d.levels, 1)],
            "last": last.get(d.id, 0),
            "over_time": [cast("dict[str, int]", r["ratings"]).get(d.id) for r in rows][-6:],
        }
        for d in cases.matrix().domains
    ]
    points = [
        {
            "label": days.said(cast(datetime, r["at"])),
            "value": _average(cast("dict[str, int]", r["ratings"])),
        }
        for r in rows
    ]
    return {"domains": domains, "ratings": points, "last_rated": rows[-1]["at"] if rows else None}


def _average(levels: dict[str, int]) -> float | None:
    return round(sum(levels.values()) / len(levels), 2) if levels else None


def _people(by: Actor, outline: cases.Outline) -> dict[str, object]:
    team = cases.team(outline.id)
    inside = {m.account for m in team if m.until is None}
    workers = agencies.accounts().filter(role__in=CARERS, is_active=True).exclude(id__in=inside)[:300]
    return {
        "team": [m for m in team if m.until is None],
        "was_team": [m for m in team if m.until],
        "is_member": UUID(by.id) in inside,
        "workers": [(a.id, f"{a.display_name} · {a.agency.short if a.agency else ''}") for a in workers],
        "owners": [(m.account, f"{m.name} · {m.agency}") for m in team if m.until is None],
    }


def thread_of(case: UUID, permit: sharing.Permit) -> threads.Place:
    """The team's thread: those of the team whose role has a caseload read it on the case's page."""
    here = reverse("casework:case", args=[case]) + "#thread"
    return threads.Place(Subject("case", case), permit, dict.fromkeys(cases.thread_readers(case), here))


def _thread(by: Actor, case: UUID, permit: sharing.Permit) -> dict[str, object]:
    target = reverse("casework:act", args=[case, "post"])
    place = thread_of(case, permit)
    who = _("Read by this person's team: whoever may read the plan may read these.")
    back = reverse("casework:case", args=[case]) + "#thread"
    return threads.shown(by, place, target, who) | {"back": back}


@desk("work_cases")
@require_POST
def sensitive(request: Request, case_id: UUID) -> HttpResponse:
    """What is folded on the page: asked for, and journalled, only when opened on purpose."""
    by = request.actor
    permit_of(by, case_id)
    outline = cases.outline(case_id)
    met = encounters.of_person(outline.person)
    tests = encounters.assessments_of_person(outline.person)
    clinical = encounters.clinical_of([e.id for e in met])
    return page(
        request,
        "casework/history.html",
        {
            "case": outline,
            "assessments": encounters.assessments(_asked(by, "mh_assessment", tests)),
            "clinical": encounters.clinical_parts(_asked(by, "encounter_narrative", clinical)),
        },
    )


def _asked(by: Actor, category: str, about: list[Subject]) -> dict[Subject, sharing.Permit]:
    answers = sharing.ask_many(by=by, category=category, purpose=PURPOSE, about=about) if about else {}
    return sharing.permitted(answers)
