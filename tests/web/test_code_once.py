"""A one-time code opens one door once, whichever process of the server is asked."""

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection

pytestmark = pytest.mark.django_db


def test_what_one_process_notes_another_finds() -> None:
    """Two clients of the store, as two processes hold them."""
    place = settings.CACHES["default"]["LOCATION"]
    one, other = DatabaseCache(place, {}), DatabaseCache(place, {})
    assert one.add("mfa.totp.used", "y", timeout=30)
    assert not other.add("mfa.totp.used", "y", timeout=30), "used at one is used at both"
    assert type(caches["default"]) is DatabaseCache


def test_the_table_is_there() -> None:
    assert settings.CACHES["default"]["LOCATION"] in connection.introspection.table_names()
