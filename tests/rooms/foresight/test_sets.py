"""Maps of need open to whom the gate lets count, hide small totals, and tell of every file."""

import pytest

from commonweal.foresight import actions
from commonweal.kernel.models import JournalLine
from factories.cast import Cast, gather

pytestmark = pytest.mark.django_db


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


@pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "prosecutor", "clinician"])
def test_who_works_with_people_opens_no_set(cast: Cast, role: str) -> None:
    assert actions.open_set(by=cast[role]) == {}


def test_an_analyst_opens_calls_but_never_those_of_988_or_victim_services(cast: Cast) -> None:
    opened = set(actions.open_set(by=cast["analyst"]))
    assert "ecc" in opened and not opened & {"lifeline_988", "victim_service_provider"}


def test_totals_of_one_to_ten_are_not_shown(cast: Cast) -> None:
    counts = {str(n): n for n in (1, 5, 10, 11, 400)}
    assert actions.shown(by=cast["analyst"], counts=counts) == {"11", "400"}
    assert actions.shown(by=cast["case_manager"], counts=counts) == frozenset()


def test_a_file_is_told_with_who_made_it(cast: Cast) -> None:
    by = cast["analyst"]
    actions.note_export(by=by, form="geojson", cells=12)
    line = JournalLine.objects.get(kind="foresight.exported")
    assert (line.actor, line.data) == (by.id, {"form": "geojson", "cells": 12})
