"""Evaluation: figures with their definitions and doubts, frozen cohorts, oddities in the data, a report."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.evaluation import actions, queries
from commonweal.evaluation.queries import Overview, Standing
from commonweal.kernel.errors import Invalid
from commonweal.sharing.actions import Permit, ask_totals
from commonweal.web.evaluator.comparing import titled
from commonweal.web.evaluator.span import Span, asked
from commonweal.web.evaluator.wording import in_families, named, told, weekly
from commonweal.web.pages import desk, page
from commonweal.web.session import Request

FIRST = "behavioural_health_share"
TILES = 4
STUDIES, ODDITIES = 20, 12  # on the printed report
LENGTHS = ("funder", "council", "residents")
PLAIN = (  # what residents are told, in the order of a call
    "response_minutes_p50", "resolved_in_community_share", "arrest_share", "follow_up_72h_share",
    "referral_accepted_share", "repeat_contact_90d",
)  # fmt: skip
Odd = tuple[queries.Finding, int | None]


def _counted(request: Request, span: Span, code: str) -> tuple[Overview, list[str], Standing]:
    """The overview, the origins that gave no permit, and the quality of the others' records."""
    opened = actions.open_sets(by=request.actor)
    left_out = sorted({origin for found in opened.left_out.values() for origin in found})
    return queries.overview(opened, span.start, span.end, code), left_out, queries.standing(opened)


@desk("evaluate")
def index(request: Request) -> HttpResponse:
    """The front page: what the figures say now, one picture, every metric in a table."""
    span = asked(request)
    found, left_out, standing = _counted(request, span, FIRST)
    context = {
        "span": span,
        "standing": standing,
        "tiles": [told(f) for f in found.figures[:TILES]],
        "families": in_families(told(f) for f in found.figures),
        "chosen": told(found.of(FIRST)),
        "weeks": weekly(found.weeks),
        "left_out": left_out,
        "comparisons": titled(queries.comparisons()[:5]),
        "cohorts": queries.cohorts()[:5],
    }
    return page(request, "evaluator/index.html", context)


@desk("evaluate")
def metric(request: Request, code: str) -> HttpResponse:
    """One metric: its definition, what is disputed, week by week, and by area for fairness."""
    queries.metric(code)
    span = asked(request)
    found, left_out, standing = _counted(request, span, code)
    # an area whose number is hidden is not named either: its name alone would say that somebody called
    areas = [(f.group or _("no area known"), f) for f in found.areas if f.value is not None]
    context = {
        "span": span,
        "standing": standing,
        "chosen": told(found.of(code)),
        "weeks": weekly(found.weeks),
        "areas": areas if len(areas) > 1 else [],
        "bars": [(name, f.value, f.low, f.high) for name, f in areas],
        "left_out": left_out,
        "metrics": [told(f) for f in found.figures],
    }
    return page(request, "evaluator/metric.html", context)


@desk("evaluate")
def quality(request: Request) -> HttpResponse:
    """What is odd in imported records, by source: kept as it came, never corrected in silence."""
    span = asked(request)
    rows = _odd(request, span)
    return page(request, "evaluator/quality.html", {"rows": rows, "span": span, "bars": _worst(rows)})


def _odd(request: Request, span: Span) -> list[Odd]:
    """Each kind of oddity with its number, None where the gate hides it."""
    found = queries.quality(actions.open_sets(by=request.actor), span.start, span.end)
    answers = ask_totals(
        by=request.actor,
        category="call_facts",
        purpose="evaluation",
        counts={str(place): row.number for place, row in enumerate(found)},
    )
    return [
        (row, row.number if isinstance(answers[str(place)], Permit) else None)
        for place, row in enumerate(found)
    ]


def _worst(rows: list[Odd]) -> list[tuple[str, int | None]]:
    return [(f"{row.field} {row.problem}", number) for row, number in rows[:8]]


@desk("evaluate")
@require_POST
def freeze(request: Request) -> HttpResponse:
    """Seal the figures of a span."""
    span = asked(request)
    made = actions.freeze_cohort(
        by=request.actor, name=request.POST.get("name", ""), start=span.start, end=span.end
    )
    flash.success(request, _("The figures are frozen."))
    return redirect("evaluator:cohort", made.id)


@desk("evaluate")
def cohort(request: Request, cohort_id: UUID) -> HttpResponse:
    """A frozen cohort; with `?check=1`, whether the same recipe still gives the same seal."""
    found = queries.cohort(cohort_id)
    opened, stands = actions.open_sets(by=request.actor), None
    if request.GET.get("check"):
        stands = queries.still_stands(opened, found)
    rows = [(named(entry["metric"]), entry) for entry in found.figures]
    context = {"cohort": found, "rows": rows, "stands": stands, "standing": queries.standing(opened)}
    return page(request, "evaluator/cohort.html", context)


@desk("evaluate")
def report(request: Request) -> HttpResponse:
    """One report in three lengths from the same figures: for funders, for the council, for residents."""
    span, length = asked(request), request.GET.get("for", LENGTHS[0])
    if length not in LENGTHS:
        raise Invalid("for", length, _("Choose for whom: %(allowed)s.") % {"allowed": ", ".join(LENGTHS)})
    found, left_out, standing = _counted(request, span, FIRST)
    made = titled(queries.comparisons()[:5])
    context = {
        "span": span,
        "standing": standing,
        "length": length,
        "lengths": [
            ("funder", _("For the funder")), ("council", _("For the council")),
            ("residents", _("For residents")),
        ],
        "plain": [told(found.of(code)) for code in PLAIN],
        "figures": [told(f) for f in found.figures],
        "families": in_families(told(f) for f in found.figures),
        "left_out": left_out,
        "comparisons": [(one, title, queries.warnings(one)) for one, title in made],
        "studies": [
            (study, [queries.read_out(answer) for answer in queries.analyses(study)])
            for study in queries.studies()[:STUDIES]
        ],
        "odd": _odd(request, span)[:ODDITIES],
        "agency": request.actor.agency,
    }  # fmt: skip
    return page(request, "evaluator/report.html", context)
