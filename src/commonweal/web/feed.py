"""Who hears of what on the live feed: a sealed journal line becomes a change for a listener, or nothing.

A change carries at most a kind and an id whose existence the listener may know anyway; where even an id would
say too much it is a nudge, without one. Either way the browser then asks the page, and so the gate.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from commonweal.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Line:
    """What the feed needs of a sealed journal line."""

    sequence: int
    kind: str
    about: str
    subject: str
    agency: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listener:
    """One open stream: its account, agency, permissions, and the unit it crews now."""

    account: str
    agency: str
    permissions: frozenset[str]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What is sent: `about` and `id` are empty in a nudge."""

    sequence: int
    kind: str
    about: str = ""
    id: str = ""

    def event(self) -> bytes:
        """As a server-sent event; the browser sends the id back when it reconnects."""
        data = {"sequence": self.sequence, "kind": self.kind, "about": self.about, "id": self.id}
        return f"id: {self.sequence}\nevent: change\ndata: {json.dumps(data)}\n\n".encode()


# Rooms (or single kinds) whose lines come with their id, to any holder of one of the permissions
OPEN = {
    "calls": {"take_calls", "watch_board"},
    "agencies.shift_set": {"take_calls", "watch_board", "plan"},
    "messages.check_in_missed": {"watch_board", "supervise"},
    "directory.capacity_posted": {"take_calls", "watch_board", "send_referrals"},
}
# Rooms whose lines reach a holder of the permission as a nudge, where the own agency acted or is addressed
OWN_AGENCY = {
    "referrals": {"answer_referrals", "send_referrals", "work_cases"},
    "encounters": {"work_field", "work_cases"},
    "cases": {"work_cases", "sit_at_tables"},
    "directory": {"answer_referrals"},
}
# Kinds that reach every holder of the permission as a nudge
NUDGES = {
    "messages.posted": {"take_calls", "watch_board", "work_field", "work_cases", "answer_referrals"},
    "people.proposed": {"keep_records"},
    "sharing.alerted": {"keep_trust"},
    "community.feedback_received": {"publish"},
}
# Kinds by which what was open may be open no more. Whoever reads records hears that something closed, not
# what or whose: their page asks the gate again
CLOSES = frozenset(["sharing.consent_revoked", "sharing.sealed", "sharing.agreement_changed"])
READERS = frozenset(
    ["work_cases", "work_field", "answer_referrals", "send_referrals", "keep_records", "sit_at_tables"]
)
# Kinds that nobody hears of: that somebody looked. On a busy evening they are most of the journal
SILENT = frozenset(["sharing.read", "sharing.refused", "sharing.totals"])


def listener_of(actor: Actor, unit: UUID | None = None) -> Listener:
    """The listener of an actor who crews `unit`."""
    return Listener(actor.id, str(actor.agency or ""), actor.permissions, str(unit or ""))


def change_for(listener: Listener, line: Line) -> Change | None:
    """What this listener is sent of this line."""
    room = line.kind.split(".")[0]
    opened = OPEN.get(line.kind) or OPEN.get(room) or set()
    if opened & listener.permissions:
        # a call of another centre (the lifeline's, say) must not be told apart: no id of what others did
        is_known = room != "calls" or listener.agency in {line.agency, line.data.get("agency")} - {""}
        about, subject = (line.about, line.subject) if is_known else ("", "")
        return Change(line.sequence, line.kind, about, subject)
    if line.kind == "messages.notified":
        return Change(line.sequence, line.kind) if line.subject == listener.account else None
    if nudge := _nudge(listener, line):
        return Change(line.sequence, nudge)
    if OWN_AGENCY.get(room, set()) & listener.permissions and _touches_agency(listener.agency, line):
        return Change(line.sequence, room)
    if room == "calls" and "work_field" in listener.permissions and _touches_unit(listener.unit, line):
        return Change(line.sequence, room)
    return None


def _nudge(listener: Listener, line: Line) -> str:
    """The kind that a listener is nudged with by what this line says; empty for none."""
    if line.kind in CLOSES and READERS & listener.permissions:
        return "sharing.closed"
    return line.kind if NUDGES.get(line.kind, set()) & listener.permissions else ""


def _touches_agency(agency: str, line: Line) -> bool:
    named = (line.agency, line.data.get("to_agency"), line.data.get("from_agency"))
    return bool(agency) and agency in named


def _touches_unit(unit: str, line: Line) -> bool:
    return bool(unit) and (unit == line.data.get("unit") or unit in (line.data.get("units") or ()))
