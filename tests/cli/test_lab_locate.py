"""`commonweal lab locate`: problems and OR-Library files in, sites with their bound out, faults named."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from commonweal.cli.main import main

SHARED = Path(os.environ.get("COMMONWEAL_SHARED", Path(__file__).parents[3] / "shared"))
THREE = {"model": "p_median", "demand": [3, 1, 2], "cost": [[0, 5], [4, 2], [6, 0]], "p": 1}


def asked(folder: Path, problem: object) -> str:
    """A problem in a file."""
    path = folder / "problem.json"
    path.write_text(problem if isinstance(problem, str) else json.dumps(problem))
    return str(path)


def located(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """What the command prints."""
    assert main(["lab", "locate", *arguments]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_three_places_and_two_sites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Worked by hand: site 0 costs 4 + 12, site 1 costs 15 + 2."""
    found = located(capsys, asked(tmp_path, THREE))
    assert (found["sites"], found["objective"], found["bound"], found["gap"]) == ([0], 16, 16, 0)
    assert found["assignment"] == [0, 0, 0] and found["seconds"] >= 0
    closed = located(capsys, asked(tmp_path, THREE | {"closed": [0]}))
    assert (closed["sites"], closed["objective"]) == ([1], 17)


@pytest.mark.parametrize(
    ("more", "objective"),
    [
        ({"model": "p_center"}, 5), ({"model": "lscp", "radius": 4}, 2),
        ({"model": "mclp", "radius": 4}, 4), ({"model": "mexclp", "radius": 4, "busy": 0.5, "p": 2}, 3.25),
        ({"model": "backup", "radius": 4, "p": 2}, 1),
    ],
)  # fmt: skip
def test_each_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: dict[str, object], objective: float
) -> None:
    """The same three places; figures by hand."""
    found = located(capsys, asked(tmp_path, THREE | more))
    assert found["objective"] == pytest.approx(objective) and found["gap"] == 0


def test_a_site_that_cannot_serve_a_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """null in the costs: the other one is opened, whatever it costs."""
    far = THREE | {"cost": [[0, 50], [4, 50], [None, 50]]}
    assert located(capsys, asked(tmp_path, far))["sites"] == [1]


@pytest.mark.parametrize(
    ("problem", "field"),
    [
        (THREE | {"model": "p-median"}, "model"), (THREE | {"p": 1.5}, "p"), (THREE | {"p": 9}, "p"),
        (THREE | {"demand": "many"}, "demand"), (THREE | {"cost": [[1], [2, 3], [4]]}, "cost"),
        (THREE | {"cost": [[1, "x"], [2, 3], [4, 5]]}, "cost[0][1]"), (THREE | {"open": [0.5]}, "open"),
        (THREE | {"closed": [7]}, "closed"), (THREE | {"model": "mclp"}, "radius"),
        (THREE | {"gap": 2}, "gap"), (THREE | {"seconds": -1}, "seconds"),
    ],
)  # fmt: skip
def test_a_fault_names_file_and_field(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], problem: object, field: str
) -> None:
    """Exit 2, nothing on standard output."""
    path = asked(tmp_path, problem)
    assert main(["lab", "locate", path]) == 2
    told = capsys.readouterr()
    assert not told.out and path in told.err and f"field {field}" in told.err


def test_either_a_problem_or_a_library_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither is not enough, both are too many."""
    assert main(["lab", "locate"]) == 2
    assert main(["lab", "locate", asked(tmp_path, THREE), "--orlib", "x"]) == 2
    assert "either" in capsys.readouterr().err


def test_a_library_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A path of four nodes; the edge that stands twice has its last length."""
    path = tmp_path / "small.txt"
    path.write_text(" 4 4 1\n 1 2 9\n 2 3 1\n 3 4 1\n 1 2 1\n")
    found = located(capsys, "--orlib", str(path))
    assert found["objective"] == 4 and found["sites"][0] in (1, 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1"), ("4 4 x", "number 3"), ("3 2 1\n1 2 5\n", "edges"), ("2 1 1\n1 3 5\n", "line 2"),
        ("2 1 1\n1 2 -5\n", "line 2"),
    ],
)  # fmt: skip
def test_a_broken_library_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    """Its file, its line, and what to do."""
    path = tmp_path / "broken.txt"
    path.write_text(text)
    assert main(["lab", "locate", "--orlib", str(path)]) == 2
    told = capsys.readouterr().err
    assert str(path) in told and said in told


@pytest.mark.parametrize("number", [1, 3, 4, 5, 7, 8, 10])
def test_published_optima(capsys: pytest.CaptureFixture[str], number: int) -> None:
    """OR-Library's p-medians: the published optimum, and a bound within a hundredth of it."""
    folder = SHARED / "data" / "pmedian"
    if not folder.is_dir():
        pytest.skip(f"NOT TESTED on OR-Library's files: {folder} is absent; set COMMONWEAL_SHARED")
    lines = (folder / "pmedopt.txt").read_text().split()
    best = float(lines[lines.index(f"pmed{number}") + 1])
    found = located(capsys, "--orlib", str(folder / f"pmed{number}.txt"))
    assert found["objective"] == best and best * 0.99 <= found["bound"] <= best
