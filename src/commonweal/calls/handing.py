"""A call as another centre is handed it: what its permit opens, or all of it to the centre whose it is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from commonweal.calls.models import STAGES, Assignment, Call, Document, Note
from commonweal.engines.disclosure import Permit
from commonweal.kernel.errors import NotFound
from commonweal.kernel.labels import CATEGORIES
from commonweal.kernel.shown import PermitMismatch, note_reading
from commonweal.sharing import queries as sharing

TRACKING = "urn:emergency:uid:incidentid:{}:commonweal"
OURS = re.compile(r"urn:emergency:uid:incidentid:([0-9a-f]{32}):commonweal")
Spot = tuple[str, str, str, float | None, float | None]
ALL = CATEGORIES["call_facts"]


@dataclass(frozen=True, slots=True)
class Handed:
    """One call for another centre; `withheld` names the fields of `call_facts` that are left out of it.

    What names nobody (state, tier, changed) is always there; a withheld text is empty, a point None.
    """

    call: UUID
    agency: UUID
    tracking: str
    changed: datetime
    state: str
    tier: str
    withheld: frozenset[str] = frozenset()
    number: str = ""
    nature: str = ""
    label: str = ""
    notes: Sequence[tuple[UUID, datetime, str]] = ()
    dispositions: Sequence[str] = ()
    times: Mapping[str, datetime] = field(default_factory=dict)  # by stage
    address: str = ""
    extra: str = ""
    city: str = ""
    lon: float | None = None
    lat: float | None = None
    caller_name: str = ""
    caller_phone: str = ""
    language: str = ""
    units: Sequence[tuple[UUID, str, str]] = ()  # id, call sign, what it reached


def handed(call: UUID, *, permit: Permit) -> Handed:
    """What a permit opens of a call, for sending to whom it was given. NotFound for an unknown id."""
    if permit.question.category != "call_facts" or permit.question.subject != str(call):
        raise PermitMismatch(f"permit for {permit.question.category} used on a call")
    note_reading()
    return hand(call, permit.fields)


def hand(call: UUID, opened: frozenset[str]) -> Handed:
    """The fields that are named, of one call; the caller of this holds the permit, or the call."""
    row = Call.objects.filter(id=call).first()
    if row is None or call in sharing.barred("call"):
        raise NotFound("call")
    says, (address, extra, city, lon, lat) = "nature" in opened, _where(row, opened)
    return Handed(
        call=row.id, agency=row.agency_id, tracking=tracking_of(row.id), changed=_changed(row),
        state=row.state, tier=row.tier, withheld=ALL - opened,
        number=row.number if "incident_number" in opened else "",
        nature=row.nature if says else "", label=row.nature_label if says else "",
        notes=_notes(row) if says else (), dispositions=row.dispositions if says else (),
        times=_times(row) if "time" in opened else {},
        caller_name=row.caller_name if "caller_name" in opened else "",
        caller_phone=row.caller_phone if "caller_phone" in opened else "",
        language=row.language if says else "", units=_units(row) if "units" in opened else (),
        address=address, extra=extra, city=city, lon=lon, lat=lat,
    )  # fmt: skip


def tracking_of(call: UUID) -> str:
    """The id by which all centres know the incident: the one it came with, else one of ours."""
    came = Document.objects.filter(call=call).order_by("written_at").values_list("tracking", flat=True)
    return came.first() or TRACKING.format(call.hex)


def own_call(tracking: str) -> UUID | None:
    """The call of this site that a tracking id of ours stands for; None for another's."""
    found = OURS.fullmatch(tracking)
    key = UUID(found[1]) if found else None
    return key if key and Call.objects.filter(id=key).exists() else None


def _where(row: Call, opened: frozenset[str]) -> Spot:
    """The exact place, or the block alone, or nothing: address, what is inside, city, lon, lat."""
    if "exact_address" in opened:
        return row.address, row.address_extra, row.city, row.lon, row.lat
    if "block_address" in opened:
        return row.block, "", row.city, row.block_lon, row.block_lat
    return "", "", "", None, None


def _changed(row: Call) -> datetime:
    return max(_times(row).values(), default=row.received)


def _times(row: Call) -> Mapping[str, datetime]:
    return {stage: moment for stage in STAGES if (moment := getattr(row, stage)) is not None}


def _notes(row: Call) -> Sequence[tuple[UUID, datetime, str]]:
    rows = Note.objects.filter(call=row).order_by("created_at")
    return list(rows.values_list("id", "created_at", "text"))


def _units(row: Call) -> Sequence[tuple[UUID, str, str]]:
    """Units that were sent, each with the last moment it reached."""
    found = []
    for one in Assignment.objects.filter(call=row).select_related("unit").order_by("dispatched"):
        reached = ("cleared", "at_destination", "transport_start", "on_scene", "staged", "enroute")
        stage = next((name for name in (*reached, "acknowledged") if getattr(one, name)), "dispatched")
        found.append((one.unit_id, one.unit.call_sign, stage))
    return found
