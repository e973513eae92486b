"""The canary test: no protected value leaves in any byte without a journal line of who read it."""

import pytest
from django.db import connection

from commonweal.sharing.actions import gate
from journeys.canaries import crawl, populate

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="one crawl is enough"),
]


def test_no_token_leaves_without_its_line() -> None:
    """Every address as every role and as a stranger."""
    site = populate()
    assert len(site.canaries) > 20
    assert crawl(site, [*site.clients]) == []


def test_the_crawl_notices_a_gate_that_does_not_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the logging call the same pages are reported: the first test can fail."""
    site = populate()
    monkeypatch.setattr(gate, "_record", lambda *_: None)
    assert crawl(site, ["person"])
