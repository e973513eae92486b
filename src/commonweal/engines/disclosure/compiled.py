"""Turn single rows of a pack into rules, grants, limits and remedies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from typing import NamedTuple

from commonweal.engines.disclosure.case import Case, Judge
from commonweal.engines.disclosure.facts import Facts
from commonweal.engines.disclosure.language import PolicyError, Words, condition
from commonweal.engines.disclosure.question import Consent
from commonweal.engines.disclosure.reading import CONSENT_FLAGS
from commonweal.engines.disclosure.rules import Grant, Limit, Remedy, Rule, Spare
from commonweal.engines.disclosure.shapes import known, only, rows, table, text, words
from commonweal.engines.disclosure.vocabulary import Vocabulary

GROUNDS = frozenset({
    "role", "premises", "consent", "agreement", "process", "locate", "threat", "custody", "medical",
    "break_glass", "totals", "research",
})  # fmt: skip
GRANT_KEYS = frozenset({
    "id", "ground", "who", "purposes", "regimes", "when", "form", "consent", "opens", "says", "basis",
    "citation", "effective",
})  # fmt: skip
LIMIT_KEYS = frozenset(
    {"id", "when", "removes", "spares", "explains", "says", "basis", "citation", "effective"}
)
SPARE_KEYS = frozenset({"grounds", "forms", "when"})
NAMED_ONLY = frozenset({"enforcement", "evaluation"})
"""Purposes that a grant serves only where it names them."""

CONSENT_WORDS: Words[Consent] = Words({name: attrgetter(name) for name in CONSENT_FLAGS}, {}, {}, frozenset())
"""What a condition on a consent may speak of: its elements."""


class Maker:
    """Makes rules and conditions, and remembers every rule by its id."""

    def __init__(self, case_words: Words[Case], bases: Mapping[str, str]) -> None:
        self.words, self.bases = case_words, bases
        self.rules: dict[str, Rule] = {}

    def rule(self, row: Mapping[str, object]) -> Rule:
        """Return the rule in a row. Raises PolicyError on a second rule of the same id or a strange basis."""
        name = text(row, "id", "rule")
        if name in self.rules:
            raise PolicyError(f"{name}: two rules have this id; rename one")
        codes = words(row.get("basis"), name)
        known(codes, self.bases, f"{name}.basis")
        own = row.get("citation")
        cites = (str(own),) if own else tuple(self.bases[code] for code in codes)
        self.rules[name] = Rule(name, text(row, "says", name), codes, cites, "opens" in row)
        return self.rules[name]

    def judge(self, row: Mapping[str, object], key: str) -> Judge:
        """Return the condition under a key of a row; what is not said always holds."""
        return condition(row.get(key, True), self.words, f"{row.get('id')}.{key}")

    def scoped(
        self, pack: Mapping[str, object], row: Mapping[str, object], base: Mapping[str, object]
    ) -> Judge:
        """Return a row's condition, within the jurisdiction of the pack unless that is the base."""
        when = self.judge(row, "when")
        if pack is base:
            return when
        here = condition(f"jurisdiction == {pack['jurisdiction']}", self.words, str(pack["pack"]))
        return lambda case: here(case) and when(case)


class _Said(NamedTuple):
    """What a grant's row says once, for every category that it opens."""

    rule: Rule
    ground: str
    regimes: frozenset[str] | None
    when: Judge
    form: str | None
    consent: Callable[[Consent], bool]


class GrantReader:
    """Reads grants: who, for what, and which fields of which categories."""

    def __init__(
        self, maker: Maker, vocabulary: Vocabulary, sets: Mapping[str, object], regimes: frozenset[str]
    ) -> None:
        self.maker, self.vocabulary, self.regimes = maker, vocabulary, regimes
        self.sets = {name: words(members, f"sets.{name}") for name, members in sets.items()}

    def grants(self, row: Mapping[str, object], when: Judge) -> Iterator[tuple[tuple[str, str, str], Grant]]:
        """Yield each grant of a row with its place in the index: actor, category, purpose."""
        only(row, GRANT_KEYS, f"grants.{row.get('id')}")
        said = self._said(row, when)
        actors = self._actors(row, f"{said.rule.id}.who")
        purposes = self._purposes(row, said.rule.id)
        for category, opens in self._opens(row, said.rule.id).items():
            grant = self._grant(said, category, opens)
            if grant is not None:
                yield from (((actor, category, purpose), grant) for actor in actors for purpose in purposes)

    def _said(self, row: Mapping[str, object], when: Judge) -> _Said:
        rule = self.maker.rule(row)
        ground = text(row, "ground", rule.id)
        known([ground], GROUNDS, f"{rule.id}.ground")
        regimes = known(words(row.get("regimes"), rule.id), self.regimes, f"{rule.id}.regimes") or None
        if regimes is None and ground != "role":
            raise PolicyError(
                f"{rule.id}: only role grants may leave regimes to the matrix; name its regimes"
            )
        form = text(row, "form", rule.id) if ground == "consent" else None
        if form is not None:
            known([form], self.vocabulary.forms, f"{rule.id}.form")
        consent = condition(row.get("consent", True), CONSENT_WORDS, f"{rule.id}.consent")
        return _Said(rule, ground, regimes, when, form, consent)

    def _actors(self, row: Mapping[str, object], where: str) -> frozenset[str]:
        who, lists = words(row.get("who"), where), self.maker.words.lists
        names = frozenset().union(*(lists.get(name, frozenset({name})) for name in who))
        return known(names, self.vocabulary.actors, where)

    def _purposes(self, row: Mapping[str, object], where: str) -> frozenset[str]:
        named = words(row.get("purposes"), f"{where}.purposes")
        return known(named, self.vocabulary.purposes, where) or self.vocabulary.purposes - NAMED_ONLY

    def _opens(self, row: Mapping[str, object], where: str) -> dict[str, object]:
        """What a row opens by category; "*" stands for every category that it does not name."""
        opens = dict(table(row.get("opens"), f"{where}.opens"))
        rest = opens.pop("*", None)
        known(opens, self.vocabulary.categories, f"{where}.opens")
        return opens if rest is None else {name: rest for name in self.vocabulary.categories} | opens

    def _grant(self, said: _Said, category: str, opens: object) -> Grant | None:
        source = str(opens) if opens in ("matrix", "clause") else "fields"
        fields = self._fields(said.rule.id, category, opens) if source == "fields" else frozenset()
        if source == "fields" and not fields:
            return None
        return Grant(said.rule, said.ground, said.regimes, said.when, fields, source, said.form, said.consent)

    def _fields(self, where: str, category: str, opens: object) -> frozenset[str]:
        if isinstance(opens, str):
            opens = [opens]
        chosen: set[str] = set()
        for name in words(opens, f"{where}.opens.{category}"):
            chosen |= self.vocabulary.whole(category) if name == "all" else set(self.sets.get(name, (name,)))
        fields = known(chosen, self.vocabulary.categories[category], f"{where}.opens.{category}")
        if closed := fields & self.vocabulary.never:
            raise PolicyError(
                f"{where}: {', '.join(sorted(closed))} may not be opened by any rule; remove it"
            )
        return fields


def compile_limit(maker: Maker, row: Mapping[str, object], when: Judge, vocabulary: Vocabulary) -> Limit:
    """Return the limit in a row."""
    only(row, LIMIT_KEYS, f"limits.{row.get('id')}")
    rule = maker.rule(row)
    every = frozenset().union(*vocabulary.categories.values())
    removes = known(words(row.get("removes"), rule.id), every, f"{rule.id}.removes") or None
    spares = tuple(_spare(maker, spare, rule.id) for spare in rows(row.get("spares"), f"{rule.id}.spares"))
    return Limit(rule, when, removes, spares, row.get("explains") is True)


def _spare(maker: Maker, row: Mapping[str, object], where: str) -> Spare:
    only(row, SPARE_KEYS, f"{where}.spares")
    grounds = known(words(row.get("grounds"), where), GROUNDS, f"{where}.spares")
    forms = frozenset(words(row.get("forms"), where))
    return Spare(grounds, forms, condition(row.get("when", True), maker.words, f"{where}.spares"))


def compile_remedy(row: Mapping[str, object]) -> Remedy:
    """Return the remedy in a row. Raises PolicyError where it supposes facts that nobody knows."""
    only(row, frozenset({"says", "facts", "form", "clause", "also"}), "remedies")
    says = text(row, "says", "remedies")
    supposed = table(row.get("facts", {}), "remedies")
    facts = Facts.read(supposed)
    if facts.unknown_value:
        raise PolicyError(f"remedies: {says!r} supposes facts that are not in the vocabulary; correct them")
    form = row.get("form")
    changes = tuple((name, getattr(facts, name)) for name in supposed)
    return Remedy(
        says, changes, None if form is None else str(form), row.get("clause") is True, row.get("also") is True
    )
