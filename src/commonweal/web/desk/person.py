"""The card of a known person: what helps first, dated cautions second, history last and folded."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from commonweal.calls import queries as calls
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.shown import Shown
from commonweal.people import queries as people
from commonweal.sharing import queries as trust
from commonweal.sharing.actions import Circumstances, Permit, ask_many, permitted

_DATE = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_PHONE = re.compile(r"(?:\+?\d[\s().-]?){7,}")
MOST_HISTORY = 6
SHOWN = 5  # candidates of a caller's words


@dataclass(frozen=True, slots=True)
class Card:
    """What the gate opens of a person while the call is on."""

    person: UUID
    identities: Sequence[Shown] = ()
    plans: Sequence[Shown] = ()
    cautions: Sequence[Shown] = ()
    earlier: int = 0

    @property
    def name(self) -> object:
        """The first name that may be shown."""
        return next((shown.get("name") for shown in self.identities if shown.get("name")), "")

    @property
    def is_known(self) -> bool:
        """Whether anything at all may be shown."""
        return bool(self.identities or self.plans or self.cautions)


def card(actor: Actor, call: UUID, person: UUID, *, whole: bool = True) -> Card:
    """Ask for each part on its own: a refused one is simply absent. Not `whole`: whether one is known."""
    identities = _identity(actor, call, people.records_of(person))
    if not whole and identities:
        return Card(person=person, identities=identities)
    return Card(
        person=person,
        identities=identities,
        plans=people.plans(_ask(actor, "safety_alerts", people.plans_of(person), call)),
        cautions=people.cautions(_ask(actor, "safety_alerts", people.cautions_of(person), call)),
        earlier=len(_earlier(call, person)),
    )


def _ask(actor: Actor, category: str, about: Sequence[Subject], call: UUID) -> dict[Subject, Permit]:
    if not about:
        return {}
    said = Circumstances(incident=call)
    return permitted(
        ask_many(by=actor, category=category, purpose="emergency", about=about, circumstances=said)
    )


def _identity(actor: Actor, call: UUID, records: Sequence[Subject]) -> list[Shown]:
    """The first record with a name that may be shown: one is shown, so the rest are not read."""
    shown: list[Shown] = []
    for record in records:
        shown += people.identities(_ask(actor, "identity", [record], call))
        if shown and shown[-1].get("name"):
            return shown[-1:]
    return shown


def _earlier(call: UUID, person: UUID) -> list[Subject]:
    return [s for s in calls.of_person(person) if s.id != call][:MOST_HISTORY]


def history(actor: Actor, call: UUID, person: UUID) -> tuple[list[Shown], int]:
    """Earlier calls about the person as far as the gate opens them, and how many it does not."""
    about = _earlier(call, person)
    shown = calls.facts(_ask(actor, "call_facts", about, call))
    return shown, len(about) - len(shown)


@dataclass(frozen=True, slots=True)
class Match:
    """One candidate that may be shown: who, and how alike."""

    person: UUID
    score: int
    shown: Shown


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed, taken apart."""

    given: str = ""
    family: str = ""
    born: date | None = None
    phone: str = field(default="")


def read_words(text: str) -> Wanted:
    """`rosa delgado 1984-03-09` or a phone number; a date that does not exist is left out."""
    born, phone = None, ""
    if found := _DATE.search(text):
        try:
            born = date(*(int(part) for part in found.groups()))
        except ValueError:
            born = None
        text = text.replace(found[0], " ")
    if number := _PHONE.search(text):
        phone, text = number[0], text.replace(number[0], " ")
    given, _, family = " ".join(text.split()).partition(" ")
    return Wanted(given, family, born, phone)


def search(actor: Actor, call: UUID, text: str) -> list[Match]:
    """People who may be meant, best first, as far as the gate opens their identity for this call."""
    wanted = read_words(text)
    found = people.candidates(
        given=wanted.given, family=wanted.family, born=wanted.born, phone=wanted.phone, limit=people.MOST
    )
    scores = dict(trust.nearest(actor, found, SHOWN))
    shown = people.identities(_ask(actor, "identity", list(scores), call))
    persons = people.persons([one.subject for one in shown])
    best: dict[UUID, Match] = {}
    for one in shown:
        person = people.survivor(persons[one.subject])
        best.setdefault(person, Match(person, round(scores[one.subject]), one))
    return list(best.values())
