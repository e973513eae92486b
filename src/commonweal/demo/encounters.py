"""What teams found and did, told from each crisis call that reached somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from commonweal.demo import pack
from commonweal.demo.organization import Organization, Worker
from commonweal.demo.people import Person
from commonweal.demo.values import Call, Encounter

TEAMS = ("crisis_team", "co_response", "tele")
NEEDS = {
    "mental_health": "mental_health", "substance_use": "substance_use", "housing": "housing", "food": "food",
    "health": "medical", "financial": "income", "safety": "safety",
}  # fmt: skip
NATURES = {
    "mental_health_crisis": "mental_health", "suicide_risk": "suicide_risk", "social_need": "housing",
    "intoxicated_person": "substance_use", "overdose": "substance_use", "domestic_dispute": "family_conflict",
    "runaway_youth": "family_conflict", "welfare_check": "other",
}  # fmt: skip
BEHAVIOURS = {
    "calm": ("calm",), "upset": ("anxious", "sad", "angry"), "severe": ("agitated", "fearful", "angry"),
    "lost": ("confused", "hearing_seeing", "unusual_beliefs", "fast_speech"),
}  # fmt: skip
TECHNIQUES = (
    "listening",
    "space",
    "quiet_place",
    "one_voice",
    "family_help",
    "choices",
    "comfort",
    "grounding",
)
CONTACT = {"welfare_check": "welfare", "social_need": "outreach", "domestic_dispute": "family_support"}
# how an encounter ends: of 100, a real crisis service saw 83 stay in the community, 13 go to hospital
ENDS = {
    "team": {"resolved": 0.42, "connected": 0.33, "transported": 0.13, "declined": 0.1, "handed_over": 0.02},
    "police": {"resolved": 0.5, "connected": 0.09, "transported": 0.22, "declined": 0.14, "arrest": 0.05},
    "ems": {"transported": 0.82, "declined": 0.12, "resolved": 0.06},
}  # fmt: skip
PLACES = {
    "team": {"crisis_centre": 0.42, "hospital": 0.25, "shelter": 0.13, "home": 0.12, "detox": 0.08},
    "police": {"hospital": 0.7, "crisis_centre": 0.12, "detox": 0.1, "home": 0.08},
    "ems": {"hospital": 0.97, "detox": 0.03},
}  # fmt: skip
ENGAGED = 0.71


class _Ending(NamedTuple):
    how: str
    transport: str
    hold: str
    offered: tuple[str, ...]


class Scribe:
    """Writes encounters, with the crews that were on duty."""

    def __init__(self, seed: int, organization: Organization) -> None:
        self._random = pack.stream(seed, "encounters")
        self._organization = organization
        self._units = {unit.call_sign: unit for unit in organization.units}
        self._crews: dict[tuple[str, int], tuple[Worker, ...]] = {}
        self._answering = [worker for worker in organization.workers if worker.agency == "lifeline"]

    def write(self, key: int, call: Call, person: Person | None) -> Encounter | None:
        """Return the encounter of a crisis call, None where nobody was met or no one was sent."""
        met, left = call.times.person_contact, call.times.cleared
        if met is None or left is None or self._random.random() > ENGAGED:
            return None
        crew = self._crew(call, met)
        if not crew:
            return None
        kind = "team" if call.responder in TEAMS else "ems" if call.responder == "ems" else "police"
        answers = dict(call.answers)
        ending = self._end(kind, answers, person)
        due, tried, reached = self._follow_up(kind, person, met, left)
        return Encounter(
            key=key,
            call=call.number,
            person=person.key if person else None,
            agency=crew[0].agency,
            responder=call.responder,
            team=tuple(worker.key for worker in crew),
            started_at=met,
            ended_at=left,
            contact_type=CONTACT.get(call.nature, "crisis"),
            consent_to_talk=ending.how != "declined",
            presenting_needs=self._needs(call, person),
            behaviours=self._behaviours(answers),
            risks=_risks(answers),
            techniques=self._some(TECHNIQUES, 1, 3),
            force=self._force(kind),
            injured=("person",) if answers["life"] == "hurt" else ("none",),
            arrest_criteria=answers["crime"] != "none" or ending.how == "arrest",
            arrest_made=ending.how == "arrest",
            hold=ending.hold,
            transport=ending.transport,
            disposition=ending.how,
            services_offered=ending.offered,
            services_declined=ending.offered[:1] if ending.how == "declined" else (),
            narrative=self._tell("police", call)
            if kind == "police" or call.responder == "co_response"
            else "",
            clinical_impression=self._tell("clinical", call) if kind == "team" else "",
            shared_note=self._tell("shared", call),
            follow_up_due=due,
            follow_up_at=tried,
            follow_up_reached=reached,
            consent_to_share=self._shares(kind, ending, person),
        )

    def _end(self, kind: str, answers: dict[str, str], person: Person | None) -> _Ending:
        how = pack.one(self._random, ENDS[kind])
        transport = "jail" if how == "arrest" else "none"
        hold = "none"
        if how == "transported":
            transport = pack.one(self._random, PLACES[kind])
            is_risky = answers["suicide"] in ("plan", "means", "acted") or answers["distress"] == "lost"
            if transport in ("hospital", "crisis_centre"):
                hold = "involuntary" if is_risky and self._chance(0.5) else "voluntary"
        offered = self._offered(person, kind) if how != "resolved" or self._chance(0.3) else ()
        return _Ending(how, transport, hold, offered)

    def _shares(self, kind: str, ending: _Ending, person: Person | None) -> bool:
        willing = self._chance(0.7 if kind == "team" else 0.4)
        return willing and person is not None and ending.how != "declined"

    def _follow_up(
        self, kind: str, person: Person | None, met: datetime, left: datetime
    ) -> tuple[datetime | None, datetime | None, bool]:
        """When the next contact was due, when it was tried (None where it was not), whether it was made."""
        if person is None or not self._chance({"team": 0.74, "police": 0.2, "ems": 0.3}[kind]):
            return None, None, False
        due = met + timedelta(hours=72)
        reached = self._chance(0.68)
        if not reached and self._chance(0.4):
            return due, None, False
        tried = due - timedelta(hours=float(self._random.uniform(-20, 50)))
        return due, max(tried, left + timedelta(hours=2)), reached

    def _chance(self, share: float) -> bool:
        return bool(self._random.random() < share)

    def _some(self, words: Sequence[str], least: int, most: int) -> tuple[str, ...]:
        count = min(len(words), int(self._random.integers(least, most + 1)))
        return tuple(words[index] for index in sorted(self._random.choice(len(words), count, replace=False)))

    def _crew(self, call: Call, met: datetime) -> tuple[Worker, ...]:
        if call.responder == "tele" and call.centre == "lifeline":
            return (self._answering[int(self._random.random() * len(self._answering))],)
        found: list[Worker] = []
        for sign in call.units:
            at = (sign, met.toordinal())
            if at not in self._crews:
                self._crews[at] = self._organization.crew_of(self._units[sign], at[1])
            found += self._crews[at]
        return tuple(dict.fromkeys(found))

    def _needs(self, call: Call, person: Person | None) -> tuple[str, ...]:
        needs = [NATURES.get(call.nature, "other")]
        for need in person.needs if person else ():
            if need in NEEDS and self._chance(0.45):
                needs.append(NEEDS[need])
        return tuple(dict.fromkeys(needs))

    def _behaviours(self, answers: dict[str, str]) -> tuple[str, ...]:
        found = list(self._some(BEHAVIOURS[answers["distress"]], 1, 2))
        if answers["substance"] == "heavy":
            found.append("intoxicated")
        if answers["care"] == "unable":
            found.append("self_neglect")
        return tuple(found)

    def _offered(self, person: Person | None, kind: str) -> tuple[str, ...]:
        needs = person.needs if person else ("mental_health",)
        return self._some(needs, 1, 3 if kind == "team" else 2)

    def _force(self, kind: str) -> str:
        if kind != "police" or not self._chance(0.035):
            return "none"
        return pack.one(self._random, {"handcuffs": 0.6, "hands_on": 0.33, "device": 0.07})

    def _tell(self, part: str, call: Call) -> str:
        sentences = pack.words()["narratives"][part]
        text = sentences[int(self._random.random() * len(sentences))]
        days = int(self._random.integers(2, 15))
        return text.format(them="them", They="They", they="they", block=call.address.block, days=days)


def _risks(answers: dict[str, str]) -> tuple[str, ...]:
    """Risks that follow from what triage was told."""
    found = []
    if answers["weapon"] in ("reach", "hand", "used"):
        found.append("weapon_present")
    if answers["violence"] in ("threat", "now"):
        found.append("threat_to_others")
    if answers["suicide"] != "none":
        found.append("self_harm_act" if answers["suicide"] == "acted" else "self_harm_thoughts")
    if answers["substance"] != "none":
        found.append("substance_now")
    if answers["life"] in ("hurt", "medical"):
        found.append("medical_concern")
    if answers["dependents"] != "none":
        found.append("child_or_dependent")
    return tuple(found) or ("none_seen",)
