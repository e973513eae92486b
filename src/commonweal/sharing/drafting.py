"""Templates of agreements, read from packs: own words in two languages, each clause with its citation."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from commonweal import packs
from commonweal.sharing.versions import SETS, Term

FOLDER = "agreements"
Said = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Proposed:
    """One clause of a template; `is_on` where a draft begins with it."""

    term: Term
    says: Said
    is_on: bool

    def said(self, language: str) -> Term:
        """The clause in a language; English where there is no other."""
        return Term(
            self.term.key, self.term.kind, _in(self.says, language), self.term.citation, self.term.category,
            self.term.fields, self.term.roles, self.term.purposes, self.term.conditions,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Template:
    """A draft to begin from: days are the length of its term and the time to its first review."""

    code: str
    kind: str
    title: Said
    about: Said
    text: Said
    term_days: int
    review_days: int
    clauses: tuple[Proposed, ...]
    measures: tuple[tuple[Said, Said, int], ...]

    def titled(self, language: str) -> str:
        """Its title in a language."""
        return _in(self.title, language)

    def described(self, language: str) -> str:
        """What it is for, in a language."""
        return _in(self.about, language)

    def worded(self, language: str) -> str:
        """Its opening text in a language."""
        return _in(self.text, language)


def _in(said: Said, language: str) -> str:
    return said.get(language.split("-")[0], said["en"]).strip()


@cache
def templates() -> dict[str, Template]:
    """Every shipped template by its code, in the order of their files."""
    found = (_template(cast("dict[str, Any]", packs.read(name))) for name in packs.names(FOLDER))
    return {template.code: template for template in found}


def _template(row: dict[str, Any]) -> Template:
    measures = tuple((m["name"], m["target"], int(m["after_days"])) for m in row.get("measures", ()))
    return Template(
        row["template"], row["kind"], row["title"], row["about"], row["text"], int(row["term_days"]),
        int(row["review_days"]), tuple(_proposed(c) for c in row["clauses"]), measures,
    )  # fmt: skip


def _proposed(row: dict[str, Any]) -> Proposed:
    sets = {name: frozenset(row.get(name, ())) for name in SETS}
    made = Term(
        row["key"], row["kind"], row["says"]["en"], row.get("citation", ""), row.get("category", ""), **sets
    )
    return Proposed(made, row["says"], bool(row.get("on", True)))
