"""The span of days that a page is about, from its address or from what is on file."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from commonweal.calls import queries as calls
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from commonweal.web.session import Request

WEEKS = 13


@dataclass(frozen=True, slots=True)
class Span:
    """Local days from `first` up to and with `last`."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.first, time(), timezone.get_current_timezone())

    @property
    def end(self) -> datetime:
        """The first moment after it, never in the future."""
        after = datetime.combine(self.last + timedelta(days=1), time(), timezone.get_current_timezone())
        return min(after, clock.now())

    @property
    def query(self) -> str:
        """As it stands in an address."""
        return f"first={self.first}&last={self.last}"


def asked(request: Request) -> Span:
    """The days in the address; where there are none, the thirteen weeks up to the last call on file."""
    first, last = _default()
    chosen = Span(_day(request, "first", first), _day(request, "last", last))
    if chosen.last < chosen.first:
        raise Invalid("last", chosen.last, "Choose a last day on or after %(day)s.", day=chosen.first)
    if chosen.start >= clock.now():
        raise Invalid("first", chosen.first, "Choose a first day that has begun.")
    return chosen


def _default() -> tuple[date, date]:
    on_file = calls.span_of_history()
    last = timezone.localtime(on_file[1] if on_file else clock.now()).date()
    first = last - timedelta(weeks=WEEKS)
    first -= timedelta(days=first.weekday())
    if on_file:
        first = max(first, timezone.localtime(on_file[0]).date())
    return first, last


def _day(request: Request, name: str, otherwise: date) -> date:
    text = request.GET.get(name) or request.POST.get(name) or ""
    if not text:
        return otherwise
    try:
        found = date.fromisoformat(text)
    except ValueError as fault:
        raise Invalid(name, text, "Give a day as YYYY-MM-DD, for example 2025-10-06.") from fault
    if not 1970 <= found.year <= 2200:
        raise Invalid(name, text, "Give a day between 1970 and 2200.")
    return found
