"""What triage weighs beside the answers: wishes and needs on the call, who is free, a recent call."""

from collections.abc import Sequence
from datetime import timedelta

from commonweal.calls.duty import OnDuty
from commonweal.calls.models import Call

RECENT = timedelta(hours=72)
_ALWAYS = ("civilian_team_available", "remote_clinician_available")
_KINDS = {"civilian_team_available": "crisis_team", "remote_clinician_available": "tele"}


def of(call: Call, roster: Sequence[OnDuty]) -> dict[str, object]:
    """The context of a call for the engine. Availability is left out where nobody at all is on duty."""
    context: dict[str, object] = {name: value for name, value in call.needs.items() if value}
    free = {duty.unit.kind for duty in roster if duty.is_free}
    if roster:
        context |= {name: _KINDS[name] in free for name in _ALWAYS}
    hours = hours_since_last(call)
    if hours is not None:
        context["hours_since_last_contact"] = hours
    return context


def hours_since_last(call: Call) -> float | None:
    """Hours since this person's last call to the same centre, where it came within 72 hours."""
    if call.person_id is None:
        return None
    before = Call.objects.filter(
        person=call.person_id, agency=call.agency_id, received__lt=call.received,
        received__gte=call.received - RECENT,
    )  # fmt: skip
    last = before.exclude(id=call.id).order_by("-received").first()
    return round((call.received - last.received).total_seconds() / 3600, 2) if last else None
