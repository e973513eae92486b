"""The coordinator: requirements by role, who is current, lapsing or lapsed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.training import actions, queries
from commonweal.web.pages import desk, id_of, page, paged
from commonweal.web.session import Request
from commonweal.web.trainer.own import SOON, language, titles
from commonweal.web.trainer.workers import found_by, place_of

RECENT = 20  # past sessions shown


@desk("train")
def everyone(request: Request) -> HttpResponse:
    """Roles with their requirements, the workers whose standing needs something."""
    return _everyone(request)


def _everyone(request: Request, error: Invalid | None = None) -> HttpResponse:
    """The page; with what was typed for a session that was not accepted."""
    needed = list(queries.requirements())
    words = titles()
    workers = list(agencies.accounts().filter(role__in={r.role for r in needed}, is_active=True))
    standing = queries.standing_of([w.id for w in workers])
    lapsing = {(c.account, c.kind): c.valid_until for c in queries.due_within(SOON)}
    context = {
        "roles": [_role(r, workers, standing, lapsing, words) for r in needed],
        "late": paged(request, _late(workers, standing, words)),
        "courses": [(str(c.id), words.get(c.certificate, c.title_en)) for c in queries.courses()],
        "sessions": [(s, _title(s)) for s in queries.sessions() if s.starts > clock.now()],
        "recent": [(s, _title(s)) for s in queries.recent_sessions()[:RECENT]],
        "typed": request.POST if error else {"seats": 20},
        "asked": (asked := request.GET.get("q", "").strip()[:80]),
        "found": found_by(asked),
        "error": error,
    }
    return page(request, "trainer/everyone.html", context, status=400 if error else 200)


def _title(session: queries.Session) -> str:
    course = session.course
    return course.title_es if language() == "es" and course.title_es else course.title_en


def _role(
    need: queries.Requirement,
    workers: list[agencies.Account],
    standing: dict[UUID, queries.Standing],
    lapsing: dict[tuple[UUID, str], Any],
    words: dict[str, str],
) -> dict[str, object]:
    of_role = [w.id for w in workers if w.role == need.role]
    soon = sum((w, need.certificate) in lapsing and need.certificate in standing[w].held for w in of_role)
    held = sum(need.certificate in standing[w].held for w in of_role)
    lapsed = sum(need.certificate in standing[w].lapsed for w in of_role)
    return {
        "role": _(agencies.ROLES[need.role].name),
        "title": words.get(need.certificate, need.certificate),
        "closes": need.closes_dispatch,
        "current": held - soon,
        "lapsing": soon,
        "lapsed": lapsed,
    }


def _late(
    workers: list[agencies.Account], standing: dict[UUID, queries.Standing], words: dict[str, str]
) -> list[dict[str, object]]:
    coming = {s.course.certificate: s for s in reversed(list(queries.sessions()))}
    return [
        {
            "id": w.id,
            "name": w.display_name,
            "agency": w.agency.short if w.agency else "",
            "role": _(agencies.ROLES[w.role].name),
            "missing": [(words.get(k, k), coming.get(k)) for k in sorted(standing[w.id].lapsed)],
            "closed": not standing[w.id].may_be_sent,
        }
        for w in workers
        if standing[w.id].lapsed
    ]


@desk("train")
@require_POST
def plan(request: Request) -> HttpResponse:
    """A new session of a course; where it is not accepted the form comes back as it was filled in."""
    try:
        made = _planned(request)
    except Invalid as wrong:
        return _everyone(request, wrong)
    return redirect("trainer:session", session_id=made.id)


def _planned(request: Request) -> queries.Session:
    posted = request.POST
    try:
        starts = timezone.make_aware(datetime.fromisoformat(posted.get("starts", "")))
        seats, course = int(posted.get("seats", "20")), UUID(posted.get("course", ""))
    except ValueError as wrong:
        raise Invalid(
            "starts", posted.get("starts", ""), _("Choose a course, a day and the seats.")
        ) from wrong
    return actions.plan_session(
        by=request.actor,
        course=course,
        starts=starts,
        place=posted.get("place", ""),
        trainer=posted.get("trainer", ""),
        seats=seats,
    )


@desk("train")
def session(request: Request, session_id: UUID) -> HttpResponse:
    """Who is enrolled (GET); add somebody, or say who was there: each earns the certificate (POST)."""
    found = queries.sessions(coming_only=False).filter(id=session_id).first()
    if found is None:
        raise NotFound("session")
    if request.method == "POST":
        return _posted(request, session_id)
    inside = list(found.attendances.all())
    names = agencies.names([str(a.account) for a in inside])
    needing, others = _others(found, [a.account for a in inside])
    context = {
        "session": found,
        "title": _title(found),
        "rows": sorted((names[str(a.account)], a.account, a.state) for a in inside),
        "needing": needing,
        "others": others,
        "left": max(0, found.seats - len(inside)),
        "has_begun": clock.day(found.starts) <= clock.today(),
        "is_ahead": found.starts > clock.now(),
        "is_cancelled": found.state == "cancelled",
        "is_held": found.state == "held",
    }
    return page(request, "trainer/session.html", context)


Choice = tuple[UUID, str]


def _others(session: queries.Session, inside: list[UUID]) -> tuple[list[Choice], list[Choice]]:
    """Who could be added: those whose role needs the certificate and who lack it, and everyone else."""
    workers = list(agencies.accounts().filter(is_active=True).exclude(id__in=inside))
    standing, kind = queries.standing_of([w.id for w in workers]), session.course.certificate
    needing, others = list[Choice](), list[Choice]()
    for w in workers:
        at = needing if kind in standing[w.id].lapsed else others
        at.append((w.id, f"{w.display_name} · {place_of(w)}"))
    return needing, others


def _posted(request: Request, session_id: UUID) -> HttpResponse:
    if request.POST.get("act") == "cancel":
        actions.cancel_session(by=request.actor, session=session_id)
        flash.success(request, _("The session is cancelled. Whoever had a seat is told."))
        return redirect("trainer:everyone")
    if off := request.POST.get("off", ""):
        return _taken_off(request, session_id, id_of("account", off))
    try:
        accounts = [UUID(a) for a in request.POST.getlist("account")]
    except ValueError as wrong:
        raise NotFound("account") from wrong
    if request.POST.get("act") == "also":
        accounts += queries.attended(session_id)
    if request.POST.get("act") in ("held", "also"):
        earned = actions.mark_attended(by=request.actor, session=session_id, scores=dict.fromkeys(accounts))
        said = ngettext("%(n)d certificate earned.", "%(n)d certificates earned.", len(earned))
        flash.success(request, said % {"n": len(earned)})
    else:
        for account in accounts:
            actions.enrol(by=request.actor, session=session_id, account=account)
        names = agencies.names([str(a) for a in accounts])
        flash.success(request, _("Enrolled: %(names)s") % {"names": ", ".join(names.values())})
    return redirect("trainer:session", session_id=session_id)


def _taken_off(request: Request, session_id: UUID, account: UUID) -> HttpResponse:
    actions.give_up_seat(by=request.actor, session=session_id, account=account)
    names = agencies.names([str(account)])
    flash.success(request, _("Taken off the list: %(names)s") % {"names": ", ".join(names.values())})
    return redirect("trainer:session", session_id=session_id)
