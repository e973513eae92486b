"""Trials: the tests that lie beside a policy pack, in data, so that counsel can read and add to them.

A trial puts one question in the published form and says what must come of it. They ship with the packs and
are run before a change of a site's policy may be approved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from commonweal.engines.disclosure.decision import decide
from commonweal.engines.disclosure.facts import Facts
from commonweal.engines.disclosure.language import PolicyError
from commonweal.engines.disclosure.policy import Policy
from commonweal.engines.disclosure.question import Question
from commonweal.engines.disclosure.shapes import only, rows, table, text, words

KEYS = frozenset(
    {"id", "rule", "en", "es", "actor", "category", "purpose", "facts"}
    | {"decision", "shows", "hides", "owes"}
)
DECISIONS = ("allow", "redact", "deny")


@dataclass(frozen=True, slots=True)
class Trial:
    """One question with what must come of it.

    ``rule`` is the rule under test, which must be in force; ``shows`` must all be among the fields,
    ``hides`` none of them; ``owes`` must all be among the obligations.
    """

    id: str
    rule: str
    en: str
    es: str
    question: Question
    facts: Facts
    decision: str
    shows: frozenset[str]
    hides: frozenset[str]
    owes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Failure:
    """A trial that came out otherwise; ``found`` says how, for the person who wrote the policy."""

    trial: Trial
    found: str


def read_trials(value: object, where: str = "trials") -> tuple[Trial, ...]:
    """Return the trials in a file's value. Raises PolicyError, naming the trial, on anything misspelt."""
    part = table(value, where)
    only(part, frozenset({"pack", "trials"}), where)
    found = tuple(_trial(row, where) for row in rows(part.get("trials"), where))
    names = [trial.id for trial in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise PolicyError(f"{where}: two trials are called {', '.join(sorted(twice))}; rename one")
    return found


def failures(policy: Policy, trials: Iterable[Trial]) -> tuple[Failure, ...]:
    """Return the trials that this policy does not pass, in order; none where all pass."""
    tried = ((trial, _fault(policy, trial)) for trial in trials)
    return tuple(Failure(trial, fault) for trial, fault in tried if fault)


def _trial(row: object, where: str) -> Trial:
    part = table(row, where)
    here = f"{where}.{part.get('id')}"
    only(part, KEYS, here)
    decision = text(part, "decision", here)
    if decision not in DECISIONS:
        raise PolicyError(f"{here}: decision {decision!r} is unknown; use {', '.join(DECISIONS)}")
    facts = Facts.read(table(part.get("facts", {}), here))
    if facts.unknown_value:
        raise PolicyError(f"{here}: names a fact or a value that is not in the vocabulary; correct it")
    actor, category, purpose = (text(part, name, here) for name in ("actor", "category", "purpose"))
    return Trial(
        id=text(part, "id", here),
        rule=text(part, "rule", here),
        en=text(part, "en", here),
        es=text(part, "es", here),
        question=Question(actor, category, purpose),
        facts=facts,
        decision=decision,
        shows=frozenset(words(part.get("shows"), here)),
        hides=frozenset(words(part.get("hides"), here)),
        owes=frozenset(words(part.get("owes"), here)),
    )


def _fault(policy: Policy, trial: Trial) -> str:
    """What is otherwise than the trial says; empty where nothing is."""
    if trial.rule not in policy.rules:
        return f"rule {trial.rule} is not in force"
    answer = decide(trial.question, trial.facts, policy)
    if answer.decision != trial.decision:
        return f"{answer.decision} instead of {trial.decision} ({', '.join(answer.rules)})"
    if lacking := trial.shows - answer.fields:
        return f"does not show {', '.join(sorted(lacking))}"
    if shown := trial.hides & answer.fields:
        return f"shows {', '.join(sorted(shown))}"
    if owed := trial.owes - answer.obligations:
        return f"does not owe {', '.join(sorted(owed))}"
    return ""
