"""What a permit lets through of one record: the only shape in which personal values leave a room."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from commonweal.engines.disclosure import Permit
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import CommonwealError

_watched: ContextVar[list[bool] | None] = ContextVar("watched", default=None)
Row = TypeVar("Row", bound=Model)


class PermitMismatch(CommonwealError):
    """A permit for one record or category was used on another: a fault of the programme, never of a user."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Values of one category of one record, already redacted; `withheld` names what was left out.

    Reads like a mapping, in templates too: `shown.name`, `shown["name"]`; a withheld field is None.
    """

    subject: Subject
    values: Mapping[str, object]
    withheld: frozenset[str] = frozenset()

    def __getitem__(self, field: str) -> object:
        if field in self.withheld:
            return None
        return self.values[field]

    def __contains__(self, field: object) -> bool:
        return field in self.values

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def get(self, field: str, otherwise: object = None) -> object:
        """The value, or `otherwise` where it is withheld or absent."""
        return self.values.get(field, otherwise)


def reveal(permit: Permit, *, category: str, subject: Subject, values: Mapping[str, object]) -> Shown:
    """Keep only what the permit names. Raises PermitMismatch for another category or subject."""
    question = permit.question
    if question.category != category or question.subject != str(subject.id):
        asked = f"{question.category} of {question.subject}"
        raise PermitMismatch(f"permit for {asked} used on {category} of {subject.id}")
    kept = {name: value for name, value in values.items() if name in permit.fields}
    if kept:
        note_reading()
    return Shown(subject, kept, frozenset(values) - frozenset(kept))


@contextmanager
def watched() -> Iterator[Callable[[], bool]]:
    """Within, it is noticed whether anything protected was read: what holds it is kept nowhere."""
    seen: list[bool] = []
    token = _watched.set(seen)
    try:
        yield lambda: bool(seen)
    finally:
        _watched.reset(token)


def note_reading() -> None:
    """Something protected was read, here or by a journalled reading of its own (a room's talk, feedback)."""
    seen = _watched.get()
    if seen is not None:
        seen.append(True)


def reveal_rows(
    permits: Mapping[Subject, Permit],
    *,
    category: str,
    rows: QuerySet[Row],
    values: Callable[[Row], Mapping[str, object]],
) -> list[Shown]:
    """`reveal` for a page of permits: their rows, each as `values` reads it, in the permits' order."""
    found = {row.pk: row for row in rows.filter(pk__in=[s.id for s in permits])}
    return [
        reveal(permit, category=category, subject=subject, values=values(found[subject.id]))
        for subject, permit in permits.items()
        if subject.id in found
    ]


def reveal_set(permit: Permit, *, category: str) -> frozenset[str]:
    """The fields of a de-identified set that a permit opens; PermitMismatch for another category."""
    question = permit.question
    if question.category != category or question.subject != str(UUID(int=0)):
        raise PermitMismatch(f"permit for {question.category} used on a set of {category}")
    return permit.fields
