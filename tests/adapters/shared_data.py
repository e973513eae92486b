"""Where the real files lie, for the tests that read them; those skip, saying so, where they are absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("COMMONWEAL_SHARED", Path(__file__).parents[2] / ".." / "shared")).resolve()


def real_files(pattern: str) -> list[Path]:
    """Return the real files that match, such as ``calls_alexandria/*.csv``; skip the test where none do."""
    found = sorted((SHARED / "data").glob(pattern))
    if not found:
        pytest.skip(f"no real file {pattern} under {SHARED / 'data'}: set COMMONWEAL_SHARED to their place")
    return found
