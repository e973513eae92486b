"""What is asked of the calls: which span, which hours, what about."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from commonweal.calls import queries as calls
from commonweal.kernel.errors import Invalid

HOURS = range(168)


@dataclass(frozen=True, slots=True)
class Question:
    """Which calls: a span, hours of the week (0 Monday midnight), all or behavioural or one nature."""

    start: datetime
    end: datetime
    zone: ZoneInfo
    hours: Collection[int] = HOURS
    about: str = "behavioural"

    def __post_init__(self) -> None:
        """Invalid for a span without a zone, or one that does not end after it starts."""
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise Invalid(
                "start", self.start, "Give a time with its zone, such as 2026-03-02T18:00:00-08:00."
            )
        if self.end <= self.start:
            raise Invalid("end", self.end, "The span must end after it starts.")

    def wants(self, call: calls.Counted) -> bool:
        """Whether a call belongs: cancelled ones and second calls of one incident never do."""
        if call.is_cancelled or call.is_duplicate:
            return False
        if self.about == "behavioural":
            return bool(call.is_behavioural)
        return self.about in ("all", call.nature)
