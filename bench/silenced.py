"""Does a test fail when one logging call is taken out? Each in turn, everywhere in the product.

    python bench/silenced.py [WORD ...] [--tests PATH ...] [--most 60]

Every place in the source that writes a line of the journal, a row of a register or a line of the ledger is
found there (none is listed here). The tests run once, and it is noted which of them pass which place; then,
for each place, the product runs those tests again in a process of its own in which that one place stays
silent, until one fails: first those whose own words name what is written there, then those of a file that
does, then those of the room; the shortest first. That test is then run once more with nothing silenced: one
that fails anyway notices nothing. Prints one line a place; ends with 1 where no test noticed one.
WORD: only places whose file, line or function holds one of the words ("tables.py:39").
"""

from __future__ import annotations

import argparse
import ast
import inspect
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "commonweal"
LINES = ("journal.write", "journal.write_many")
ROWS = ("Disclosure", "Dissemination", "Onward", "Review", "Opening")
LEDGER = ("sealing.note",)
TESTS = ("tests/rooms", "tests/web", "tests/api", "tests/adapters", "tests/cli")
MOST = 40  # tests tried for one place
OF_ONE = 3  # cases of one parametrized test among them


@dataclass(frozen=True, order=True)
class Place:
    """One call in the source that leaves a trace."""

    file: Path
    first: int
    last: int
    function: str
    call: str

    def holds(self, frame: Any) -> bool:
        """Whether this frame stands in the call."""
        return frame.f_code.co_filename == str(self.file) and self.first <= frame.f_lineno <= self.last

    def __str__(self) -> str:
        return f"{self.file.relative_to(SOURCE)}:{self.first}  {self.function}: {self.call}"


def places(words: Sequence[str] = ()) -> list[Place]:
    """Every call that leaves a trace, in the order of the source."""
    found = []
    for file in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in file.parts and file.name != "journal.py":
            found += _in(file, ast.parse(file.read_text("utf-8")), "")
    return [p for p in found if not words or any(word in str(p) for word in words)]


def _in(file: Path, node: ast.AST, function: str) -> Iterator[Place]:
    for child in ast.iter_child_nodes(node):
        name = child.name if isinstance(child, ast.FunctionDef) else function
        if isinstance(child, ast.Call) and _is_trace(ast.unparse(child.func)):
            yield Place(file, child.lineno, child.end_lineno or child.lineno, name, ast.unparse(child.func))
        yield from _in(file, child, name)


def _words(holder: Any, given: dict[str, Any]) -> set[str]:
    """What a test that looks for this trace would name: the kind of the line, its class, the row's model."""
    event = given.get("event")
    if event is not None:
        return {f'"{event.kind}"', type(event).__name__}
    if hasattr(holder, "model"):
        return {holder.model.__name__}
    many = given.get("events", ())
    return {f'"{one.kind}"' for one in many} if isinstance(many, list | tuple) else set()


def _told(item: pytest.Item) -> tuple[str, str]:
    """The source of a test, and of its file."""
    function = getattr(item, "function", None)
    return (inspect.getsource(function) if function else "", item.path.read_text("utf-8"))


def _is_trace(called: str) -> bool:
    rows = [f"{model}.objects.{verb}" for model in ROWS for verb in ("create", "bulk_create")]
    return called in (*LINES, *LEDGER, *rows)


@dataclass(eq=False)
class Silencer:
    """The plug-in: learns which test passes which place, then silences the places one by one."""

    wanted: list[Place]
    most: int
    silent: Place | None = None
    met: dict[Place, set[str]] = field(default_factory=lambda: defaultdict(set))
    took: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    failed: set[str] = field(default_factory=set)
    missed: list[Place] = field(default_factory=list)
    spoilt: int = 0
    words: dict[Place, set[str]] = field(default_factory=lambda: defaultdict(set))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """How long each test takes, and whether it holds at all."""
        self.took[report.nodeid] += report.duration
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_collection_finish(self) -> None:
        """Put an ear at every way by which a trace is left."""
        from commonweal.kernel import journal
        from commonweal.kernel.models import JournalLine
        from commonweal.sharing import models, sealing

        def nothing(by: Any, event: Any, purpose: str = "") -> JournalLine:
            line = journal._line(by, event, purpose)
            line.id = 0
            return line

        self._wrap(journal, "write", nothing)
        self._wrap(journal, "write_many", lambda by, events, purpose="": [nothing(by, e) for e in events])
        self._wrap(sealing, "note", lambda *_: None)
        for name in ROWS:
            model = getattr(models, name)
            self._wrap(model.objects, "create", model)
            self._wrap(model.objects, "bulk_create", lambda rows, *_, **__: rows)

    def _wrap(self, holder: Any, name: str, instead: Callable[..., Any]) -> None:
        real = getattr(holder, name)

        def heard(*args: Any, **kwargs: Any) -> Any:
            here = self._place(sys._getframe(1))
            if here is not None and here == self.silent:
                return instead(*args, **kwargs)
            if here is not None and self.silent is None:
                self.met[here].add(os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0])
                self.words[here] |= _words(holder, kwargs)
            return real(*args, **kwargs)

        setattr(holder, name, heard)

    def _place(self, frame: Any) -> Place | None:
        near = self._by_file.get(frame.f_code.co_filename, ())
        return next((place for place in near if place.holds(frame)), None)

    @property
    def _by_file(self) -> dict[str, list[Place]]:
        found = self.__dict__.get("_files")
        if found is None:
            found = self.__dict__["_files"] = defaultdict(list)
            for place in self.wanted:
                found[str(place.file)].append(place)
        return found

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """All once; then each place."""
        for number, item in enumerate(session.items):
            after = session.items[number + 1] if number + 1 < len(session.items) else session.items[0]
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        print(f"\n{len(session.items)} tests ran, {len(self.failed)} fail by themselves\n", flush=True)
        items = {item.nodeid: item for item in session.items if item.nodeid not in self.failed}
        for place in self.wanted:
            near = self._nearest(place, [items[name] for name in self.met[place] if name in items])
            by = self._noticed(place, near)
            if not by:
                self.missed.append(place)
            said = by or f"({len(self.met[place])} pass it, {self.spoilt} of them fail anyway)"
            print(f"{'noticed' if by else 'MISSED '}  {place}  {said}", flush=True)
        print(f"\n{len(self.wanted) - len(self.missed)} of {len(self.wanted)} noticed", flush=True)
        return True

    def _nearest(self, place: Place, items: list[pytest.Item]) -> list[pytest.Item]:
        """Those that likely notice first; few of one parametrized test."""
        room = place.file.relative_to(SOURCE).parts[0]

        def rank(item: pytest.Item) -> tuple[int, float]:
            own, whole = _told(item)
            said = [any(word in text for word in self.words[place]) for text in (own, whole)]
            return (said.index(True) if any(said) else 3 - (room in item.path.parts), self.took[item.nodeid])

        taken: dict[str, int] = defaultdict(int)
        found = []
        for item in sorted(items, key=rank):
            function = item.nodeid.partition("[")[0]
            taken[function] += 1
            if taken[function] <= OF_ONE:
                found.append(item)
        return found[: self.most]

    def _noticed(self, place: Place, items: list[pytest.Item]) -> str:
        """The first test that fails in silence and holds otherwise; empty where there is none."""
        self.spoilt = 0
        while items:
            number = self._first_failure(place, items)
            if number is None:
                return ""
            if self._first_failure(None, items[number : number + 1]) is None:
                return items[number].nodeid
            self.spoilt += 1
            items = items[number + 1 :]
        return ""

    def _first_failure(self, silent: Place | None, items: list[pytest.Item]) -> int | None:
        """In a process of its own; the parent's fixtures of the whole session are inherited."""
        from django.db import connections

        connections.close_all()
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            self._run(silent, items, write)
        os.close(write)
        with os.fdopen(read, "rb") as told:
            answer = told.read()
        os.waitpid(child, 0)
        return int(answer) if answer else None

    def _run(self, silent: Place | None, items: list[pytest.Item], write: int) -> None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        self.silent, self.failed = silent or Place(Path(), 0, 0, "", ""), set()
        try:
            for number, item in enumerate(items):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=item)
                if self.failed:
                    os.write(write, str(number).encode())
                    break
        finally:
            os._exit(0)


def main(given: Sequence[str]) -> int:
    """Each place in turn."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("words", nargs="*")
    parser.add_argument("--tests", nargs="+", default=list(TESTS))
    parser.add_argument("--most", type=int, default=MOST)
    args = parser.parse_args(given)
    sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]
    silencer = Silencer(places(args.words), args.most)
    if not silencer.wanted:
        raise SystemExit("silenced: no place holds these words.")
    options = ["-q", "-s", "-p", "no:cacheprovider", "-m", "not browser and not slow", "--tb=no"]
    with TemporaryDirectory() as own:  # pytest's usual folder is emptied by other runs meanwhile
        own_folder = f"--basetemp={own}/silenced"
        ended = pytest.main(["--rootdir", str(ROOT), own_folder, *options, *args.tests], plugins=[silencer])
    return int(ended not in (0, 1) or bool(silencer.missed))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
