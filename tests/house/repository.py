"""The repository as a list of files: what every promise about it is checked on."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "commonweal"
BINARY = {".png", ".jpg", ".woff2", ".mo", ".gz", ".parquet", ".xlsx", ".zip", ".ico", ".webp"}


@cache
def tracked() -> tuple[Path, ...]:
    """Every file under version control, or about to be; skipped outside a checkout."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    run = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    if run.returncode:
        pytest.skip("NOT TESTED: this is no git checkout, so its files cannot be listed")
    return tuple(path for line in run.stdout.splitlines() if (path := ROOT / line).is_file())


def texts() -> Iterator[tuple[Path, str]]:
    """Tracked text files, relative to the root, with their text."""
    for path in tracked():
        if path.suffix not in BINARY:
            yield path.relative_to(ROOT), path.read_text("utf-8", errors="replace")


@cache
def trees() -> tuple[tuple[Path, ast.Module], ...]:
    """Every Python file of the product with its syntax tree, relative to `src/commonweal`."""
    return tuple(
        (path.relative_to(SOURCE), ast.parse(path.read_text("utf-8"), str(path)))
        for path in sorted(SOURCE.rglob("*.py"))
    )
