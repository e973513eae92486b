"""Given and taken back is as if never given: every page and every answer opens what it opened before.

A worker of each agency that a consent names looks at every address and every reading operation of the API,
before the person agrees, while the consent stands, and after it was taken back or has ended by its own hour.
"""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.labels import CATEGORIES
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries
from factories.cast import ROLE_AT, SETUP
from journeys.crawling import Crawl
from journeys.site import populate

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="one crawl is enough"),
]
LASTS = timedelta(hours=2)


@pytest.fixture(scope="module", name="crawl")
def a_site(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Crawl]:
    """One person known to the police and to care, a token in every protected value, no consent in force."""
    with django_db_blocker.unblock(), transaction.atomic():
        found = Crawl(populate())
        sharing.revoke_every_consent(by=officer(found), person=person_of(found))
        yield found
        transaction.set_rollback(True)


def person_of(crawl: Crawl) -> UUID:
    return crawl.site.hold.ids["person"][0]


def officer(crawl: Crawl) -> Actor:
    return crawl.site.centre.cast["privacy_officer"]


def opened(crawl: Crawl, role: str) -> set[str]:
    """Where each protected value stands that this role is shown, by any address and any reading operation."""
    crawl.shown[role].clear()
    crawl.reads(role)
    return {crawl.site.aviary.birds[token].where for token in crawl.shown[role]}


def agrees(crawl: Crawl, role: str) -> list[UUID]:
    """The person signs all that a consent can open to the agency of this role, for two hours."""
    named = [crawl.site.centre.cast.agency[ROLE_AT[role]]]
    return [
        sharing.record_consent(
            by=SETUP, person=person_of(crawl), form=form, recipients=named, categories=sorted(CATEGORIES),
            purposes=["care_coordination", "treatment"], signer="Rosa Delgado", signature="M0 0L9 9",
            expires_at=clock.now() + LASTS,
        ).id
        for form in ("roi", "part2")
    ]  # fmt: skip


def take_back(crawl: Crawl, consents: list[UUID]) -> None:
    """The person says so; it holds at once."""
    for consent in consents:
        sharing.revoke_consent(by=officer(crawl), consent=consent)
    assert not queries.consents_in_force(person_of(crawl)).exists()


@pytest.mark.parametrize(
    ("role", "ends"),
    [
        ("case_manager", "taken back"),
        ("clinician", "taken back"),
        ("clinician", "by its hour"),
        ("shelter_worker", "taken back"),
    ],
)
def test_after_it_everything_is_as_it_was_before(crawl: Crawl, role: str, ends: str) -> None:
    by_its_hour = ends == "by its hour"
    later = clock.now() + (LASTS + timedelta(minutes=1) if by_its_hour else timedelta())
    with transaction.atomic():
        with clock.at(later):
            before = opened(crawl, role)
        consents = agrees(crawl, role)
        while_it_stands = opened(crawl, role)
        if not by_its_hour:
            take_back(crawl, consents)
        with clock.at(later):
            after = opened(crawl, role)
        transaction.set_rollback(True)
    assert while_it_stands > before, "a consent opens something, and closes nothing"
    assert after == before, sorted(after ^ before)
    assert not crawl.faults, "\n".join(sorted(crawl.faults))
