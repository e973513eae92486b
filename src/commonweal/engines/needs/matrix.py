"""The self-sufficiency matrix: ten domains of a life, each from 1 (in crisis) to 5 (managing well)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

from commonweal.engines.needs.instrument import NeedsError, Words
from commonweal.engines.numerics.node import Node

IN_CRISIS, MANAGING_WELL = 1, 5
_GREATEST_AT_MOST = 2


@dataclass(frozen=True, slots=True)
class Domain:
    """One domain with a sentence for each level from 1 to 5; its id is also the directory's need code."""

    id: str
    title: Words
    levels: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """One version of the matrix; build it with ``Matrix.read``."""

    version: str
    title: Words
    domains: tuple[Domain, ...]

    @staticmethod
    def read(mapping: Mapping[str, object]) -> Matrix:
        """Build from a parsed file; raises NeedsError naming place, value and remedy."""
        top = Node(mapping, "matrix", NeedsError)
        top.only(["matrix", "version", "title", "source", "licence", "domains"])
        domains = tuple(_domain(node) for node in top.get("domains").list())
        if len({domain.id for domain in domains}) < len(domains) or not domains:
            top.get("domains").refuse("are missing or share an id; give each its own")
        return Matrix(top.get("version").text(), _words(top.get("title")), domains)


@dataclass(frozen=True, slots=True)
class Assessment:
    """Where a person stands. ``greatest`` are the domains at level 1 or 2, the lowest first; ``average`` is
    over the domains answered (None where none was); ``in_crisis`` says that some domain is at level 1."""

    levels: Mapping[str, int]
    greatest: tuple[str, ...]
    average: float | None
    in_crisis: bool
    unanswered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """The difference between two assessments, over the domains answered in both."""

    by_domain: Mapping[str, int]
    better: tuple[str, ...]
    worse: tuple[str, ...]
    average: float | None


def assess(matrix: Matrix, levels: Mapping[str, int | None]) -> Assessment:
    """Read a person's levels; None or an absent domain is unanswered, never taken as fine.

    Raises NeedsError for a domain or level that does not exist.
    """
    known = [domain.id for domain in matrix.domains]
    for name, level in levels.items():
        if name not in known:
            raise NeedsError(f"levels.{name}: no such domain; use {', '.join(known)}")
        if level is not None and (
            isinstance(level, bool) or level not in range(IN_CRISIS, MANAGING_WELL + 1)
        ):
            raise NeedsError(
                f"levels.{name}: {level!r} is no level; give {IN_CRISIS} to {MANAGING_WELL} or none"
            )
    answered = {name: level for name in known if (level := levels.get(name)) is not None}
    low = [name for name, level in answered.items() if level <= _GREATEST_AT_MOST]
    return Assessment(
        levels=answered,
        greatest=tuple(sorted(low, key=lambda name: answered[name])),
        average=round(fmean(answered.values()), 2) if answered else None,
        in_crisis=IN_CRISIS in answered.values(),
        unanswered=tuple(name for name in known if name not in answered),
    )


def progress(before: Assessment, after: Assessment) -> Progress:
    """What changed from one assessment to a later one; positive is better."""
    both = [name for name in before.levels if name in after.levels]
    change = {name: after.levels[name] - before.levels[name] for name in both}
    return Progress(
        by_domain=change,
        better=tuple(name for name, step in change.items() if step > 0),
        worse=tuple(name for name, step in change.items() if step < 0),
        average=round(fmean(change.values()), 2) if change else None,
    )


def _words(node: Node) -> Words:
    node.only(["en", "es"])
    return Words(node.get("en").text(), node.get("es").text())


def _domain(node: Node) -> Domain:
    node.only(["id", "title", "levels"])
    levels = tuple(_words(part) for part in node.get("levels").list())
    if len(levels) != MANAGING_WELL:
        node.get("levels").refuse(
            f"are {len(levels)}; write {MANAGING_WELL}, from in crisis to managing well"
        )
    return Domain(node.get("id").text(), _words(node.get("title")), levels)
