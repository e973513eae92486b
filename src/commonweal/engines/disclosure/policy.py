"""A policy: packs compiled once, then asked about as often as needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from commonweal.engines.disclosure.compiling import compile_packs
from commonweal.engines.disclosure.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Policy:
    """Compiled policy packs. Immutable; share one between threads."""

    book: Rulebook

    @classmethod
    def compile(cls, packs: Sequence[object], on: date | None = None) -> Policy:
        """Return the policy of exactly one base pack and any national and state packs laid over it.

        Packs are the plain values of their files. ``on`` leaves out packs and rules not in force on that
        day; without it those are left out that have an end. A national pack's rules hold within its
        jurisdiction; a state or site pack may only narrow: no grant, no term, list, basis or
        jurisdiction of another pack changes by it. Raises PolicyError, naming rule, word and remedy, on
        anything misspelt, not known, or wider than its kind of pack may be.
        """
        return cls(compile_packs(packs, on))

    @property
    def version(self) -> str:
        """The packs' names and versions with a digest of their content: the same text, the same answers."""
        return self.book.version

    @property
    def categories(self) -> dict[str, frozenset[str]]:
        """Every category with its fields, those kept separate included."""
        return dict(self.book.vocabulary.categories)

    @property
    def asks(self) -> frozenset[tuple[str, str]]:
        """Each role with a purpose that it has, perhaps under a condition."""
        return frozenset(self.book.roles)

    @property
    def majority(self) -> int:
        """The age in years from which nobody is a minor here."""
        return self.book.minors.majority

    @property
    def minors_rule(self) -> str:
        """The id of the rule that says who signs a minor's Part 2 consent."""
        return self.book.minors.rule.id

    def must_sign(self, age: int | None) -> frozenset[str]:
        """Who gives a Part 2 consent for a person of this age: "person", and "guardian" beside a minor."""
        return self.book.minors.must_sign(age)

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of all rules, in the order in which they were read."""
        return tuple(self.book.rules)

    def sentence(self, rule: str) -> str:
        """Return the plain sentence of a rule. Raises KeyError on an id that this policy does not have."""
        return self.book.rules[rule].says

    def citation(self, rule: str) -> str:
        """Return the legal bases of a rule in words. Raises KeyError on an id this policy does not have."""
        return self.book.rules[rule].citation

    def citations(self, rule: str) -> tuple[str, ...]:
        """Return the same in its parts, one a legal basis. Raises KeyError as ``citation`` does."""
        return self.book.rules[rule].cites

    def law(self, code: str) -> str:
        """Return a legal basis in words; the code as it is where this policy has no such basis."""
        return self.book.bases.get(code, code)

    def opens(self, rule: str) -> bool:
        """Return whether a rule is a grant: what a disclosure rests on, not what took a part of it away."""
        found = self.book.rules.get(rule)
        return found is not None and found.opens
