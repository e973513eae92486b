"""Times of a document: ISO 8601 with an offset, to UTC; the order of what happened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from commonweal.adapters.eido.nodes import many, part, text_of
from commonweal.adapters.eido.opening import Node
from commonweal.adapters.eido.vocabulary import meaning
from commonweal.adapters.files.answers import Finding, shown
from commonweal.adapters.files.calls import Chain

FIRST_YEAR, LAST_YEAR = 1980, 2099
FRACTION = re.compile(r"(\.\d{6})\d+")
UPDATED = ("lastUpdateTimeStamp", "lastUpdateTimestamp")


def moment(text: str) -> datetime:
    """A time in UTC. ValueError for one that is none, has no offset, or lies outside 1980 to 2099."""
    found = datetime.fromisoformat(FRACTION.sub(r"\1", text.strip().replace("z", "Z").replace("t", "T")))
    if found.tzinfo is None:
        raise ValueError("has no offset from UTC: it could mean any of 24 hours")
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(f"is outside {FIRST_YEAR} to {LAST_YEAR}")
    return found.astimezone(UTC)


def read(node: Node, findings: list[Finding], where: str, *names: str) -> datetime | None:
    """The time of a member; None where there is none, or where it is no time (then a finding says so)."""
    said = text_of(node, *names)
    if not said:
        return None
    try:
        return moment(said)
    except (ValueError, OverflowError) as error:
        findings.append(Finding(f"{where}.{names[0]}", shown(said), f"is not used: {shown(error)}"))
        return None


def earliest(found: Iterable[datetime | None]) -> datetime | None:
    """The first of the times that are there."""
    return min((one for one in found if one is not None), default=None)


def chain(
    received: datetime, calls: Sequence[Node], units: Sequence[Node], dispatches: Sequence[Node],
    over: datetime | None, findings: list[Finding],
) -> Chain:  # fmt: skip
    """What happened when: calls answered, units on their way as their states say, and the end."""
    answered = earliest(read(one, findings, "callComponent", "answerDate") for one in calls)
    sent = earliest(read(one, findings, "dispatchComponent", *UPDATED) for one in dispatches)
    stages: dict[str, datetime] = {}
    for unit in units:
        at = read(unit, findings, "emergencyResourceComponent", *UPDATED)
        for state in _states(unit):
            stage = meaning("unit_statuses", state)
            if stage is None:
                where = "emergencyResourceComponent.primaryUnitStatusRegistryText"
                findings.append(Finding(where, shown(state), "is not in the table of unit states"))
            elif stage != "none" and at is not None:
                stages[stage] = min(at, stages.get(stage, at))
    if sent is not None:
        stages.setdefault("dispatched", sent)
    found = Chain(received=received, answered=answered, cleared=over)._replace(**stages)
    _doubt(found, findings)
    return found


def _states(unit: Node) -> list[str]:
    rows = many(part(unit, "unitStatusComponent")) or [unit]
    return [said for row in rows if (said := text_of(row, "primaryUnitStatusRegistryText"))]


def _doubt(found: Chain, findings: list[Finding]) -> None:
    latest, name = found.received, "received"
    for stage, at in zip(Chain._fields[1:], found[1:], strict=True):
        if at is None or latest is None:
            continue
        if at < latest:
            gap = f"{(latest - at).total_seconds():,.0f} s before {name}"
            findings.append(Finding(stage, at.isoformat(), gap))
        else:
            latest, name = at, stage
