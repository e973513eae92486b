"""What no form expects, in every field of every form, filter and API body: an answer in words, never a fault.

The populated site of the crawl. One field at a time is spoilt and the others are filled as somebody would, so
that each value reaches the code that reads it. Each field gets some of the values, other fields others, the
same ones every time; with COMMONWEAL_WHOLE=1 (ten minutes) each field gets them all. On PostgreSQL this also
finds what SQLite lets pass: texts longer than their column, numbers beyond it.
"""

import json
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit
from zlib import crc32

import pytest
from django.db import transaction
from django.urls import resolve

from commonweal.agencies.roles import ROLES
from journeys.crawling import OWN_DOORS, Crawl, Form, _guard, _send, _words, addresses, forms_of, undone
from journeys.site import Site, populate

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MARK = "<b id=cqx>'\"&"  # comes back as text, or somebody could write the page
HOSTILE = (
    "", "0001-01-01", "9999-12-31T23:59", "-1", "1e400", "NaN", "99999999999999999999", "x" * 9_000, "\u0663",
    "00000000-0000-0000-0000-000000000000", "-121.6,210", MARK,
)  # fmt: skip
JSON_HOSTILE: tuple[Any, ...] = (
    None, [], {}, -1, 10**30, 1e308, True, "", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "x" * 9_000,
    "a\x00b", "00000000-0000-0000-0000-000000000000", ["x" * 9_000], {"x": "\x00"},
)  # fmt: skip

T = TypeVar("T")
SHARE = 1 if os.environ.get("COMMONWEAL_WHOLE") else 4  # one value in so many for each field


def some(values: tuple[T, ...], of: str) -> tuple[T, ...]:
    """The values that this field gets: a share of them, another for each field."""
    return values[crc32(of.encode()) % SHARE :: SHARE]


@dataclass
class Trial:
    """One role against the site: what was tried already, and what went wrong, in words."""

    site: Site
    tried: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    sent: int = 0

    def forms(self, role: str) -> Iterator[Form]:
        """Every form and every filter of every page that opens to the role."""
        allowed = getattr(self.site.actors.get(role), "permissions", frozenset())
        for address, route, view in addresses(self.site):
            guard = _guard(view)
            if route.startswith(OWN_DOORS) or (guard and not allowed & set(guard)):
                continue
            with undone(self.site.clients[role]):
                page = self.site.clients[role].get(address)
                text = _words(page)
            if page.status_code == 200 and "html" in page.headers.get("Content-Type", ""):
                yield from forms_of(address, text)

    def spoil(self, role: str, form: Form) -> None:
        """Send the form once for each field and each hostile value."""
        path = urlsplit(form.action).path
        route = resolve(path).route
        if route.startswith(OWN_DOORS):
            return
        asked = dict(parse_qsl(urlsplit(form.action).query))
        values = {**(asked if form.method == "get" else {}), **form.values}
        act = "/".join(str(values[n]) for n in ("act", "how", "way", "status") if n in values)
        for name in values:
            if f"{form.method} {route} {name} {act}" in self.tried:
                continue
            self.tried.add(f"{form.method} {route} {name} {act}")
            for value in some(HOSTILE, f"{route} {name}"):
                self.send(role, form.method, form.action, {**values, name: value}, f"{name}={value[:24]!r}")

    def send(self, role: str, method: str, address: str, data: Any, said: str) -> None:
        """One request, taken back; its answer is no fault, and nothing that was typed became markup."""
        client = self.site.clients[role]
        with undone(client):
            answer = _send(client, method, address, data, {})
            texts = [_words(answer)]
            if answer.status_code in (302, 303) and method == "post":
                texts.append(_words(client.get(answer["Location"])))
        self.sent += 1
        if answer.status_code >= 500:
            self.faults.append(f"{role} {method} {address} {said}: {answer.status_code}")
        if MARK in "".join(texts) and "html" in answer.headers.get("Content-Type", "html"):
            self.faults.append(f"{role} {method} {address} {said}: came back as markup")


@pytest.fixture(scope="module")
def trial(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Trial]:
    """The site, filled once; every request is taken back by itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Trial(populate())
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def quiet(trial: Trial, caplog: pytest.LogCaptureFixture) -> None:
    """No faults yet; refusals are not worth their lines."""
    trial.faults.clear()
    caplog.set_level(logging.CRITICAL, "django.request")


@pytest.mark.parametrize("role", [*ROLES, "stranger"])
def test_every_field_of_every_form(trial: Trial, role: str) -> None:
    for form in trial.forms(role):
        trial.spoil(role, form)
    print(role, trial.sent, "requests")
    assert not trial.faults, "\n".join(sorted(set(trial.faults)))


def spoilt(path: str, body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The body with one field spoilt, at the top and below."""
    for name, given in body.items():
        for value in some(JSON_HOSTILE, f"{path} {name}"):
            yield f"{name}={json.dumps(value)[:32]}", {**body, name: value}
        if isinstance(given, dict):
            for said, inner in spoilt(path, given):
                yield f"{name}.{said}", {**body, name: inner}
        if isinstance(given, list) and given and isinstance(given[0], dict):
            for said, inner in spoilt(path, given[0]):
                yield f"{name}[0].{said}", {**body, name: [inner]}


ABLE = ["administrator", "supervisor", "cit_officer", "case_manager", "privacy_officer", "community_liaison"]
ABLE += ["call_taker", "clinician", "provider_staff", "records_steward", "training_coordinator", "evaluator"]
ABLE += ["program_manager", "plan_approver", "person"]


@pytest.mark.parametrize("role", ABLE)
def test_every_field_of_every_body(trial: Trial, role: str) -> None:
    """Every operation that the role may call, once for each field and each hostile value."""
    for method, address, path, body in Crawl(trial.site).operations:
        if not isinstance(body, dict) or path in trial.tried:
            continue
        with undone(trial.site.clients[role]):
            if _send(trial.site.clients[role], method, address, body, {}).status_code in (401, 403, 404):
                continue
        trial.tried.add(path)
        for said, wrong in spoilt(path, body):
            trial.send(role, method, address, wrong, said)
    print(role, trial.sent, "requests")
    assert not trial.faults, "\n".join(sorted(set(trial.faults)))
