"""Crises: who is in need, what the caller says, who is sent, and whether the person has to call again.

Told in the order of time, since a crisis that is met badly brings the next one. Whether somebody comes back
is settled by one draw per crisis against a chance that the responder lowers by a known effect (county.yaml),
so that for every crisis it is known what each responder would have changed.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from commonweal import packs
from commonweal.demo import pack
from commonweal.demo.geography import Address, Geography
from commonweal.demo.moments import DAYS, Year, moment
from commonweal.demo.people import Person
from commonweal.demo.routine import BEHAVIOURAL, Duty, counts
from commonweal.demo.values import Call, Times, Truth
from commonweal.engines.triage import Protocol
from commonweal.engines.triage.deciding import completed, tier_of

DAY = 86_400.0
IDENTIFIED = 0.8
REASONS = {
    "Suicidality or suicide attempt": "suicide_risk", "Needing social/mental health services": "social_need",
    "Difficulty functioning": "social_need", "Substance use": "intoxicated_person",
    "Running away": "runaway_youth", "Adult Social/interpersonal problems": "domestic_dispute",
    "Other": "welfare_check",
}  # fmt: skip
WANTS = {
    "intoxicated_person": "substance_use", "overdose": "substance_use", "social_need": "housing",
    "mental_health_crisis": "mental_health", "suicide_risk": "mental_health",
}  # fmt: skip
CALLERS = {"self": 0.3, "family": 0.25, "friend": 0.1, "passer_by": 0.14, "business": 0.13, "provider": 0.08}
DISCIPLINES = {"ems": "ems", "patrol": "police", "cit": "police"}
HURRY = {"co_response": 0.45, "crisis_team": 0.7}
ENDINGS = {"patrol": "No report", "cit": "Report", "ems": "Passed to another centre"}


@dataclass(order=True)
class Onset:
    """A crisis about to happen: Unix second, nature, by which line, and whose, where it is a return."""

    second: float
    nature: str = field(compare=False)
    line: str = field(compare=False)
    person: Person | None = field(compare=False, default=None)


class Story:
    """Tells the year's crises one by one."""

    def __init__(
        self, seed: int, ground: Geography, duty: Duty, people: tuple[Person, ...], year: Year
    ) -> None:
        self._random = pack.stream(seed, "crises")
        self._ground, self._duty, self._people, self._year = ground, duty, people, year
        self._programme = pack.county()["programme"]
        self._police = {beat.code: beat.police for beat in ground.beats}
        self._beats = {beat.code: beat.call_share for beat in ground.beats}
        self._protocol = Protocol.read(cast("dict[str, object]", packs.read("protocols/harlow.yaml")))
        self._likely = {want: self._weights(want) for want in {*WANTS.values(), ""}}
        self._addresses: dict[str, list[Address]] = {}
        self._onsets = self._plan()

    def tell(self) -> Iterator[tuple[Call, Truth | None]]:
        """Yield every crisis call, unnumbered, in the order of time; its truth where someone is known."""
        end = float(self._year.hours[-1, -1]) + 3600
        while self._onsets:
            onset = heapq.heappop(self._onsets)
            if onset.second < end:
                yield self._happen(onset)

    def _plan(self) -> list[Onset]:
        """The crises that come of themselves: those the centre is told of, and those of the crisis line."""
        facts, figures, random = pack.county(), pack.figures(), self._random
        by_line = round(facts["calls_per_year"] * facts["crisis_line_share"])
        usual = counts(facts["calls_per_year"] - by_line)
        onsets = [
            Onset(float(second), code, "911")
            for code in BEHAVIOURAL
            for second in self._year.draw(random, figures["centre"]["week"], usual.get(code, 0))
        ]
        seconds = self._year.draw(random, figures["crisis"]["week"], by_line)
        reasons = pack.pick(random, figures["crisis"]["reasons"], len(seconds))
        for second, reason in zip(seconds, reasons, strict=True):
            line = "lifeline_988" if random.random() < 0.55 else "911"
            onsets.append(Onset(float(second), REASONS.get(reason, "mental_health_crisis"), line))
        heapq.heapify(onsets)
        return onsets

    def _weights(self, want: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        weights = np.array([p.weight * (1.0 if not want or want in p.needs else 0.1) for p in self._people])
        return np.asarray(np.cumsum(weights / weights.sum()))

    def _whose(self, nature: str) -> Person | None:
        if self._random.random() > IDENTIFIED:
            return None
        likely = self._likely[WANTS.get(nature, "")]
        person = self._people[int(np.searchsorted(likely, self._random.random() * likely[-1]))]
        years = (self._year.today - person.born).days / 365.25
        return None if nature == "runaway_youth" and years >= 18 else person

    def _happen(self, onset: Onset) -> tuple[Call, Truth | None]:
        random = self._random
        person = onset.person or self._whose(onset.nature)
        address = self._where(person)
        answers = self._answers(onset.nature)
        full = completed(self._protocol, answers, worst=True)
        tier = tier_of(self._protocol, full, ())
        hour = self._year.local_hours(np.array([onset.second]))[0]
        responder = self._responder(tier, address.beat, hour, onset.second)
        call = Call(
            number="",
            centre="lifeline" if onset.line == "lifeline_988" else "ecc",
            source=onset.line,
            caller_role=pack.one(self._random, CALLERS),
            discipline="ems"
            if responder == "ems"
            else "police"
            if responder in ("patrol", "cit")
            else "crisis",
            nature=onset.nature,
            nature_label=self._say(
                pack.words()["natures"].get(onset.nature, [onset.nature.replace("_", " ").capitalize()])
            ),
            priority={"T0": 1, "T1": 1, "T2": 2, "T3": 2}.get(tier, 3),
            is_behavioural=random.random() < 0.9,
            is_behavioural_cleared=random.random() < 0.96,
            tier=tier,
            responder=responder,
            address=address,
            times=self._times(onset, responder),
            units=self._units(responder, address.beat, hour),
            dispositions=(ENDINGS.get(responder, "Completed"),),
            person=person.key if person else None,
            language=person.language if person else "en",
            answers=tuple(answers.items()),
            note=self._say(pack.words()["notes"].get(onset.nature, [""])),
            asks_no_police=random.random() < 0.06,
            transferred=tier == "T4" and onset.line == "911",
        )
        return call, self._aftermath(onset, person, responder) if person else None

    def _say(self, sentences: list[str]) -> str:
        return sentences[int(self._random.random() * len(sentences))]

    def _where(self, person: Person | None) -> Address:
        if person and person.housing != "unsheltered" and self._random.random() < 0.7:
            return person.home
        beat = person.home.beat if person else pack.one(self._random, self._beats)
        pool = self._addresses.setdefault(beat, [])
        if not pool:
            pool += self._ground.addresses(self._random, [beat] * 200)
        return pool.pop()

    def _answers(self, nature: str) -> dict[str, str]:
        tables = pack.answers()
        table = {**tables["any"], **tables.get(nature, {})}
        return {question: pack.one(self._random, weights) for question, weights in table.items()}

    def _responder(self, tier: str, beat: str, hour: int, second: float) -> str:
        """Who is sent: by tier, by what has begun where, by who is on duty and free."""
        random = self._random
        police = "cit" if random.random() < 0.45 else "patrol"
        has_core = bool(self._duty.signs.get(("health", "co_response", hour))) and random.random() < 0.72
        if tier in ("T0", "T1"):
            return "ems" if tier == "T0" else police
        if tier == "T2":
            return "co_response" if has_core else police
        if tier == "T3":
            on_duty = bool(self._duty.signs.get(("health", "crisis_team", hour)))
            if self._has_begun(beat, second) and on_duty and random.random() < 0.88:
                return "crisis_team"
            return "co_response" if has_core and random.random() < 0.35 else police
        return "tele"

    def _has_begun(self, beat: str, second: float) -> bool:
        ago = self._programme["started"].get(beat)
        return ago is not None and second >= float(self._year.hours[DAYS - ago, 0])

    def _units(self, responder: str, beat: str, hour: int) -> tuple[str, ...]:
        police, random = self._police[beat], self._random
        if responder in ("patrol", "cit"):
            return self._duty.one(random, police, responder, hour) or self._duty.one(
                random, police, "patrol", hour
            )
        if responder == "co_response":
            officer = self._duty.one(random, police, "cit", hour)
            return self._duty.one(random, "health", "co_response", hour) + officer
        return self._duty.one(random, "ems" if responder == "ems" else "health", responder, hour)

    def _times(self, onset: Onset, responder: str) -> Times:
        random = self._random
        answered = onset.second + random.uniform(2, 14)
        queued = answered + random.gamma(4, 28)
        if responder == "tele":
            talked = queued + 60 * random.gamma(3, 9)
            return Times(*map(moment, (onset.second, answered, queued, queued)))._replace(
                person_contact=moment(queued + 30), cleared=moment(talked)
            )
        wait, travel, scene = self._spans(responder)
        dispatched = queued + wait
        enroute = dispatched + random.gamma(2, 25)
        on_scene = enroute + travel
        stages = (onset.second, answered, queued, queued, dispatched, enroute, on_scene, on_scene + 60)
        return Times(*map(moment, stages))._replace(cleared=moment(on_scene + scene))

    def _spans(self, responder: str) -> tuple[float, float, float]:
        """Seconds to dispatch, to travel and on scene. Teams of a smaller county have less far to go than
        those observed, hence `HURRY`."""
        figures, random = pack.figures(), self._random
        is_team = responder in HURRY
        spans = figures["crisis"]["spans"] if is_team else figures["centre"]["urgent_spans"]
        wait, travel, scene = (
            float(pack.draw_spans(random, figures["levels"], spans[name], 1)[0])
            for name in ("dispatch", "travel", "scene")
        )
        hurry = HURRY.get(responder, 1.0)
        return (
            min(wait * hurry, 9000.0),
            max(90.0, min(travel * hurry, 4200.0)),
            max(300.0, min(scene, 14_400.0)),
        )

    def _aftermath(self, onset: Onset, person: Person, responder: str) -> Truth:
        """Settle whether the person comes back, under every responder, by one draw; plan the return if so."""
        effect, draw = self._programme["effect"], self._random.random()
        back = {name: bool(draw < person.chance - lower) for name, lower in effect.items()}
        if back[responder]:
            days = min(self._programme["return_days"] - 0.5, 0.4 + self._random.exponential(9.0))
            nature = onset.nature if onset.nature != "overdose" else "intoxicated_person"
            heapq.heappush(self._onsets, Onset(onset.second + days * DAY, nature, onset.line, person))
        return Truth("", person.key, person.chance, tuple(back.items()), responder, back[responder])
