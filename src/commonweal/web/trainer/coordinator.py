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
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.training import actions, queries
from commonweal.web.pages import desk, page, paged
from commonweal.web.session import Request
from commonweal.web.trainer.own import SOON, language, titles


@desk("train")
def everyone(request: Request) -> HttpResponse:
    """Roles with their requirements, the workers whose standing needs something."""
    needed = list(queries.requirements())
    words = titles()
    workers = list(agencies.accounts().filter(role__in={r.role for r in needed}, is_active=True))
    standing = queries.standing_of([w.id for w in workers])
    lapsing = {(c.account, c.kind): c.valid_until for c in queries.due_within(SOON)}
    context = {
        "roles": [_role(r, workers, standing, lapsing, words) for r in needed],
        "late": paged(request, _late(workers, standing, words)),
        "courses": [(c.id, words.get(c.certificate, c.title_en)) for c in queries.courses()],
        "sessions": [
            (s, s.course.title_es if language() == "es" and s.course.title_es else s.course.title_en)
            for s in queries.sessions()
        ],
    }
    return page(request, "trainer/everyone.html", context)


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
    return [
        {
            "name": w.display_name,
            "agency": w.agency.short if w.agency else "",
            "role": _(agencies.ROLES[w.role].name),
            "missing": [words.get(kind, kind) for kind in sorted(standing[w.id].lapsed)],
            "closed": not standing[w.id].may_be_sent,
        }
        for w in workers
        if standing[w.id].lapsed
    ]


@desk("train")
@require_POST
def plan(request: Request) -> HttpResponse:
    """A new session of a course."""
    posted = request.POST
    try:
        starts = timezone.make_aware(datetime.fromisoformat(posted.get("starts", "")))
        seats, course = int(posted.get("seats", "20")), UUID(posted.get("course", ""))
    except ValueError as wrong:
        raise Invalid(
            "starts", posted.get("starts", ""), _("Choose a course, a day and the seats.")
        ) from wrong
    made = actions.plan_session(
        by=request.actor,
        course=course,
        starts=starts,
        place=posted.get("place", ""),
        trainer=posted.get("trainer", ""),
        seats=seats,
    )
    return redirect("trainer:session", session_id=made.id)


@desk("train")
def session(request: Request, session_id: UUID) -> HttpResponse:
    """Who is enrolled (GET); add somebody, or say who was there: each earns the certificate (POST)."""
    found = queries.sessions(coming_only=False).filter(id=session_id).first()
    if found is None:
        raise NotFound("session")
    if request.method == "POST":
        return _posted(request, session_id)
    names = agencies.names([str(a.account) for a in found.attendances.all()])
    rows = sorted((names[str(a.account)], a.account, a.state) for a in found.attendances.all())
    inside = [a.account for a in found.attendances.all()]
    others = agencies.accounts().filter(is_active=True).exclude(id__in=inside)[:500]
    title = found.course.title_es if language() == "es" and found.course.title_es else found.course.title_en
    context = {"session": found, "title": title, "rows": rows, "others": others}
    return page(request, "trainer/session.html", context)


def _posted(request: Request, session_id: UUID) -> HttpResponse:
    try:
        accounts = [UUID(a) for a in request.POST.getlist("account")]
    except ValueError as wrong:
        raise NotFound("account") from wrong
    if request.POST.get("act") == "held":
        earned = actions.mark_attended(by=request.actor, session=session_id, scores=dict.fromkeys(accounts))
        said = ngettext("%(n)d certificate earned.", "%(n)d certificates earned.", len(earned))
        flash.success(request, said % {"n": len(earned)})
    else:
        for account in accounts:
            actions.enrol(by=request.actor, session=session_id, account=account)
    return redirect("trainer:session", session_id=session_id)
