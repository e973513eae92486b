"""Services ranked for a person, each with why it fits, why not, and what would make it fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from commonweal.engines.matching.eligibility import Note, examine
from commonweal.engines.matching.scoring import Settings, belief, is_believed_full, parts, total
from commonweal.engines.matching.values import Person, Service, Text


@dataclass(frozen=True, slots=True)
class Fit:
    """One service for one person.

    ``fits``: nothing bars it. ``is_certain``: it fits and nothing remains to ask. ``would_fit_if``: all that
    must change for it to fit; empty where it fits, or where a bar cannot be lifted. ``score`` from 0 to 1 is
    the weighted mean of ``parts``. ``capacity_confidence`` is None where no capacity was ever posted.
    """

    service_id: str
    fits: bool
    is_certain: bool
    score: float
    parts: Mapping[str, float]
    reasons: tuple[Note, ...]
    misfits: tuple[Note, ...]
    to_ask: tuple[Note, ...]
    would_fit_if: tuple[Text, ...]
    capacity_confidence: float | None

    def explained(self, language: str) -> str:
        """The explanation in ``en`` or ``es``, as sentences."""
        notes = [*self.reasons, *self.misfits, *self.to_ask]
        sentences = [note.text.said_in(language) + "." for note in notes]
        if self.would_fit_if:
            opening = Text("It would fit if", "Serviría si").said_in(language)
            wishes = Text("; and ", "; y ").said_in(language)
            sentences.append(
                f"{opening} {wishes.join(text.said_in(language) for text in self.would_fit_if)}."
            )
        return " ".join(sentences)


def match(
    person_facts: Mapping[str, object] | Person,
    services: Sequence[Service],
    settings: Settings | None = None,
) -> tuple[Fit, ...]:
    """Rank services for a person: those that fit first, then by score, then by id. None is left out.

    ``person_facts`` are plain values as ``Person.read`` takes them. Raises MatchingError for a fact that is
    excluded (race, arrests, ...), not known to matching or of a wrong kind.
    """
    person = person_facts if isinstance(person_facts, Person) else Person.read(person_facts)
    chosen = settings or Settings()
    fits = [fit(person, service, chosen) for service in services]
    return tuple(sorted(fits, key=lambda item: (not item.fits, -item.score, item.service_id)))


def fit(person: Person, service: Service, settings: Settings) -> Fit:
    """Examine one service."""
    found = examine(person, service)
    misfits = (*found.bars, *_full(service, settings))
    remedies = [note.remedy for note in misfits if note.remedy is not None]
    values = parts(person, service, settings)
    return Fit(
        service_id=service.id,
        fits=not misfits,
        is_certain=not misfits and not found.questions,
        score=round(total(values, settings), 6),
        parts={name: round(value, 6) for name, value in values.items()},
        reasons=(*found.reasons, *_circumstances(person, service, settings)),
        misfits=misfits,
        to_ask=found.questions,
        would_fit_if=tuple(remedies) if len(remedies) == len(misfits) else (),
        capacity_confidence=None if service.room is None else round(belief(service.room, settings), 4),
    )


def _full(service: Service, settings: Settings) -> Iterator[Note]:
    if is_believed_full(service, settings):
        remedy = Text("a place becomes free", "queda un lugar libre")
        yield Note("room", Text("Full, by a recent post", "Sin lugar, según un aviso reciente"), remedy)


def _circumstances(person: Person, service: Service, settings: Settings) -> Iterator[Note]:
    """What speaks for or about a service beside its rules: room, way, language, hours."""
    if service.room is not None and not is_believed_full(service, settings):
        yield _room_note(service, settings)
    if service.travel_minutes is not None:
        minutes = f"{service.travel_minutes:.0f}"
        yield Note("travel", Text(f"{minutes} minutes away", f"A {minutes} minutos"))
    if person.languages:
        yield _language_note(person, service)
    if service.is_open_now is not None:
        open_now, closed = Text("Open now", "Abierto ahora"), Text("Closed now", "Cerrado ahora")
        is_open = service.is_open_now
        yield Note("hours", open_now if is_open else closed, is_against=not is_open)


def _room_note(service: Service, settings: Settings) -> Note:
    assert service.room is not None
    percent = round(100 * belief(service.room, settings))
    hours = f"{service.room.hours_old:.0f}"
    free = "?" if service.room.available is None else str(service.room.available)
    return Note(
        "room",
        Text(
            f"{free} free, posted {hours} hours ago ({percent} % sure)",
            f"{free} libres, aviso de hace {hours} horas ({percent} % de certeza)",
        ),
    )


def _language_note(person: Person, service: Service) -> Note:
    shared = sorted(set(person.languages) & service.languages)
    if shared:
        listed = ", ".join(shared)
        return Note("language", Text(f"Speaks {listed}", f"Habla {listed}"))
    if service.interprets:
        return Note("language", Text("Has interpreters", "Tiene intérpretes"))
    words = Text("No language in common is known", "No consta un idioma en común")
    return Note("language", words, is_against=True)
