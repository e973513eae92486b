"""The judgement: evidence of every kind for each look-up, weighed by pattern."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from commonweal.engines.watching.evidence import Evidence, Flag, weigh
from commonweal.engines.watching.looks import Visit
from commonweal.engines.watching.nearness import NOBODY, UNKNOWN, Near, Renown, near_evidence, renown_evidence
from commonweal.engines.watching.rules import PATTERNS, Rules
from commonweal.engines.watching.usual import Habit, unusual_above

HALF = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Context:
    """What is known around the look-ups.

    `history`: the same workers' look-ups before, as far as the pack looks back; `near` by (worker, person);
    `renown` by person; `habits` by worker; `peers` by role. What is absent is unknown, never suspicious.
    """

    history: Sequence[Visit] = ()
    near: Mapping[tuple[str, str], Near] = field(default_factory=dict)
    renown: Mapping[str, Renown] = field(default_factory=dict)
    habits: Mapping[str, Habit] = field(default_factory=dict)
    peers: Mapping[str, Habit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """A look-up and the patterns that it fits, in the order of PATTERNS; never empty."""

    visit: Visit
    flags: tuple[Flag, ...]


def judge(looked: Iterable[Visit], context: Context, rules: Rules) -> list[Finding]:
    """Findings in order of the look-ups' beginning. Those that fit no pattern are left out.

    Neither the order of `looked` nor that of the history matters; each look-up is judged with all others in
    view. One whose purposes have nothing behind them by nature (oversight) is not judged for lack of a tie.
    """
    new = sorted(set(looked), key=_when)
    everything = sorted({*new, *context.history}, key=_when)
    rounds: dict[str, _Round] = {}
    by_worker: dict[str, list[Visit]] = defaultdict(list)
    for visit in everything:
        by_worker[visit.worker].append(visit)
    findings = []
    for visit in new:
        if visit.worker not in rounds:
            rounds[visit.worker] = _Round(by_worker[visit.worker], rules)
        evidence = [*_evidence(visit, rounds[visit.worker], context, rules)]
        flags = [flag for pattern in PATTERNS if (flag := weigh(pattern, evidence, rules))]
        if flags:
            findings.append(Finding(visit, tuple(flags)))
    return findings


def _when(visit: Visit) -> tuple[datetime, str, str, tuple[int, ...]]:
    return visit.starts, visit.worker, visit.person, visit.lines


def _evidence(visit: Visit, around: "_Round", context: Context, rules: Rules) -> Iterator[Evidence]:
    yield from near_evidence(context.near.get((visit.worker, visit.person), NOBODY), rules)
    habits = context.habits.get(visit.worker, Habit()), context.peers.get(visit.role, Habit())
    yield from _bulk(visit, around, unusual_above(*habits, rules), rules)
    if visit.listed:  # a name among search results: nobody was looked up yet
        return
    yield from renown_evidence(context.renown.get(visit.person, UNKNOWN), rules)
    yield from _repeated(visit, around, rules)
    if not visit.needs_tie(rules) or visit.is_tied(rules):
        return
    yield Evidence("no_tie")
    yield from _untied(visit, around, rules)


def _untied(visit: Visit, around: "_Round", rules: Rules) -> Iterator[Evidence]:
    """What makes a look-up without a tie worse than a slip of the hand."""
    if not around.has_company(visit):
        yield Evidence("alone")
    if visit.categories & rules.sensitive:
        yield Evidence("sensitive")
    if visit.refused:
        yield Evidence("refused")
    if visit.foreign:
        yield Evidence("foreign")
    if len(visit.categories) >= rules.numbers["many_parts"]:
        yield Evidence("many_parts", len(visit.categories))


def _repeated(visit: Visit, around: "_Round", rules: Rules) -> Iterator[Evidence]:
    days = around.days_of(visit)
    for code in ("again", "often"):
        if days >= rules.numbers[f"{code}_days"]:
            yield Evidence(code, days)


def _bulk(visit: Visit, around: "_Round", ceiling: float, rules: Rules) -> Iterator[Evidence]:
    untied, opened, listed = around.people_near(visit.starts)
    if untied >= rules.numbers["many_untied"]:
        yield Evidence("many_untied", untied)
    if opened > ceiling:
        yield Evidence("many", opened)
    if opened > 2 * ceiling:
        yield Evidence("very_many", opened)
    if listed >= rules.numbers["many_listed"]:
        yield Evidence("many_listed", listed)


class _Round:
    """One worker's look-ups in order of time, with what is asked of them often."""

    def __init__(self, ordered: list[Visit], rules: Rules) -> None:
        self.rules, self.visits = rules, ordered
        self.starts = [visit.starts for visit in ordered]
        self.tied = [visit.is_tied(rules) for visit in ordered]
        self.of_person: dict[str, list[Visit]] = defaultdict(list)
        for visit in ordered:
            if not visit.listed:
                self.of_person[visit.person].append(visit)

    def _span(self, start: datetime, end: datetime) -> range:
        return range(bisect_left(self.starts, start), bisect_right(self.starts, end))

    def has_company(self, visit: Visit) -> bool:
        """Whether the worker opened somebody they are tied to within minutes of it: a slip, likely."""
        near = self.rules.span("company_minutes")
        return any(
            self.tied[i] and self.visits[i].person != visit.person
            for i in self._span(visit.starts - near, visit.ends + near)
        )

    def days_of(self, visit: Visit) -> int:
        """Days on which this person was opened up to this look-up, since anything new happened to them."""
        since = visit.starts - self.rules.span("history_days")
        since = max([since, *(moment for moment in visit.events if moment <= visit.starts)])
        seen = {v.starts.date() for v in self.of_person[visit.person] if since <= v.starts <= visit.starts}
        return len(seen)

    def people_near(self, moment: datetime) -> tuple[int, int, int]:
        """In the hour around it: people opened without a tie, people opened, people only listed."""
        opened, untied, listed = set(), set(), set()
        for i in self._span(moment - HALF, moment + HALF):
            visit = self.visits[i]
            if visit.listed:
                listed.add(visit.person)
                continue
            opened.add(visit.person)
            if not self.tied[i] and visit.needs_tie(self.rules):
                untied.add(visit.person)
        return len(untied), len(opened), len(listed)
