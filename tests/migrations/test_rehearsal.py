"""Migrations, rehearsed on a database file of their own: from nothing to all tables, once."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def manage(home: Path, *words: str) -> str:
    """Run a Django command on the instance in `home`; its output."""
    settings = {
        **os.environ,
        "COMMONWEAL_HOME": str(home),
        "DATABASE_URL": "",
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "commonweal.config.settings",
    }
    run = subprocess.run(
        [sys.executable, "-m", "django", *words], env=settings, capture_output=True, text=True, timeout=900
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return run.stdout


def tables(home: Path) -> dict[str, str]:
    """Every table of the product's own rooms with the statement that makes it."""
    with sqlite3.connect(home / "commonweal.sqlite3") as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    return {name: sql for name, sql in rows if name.split("_")[0] in OWN}


OWN = {path.parent.name for path in (ROOT / "src" / "commonweal").glob("*/models*")} | {"commonweal"}


@pytest.mark.slow
def test_an_empty_folder_becomes_an_instance_once(tmp_path: Path) -> None:
    """All steps apply from nothing, every room has its tables, and a second run finds nothing to do."""
    manage(tmp_path, "migrate", "-v0")
    made = tables(tmp_path)
    assert {name.split("_")[0] for name in made} == OWN - {"messages", "foresight"}
    assert "no planned migration operations" in manage(tmp_path, "migrate", "--plan").lower()
    assert tables(tmp_path) == made
