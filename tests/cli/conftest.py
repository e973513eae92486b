"""An instance as `commonweal init` leaves it: made once, copied for whoever changes it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def fresh_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new instance on SQLite; nobody may change it."""
    home = tmp_path_factory.mktemp("fresh") / "home"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_URL", "COMMONWEAL_HOME"))}
    env = kept | {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "commonweal.config.settings"}
    command = [sys.executable, "-m", "commonweal", "init", "--home", str(home)]
    subprocess.run(command, check=True, env=env, capture_output=True)
    return home


@pytest.fixture
def new_home(fresh_home: Path, tmp_path: Path) -> Path:
    """A new instance of one's own."""
    return shutil.copytree(fresh_home, tmp_path / "home")
