"""One small county for all the tests of this folder; a county takes seconds, so it is made once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from commonweal.demo.county import County, generate

NOW = datetime(2025, 11, 1, 18, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def harlow() -> County:
    """The county with all of its crises and a tenth of its routine calls."""
    return generate(seed=7, now=NOW, scale=0.1)
