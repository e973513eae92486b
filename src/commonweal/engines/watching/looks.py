"""From journal lines to look-ups: a page writes many lines, a look-up is one worker at one person."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from commonweal.engines.watching.rules import Rules


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the journal: somebody asked about a person's record. `person` is any stable id."""

    id: int
    at: datetime
    worker: str
    role: str
    person: str
    category: str
    purpose: str
    refused: bool = False
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Bond:
    """What tied the worker to the person: from when, and until when (None is open)."""

    relation: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One look-up: lines of one worker at one person without a long gap between them.

    `listed`: the person only stood in a list of search results; `bonds` are the worker's ties to the person,
    `events` the moments at which something new happened to them.
    """

    worker: str
    role: str
    person: str
    starts: datetime
    ends: datetime
    categories: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    refused: bool = False
    foreign: bool = False
    listed: bool = False
    lines: tuple[int, ...] = ()
    bonds: tuple[Bond, ...] = ()
    events: tuple[datetime, ...] = ()

    def is_tied(self, rules: Rules) -> bool:
        """Whether a tie was live, came soon after (intake), or had ended shortly before (writing it up)."""
        grace, after = rules.span("settle_minutes"), rules.span("follow_up_hours")
        return any(
            bond.since <= self.ends + grace and (bond.until is None or bond.until + after >= self.starts)
            for bond in self.bonds
        )

    def needs_tie(self, rules: Rules) -> bool:
        """Whether one of its purposes is one that has a call, a case or a referral behind it."""
        return bool(self.purposes & rules.purposes)


def visits(lines: Iterable[Line], rules: Rules) -> list[Visit]:
    """Look-ups in order of their beginning; the order of the lines does not matter."""
    by_pair: dict[tuple[str, str], list[Line]] = defaultdict(list)
    ordered = sorted(lines, key=lambda line: (line.at, line.id))
    listed = _listed(ordered, rules)
    for line in ordered:
        by_pair[line.worker, line.person].append(line)
    found = [_visit(part, listed) for several in by_pair.values() for part in _parts(several, rules)]
    return sorted(found, key=lambda visit: (visit.starts, visit.worker, visit.person))


def _parts(lines: list[Line], rules: Rules) -> Iterable[list[Line]]:
    gap, part = rules.span("gap_minutes"), [lines[0]]
    for line in lines[1:]:
        if line.at - part[-1].at > gap:
            yield part
            part = []
        part.append(line)
    yield part


def _visit(lines: list[Line], listed: frozenset[int]) -> Visit:
    first = lines[0]
    return Visit(
        first.worker,
        first.role,
        first.person,
        first.at,
        lines[-1].at,
        frozenset(line.category for line in lines),
        frozenset(line.purpose for line in lines),
        any(line.refused for line in lines),
        any(line.foreign for line in lines),
        all(line.id in listed for line in lines),
        tuple(line.id for line in lines),
    )


def _listed(ordered: list[Line], rules: Rules) -> frozenset[int]:
    """Lines that stand in a list: names alone, of several people, at one moment."""
    span, least = rules.span("listed_seconds"), rules.numbers["listed_people"]
    by_worker: dict[str, list[Line]] = defaultdict(list)
    for line in ordered:
        if line.category == "identity":
            by_worker[line.worker].append(line)
    found: set[int] = set()
    for lines in by_worker.values():
        moments = [line.at for line in lines]
        for line in lines:
            start, end = bisect_left(moments, line.at - span), bisect_right(moments, line.at + span)
            if len({one.person for one in lines[start:end]}) >= least:
                found.add(line.id)
    return frozenset(found)
