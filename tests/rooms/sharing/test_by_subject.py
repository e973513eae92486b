"""The gate finds what it asks about by its id, however many records the instance holds."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from commonweal.kernel.actors import Subject
from commonweal.sharing.facts import origins
from commonweal.sharing.models import Holding

pytestmark = pytest.mark.django_db


def test_no_question_of_the_gate_reads_every_holding() -> None:
    """A plan that scans the table takes a sixth of a second with a million calls, at every question."""
    Holding.objects.bulk_create(Holding(kind="call", subject=uuid4()) for _ in range(2_000))
    with CaptureQueriesContext(connection) as asked:
        origins([Subject("call", uuid4())])
    said = [q["sql"] for q in asked if "sharing_holding" in q["sql"]]
    assert len(said) == 1
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE sharing_holding")  # without figures it may plan anything
        cursor.execute(f"EXPLAIN {'' if connection.vendor == 'postgresql' else 'QUERY PLAN'} {said[0]}")
        plan = " ".join(str(cell) for row in cursor.fetchall() for cell in row)
    assert "holding_once" in plan or "SEARCH sharing_holding" in plan, plan
    assert "SCAN sharing_holding" not in plan and "Seq Scan on sharing_holding" not in plan


def test_one_id_may_stand_for_two_kinds_but_never_twice_for_one() -> None:
    """The index that finds it also keeps it single."""
    one = uuid4()
    Holding.objects.create(kind="call", subject=one)
    Holding.objects.create(kind="encounter", subject=one)
    with pytest.raises(IntegrityError), transaction.atomic():
        Holding.objects.create(kind="call", subject=one)
    assert {s.kind for s in origins([Subject("call", one)])} == {"call"}
