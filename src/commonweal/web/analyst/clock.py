"""The clock of the week: 168 hours as a grid, and the busiest stretch in a sentence."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.foresight.queries import HourCount, Picture
from commonweal.sharing.queries import floor
from commonweal.web.numbers import in_sentence, said

DAYS = [
    gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"), gettext_lazy("Thursday"),
    gettext_lazy("Friday"), gettext_lazy("Saturday"), gettext_lazy("Sunday"),
]  # fmt: skip


def clock_rows(hours: Sequence[HourCount]) -> list[tuple[str, list[tuple[HourCount, int]]]]:
    """Each day with its hours and their shade, 0 (none or hidden) to 5 (most)."""
    top = max((h.count or 0 for h in hours), default=0) or 1
    shaded = [(h, min(5, 1 + 5 * h.count // (top + 1)) if h.count else 0) for h in hours]
    return [(str(name), shaded[24 * day : 24 * day + 24]) for day, name in enumerate(DAYS)]


def shown_hours(hours: Sequence[HourCount]) -> list[tuple[str, str, HourCount]]:
    """Hours that may be shown, most calls first: day, span, and what pointing at the clock tells."""
    known = [h for h in hours if h.count and h.interval]
    known.sort(key=lambda h: (-(h.count or 0), h.hour_of_week))
    return [(str(DAYS[h.hour_of_week // 24]), _span(h.hour_of_week % 24), h) for h in known]


def _span(hour: int) -> str:
    return f"{hour:02d}:00–{(hour + 1) % 24:02d}:00"


def sentence(seen: Picture) -> str:
    """When and how much, in plain words, called a naive count."""
    known = [h for h in seen.hours if h.count and h.interval]
    if seen.total < floor():
        return _("Too few calls in these days to say anything without pointing at somebody.")
    if not known:
        return _("%(n)s calls: no single hour of the week has %(least)s or more, so hours stay hidden.") % {
            "n": said(seen.total), "least": floor(),
        }  # fmt: skip
    most = max(known, key=lambda h: h.count or 0)
    assert most.interval is not None
    return _(
        "%(n)s calls. Most come on %(day)s between %(start)s and %(end)s: %(rate)s in that hour of a week, "
        "interval %(low)s to %(high)s. A naive count: what was reported, not what will be."
    ) % {
        "n": said(seen.total), "day": in_sentence(DAYS[most.hour_of_week // 24]),
        "start": f"{most.hour_of_week % 24:02d}:00",
        "end": f"{(most.hour_of_week + 1) % 24:02d}:00", "rate": said(most.per_hour or 0, 1),
        "low": said(most.interval.low, 1), "high": said(most.interval.high, 1),
    }  # fmt: skip
