"""What the tests of the verification standard share: a site behind TLS, and every answer of it."""

import os
import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch
from uuid import UUID

from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client, override_settings

from commonweal.config import settings as plain
from commonweal.kernel.models import JournalLine
from factories.cast import Cast
from factories.visitor import visit
from journeys.crawling import routes

NOBODY = UUID(int=7)
WHO = ("stranger", "administrator", "call_taker", "clinician", "privacy_officer", "program_manager")


def behind_tls() -> dict[str, object]:
    """The settings that differ once a proxy ends TLS, read from the settings themselves."""
    with patch.dict(os.environ, {"COMMONWEAL_HTTPS": "on"}):
        found = runpy.run_path(str(plain.__file__))
    names = [n for n in found if n.isupper() and n.startswith(("SESSION_", "CSRF_", "SECURE_", "LANGUAGE_"))]
    return {n: found[n] for n in names if found[n] != getattr(plain, n, None)}


@contextmanager
def tls() -> Iterator[None]:
    """A site behind TLS."""
    with override_settings(**behind_tls()):
        yield


@dataclass(frozen=True)
class Met:
    """One answer: who asked for what, and which kinds of line it left in the journal."""

    who: str
    path: str
    answer: HttpResponseBase
    kinds: frozenset[str]


def addresses() -> list[str]:
    """Every address of the product, its ids filled with one that no row has."""
    found = set()
    for route, pattern in routes():
        path = route.replace("^", "").replace("$", "")
        if path.startswith("live/") or "(?P" in path:
            continue
        for name, converter in pattern.pattern.converters.items():
            kind = type(converter).__name__.lower()
            value = str(NOBODY) if "uuid" in kind else "1" if "int" in kind else "t"
            for mark in ("uuid:", "str:", "slug:", "int:", ""):
                path = path.replace(f"<{mark}{name}>", value)
        found.add(f"/{path}")
    return sorted(found)


def met_by(cast: Cast) -> Iterator[Met]:
    """Every address asked for by GET over TLS as a stranger and as five kinds of worker."""
    for who in WHO:
        client = Client() if who == "stranger" else visit(cast[who])
        client.raise_request_exception = False
        if who != "stranger":
            key = settings.SESSION_COOKIE_NAME
            assert key in client.cookies, key
        for path in addresses():
            last = JournalLine.objects.order_by("-id").values_list("id", flat=True).first() or 0
            answer = client.get(path, secure=True)
            kinds = JournalLine.objects.filter(id__gt=last).values_list("kind", flat=True)
            yield Met(who, path, answer, frozenset(kinds))
            if path.startswith("/account/logout"):
                client = Client() if who == "stranger" else visit(cast[who])
                client.raise_request_exception = False
