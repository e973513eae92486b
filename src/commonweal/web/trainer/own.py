"""A worker's own training: what the role needs, what is current, coming sessions, scenarios."""

from datetime import date
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.kernel import clock
from commonweal.kernel.errors import in_words
from commonweal.training import actions, queries
from commonweal.web.pages import desk, page
from commonweal.web.session import Request

SOON = 60  # days before the end at which a certificate counts as lapsing


def language() -> str:
    """The page's language, "en" or "es"."""
    return "es" if (get_language() or "en").startswith("es") else "en"


def titles() -> dict[str, str]:
    """Certificates in words: the title of the course that earns them."""
    return queries.certificate_names(language())


def state_of(standing: queries.Standing, kind: str, until: date | None) -> str:
    """current, lapsing, grace or lapsed."""
    if kind in standing.lapsed:
        return "lapsed"
    if kind not in standing.held:
        return "grace"
    is_near = until is not None and (until - clock.today()).days <= SOON
    return "lapsing" if is_near else "current"


@desk("learn", "train")
def mine(request: Request) -> HttpResponse:
    """Own requirements first; what is missing names the next session that mends it."""
    by, account = request.actor, UUID(request.actor.id)
    standing = queries.standing_of([account])[account]
    ends = {c.kind: c.valid_until for c in reversed(queries.certificates(account)) if c.withdrawn_at is None}
    words = titles()
    coming = list(queries.sessions()[:20])
    rows = [
        {
            "title": words.get(r.certificate, r.certificate),
            "state": state_of(standing, r.certificate, ends.get(r.certificate)),
            "until": ends.get(r.certificate),
            "closes": r.closes_dispatch,
        }
        for r in queries.requirements(by.role)
    ]
    withdrawn = [
        (words.get(c.kind, c.kind), c.withdrawn_at, in_words(c.withdrawn_why))
        for c in queries.withdrawn(account)
    ]
    others = sorted(ends.keys() - {r.certificate for r in queries.requirements(by.role)})
    context = {
        "rows": rows,
        "others": [(words.get(k, k), ends[k], ends[k] >= clock.today()) for k in others],
        "withdrawn": withdrawn,
        "may_be_sent": standing.may_be_sent,
        "cancelled": [
            (s, words.get(s.course.certificate, s.course.title_en)) for s in queries.cancelled_for(account)
        ],
        "sessions": [
            {
                "session": s,
                "title": words.get(s.course.certificate, s.course.title_en),
                "left": max(0, s.seats - len(s.attendances.all())),
                "is_enrolled": any(a.account == account for a in s.attendances.all()),
                "is_ahead": s.starts > clock.now(),
            }
            for s in coming
        ],
        "scenarios": [(s.code, s.title[language()]) for s in queries.scenarios()],
        "runs": [(queries.scenario(r.scenario).title[language()], r) for r in queries.runs(account)[:5]],
        "is_coordinator": by.may("train"),
    }
    return page(request, "trainer/index.html", context)


@desk("learn")
@require_POST
def enrol(request: Request, session_id: UUID) -> HttpResponse:
    """A seat for oneself."""
    actions.enrol(by=request.actor, session=session_id, account=UUID(request.actor.id))
    flash.success(request, _("You have a seat."))
    return redirect("trainer:index")


@desk("learn")
@require_POST
def give_up(request: Request, session_id: UUID) -> HttpResponse:
    """One's own seat is free for somebody else."""
    actions.give_up_seat(by=request.actor, session=session_id, account=UUID(request.actor.id))
    flash.success(request, _("Your seat is free for somebody else."))
    return redirect("trainer:index")
