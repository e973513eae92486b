"""What goes wrong around a command: no instance, no database, a run cut off in the middle, two at once."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEADER = "call_number,agency,nature,priority,source,received,dispatched,address,longitude,latitude"
pytestmark = pytest.mark.slow


def start(home: Path, *words: str, **settings: str) -> subprocess.Popen[str]:
    """The command in a process of its own, with an environment of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_URL", "COMMONWEAL"))}
    env = kept | {"PYTHONPATH": str(ROOT / "src")} | settings
    return subprocess.Popen(
        [sys.executable, "-m", "commonweal", *words, "--home", str(home)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env,
    )  # fmt: skip


def said(home: Path, *words: str, **settings: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    process = start(home, *words, **settings)
    out, err = process.communicate(timeout=300)
    assert "Traceback" not in err, err
    return process.returncode, out, err


@pytest.fixture(name="county", scope="module")
def an_instance(fresh_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance on SQLite."""
    return shutil.copytree(fresh_home, tmp_path_factory.mktemp("county") / "home")


def calls_file(folder: Path, number: int, prefix: str = "K") -> Path:
    """So many calls."""
    path = folder / f"{prefix}{number}.csv"
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADER.split(","))
        for n in range(number):
            when = f"2025-03-{n % 28 + 1:02d} 10:{n % 60:02d}:00"
            writer.writerow([f"{prefix}{n}", "police", "NOISE", 3, "911", when, "", "", "", ""])
    return path


def stored(home: Path, prefix: str) -> int:
    """How many calls of a prefix stand."""
    with sqlite3.connect(home / "commonweal.sqlite3") as database:
        query = "SELECT count(*), count(DISTINCT external_id) FROM calls_call WHERE external_id LIKE ?"
        rows, numbers = database.execute(query, [prefix + "%"]).fetchone()
    assert rows == numbers, "a call stands twice"
    return int(rows)


class TestNoInstance:
    """A wrong --home is named, with the remedy, and nothing is made."""

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        code, _out, err = said(tmp_path / "typo", "journal", "verify")
        assert code == 3 and "does not exist" in err and "commonweal init" in err
        assert not (tmp_path / "typo").exists()

    def test_a_folder_of_something_else(self, tmp_path: Path) -> None:
        code, _out, err = said(tmp_path, "serve")
        assert code == 3 and "no secret.key" in err and list(tmp_path.iterdir()) == []

    def test_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "file"
        file.write_text("x")
        code, _out, err = said(file, "triage", "replay", "--protocol", "harlow")
        assert code == 3 and "it is a file" in err

    @pytest.mark.parametrize("place", ["/proc/county", "/dev/null/county"])
    def test_a_place_where_nothing_can_be_made(self, place: str) -> None:
        code, _out, err = said(Path(place), "init")
        assert code == 3 and "cannot be made" in err and "Choose a folder" in err

    def test_help_needs_none(self, tmp_path: Path) -> None:
        code, out, _err = said(tmp_path / "typo", "import", "calls", "--help")
        assert code == 0 and "--profile" in out and not (tmp_path / "typo").exists()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://a:hidden@127.0.0.1/x", "use postgresql://"),
        ("postgresql://a:hidden@127.0.0.1:port/x", "port is no number"),
        ("postgresql://a:hidden@127.0.0.1:5432", "names no database"),
        ("postgresql://a:hidden@127.0.0.1:1/x", "did not answer"),
        ("postgresql:///x?host=/nowhere", "did not answer"),
    ],
    ids="scheme port name refused socket".split(),
)
def test_a_wrong_database_is_said_without_its_password(county: Path, url: str, why: str) -> None:
    code, _out, err = said(county, "journal", "verify", DATABASE_URL=url)
    assert code != 0 and why in err and "DATABASE_URL" in err and "hidden" not in err


def test_a_run_that_is_cut_off_is_run_again(county: Path, tmp_path: Path) -> None:
    """Killed in the middle: what was kept stays, nothing is doubled, nothing is lost; the run is seen."""
    file = calls_file(tmp_path, 30_000)
    words = ("import", "calls", str(file), "--profile", "calls_plain", "--json")
    process = start(county, *words)
    deadline = time.monotonic() + 120
    while not (kept := stored(county, "K")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.communicate()
    kept = stored(county, "K")
    assert 0 < kept < 30_000, "it was not cut off in the middle"
    with sqlite3.connect(county / "commonweal.sqlite3") as database:
        [(counts,)] = database.execute("SELECT counts FROM kernel_importrun WHERE finished_at IS NULL")
    assert json.loads(counts)["accepted"] == kept, "the run says how far it came"
    code, out, _err = said(county, *words)
    found = json.loads(out)
    assert (code, found["unchanged"], found["accepted"]) == (0, kept, 30_000 - kept)
    assert stored(county, "K") == 30_000
    assert said(county, "journal", "verify")[1].startswith("Sound")


def test_two_at_the_same_time_make_one(county: Path, tmp_path: Path) -> None:
    """Both end well; together they accept each call once, for one centre that neither found there."""
    file = calls_file(tmp_path, 5_000, "T")
    words = ("import", "calls", str(file), "--profile", "calls_plain", "--agency", "Twin", "--json")
    both = [start(county, *words) for _ in range(2)]
    found = []
    for process in both:
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        found.append(json.loads(out))
    assert sum(one["accepted"] for one in found) == 5_000 == stored(county, "T")
    assert all(one["accepted"] + one["unchanged"] == 5_000 for one in found)
