"""Protocols in the making, their tests, what differs, and past calls under two versions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from commonweal.calls import protocols as versions
from commonweal.calls.models import Call, ProtocolDraft
from commonweal.calls.protocols import Tried
from commonweal.calls.queries.protocols import answers_of
from commonweal.engines.triage import Difference, Finding, Protocol, Weighing, differences, triage, validate
from commonweal.kernel.errors import NotFound

MOST_READ = 60  # calls of one list to read
COLUMNS = (
    "id nature nature_label reasons priority priority_label answers tier is_bh_intake area language"
).split()


def drafts() -> list[ProtocolDraft]:
    """Protocols in the making, the latest change first."""
    rows = ProtocolDraft.objects.filter(closed_at__isnull=True).select_related("based_on")
    return list(rows.order_by("-changed_at"))


def draft(draft_id: UUID) -> ProtocolDraft:
    """One draft, also a closed one; NotFound otherwise."""
    found = ProtocolDraft.objects.select_related("based_on", "became").filter(id=draft_id).first()
    if found is None:
        raise NotFound("draft")
    return found


def draft_value(draft_id: UUID) -> Protocol:
    """A draft as the engine reads it."""
    return versions.parsed(draft(draft_id).body)


def tried_under(code: str, protocol: Protocol) -> list[Tried]:
    """The tests beside a protocol, run under a version or draft of it."""
    return versions.tried(code, protocol)


def checked(protocol: Protocol) -> tuple[Finding, ...]:
    """What its authors would regret."""
    return validate(protocol)


def between(old: Protocol, new: Protocol) -> tuple[Difference, ...]:
    """What differs between two versions."""
    return differences(old, new)


@dataclass(slots=True)
class Compared:
    """Past calls under two versions: the counts, and the calls to read, newest first, by opaque id."""

    weighing: Weighing
    missed: list[UUID] = field(default_factory=list)
    less: list[tuple[UUID, str, str]] = field(default_factory=list)
    more: list[tuple[UUID, str, str]] = field(default_factory=list)


def compare(old: Protocol, new: Protocol, *, limit: int = 100_000, agency: UUID | None = None) -> Compared:
    """The latest calls (at most `limit`) under both versions, by area and language of the call.

    Calls with the same answers or record are triaged once. Urgent: priority 1, or met as T0 or T1.
    """
    found = Compared(Weighing())
    known: dict[tuple[object, ...], tuple[str, str]] = {}
    for row in _rows(limit, agency):
        given = row["answers"] if isinstance(row["answers"], dict) else {}
        key = (row["nature"], row["nature_label"], row["priority"], row["priority_label"],
               tuple(sorted(given.items())))  # fmt: skip
        if key not in known:
            known[key] = (
                triage(old, answers_of(old, row)).tier, triage(new, answers_of(new, row)).tier
            )  # fmt: skip
        _weigh(found, row, *known[key])
    return found


def _weigh(found: Compared, row: Mapping[str, object], was: str, now: str) -> None:
    urgent = row["tier"] in ("T0", "T1") or row["priority"] == 1
    groups = {"area": str(row["area"] or ""), "language": str(row["language"] or "")}
    call = UUID(str(row["id"]))
    if found.weighing.add(was, now, urgent=urgent, groups=groups) and len(found.missed) < MOST_READ:
        found.missed.append(call)
    moved = found.less if now > was else found.more
    if was != now and len(moved) < MOST_READ:
        moved.append((call, was, now))


def _rows(limit: int, agency: UUID | None) -> Iterator[Mapping[str, object]]:
    rows = Call.objects.exclude(state="waiting").order_by("-received")
    if agency:
        rows = rows.filter(agency=agency)
    yield from rows.values(*COLUMNS)[:limit].iterator(chunk_size=5_000)
