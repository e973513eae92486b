"""Sealing and expungement reach search, comparison, sets, kept screens, and a database from a copy."""

import argparse
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.test import TestCase

from commonweal.calls import queries as calls
from commonweal.cli import demo
from commonweal.evaluation import actions as evaluation
from commonweal.evaluation.queries import counts
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Conflict, Invalid
from commonweal.kernel.models import JournalLine
from commonweal.people import queries as people
from commonweal.people.linking import _records
from commonweal.people.models import SourceRecord
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries, sealing
from commonweal.sharing.models import Holding
from commonweal.web import kept
from factories.calls import open_centre
from factories.cast import SETUP, Cast, gather, someone

pytestmark = pytest.mark.django_db
BARS = [{"sealed": True}, {"expunged": True}]


@pytest.fixture(autouse=True)
def ledger(settings, tmp_path: Path) -> Iterator[Path]:
    """An instance of its own for each test."""
    settings.COMMONWEAL_HOME = tmp_path
    yield sealing.ledger()


@pytest.fixture
def cast() -> Cast:
    """Agencies bound by a memorandum."""
    return gather()


def bar(subject: Subject, **how: bool) -> None:
    """Seal or expunge, as a transaction that ends."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        sharing.bar(by=SETUP, subject=subject, **how)


@pytest.mark.parametrize("how", BARS)
def test_a_barred_record_is_in_no_search_and_no_comparison(cast: Cast, how: dict[str, bool]) -> None:
    """Neither by name nor by phone; its neighbour stays."""
    _, stays = someone(cast, "police")
    _, goes = someone(cast, "health")
    assert {s for s, _ in people.candidates(given="Rosa", family="Delgado")} == {stays, goes}
    bar(goes, **how)
    assert {s for s, _ in people.candidates(given="Rosa", family="Delgado")} == {stays}
    assert {s for s, _ in people.candidates(phone="555-0142")} <= {stays}
    compared = {r.id for r in _records([cast.agency["police"], cast.agency["health"]])}
    assert compared == {str(stays.id)}


@pytest.mark.parametrize("how", BARS)
def test_a_barred_call_is_in_no_set(how: dict[str, bool]) -> None:
    """What is counted next no longer counts it; what stands under it goes with it."""
    centre = open_centre()
    stays, goes = centre.call(), centre.call()
    meeting = Subject("encounter", uuid4())
    sharing.hold(by=SETUP, subject=meeting, agency=centre.cast.agency["health"], call=goes)
    permits = evaluation.open_sets(by=centre.cast["evaluator"]).of("call_facts")
    span = clock.now() - timedelta(days=1), clock.now() + timedelta(minutes=1)
    assert {c.key for c in calls.extract(permits, *span)} == {stays, goes}
    bar(Subject("call", goes), **how)
    assert {c.key for c in calls.extract(permits, *span)} == {stays}
    assert meeting.id in queries.barred("encounter")


def test_a_count_made_before_the_order_is_made_again() -> None:
    """What is remembered of the rooms' counts does not outlive it."""
    since = journal.newest()
    assert not journal.has_moved(since, counts.rooms)
    bar(Subject("call", uuid4()), sealed=True)
    assert journal.has_moved(since, counts.rooms)


def test_a_kept_emergency_screen_is_gone_with_the_order() -> None:
    """In this process at once; kept by another, it is not shown either."""
    account, call = str(uuid4()), uuid4()
    kept.keep(account, call, b"<main>told</main>")
    assert kept.find(account, call)
    bar(Subject("call", uuid4()), sealed=True)
    assert kept.find(account, call) is None
    kept.keep(account, call, b"<main>told</main>")
    with clock.at(clock.now() + timedelta(minutes=5)):
        sharing.bar(by=SETUP, subject=Subject("call", uuid4()), sealed=True)  # its shelf is elsewhere
        assert kept.find(account, call) is None


def test_the_ledger_says_which_record_and_no_word_of_anybody(cast: Cast, ledger: Path) -> None:
    _, record = someone(cast, "police")
    bar(record, sealed=True)
    bar(Subject("case", uuid4()), minor=True)  # no bar: no order
    [line] = map(json.loads, ledger.read_text("utf-8").splitlines())
    assert (line["kind"], line["id"], line["sealed"], line["expunged"]) == (
        "source_record", str(record.id), True, False,
    )  # fmt: skip
    assert "Rosa" not in ledger.read_text("utf-8")


def before_the_order(*subjects: Subject) -> None:
    """The database as a copy from before knows it."""
    ids = [s.id for s in subjects]
    Holding.objects.filter(subject__in=ids).update(is_sealed=False, is_expunged=False)
    SourceRecord.objects.filter(id__in=ids).update(is_barred=False)


def test_a_database_from_before_the_order_is_caught_up(cast: Cast) -> None:
    """Older copy, newest ledger: the gate refuses as before, and the journal says so again."""
    steward = cast["records_steward"]
    (_, sealed), (_, gone) = someone(cast, "police"), someone(cast, "police")
    bar(sealed, sealed=True)
    bar(gone, expunged=True)
    before_the_order(sealed, gone)
    opened = sharing.ask(by=steward, category="identity", purpose="administration", about=gone)
    assert isinstance(opened, sharing.Permit), "a copy without its ledger opens what was gone"

    assert sharing.reconcile_seals(by=SETUP).applied == 2
    assert Holding.objects.get(subject=sealed.id).is_sealed
    shut = sharing.ask(by=steward, category="identity", purpose="administration", about=gone)
    assert isinstance(shut, sharing.Refusal)
    assert not people.candidates(given="Rosa", family="Delgado")
    assert JournalLine.objects.filter(kind="sharing.sealed", data__id=str(gone.id)).count() == 2
    assert sharing.reconcile_seals(by=SETUP) == (0, 0), "again changes nothing"


def test_an_order_given_is_applied_again_although_a_hold_came_later(cast: Cast) -> None:
    person, record = someone(cast, "police")
    bar(record, expunged=True)
    before_the_order(record)
    sharing.set_legal_hold(
        by=cast["privacy_officer"], name="Later", reason="Notice", scope="person", subject=person
    )
    assert sharing.reconcile_seals(by=SETUP).applied == 1


def test_a_demo_from_a_copy_learns_the_orders_before_a_door_opens(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `serve` does."""
    _, record = someone(cast, "police")
    sealing.note(sealing.Order(record, sealed=True, expunged=False), clock.now().isoformat())
    monkeypatch.setattr(demo, "fill", lambda *_: None)
    assert demo.run(argparse.Namespace(seed=1, fill_only=True)) == 0
    assert Holding.objects.get(kind="source_record", subject=record.id).is_sealed


def test_a_lost_ledger_is_written_again_from_what_stands(cast: Cast, ledger: Path) -> None:
    _, record = someone(cast, "police")
    bar(record, sealed=True)
    ledger.unlink()
    assert sharing.reconcile_seals(by=SETUP) == (0, 1)
    [order] = sealing.orders()
    assert order == sealing.Order(record, sealed=True, expunged=False)


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"kind": "case"}', '{"kind": "case", "id": "no", "sealed": true}']
)
def test_a_broken_ledger_is_named_and_nothing_opens(ledger: Path, line: str) -> None:
    """The line is named: whoever restores puts back a sound one."""
    ledger.write_text(line + "\n", "utf-8")
    with pytest.raises(Invalid, match=r"Line 1"):
        sharing.reconcile_seals(by=SETUP)


def test_an_order_that_was_taken_back_with_its_transaction_is_in_no_ledger(cast: Cast, ledger: Path) -> None:
    person, record = someone(cast, "police")
    sharing.hold(by=SETUP, subject=record, agency=cast.agency["police"], person=person)
    sharing.set_legal_hold(
        by=cast["privacy_officer"], name="Doe", reason="Notice", scope="person", subject=person
    )
    with pytest.raises(Conflict):
        bar(record, expunged=True)
    assert not ledger.exists()
    assert UUID(str(record.id)) not in queries.barred("source_record")
