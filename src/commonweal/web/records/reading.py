"""Records as this desk may show them: every value through the gate, the rest named as left out."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict
from uuid import UUID

from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.kernel.shown import Shown
from commonweal.people import queries as people
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as trust

PURPOSE = "administration"
FIELDS = ("name", "dob", "phone", "home_address", "physical_description", "ssn_last4")


def seen(by: Actor, subjects: Sequence[Subject], purpose: str = PURPOSE) -> dict[Subject, Shown]:
    """Identity of those records that the reader may read for this purpose, in one question."""
    if not subjects:
        return {}
    answers = sharing.ask_many(by=by, category="identity", purpose=purpose, about=list(subjects))
    return {shown.subject: shown for shown in people.identities(sharing.permitted(answers))}


def told(by: Actor, subjects: Sequence[Subject]) -> tuple[list[Subject], dict[Subject, Shown]]:
    """Those of the records whose being there may be said, in their order, and what is read of them."""
    if not subjects:
        return [], {}
    answers = sharing.ask_many(by=by, category="identity", purpose=PURPOSE, about=list(subjects))
    shown = {one.subject: one for one in people.identities(sharing.permitted(answers))}
    silent = {s for s, a in answers.items() if isinstance(a, sharing.Refusal) and not a.acknowledged}
    return [s for s in subjects if s not in silent], shown


def sources(shown: dict[Subject, Shown]) -> dict[Subject, str]:
    """Whose record each readable one is; a refused one keeps its agency to itself (42 CFR 2.13(c))."""
    names = {a.id: a.name for a in agencies.agencies()}
    found = people.origins(list(shown))
    return {subject: names.get(origin.agency, "") for subject, origin in found.items()}


class Sides(TypedDict):
    """Two records as a page lays them side by side; `read` are the fields read of both."""

    left: Shown | None
    right: Shown | None
    from_left: str
    from_right: str
    rows: list[tuple[str, object, object]]
    left_out: list[str]
    read: frozenset[str]


def beside(by: Actor, left: Subject, right: Subject) -> Sides:
    """Two records side by side as the pages draw them: values, whose they are, and what is left out."""
    shown = seen(by, [left, right])
    one, other, from_ = shown.get(left), shown.get(right), sources(shown)
    return {
        "left": one,
        "right": other,
        "from_left": from_.get(left, ""),
        "from_right": from_.get(right, ""),
        "rows": [(f, one and one.get(f), other and other.get(f)) for f in FIELDS],
        "left_out": sorted({f for side in (one, other) for f in (side.withheld if side else FIELDS)}),
        "read": frozenset(FIELDS).difference(*((side.withheld if side else FIELDS) for side in (one, other))),
    }


def deciders(decided: Sequence[people.Decision]) -> list[str]:
    """Who decided each: a worker by name; what no worker decided came with the site's data."""
    names = agencies.names([d.by for d in decided])
    return [_("Not by a worker") if d.by.startswith("system:") else names[d.by] for d in decided]


def reviewer(by: Actor) -> people.Reviewer:
    """The steward's agency and those whose records an agreement lays beside its own."""
    return trust.reviewer(by, own(by))


def own(by: Actor) -> UUID:
    """The steward's agency: nothing is reviewed without one."""
    if by.agency is None:
        raise NotFound("agency")
    return by.agency


def own_record(by: Actor, record: UUID) -> Subject:
    """The record where it is one of the steward's own agency; NotFound otherwise."""
    subject = Subject("source_record", record)
    origin = people.origins([subject]).get(subject)
    if origin is None or origin.agency != own(by):
        raise NotFound("record")
    return subject


class Parts(TypedDict, total=False):
    """What a search may be made of."""

    given: str
    family: str
    born: date
    phone: str


def parts_of(text: str) -> Parts:
    """What was typed into one field as name, date of birth (year-month-day) and phone number."""
    names: list[str] = []
    found: Parts = {}
    for word in text.split():
        try:
            found["born"] = date.fromisoformat(word)
        except ValueError:
            if sum(c.isdigit() for c in word) >= 4:
                found["phone"] = f"{found.get('phone', '')}{word}"
            else:
                names.append(word.strip(","))
    if names:
        found["given"], found["family"] = " ".join(names[:-1]), names[-1]
    return found
