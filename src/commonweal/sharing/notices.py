"""The notice that travels with what a consent opened of substance use treatment (42 CFR 2.32).

Whatever leaves because of one request leaves with the notices that its permits owe: the gate notes them here,
and whoever sends (a page, the API, a file) reads them off. Nothing is sent that the gate did not open, so no
way out can forget one by not knowing which record it shows.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar, cast
from uuid import UUID

from django.utils import translation
from django.utils.translation import get_language

from commonweal import packs
from commonweal.engines.disclosure import Permit, Refusal
from commonweal.kernel import codes, days
from commonweal.sharing.models import Consent

OBLIGATION = "p2_notice"
T = TypeVar("T")


@dataclass(slots=True)
class Notices:
    """What the permits of one request owe: the consents on which they rest; none where none is owed."""

    relied_on: set[str] = field(default_factory=set)
    is_owed: bool = False

    def note(self, answers: Iterable[Permit | Refusal]) -> None:
        """Add what these answers owe."""
        for answer in answers:
            if OBLIGATION in answer.obligations and isinstance(answer, Permit):
                self.is_owed = True
                self.relied_on |= set(answer.relied_on)

    @property
    def says(self) -> str:
        """The statement in the reader's language; empty where none is owed."""
        return statement((get_language() or "en")[:2]) if self.is_owed else ""

    def consents(self) -> list[Consent]:
        """The consents, for the explanation of their scope that 42 CFR 2.32(b) asks for."""
        ids = [one for text in self.relied_on if (one := _id(text))]
        return list(Consent.objects.filter(id__in=ids).order_by("id")) if ids else []

    def in_a_line(self) -> str:
        """The English statement and the scope of each consent in English words: for a header or a file."""
        if not self.is_owed:
            return ""
        with translation.override("en"):
            return " ".join([statement("en"), *(_scope(one) for one in self.consents())])

    def in_full(self) -> str:
        """The statement in the reader's language, then the English line; empty where none is owed."""
        line = self.in_a_line()
        return line if self.says in line else f"{self.says} {line}"


_here: ContextVar[Notices | None] = ContextVar("notices", default=None)


@contextmanager
def accompanied(notices: Notices | None = None) -> Iterator[Notices]:
    """Within, what the gate opens notes its notices here, and only here: it goes to whoever is sent this."""
    found = notices or Notices()
    token = _here.set(found)
    try:
        yield found
    finally:
        _here.reset(token)


def carried(items: Iterable[T], notices: Notices) -> Iterator[T]:
    """The items, made one by one; what the gate opens for one is noted, also after the request has ended."""
    waiting = iter(items)
    while True:
        with accompanied(notices):
            try:
                item = next(waiting)
            except StopIteration:
                return
        yield item


def here() -> Notices:
    """What is owed so far; empty outside a request."""
    return _here.get() or Notices()


def owe(answers: Iterable[Permit | Refusal]) -> None:
    """The gate opened these."""
    found = _here.get()
    if found is not None:
        found.note(answers)


def statement(language: str) -> str:
    """The statement of 42 CFR 2.32(a)(2), word for word in English."""
    return _pack()["es" if language == "es" else "en"]


@cache
def _pack() -> dict[str, str]:
    found = cast("dict[str, dict[str, dict[str, str]]]", packs.read("notices.yaml"))
    return found[OBLIGATION]["says"]


def _scope(consent: Consent) -> str:
    until = f", until {days.said(consent.expires_at)}" if consent.expires_at else ""
    what, why = codes.several(consent.categories), codes.several(consent.purposes)
    return f"Opened by a consent to {what}, for {why}{until}."


def _id(text: str) -> UUID | None:
    try:
        return UUID(text.rpartition(":")[2])
    except ValueError:
        return None
