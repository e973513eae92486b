"""The published table of the verification standard: complete, and true."""

import ast
import csv
import re
from functools import cache
from pathlib import Path

from house.repository import ROOT

TABLE = ROOT / "docs" / "reference" / "asvs.md"
STATES = {"tested", "operator's", "not applicable"}


def rows() -> list[list[str]]:
    """The table's lines: item, words, state, by."""
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if line.startswith("| V")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


@cache
def named_in(file: str) -> frozenset[str]:
    """Names of the tests of a file, methods included."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(
        n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")
    )


def test_every_item_stands_once() -> None:
    """Eighty-nine, none twice."""
    items = [row[0] for row in rows()]
    assert len(items) == len(set(items)) == 89
    assert all(len(row) == 4 and row[2] in STATES for row in rows())


def test_the_items_are_those_of_the_list(shared: Path) -> None:
    """Neither more nor fewer than the list of what a machine can check."""
    with (shared / "security" / "asvs_checks.csv").open(encoding="utf-8") as file:
        assert {line["id"] for line in csv.DictReader(file)} == {row[0] for row in rows()}


def test_every_named_test_exists_and_every_other_state_has_its_reason() -> None:
    """By file and name."""
    for item, _, state, by in rows():
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", by)
        if state == "tested":
            assert named, item
            for file, test in named:
                assert test in named_in(file), (item, file, test)
        else:
            assert len(by) > 60 and not named, item


def test_every_test_of_an_item_stands_in_the_table() -> None:
    """Whoever writes a test named after an item finds it here."""
    told = TABLE.read_text("utf-8")
    for path in sorted(ROOT.glob("tests/*/test_asvs_*.py")):
        file = path.relative_to(ROOT).as_posix()
        for test in named_in(file):
            for found in re.findall(r"v(\d+)_(\d+)_(\d+)", test):
                assert f"| V{'.'.join(found)} |" in told, test
