"""What an import has to say of single rows: those it refused, and those it kept with a doubt.

Somebody opens these lists in a spreadsheet, and values are what the source wrote: they are guarded on the way
into a file, and bared on the way out.
"""

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from commonweal.kernel.formulas import bared, guarded


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row that was not taken, and why; line 0 speaks of a whole file."""

    file: str
    line: int
    field: str
    value: str
    reason: str

    def sentence(self) -> str:
        """One line for a terminal: place, field, value, reason with its remedy."""
        place = f"{self.file}, line {self.line}" if self.line else self.file
        value = f" {self.value!r}" if self.value and self.value not in self.reason else ""
        return f"{place}: {self.field}{value}: {self.reason.rstrip('.')}."


@dataclass(frozen=True, slots=True)
class Remark:
    """Something noticed in a row that was kept as it came: an impossible order, a record told twice."""

    file: str
    line: int
    field: str
    value: str
    finding: str


class Remarks:
    """Remarks written away as they come, so that memory stays flat; `number` counts them.

    `keep` empties it; until then they stand in a file without a name, which ends with this object.
    """

    def __init__(self) -> None:
        self.number = 0
        self._spool: TextIO | None = None

    def add(self, remark: Remark) -> None:
        """Note one."""
        if self._spool is None:
            self._spool = _unnamed()
        csv.writer(self._spool).writerow(map(guarded, astuple(remark)))
        self.number += 1

    def keep(self, path: Path) -> bool:
        """Move what was noted to a file that its owner alone reads; False where there is nothing."""
        if self._spool is None:
            return False
        self._spool.seek(0)
        with _private(path) as out:
            csv.writer(out).writerow(Remark.__dataclass_fields__)
            for line in self._spool:
                out.write(line)
        self._spool.close()
        self._spool = None
        return True


def write_rejects(path: Path, rejects: Iterable[Rejected]) -> None:
    """The list of refused rows, readable by its owner alone: values are what the source wrote."""
    with _private(path) as out:
        writer = csv.writer(out)
        writer.writerow(Rejected.__dataclass_fields__)
        writer.writerows(map(guarded, astuple(one)) for one in rejects)


def read_rejects(path: Path, most: int) -> list[Rejected]:
    """The first refused rows of a list that was written before; none where it is gone."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = islice(csv.reader(file), 1, most + 1)
            bare = (map(bared, row) for row in rows)
            return [Rejected(name, int(line), *rest) for name, line, *rest in bare]
    except OSError:
        return []


def read_listing(path: Path, *, values: bool) -> Iterator[list[str]]:
    """The rows of a list, its header first; without `values` nothing that the source wrote."""
    if not path.is_file():
        return
    with path.open(newline="", encoding="utf-8") as file:
        for number, guarded_row in enumerate(csv.reader(file)):
            row = [bared(cell) for cell in guarded_row]
            hidden = [*row[:3], "", row[4].replace(row[3], "...") if row[3] else row[4]]
            yield row if values or not number else hidden


def _unnamed() -> TextIO:
    """A file of nobody's but this process, gone with it: no other can open what has no name."""
    handle, name = tempfile.mkstemp()
    os.unlink(name)
    return os.fdopen(handle, "w+", newline="", encoding="utf-8")


def _private(path: Path) -> TextIO:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(handle, "w", newline="", encoding="utf-8")
