"""A condition written into the statement: the one way in which SQLite uses a partial index."""

import pytest
from django.db import connection
from django.db.models import Func, Model

from commonweal.calls.models import OPEN_STATES, Call
from commonweal.calls.queries import open_calls
from commonweal.kernel import clock
from commonweal.kernel.conditions import one_of
from commonweal.messages.models import Delivery
from factories.calls import open_centre

READ = [
    (Call, one_of("state", OPEN_STATES), "call_open"),
    (Delivery, one_of("state", ["waiting"]), "delivery_due"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "condition", "index"), READ)
def test_the_statement_says_what_its_index_says(model: type[Model], condition: Func, index: str) -> None:
    """A value handed over beside the statement made SQLite read every call there ever was."""
    rows = model._default_manager.filter(condition)
    statement, beside = rows.query.sql_with_params()
    assert "waiting" in statement and not beside
    if connection.vendor == "sqlite":
        told = (rows.filter(due_at__lte=clock.now()) if model is Delivery else rows).explain()
        assert index in told, told


@pytest.mark.django_db
def test_it_holds_for_the_codes_named_and_no_others() -> None:
    """As `in` and `=` do."""
    centre = open_centre(staffed=False)
    call = centre.call()
    assert Call.objects.filter(one_of("state", ["waiting"])).get().id == call
    assert not Call.objects.filter(one_of("state", ["queued", "cleared"])).exists()
    assert [view.id for view in open_calls(centre.desk.agency)] == [call]


@pytest.mark.parametrize("values", [[], ["it's"], ["a; drop"], ["A"], [""]])
def test_nothing_typed_is_ever_written_into_a_statement(values: list[str]) -> None:
    """Codes of ours alone."""
    with pytest.raises(ValueError, match="state"):
        one_of("state", values)
