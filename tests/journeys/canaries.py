"""Canaries: every protected text of a populated system becomes a token that tells where it came from."""

import json
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import UUID

from django.apps import apps
from django.db.models import (
    CharField,
    DateField,
    DateTimeField,
    Field,
    FloatField,
    JSONField,
    Model,
    TextField,
)

from commonweal.kernel.labels import PLAIN, labels_of
from commonweal.kernel.models import JournalLine

# codes of a vocabulary, not words of anybody; and keys that are only compared
CODES = {"given_key", "family_key", "place_source", "geocode_quality", "photo"}
SHORTEST = 20  # characters that a column must take to hold a token
TOKEN = re.compile(r"cq[0-9a-f]{16}")
# a day of birth in every spelling a page may use: the years 1801 to 1899 occur nowhere else
YEAR = re.compile(r"(?<![\w-])(18\d\d)-\d\d-\d\d|(?:, | de |/|\w\. ?|[a-z] )(18\d\d)\b")
POINT = re.compile(r"\b(\d{2,3}\.9[0-9]{5}7)\b")
FREE = "as it was written"  # words in a JSON column, among its codes
# lines that speak of everything under one id, and the tables that stand under it
AS_A_WHOLE = {
    "sharing.request_read": ("sharing.Request.", "sharing.Step.", "sharing.Letter.", "sharing.Statement."),
    "kernel.import_list_read": ("rows refused",),
    "cases.hmis_handed_over": ("cases.HmisRow.",),
}
ANY = "*"  # a thread is read as a whole: any field of its category accounts for it


@dataclass(frozen=True)
class Canary:
    """Where a token was put, and the ids under which a read of it may be journalled."""

    label: str
    where: str
    ids: frozenset[str]

    @property
    def category(self) -> str:
        """Its disclosure category."""
        return self.label.partition(".")[0]

    def accounted_by(self, line: JournalLine) -> bool:
        """Whether this journal line says that the value was read."""
        data, name = line.data, self.label.partition(".")[2]
        if line.kind in AS_A_WHOLE:
            closed = data.get("values") is False  # a list of rows without what the source wrote
            return not closed and line.subject in self.ids and self.where.startswith(AS_A_WHOLE[line.kind])
        return (
            str(data.get("id", line.subject)) in self.ids
            and data.get("category") == self.category
            and (name == ANY or name in data.get("fields", ()))
        )


@dataclass
class Aviary:
    """Every canary by its token."""

    birds: dict[str, Canary] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> dict[str, list[str]]:
        """Tokens by each id that accounts for them."""
        found: dict[str, list[str]] = {}
        for token, canary in self.birds.items():
            for one in canary.ids:
                found.setdefault(one, []).append(token)
        return found

    def heard_in(self, text: str) -> set[str]:
        """The tokens that these words hold: texts, days of birth, points on a map."""
        found = set(TOKEN.findall(text)) if "cq" in text else set()
        found |= {f"year {a or b}" for a, b in YEAR.findall(text)} if "18" in text else set()
        found |= {f"point {n}" for n in POINT.findall(text)} if ".9" in text else set()
        return found & self.birds.keys()

    def owed_by(self, line: JournalLine) -> set[str]:
        """The tokens that this journal line says were read."""
        near = self.by_id.get(str(line.data.get("id", line.subject)), ())
        return {token for token in near if self.birds[token].accounted_by(line)}


def plant() -> Aviary:
    """Write a token into every protected text, day of birth and point of every row."""
    found = Aviary()
    for model in apps.get_models():
        if model.__module__.startswith("commonweal."):
            labels = labels_of(model)
            columns = [
                c for c in model._meta.concrete_fields if labels.get(c.name, "operational") not in PLAIN
            ]
            for row in list(model._default_manager.all()) if columns else ():
                _fill(found, row, [(c, labels[c.name]) for c in columns])
    return found


def _fill(found: Aviary, row: Model, columns: Iterable[tuple[Field, str]]) -> None:
    ids = _ids(row)
    changes: dict[str, object] = {}
    for column, label in columns:
        value = getattr(row, column.name)
        token, planted = _token(column, value, len(found.birds))
        if token:
            changes[column.name] = planted
            found.birds[token] = Canary(_label(row, label), f"{row._meta.label}.{column.name}", ids)
    if changes:
        type(row)._default_manager.filter(pk=row.pk).update(**changes)


def _ids(row: Model) -> frozenset[str]:
    ids = {str(getattr(row, f.attname)) for f in row._meta.concrete_fields}
    thread = getattr(row, "thread", None)
    return frozenset(ids | ({str(thread.subject)} if thread else set()))


def _label(row: Model, label: str) -> str:
    thread = getattr(row, "thread", None)
    if guard := getattr(row, "guard", ""):  # a file opens by the guard of its own category
        return f"{row.category}.{guard}"
    return f"{thread.category}.{ANY}" if thread else label


def _token(column: Field, value: object, number: int) -> tuple[str, object]:
    if column.name in CODES or column.choices:
        return "", None
    if isinstance(column, FloatField) and value is not None:
        whole = int(float(str(value)))
        spelled = f"{abs(whole)}.9{number % 100_000:05d}7"
        return f"point {spelled}", float(spelled) * (-1 if whole < 0 else 1)
    if isinstance(column, DateField) and not isinstance(column, DateTimeField) and value is not None:
        year = 1801 + number % 99
        return f"year {year}", date(year, 3, 9)
    token = f"cq{secrets.token_hex(8)}"
    if isinstance(column, JSONField) and FREE in str(value):
        return token, json.loads(json.dumps(value).replace(FREE, token))
    takes = isinstance(column, CharField | TextField) and (column.max_length or SHORTEST) >= SHORTEST
    return (token, token) if takes else ("", None)


@dataclass
class Hold:
    """What of the site may be named in an address: ids by kind."""

    ids: dict[str, list[UUID]] = field(default_factory=dict)

    def named(self, name: str) -> list[UUID]:
        """The ids that a part of an address called `name` may take."""
        return self.ids.get(name.removesuffix("_id"), [])

    def every(self) -> Iterator[UUID]:
        """Every id of every kind."""
        for ids in self.ids.values():
            yield from ids
