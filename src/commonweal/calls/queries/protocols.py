"""Protocols for the public, for those who sign, and replayed on stored calls."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import yaml
from django.db.models import QuerySet

from commonweal import packs
from commonweal.calls import protocols as versions
from commonweal.calls.models import Call, ProtocolVersion
from commonweal.engines.triage import Outcome, Protocol, answers_from_record, triage
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid, NotFound


def protocols() -> QuerySet[ProtocolVersion]:
    """Every version with its signatures, by code and newest first. Public."""
    return ProtocolVersion.objects.prefetch_related("approvals").order_by(
        "code", "-effective_from", "-created_at"
    )


def protocol(version: UUID) -> ProtocolVersion:
    """One version; NotFound otherwise."""
    found = protocols().filter(id=version).first()
    if found is None:
        raise NotFound("protocol")
    return found


def protocol_value(version: UUID) -> Protocol:
    """A version as a value: questions, gates, rules in both languages. Public; training plays on it."""
    return versions.engine_value(protocol(version).id)


def adopted_by(agency: UUID, on: date | None = None) -> ProtocolVersion | None:
    """What a centre works by on a day (today); None where it has adopted nothing in force."""
    return versions.adopted(agency, on or clock.today())


def label_in(label: str, agency: UUID, language: str) -> str:
    """What a centre calls a level (kept in English) in `en` or `es`; as kept where the protocol changed."""
    version = adopted_by(agency)
    levels = protocol_value(version.id).levels.values() if version else ()
    return next((level.label.said_in(language) for level in levels if level.label.en == label), label)


def is_approved(version: ProtocolVersion) -> bool:
    """Whether two different people signed it."""
    return versions.is_approved(version)


def find_protocol(name: str) -> Protocol:
    """A protocol by its code (stored, else as it ships) or from a file; NotFound or Invalid otherwise."""
    if name.endswith(packs.SUFFIXES) and Path(name).is_file():
        return versions.parsed(_from_file(Path(name)))
    code = name.replace("-", "_").lower()
    stored = protocols().filter(code=code).first()
    if stored is not None:
        return versions.engine_value(stored.id)
    if f"protocols/{code}.yaml" not in packs.names("protocols"):
        known = ", ".join(
            n.removeprefix("protocols/").removesuffix(".yaml") for n in packs.names("protocols")
        )
        raise NotFound(f"protocol {name!r} (there are: {known})")
    body = packs.read(f"protocols/{code}.yaml")
    return versions.parsed(body if isinstance(body, dict) else {})


def _from_file(path: Path) -> dict[str, object]:
    try:
        body = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as fault:
        raise Invalid("--protocol", path, "The file does not read as YAML: %(fault)s", fault=fault) from fault
    if not isinstance(body, dict):
        raise Invalid("--protocol", path, "The file holds no mapping; copy one that ships.")
    return body


@dataclass(slots=True)
class Replay:
    """What a protocol would have made of stored calls; `risks` are urgent ones it would rank low."""

    protocol: str
    version: str
    calls: int = 0
    behavioural: int = 0
    tiers: Counter[str] = field(default_factory=Counter)
    behavioural_tiers: Counter[str] = field(default_factory=Counter)
    changes: Counter[tuple[str, str]] = field(default_factory=Counter)
    unsettled: int = 0
    missed: int = 0
    risks: list["Risk"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Risk:
    """One call that the protocol would meet later than it was met: by opaque id, with why."""

    call: UUID
    tier: str
    recorded: str
    why: str


def replay(
    protocol: Protocol, start: datetime | None = None, end: datetime | None = None, *, most_risks: int = 200
) -> Replay:
    """Triage every stored call by a protocol, from its answers, or from what its record stands for.

    `changes` counts (recorded tier, replayed tier) where a tier was recorded. A risk is a call that was
    handled as urgent (priority 1, or a recorded tier of T0 or T1) and would be T3 or lower.
    """
    found = Replay(protocol.id, protocol.version)
    memory: dict[tuple[object, ...], tuple[str, bool, str]] = {}
    for row in _rows(start, end):
        key = _key(row)
        if key not in memory:
            memory[key] = _decided(protocol, row)
        _count(found, row, *memory[key], most_risks)
    return found


_COLUMNS = "id nature nature_label reasons priority priority_label answers tier is_bh_intake protocol".split()


def _rows(start: datetime | None, end: datetime | None) -> Iterator[Mapping[str, object]]:
    rows = Call.objects.order_by("received").exclude(state="waiting")
    if start:
        rows = rows.filter(received__gte=start)
    if end:
        rows = rows.filter(received__lt=end)
    yield from rows.values(*_COLUMNS).iterator(chunk_size=5_000)


def _key(row: Mapping[str, object]) -> tuple[object, ...]:
    answers = row["answers"]
    given = tuple(sorted(answers.items())) if isinstance(answers, dict) else ()
    return row["nature"], row["nature_label"], row["priority_label"], given


def _decided(protocol: Protocol, row: Mapping[str, object]) -> tuple[str, bool, str]:
    outcome = triage(protocol, answers_of(protocol, row))
    return outcome.tier, outcome.settled, outcome.fired[0].id


@dataclass(frozen=True, slots=True)
class Derived:
    """A tier that nobody gave at the time: what a protocol makes of the record, and which one."""

    tier: str
    protocol: str


def afterwards(calls: Sequence[UUID]) -> dict[UUID, Derived]:
    """Tiers of calls that were brought in without one, as `replay` derives them; nothing is stored.

    By the protocol that the centre works by today, else by the one of the house. A nature that no protocol
    knows still gets a tier there: unknown never lowers.
    """
    rows = Call.objects.filter(id__in=calls, tier="").exclude(state="waiting").exclude(external_id="")
    chosen: dict[object, Protocol] = {}
    found: dict[UUID, Derived] = {}
    for row in rows.values(*_COLUMNS, "agency"):
        protocol = chosen.get(row["agency"]) or chosen.setdefault(row["agency"], _worked_by(row["agency"]))
        found[row["id"]] = Derived(_decided(protocol, row)[0], protocol.id)
    return found


HOUSE = "harlow"


def _worked_by(agency: UUID) -> Protocol:
    version = adopted_by(agency)
    return versions.engine_value(version.id) if version else find_protocol(HOUSE)


def replayed(protocol: Protocol, answers: Mapping[str, str]) -> Outcome:
    """What a protocol makes of answers, apart from any call: for the public page and for trying out."""
    return triage(protocol, answers)


def answers_of(protocol: Protocol, row: Mapping[str, object]) -> dict[str, str]:
    """The answers given where the protocol has those questions, else what the record stands for."""
    given = row["answers"]
    known = {q.id: {a.id for a in q.answers} | {"unknown"} for q in protocol.questions}
    if isinstance(given, dict) and given:
        kept = {k: v for k, v in given.items() if v in known.get(k, ())}
        if kept:
            return kept
    label = str(row["nature_label"])
    priority = str(row["priority"] if row["priority"] is not None else row["priority_label"])
    return answers_from_record(protocol, {"nature": row["nature"], "problem": label, "priority": priority})


def _count(
    found: Replay, row: Mapping[str, object], tier: str, settled: bool, why: str, most_risks: int
) -> None:
    found.calls += 1
    found.tiers[tier] += 1
    found.unsettled += not settled
    if row["is_bh_intake"]:
        found.behavioural += 1
        found.behavioural_tiers[tier] += 1
    recorded = str(row["tier"])
    if recorded:
        found.changes[recorded, tier] += 1
    urgent = recorded in ("T0", "T1") or row["priority"] == 1
    if not urgent or tier < "T3":
        return
    found.missed += 1
    if len(found.risks) < most_risks:
        said = recorded or f"priority {row['priority']}"
        found.risks.append(Risk(UUID(str(row["id"])), tier, said, why))
