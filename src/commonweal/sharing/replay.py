"""A month of questions decided again: what a version of an agreement would have allowed or refused.

Facts are as they are now. Claims made with a question (an emergency, legal process) are not in the journal
and count as not made, on both sides. What leaves here are counts and field names, never a subject.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.engines import disclosure
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.sharing import events
from commonweal.sharing.circumstances import NONE
from commonweal.sharing.facts import Bound, Origin, Standing, agreements_of, facts_of, origins, standing
from commonweal.sharing.models import Agreement
from commonweal.sharing.policy import current
from commonweal.sharing.versions import terms

MONTH = timedelta(days=30)
MOST = 50_000  # distinct questions, the most frequent first
AT_ONCE = 400  # records whose facts are read in one statement
GATE = (events.Read.kind, events.Refused.kind)


class Asked(NamedTuple):
    """One distinct question of the month, and how often it was asked."""

    actor: Actor
    category: str
    purpose: str
    about: Subject
    times: int


class Row(NamedTuple):
    """Whose questions stand in one row of the table."""

    agency: UUID | None
    role: str
    category: str
    purpose: str


@dataclass(slots=True)
class Tally:
    """Counts of questions in one row: allowed before, after, newly either way; fields gained and lost."""

    asked: int = 0
    before: int = 0
    after: int = 0
    allowed: int = 0
    refused: int = 0
    altered: int = 0
    gained: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    def add(self, before: frozenset[str], after: frozenset[str], times: int) -> None:
        """Count one question: the fields that it opened and would open; none is a refusal."""
        self.asked += times
        self.before += times * bool(before)
        self.after += times * bool(after)
        self.allowed += times * (not before and bool(after))
        self.refused += times * (bool(before) and not after)
        self.altered += times * (bool(before) and bool(after) and before != after)
        self.gained |= after - before
        self.lost |= before - after

    @property
    def is_changed(self) -> bool:
        """Whether any question of this row has another answer."""
        return bool(self.gained or self.lost)


@dataclass(frozen=True, slots=True)
class Replay:
    """The table, and what could not be decided again: how often the account or the record is gone."""

    since: datetime
    until: datetime
    rows: Mapping[Row, Tally]
    questions: int
    no_account: int
    no_record: int
    is_cut: bool

    @property
    def total(self) -> Tally:
        """All rows together."""
        whole = Tally()
        for row in self.rows.values():
            for name in ("asked", "before", "after", "allowed", "refused", "altered"):
                setattr(whole, name, getattr(whole, name) + getattr(row, name))
            whole.gained |= row.gained
            whole.lost |= row.lost
        return whole


@lru_cache(maxsize=1)
def floor() -> int:
    """The smallest count that the policy in force lets out: below it stands "fewer than" this number."""
    asked = disclosure.Question("program_analyst", "referral_status", "evaluation")
    return next((n for n in range(1, 100) if _lets_out(asked, n)), 11)


def _lets_out(asked: disclosure.Question, count: int) -> bool:
    answer = disclosure.decide(asked, disclosure.Facts(aggregate_cell_n=count), current())
    return isinstance(answer, disclosure.Permit)


def replayed(old: Agreement | None, new: Agreement) -> Replay:
    """The last month's questions under `old` and under `new`, every other agreement as it stands.

    Reads in bulk: two statements for each few hundred records, five for each account that asked.
    """
    until = clock.now()
    counted = journal.tally(GATE, since=until - MONTH, until=until, limit=MOST + 1)
    is_cut = len(counted) > MOST
    asked, no_account, no_record, found = _asked(counted[:MOST])
    rows: dict[Row, Tally] = defaultdict(Tally)
    by_actor: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        by_actor[one.actor.id].append(one)
    for questions in by_actor.values():
        _decide(questions, found, (old, new), rows)
    return Replay(until - MONTH, until, dict(rows), len(asked), no_account, no_record, is_cut)


def _asked(
    counted: Sequence[journal.Tally],
) -> tuple[list[Asked], int, int, dict[Subject, Origin]]:
    """The questions whose asker and record still exist; how many were asked by or about what is gone."""
    actors = agencies.actors({line[0] for line in counted})
    about = {Subject(kind, UUID(one)) for _, _, _, kind, one, _, _ in counted if len(one) == 36}
    found: dict[Subject, Origin] = {}
    ordered = sorted(about)
    for start in range(0, len(ordered), AT_ONCE):
        found |= origins(ordered[start : start + AT_ONCE])
    asked, no_account, no_record = [], 0, 0
    for actor, _agency, purpose, kind, one, category, times in counted:
        subject = Subject(kind, UUID(one)) if len(one) == 36 else None
        if actor not in actors:
            no_account += times
        elif subject not in found or subject is None:
            no_record += times
        else:
            asked.append(Asked(actors[actor], str(category), purpose, subject, times))
    return asked, no_account, no_record, found


def _decide(
    questions: Sequence[Asked],
    found: Mapping[Subject, Origin],
    versions: tuple[Agreement | None, Agreement],
    rows: dict[Row, Tally],
) -> None:
    """Decide one account's questions under both versions, and count them in their rows."""
    by = questions[0].actor
    for start in range(0, len(questions), AT_ONCE):
        page = questions[start : start + AT_ONCE]
        about = {q.about: found[q.about] for q in page}
        known = standing(by, about.values(), about)
        without = [v.id for v in versions if v is not None]
        rest = agreements_of(by.agency, without)
        sides = [_under(known, rest, by, version) for version in versions]
        for one in page:
            before, after = _both(one, found[one.about], sides)
            row = Row(by.agency, by.policy_role, one.category, one.purpose)
            rows[row].add(before, after, one.times)


def _under(known: Standing, rest: Bound, by: Actor, version: Agreement | None) -> Standing:
    """What binds the asker where this version stands beside the other agreements."""
    clauses = dict(rest[1])
    members = {p.agency_id for p in version.parties.all()} if version else set()
    if version is not None and by.agency in members:
        granted = tuple(
            disclosure.Clause(t.fields, t.category, t.roles, t.purposes, t.conditions, t.key)
            for t in terms(version)
            if t.kind == "grant"
        )
        for member in members - {by.agency}:
            clauses[member] = (*clauses.get(member, ()), *granted)
    return replace(known, partners=frozenset(clauses), clauses=clauses)


def _both(one: Asked, origin: Origin, sides: Sequence[Standing]) -> tuple[frozenset[str], frozenset[str]]:
    """The fields that open under either side; decided once where both bind asker and holder alike."""
    first, second = (_bond(s, origin.agency) for s in sides)
    before = _fields(one, origin, sides[0])
    return before, before if first == second else _fields(one, origin, sides[1])


def _bond(known: Standing, holder: UUID | None) -> tuple[disclosure.Clause, ...] | None:
    """The clauses between asker and holder; None where nothing binds them."""
    return known.clauses.get(holder) if holder else None


def _fields(one: Asked, origin: Origin, known: Standing) -> frozenset[str]:
    asked = disclosure.Question(one.actor.policy_role, one.category, one.purpose)
    facts = facts_of(one.actor, one.category, one.purpose, origin, known, NONE)
    return disclosure.decide(asked, facts, current()).fields
