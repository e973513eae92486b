"""De-identified rows of calls for counting: only what the permits of their origins open, never a person."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from commonweal.agencies import queries as agencies
from commonweal.calls import natures as vocabulary
from commonweal.calls.models import OPEN_STATES, Assignment, Call, Transfer
from commonweal.engines.disclosure import Permit
from commonweal.kernel import bulk
from commonweal.kernel.shown import reveal_set
from commonweal.sharing import queries as sharing

MOST_NUMBERED = 200  # calls of one question
NEEDED = frozenset({"nature", "time"})
_COLUMNS = (
    "id agency source discipline nature tier response state cell area is_bh_intake is_bh_cleared "
    "dispositions received dispatched on_scene cleared priority"
).split()


class Counted(NamedTuple):
    """One call without anybody in it. `key` is opaque: hash it before it leaves the product.

    `sent` names the kinds of unit that went; `is_behavioural` is the flag at clearance, or at intake where it
    was never changed.
    """

    key: UUID
    agency: UUID
    source: str
    discipline: str
    nature: str
    tier: str
    response: str
    state: str
    cell: str
    area: str
    is_behavioural: bool | None
    dispositions: tuple[str, ...]
    received: datetime
    dispatched: datetime | None
    on_scene: datetime | None
    cleared: datetime | None
    priority: int | None
    sent: frozenset[str]
    is_remote_accepted: bool

    @property
    def is_cancelled(self) -> bool:
        """Cancelled before anybody was needed."""
        return self.state == "cancelled" or _any_begins(self.dispositions, "Cancelled")

    @property
    def is_duplicate(self) -> bool:
        """A second call about one incident, or a test: not a call of its own."""
        return _any_begins(self.dispositions, "Duplicate", "Test call")


@lru_cache(maxsize=1_000)
def _any_begins(dispositions: tuple[str, ...], *beginnings: str) -> bool:
    return any(d.startswith(beginnings) for d in dispositions)


def natures() -> list[tuple[str, str]]:
    """Every nature that a call may have: (code, name in the reader's language), by name. Public."""
    language = get_language() or "en"
    named = [(code, vocabulary.named(code, language)) for code in vocabulary.all_natures()]
    return sorted(named, key=lambda pair: pair[1])


def programs(permits: Mapping[str, Permit], category: str, needed: frozenset[str]) -> frozenset[UUID]:
    """Agencies whose records the permits open for a set of `category`, with every needed field."""
    opened = {p for p, permit in permits.items() if needed <= reveal_set(permit, category=category)}
    return frozenset(a.id for a in agencies.agencies() if a.source_program in opened)


def extract(
    permits: Mapping[str, Permit], start: datetime, end: datetime, about: str = "all"
) -> Iterator[Counted]:
    """Calls received in the span, oldest first, of origins with a permit for the set; flat memory.

    `permits` are by origin (`sharing.actions.ask_set`). Cell and area are empty where places are not opened.
    `about` is "all", "behavioural" (as cleared, else as taken in) or the code of a nature: what is not asked
    for stays in the database. Sealed and expunged calls are in no set.
    """
    rows = opened(permits, start, end, about)
    parts = Assignment.objects.filter(call__received__gte=start, call__received__lt=end)
    yield from counted(
        permits, rows, _sent(parts if about == "all" else parts.filter(call__in=rows.order_by()))
    )


def opened(
    permits: Mapping[str, Permit], start: datetime, end: datetime, about: str = "all"
) -> QuerySet[Call]:
    """The calls of the span that the permits open, oldest first, before sealing is looked at."""
    homes, kept_apart = programs(permits, "call_facts", NEEDED), "lifeline_988" not in permits
    rows = Call.objects.filter(agency__in=homes, received__gte=start, received__lt=end).order_by("received")
    if kept_apart:  # a lifeline call stands under its own regime, whichever centre holds it
        rows = rows.exclude(source="lifeline_988")
    if about == "behavioural":
        return rows.filter(Q(is_bh_cleared=True) | Q(is_bh_cleared=None, is_bh_intake=True))
    return rows if about == "all" else rows.filter(nature=about)


def counted(
    permits: Mapping[str, Permit], rows: QuerySet[Call], sent: Mapping[UUID, frozenset[str]]
) -> Iterator[Counted]:
    """Those rows without anybody in them; `sent` are the kinds of unit that went to each."""
    has_places = all("block_address" in permit.fields for permit in permits.values())
    taken = Transfer.objects.filter(call__in=rows.order_by(), is_inbound=False, is_accepted=True)
    accepted = frozenset(taken.values_list("call", flat=True))
    nobody: frozenset[str] = frozenset()
    barred = sharing.barred("call")
    for row in bulk.read(rows, _COLUMNS):
        key, *told, cell, area, at_intake, cleared, listed = row[:13]
        if key in barred:
            continue
        places = (cell, area) if has_places else ("", "")
        is_behavioural = at_intake if cleared is None else cleared
        values = (key, *told, *places, is_behavioural, listed, *row[13:], sent.get(key, nobody))
        yield Counted._make((*values, key in accepted))


def _sent(parts: QuerySet[Assignment]) -> Mapping[UUID, frozenset[str]]:
    found: dict[UUID, frozenset[str]] = defaultdict(frozenset)
    kinds = {unit: frozenset([kind]) for unit, kind in agencies.units().values_list("id", "kind")}
    for call, unit in bulk.read(parts, ("call", "unit")):
        found[call] |= kinds[unit]
    return found


@dataclass(frozen=True, slots=True)
class Finding:
    """What is odd in imported rows, by source: which field, what is wrong, in how many rows."""

    source: str
    field: str
    problem: str
    number: int


def findings(permits: Mapping[str, Permit], start: datetime, end: datetime) -> list[Finding]:
    """Kinds of oddity by source, commonest first. Numbers are for `ask_totals` before they are shown."""
    homes = programs(permits, "call_facts", NEEDED)
    rows = Call.objects.filter(agency__in=homes, received__gte=start, received__lt=end).exclude(findings=[])
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    for source, listed in rows.values_list("source_system", "findings").iterator(chunk_size=5_000):
        for kind in {(str(one["field"]), kind_of(str(one["problem"]))) for one in listed}:
            counts[(source, *kind)] += 1
    found = [Finding(*key, number) for key, number in counts.items()]
    return sorted(found, key=lambda f: (-f.number, f.source, f.field, f.problem))


def kind_of(problem: str) -> str:
    """The kind of a problem: "3 h 5 min before enroute" is "before enroute"."""
    head, found, tail = problem.rpartition(" before ")
    return f"before {tail}" if found else "".join(c for c in problem if not c.isdigit()).strip()


def numbered(
    numbers: Iterable[str],
    start: datetime | None = None,
    end: datetime | None = None,
    ended_before: datetime | None = None,
) -> dict[UUID, str]:
    """Calls by their incident numbers, or received in a span: id to number; oldest first, at most so many.

    With `ended_before` only those that were over by then.
    """
    asked = Q(number__in=[n for n in numbers if n])
    if start and end:
        asked |= Q(received__gte=start, received__lt=end)
    calls = Call.objects.filter(asked)
    if ended_before:
        over = Q(cleared__lt=ended_before) | Q(cleared__isnull=True, received__lt=ended_before)
        calls = calls.filter(over).exclude(state__in=OPEN_STATES)
    found = calls.order_by("received").values_list("id", "number")
    return dict(found[:MOST_NUMBERED])
