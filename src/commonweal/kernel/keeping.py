"""Whatever deletes asks here first: a room that keeps holds says which records must stay."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from commonweal.kernel.errors import Conflict

HELD = "Nothing was deleted: a litigation hold keeps this record (%(names)s). Ask the privacy officer."


@dataclass(frozen=True, slots=True)
class Record:
    """A record about to go: the ids it stands under (person, call, case, itself) and its days."""

    ids: frozenset[UUID] = frozenset()
    first: date | None = None
    last: date | None = None


_guards: list[Callable[[Record], list[str]]] = []


Kin = Callable[[frozenset[UUID]], frozenset[UUID]]
_kin: list[Kin] = []


def related(kin: Kin) -> None:
    """Register what stands together: a function from ids of records to those that go or stay with them."""
    if kin not in _kin:
        _kin.append(kin)


def guard(names_of: Callable[[Record], list[str]]) -> None:
    """Register who knows of holds: a function from a record to the names of the holds upon it."""
    if names_of not in _guards:
        _guards.append(names_of)


def holds(record: Record) -> list[str]:
    """The names of the holds upon a record; empty where it may go."""
    near = frozenset().union(record.ids, *(kin(record.ids) for kin in _kin)) if record.ids else record.ids
    whole = replace(record, ids=near)
    return [name for names_of in _guards for name in names_of(whole)]


def may_go(record: Record) -> None:
    """Conflict, naming the holds, for a record that must stay."""
    if names := holds(record):
        raise Conflict(HELD, names=", ".join(names))
