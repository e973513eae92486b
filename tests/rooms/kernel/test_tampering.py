"""Whoever rewrites history is caught: random tamperings, against the chain and a checkpoint kept apart."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from commonweal.agencies.events import AccountChanged
from commonweal.kernel import journal
from commonweal.kernel.actors import system
from commonweal.kernel.models import JournalLine, Seal

LINES, TRIES = 60, 1_000
COLUMNS = ("at", "actor", "agency", "kind", "about", "subject", "purpose", "data")


@dataclass(frozen=True)
class History:
    """A sealed journal and the checkpoint that was kept elsewhere."""

    lines: Sequence[JournalLine]
    checkpoint: tuple[int, str]


@pytest.fixture
def history(db: None) -> History:
    """Sixty lines, sealed; the last digest kept."""
    events = [AccountChanged(account=UUID(int=n), fields=("role", str(n))) for n in range(1, LINES + 1)]
    journal.write_many(by=system("test"), events=events, purpose="care_coordination")
    journal.seal_all()
    sound = journal.verify()
    assert sound.is_sound
    return History(list(JournalLine.objects.order_by("id")), (sound.checked, sound.head))


def edit(chance: random.Random, history: History) -> str:
    """One value of one line."""
    line, column = chance.choice(history.lines), chance.choice(COLUMNS)
    was = getattr(line, column)
    became = {
        "at": line.at + timedelta(microseconds=chance.choice((-1, 1, 3_600_000_000))),
        "data": {**line.data, "fields": ["role"]} if chance.random() < 0.5 else {},
    }.get(column, f"{was}x"[-30:])
    JournalLine.objects.filter(id=line.id).update(**{column: became})
    return f"{column} of line {line.id}"


def delete(chance: random.Random, history: History) -> str:
    """One line with its seal; sometimes the rest is numbered anew so that no gap shows."""
    line = chance.choice(history.lines)
    gone = Seal.objects.get(line=line).sequence
    Seal.objects.filter(sequence=gone).delete()
    JournalLine.objects.filter(id=line.id).delete()
    if chance.random() < 0.5:
        for seal in Seal.objects.filter(sequence__gt=gone).order_by("sequence"):
            Seal.objects.filter(sequence=seal.sequence).update(sequence=seal.sequence - 1)
    return f"deleted {gone}"


def reorder(chance: random.Random, history: History) -> str:
    """Two lines change places."""
    one, other = chance.sample(history.lines, 2)
    for column in COLUMNS:
        JournalLine.objects.filter(id=one.id).update(**{column: getattr(other, column)})
        JournalLine.objects.filter(id=other.id).update(**{column: getattr(one, column)})
    return f"{one.id} and {other.id} changed places"


def truncate(chance: random.Random, history: History) -> str:
    """The last lines are gone, seals and all."""
    keep = chance.randrange(0, LINES)
    Seal.objects.filter(sequence__gt=keep).delete()
    JournalLine.objects.filter(seal__isnull=True).delete()
    return f"cut after {keep}"


def rehash(chance: random.Random, history: History) -> str:
    """A line is changed and the whole chain is computed anew: sound in itself, but not the one kept."""
    said = edit(chance, history)
    Seal.objects.all().delete()
    journal.seal_all()
    assert journal.verify().is_sound
    return f"{said}, all hashed anew"


def insert(chance: random.Random, history: History) -> str:
    """A line that never happened is put in the middle, and the chain from there is computed anew."""
    at = chance.randrange(1, LINES)
    Seal.objects.filter(sequence__gt=at).delete()
    journal.write_many(
        by=system("forger"),
        events=[AccountChanged(account=UUID(int=chance.getrandbits(64)), fields=("role",))],
    )
    forged = JournalLine.objects.order_by("-id")[0]
    last = Seal.objects.get(sequence=at)
    digest = journal.digest(last.digest, at + 1, forged)
    Seal.objects.create(sequence=at + 1, line=forged, digest=digest)
    journal.seal_all()
    return f"forged after {at}"


KINDS: Sequence[Callable[[random.Random, History], str]] = (edit, delete, reorder, truncate, rehash, insert)


def test_a_thousand_of_a_thousand_tamperings_are_found(history: History) -> None:
    """Each against the stored rows and the checkpoint; each taken back."""
    missed = []
    for number in range(TRIES):
        chance = random.Random(number)
        with transaction.atomic():
            said = KINDS[number % len(KINDS)](chance, history)
            if journal.verify(history.checkpoint).is_sound:
                missed.append(said)
            transaction.set_rollback(True)
    assert missed == []
    assert journal.verify(history.checkpoint).is_sound, "and what nobody touched stays sound"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="roles of PostgreSQL")
class TestTheApplicationsRole:
    """deploy/journal_role.sql gives the product's role all it needs and no way to change what was written."""

    @pytest.fixture(autouse=True)
    def granted(self, history: History) -> None:
        from pathlib import Path

        text = (Path(__file__).parents[3] / "deploy" / "journal_role.sql").read_text("utf-8")
        with connection.cursor() as cursor:
            cursor.execute("CREATE ROLE cw_app_test")
            cursor.execute(text.replace(':"app"', "cw_app_test"))
            cursor.execute("SET LOCAL ROLE cw_app_test")

    @pytest.mark.parametrize("table", ["kernel_journalline", "kernel_seal"])
    @pytest.mark.parametrize(
        "act", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {} CASCADE", "DROP TABLE {} CASCADE"]
    )
    def test_what_was_written_stays(self, table: str, act: str) -> None:
        from django.db.utils import ProgrammingError

        column = {"kernel_journalline": "actor = 'nobody'", "kernel_seal": "digest = ''"}[table]
        with (
            pytest.raises(ProgrammingError, match="permission denied|must be owner"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(act.format(table, column))

    def test_it_writes_seals_verifies_and_works_on(self) -> None:
        """The journal grows and everything else may change."""
        journal.write_many(by=system("test"), events=[AccountChanged(account=UUID(int=9), fields=("role",))])
        assert journal.seal_all() == 1 and journal.verify().is_sound
        journal.advance("reader", 7)
        assert journal.cursor("reader") == 7

    def test_it_cannot_give_itself_more(self) -> None:
        from django.db.utils import ProgrammingError

        with (
            pytest.raises(ProgrammingError, match="permission denied|must be owner"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("ALTER TABLE kernel_journalline OWNER TO cw_app_test")
