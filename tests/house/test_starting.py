"""A command begins at once: what takes seconds to read is read by the act that needs it."""

import subprocess
import sys
from pathlib import Path

SLOW = set("numba splink duckdb pandas statsforecast sklearn scipy.integrate scipy.optimize".split())
ASKED = """
import sys, django
django.setup()
import commonweal.config.urls
print(*sys.modules)
"""


def test_no_page_and_no_command_waits_for_an_engine_that_it_does_not_use() -> None:
    """Compilers, databases of analysis and statistics stay unread until somebody calculates."""
    root = Path(__file__).parents[2]
    env = {"PYTHONPATH": str(root / "src"), "DJANGO_SETTINGS_MODULE": "commonweal.config.settings"}
    said = subprocess.run([sys.executable, "-c", ASKED], env=env, capture_output=True, text=True, check=True)
    assert "commonweal.api.v1" in said.stdout.split()
    assert not SLOW & set(said.stdout.split())
