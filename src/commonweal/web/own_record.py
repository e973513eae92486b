"""The own record as the law opens it: for the page of the person, and for the copy they ask for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.cases import queries as cases
from commonweal.directory import queries as directory
from commonweal.encounters import queries as encounters
from commonweal.kernel import codes, days
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.shown import Shown
from commonweal.people import queries as people
from commonweal.referrals import queries as referrals
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries
from commonweal.sharing.actions import Permit
from commonweal.web.pages import mark_of

GROUND_OF = {"psychotherapy_notes": "psychotherapy_notes", "counseling_notes": "psychotherapy_notes"}


@dataclass(frozen=True, slots=True)
class Part:
    """One class of data: its records as opened; grounds on which others are kept back, each once."""

    category: str
    records: Sequence[Shown]
    closed: Sequence[str]


def closed_in(shown: Shown) -> list[tuple[str, str]]:
    """What of one record stays closed: field and ground of refusal."""
    return [(field, GROUND_OF.get(field, "law")) for field in sorted(shown.withheld)]


def opened(by: Actor, category: str, about: Sequence[Subject]) -> dict[Subject, Permit]:
    """Permits for the own records of one category."""
    if not about:
        return {}
    return sharing.permitted(
        sharing.ask_many(by=by, category=category, purpose="subject_access", about=list(about))
    )


def subjects(person: UUID) -> dict[str, list[Subject]]:
    """The records about a person, by class of data: subjects to ask about."""
    meetings = [e.id for e in encounters.of_person(person)]
    clinical = encounters.clinical_of(meetings)
    papers, taken = cases.documents_of_person(person), encounters.photographs_of(meetings)
    written = cases.letters_of_person(person)
    found = {
        "identity": people.records_of(person),
        "safety_alerts": people.plans_of(person),
        "case_plan": [*(Subject("case", c.id) for c in cases.of_person(person)), *written],
        "referral_status": referrals.of_person(person),
        "encounter_narrative": [*(Subject("encounter", m) for m in meetings), *clinical],
        "mh_assessment": encounters.assessments_of_person(person),
    }
    return {
        category: [about for part in (found, papers, taken) for about in part.get(category, ())]
        for category in {**found, **papers, **taken}
    }


def _shown(category: str, permits: Mapping[Subject, Permit], language: str) -> list[Shown]:
    papers = {s: p for s, p in permits.items() if s.kind == "document"}
    taken = {s: p for s, p in permits.items() if s.kind == "photograph"}
    written = {s: p for s, p in permits.items() if s.kind == "letter"}
    rest = {s: p for s, p in permits.items() if s.kind not in ("document", "photograph", "letter")}
    beside = [*map(_paper, cases.documents(papers)), *map(_photograph, encounters.photographs(taken))]
    beside += map(_letter, cases.letters(written))
    return [*_records(category, rest, language), *beside]


def _photograph(shown: Shown) -> Shown:
    """A photograph in a copy: what it shows and since when it is kept; the picture is handed over beside."""
    told = encounters.under(shown)
    if told is None:
        return shown
    return Shown(shown.subject, {"photograph": {n: told[n] for n in ("caption", "kind", "added_at")}})


def _letter(one: cases.WrittenLetter) -> Shown:
    """A letter in a copy: to whom it is, its words, and when it was sent."""
    told = {"recipient": one.to.name, "title": one.title, "text": one.body, "sent_at": one.sent_at}
    return Shown(Subject("letter", one.id), {"letter": told})


def _paper(shown: Shown) -> Shown:
    """A document in a copy: its title, what it is, since when it is kept; the file is handed over beside."""
    told = cases.described(shown)
    if told is None:
        return shown
    return Shown(shown.subject, {"document": {n: told[n] for n in ("title", "kind", "added_at")}})


def _records(category: str, permits: Mapping[Subject, Permit], language: str) -> list[Shown]:
    if category == "encounter_narrative":
        clinical = {s: p for s, p in permits.items() if s.kind == "clinical_part"}
        rest = {s: p for s, p in permits.items() if s.kind == "encounter"}
        return [*encounters.narratives(rest, language), *encounters.clinical_parts(clinical)]
    reads = {
        "identity": people.identities,
        "safety_alerts": people.plans,
        "case_plan": cases.plans,
        "referral_status": referrals.statuses,
        "mh_assessment": encounters.assessments,
    }
    return reads[category](permits) if category in reads else []


def copy_for(by: Actor, found: queries.Request, language: str) -> list[Part]:
    """The record of an access request, asked as the person: `by` is the officer who hands it over.

    Classes of data that the answer withholds are named with their ground and not asked at all; what a
    representative may not have (42 CFR 2.14) is left out without a word.
    """
    if found.person_id is None:
        return []
    sharing.still_authorized(found)
    self_ = Actor(id=by.id, role="person", policy_role="subject_self", person=found.person_id)
    parts = []
    for category, everything in subjects(found.person_id).items():
        closed = queries.kept_from_agent(found, everything)
        about = [s for s in everything if s.id not in closed]
        if ground := found.withheld.get(category):
            parts.append(Part(category, (), [ground] if about else []))
            continue
        answers = sharing.ask_many(by=self_, category=category, purpose="subject_access", about=about)
        told = any(isinstance(a, sharing.Refusal) and a.acknowledged for a in answers.values())
        records = _shown(category, sharing.permitted(answers), language)
        parts.append(Part(category, records, ["law"] if told else []))
    return parts


def in_words(value: object) -> str:
    """A kept value as lines of print: codes in words, days, workers by name; empty for nothing.

    Each record of a list stands on a line of its own; numbers of records say nothing to a reader.
    """
    match value:
        case None:
            return ""
        case Mapping():
            said = [(codes.said(str(name)), in_words(one)) for name, one in value.items()]
            return "; ".join(f"{name}: {text.rstrip('.')}" for name, text in said if text)
        case list() | tuple() | set() | frozenset():
            return _listed(value)
        case bool():
            return _("Yes") if value else _("No")
        case date():
            return days.at(value) if isinstance(value, datetime) else days.said(value)
    return _word(str(value))


def _listed(values: Collection[object]) -> str:
    texts = [text for one in values if (text := in_words(one))]
    if any(isinstance(one, Mapping) for one in values):
        return "".join(f"\n\N{BULLET} {text}" for text in texts)
    return ", ".join(texts)


def _word(text: str) -> str:
    if mark_of(text):
        return agencies.names([text])[text].replace(text, "")
    if text not in codes.known() and text in (needs := directory.vocabulary()):
        return needs[text].name(get_language() or "en")
    return codes.said(text) if text in codes.known() else text
