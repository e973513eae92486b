"""The journal under any appends: sealed without gap, every change found, gone with the act that failed."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, system
from commonweal.kernel.events import REGISTRY, Event, load
from commonweal.kernel.models import JournalLine, Seal

pytestmark = pytest.mark.django_db
BY = system("test")
PROPERTY = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Knocked(Event):
    """Somebody knocked."""

    kind: ClassVar[str] = "tests.knocked"
    about: ClassVar[str] = "door"
    door: UUID
    times: int = 1
    names: tuple[str, ...] = ()


def knock(times: int = 1) -> Knocked:
    """A knock at some door."""
    return Knocked(door=uuid4(), times=times, names=("field",))


steps = some.lists(
    some.one_of(
        some.tuples(some.just("write"), some.integers(1, 3)),
        some.tuples(some.just("many"), some.integers(0, 7)),
        some.tuples(some.just("fail"), some.integers(1, 3)),
        some.tuples(some.just("seal"), some.integers(1, 4)),
    ),
    max_size=10,
)


@settings(max_examples=40, **PROPERTY)
@given(steps=steps)
def test_any_appends_seal_without_a_gap_and_verify(db: None, steps: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        wrote = 0
        for act, n in steps:
            if act == "write":
                for _ in range(n):
                    journal.write(by=BY, event=knock(n))
                wrote += n
            elif act == "many":
                assert len(journal.write_many(by=BY, events=[knock() for _ in range(n)])) == n
                wrote += n
            elif act == "seal":
                assert journal.seal(limit=n) <= n
            else:
                with pytest.raises(RuntimeError), transaction.atomic():
                    journal.write_many(by=BY, events=[knock() for _ in range(n)])
                    raise RuntimeError("the act failed")
            assert journal.verify().is_sound
            assert journal.position() + journal.unsealed() == wrote
        journal.seal_all()
        sealed = journal.tail(0)
        assert [s.sequence for s in sealed] == list(range(1, wrote + 1))
        assert [s.line_id for s in sealed] == sorted(s.line_id for s in sealed)
        assert journal.verify().checked == wrote and journal.seal_all() == 0
        transaction.set_rollback(True)


@pytest.fixture(name="sealed")
def five_lines() -> list[Seal]:
    """Five sealed lines."""
    for n in range(5):
        journal.write(by=BY, event=knock(n), purpose="emergency")
    journal.seal_all()
    return list(journal.tail(0))


CHANGES: dict[str, object] = {
    "actor": "somebody.else", "agency": "x", "kind": "tests.other", "about": "window", "subject": "y",
    "purpose": "treatment", "data": {"times": 99}, "at": clock.now(),
}  # fmt: skip


@pytest.mark.parametrize("column", CHANGES)
@pytest.mark.parametrize("place", [0, 2, 4])
def test_any_change_of_any_column_is_found_and_placed(sealed: list[Seal], column: str, place: int) -> None:
    JournalLine.objects.filter(id=sealed[place].line_id).update(**{column: CHANGES[column]})
    found = journal.verify()
    assert not found.is_sound and found.checked == place
    assert found.fault == f"line {place + 1} was changed after it was sealed"


def test_every_column_is_part_of_the_chain() -> None:
    assert {f.name for f in JournalLine._meta.get_fields() if f.concrete} - {"id"} == set(CHANGES)


@pytest.mark.parametrize("place", [0, 2])
def test_a_line_taken_out_is_missed(sealed: list[Seal], place: int) -> None:
    Seal.objects.filter(sequence=sealed[place].sequence).delete()
    assert journal.verify().fault == f"line {place + 1} is missing"


def test_a_checkpoint_kept_elsewhere_finds_what_was_rewritten_or_cut_off(sealed: list[Seal]) -> None:
    """Who rewrites everything and seals it anew does not know the digest that somebody wrote down."""
    mark = (3, sealed[2].digest)
    assert journal.verify(mark).is_sound
    assert "before checkpoint" in journal.verify((9, "x")).fault
    Seal.objects.all().delete()
    JournalLine.objects.filter(id=sealed[1].line_id).update(actor="somebody.else")
    journal.seal_all()
    assert journal.verify().is_sound
    assert journal.verify(mark).fault == "line 3 differs from the checkpoint"


def test_an_empty_journal_is_sound() -> None:
    assert journal.verify() == journal.Verdict(0, journal.GENESIS) and journal.position() == 0


def test_a_line_that_commits_late_is_sealed_late_not_lost(sealed: list[Seal]) -> None:
    """Its number lies before some that were sealed: it comes after them in the chain."""
    late = JournalLine(id=sealed[0].line_id - 1, actor="x", kind="tests.knocked", data={})
    late.save(force_insert=True)
    assert journal.seal() == 1 and journal.verify().is_sound
    assert Seal.objects.get(sequence=6).line_id == late.id


def test_one_seal_a_line(sealed: list[Seal]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Seal.objects.create(sequence=99, line_id=sealed[0].line_id, digest="x")


def test_a_line_says_who_what_and_where_and_is_read_back() -> None:
    by, event = Actor(id="a", role="medic", policy_role="crisis_team", agency=uuid4()), knock(3)
    line = journal.write(by=by, event=event, purpose="emergency")
    kept = JournalLine.objects.get(id=line.id)
    assert (kept.actor, kept.agency, kept.kind) == ("a", str(by.agency), "tests.knocked")
    assert (kept.about, kept.subject, kept.purpose) == ("door", str(event.door), "emergency")
    assert load(kept.kind, kept.data) == event
    assert journal.about(event.door) == [kept] and journal.about(event.door, kind="x") == []
    assert journal.count("tests.knocked", since=kept.at) == 1


def test_a_line_of_another_version_is_read_as_far_as_it_is_known() -> None:
    door = uuid4()
    assert load("tests.knocked", {"door": str(door), "mood": "low"}) == Knocked(door=door)
    assert load("tests.forgotten", {}) is None and REGISTRY["tests.knocked"] is Knocked


def test_a_reader_remembers_how_far_it_came() -> None:
    assert journal.cursor("flow") == 0
    journal.advance("flow", 7)
    journal.advance("feed", 2)
    assert (journal.cursor("flow"), journal.cursor("feed")) == (7, 2)


def test_a_wide_look_finds_what_a_near_one_passes_by(
    sealed: list[Seal], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round of the worker looks at the newest lines only; every few seconds it looks further back."""
    late = JournalLine(id=sealed[0].line_id - 1, actor="x", kind="tests.knocked", data={})
    late.save(force_insert=True)
    assert journal.seal(back=1) == 0
    assert journal.seal(back=journal.WINDOW) == 1 and journal.verify().is_sound
