"""Answers to a screener in; total, result, alerts and what is still missing out.

An item that was not answered is neither nought nor guessed: the total is then a range, and the result is
settled only where both ends of the range give the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from commonweal.engines.needs.instrument import Instrument, Item, NeedsError, Result, Words


@dataclass(frozen=True, slots=True)
class Score:
    """What a screener says.

    ``total`` is None while answers are missing and could change it (``least`` and ``most`` bound it).
    ``result`` is what the answers given establish; ``could_be`` what it might become. ``alerts`` have been
    set off; ``possible_alerts`` could be by what is missing.
    """

    instrument: str
    version: str
    total: int | None
    least: int
    most: int
    result: str
    text: Words
    positive: bool
    could_be: str
    alerts: tuple[str, ...]
    possible_alerts: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def settled(self) -> bool:
        """Whether nothing missing could change the result or set off an alert."""
        return self.result == self.could_be and not self.possible_alerts

    @property
    def suicide_pathway(self) -> bool:
        """Whether the suicide pathway begins now."""
        return "suicide" in self.alerts


def score(
    instrument: Instrument, answers: Mapping[str, str | int], facts: Mapping[str, str] | None = None
) -> Score:
    """Score a screener.

    ``answers`` maps item ids to an option's id or points; ``facts`` may hold what a threshold depends on
    (``sex`` for the AUDIT-C); a fact that is absent is taken the careful way. Raises NeedsError for an item
    or answer that does not exist.
    """
    given = {name: _points(instrument, name, value) for name, value in answers.items()}
    known = dict(facts or {})
    low, high = _filled(instrument, given, worst=False), _filled(instrument, given, worst=True)
    least, most = _total(instrument, low), _total(instrument, high)
    result, could_be = _reached(instrument, least, low, known), _reached(instrument, most, high, known)
    alerts = _alerts(instrument, least, low, known)
    return Score(
        instrument=instrument.id,
        version=instrument.version,
        total=least if least == most else None,
        least=least,
        most=most,
        result=result.id,
        text=result.text,
        positive=result.positive,
        could_be=could_be.id,
        alerts=alerts,
        possible_alerts=tuple(a for a in _alerts(instrument, most, high, known) if a not in alerts),
        missing=tuple(i.id for i in instrument.items if i.id not in given and _may_be_asked(i, high)),
    )


def _points(instrument: Instrument, name: str, value: str | int) -> int:
    item = instrument.by_id.get(name)
    if item is None:
        raise NeedsError(
            f"answers.{name}: {instrument.id} has no such item; it has {', '.join(instrument.by_id)}"
        )
    for option in item.options:
        if value == option.id or (value == option.points and not isinstance(value, bool)):
            return option.points
    allowed = ", ".join(f"{option.id} ({option.points})" for option in item.options)
    raise NeedsError(f"answers.{name}: {value!r} is not an answer; give one of {allowed}")


def _filled(instrument: Instrument, given: Mapping[str, int], *, worst: bool) -> dict[str, int]:
    """Points of every item; nought where an earlier answer rules the item out."""
    points: dict[str, int] = {}
    for item in instrument.items:
        possible = [option.points for option in item.options]
        value = given.get(item.id, max(possible) if worst else min(possible))
        points[item.id] = value if _may_be_asked(item, points) else 0
    return points


def _may_be_asked(item: Item, points: Mapping[str, int]) -> bool:
    return not item.only_if or any(points[name] >= least for name, least in item.only_if)


def _total(instrument: Instrument, points: Mapping[str, int]) -> int:
    """The sum of the items that count; of a group only its highest."""
    groups: dict[str, int] = {}
    for item in instrument.items:
        if item.counts:
            key = item.group or item.id
            groups[key] = max(groups.get(key, 0), points[item.id])
    return sum(groups.values())


def _reached(
    instrument: Instrument, total: int, points: Mapping[str, int], facts: Mapping[str, str]
) -> Result:
    for result in instrument.results[:-1]:
        if any(clause.holds(total, points, facts) for clause in result.clauses):
            return result
    return instrument.results[-1]


def _alerts(
    instrument: Instrument, total: int, points: Mapping[str, int], facts: Mapping[str, str]
) -> tuple[str, ...]:
    return tuple(
        alert.id
        for alert in instrument.alerts
        if any(clause.holds(total, points, facts) for clause in alert.clauses)
    )
