"""The live city: new calls arrive, units move, providers answer, through the same doors as people at work.

`pace` multiplies how fast things happen: 1 is real time (some ten calls an hour), 60 an hour a minute.
"""

import logging
import math
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from django.db import close_old_connections

from commonweal.agencies import queries as agencies
from commonweal.calls import actions as calls
from commonweal.calls import queries as call_queries
from commonweal.demo import handing
from commonweal.demo.geography import Geography
from commonweal.directory import actions as directory
from commonweal.directory import queries as directory_queries
from commonweal.kernel.actors import Actor, system
from commonweal.kernel.errors import CommonwealError
from commonweal.referrals import actions as referrals
from commonweal.referrals import queries as referral_queries

log = logging.getLogger(__name__)
CITY = system("city")
PER_HOUR = 10.3
LEFT_TO_PEOPLE = 3  # what waits longest in each inbox is left to whoever sits at that desk
BEAT = 1.0  # seconds of real time between looks
MOST_OPEN = 22
CALM = {
    "life": "none",
    "violence": "none",
    "weapon": "none",
    "suicide": "none",
    "crime": "none",
    "dependents": "none",
    "distress": "severe",
    "care": "able",
    "substance": "none",
    "contact": "visit",
    "timing": "now",
}
# (nature, what is heard, answers that differ from calm, how often, behavioural health)
KINDS: tuple[tuple[str, str, dict[str, str], int, bool], ...] = (
    (
        "welfare_check",
        "A neighbour has not been seen for two days and is talking through the door.",
        {},
        5,
        True,
    ),
    ("mental_health_crisis", "Shouting at people nobody else sees, asks for help.", {}, 4, True),
    ("suicide_risk", "Says they do not want to live; has a plan.", {"suicide": "plan"}, 3, True),
    ("intoxicated_person", "Sitting on the pavement, cannot stand.", {"substance": "heavy"}, 3, True),
    ("domestic_dispute", "Loud quarrel, something was thrown.", {"violence": "now"}, 2, False),
    ("medical_critical", "Chest pain, not fully awake.", {"life": "medical"}, 4, False),
)
STEPS = (("acknowledged", 0.5), ("enroute", 1.0), ("on_scene", 9.0), ("available", 28.0))  # minutes each


@dataclass
class _Call:
    id: UUID
    behavioural: bool
    step: int = 0
    units: list[UUID] = field(default_factory=list)
    due: float = 0.0


class City:
    """A thread that lives the county's day until stopped. Its own chance: `seed`."""

    def __init__(self, ground: Geography, desk: UUID, pace: float, seed: int = 7) -> None:
        self.pace, self.ground, self.desk = pace, ground, desk
        self.chance = random.Random(seed)
        self.clock = 0.0  # minutes of city time
        self.next_call, self.next_post, self.next_hand = 0.2, 3.0, 6.0
        self.open: list[_Call] = []
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End after the step in hand."""
        self._stopped.set()

    def start(self) -> threading.Thread:
        """Live in a thread beside the server."""
        thread = threading.Thread(target=self._live, name="city", daemon=True)
        thread.start()
        return thread

    def _live(self) -> None:
        while not self._stopped.wait(BEAT):
            try:
                self.tick(BEAT / 60 * self.pace)
            except Exception as mishap:  # the county must not stop for one
                log.warning("city: a step failed (%s: %s); going on", type(mishap).__name__, mishap)
                log.debug("city: where it failed", exc_info=True)
                close_old_connections()

    def tick(self, minutes: float) -> None:
        """Let so many minutes of city time pass."""
        self.clock += minutes
        if self.clock >= self.next_call:
            self.next_call = self.clock + self.chance.expovariate(PER_HOUR / 60)
            if len(self.open) < MOST_OPEN:
                self._try(self._ring)
        for call in [c for c in self.open if self.clock >= c.due]:
            self._try(partial(self._advance, call))
        if self.clock >= self.next_post:
            self.next_post = self.clock + 7.0
            self._try(self._provider)
        if self.clock >= self.next_hand:
            self.next_hand = self.clock + 12.0
            self._try(self._centres)

    def _try(self, act: Callable[[], None]) -> None:
        """A refusal (a unit just taken by a person at the desk) is part of the day."""
        try:
            act()
        except CommonwealError as refused:
            log.info("city: %s", refused)

    def _by(self) -> Actor:
        return agencies.actor(self.desk)

    def _ring(self) -> None:
        nature, words, differ, _often, behavioural = self.chance.choices(KINDS, [k[3] for k in KINDS])[0]
        place = self.chance.choice(self.ground.places)
        where = calls.Where(
            address=place.name,
            city=place.town,
            lon=place.lon + self.chance.gauss(0, 0.004),
            lat=place.lat + self.chance.gauss(0, 0.003),
        )
        by = self._by()
        made = calls.receive(
            by=by,
            source=self.chance.choice(["911", "911", "911", "988"]),
            where=where,
            caller=calls.Caller(role=self.chance.choice(["family", "friend", "self", "business"])),
            words=words,
            nature=nature,
        )
        calls.answer(by=by, call=made.id, answers=self._answers({**CALM, **differ}, made.id))
        self.open.append(_Call(made.id, behavioural, due=self.clock + self.chance.uniform(0.5, 2)))

    def _answers(self, wanted: dict[str, str], call: UUID) -> dict[str, str]:
        """Only what the protocol in force asks, in answers that it knows."""
        protocol = call_queries.protocol_for(call)
        if protocol is None:
            return {}
        known = {q.id: {a.id for a in q.answers} for q in protocol.questions}
        return {q: a for q, a in wanted.items() if a in known.get(q, ())}

    def _advance(self, call: _Call) -> None:
        by = self._by()
        view = call_queries.call_of(call.id)
        if not view.is_open:
            self.open.remove(call)
            return
        if not call.units:
            call.due = self.clock + 3
            call.units = [row.unit_id for row in calls.dispatch(by=by, call=call.id)]
            call.due = self.clock + STEPS[0][1]
            return
        status, _minutes = STEPS[call.step]
        for unit in call.units:
            calls.set_status(by=CITY, call=call.id, unit=unit, status=status)
        call.step += 1
        if call.step == len(STEPS):
            calls.clear(by=by, call=call.id, is_behavioural_health=call.behavioural)
            self.open.remove(call)
        else:
            call.due = self.clock + STEPS[call.step][1] * math.exp(self.chance.gauss(0, 0.4))

    def _centres(self) -> None:
        """The lifeline takes who was handed to it; another caller waits on either side."""
        handing.answer_at_988()
        handing.offer_both_ways()

    def _provider(self) -> None:
        """A provider posts its room, or answers a referral that waits."""
        waiting = self._waiting()
        if waiting and self.chance.random() < 0.6:
            by, referral = self.chance.choice(waiting)
            referrals.accept(by=by, referral=referral)
            return
        found = directory_queries.search(limit=60).rows
        if found:
            chosen = self.chance.choice(found)
            total = chosen.capacity_total or 8
            directory.post_capacity(
                by=CITY, service=chosen.id, available=self.chance.randint(0, max(1, total // 3))
            )

    def _waiting(self) -> list[tuple[Actor, UUID]]:
        found = []
        for account in agencies.accounts().filter(role__in=["shelter_worker", "provider_staff"])[:12]:
            by = agencies.actor(account.id)
            found += [(by, row.id) for row in referral_queries.inbox(by)[LEFT_TO_PEOPLE:8]]
        return found
