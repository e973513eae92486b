"""What differs between two versions of a protocol, part by part, in the order of the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol as Shape
from typing import TypeVar

from commonweal.engines.triage.parts import Text
from commonweal.engines.triage.protocol import Protocol

Part = TypeVar("Part")


class Named(Shape):
    """What parts of every kind share: a name that stays the same from version to version."""

    @property
    def id(self) -> str:
        """The name."""


Known = TypeVar("Known", bound=Named)


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that was added, removed or changed: its kind, its words in either version (None: absent)."""

    part: str
    id: str
    how: str
    old: Text | None
    new: Text | None
    old_tier: str = ""
    new_tier: str = ""


def differences(old: Protocol, new: Protocol) -> tuple[Difference, ...]:
    """Every question, answer, rule, band, modifier and level that is not the same in both; none is equal."""
    return (
        *_parts("level", old.levels, new.levels, lambda one: one.label),
        *_parts("question", _by_id(old.questions), _by_id(new.questions), lambda one: one.text),
        *_parts("rule", _by_id(old.raises), _by_id(new.raises), lambda r: r.sentence, lambda r: r.tier),
        *_parts("band", _by_id(old.bands), _by_id(new.bands), lambda b: b.sentence, lambda b: b.tier),
        *_parts("modifier", _by_id(old.modifiers), _by_id(new.modifiers), lambda one: one.sentence),
    )


def _by_id(parts: Sequence[Known]) -> dict[str, Known]:
    return {one.id: one for one in parts}


def _none(_part: object) -> str:
    return ""


def _parts(
    part: str,
    old: Mapping[str, Part],
    new: Mapping[str, Part],
    words: Callable[[Part], Text],
    tier: Callable[[Part], str] = _none,
) -> Iterator[Difference]:
    for name in dict.fromkeys([*old, *new]):
        was, now = old.get(name), new.get(name)
        if was == now:
            continue
        how = "added" if was is None else "removed" if now is None else "changed"
        yield Difference(
            part,
            name,
            how,
            None if was is None else words(was),
            None if now is None else words(now),
            "" if was is None else tier(was),
            "" if now is None else tier(now),
        )
