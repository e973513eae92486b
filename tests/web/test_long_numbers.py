"""A number of five thousand digits where a form asks for one: refused by name, never an error of ours."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.kernel import clock
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries
from commonweal.web.pages import whole
from factories.cast import Cast, gather
from factories.referrals import loop
from factories.visitor import visit

pytestmark = pytest.mark.django_db
LONG = ("9" * 5_000, "9" * 20, "\u0661\u0662", "\u00b2", "-1", "1e9", "")


@pytest.fixture(name="cast")
def the_cast() -> Iterator[Cast]:
    """Agencies and their workers."""
    yield gather()


@pytest.mark.parametrize("typed", LONG)
def test_what_is_no_number_to_count_with_is_none(typed: str) -> None:
    assert whole(typed) is None
    assert (whole(" 42 "), whole("0"), whole("999999999")) == (42, 0, 999_999_999)


def refused(client: Client, path: str, field: str, **sent: str) -> None:
    """The form comes back refused, whatever was typed into the field."""
    for typed in LONG[:3]:
        assert client.post(path, {**sent, field: typed}).status_code == 400, (path, typed[:9])


def test_pairs_to_draw(cast: Cast) -> None:
    refused(visit(cast["records_steward"]), reverse("records:draw"), "size")


def test_room_that_is_posted() -> None:
    it = loop()
    path = reverse("provider:capacity", args=[it.beds])
    refused(visit(it.cast["shelter_worker"]), path, "available", waiting="0")


def test_the_version_that_a_policy_was_read_against(cast: Cast) -> None:
    starts = clock.today() + timedelta(days=2)
    draft = sharing.PolicyDraft(rules=queries.rules_in_force(), why="As it is", starts=starts)
    made = sharing.draft_policy(by=cast["privacy_officer"], said=draft)
    path = reverse("steward:policy", args=[made.id])
    refused(visit(cast["counsel"]), path, "against", act="approve", digest="x")


def test_hours_of_a_course(cast: Cast) -> None:
    sent = {"code": "c1", "title_en": "One", "title_es": "Uno", "certificate": "cit"}
    refused(visit(cast["training_coordinator"]), reverse("trainer:courses"), "hours", **sent)
