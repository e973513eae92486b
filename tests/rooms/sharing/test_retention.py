"""Retention: records past the site's schedule go, held ones stay, and the journal says how many."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import flow
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Invalid
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions as sharing
from commonweal.sharing import retaining
from commonweal.sharing.models import Holding
from commonweal.sharing.retention import Retention, Schedule, read, retention
from factories.cast import SETUP, Cast, gather, someone

pytestmark = pytest.mark.django_db
CALLS = Retention(True, (Schedule("calls", ("call",), 7, "State schedule"),))


@pytest.fixture
def cast() -> Cast:
    """Agencies and their workers."""
    return gather(partners=False)


def made(cast: Cast, kind: str, years: float, **more: object) -> Subject:
    """A record made here so many years ago."""
    subject = Subject(kind, uuid4())
    sharing.hold(by=SETUP, subject=subject, agency=cast.agency["ecc"], **more)
    Holding.objects.filter(subject=subject.id).update(created_at=clock.now() - timedelta(days=365.25 * years))
    return subject


def is_gone(subject: Subject) -> bool:
    """Whether a record is expunged."""
    return Holding.objects.get(subject=subject.id).is_expunged


def test_what_is_past_its_schedule_goes_and_nothing_else(cast: Cast) -> None:
    old, young, other = made(cast, "call", 7.1), made(cast, "call", 6.9), made(cast, "case", 20)
    assert sharing.apply_retention(by=SETUP, kept=CALLS) == [sharing.Applied("calls", gone=1, held=0)]
    assert (is_gone(old), is_gone(young), is_gone(other)) == (True, False, False)
    [line] = JournalLine.objects.filter(kind="sharing.retention_applied")
    assert line.data == {"schedule": "calls", "gone": 1, "held": 0}
    assert JournalLine.objects.filter(kind="sharing.sealed", data__id=str(old.id)).exists()
    assert sharing.apply_retention(by=SETUP, kept=CALLS) == [sharing.Applied("calls", gone=0, held=0)]


def test_a_litigation_hold_keeps_a_record_past_its_schedule_until_it_is_lifted(cast: Cast) -> None:
    person, _ = someone(cast)
    held, free = made(cast, "call", 9, person=person), made(cast, "call", 8)
    officer = cast["privacy_officer"]
    hold = sharing.set_legal_hold(by=officer, name="Doe", reason="Notice", scope="person", subject=person)
    assert sharing.apply_retention(by=SETUP, kept=CALLS) == [sharing.Applied("calls", gone=1, held=1)]
    assert not is_gone(held) and is_gone(free)
    sharing.lift_legal_hold(by=officer, legal_hold=hold.id, reason="Settled")
    sharing.apply_retention(by=SETUP, kept=CALLS)
    assert is_gone(held)


def test_nothing_goes_before_the_site_has_put_its_schedule_in_force(cast: Cast) -> None:
    """As shipped it is a proposal; the worker's round leaves everything."""
    old = made(cast, "call", 40)
    assert not retention().is_in_force and retention().schedules
    flow.mind_retention()
    assert not is_gone(old)


def test_the_worker_applies_the_sites_own_file(cast: Cast, settings, tmp_path: Path) -> None:
    """Copied to the instance's home and put in force."""
    settings.COMMONWEAL_HOME = tmp_path
    (tmp_path / "retention.yaml").write_text(
        "in_force: true\nschedules:\n  - {id: ours, kinds: [call], years: 2, law: Order 7}\n", "utf-8"
    )
    old = made(cast, "call", 3)
    assert flow.mind_retention in [act for _, act in flow.TIMERS]
    flow.mind_retention()
    assert is_gone(old)


@pytest.mark.parametrize(
    "body",
    [
        None, [], {"in_force": True}, {"in_force": "yes", "schedules": []},
        {"in_force": True, "schedules": [{"id": "a", "kinds": ["call"], "years": 0, "law": "x"}]},
        {"in_force": True, "schedules": [{"id": "a", "kinds": ["call"], "years": True, "law": "x"}]},
        {"in_force": True, "schedules": [{"id": "a", "kinds": [], "years": 7, "law": "x"}]},
        {"in_force": True, "schedules": [{"id": "a", "kinds": ["call"], "years": 7, "law": " "}]},
        {"in_force": True, "schedules": [{"id": "a", "kinds": ["call"], "years": 7}]},
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_with_the_place(body: object) -> None:
    with pytest.raises(Invalid, match=r"retention\.yaml"):
        read(body)


@given(years=st.integers(1, 60), kinds=st.lists(st.sampled_from(["call", "case"]), min_size=1))
def test_what_is_written_is_what_is_read(years: int, kinds: list[str]) -> None:
    """A sound file loses nothing."""
    row = {"id": "a", "kinds": kinds, "years": years, "law": "Order 7"}
    [found] = read({"in_force": True, "schedules": [row]}).schedules
    assert found == Schedule("a", tuple(kinds), years, "Order 7")


@pytest.mark.parametrize(("kind", "limit"), [("call", 7), ("referral", 9)])
def test_the_outlook_counts_each_schedule_by_itself(cast: Cast, monkeypatch, kind: str, limit: int) -> None:
    """What is due now, and what will be within ninety days, of that schedule's kinds and of no other's."""
    for years in (limit + 2, limit + 0.1, limit - 0.1, limit - 0.2, limit - 0.5, 0.5):
        made(cast, kind, years)
    two = (Schedule("calls", ("call",), 7, "State"), Schedule("letters", ("referral", "letter"), 9, "State"))
    monkeypatch.setattr(retaining, "retention", lambda: Retention(True, two))
    told = {one.schedule.kinds[0]: (one.due, one.soon) for one in retaining.outlook()}
    assert told.pop(kind) == (2, 2)
    assert list(told.values()) == [(0, 0)]
