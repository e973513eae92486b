"""Compile policy packs, once, into a rulebook. Every fault is found here, before the first question.

The steps must happen in order: pieces of all packs are gathered, then words, then terms (a national pack may
restate a term for its own jurisdiction), then rules, which may use any term.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from commonweal.engines.disclosure.case import Case, Judge, case_flags, case_values
from commonweal.engines.disclosure.compiled import (
    CONSENT_WORDS,
    GROUNDS,
    GrantReader,
    Maker,
    compile_limit,
    compile_remedy,
)
from commonweal.engines.disclosure.facts import Facts
from commonweal.engines.disclosure.language import PolicyError, Words, always, condition
from commonweal.engines.disclosure.minors import read_minors
from commonweal.engines.disclosure.question import Question
from commonweal.engines.disclosure.rulebook import Rulebook
from commonweal.engines.disclosure.rules import Bar, Duty, Grant, Limit, Regime
from commonweal.engines.disclosure.shapes import in_force, known, only, rows, table, text, words
from commonweal.engines.disclosure.vocabulary import read_vocabulary

Pack = Mapping[str, object]
KINDS = ("base", "national", "state", "site")
STAGES = ("gate", "gone", "conflict", "bulk", "counts", "purpose", "national", "state", "site")
ONLY_NARROWS = ("state", "site")
NARROW = frozenset(
    {"pack", "version", "kind", "jurisdiction", "title", "note", "effective", "bases", "lists", "minors"}
)
NARROWING = NARROW | {"terms", "bars", "limits", "duties"}
WIDENING = NARROWING | {"grants"}
WHOLE = WIDENING | {
    "vocabulary", "owners", "obligations", "sets", "consent_valid", "roles", "regimes", "remedies",
}  # fmt: skip
ALLOWED = {"base": WHOLE, "national": WIDENING, "state": NARROWING, "site": NARROWING}
BAR_KEYS = frozenset({"id", "stage", "when", "says", "basis", "citation", "unlock", "effective"})
DUTY_KEYS = frozenset(
    {"id", "owes", "upon", "when", "says", "basis", "citation", "grounds", "hours", "effective"}
)
REGIME_KEYS = frozenset({"id", "when", "matrix", "says", "basis", "citation"})


def compile_packs(packs: Sequence[object], on: date | None) -> Rulebook:
    """Return the rulebook of a base pack and those laid over it; see Policy.compile for the contract."""
    chosen = [_checked(pack) for pack in packs]
    chosen = [pack for pack in chosen if in_force(pack, on, str(pack["pack"]))]
    bases = [pack for pack in chosen if pack["kind"] == "base"]
    if len(bases) != 1:
        raise PolicyError(f"found {len(bases)} base packs in force; give exactly one, such as us_federal")
    ordered = sorted(chosen, key=lambda pack: KINDS.index(str(pack["kind"])))
    return _Compilation(bases[0], ordered, on).rulebook()


def _checked(pack: object) -> Pack:
    part = table(pack, "pack")
    name, kind = text(part, "pack", "pack"), text(part, "kind", "pack")
    if kind not in KINDS:
        raise PolicyError(f"{name}: kind {kind!r} is unknown; use {', '.join(KINDS)}")
    text(part, "jurisdiction", name)
    only(part, ALLOWED[kind], f"{name} ({kind} pack)")
    return part


class _Compilation:
    """The state of one compilation: the words gathered so far, and the maker of rules that knows them."""

    def __init__(self, base: Pack, packs: Sequence[Pack], on: date | None) -> None:
        self.base, self.packs, self.on = base, packs, on
        self.vocabulary = read_vocabulary(base, _places(packs))
        self.lists = self._lists()
        self.names = case_flags(self.vocabulary.forms)
        self.words: Words[Case] = Words(self.names, case_values(), self.lists, self.vocabulary.plain)
        self._terms()
        self.maker = Maker(self.words, self._texts())

    def rulebook(self) -> Rulebook:
        regimes = self._regimes()
        duties = list(self._duties())
        owed = frozenset(words(self.base.get("obligations"), "obligations"))
        known((duty.owes for _, duty in duties), owed, "duties")
        return Rulebook(
            vocabulary=self.vocabulary,
            roles=self._roles(),
            regimes=regimes,
            bars=self._bars(),
            grants=self._grants(frozenset(regime.rule.id for regime in regimes.values())),
            limits=tuple(self._limits()),
            granted=_by_ground([duty for upon, duty in duties if upon != "denial"]),
            denied=tuple(duty for upon, duty in duties if upon != "grant" and duty.grounds is None),
            remedies=tuple(compile_remedy(row) for row in rows(self.base.get("remedies"), "remedies")),
            consent_valid=condition(self.base.get("consent_valid"), CONSENT_WORDS, "consent_valid"),
            minors=read_minors(self.packs, self.maker.rule),
            names={name: judge for name, judge in self.names.items() if name not in self.narrowing},
            rules=self.maker.rules,
            bases=self.maker.bases,
            version=_version(self.packs),
        )

    def _texts(self) -> dict[str, str]:
        """The legal bases of all packs by code; no pack says another's basis anew."""
        texts: dict[str, str] = {}
        for pack in self.packs:
            for code, said in table(pack.get("bases", {}), "bases").items():
                if texts.setdefault(code, str(said)) != str(said):
                    raise PolicyError(f"{pack['pack']}.bases.{code} is another pack's; choose another code")
        return texts

    def _lists(self) -> dict[str, frozenset[str]]:
        """The lists of all packs. A name that is a word, or another pack's list, would change its rules."""
        lists: dict[str, frozenset[str]] = {}
        for pack in self.packs:
            for name, members in table(pack.get("lists", {}), "lists").items():
                if name in lists or (pack is not self.base and name in self.vocabulary.plain):
                    raise PolicyError(f"{pack['pack']}.lists.{name} is taken; choose another name")
                lists[name] = known(words(members, name), self.vocabulary.plain, f"lists.{name}")
        return lists

    def _terms(self) -> None:
        """Define terms in order, each from those before it; a national restatement holds where it applies."""
        own = table(self.base.get("terms", {}), "terms")
        restated: dict[str, list[tuple[str, object]]] = {}
        self.narrowing: set[str] = set()
        for pack in self.packs[1:]:
            for name, said in table(pack.get("terms", {}), "terms").items():
                restated.setdefault(name, []).append((str(pack["jurisdiction"]), said))
                self._may_restate(pack, name, own)
        for name, said in own.items():
            self.names[name] = self._term(name, said, restated.pop(name, []))
        for name, said_there in restated.items():
            self.names[name] = self._term(name, False, said_there)

    def _may_restate(self, pack: Pack, name: str, own: Mapping[str, object]) -> None:
        """A term that only narrows has a name of its own, and no clause of an agreement may rest on it."""
        if name in self.names or name in self.words.values:
            raise PolicyError(f"{pack['pack']}.terms.{name} is a fact; choose another name")
        if pack["kind"] not in ONLY_NARROWS:
            return
        if name in own:
            raise PolicyError(
                f"{pack['pack']}.terms.{name} restates a base term; a {pack['kind']} pack only narrows"
            )
        self.narrowing.add(name)

    def _term(self, name: str, said: object, elsewhere: list[tuple[str, object]]) -> Judge:
        judge = condition(said, self.words, f"terms.{name}")
        for place, other in elsewhere:
            there = condition(f"jurisdiction == {place}", self.words, f"terms.{name}")
            judge = _instead(there, condition(other, self.words, f"terms.{name}"), judge)
        return judge

    def _roles(self) -> dict[tuple[str, str], Judge]:
        roles: dict[tuple[str, str], Judge] = {}
        for actor, purposes in table(self.base.get("roles"), "roles").items():
            known([actor], self.vocabulary.actors, "roles")
            for purpose, said in table(purposes, f"roles.{actor}").items():
                known([purpose], self.vocabulary.purposes, f"roles.{actor}")
                roles[actor, purpose] = condition(said, self.words, f"roles.{actor}.{purpose}")
        return roles

    def _regimes(self) -> dict[tuple[str, str], Regime]:
        """Find, for every origin and category, the first regime that fits; it depends on nothing else."""
        listed: list[tuple[Judge, Regime]] = []
        for row in rows(self.base.get("regimes"), "regimes"):
            only(row, REGIME_KEYS, f"regimes.{row.get('id')}")
            rule = self.maker.rule(row)
            listed.append((self.maker.judge(row, "when"), Regime(rule, self.maker.judge(row, "matrix"))))
        return {
            (origin, category): next(regime for when, regime in listed if when(_bare(origin, category)))
            for origin in self.vocabulary.origins
            for category in self.vocabulary.categories
        }

    def _bars(self) -> tuple[Bar, ...]:
        staged: list[tuple[int, Bar]] = []
        for pack, row in self._rows("bars"):
            only(row, BAR_KEYS, f"bars.{row.get('id')}")
            rule, stage = self.maker.rule(row), text(row, "stage", f"bars.{row.get('id')}")
            if stage not in STAGES:
                raise PolicyError(f"bars.{rule.id}: stage {stage!r} is unknown; use {', '.join(STAGES)}")
            when = self.maker.scoped(pack, row, self.base)
            staged.append((STAGES.index(stage), Bar(rule, when, str(row.get("unlock", "")))))
        return tuple(bar for _, bar in sorted(staged, key=lambda pair: pair[0]))

    def _grants(self, regimes: frozenset[str]) -> dict[tuple[str, str, str], tuple[Grant, ...]]:
        reader = GrantReader(self.maker, self.vocabulary, table(self.base.get("sets"), "sets"), regimes)
        found: dict[tuple[str, str, str], list[Grant]] = {}
        for pack, row in self._rows("grants"):
            for place, grant in reader.grants(row, self.maker.scoped(pack, row, self.base)):
                found.setdefault(place, []).append(grant)
        return {place: tuple(grants) for place, grants in found.items()}

    def _limits(self) -> list[Limit]:
        return [
            compile_limit(self.maker, row, self.maker.scoped(pack, row, self.base), self.vocabulary)
            for pack, row in self._rows("limits")
        ]

    def _duties(self) -> list[tuple[str, Duty]]:
        found: list[tuple[str, Duty]] = []
        for pack, row in self._rows("duties"):
            only(row, DUTY_KEYS, f"duties.{row.get('id')}")
            rule, upon = self.maker.rule(row), row.get("upon")
            if upon not in ("grant", "denial", "any"):
                raise PolicyError(f"duties.{rule.id}: upon {upon!r} is unknown; use grant, denial or any")
            grounds = frozenset(words(row.get("grounds"), f"duties.{rule.id}")) or None
            hours = row.get("hours")
            limit = float(hours) if isinstance(hours, int | float) else None
            held = self.maker.scoped(pack, row, self.base)
            when = None if held is always else held
            found.append((str(upon), Duty(rule, text(row, "owes", rule.id), grounds, when, limit)))
        return found

    def _rows(self, kind: str) -> list[tuple[Pack, Mapping[str, object]]]:
        """The rules of one kind in every pack that are in force on the day."""
        return [
            (pack, row)
            for pack in self.packs
            for row in rows(pack.get(kind), f"{pack['pack']}.{kind}")
            if in_force(row, self.on, f"{kind}.{row.get('id')}")
        ]


def _places(packs: Sequence[Pack]) -> frozenset[str]:
    """The jurisdictions of base and national packs; a pack that only narrows stands in one of them."""
    places = frozenset(str(pack["jurisdiction"]) for pack in packs if pack["kind"] not in ONLY_NARROWS)
    for pack in packs:
        if pack["jurisdiction"] not in places:
            raise PolicyError(
                f"{pack['pack']}: no law of {pack['jurisdiction']} is in force to narrow; "
                f"use {', '.join(sorted(places))}"
            )
    return places


def _by_ground(duties: Sequence[Duty]) -> dict[str, tuple[Duty, ...]]:
    """The duties that come with each ground."""
    return {
        ground: tuple(duty for duty in duties if duty.grounds is None or ground in duty.grounds)
        for ground in GROUNDS
    }


def _instead(there: Judge, other: Judge, here: Judge) -> Judge:
    return lambda case: other(case) if there(case) else here(case)


NOBODY = Case(Question("", "", ""), Facts(), "", "", "", "", (), False, False, False)
"""A case of which nothing is said."""


def _bare(origin: str, category: str) -> Case:
    return replace(NOBODY, facts=Facts(source_program=origin), category=category, origin=origin)


def _version(packs: Sequence[Pack]) -> str:
    names = " + ".join(f"{pack['pack']} {pack.get('version', '')}".strip() for pack in packs)
    digest = hashlib.sha256(json.dumps(packs, sort_keys=True, default=str).encode()).hexdigest()
    return f"{names} ({digest[:12]})"
