"""Texts longer than their column: refused by name before the database sees them, on either database.

PostgreSQL refuses such a row without saying which field; SQLite keeps it, and the site could never move.
"""

from functools import lru_cache

from django.db.models import CharField, Model
from django.db.models.signals import pre_save
from django.dispatch import receiver

from commonweal.kernel.errors import Invalid
from commonweal.kernel.models import Base


@lru_cache(maxsize=512)
def limits(model: type[Model]) -> tuple[tuple[str, int], ...]:
    """Each text column of a model that has a greatest length, with it."""
    fields = model._meta.concrete_fields
    return tuple((f.attname, f.max_length) for f in fields if isinstance(f, CharField) and f.max_length)


@receiver(pre_save)
def refuse_too_long(sender: type[Model], instance: Model, raw: bool = False, **_: object) -> None:
    """Invalid where a text is longer than its column; rows loaded from a backup (`raw`) pass."""
    if raw or not issubclass(sender, Base):
        return
    for name, most in limits(sender):
        value = instance.__dict__.get(name)
        if isinstance(value, str) and len(value) > most:
            raise Invalid(name, value, "Write at most %(most)s characters.", most=most)
