"""A month of questions decided again: what a version of an agreement would have allowed or refused.

Facts are as they are now. Claims made with a question (an emergency, legal process) are not in the journal
and count as not made, on both sides. What leaves here are counts and field names, never a subject.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
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
from commonweal.sharing.policy import current, rules_in_force
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
    """The table, and what could not be decided again: how often the account or the record is gone.

    `no_sign_in`: asked without an account, by a public page or by the product itself.
    """

    since: datetime
    until: datetime
    rows: Mapping[Row, Tally]
    questions: int
    no_account: int
    no_sign_in: int
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


class Side(NamedTuple):
    """One side of a comparison: what binds the asker, and the policy that decides."""

    known: Standing
    policy: disclosure.Policy


Sides = Callable[[Actor, Standing], tuple[Side, Side]]
"""Before and after, for one asker."""


def floor() -> int:
    """The smallest count that the policy in force lets out: below it stands "fewer than" this number."""
    return rules_in_force().number("small_cell")


def replayed(old: Agreement | None, new: Agreement) -> Replay:
    """The last month's questions under `old` and under `new`, every other agreement as it stands."""
    without = [v.id for v in (old, new) if v is not None]
    policy = current()

    def sides(by: Actor, known: Standing) -> tuple[Side, Side]:
        rest = agreements_of(by.agency, without)
        return Side(_under(known, rest, by, old), policy), Side(_under(known, rest, by, new), policy)

    return _replay(sides)


def replayed_policies(before: disclosure.Policy, after: disclosure.Policy) -> Replay:
    """The last month's questions under two policies, agreements and consents as they stand."""
    return _replay(lambda by, known: (Side(known, before), Side(known, after)))


def _replay(sides: Sides) -> Replay:
    """Reads in bulk: two statements for each few hundred records, a few for each account that asked."""
    until = clock.now()
    counted = journal.tally(GATE, since=until - MONTH, until=until, limit=MOST + 1)
    is_cut = len(counted) > MOST
    asked, missing, found = _asked(counted[:MOST])
    rows: dict[Row, Tally] = defaultdict(Tally)
    by_actor: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        by_actor[one.actor.id].append(one)
    for questions in by_actor.values():
        _decide(questions, found, sides, rows)
    return Replay(until - MONTH, until, dict(rows), len(asked), *missing, is_cut)


def _asked(
    counted: Sequence[journal.Tally],
) -> tuple[list[Asked], tuple[int, int, int], dict[Subject, Origin]]:
    """The questions whose asker and record still exist; how many were asked by or about what is gone.

    Three counts: the account is gone; there never was one; the record is gone.
    """
    actors = agencies.actors({line[0] for line in counted})
    about = {Subject(kind, UUID(one)) for _, _, _, kind, one, _, _ in counted if len(one) == 36}
    found: dict[Subject, Origin] = {}
    ordered = sorted(about)
    for start in range(0, len(ordered), AT_ONCE):
        found |= origins(ordered[start : start + AT_ONCE])
    asked, no_account, no_sign_in, no_record = [], 0, 0, 0
    for actor, _agency, purpose, kind, one, category, times in counted:
        subject = Subject(kind, UUID(one)) if len(one) == 36 else None
        if len(actor) != 36:
            no_sign_in += times
        elif actor not in actors:
            no_account += times
        elif subject not in found or subject is None:
            no_record += times
        else:
            asked.append(Asked(actors[actor], str(category), purpose, subject, times))
    return asked, (no_account, no_sign_in, no_record), found


def _decide(
    questions: Sequence[Asked],
    found: Mapping[Subject, Origin],
    sides: Sides,
    rows: dict[Row, Tally],
) -> None:
    """Decide one account's questions on both sides, and count them in their rows."""
    by = questions[0].actor
    for start in range(0, len(questions), AT_ONCE):
        page = questions[start : start + AT_ONCE]
        about = {q.about: found[q.about] for q in page}
        pair = sides(by, standing(by, about.values(), about))
        for one in page:
            before, after = _both(one, found[one.about], pair)
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


def _both(one: Asked, origin: Origin, sides: tuple[Side, Side]) -> tuple[frozenset[str], frozenset[str]]:
    """The fields that open on either side; decided once where nothing differs for asker and holder."""
    first, second = sides
    before = _fields(one, origin, first)
    is_same = first.policy is second.policy and _bond(first, origin.agency) == _bond(second, origin.agency)
    return before, before if is_same else _fields(one, origin, second)


def _bond(side: Side, holder: UUID | None) -> tuple[disclosure.Clause, ...] | None:
    """The clauses between asker and holder; None where nothing binds them."""
    return side.known.clauses.get(holder) if holder else None


def _fields(one: Asked, origin: Origin, side: Side) -> frozenset[str]:
    asked = disclosure.Question(one.actor.policy_role, one.category, one.purpose)
    facts = facts_of(one.actor, one.category, one.purpose, origin, side.known, NONE)
    return disclosure.decide(asked, facts, side.policy).fields
