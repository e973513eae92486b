"""What a page of this desk is about, from its address: days, hours, what for."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonweal.calls import queries as calls
from commonweal.foresight.queries import HOURS, Question
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from commonweal.web.session import Request

PARTS = {
    "week": (_("The whole week"), frozenset(HOURS)),
    "day": (_("Days, 06:00 to 18:00"), frozenset(h for h in HOURS if 6 <= h % 24 < 18)),
    "evening": (_("Evenings, 18:00 to 02:00"), frozenset(h for h in HOURS if h % 24 >= 18 or h % 24 < 2)),
    "night": (_("Nights, 02:00 to 06:00"), frozenset(h for h in HOURS if 2 <= h % 24 < 6)),
    "weekend": (_("Saturday and Sunday"), frozenset(h for h in HOURS if h >= 120)),
}
SPANS = (13, 26, 52)


def choices() -> Sequence[tuple[str, object]]:
    """What may be counted."""
    fixed = [("behavioural", _("Behavioural health")), ("all", _("All calls"))]
    return [*fixed, *calls.natures()]


def asked(request: Request) -> Question:
    """The question in the address; the last thirteen weeks on file, behavioural health, the whole week."""
    part, about = request.GET.get("part", "week"), request.GET.get("about", "behavioural")
    if part not in PARTS:
        raise Invalid("part", part, f"Use one of: {', '.join(PARTS)}.")
    if about not in dict(choices()):
        raise Invalid("about", about, "Choose one of the listed natures.")
    weeks = request.GET.get("weeks", "13")
    if weeks not in map(str, SPANS):
        raise Invalid("weeks", weeks, "Use 13, 26 or 52.")
    zone = ZoneInfo(timezone.get_current_timezone_name())
    on_file = calls.span_of_history()
    last = (on_file[1] if on_file else clock.now()).astimezone(zone).date() + timedelta(days=1)
    end = _midnight(last, zone)
    start = _midnight(last - timedelta(weeks=int(weeks)), zone)
    if on_file and on_file[0] > start:
        first = min(on_file[0].astimezone(zone).date(), last - timedelta(days=7))
        start = _midnight(first, zone)
    return Question(start, end, zone, PARTS[part][1], about)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
