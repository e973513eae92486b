"""What of a case a letter could say: what the worker may read, and of that what the person signed for."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import translation

from commonweal.agencies import queries as agencies
from commonweal.cases.models import Case
from commonweal.cases.queries.care import plans
from commonweal.kernel import codes, days
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.shown import Shown
from commonweal.people import queries as people
from commonweal.referrals import queries as referrals
from commonweal.sharing import actions as sharing

PURPOSE = "care_coordination"
SHORTEST = 5  # characters by which something closed is known again in a text
REFERRED = frozenset({"service_type", "provider_name", "status"})


@dataclass(frozen=True, slots=True)
class Word:
    """One thing the worker may read: whence it is, whether this recipient may be told, and for which fact.

    `text` is what it is known by in a letter, `said` what a draft writes; `fact` is empty for what none
    tells.
    """

    category: str
    fields: frozenset[str]
    about: Subject
    text: str
    is_open: bool
    fact: str = ""
    said: str = ""


Fields = Mapping[Subject, frozenset[str]]


def words_of(by: Actor, case: Case, to: UUID, language: str) -> list[Word]:
    """Everything that could stand in a letter of this case, or must not: read through the gate, once."""
    ours = {agencies.agency(case.agency_id).name, agencies.names([by.id])[by.id]}
    with translation.override(language):
        found = [*_identity(by, case, to), *_plan(by, case, to), *_referrals(by, case, to)]
    return [word for word in found if word.text.strip() and (word.is_open or word.text not in ours)]


def facts(words: Iterable[Word]) -> dict[str, str]:
    """Facts by name that may be told, as a draft writes them."""
    told: dict[str, list[str]] = {}
    for word in words:
        if word.is_open and word.fact:
            told.setdefault(word.fact, []).append(word.said or word.text)
    return {fact: "; ".join(dict.fromkeys(said)) for fact, said in told.items()}


def told_in(body: str, words: Iterable[Word]) -> list[Word]:
    """Which of them stand in a text and may."""
    text = body.casefold()
    return [word for word in words if word.is_open and word.text.casefold() in text]


def spilled(body: str, words: Iterable[Word]) -> list[Word]:
    """Which stand in a text though this recipient may not know them, and no open one says the same."""
    text, every = body.casefold(), list(words)
    opened = {word.text.casefold() for word in every if word.is_open}
    return [
        word
        for word in every
        if not word.is_open
        and len(word.text) >= SHORTEST
        and word.text.casefold() not in opened
        and word.text.casefold() in text
    ]


def _asked(by: Actor, category: str, about: list[Subject]) -> dict[Subject, sharing.Permit]:
    if not about:
        return {}
    return sharing.permitted(sharing.ask_many(by=by, category=category, purpose=PURPOSE, about=about))


def _could(by: Actor, to: UUID, category: str, about: list[Subject]) -> Fields:
    return sharing.could_tell(by=by, to=to, category=category, about=about) if about else {}


def _identity(by: Actor, case: Case, to: UUID) -> Iterator[Word]:
    """Who they are by one record that tells a name: the own agency's before another's."""
    about = people.records_of(case.person_id)
    origins = people.origins(about)
    about.sort(key=lambda s: s not in origins or origins[s].agency != case.agency_id)
    for one in about:
        for shown in people.identities(_asked(by, "identity", [one])):
            if shown.get("name"):
                yield from _who(shown, _could(by, to, "identity", [one]).get(one, frozenset()))
                return


def _who(shown: Shown, could: frozenset[str]) -> Iterator[Word]:
    named = {"name": "name", "dob": "born", "home_address": "", "phone": "", "ssn_last4": ""}
    for field, fact in named.items():
        value = shown.get(field)
        text = days.said(value) if isinstance(value, date) else str(value or "")
        yield Word("identity", frozenset({field}), shown.subject, text, field in could, fact)


def _plan(by: Actor, case: Case, to: UUID) -> Iterator[Word]:
    about = Subject("case", case.id)
    could = _could(by, to, "case_plan", [about]).get(about, frozenset())
    for shown in plans(_asked(by, "case_plan", [about])):
        for field, text, fact in _planned(shown):
            yield Word("case_plan", frozenset({field}), about, text, field in could, fact)


def _planned(shown: Shown) -> Iterator[tuple[str, str, str]]:
    goals, notes = shown.get("goals"), shown.get("plan_notes")
    if isinstance(goals, dict):
        yield from (("goals", _plain(g["text"]), "" if g["reached_at"] else "goals") for g in goals["list"])
        yield from (("goals", str(goals[name]), "") for name in ("own_words", "strengths"))
    if isinstance(notes, dict):
        yield "plan_notes", str(notes["summary"]), ""
    for name in _rows(shown.get("services")):
        yield "services", str(name), "services"
    for task in _rows(shown.get("tasks")):
        yield "tasks", str(task["text"]) if isinstance(task, dict) else "", ""
    if manager := shown.get("contact_of_case_manager"):
        yield "contact_of_case_manager", agencies.names([str(manager)])[str(manager)], "worker"


def _plain(text: object) -> str:
    """A goal inside a sentence: without the full stop that it may end with."""
    return str(text).strip().rstrip(".")


def _rows(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _referrals(by: Actor, case: Case, to: UUID) -> Iterator[Word]:
    about = referrals.of_person(case.person_id)
    could = _could(by, to, "referral_status", about)
    for shown in referrals.statuses(_asked(by, "referral_status", about)):
        kind, status, provider = shown.get("service_type"), shown.get("status"), shown.get("provider_name")
        if isinstance(kind, dict) and isinstance(status, dict) and provider:
            said = f"{kind['service']}, {provider} ({codes.in_sentence(str(status['state']))})"
            may = could.get(shown.subject, frozenset()) >= REFERRED
            yield Word("referral_status", REFERRED, shown.subject, str(provider), may, "referrals", said)
