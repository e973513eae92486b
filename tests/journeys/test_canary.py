"""The canary test: no protected value leaves in any byte without a journal line of who read it."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from ninja.operation import Operation

from commonweal.agencies.roles import ROLES
from journeys.crawling import Crawl, routes
from journeys.site import populate
from journeys.ways import CARRIES, WAYS, judge

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="one crawl is enough"),
]
EVERYBODY = [*ROLES, "stranger"]
WHO_READS = ["case_manager", "clinician", "cit_officer", "call_taker", "records_steward", "person"]


@pytest.fixture(scope="module")
def site_crawl(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Crawl]:
    """One person known to the police and to care, a token in every protected value; taken back at the end.

    Filled once for all roles that this worker crawls; every visit is taken back by itself.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield Crawl(populate())
        transaction.set_rollback(True)


@pytest.fixture
def crawl(site_crawl: Crawl) -> Iterator[Crawl]:
    """The crawl, hearing every logger at every level, with no faults yet."""
    root = logging.getLogger()
    level, others = root.level, root.handlers
    site_crawl.faults.clear()
    root.handlers = [site_crawl.heard]  # others would write every fault down a second and a third time
    root.setLevel(logging.DEBUG)
    yield site_crawl
    root.handlers = others
    root.setLevel(level)


@pytest.mark.parametrize("role", EVERYBODY)
def test_no_token_leaves_without_its_line(crawl: Crawl, role: str) -> None:
    """Every address, question, form and fragment, and every operation of the API."""
    crawl.pages(role)
    crawl.api(role)
    print(role, crawl.sent, "requests; shown", crawl.shown_to(role))
    assert not crawl.faults, "\n".join(sorted(crawl.faults))


@pytest.mark.parametrize("way", WAYS)
def test_no_other_way_out_carries_what_it_may_not(crawl: Crawl, way: str) -> None:
    """Files, letters, commands, the worker, what is kept: nothing without its line; what may leave does."""
    shown = judge(crawl, way)
    assert not crawl.faults, "\n".join(sorted(crawl.faults))
    assert bool(shown) is (way in CARRIES), shown or "nothing left by a way that carries"


@pytest.mark.parametrize("role", WHO_READS)
def test_a_fault_tells_nothing(crawl: Crawl, role: str) -> None:
    """A fault whose words are the whole page: neither the error page nor the log repeats one of them."""
    assert crawl.operations, "the API's own description is read while it can be"
    with ExitStack() as broken:
        for _, pattern in routes():
            broken.enter_context(patch.object(pattern, "callback", _breaking(pattern.callback)))
        broken.enter_context(patch.object(Operation, "_result_to_response", _break))
        crawl.failing(role)
    assert not crawl.faults, "\n".join(sorted(crawl.faults))


def _breaking(view):
    def broken(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        found = view(request, *args, **kwargs)
        if found.status_code != 200 or found.streaming:
            return found
        raise RuntimeError(found.content.decode())

    broken.__dict__.update(getattr(view, "__dict__", {}))
    return broken


def _break(operation: Operation, request: HttpRequest, result: object, *_: object) -> HttpResponse:
    raise RuntimeError(repr(result))
