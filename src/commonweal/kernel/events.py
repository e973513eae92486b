"""Events: what rooms announce. An event is a journal line; `flow.py` reads it back and acts."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self, get_type_hints
from uuid import UUID

REGISTRY: dict[str, type["Event"]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Ids and field names only, never a person's values.

    A subclass sets `kind` ("calls.received") and `about` (the name of its field that holds the
    subject's id, which is also the subject's kind: "call").
    """

    kind: ClassVar[str] = ""
    about: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        if cls.kind:
            REGISTRY[cls.kind] = cls

    @property
    def subject(self) -> str:
        """The id of what happened to something, as text; empty where the event is about no one thing."""
        return str(getattr(self, self.about)) if self.about else ""

    @property
    def subject_kind(self) -> str:
        """What kind of thing `subject` is."""
        return self.about

    def payload(self) -> dict[str, Any]:
        """JSON-ready fields."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def read(cls, payload: dict[str, Any]) -> Self:
        """The event that `payload` came from; unknown keys of older versions are dropped."""
        hints = get_type_hints(cls)
        known = {f.name for f in fields(cls)}
        return cls(**{k: _typed(hints[k], v) for k, v in payload.items() if k in known})


def load(kind: str, payload: dict[str, Any]) -> Event | None:
    """The event of a journal line, or None where this version no longer knows the kind."""
    cls = REGISTRY.get(kind)
    return cls.read(payload) if cls else None


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, frozenset | tuple | list):
        return [_plain(v) for v in (sorted(value) if isinstance(value, frozenset) else value)]
    return value


def _typed(hint: object, value: Any) -> object:
    text = str(hint)
    if value is None:
        return None
    if isinstance(value, list):
        items = [_typed(UUID if "UUID" in text else str, v) for v in value]
        return frozenset(items) if "frozenset" in text else tuple(items)
    return UUID(value) if "UUID" in text and isinstance(value, str) else value
