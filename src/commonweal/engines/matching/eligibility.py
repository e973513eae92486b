"""May this person use this service? One short check a rule, all with the same signature.

A check answers with what speaks for the service, what bars it, or what must be asked; or with nothing where
the service sets no such rule. A bar that could be lifted says how (``remedy``); age and sex have none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from commonweal.engines.matching.values import Person, Service, Text


@dataclass(frozen=True, slots=True)
class Note:
    """One reason, bar or question, by rule and in words. ``remedy`` says what would lift a bar.

    ``is_against``: a circumstance to weigh, no bar: closed at this hour, no language in common.
    """

    rule: str
    text: Text
    remedy: Text | None = None
    is_against: bool = False


@dataclass(frozen=True, slots=True)
class Findings:
    """All that the checks found."""

    reasons: tuple[Note, ...]
    bars: tuple[Note, ...]
    questions: tuple[Note, ...]


Found = tuple[str, Note]
Check = Callable[[Person, Service], Iterator[Found]]

FOR, AGAINST, ASK = "for", "against", "ask"


def examine(person: Person, service: Service) -> Findings:
    """Run every check; the order of the checks is the order of the notes."""
    found = [item for check in CHECKS for item in check(person, service)]

    def only(kind: str) -> tuple[Note, ...]:
        return tuple(note for other, note in found if other == kind)

    return Findings(only(FOR), only(AGAINST), only(ASK))


def _note(rule: str, en: str, es: str, remedy: tuple[str, str] | None = None) -> Note:
    return Note(rule, Text(en, es), None if remedy is None else Text(*remedy))


def _among(held: str | None, served: frozenset[str]) -> str:
    """What a fact says where only some are served: unknown is asked, never held against anybody."""
    return ASK if held is None else FOR if held in served else AGAINST


def active(person: Person, service: Service) -> Iterator[Found]:
    """The service is running."""
    if not service.is_active:
        yield AGAINST, _note("active", "It is not running at present", "No funciona por ahora")


def needs(person: Person, service: Service) -> Iterator[Found]:
    """It serves at least one of the needs."""
    met = [need for need in person.needs if need in service.needs]
    if met:
        listed = ", ".join(met)
        yield FOR, _note("needs", f"Helps with {listed}", f"Ayuda con {listed}")
    elif person.needs:
        yield AGAINST, _note("needs", "Helps with none of these needs", "No ayuda con estas necesidades")


def age(person: Person, service: Service) -> Iterator[Found]:
    """The person's age lies within its limits."""
    low, high = service.min_age, service.max_age
    if low is None and high is None:
        return
    en, es = _span(low, high)
    if person.age is None:
        yield (
            ASK,
            _note("age", f"Serves people {en}: ask the age", f"Atiende a personas {es}: pregunte la edad"),
        )
    elif (low is not None and person.age < low) or (high is not None and person.age > high):
        yield AGAINST, _note("age", f"Serves people {en}", f"Atiende a personas {es}")
    else:
        yield FOR, _note("age", f"Serves people {en}", f"Atiende a personas {es}")


def _span(low: int | None, high: int | None) -> tuple[str, str]:
    if low is None:
        return f"up to {high}", f"de hasta {high} años"
    if high is None:
        return f"from {low} on", f"de {low} años en adelante"
    return f"from {low} to {high}", f"de {low} a {high} años"


def sex(person: Person, service: Service) -> Iterator[Found]:
    """It serves people of this sex."""
    if not service.sexes:
        return
    listed = ", ".join(sorted(service.sexes))
    note = _note("sex", f"Serves {listed} only", f"Atiende solo a: {listed}")
    yield _among(person.sex, service.sexes), note


def area(person: Person, service: Service) -> Iterator[Found]:
    """The person lives or stays in its area."""
    if not service.areas:
        return
    listed = ", ".join(sorted(service.areas))
    remedy = (f"the person stays in {listed}", f"la persona está en {listed}")
    note = _note("area", f"Serves {listed}", f"Atiende en {listed}", remedy)
    yield _among(person.area, service.areas), note


def insurance(person: Person, service: Service) -> Iterator[Found]:
    """It takes the person's insurance."""
    if not service.insurances:
        return
    listed = ", ".join(sorted(service.insurances))
    remedy = (f"the person is covered by one of {listed}", f"la persona tiene cobertura de {listed}")
    note = _note("insurance", f"Takes {listed}", f"Acepta {listed}", remedy)
    yield _among(person.insurance, service.insurances), note


def pets(person: Person, service: Service) -> Iterator[Found]:
    """Pets may come along, where the person has any."""
    if not person.has_pets:
        return
    if service.allows_pets is None:
        yield ASK, _note("pets", "Ask whether pets may come", "Pregunte si se admiten mascotas")
    elif service.allows_pets:
        yield FOR, _note("pets", "Pets may come", "Se admiten mascotas")
    else:
        remedy = ("the pets can stay elsewhere", "las mascotas pueden quedarse en otro lugar")
        yield AGAINST, _note("pets", "Takes no pets", "No admite mascotas", remedy)


def drop_off(person: Person, service: Service) -> Iterator[Found]:
    """It takes people whom police bring."""
    if not person.comes_with_police:
        return
    if service.accepts_police_drop_off:
        yield FOR, _note("drop_off", "Takes people whom police bring", "Recibe a quien trae la policía")
    else:
        remedy = (
            "somebody other than police brings the person",
            "lleva a la persona alguien que no sea policía",
        )
        en, es = "Takes nobody whom police bring", "No recibe a quien trae la policía"
        yield AGAINST, _note("drop_off", en, es, remedy)


def involuntary(person: Person, service: Service) -> Iterator[Found]:
    """It takes people on a hold."""
    if not person.is_involuntary:
        return
    if service.accepts_involuntary:
        yield FOR, _note("involuntary", "Takes people on a hold", "Recibe a personas retenidas")
    else:
        remedy = ("the person comes of their own will", "la persona acude por su voluntad")
        en, es = "Takes only those who come of their own will", "Solo recibe a quien acude por su voluntad"
        yield AGAINST, _note("involuntary", en, es, remedy)


def requirements(person: Person, service: Service) -> Iterator[Found]:
    """Every fact that it requires holds."""
    for code in sorted(service.requirements):
        words = code.replace("_", " ")
        remedy = (f"this holds: {words}", f"se cumple: {words}")
        note = _note(f"requires:{code}", f"Requires: {words}", f"Exige: {words}", remedy)
        holds = person.facts.get(code)
        yield (ASK if holds is None else FOR if holds else AGAINST), note


def exclusions(person: Person, service: Service) -> Iterator[Found]:
    """No fact that it excludes holds."""
    for code in sorted(service.exclusions):
        words = code.replace("_", " ")
        remedy = (f"this no longer holds: {words}", f"deja de cumplirse: {words}")
        note = _note(f"excludes:{code}", f"Excludes: {words}", f"Excluye: {words}", remedy)
        holds = person.facts.get(code)
        if holds is None:
            yield ASK, note
        elif holds:
            yield AGAINST, note


CHECKS: tuple[Check, ...] = (
    *(active, needs, age, sex, area, insurance, pets, drop_off, involuntary),
    *(requirements, exclusions),
)
