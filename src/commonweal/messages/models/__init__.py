"""Threads, bells, timers and ways out; bulletins between agencies; communication tests."""

from commonweal.messages.models.bulletins import Bulletin, Receiver, Sight
from commonweal.messages.models.drills import Drill, DrillAsked
from commonweal.messages.models.standing import (
    Addressed,
    CheckIn,
    Choice,
    Climb,
    Delivery,
    Duress,
    Endpoint,
    HandOver,
    Leaving,
    Message,
    Notification,
    Reading,
    Receipt,
    Rung,
    Thread,
    Told,
)

__all__ = [
    "Addressed", "Bulletin", "CheckIn", "Choice", "Climb", "Delivery", "Drill", "DrillAsked", "Duress",
    "Endpoint", "HandOver", "Leaving", "Message", "Notification", "Reading", "Receipt", "Receiver", "Rung",
    "Sight", "Thread", "Told",
]  # fmt: skip
