"""Migrations, rehearsed on a database file of their own: from nothing to all tables, once."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

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
    """Every table of the instance with the statement that makes it."""
    with sqlite3.connect(home / "commonweal.sqlite3") as connection:
        return dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall())


@pytest.mark.slow
def test_an_empty_folder_becomes_an_instance_once(tmp_path: Path) -> None:
    """All steps apply from nothing, every model has its table, and a second run finds nothing to do."""
    manage(tmp_path, "migrate", "-v0")
    made = tables(tmp_path)
    assert {model._meta.db_table for model in apps.get_models() if model._meta.managed} <= set(made)
    assert "no planned migration operations" in manage(tmp_path, "migrate", "--plan").lower()
    assert tables(tmp_path) == made
