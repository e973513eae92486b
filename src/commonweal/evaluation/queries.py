"""Reads of this room. Whatever counts records takes the sets that the gate opened (`actions.open_sets`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonweal.calls.queries import Finding, findings
from commonweal.engines.effects import Caution, drawing, in_words
from commonweal.engines.effects.proposing import why
from commonweal.engines.effects.reading import cannot_show, in_a_sentence
from commonweal.engines.measures import Metric
from commonweal.evaluation.actions import fingerprint
from commonweal.evaluation.counts import Counts
from commonweal.evaluation.drawing import is_true
from commonweal.evaluation.faults import (
    QUALITY_KINDS,
    QUALITY_STATES,
    QualityItem,
    Reason,
    Standing,
    fault,
    faults,
    may_mend,
    reasons,
    records,
    standing,
)
from commonweal.evaluation.figures import Figure, by_area, by_week, counted, metrics, sizes
from commonweal.evaluation.figures import diversions as diversion_metrics
from commonweal.evaluation.models import Analysis, Cohort, Comparison, Draw, Study
from commonweal.evaluation.plans import EXPECTED, ROLLOUTS, STEPS, Plan, plan_of, sealed, written
from commonweal.evaluation.rows import Opened, gathered
from commonweal.evaluation.series import SHARE, Window
from commonweal.kernel import clock, codes, days
from commonweal.kernel.errors import NotFound
from commonweal.sharing.queries import floor

__all__ = [
    "EXPECTED", "QUALITY_KINDS", "QUALITY_STATES", "ROLLOUTS", "SHARE", "STEPS", "Analysis", "Cohort",
    "Comparison", "Draw", "Figure", "Finding", "Metric", "Opened", "Overview", "Plan", "Proposed",
    "QualityItem", "Reason", "Standing", "Study", "Window", "fault", "faults", "is_true", "may_mend",
    "metrics", "plan_of", "reasons", "records", "standing", "written",
]  # fmt: skip

JUST_NOW = timedelta(seconds=10)  # a span that ends so near ends now: the same question a minute later
ROOMS = ("calls", "encounters", "referrals", "sharing.sealed")
counts: Counts["Overview"] = Counts(ROOMS, timedelta(minutes=5))


@dataclass(frozen=True, slots=True)
class Overview:
    """Every metric over a span; the chosen one also by week and by area."""

    figures: Sequence[Figure]
    weeks: Sequence[Figure]
    areas: Sequence[Figure]
    sizes: dict[str, int | None]

    def of(self, code: str) -> Figure:
        """The figure of one metric."""
        return next(f for f in self.figures if f.metric.id == code)


def metric(code: str) -> Metric:
    """One definition; NotFound otherwise."""
    if code not in metrics():
        raise NotFound("metric")
    return metrics()[code]


def overview(opened: Opened, start: datetime, end: datetime, code: str) -> Overview:
    """Count the span now. What happened up to this moment counts, so windows may still be open.

    The same question is counted once until something happens in a room that it counts, for five minutes at
    the longest; whoever asks has opened the same sets (`actions.open_sets`) or gets a count of their own.
    """
    until = None if abs(clock.now() - end) < JUST_NOW else end
    asked = (opened.signature, floor(), start, until, code)
    return counts.kept(asked, lambda: _counted(opened, start, end, code))


def diversions(opened: Opened, start: datetime, end: datetime) -> list[Figure]:
    """The seven rates that are called diversion, widest first, each as it may stand beside the others."""
    found = overview(opened, start, end, diversion_metrics()[0].id)
    return [found.of(metric.id) for metric in diversion_metrics()]


def _counted(opened: Opened, start: datetime, end: datetime, code: str) -> Overview:
    rows, chosen, now = gathered(opened, start, end), metric(code), clock.now()
    return Overview(
        counted(rows, now), by_week(rows, chosen, start, now), by_area(rows, chosen, now), sizes(rows)
    )


def quality(opened: Opened, start: datetime, end: datetime) -> list[Finding]:
    """What is odd in imported calls, by source; ask the gate for these totals before showing them."""
    return findings(opened.of("call_facts"), start, end)


def cohorts() -> QuerySet[Cohort]:
    """Frozen cohorts, newest first."""
    return Cohort.objects.select_related("agency").order_by("-created_at")


def cohort(cohort_id: UUID) -> Cohort:
    """One cohort; NotFound otherwise."""
    found = cohorts().filter(id=cohort_id).first()
    if found is None:
        raise NotFound("cohort")
    return found


def still_stands(opened: Opened, found: Cohort) -> bool:
    """Whether the same recipe gives the same fingerprint today: nothing in its records has changed."""
    return fingerprint(gathered(opened, found.start, found.end), found.salt) == found.fingerprint


def comparisons() -> QuerySet[Comparison]:
    """Comparisons, newest first."""
    return Comparison.objects.order_by("-created_at")


def comparison(comparison_id: UUID) -> Comparison:
    """One comparison; NotFound otherwise."""
    found = comparisons().filter(id=comparison_id).first()
    if found is None:
        raise NotFound("comparison")
    return found


@dataclass(frozen=True, slots=True)
class Proposed:
    """A design with its reasons and its limits, in the reader's language."""

    design: str
    why: list[str]
    limits: list[str]
    cannot: list[str]
    treated: int
    never: int
    smallest_p: float | None


def proposed(plan: Plan) -> Proposed:
    """What fits the answers of a plan; Invalid where they contradict one another. Reads no outcome."""
    language, found = get_language() or "en", plan.checked().proposed()
    limits = [in_words(caution, language) for caution in found.cautions]
    return Proposed(
        found.design, why(found, language), limits, cannot_show(found.design, language), found.treated,
        found.never, found.smallest_p,
    )  # fmt: skip


def studies() -> QuerySet[Study]:
    """Registered studies, newest first."""
    return Study.objects.select_related("agency").order_by("-created_at")


def study(study_id: UUID) -> Study:
    """One study; NotFound otherwise."""
    found = studies().filter(id=study_id).first()
    if found is None:
        raise NotFound("study")
    return found


def draws() -> QuerySet[Draw]:
    """Every draw that was ever made, newest first."""
    return Draw.objects.select_related("agency").order_by("-created_at")


def draw(draw_id: UUID) -> Draw:
    """One draw; NotFound otherwise."""
    found = draws().filter(id=draw_id).first()
    if found is None:
        raise NotFound("draw")
    return found


def drawn_as(seal: str) -> Draw | None:
    """The draw under a seal; None where there is none."""
    return draws().filter(fingerprint=seal).first() if seal else None


def text_of(found: Draw) -> str:
    """What a draw's seal covers, as one line of text."""
    return drawing.text_of(found.areas, [(str(day), int(count)) for day, count in found.places], found.seed)


def times_drawn(found: Draw) -> int:
    """How often the same areas were drawn over, this time included: a lot is drawn once."""
    return sum(other.areas == found.areas for other in draws())


def analyses(found: Study) -> QuerySet[Analysis]:
    """Every analysis of a study, in the order they were made: none is ever left out."""
    return found.analyses.order_by("created_at")


def is_sealed(found: Study) -> bool:
    """Whether the plan still fits the seal it was registered under."""
    return sealed(found.plan) == found.fingerprint


def read_out(made: Analysis) -> tuple[str, list[str], list[str]]:
    """An analysis in the reader's language: the answer in a sentence, its doubts, what it cannot show."""
    language, told = get_language() or "en", made.result
    doubts = [in_words(Caution.of(code, **params), language) for code, params in told["cautions"]]
    left_open = cannot_show(str(made.plan["design"]), language)
    if told["low"] is None or told["high"] is None or told["estimate"] is None:
        return _("No interval can be given: these records rule out nothing."), doubts, left_open
    said = in_a_sentence(
        told["estimate"], told["low"], told["high"], told["p_value"], told["scale"], language
    )
    return said, doubts, left_open


def warnings(found: Comparison) -> list[str]:
    """Every reason to doubt a comparison, in the reader's language, gravest first."""
    language = get_language() or "en"
    told = found.result
    recounted = [
        _(
            "On %(on)s the number of all calls (%(discipline)s) changed, ratio %(ratio)s: "
            "was it counting that changed, rather than need?"
        )
        % {
            "on": days.said(date.fromisoformat(jump["on"])),
            "discipline": codes.said(jump["discipline"]) if jump["discipline"] else "?",
            "ratio": number_format(jump["ratio"], 2) if jump["ratio"] else "?",
        }
        for jump in told.get("jumps", ())
    ]
    cautions = [Caution.of(code, **_dated(params)) for code, params in told.get("cautions", ())]
    return recounted + [in_words(caution, language) for caution in cautions]


def _dated(params: Mapping[str, Any]) -> dict[str, Any]:
    """A caution's day, kept as a machine writes it, as the reader writes days."""
    on = params.get("on")
    return {**params, "on": days.said(date.fromisoformat(on))} if isinstance(on, str) else dict(params)
