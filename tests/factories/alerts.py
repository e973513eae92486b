"""Public alerts as stories need them: a storm, written by a liaison, approved by a programme manager."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from commonweal.community import actions
from commonweal.community.actions import Wording
from commonweal.community.queries import Alert
from commonweal.kernel import clock

from .cast import Cast

RING = ((38.5, -121.6), (38.6, -121.6), (38.6, -121.5), (38.5, -121.6))
STORM: dict[str, Any] = {
    "event_en": "Wind storm", "event_es": "Vendaval",
    "headline_en": "Strong wind tonight", "headline_es": "Viento fuerte esta noche",
    "instruction_en": "Stay indoors and away from trees.",
    "instruction_es": "Quédese bajo techo, lejos de árboles.",
    "area_en": "East side of Harlow", "area_es": "Zona este de Harlow",
}  # fmt: skip


def storm(**other: Any) -> Wording:
    """What the alert says; `other` fields in place of its own."""
    expires = clock.now() + timedelta(hours=6)
    return Wording(**{**STORM, "expires": expires, "outline": RING, **other})


def drafted(cast: Cast, **other: Any) -> Alert:
    """Written by the liaison."""
    return actions.draft_alert(by=cast["community_liaison"], said=storm(**other))


def approved(cast: Cast, **other: Any) -> Alert:
    """And approved by the programme manager."""
    made = drafted(cast, **other)
    return actions.approve_alert(by=cast["program_manager"], alert=made.id, names_nobody=True)


def issued(cast: Cast, **other: Any) -> Alert:
    """And sent."""
    return actions.issue_alert(by=cast["community_liaison"], alert=approved(cast, **other).id)


def called_off(cast: Cast, alert: UUID) -> Alert:
    """Called off by a supervisor."""
    return actions.cancel_alert(by=cast["supervisor"], alert=alert, reason_en="It passed.", reason_es="Pasó.")
