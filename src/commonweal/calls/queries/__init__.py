"""Reads of this room. What a call says takes permits; tier, state, units and minutes go by opaque id."""

from commonweal.agencies.queries import UNIT_KINDS
from commonweal.calls.handing import Handed, own_call, tracking_of
from commonweal.calls.models import (
    CALLER_ROLES,
    OPEN_STATES,
    PARTNERS,
    SOURCES,
    STAGES,
    STATES,
    UNIT_STATUSES,
    DowntimePlan,
    Drill,
    Pack,
    ProtocolVersion,
)
from commonweal.calls.queries.alarms import Hearers, hearers, hears, places_near, supervisors_near
from commonweal.calls.queries.answered import Turn, answered
from commonweal.calls.queries.downtime import (
    Paper,
    call_on_sheet,
    downtime_plan,
    drill_due,
    drills,
    from_paper,
    numbers,
    pack,
    packs,
    packs_to_destroy,
    papers,
    plans_due,
    superseded,
)
from commonweal.calls.queries.drafts import (
    Compared,
    between,
    checked,
    compare,
    draft,
    draft_value,
    drafts,
    tried_under,
)
from commonweal.calls.queries.extract import (
    MOST_NUMBERED,
    Counted,
    Finding,
    extract,
    findings,
    natures,
    numbered,
)
from commonweal.calls.queries.facts import (
    PUBLIC_DELAY,
    Asked,
    Changed,
    Line,
    Spot,
    all_natures,
    changes,
    facts,
    for_public,
    notes,
    person_of,
    protocol_for,
    public_facts,
)
from commonweal.calls.queries.history import (
    Past,
    Repeat,
    count_between,
    history,
    numbered_calls,
    of_person,
    repeats,
    span_of_history,
)
from commonweal.calls.queries.on_duty import House, Seen, Wanted, crewable, narrowed, rosterable, who_is_on
from commonweal.calls.queries.open import (
    TARGET_MINUTES,
    CallView,
    OnCall,
    UnitOnCall,
    UnitView,
    assignment_of,
    call_of,
    calls_of,
    crew_of,
    is_aboard,
    open_calls,
    unit_states,
)
from commonweal.calls.queries.protocols import (
    Derived,
    Replay,
    Risk,
    adopted_by,
    afterwards,
    find_protocol,
    is_approved,
    label_in,
    protocol,
    protocol_value,
    protocols,
    replay,
    replayed,
)
from commonweal.calls.queries.sheet import Sheet, answered_by, sheet
from commonweal.calls.queries.soundness import doubtful, soundness
from commonweal.calls.queries.talking import thread_readers
from commonweal.calls.queries.transfers import (
    TransferView,
    arriving,
    centres,
    sent_over,
    transfer,
    transfer_of,
)
from commonweal.engines.triage import Share, Weighing

__all__ = [
    "CALLER_ROLES", "MOST_NUMBERED", "OPEN_STATES", "PARTNERS", "PUBLIC_DELAY", "SOURCES", "STAGES", "STATES",
    "TARGET_MINUTES", "UNIT_KINDS", "UNIT_STATUSES", "Asked", "CallView", "Changed", "Compared",
    "Counted", "Derived", "DowntimePlan", "Drill", "Finding", "Handed", "Hearers", "House", "Line",
    "OnCall", "Pack", "Paper", "Past", "ProtocolVersion", "Repeat", "Replay", "Risk", "Seen", "Share",
    "Sheet", "Spot", "TransferView", "Turn", "UnitOnCall", "UnitView", "Wanted", "Weighing", "adopted_by",
    "afterwards", "all_natures", "answered", "answered_by", "arriving", "assignment_of", "between",
    "call_of", "call_on_sheet", "calls_of", "centres", "changes", "checked", "compare", "count_between",
    "crew_of", "crewable", "doubtful", "downtime_plan", "draft", "draft_value", "drafts",
    "drill_due", "drills",
    "extract", "facts", "find_protocol", "findings", "for_public", "from_paper", "hearers", "hears",
    "history", "is_aboard", "is_approved", "label_in", "narrowed", "natures", "notes", "numbered",
    "numbered_calls", "numbers", "of_person", "open_calls", "own_call", "pack", "packs",
    "packs_to_destroy", "papers", "person_of", "plans_due", "protocol", "protocol_for", "protocol_value",
    "protocols", "public_facts", "repeats", "replay", "replayed", "rosterable", "sent_over",
    "sheet", "soundness",
    "span_of_history", "superseded", "supervisors_near", "places_near", "thread_readers", "tracking_of",
    "transfer", "transfer_of", "tried_under", "unit_states", "who_is_on",
]  # fmt: skip
