"""The doors contract finds what it must find, and lets honest imports through."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .commonweal_contracts import ROOMS, breach

ROOT = Path(__file__).parents[2]

ALLOWED = [
    ("commonweal.calls.actions", "commonweal.sharing.actions"),
    ("commonweal.calls.actions", "commonweal.calls.models"),
    ("commonweal.calls.models", "commonweal.kernel.models"),
    ("commonweal.calls.actions", "commonweal.engines.triage.decide"),
    ("commonweal.sharing.actions.consents", "commonweal.sharing.models.consents"),
    ("commonweal.web.desk.views", "commonweal.calls.queries"),
    ("commonweal.web.desk.views", "commonweal.adapters.cad_csv.reader"),
    ("commonweal.web.desk.views", "commonweal.web.shell"),
    ("commonweal.cli.main", "commonweal.demo.county"),
    ("commonweal.cli.lab.triage", "commonweal.engines.triage"),
    ("commonweal.config.urls", "commonweal.web.desk.urls"),
    ("commonweal.config.settings", "commonweal.agencies.models"),
]

REFUSED = [
    ("commonweal.calls.actions", "commonweal.sharing.models"),
    ("commonweal.calls.actions", "commonweal.sharing"),
    ("commonweal.calls.actions", "commonweal.sharing.actions.consents"),
    ("commonweal.flow", "commonweal.messages.outbox"),
    ("commonweal.demo.county", "commonweal.people.models"),
    ("commonweal.adapters.cad_csv.reader", "commonweal.calls.models"),
    ("commonweal.web.desk.views", "commonweal.calls.models"),
    ("commonweal.web.desk.views", "commonweal.kernel.models"),
    ("commonweal.web.desk.views", "commonweal.engines.triage"),
    ("commonweal.web.desk.views", "commonweal.engines.disclosure.values"),
    ("commonweal.web.desk.views", "commonweal.adapters.cad_csv.columns"),
    ("commonweal.web.desk.views", "commonweal.adapters.cad_csv"),
    ("commonweal.web.desk.views", "commonweal.demo.county"),
    ("commonweal.api.v1", "commonweal.web.desk.views"),
    ("commonweal.cli.main", "commonweal.engines.triage"),
]


@pytest.mark.parametrize(("importer", "imported"), ALLOWED)
def test_honest_import_passes(importer: str, imported: str) -> None:
    """What the house allows is not refused."""
    assert breach(importer, imported) is None


@pytest.mark.parametrize(("importer", "imported"), REFUSED)
def test_breach_is_refused_with_a_remedy(importer: str, imported: str) -> None:
    """Each breach names what to do instead."""
    remedy = breach(importer, imported)
    assert remedy is not None and len(remedy) > 20


def test_every_room_of_the_corridor_has_doors() -> None:
    """A room placed in the corridor is known to the contract, and none is known that does not exist."""
    lines = (ROOT / ".importlinter").read_text().split("layers =")[1].split("[importlinter:")[0].splitlines()
    names = {
        part.strip() for line in lines if not line.strip().startswith("#") for part in line.split("|")
    } - {""}
    outside = {"config", "cli", "web", "api", "demo", "flow", "adapters", "kernel", "engines", "packs"}
    assert names - outside == ROOMS


def test_a_planted_breach_fails_the_real_linter(tmp_path: Path) -> None:
    """A copy of the house with one wrong import makes lint-imports fail and say how to mend it."""
    house = tmp_path / "src" / "commonweal"
    left_out = shutil.ignore_patterns("vendor", "__pycache__")
    shutil.copytree(ROOT / "src" / "commonweal", house, ignore=left_out)
    (house / "calls" / "models.py").touch()
    (house / "web" / "desk" / "planted.py").write_text("import commonweal.calls.models\n")
    shutil.copy(ROOT / ".importlinter", tmp_path)
    path = os.pathsep.join([str(tmp_path / "src"), str(ROOT / "tests" / "house")])
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--contract", "doors"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 1
    assert "commonweal.web.desk.planted (l.1) imports commonweal.calls.models" in run.stdout
    assert "mend: use commonweal.calls.actions" in run.stdout
