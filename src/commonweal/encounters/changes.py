"""A change as a phone sends it: read, checked, and put on the server's clock."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid

KINDS = ("open", "set", "person", "screen", "consent", "close", "settle", "status", "duress", "photo")
OLDEST = timedelta(days=14)  # how far back a phone's word for a moment is taken
AT_ONCE = 500  # changes in one batch
LISTS = frozenset(
    "presenting_needs behaviours risks techniques injured services_offered services_declined".split()
)
YES_NO = frozenset("consent_to_talk consent_to_photograph arrest_criteria arrest_made".split())
LENGTHS = {
    "destination": 120,
    "hold_basis": 80,
    **dict.fromkeys(("narrative", "clinical_impression", "shared_note"), 20_000),
    **dict.fromkeys(("contact_type", "language", "force", "hold", "transport", "disposition"), 24),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One act of one person on one phone.

    `id` is the phone's own and never used twice. `record` is the encounter as the phone calls it. `base` is
    the encounter's version in which the phone had last seen the field, `after` the phone's own earlier
    change of the same field that had not been confirmed when this one was made. `at` is on our clock.
    """

    id: UUID
    kind: str
    record: UUID | None
    field: str
    value: object
    base: int
    after: UUID | None
    at: datetime
    skew_ms: int


def read_change(raw: object, skew_ms: int = 0) -> Change:
    """One change of a batch; Invalid names what is wrong with it.

    `skew_ms`: how far our clock is ahead of the phone's, as the phone measured it.
    """
    if not isinstance(raw, Mapping):
        raise Invalid("operations", str(raw)[:40], "Each change is an object with an id and a kind.")
    kind = raw.get("kind")
    if kind not in KINDS:
        raise Invalid("kind", kind, f"Use one of: {', '.join(KINDS)}.")
    if "\\u0000" in json.dumps(raw.get("value")):
        raise Invalid("value", "", "Write it again: it holds a character that cannot be kept.")
    given = raw.get("skew_ms", skew_ms)
    skew = given if isinstance(given, int) else skew_ms
    base = raw.get("base", 0)
    return Change(
        id=id_in(raw, "id"),
        kind=str(kind),
        record=id_in(raw, "record") if raw.get("record") else None,
        field=str(raw.get("field", ""))[:32],
        value=raw.get("value"),
        base=base if isinstance(base, int) else 0,
        after=id_in(raw, "after") if raw.get("after") else None,
        at=on_our_clock(raw.get("at"), skew),
        skew_ms=max(-(2**53), min(skew, 2**53)),
    )


def shaped(field: str, value: object) -> None:
    """Invalid where a value has not the shape of its field: a text, some codes, or yes and no."""
    if field in LISTS:
        fits = isinstance(value, list) and all(isinstance(one, str) and len(one) <= 80 for one in value)
    elif field in YES_NO:
        fits = value is None or isinstance(value, bool)
    else:
        fits = isinstance(value, str) and len(value) <= LENGTHS.get(field, 0)
    if not fits:
        raise Invalid(field, str(value)[:80], "Choose from the list, or write a shorter text.")


def id_in(raw: Mapping[str, object], field: str) -> UUID:
    """The id under a name; Invalid for anything else."""
    try:
        return UUID(str(raw.get(field)))
    except ValueError as wrong:
        raise Invalid(field, raw.get(field), "Give an id (UUID).") from wrong


def on_our_clock(stamp: object, skew_ms: int) -> datetime:
    """Milliseconds of the phone's clock as a moment of ours: never in the future, never before OLDEST."""
    now = clock.now()
    if not isinstance(stamp, int | float) or isinstance(stamp, bool):
        return now
    try:
        moment = datetime.fromtimestamp((stamp + skew_ms) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return now
    return min(max(moment, now - OLDEST), now)
