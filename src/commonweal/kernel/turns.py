"""Taking turns: work of one name is done by one transaction at a time."""

from hashlib import blake2b

from django.db import connection


def take_turn(name: str) -> None:
    """Wait until no other transaction holds the name; it is given back when this transaction ends.

    On PostgreSQL an advisory lock; on SQLite there is one writer anyway (decision record 0006).
    """
    if connection.vendor == "postgresql":
        key = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
