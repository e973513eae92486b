"""Guesses are counted by every process together, one by one, without the address in words."""

import threading

import pytest
from django.core.cache.backends.db import DatabaseCache
from django.db import connection

from commonweal.kernel import brake as brakes
from commonweal.kernel.brake import Brake

HERE, THERE = "203.0.113.9", "203.0.113.8"
brake = Brake("test", limit=6, seconds=60)


@pytest.mark.django_db
def test_an_address_waits_after_the_last_of_its_tries() -> None:
    """Not before, nor another address, nor at another brake; let go, it begins anew."""
    for _ in range(brake.limit):
        assert not brake.holds(HERE)
        brake.note(HERE)
    assert brake.holds(HERE)
    assert not brake.holds(THERE) and not Brake("other", 6, 60).holds(HERE)
    brake.note(HERE)  # one more than there are places
    brake.forget(HERE)
    assert not brake.holds(HERE)


@pytest.mark.django_db
def test_what_one_process_counts_another_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two clients of the cache, as two processes hold them; no address stands in its table."""
    for _ in range(brake.limit // 2):
        brake.note(HERE)
    monkeypatch.setattr(brakes, "cache", DatabaseCache("kernel_cache", {}))
    for _ in range(brake.limit // 2):
        brake.note(HERE)
    monkeypatch.undo()
    assert brake.holds(HERE)
    with connection.cursor() as rows:
        rows.execute("SELECT cache_key, value FROM kernel_cache")
        assert not [row for row in rows.fetchall() if "203.0" in str(row)]


@pytest.mark.django_db(transaction=True)
def test_guesses_sent_at_once_are_counted_one_by_one() -> None:
    """As many at the same moment as there are places fill them all."""
    brake.forget(HERE)

    def guess() -> None:
        brake.note(HERE)
        connection.close()

    at_once = [threading.Thread(target=guess) for _ in range(brake.limit)]
    for one in at_once:
        one.start()
    for one in at_once:
        one.join(60)
    assert brake.holds(HERE)
    brake.forget(HERE)
