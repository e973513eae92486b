"""Protocol versions as the engine reads them, and which one a centre works by on a day."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from commonweal.calls.models import Adoption, ProtocolCase, ProtocolVersion
from commonweal.engines.triage import Protocol, ProtocolError, triage
from commonweal.kernel.errors import Conflict, Invalid

SIGNATURES = 2


@lru_cache(maxsize=64)
def _read(version: UUID) -> Protocol:
    return Protocol.read(_dated(ProtocolVersion.objects.get(id=version).body))


def engine_value(version: UUID) -> Protocol:
    """The protocol of a stored version: bodies never change, so it is read once a process."""
    return _read(version)


def parsed(body: Mapping[str, object]) -> Protocol:
    """A body as the engine reads it; Invalid names the place, the value and the remedy."""
    try:
        return Protocol.read(_dated(body))
    except ProtocolError as fault:
        raise Invalid("protocol", body.get("protocol", ""), str(fault)) from fault


def _dated(body: Mapping[str, object]) -> dict[str, object]:
    """The body with its two days as days: JSON keeps them as text."""
    found = dict(body)
    for name in ("effective_from", "effective_to"):
        value = found.get(name)
        if isinstance(value, str):
            found[name] = date.fromisoformat(value)
    return found


def stored(body: Mapping[str, object]) -> dict[str, object]:
    """The body as JSON keeps it."""
    plain: dict[str, object] = json.loads(json.dumps(body, default=str, ensure_ascii=False))
    return plain


def digest(body: Mapping[str, object]) -> str:
    """What tells one body from another."""
    return hashlib.sha256(json.dumps(stored(body), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Tried:
    """One test beside a protocol under one version: what it must give, what it gives ("" where it cannot)."""

    id: UUID
    name: str
    answers: Mapping[str, str]
    wanted: str
    given: str
    why: str = ""

    @property
    def passes(self) -> bool:
        """Whether the version gives the tier that the test wants."""
        return self.given == self.wanted


def tried(code: str, protocol: Protocol) -> list[Tried]:
    """Every test of a code under a version of it; a question or answer that is gone fails it."""
    found = []
    for case in ProtocolCase.objects.filter(code=code).order_by("name"):
        given, why = "", ""
        try:
            given = triage(protocol, case.answers).tier
        except ProtocolError as fault:
            why = str(fault)
        found.append(Tried(case.id, case.name, case.answers, case.tier, given, why))
    return found


def failing(version: ProtocolVersion) -> list[Tried]:
    """The tests that a stored version fails."""
    return [one for one in tried(version.code, engine_value(version.id)) if not one.passes]


def is_approved(version: ProtocolVersion) -> bool:
    """Whether two different people signed it."""
    return len({approval.account for approval in version.approvals.all()}) >= SIGNATURES


def newest_in_force(code: str, on: date) -> ProtocolVersion | None:
    """The approved version of that code which is effective on the day, the latest to begin."""
    rows: Iterable[ProtocolVersion] = (
        ProtocolVersion.objects.filter(code=code, effective_from__lte=on)
        .exclude(effective_to__lt=on)
        .prefetch_related("approvals")
        .order_by("-effective_from", "-created_at")
    )
    return next((row for row in rows if is_approved(row)), None)


def adopted(agency: UUID, on: date) -> ProtocolVersion | None:
    """What a centre works by on a day, or None where it has adopted nothing that is in force."""
    adoption = Adoption.objects.filter(agency=agency, since__lte=on).order_by("-since", "-created_at").first()
    return newest_in_force(adoption.code, on) if adoption else None


def demanded(agency: UUID, on: date) -> ProtocolVersion:
    """What a centre works by; Conflict with the remedy where there is none."""
    found = adopted(agency, on)
    if found is None:
        raise Conflict("This centre has adopted no protocol in force. A supervisor adopts one under Setup.")
    return found
