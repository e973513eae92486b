"""How good linkage is: runs, a sample to judge, groups of people, and which links changed and why."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from commonweal.people import actions
from commonweal.people import queries as people
from commonweal.web.pages import desk, page, paged, whole
from commonweal.web.records.reading import beside, reviewer, seen
from commonweal.web.session import Request


@desk("keep_records")
def quality(request: Request) -> HttpResponse:
    """The latest comparison of the own agency beside earlier ones; names only through the gate."""
    reads = reviewer(request.actor)
    runs = people.runs(reads.agency)
    context: dict[str, object] = {"runs": runs, "latest": runs[0] if runs else None}
    if runs:
        moved = paged(request, people.changed(runs[0].id, reads), 20)
        shown = seen(request.actor, list(dict.fromkeys(s for m in moved for s in (m.left, m.right))))
        context |= {
            "sample": people.sample(runs[0].id, reads),
            "moved": [(m, shown.get(m.left), shown.get(m.right), reason(m.why)) for m in moved],
            "page": moved,
            "groups": {
                "under_18": _("Under 18"),
                "18_to_59": _("18 to 59"),
                "60_and_over": _("60 and over"),
                "no_birth_date": _("No date of birth"),
            },
        }
    return page(request, "records/quality.html", context)


def reason(why: str) -> str:
    """Why a link changed, in words."""
    return {
        "record_added": _("A record was added"),
        "record_gone": _("A record is no longer compared"),
        "model": _("The evidence of the pair weighs otherwise now"),
        "others": _("Other records of the group speak otherwise now"),
    }[why]


@desk("keep_records")
@require_POST
def draw(request: Request) -> HttpResponse:
    """Draw pairs of the latest comparison for judging."""
    reads = reviewer(request.actor)
    asked = request.POST.get("size", "")
    if (size := whole(asked)) is None:
        raise Invalid("pairs", asked[:40], _("Give a number of pairs."))
    latest = people.runs(reads.agency)[:1]
    if not latest:
        raise Invalid("pairs", asked, _("Compare records first; then pairs can be drawn."))
    new = actions.draw_sample(
        by=request.actor, run=latest[0].id, reviewer=reads, size=size, seed=clock.now().microsecond
    )
    flash.success(request, _("Pairs drawn to be judged: %(n)d") % {"n": new})
    return redirect("records:quality")


@desk("keep_records")
def judge(request: Request, judgement_id: UUID) -> HttpResponse:
    """Two records of a drawn pair side by side, without what the comparison thought; then the next."""
    by, reads = request.actor, reviewer(request.actor)
    drawn = people.drawn_pair(judgement_id, reads)
    if request.method == "POST":
        actions.judge_pair(by=by, judgement=drawn.id, reviewer=reads, verdict=request.POST.get("verdict", ""))
        latest = people.runs(reads.agency)[0]
        following = people.sample(latest.id, reads).following
        return redirect("records:judge", following) if following else redirect("records:quality")
    context = {
        "drawn": drawn,
        **beside(by, drawn.left, drawn.right),
    }
    return page(request, "records/judge.html", context)
