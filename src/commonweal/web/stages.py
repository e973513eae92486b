"""States of calls, of units, and moments of a call, in the reader's words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NAMES: Mapping[str, Promise] = {
    "waiting": _("Waiting"),
    "triaged": _("Triaged"),
    "queued": _("Queued"),
    "dispatched": _("Dispatched"),
    "cleared": _("Ended"),
    "transferred": _("Transferred"),
    "cancelled": _("Cancelled"),
    "available": pgettext_lazy("unit", "Free"),
    "assigned": _("Assigned"),
    "acknowledged": _("Acknowledged"),
    "enroute": _("On the way"),
    "staged": _("Waiting nearby"),
    "on_scene": _("On scene"),
    "transporting": _("Transporting"),
    "at_destination": _("At destination"),
    "out_of_service": _("Out of service"),
    "received": _("Received"),
    "answered": pgettext_lazy("moment", "Answered"),
    "triage_end": _("Triage closed"),
    "person_contact": _("With the person"),
    "backup_requested": _("Backup asked for"),
    "transport_start": _("Transport began"),
    "handoff_accepted": _("Handed over"),
}


def name(code: str) -> Promise | str:
    """The name of a state or moment; its code as words where it has none."""
    return NAMES.get(code, code.replace("_", " ").capitalize())
