"""Early signs: rules that a site may edit and that say, in a sentence, why somebody may need a worker now.

Only what happened and when is read: no age, sex, origin, place, diagnosis or score has a way in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from commonweal.engines.needs.instrument import NeedsError, Words
from commonweal.engines.numerics.node import Node

TELLS = ("manager", "team")
LONGEST, MOST, LETTERS = 365, 50, 160  # days of a window, threshold, letters of a sentence
FRESH = 30  # days for which a contact that is owed counts, after its window


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened: an opaque id of a record, and when."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of one case, each part by time: encounters, referrals that came to nothing, services that
    the person came to and that ended, contacts owed since a moment, and when the plan's review is due."""

    met: Sequence[Moment] = ()
    missed: Sequence[Moment] = ()
    ended: Sequence[Moment] = ()
    owed: Sequence[Moment] = ()
    review: Sequence[Moment] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: ``measure`` at least ``threshold`` times within ``window`` days tells the ``tells``."""

    id: str
    measure: str
    sentence: Words
    window: int
    threshold: int
    tells: str = "manager"
    on: bool = True

    @staticmethod
    def read(mapping: Mapping[str, object], path: str = "rule") -> Rule:
        """Build from plain values; raises NeedsError naming place, value and remedy."""
        top = Node(mapping, path, NeedsError)
        top.only(["id", "measure", "sentence", "window", "threshold", "tells", "on"])
        return Rule(
            id=top.get("id").text(),
            measure=top.get("measure").one_of(MEASURES),
            sentence=Words(_said(top.get("sentence").get("en")), _said(top.get("sentence").get("es"))),
            window=_whole(top.get("window"), LONGEST),
            threshold=_whole(top.get("threshold"), MOST),
            tells=top.get("tells").one_of(TELLS),
            on=top.get("on").absent or top.get("on").flag(),
        )

    def plain(self) -> dict[str, object]:
        """The values that ``read`` takes."""
        return asdict(self)


def _said(node: Node) -> str:
    text = node.text().strip()
    if len(text) > LETTERS:
        node.refuse(f"{text[:40]!r} is longer than {LETTERS} letters; say it shorter")
    return text


def _whole(node: Node, most: int) -> int:
    value = node.number()
    if value != int(value) or not 1 <= value <= most:
        node.refuse(f"{value:g} is not a whole number from 1 to {most}; write one")
    return int(value)


def read_rules(rows: Iterable[Mapping[str, object]]) -> tuple[Rule, ...]:
    """Rules in order; NeedsError for one that cannot be used, and where two share an id."""
    found = tuple(Rule.read(row, f"rules[{number}]") for number, row in enumerate(rows))
    ids = [rule.id for rule in found]
    if twice := next((one for one in ids if ids.count(one) > 1), ""):
        raise NeedsError(f"rules: {twice!r} stands twice; give each rule an id of its own")
    return found


def sign(rule: Rule, past: Past, on: datetime) -> tuple[Moment, ...]:
    """What a rule finds on one day, oldest first: the moments that it stands on; none where it is silent.

    Only what had happened by ``on`` counts, so that a day of last month is answered as it was then.
    """
    if not rule.on:
        return ()
    found = _MEASURES[rule.measure](rule, past, on)
    return tuple(sorted(found, key=lambda one: one.at)) if len(found) >= rule.threshold else ()


def _within(moments: Sequence[Moment], days: int, on: datetime) -> list[Moment]:
    start = on - timedelta(days=days)
    return [one for one in moments if start < one.at <= on]


def _rising(rule: Rule, past: Past, on: datetime) -> list[Moment]:
    """More than in as many days before; as many as always is no sign."""
    now = _within(past.met, rule.window, on)
    before = _within(past.met, rule.window, on - timedelta(days=rule.window))
    return now if len(now) > len(before) else []


def _missed(rule: Rule, past: Past, on: datetime) -> list[Moment]:
    return _within(past.missed, rule.window, on)


def _after_service(rule: Rule, past: Past, on: datetime) -> list[Moment]:
    """Encounters of the last days that came within the window after a service had ended, and those ends."""
    reach = timedelta(days=rule.window)
    pairs = [
        (met, end)
        for met in _within(past.met, rule.window, on)
        for end in past.ended
        if timedelta(0) <= met.at - end.at <= reach
    ]
    met = dict.fromkeys(met for met, _end in pairs)
    return [*met, *dict.fromkeys(end for _met, end in pairs)] if len(met) >= rule.threshold else []


def _since(moments: Sequence[Moment], rule: Rule, on: datetime) -> list[Moment]:
    return [one for one in moments if one.at + timedelta(days=rule.window) <= on]


def _review(rule: Rule, past: Past, on: datetime) -> list[Moment]:
    return _since(past.review, rule, on)


def _owed(rule: Rule, past: Past, on: datetime) -> list[Moment]:
    """Contacts due lately; one that is owed for longer stands in the hand-over, and is no early sign."""
    oldest = on - timedelta(days=rule.window + FRESH)
    return [one for one in _since(past.owed, rule, on) if one.at > oldest]


Measure = Callable[[Rule, Past, datetime], list[Moment]]
_MEASURES: Mapping[str, Measure] = {
    "rising_contacts": _rising,
    "missed_referrals": _missed,
    "crisis_after_service": _after_service,
    "review_overdue": _review,
    "follow_up_missed": _owed,
}
MEASURES = tuple(_MEASURES)


@dataclass(slots=True)
class Tried:
    """What one rule would have told over some days: how often, of how many cases, and how many of those
    times a crisis came within two weeks after."""

    rule: Rule
    told: int = 0
    cases: int = 0
    then_crisis: int = 0
    days: list[datetime] = field(default_factory=list)


SOON = timedelta(days=14)


def tried(rules: Sequence[Rule], pasts: Iterable[Past], days: Sequence[datetime]) -> list[Tried]:
    """Each rule over each case, day by day: told once, and again only on something that is newer."""
    found = [Tried(rule) for rule in rules]
    for past in pasts:
        for one in found:
            _try(one, past, days)
    return found


def _try(one: Tried, past: Past, days: Sequence[datetime]) -> None:
    told = [day for day, _seen in _tellings(one.rule, past, days)]
    one.told += len(told)
    one.cases += bool(told)
    one.days += told
    one.then_crisis += sum(any(day < met.at <= day + SOON for met in past.met) for day in told)


def _tellings(
    rule: Rule, past: Past, days: Sequence[datetime]
) -> Iterable[tuple[datetime, tuple[Moment, ...]]]:
    """The days on which it would speak: it is silent while it stands, and speaks again on what is new."""
    last: datetime | None = None
    stands = False
    for day in days:
        seen = sign(rule, past, day)
        if seen and not stands and (last is None or seen[-1].at > last):
            yield day, seen
            last = day
        stands = bool(seen)
