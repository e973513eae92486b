"""Enrolments seen together: stays of one client that overlap, households without exactly one head."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from commonweal.adapters.hmis_csv.rows import Doubt, Row

# Projects in which a client sleeps: emergency shelter, transitional, safe haven, permanent.
LODGING = frozenset(["0", "2", "3", "8", "9", "10"])
FOREVER = "9999-12-31"


class Stay(NamedTuple):
    """One enrolment from its entry up to its exit."""

    entry: str
    enrolment: str
    project: str
    line: int


class Stays:
    """The enrolments and exits of an export, as they come."""

    def __init__(self) -> None:
        self._types: dict[str, str] = {}
        self._of: dict[str, list[Stay]] = defaultdict(list)
        self._exits: dict[str, str] = {}
        self._heads: dict[tuple[str, str], tuple[int, int]] = {}

    def note(self, row: Row) -> None:
        """Take what a kept row says of stays."""
        values = row.values
        if row.file == "Project.csv":
            self._types[row.key] = values["ProjectType"]
        elif row.file == "Exit.csv" and not values["DateDeleted"]:
            self._exits[row.enrolment] = values["ExitDate"]
        elif row.file == "Enrollment.csv" and not values["DateDeleted"]:
            self._of[row.person].append(Stay(values["EntryDate"], row.key, row.project, row.line))
            number, line = self._heads.get((row.project, values["HouseholdID"]), (0, row.line))
            is_head = values["RelationshipToHoH"] == "1"
            self._heads[row.project, values["HouseholdID"]] = (number + is_head, line)

    def doubts(self) -> Iterator[Doubt]:
        """What does not fit, each at the later enrolment's line."""
        for stays in self._of.values():
            yield from self._overlapping(stays)
        for (_, household), (heads, line) in self._heads.items():
            if heads != 1:
                said = f"the household has {heads} heads (RelationshipToHoH 1); it should have one"
                yield Doubt("Enrollment.csv", line, "HouseholdID", household, said)

    def _overlapping(self, stays: list[Stay]) -> Iterator[Doubt]:
        by_project: dict[str, list[Stay]] = defaultdict(list)
        for stay in sorted(stays):
            by_project[stay.project].append(stay)
        for one_project in by_project.values():
            yield from self._pairs(one_project, "in the same project")
        lodged = [stay for stay in sorted(stays) if self._types.get(stay.project, "") in LODGING]
        apart = [(a, b) for a, b in pairwise(lodged) if a.project != b.project]
        for earlier, later in apart:
            yield from self._pairs([earlier, later], "in another project in which the client sleeps")

    def _pairs(self, stays: list[Stay], where: str) -> Iterator[Doubt]:
        """Stays in the order of their entry; each is held against the one before that ended last."""
        until, held = "", ""
        for stay in stays:
            if held and stay.entry < until:
                said = f"overlaps enrolment {held} {where} (from {stay.entry}; that one until {_said(until)})"
                yield Doubt("Enrollment.csv", stay.line, "EnrollmentID", stay.enrolment, said)
            end = self._exits.get(stay.enrolment, FOREVER)
            if end > until:
                until, held = end, stay.enrolment


def _said(day: str) -> str:
    return "now" if day == FOREVER else day
