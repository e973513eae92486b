"""Care pathways: what must be done, by whom and by when, once a finding sets one off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from commonweal.engines.needs.instrument import NeedsError, Words
from commonweal.engines.needs.matrix import Assessment
from commonweal.engines.needs.scoring import Score
from commonweal.engines.numerics.node import Node


@dataclass(frozen=True, slots=True)
class Step:
    """One step: due so many minutes after the pathway began, by a role, once the steps before it are done."""

    id: str
    text: Words
    within_minutes: int
    role: str
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pathway:
    """One version of a pathway; build it with ``Pathway.read``. ``alerts`` of a screener and ``needs``
    (a domain of the matrix at or below a level) set it off."""

    id: str
    version: str
    title: Words
    alerts: frozenset[str]
    needs: Mapping[str, int]
    steps: tuple[Step, ...]

    @staticmethod
    def read(mapping: Mapping[str, object]) -> Pathway:
        """Build from a parsed file; raises NeedsError naming place, value and remedy."""
        return _read(Node(mapping, "pathway", NeedsError))


@dataclass(frozen=True, slots=True)
class Task:
    """A step that is not yet done: minutes left (negative when overdue), and whether it can begin."""

    step: Step
    minutes_left: int
    is_ready: bool

    @property
    def is_overdue(self) -> bool:
        """Whether its time has passed."""
        return self.minutes_left < 0


def begun(
    pathways: Sequence[Pathway], scores: Iterable[Score] = (), assessment: Assessment | None = None
) -> tuple[str, ...]:
    """The ids of the pathways that findings set off, in the order given."""
    alerts = {alert for score in scores for alert in score.alerts}
    levels = assessment.levels if assessment is not None else {}
    return tuple(
        pathway.id
        for pathway in pathways
        if pathway.alerts & alerts
        or any(levels[domain] <= most for domain, most in pathway.needs.items() if domain in levels)
    )


def agenda(pathway: Pathway, minutes_since: int, done: Iterable[str] = ()) -> tuple[Task, ...]:
    """The steps still to do: those that can begin first, then by the time left.

    ``done`` holds ids of finished steps. Raises NeedsError for a step that does not exist.
    """
    finished = set(done)
    known = {step.id for step in pathway.steps}
    if finished - known:
        raise NeedsError(
            f"done: {sorted(finished - known)[0]!r} is no step of {pathway.id}; it has {sorted(known)}"
        )
    tasks = [
        Task(step, step.within_minutes - minutes_since, finished.issuperset(step.after))
        for step in pathway.steps
        if step.id not in finished
    ]
    return tuple(sorted(tasks, key=lambda task: (not task.is_ready, task.minutes_left)))


def _read(top: Node) -> Pathway:
    top.only(["pathway", "version", "title", "source", "begins_on", "steps"])
    begins = top.get("begins_on")
    begins.only(["alerts", "needs"])
    alerts = frozenset(node.text() for node in begins.get("alerts").list())
    needs = {key: _whole(node) for key, node in begins.get("needs").items()}
    if not alerts and not needs:
        begins.refuse("names nothing; write the alerts or needs that set it off")
    steps: list[Step] = []
    for node in top.get("steps").list():
        steps.append(_step(node, [step.id for step in steps]))
    if not steps:
        top.get("steps").refuse("are missing; write at least one")
    title = top.get("title")
    words = Words(title.get("en").text(), title.get("es").text())
    return Pathway(top.get("pathway").text(), top.get("version").text(), words, alerts, needs, tuple(steps))


def _whole(node: Node) -> int:
    value = node.number()
    if value != int(value) or value < 0:
        node.refuse(f"{value!r} is not a whole number from 0 on; write one")
    return int(value)


def _step(node: Node, earlier: list[str]) -> Step:
    """A step may wait only for steps above it, so no two can wait for each other."""
    node.only(["id", "text", "within_minutes", "role", "after"])
    if node.get("id").text() in earlier:
        node.get("id").refuse("stands twice; give each step its own")
    return Step(
        id=node.get("id").text(),
        text=Words(node.get("text").get("en").text(), node.get("text").get("es").text()),
        within_minutes=_whole(node.get("within_minutes")),
        role=node.get("role").text(),
        after=tuple(part.one_of(earlier) for part in node.get("after").list()),
    )
