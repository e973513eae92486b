"""Referrals as they went: sent, seen, taken or not, kept or missed, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from commonweal.demo import pack
from commonweal.demo.organization import Organization
from commonweal.demo.people import Person
from commonweal.demo.services import Service
from commonweal.demo.values import Encounter, Referral, Step

DECLINES = {
    "no_capacity": 0.45, "ineligible": 0.2, "cannot_contact": 0.12, "person_declined": 0.1,
    "out_of_area": 0.05, "wrong_service": 0.05, "duplicate": 0.03,
}  # fmt: skip
ANSWERS = {"accepted": 0.7, "declined": 0.18, "waitlisted": 0.08, "expired": 0.04}
OUTCOMES = {"resolved": 0.52, "partly": 0.28, "not_resolved": 0.2}
PACE = {"standard": 20.0, "tonight": 0.7, "urgent": 1.6, "warm_handoff": 0.3, "treatment": 18.0}
SAID = {
    True: ("They kept their word.", "I slept. That was what I needed.", "I go there every week now."),
    False: ("It was too far.", "I had to wait too long.", "They asked for papers that I do not have."),
}


class Sender:
    """Makes the referrals of encounters, and follows each to its end or to `now`."""

    def __init__(
        self, seed: int, services: tuple[Service, ...], organization: Organization, people: dict[int, Person],
        now: datetime,
    ) -> None:  # fmt: skip
        self._random = pack.stream(seed, "referrals")
        self._services, self._people, self._now = services, people, now
        self._staff: dict[str, list[str]] = {}
        for worker in organization.workers:
            self._staff.setdefault(worker.agency, []).append(worker.key)
        self._busy: dict[tuple[int, str], datetime] = {}
        self._count = 0

    def send(self, encounter: Encounter) -> list[Referral]:
        """Return the referrals of one encounter: none without consent, and a second one where a decline was
        answered by choosing again."""
        if encounter.person is None or not encounter.consent_to_share or not encounter.services_offered:
            return []
        found: list[Referral] = []
        for need in encounter.services_offered:
            at = encounter.ended_at + timedelta(minutes=6)
            service = self._choose(need, self._people[encounter.person], at, "")
            if service is None:
                continue
            first = self._follow(encounter, need, service, at, None)
            found.append(first)
            if first.steps[-1].state == "rerouted":
                again = first.steps[-1].at
                other = self._choose(need, self._people[encounter.person], again, service.key)
                if other is not None:
                    found.append(self._follow(encounter, need, other, again, first.key))
        return found

    def _choose(self, need: str, person: Person, at: datetime, tried: str) -> Service | None:
        """A service that fits, was not just tried, and does not have the person in hand already."""
        age = (self._now.date() - person.born).days // 365
        fitting = [
            service
            for service in self._services
            if need in service.needs
            and service.key != tried
            and self._busy.get((person.key, service.key), at) <= at
            and (service.minimum_age or 0) <= age <= (service.maximum_age or 200)
            and (not service.sexes or person.sex in service.sexes)
        ]
        return fitting[int(self._random.random() * len(fitting))] if fitting else None

    def _follow(
        self, encounter: Encounter, need: str, service: Service, at: datetime, parent: int | None
    ) -> Referral:
        self._count += 1
        path = _Path(self, service, encounter.team[0], at)
        path.walk()
        self._busy[encounter.person or 0, service.key] = path.steps[-1].at
        steps = tuple(step for step in path.steps if step.at <= self._now)
        states = {step.state for step in steps}
        settled = states & OUTCOMES.keys()
        helped = None if not settled else "not_resolved" not in settled
        return Referral(
            key=self._count,
            encounter=encounter.key,
            person=encounter.person or 0,
            service=service.key,
            from_agency=encounter.agency,
            needs=(need,),
            reasons=(f"Offers help with {need.replace('_', ' ')}", "Open when the person can come"),
            steps=steps,
            scheduled_for=path.scheduled_for if "scheduled" in states else None,
            decline_reason=path.decline_reason if "declined" in states else "",
            rerouted_from=parent,
            outcome_note="" if helped is None else "Attended as agreed." if helped else "Did not continue.",
            said="" if helped is None or self.chance(0.5) else self.one(dict.fromkeys(SAID[helped], 1.0)),
            helped=helped,
        )

    def chance(self, share: float) -> bool:
        """Whether something with this chance happens."""
        return bool(self._random.random() < share)

    def one(self, weights: dict[str, float]) -> str:
        """Return one of the weighted words."""
        return pack.one(self._random, weights)

    def wait(self, hours: float) -> timedelta:
        """Return a wait with this mean, never nothing."""
        return timedelta(hours=0.05 + float(self._random.exponential(hours)))

    def receiver(self, agency: str) -> str:
        """Return a worker of the receiving agency; nobody where it has none here."""
        staff = self._staff.get(agency, [""])
        return staff[int(self._random.random() * len(staff))]


class _Path:
    """One referral's way through the states; each step follows the moves of referrals.states."""

    def __init__(self, sender: Sender, service: Service, by: str, at: datetime) -> None:
        self._sender, self._by, self._receiver = sender, by, sender.receiver(service.provider)
        self._pace = PACE[service.pathway]
        self._at = at
        self.steps = [Step("draft", at, by), Step("consent_checked", at, by), Step("sent", at, by)]
        self.scheduled_for: datetime | None = None
        self.decline_reason = ""

    def walk(self) -> None:
        """Go on until an end, regardless of the present: what lies ahead is cut off by the caller."""
        answer = self._sender.one(ANSWERS)
        if answer == "expired":
            self._step("expired", 4 * self._pace + 8, "")
            self._step("closed" if self._sender.chance(0.5) else "rerouted", 12, self._by)
            return
        self._step("viewed", self._pace, self._receiver)
        if answer == "waitlisted":
            self._step("waitlisted", 1, self._receiver)
            answer = "accepted" if self._sender.chance(0.6) else "declined"
        if answer == "declined":
            self._decline()
            return
        self._step("accepted", self._pace / 2, self._receiver)
        self._arrange()

    def _decline(self) -> None:
        self.decline_reason = self._sender.one(DECLINES)
        self._step("declined", self._pace, self._receiver)
        self._step("rerouted" if self._sender.chance(0.65) else "closed", 6, self._by)

    def _arrange(self) -> None:
        if self._sender.chance(0.8):
            self._step("scheduled", self._pace / 2, self._receiver)
            self.scheduled_for = _in_the_day(self._at + self._sender.wait(2.5 * self._pace))
        if self._sender.chance(0.24):
            self._step("no_show", 3 * self._pace, self._receiver)
            if self._sender.chance(0.5):
                self._step("closed", 100, self._by)
                return
        if self.scheduled_for is not None:
            self._at = max(self._at, self.scheduled_for)
        self._step("attended", 0.2 if self.scheduled_for else 2.5 * self._pace, self._receiver)
        if self._sender.chance(0.6):
            self._step("started", 4 * self._pace, self._receiver)
        self._step(self._sender.one(OUTCOMES), 60 + 10 * self._pace, self._receiver)
        self._step("closed", 40, self._by)

    def _step(self, state: str, hours: float, by: str) -> None:
        self._at += self._sender.wait(hours)
        self.steps.append(Step(state, self._at, by))


def _in_the_day(at: datetime) -> datetime:
    """Return the first appointment hour from a moment on: on the hour, ten to four by the county's clock."""
    day = at.date() if at.hour < 23 else at.date() + timedelta(days=1)
    return datetime.combine(day, time(min(23, max(18, at.hour + 1))), UTC)
