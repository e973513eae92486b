"""Does a test fail when one call of the journal or of the register is taken out? Each in turn, in a copy.

    python bench/silenced.py

Every call site in the rooms' doors through which protected words are read is found in the source (it need not
be listed here), made silent in a copy of the repository, and the quick tests of the gate are run against it.
Prints one line a site; ends with 1 where one was taken out and no test noticed.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
PACKAGE = Path("src/commonweal")
WHOLE = ("sharing/actions/gate.py",)
"""Every call in these files counts."""
READERS = {"cases/actions/tables.py": "read_room", "community/actions.py": "read_feedback"}
"""In these files, the calls of the function that reads."""
WRITES = {
    "journal.write",
    "journal.write_many",
    "Disclosure.objects.bulk_create",
    "Dissemination.objects.bulk_create",
    "Review.objects.bulk_create",
}
TESTS = ("tests/rooms/sharing/test_written.py", "tests/web/steward/test_chri.py")
NOTHING = "[type('Line', (), {'id': 0})() for _ in seen]"


def sites() -> Iterator[tuple[Path, ast.stmt, str]]:
    """(file, statement, call) of each."""
    for name in (*WHOLE, *READERS):
        tree = ast.parse((ROOT / PACKAGE / name).read_text(encoding="utf-8"))
        functions = [f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef)]
        for function in functions:
            if READERS.get(name, function.name) != function.name:
                continue
            for statement in ast.walk(function):
                if isinstance(statement, ast.Expr | ast.Assign) and isinstance(statement.value, ast.Call):
                    called = ast.unparse(statement.value.func)
                    if called in WRITES:
                        yield PACKAGE / name, statement, f"{function.name}: {called}"


def silenced(text: str, statement: ast.stmt) -> str:
    """The file without the statement; lines that a later statement needs are replaced by empty ones."""
    lines = text.splitlines()
    first, last = statement.lineno - 1, statement.end_lineno or statement.lineno
    put = f"lines = {NOTHING}" if isinstance(statement, ast.Assign) else "pass"
    lines[first:last] = [" " * statement.col_offset + put]
    return "\n".join(lines) + "\n"


def is_noticed(copy: Path) -> bool:
    """Whether a test fails."""
    run = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *TESTS]
    return subprocess.run(run, cwd=copy, capture_output=True, check=False).returncode == 1


def main() -> int:
    """Each site in turn."""
    missed = 0
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        skipped = shutil.ignore_patterns("__pycache__", "node_modules")
        for part in ("src", "tests", "deploy"):
            shutil.copytree(ROOT / part, copy / part, ignore=skipped)
        shutil.copy(ROOT / "pyproject.toml", copy)
        for path, statement, said in sites():
            whole = (ROOT / path).read_text(encoding="utf-8")
            (copy / path).write_text(silenced(whole, statement), encoding="utf-8")
            noticed = is_noticed(copy)
            missed += not noticed
            print(
                f"{'noticed' if noticed else 'MISSED '}  {path.name}:{statement.lineno}  {said}", flush=True
            )
            (copy / path).write_text(whole, encoding="utf-8")
    return int(missed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
