"""The statuses of a unit on a call, the moments they set, and the minute in which a tap can be taken back."""

from datetime import datetime, timedelta

from commonweal.calls.models import Assignment
from commonweal.kernel import clock

STEPS = {  # unit status -> the moment it sets, on the assignment and on the call
    "acknowledged": "acknowledged", "enroute": "enroute", "staged": "staged", "on_scene": "on_scene",
    "transporting": "transport_start", "at_destination": "at_destination",
}  # fmt: skip
UNDO_WITHIN = timedelta(minutes=1)


def last_step(row: Assignment) -> tuple[str | None, str]:
    """The moment that this assignment reached last (its field), and the status that stood before it.

    Before any it is (None, "assigned").
    """
    moments: list[tuple[datetime, str, str]] = [
        (at, stage, status) for status, stage in STEPS.items() if (at := getattr(row, stage)) is not None
    ]
    moments.sort(key=lambda one: one[0])
    if not moments:
        return None, "assigned"
    return moments[-1][1], moments[-2][2] if len(moments) > 1 else "assigned"


def may_take_back(row: Assignment) -> bool:
    """Whether the last status is less than a minute old."""
    stage, _before = last_step(row)
    return stage is not None and clock.now() - getattr(row, stage) <= UNDO_WITHIN
