"""Figures and definitions in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from commonweal.evaluation import queries
from commonweal.evaluation.queries import Figure, Metric
from commonweal.kernel import days
from commonweal.web.numbers import said

EXCLUDED = {
    "cancelled": gettext_lazy("cancelled"),
    "duplicate": gettext_lazy("second call about one incident"),
    "flag_unknown": gettext_lazy("flag never set"),
    "never_arrived": gettext_lazy("nobody arrived"),
    "impossible_time_order": gettext_lazy("arrived before it came in"),
    "not_behavioural_health": gettext_lazy("not about behavioural health"),
    "other_door": gettext_lazy("came by another door"),
    "other_tier": gettext_lazy("another tier"),
    "tier_unknown": gettext_lazy("no tier"),
    "nobody_sent": gettext_lazy("nobody was sent"),
    "window_open": gettext_lazy("still within its window"),
    "not_owed": gettext_lazy("no follow-up agreed"),
    "person_not_met": gettext_lazy("person not met"),
    "disposition_unknown": gettext_lazy("outcome not written down"),
    "ed_transport_unknown": gettext_lazy("transport not written down"),
    "arrested_unknown": gettext_lazy("arrest not written down"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A figure for a page: its definition in words beside what it came to."""

    figure: Figure
    title: str
    sentence: str
    numerator: str
    denominator: str
    exclusions: str
    citation: str
    dispute: str
    unit: str
    excluded: list[tuple[str, int | None]]

    @property
    def shown(self) -> str:
        """The number for a tile."""
        value = self.figure.value
        if value is None:
            return _("too few") if self.figure.result.suppressed else "–"
        return f"{said(value, 1)} {self.unit}"

    @property
    def span(self) -> str:
        """Its interval in words."""
        low, high = self.figure.low, self.figure.high
        if low is None or high is None or self.figure.value is None:
            return _("nothing to count yet") if not self.figure.result.suppressed else ""
        return _("interval %(low)s to %(high)s") % {"low": said(low, 1), "high": said(high, 1)}


def _said(texts: Mapping[str, str]) -> str:
    return texts.get((get_language() or "en").split("-")[0], texts["en"])


def told(figure: Figure) -> Told:
    """A figure in words."""
    metric = figure.metric
    return Told(
        figure, _said(metric.title), _said(metric.sentence), _said(metric.numerator),
        _said(metric.denominator), _said(metric.exclusions), _said(metric.citation),
        _said(metric.dispute), "%" if metric.unit == "share" else _("min"),
        [(str(EXCLUDED.get(why, why)), n) for why, n in sorted(figure.result.excluded.items())],
    )  # fmt: skip


def named(code: str) -> str:
    """A metric's title."""
    metric: Metric = queries.metric(code)
    return _said(metric.title)


def week_from(day: str) -> str:
    """A week's first day, kept as a date's text, as the reader writes days."""
    return days.said(date.fromisoformat(day))


def weekly(figures: Iterable[Figure]) -> list[tuple[str, float | None, float | None, float | None]]:
    """Figures by week for a chart: the week's first day, the value and its interval."""
    return [(week_from(f.group), f.value, f.low, f.high) for f in figures]
