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
    "self_initiated": gettext_lazy("begun by an officer"),
    "other_service": gettext_lazy("fire or ambulance alone"),
    "team_not_sent": gettext_lazy("team not sent"),
    "units_not_recorded": gettext_lazy("no units recorded"),
    "no_police_baseline": gettext_lazy("no police calls to compare with"),
    "held_unknown": gettext_lazy("hold not written down"),
    "force_used_unknown": gettext_lazy("force not written down"),
    "injured_unknown": gettext_lazy("injury not written down"),
    "never_accepted": gettext_lazy("never accepted"),
    "no_place_held": gettext_lazy("no place was held"),
    "still_held": gettext_lazy("still held"),
    "not_answered": gettext_lazy("not answered yet"),
    "first_contact_after_freeze": gettext_lazy("first met after the count"),
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


FAMILIES = {
    "access": gettext_lazy("Who got through, and how fast"),
    "diversion": gettext_lazy("Who answered instead of police"),
    "encounter": gettext_lazy("What happened at the scene"),
    "linkage": gettext_lazy("Whether help followed"),
    "person": gettext_lazy("Whether people came back in crisis"),
}
UNITS = {
    "share": "%",
    "minutes": gettext_lazy("min"),
    "hours": gettext_lazy("hours"),
    "days": gettext_lazy("days"),
}


@dataclass(frozen=True, slots=True)
class Published:
    """A published figure, to be read beside the site's own."""

    said: str
    citation: str
    shown: str


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
    benchmarks: list[Published]

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


def in_language(texts: Mapping[str, str]) -> str:
    """Words of a definition in the reader's language."""
    return texts.get((get_language() or "en").split("-")[0], texts["en"])


def told(figure: Figure) -> Told:
    """A figure in words."""
    metric = figure.metric
    return Told(
        figure, in_language(metric.title), in_language(metric.sentence), in_language(metric.numerator),
        in_language(metric.denominator), in_language(metric.exclusions), in_language(metric.citation),
        in_language(metric.dispute), str(UNITS[metric.unit]),
        [(str(EXCLUDED.get(why, why)), n) for why, n in sorted(figure.result.excluded.items())],
        [
            Published(in_language(one.said), one.citation, published(one.value, metric.unit))
            for one in metric.benchmarks
        ],
    )  # fmt: skip


def published(value: float | None, unit: str) -> str:
    """A published value in the metric's unit; empty where the source gives words alone."""
    if value is None:
        return ""
    return f"{said(value * 100, 1)} %" if unit == "share" else f"{said(value, 1)} {UNITS[unit]}"


def in_families(figures: Iterable[Told]) -> list[tuple[str, list[Told]]]:
    """Figures under the heading of their family, in the order of the work."""
    listed = list(figures)
    return [
        (str(words), [one for one in listed if one.figure.metric.family == family])
        for family, words in FAMILIES.items()
    ]


def named(code: str) -> str:
    """A metric's title."""
    metric: Metric = queries.metric(code)
    return in_language(metric.title)


def week_from(day: str) -> str:
    """A week's first day, kept as a date's text, as the reader writes days."""
    return days.said(date.fromisoformat(day))


def weekly(figures: Iterable[Figure]) -> list[tuple[str, float | None, float | None, float | None]]:
    """Figures by week for a chart: the week's first day, the value and its interval."""
    return [(week_from(f.group), f.value, f.low, f.high) for f in figures]
