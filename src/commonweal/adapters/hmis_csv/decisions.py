"""What a conversion did, counted by column, each with its reason: `decisions.json`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from commonweal.adapters.hmis_csv.rows import shown
from commonweal.adapters.hmis_csv.spec import Change

MOST = 1_000  # problems listed; all are counted


@dataclass
class Decision:
    """What was done to one column: dropped, mapped, filled or left empty; in how many rows."""

    file: str
    column: str
    act: str
    values: int
    why: str


class Decisions:
    """The decisions of one conversion, as they are met."""

    def __init__(self, source: int, target: int) -> None:
        self.source, self.target = source, target
        self.read: Counter[str] = Counter()
        self.written: Counter[str] = Counter()
        self.left_out: Sequence[str] = ()
        self.problems: list[dict[str, object]] = []
        self.problem_count = 0
        self._made: dict[tuple[str, str, str, str], Decision] = {}
        self._by_change: dict[tuple[int, str], Decision] = {}

    def expect(self, one: Change, *, is_forward: bool) -> None:
        """Name a decision before any row: it stands in the report also where no row had a value."""
        if one.act == "kind" and is_forward:
            return
        why = one.why if is_forward or one.act == "kind" else one.way_back
        for column in _named(one, is_forward):
            found = Decision(one.file, column, _act(one, is_forward), 0, why)
            self._made[one.file, column, found.act, why] = self._by_change[id(one), column] = found

    def met(self, one: Change, column: str, value: str) -> None:
        """Count a row in which a change moved, dropped or wrote a value."""
        self._by_change[id(one), column].values += bool(value)

    def note(self, file: str, column: str, act: str, why: str) -> None:
        """Count a row to which something was done that no change of the year stands for."""
        key = (file, column, act, why)
        self._made.setdefault(key, Decision(file, column, act, 0, why)).values += 1

    def header(self, file: str, extra: Sequence[str], missing: Sequence[str]) -> None:
        """Columns of a file that the format does not know, and those it wants that were not there."""
        for name in extra:
            self._once(file, name, "dropped", "The format of the year it came in does not know this column.")
        for name in missing:
            self._once(file, name, "left empty", "The file that was read has no such column.")

    def _once(self, file: str, name: str, act: str, why: str) -> None:
        self._made.setdefault((file, name, act, why), Decision(file, name, act, 0, why))

    def problem(self, file: str, line: int, field: str, value: str, reason: str) -> None:
        """Something the target year would refuse, or a record that could not be read."""
        self.problem_count += 1
        if len(self.problems) < MOST:
            said = {
                "file": file,
                "line": line,
                "field": field,
                "value": shown(field, value),
                "reason": reason,
            }
            self.problems.append({**said, "reason": reason})

    def report(self) -> dict[str, object]:
        """The whole report, ready for JSON."""
        made = sorted(self._made.values(), key=lambda one: (one.act, one.file, one.column))
        counts = {
            name: {"read": self.read[name], "written": self.written[name]} for name in sorted(self.read)
        }
        return {
            "from": self.source, "to": self.target, "rows": counts,
            "decisions": [asdict(one) for one in made], "files_left_out": list(self.left_out),
            "problem_count": self.problem_count, "problems": self.problems,
        }  # fmt: skip

    def write(self, path: Path) -> None:
        """Write the report."""
        path.write_text(json.dumps(self.report(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _named(one: Change, is_forward: bool) -> tuple[str, ...]:
    """The columns that a change speaks of, under the target's name for a renamed one."""
    return (one.to,) if one.act == "rename" and is_forward else one.columns


def _act(one: Change, is_forward: bool) -> str:
    if one.act in ("rename", "kind"):
        return "mapped"
    if (one.act == "drop") == is_forward:
        return "dropped"
    return "filled" if (one.fill if is_forward else one.back) else "left empty"
