"""What the calls API takes and gives."""

from datetime import datetime
from uuid import UUID

from ninja import Schema


class UnitOut(Schema):
    """A unit on a call or on duty: what names nobody."""

    id: UUID
    call_sign: str
    kind: str
    status: str
    minutes: float


class CallOut(Schema):
    """What of a call names nobody."""

    id: UUID
    state: str
    tier: str
    floor: str
    local_label: str
    response: str
    is_overridden: bool
    minutes: float
    target_minutes: int
    units: list[UnitOut]


class PlaceOut(Schema):
    """Words, and a point where one is known (WGS 84)."""

    text: str
    lon: float | None = None
    lat: float | None = None


class FactsOut(Schema):
    """What the gate opens of a call; `withheld` names the fields that were left out."""

    incident_number: str | None
    nature: str | None
    time: dict[str, datetime] | None
    block_address: PlaceOut | None
    exact_address: PlaceOut | None
    units: list[str] | None
    caller_name: str | None
    caller_phone: str | None
    withheld: list[str]


class CallIn(Schema):
    """A call that comes in: `source` 911, lifeline_988, non_emergency ...; lon and lat both or neither."""

    source: str
    words: str = ""
    nature: str = ""
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    caller_name: str = ""
    caller_phone: str = ""
    caller_role: str = ""
    language: str = "en"


class AnswersIn(Schema):
    """Question ids to answer ids, `unknown`, or null to take one back."""

    answers: dict[str, str | None]


class RuleOut(Schema):
    """One reason; `assumed` where an answer is not known and so counts as the worst."""

    id: str
    sentence: str
    assumed: bool


class OutcomeOut(Schema):
    """Triage as it stands, with the questions still worth asking, best first."""

    tier: str
    floor: str
    settled: bool
    local_label: str
    response: str
    fired: list[RuleOut]
    missing: list[str]
    would_change: list[str]
    requires: list[str]


class OptionOut(Schema):
    """One way to respond."""

    units: list[UUID]
    call_signs: list[str]
    arrival_minutes: float
    reasons: list[str]


class ShortfallOut(Schema):
    """Why a unit cannot go."""

    call_sign: str
    reasons: list[str]


class PartOut(Schema):
    """One part of the response: ranked options, next best models where there is none, and shortfalls."""

    model: str
    options: list[OptionOut]
    fallbacks: list[OptionOut]
    shortfalls: list[ShortfallOut]
    cautions: list[str]


class AdviceOut(Schema):
    """Who should go: `picks` are the units that a dispatch without units sends."""

    picks: list[UUID]
    arrival_minutes: float | None
    parts: list[PartOut]


class DispatchIn(Schema):
    """Units to send; none sends the recommended. Others than those need a reason."""

    units: list[UUID] = []
    reason: str = ""


class StatusIn(Schema):
    """A unit moves on: acknowledged, enroute, staged, on_scene, transporting, at_destination, available."""

    status: str
    at: datetime | None = None


class PositionIn(Schema):
    """Where a unit is (WGS 84)."""

    lon: float
    lat: float


class OverrideIn(Schema):
    """A tier set by hand, with its reason."""

    tier: str
    reason: str


class EndIn(Schema):
    """How a call ended; the second behavioural-health flag."""

    is_behavioural_health: bool
    disposition: str = ""


class ProtocolOut(Schema):
    """A protocol version; public."""

    id: UUID
    code: str
    version: str
    title: str
    title_es: str
    source: str
    is_approved: bool


class UnitNow(UnitOut):
    """A unit on duty with its place, where that may be shown."""

    lon: float | None
    lat: float | None
    call: UUID | None
