"""A study's plan: what is stated before the answer is seen, its seal, and what departs from it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

from commonweal.engines.effects.proposing import ROLLOUTS as ROLLOUTS
from commonweal.engines.effects.proposing import Answers, Proposal, propose
from commonweal.kernel.errors import Invalid

# that a page can wait for; others: `commonweal lab effects`
DESIGNS = ("did", "staggered", "its", "cluster_randomised", "stepped_wedge")
EXPECTED = ("fewer", "more", "unsure")
STEPS = (7, 28)
MOST_DAYS = 3_660


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole of a registration. `starts` gives the day the programme began in each area, None for never.

    `step` is the days of one period; `last` is the last day that counts. `groups` and `analysis` are the
    evaluator's own words: for whom it is looked at apart, and what will be left out or tried besides. `draw`
    is the seal of the lot that decided the starts, where it was drawn here; `power` what was foreseen that it
    could show (`foreseeing.foresee`).
    """

    question: str
    series: str
    expected: str
    rollout: str
    starts: Mapping[str, date | None]
    first: date
    last: date
    step: int
    zone: str
    design: str = ""
    groups: str = ""
    analysis: str = ""
    draw: str = ""
    power: Mapping[str, object] = field(default_factory=dict)

    def checked(self) -> "Plan":
        """The same; Invalid names what cannot be."""
        if not self.question.strip():
            raise Invalid("question", "", "Write what you want to know, as one question.")
        for name, value, allowed in (
            ("expected", self.expected, EXPECTED), ("rollout", self.rollout, ROLLOUTS),
            ("design", self.design, ("", *DESIGNS)),
        ):  # fmt: skip
            if value not in allowed:
                words = ", ".join(filter(None, allowed))
                raise Invalid(name, value, "Choose one of: %(words)s.", words=words)
        if self.step not in STEPS:
            raise Invalid("step", self.step, "Count by weeks (7) or by four weeks (28).")
        if not 0 < (self.last - self.first).days <= MOST_DAYS:
            raise Invalid("last", self.last, "Choose a last day after the first, at most ten years later.")
        return self

    @property
    def periods(self) -> int:
        """Whole periods between the first and the last day."""
        return ((self.last - self.first).days + 1) // self.step

    def period(self, day: date) -> int:
        """The first period that lies wholly on or after a day."""
        return -((self.first - day).days // self.step)

    def day(self, period: int) -> date:
        """The first day of a period."""
        return self.first + timedelta(days=period * self.step)

    def answers(self) -> Answers:
        """As the engine asks it; Invalid where the answers contradict one another."""
        numbered = {area: self.period(day) if day else None for area, day in self.starts.items()}
        for day in filter(None, self.starts.values()):
            if not 0 < self.period(day) < self.periods:
                says = "Choose first and last day so that whole periods lie before and after each start."
                raise Invalid("first", day, says)
        try:
            return Answers(self.rollout, numbered, self.periods)
        except ValueError as fault:
            says = contradiction(len(set(numbered.values()) - {None}))
            raise Invalid("rollout", self.rollout, says) from fault

    def proposed(self) -> Proposal:
        """The design that asks least of these answers."""
        return propose(self.answers(), DESIGNS)

    def kept(self) -> dict[str, object]:
        """As it is stored: days as text."""
        told = asdict(self)
        starts = {area: day and day.isoformat() for area, day in sorted(self.starts.items())}
        return {**told, "starts": starts, "first": self.first.isoformat(), "last": self.last.isoformat()}


CONTRADICTIONS = {
    0: "Give at least one area the day on which it began.",
    1: "All areas began on one day: choose 'at once', or 'everywhere' where no area went without.",
    2: "Areas began on different days: choose 'in steps' or 'by lot'.",
}


def contradiction(kinds: int) -> str:
    """What to change where the way of starting and the days do not fit."""
    return CONTRADICTIONS[min(kinds, 2)]


def plan_of(kept: Mapping[str, object]) -> Plan:
    """A plan as it was stored."""
    told = dict(kept)
    starts = told["starts"]
    assert isinstance(starts, Mapping)
    days = {str(area): date.fromisoformat(day) if day else None for area, day in starts.items()}
    first, last = (date.fromisoformat(str(told[name])) for name in ("first", "last"))
    texts = {
        name: str(told.get(name, ""))
        for name in "question series expected rollout zone design groups analysis draw".split()
    }
    power = told.get("power", {})
    assert isinstance(power, Mapping)
    return Plan(starts=days, first=first, last=last, step=int(str(told["step"])), power=power, **texts)


def written(kept: Mapping[str, object]) -> str:
    """The plan as one line of text, alike everywhere: JSON, keys sorted, no spaces, UTF-8."""
    return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sealed(kept: Mapping[str, object]) -> str:
    """SHA-256 of that text: whoever has the text can compute it."""
    return hashlib.sha256(written(kept).encode()).hexdigest()


def departures(planned: Mapping[str, object], done: Mapping[str, object]) -> list[dict[str, object]]:
    """Each field in which what was done differs from what was planned."""
    return [
        {"field": name, "planned": planned.get(name), "done": done.get(name)}
        for name in sorted({*planned, *done})
        if planned.get(name) != done.get(name)
    ]


def changed(planned: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    """The plan with other fields; Invalid for one that no analysis may change."""
    may: Sequence[str] = ("design", "series", "first", "last", "step")
    wrong = [name for name in changes if name not in may]
    if wrong:
        says = "Register another study: this cannot be changed afterwards."
        raise Invalid(wrong[0], changes[wrong[0]], says)
    return {**planned, **changes}
