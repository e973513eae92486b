"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commonweal.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanProposed(Event):
    """A move of a shift waits for approval."""

    kind: ClassVar[str] = "planning.proposed"
    about: ClassVar[str] = "plan"
    plan: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDecided(Event):
    """A plan was approved, rejected or withdrawn; approved ones have set shifts."""

    kind: ClassVar[str] = "planning.decided"
    about: ClassVar[str] = "plan"
    plan: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneySet(Event):
    """A funding source or a budget line was opened."""

    kind: ClassVar[str] = "planning.money_set"
    about: ClassVar[str] = "line"
    line: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioKept(Event):
    """A scenario was kept, shared, simulated or removed; no shift changes by it."""

    kind: ClassVar[str] = "planning.scenario"
    about: ClassVar[str] = "scenario"
    scenario: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantChanged(Event):
    """A grant was opened, moved on, or something that its funder asks for was added or settled."""

    kind: ClassVar[str] = "planning.grant"
    about: ClassVar[str] = "grant"
    grant: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered(Event):
    """A question of a funder's form was answered by hand."""

    kind: ClassVar[str] = "planning.question_answered"
    about: ClassVar[str] = "grant"
    grant: UUID
    item: UUID
    question: str
