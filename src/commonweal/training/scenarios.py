"""Scenarios as they ship: a caller's story and, as truth, the protocol's own answers to its questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from commonweal import packs
from commonweal.engines.triage import Protocol, triage
from commonweal.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Scenario:
    """One story in both languages; `truth` holds question id to answer id of protocol `protocol`."""

    code: str
    protocol: str
    title: Mapping[str, str]
    story: Mapping[str, str]
    truth: Mapping[str, str]

    def fits(self, protocol: Protocol) -> bool:
        """Whether every question and answer of the truth exists in the protocol."""
        known = {q.id: {a.id for a in q.answers} for q in protocol.questions}
        return all(answer in known.get(question, ()) for question, answer in self.truth.items())


@lru_cache(maxsize=1)
def scenarios() -> tuple[Scenario, ...]:
    """Every scenario that ships, by code."""
    return tuple(_read(name) for name in sorted(packs.names("scenarios")) if name.endswith(".yaml"))


def _read(name: str) -> Scenario:
    body = cast("dict[str, object]", packs.read(name))
    pair = {key: cast("dict[str, str]", body[key]) for key in ("title", "story", "truth")}
    return Scenario(str(body["scenario"]), str(body["protocol"]), pair["title"], pair["story"], pair["truth"])


def scenario(code: str) -> Scenario:
    """One scenario; NotFound otherwise."""
    found = next((s for s in scenarios() if s.code == code), None)
    if found is None:
        raise NotFound("scenario")
    return found


def verdict(protocol: Protocol, truth: Mapping[str, str], language: str) -> str:
    """Why the protocol says what it says on the truth, in words of a language ("en" or "es")."""
    return triage(protocol, truth).explained(language)
