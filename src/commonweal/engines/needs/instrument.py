"""A screening instrument as a frozen value: items, points, results, alerts, and who owns the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from commonweal.engines.numerics.node import Node


class NeedsError(ValueError):
    """An instrument, answer or assessment that cannot be used; names place, value and remedy."""


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in English and Spanish; empty where the agency must load them under its own licence."""

    en: str = ""
    es: str = ""

    def said_in(self, language: str) -> str:
        """The words in a language; English where it is neither of the two."""
        return self.es if language.lower().startswith("es") else self.en


@dataclass(frozen=True, slots=True)
class Option:
    """One answer and its points."""

    id: str
    points: int
    text: Words


@dataclass(frozen=True, slots=True)
class Item:
    """One question. ``group``: of its members only the highest counts; ``counts``: whether it adds to the
    total; ``only_if``: asked only where one of those items has at least so many points."""

    id: str
    text: Words
    options: tuple[Option, ...]
    loinc: str = ""
    group: str = ""
    counts: bool = True
    only_if: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """One way to reach a result: a total, or ``count`` of some items with ``at_least`` points each.

    ``unless`` names a fact and a value that switch it off; an absent fact never does, so that what is not
    known cannot hide a result.
    """

    total: int | None = None
    items: tuple[str, ...] = ()
    at_least: int = 1
    count: int = 1
    unless: tuple[str, str] | None = None

    def holds(self, total: int, points: Mapping[str, int], facts: Mapping[str, str]) -> bool:
        """Whether points and facts meet this clause."""
        if self.unless is not None and facts.get(self.unless[0]) == self.unless[1]:
            return False
        if self.total is not None:
            return total >= self.total
        return sum(points[name] >= self.at_least for name in self.items) >= self.count


@dataclass(frozen=True, slots=True)
class Result:
    """A band or finding; reached where any clause holds, or by default where it has none."""

    id: str
    text: Words
    positive: bool
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True)
class Instrument:
    """One version of a screener; build it with ``Instrument.read``."""

    id: str
    version: str
    title: Words
    source: str
    licence: str
    is_worded: bool
    stem: Words
    items: tuple[Item, ...]
    results: tuple[Result, ...]
    alerts: tuple[Result, ...]
    loinc: str = ""

    @staticmethod
    def read(mapping: Mapping[str, object]) -> Instrument:
        """Build from a parsed file; raises NeedsError naming place, value and remedy.

        ``wording: shipped`` requires every text in both languages; ``wording: agency`` allows none, since
        the agency loads them under its own agreement with the owner.
        """
        return _read(Node(mapping, "instrument", NeedsError))

    @cached_property
    def by_id(self) -> dict[str, Item]:
        """Items by their id, in the order they are asked."""
        return {item.id: item for item in self.items}


_KEYS = (
    *("instrument", "version", "title", "source", "licence", "wording", "stem", "loinc"),
    *("options", "items", "results", "alerts"),
)


def _read(top: Node) -> Instrument:
    top.only(_KEYS)
    worded = top.get("wording").one_of(["shipped", "agency"]) == "shipped"
    options = {key: tuple(_option(part) for part in node.list()) for key, node in top.get("options").items()}
    items = tuple(_item(node, options, worded) for node in top.get("items").list())
    ids = [item.id for item in items]
    if len(set(ids)) < len(ids) or not ids:
        top.get("items").refuse("are missing or share an id; give each its own")
    for place, item in enumerate(items):
        if not {name for name, _ in item.only_if} <= set(ids[:place]):
            top.get("items").refuse(f"{item.id!r} waits for an item that is not above it; move it down")
    results = tuple(_result(node, ids) for node in top.get("results").list())
    alerts = tuple(_result(node, ids) for node in top.get("alerts").list())
    if not results or results[-1].clauses or not all(result.clauses for result in results[:-1]):
        top.get("results").refuse("must go from the most severe to one last result without a condition")
    if not all(alert.clauses for alert in alerts):
        top.get("alerts").refuse("each alert needs a condition under 'when'")
    return Instrument(
        id=top.get("instrument").text(),
        version=top.get("version").text(),
        title=_words(top.get("title")),
        source=top.get("source").text(),
        licence=top.get("licence").text(),
        is_worded=worded,
        stem=_words(top.get("stem"), required=False),
        items=items,
        results=results,
        alerts=alerts,
        loinc=top.get("loinc").text(""),
    )


def _words(node: Node, *, required: bool = True) -> Words:
    if node.absent and not required:
        return Words()
    node.only(["en", "es"])
    return Words(node.get("en").text(), node.get("es").text())


def _option(node: Node) -> Option:
    node.only(["id", "points", "text"])
    return Option(node.get("id").text(), _whole(node.get("points")), _words(node.get("text")))


def _whole(node: Node, default: int | None = None) -> int:
    value = node.number(None if default is None else float(default))
    if value != int(value) or value < 0:
        node.refuse(f"{value!r} is not a whole number from 0 on; write one")
    return int(value)


def _item(node: Node, options: Mapping[str, tuple[Option, ...]], worded: bool) -> Item:
    node.only(["id", "text", "options", "loinc", "group", "counts", "only_if"])
    return Item(
        id=node.get("id").text(),
        text=_words(node.get("text"), required=worded),
        options=options[node.get("options").one_of(options)],
        loinc=node.get("loinc").text(""),
        group=node.get("group").text(""),
        counts=node.get("counts").absent or node.get("counts").flag(),
        only_if=tuple((key, _whole(value)) for key, value in node.get("only_if").items()),
    )


def _result(node: Node, items: list[str]) -> Result:
    node.only(["id", "text", "positive", "when"])
    clauses = tuple(_clause(part, items) for part in node.get("when").list())
    return Result(node.get("id").text(), _words(node.get("text")), node.get("positive").flag(), clauses)


def _clause(node: Node, items: list[str]) -> Clause:
    node.only(["total", "items", "at_least", "count", "unless"])
    named = tuple(part.one_of(items) for part in node.get("items").list())
    total = None if node.get("total").absent else _whole(node.get("total"))
    if (total is None) == (not named):
        node.refuse("needs either a total or a list of items")
    unless = [(key, value.text()) for key, value in node.get("unless").items()]
    return Clause(
        total=total,
        items=named,
        at_least=_whole(node.get("at_least"), 1),
        count=_whole(node.get("count"), 1),
        unless=unless[0] if unless else None,
    )
