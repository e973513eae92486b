"""Calls that are no crisis of mind: medical, fire, traffic, alarms and the rest, as they were observed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import cast

import numpy as np

from commonweal.demo import pack
from commonweal.demo.geography import Address, Geography
from commonweal.demo.moments import Year, moment
from commonweal.demo.organization import Organization
from commonweal.demo.pack import Floats, NatureFigures, Random
from commonweal.demo.values import Call, Times

BEHAVIOURAL = (
    "mental_health_crisis", "suicide_risk", "social_need", "intoxicated_person", "overdose", "welfare_check",
    "runaway_youth",
)  # fmt: skip
CALLERS = {"self": 0.3, "family": 0.14, "passer_by": 0.2, "business": 0.2, "friend": 0.08, "anonymous": 0.08}
POLICE_LED = frozenset(
    ["assault", "fight", "weapon", "robbery", "shooting_stabbing", "domestic_violence", "burglary", "threat"]
    + ["abduction", "sexual_offence", "child_or_elder_abuse", "responder_in_danger", "panic_alarm"]
)
SPANS = ("queue", "dispatch", "rollout", "travel", "scene")
LONGEST = 6 * 3600.0


@dataclass(frozen=True)
class Duty:
    """Which units are on duty: call signs by agency, kind and local hour."""

    signs: dict[tuple[str, str, int], list[str]]

    @staticmethod
    def of(organization: Organization) -> Duty:
        """Return the duty list of an organization."""
        signs: dict[tuple[str, str, int], list[str]] = defaultdict(list)
        for unit in organization.units:
            for hour in range(24):
                if unit.on_duty(hour):
                    signs[unit.agency, unit.kind, hour].append(unit.call_sign)
        return Duty(dict(signs))

    def one(self, random: Random, agency: str, kind: str, hour: int) -> tuple[str, ...]:
        """Return one unit on duty, none where there is none."""
        signs = self.signs.get((agency, kind, hour))
        return (signs[int(random.random() * len(signs))],) if signs else ()


def counts(total: int) -> dict[str, int]:
    """Return how many calls of each nature the centre takes in a year of `total` calls."""
    natures = pack.figures()["centre"]["natures"]
    whole = sum(facts["share"] for facts in natures.values())
    return {code: round(total * facts["share"] / whole) for code, facts in natures.items()}


def generate(seed: int, ground: Geography, organization: Organization, year: Year, total: int) -> list[Call]:
    """Return the year's calls of every nature but the behavioural ones, unnumbered and in no order."""
    duty, found = Duty.of(organization), []
    for code, count in counts(total).items():
        if code not in BEHAVIOURAL and count:
            found += _calls(pack.stream(seed, f"routine.{code}"), code, count, ground, duty, year)
    return found


def _calls(random: Random, code: str, count: int, ground: Geography, duty: Duty, year: Year) -> list[Call]:
    """All calls of one nature, drawn column by column."""
    centre = pack.figures()["centre"]
    facts = centre["natures"][code]
    received = year.draw(random, centre["week"], count)
    disciplines = pack.pick(random, facts["disciplines"], count)
    priorities = [int(p) for p in pack.pick(random, facts.get("priorities") or {"2": 1.0}, count)]
    beats = {beat.code: beat.call_share for beat in ground.beats}
    addresses = ground.addresses(random, pack.pick(random, beats, count))
    spans = _spans(random, facts, disciplines, count)
    columns = _Columns(
        priorities=priorities,
        disciplines=disciplines,
        addresses=addresses,
        labels=[
            str(label) for label in random.choice(pack.words()["natures"].get(code, [_words(code)]), count)
        ],
        sources=_sources(random, disciplines),
        callers=pack.pick(random, CALLERS, count),
        endings=pack.pick(random, facts.get("endings") or {"No report": 1.0}, count),
        arrived=random.random(count) < facts["arrived"],
        hours=year.local_hours(received),
    )
    police = {beat.code: beat.police for beat in ground.beats}
    found = []
    for row in range(count):
        times = _times(float(received[row]), spans[row], bool(columns.arrived[row]))
        agency, kind = _sent(disciplines[row], police[addresses[row].beat])
        units = duty.one(random, agency, kind, columns.hours[row])
        found.append(_call(code, times, units, columns, row))
    return found


@dataclass(frozen=True)
class _Columns:
    priorities: list[int]
    disciplines: list[str]
    addresses: list[Address]
    labels: list[str]
    sources: list[str]
    callers: list[str]
    endings: list[str]
    arrived: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    hours: list[int]


def _call(code: str, times: Times, units: tuple[str, ...], columns: _Columns, row: int) -> Call:
    discipline, priority = columns.disciplines[row], columns.priorities[row]
    return Call(
        number="",
        centre="ecc",
        source=columns.sources[row],
        caller_role="officer"
        if columns.sources[row] in ("self_initiated", "officer_request")
        else columns.callers[row],
        discipline=discipline,
        nature=code,
        nature_label=columns.labels[row],
        priority=priority,
        is_behavioural=False,
        is_behavioural_cleared=False,
        tier=_tier(code, discipline, priority),
        responder={"police": "patrol"}.get(discipline, discipline),
        address=columns.addresses[row],
        times=times,
        units=units,
        dispositions=(columns.endings[row],),
    )


def _words(code: str) -> str:
    return code.replace("_", " ").capitalize()


def _tier(code: str, discipline: str, priority: int) -> str:
    """Life threats and police-led calls have their tier; a routine call has none."""
    if discipline in ("ems", "fire"):
        return "T0"
    return "T1" if code in POLICE_LED or priority == 1 else ""


def _sent(discipline: str, police: str) -> tuple[str, str]:
    return (discipline, discipline) if discipline in ("ems", "fire") else (police, "patrol")


def _sources(random: Random, disciplines: list[str]) -> list[str]:
    tables = pack.figures()["centre"]["sources"]
    drawn = {
        name: iter(pack.pick(random, tables[name], disciplines.count(name))) for name in set(disciplines)
    }
    return [next(drawn[name]) for name in disciplines]


def _spans(random: Random, facts: NatureFigures, disciplines: list[str], count: int) -> Floats:
    """Seconds of each span, one row a call: the nature's own where observed, else the discipline's."""
    figures = pack.figures()
    drawn = np.zeros((count, len(SPANS)))
    names = np.array(disciplines)
    for name in set(disciplines):
        rows = np.flatnonzero(names == name)
        for column, span in enumerate(SPANS):
            observed = facts.get("spans", {}).get(span) or figures["centre"]["spans"][name][span]
            drawn[rows, column] = pack.draw_spans(random, figures["levels"], observed, len(rows))
    return cast(Floats, np.minimum(drawn, LONGEST))


def _times(received: float, spans: Floats, arrived: bool) -> Times:
    queued = received + spans[0]
    enroute = queued + spans[1] + spans[2]
    on_scene = enroute + spans[3]
    begun, waiting = moment(received), moment(queued)
    return Times(
        received=begun,
        answered=begun,
        triage_end=waiting,
        queued=waiting,
        dispatched=moment(queued + spans[1]),
        enroute=moment(enroute),
        on_scene=moment(on_scene) if arrived else None,
        cleared=moment((on_scene if arrived else enroute) + spans[4]),
    )
