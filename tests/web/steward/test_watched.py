"""The privacy officer's queue: by kind, in words, with what is behind it; the worker is heard."""

from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from commonweal import flow
from commonweal.agencies import queries as agencies
from commonweal.kernel import clock, journal
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.messages.models import Notification
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries
from commonweal.sharing.models import LookUp, Review
from factories.cast import Cast, gather, someone, worker
from factories.heard import alike
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    return gather(partners=False)


def found(cast: Cast, why: str = "untied", role: str = "patrol_officer") -> Review:
    """A review as the detector leaves it, with one look-up behind it."""
    person, record = someone(cast)
    now = clock.now()
    look = LookUp.objects.create(
        account=UUID(cast[role].id), role=role, person=person, subjects=[str(record.id)], starts_at=now,
        ends_at=now, categories=["identity"], purposes=["emergency"], judged_at=now,
    )  # fmt: skip
    return Review.objects.create(
        why=why, kind="person", subject=person, account=cast[role].id, agency=cast[role].agency,
        category="identity", purpose="emergency", day=now.date(), score=0.7,
        evidence=[["no_tie", 0], ["alone", 0]], looks=[str(look.id)],
    )  # fmt: skip


def test_the_queue_is_filtered_by_kind_and_says_why_in_both_languages(cast: Cast) -> None:
    found(cast), found(cast, "bulk", "cit_officer")
    client = visit(cast["privacy_officer"])
    every = client.get(reverse("steward:reviews")).content.decode()
    assert "No call, case or referral behind it (1)" in every and "Many people in a short time (1)" in every
    assert every.count("ties this worker to the person") == 2
    assert not alike(every), "each row's link says whose and why"
    one = client.get(reverse("steward:reviews"), {"why": "bulk"}).content.decode()
    assert one.count("ties this worker to the person") == 1
    client.cookies["django_language"] = "es"
    assert "Ninguna llamada, caso" in client.get(reverse("steward:reviews")).content.decode()


def test_what_is_behind_it_is_read_under_oversight_and_journalled(cast: Cast) -> None:
    review = found(cast)
    before = journal.newest()
    text = visit(cast["privacy_officer"]).get(reverse("steward:review", args=[review.id])).content.decode()
    asked = JournalLine.objects.filter(id__gt=before, kind__in=("sharing.read", "sharing.refused"))
    assert [(line.purpose, line.actor) for line in asked] == [("oversight_audit", cast["privacy_officer"].id)]
    assert "The look-ups behind it" in text and str(review.subject)[:8] in text


def test_the_worker_is_asked_answers_and_the_officer_closes(cast: Cast) -> None:
    review, officer = found(cast), visit(cast["privacy_officer"])
    worker, path = visit(cast["patrol_officer"]), reverse("steward:review", args=[review.id])
    own = reverse("asked", args=[review.id])
    assert worker.get(own).status_code == 404  # nobody is told of a review before they are asked
    assert officer.post(path, {"text": "What led you to look?"}).status_code == 302
    journal.seal_all()
    flow.drain()
    bell = Notification.objects.get(account=UUID(cast["patrol_officer"].id), kind="explanation_asked")
    assert bell.link == own
    assert "What led you to look?" in worker.get(own).content.decode()
    assert "Rosa" not in worker.get(own).content.decode()
    worker.post(own, {"text": "I typed the wrong name."})
    assert "I typed the wrong name." in officer.get(path).content.decode()
    officer.post(path, {"outcome": "explained", "note": "A slip of the hand."})
    assert queries.review(review.id).outcome == "explained"
    assert worker.post(own, {"text": "And more"}).status_code == 409


def test_an_agency_hears_how_a_review_of_its_worker_ended_and_not_of_whom(cast: Cast) -> None:
    review, officer = found(cast), visit(cast["privacy_officer"])
    boss = worker(cast.agency["police"], "administrator", "chief")
    told, path = reverse("asked", args=[review.id]), reverse("steward:review", args=[review.id])
    assert visit(boss).get(told).status_code == 404, "not before it has ended"
    said = officer.post(path, {"outcome": "improper", "note": "Looked up Rosa at home."}, follow=True)
    assert "administrators of the worker" in said.content.decode()
    journal.seal_all()
    flow.drain()
    bell = Notification.objects.get(kind="review_told")
    assert (bell.account, bell.link) == (UUID(boss.id), told)
    text = visit(boss).get(told).content.decode()
    assert "Improper" in text and agencies.names([review.account])[review.account] in text
    for closed in ("Rosa", str(review.subject), "at home"):
        assert closed not in text
    assert visit(boss).post(told, {"text": "x"}).status_code == 404
    for other in (cast["administrator"], cast["patrol_officer"], cast["supervisor"]):
        assert visit(other).get(told).status_code == 404
    in_spanish = visit(boss)
    in_spanish.cookies["django_language"] = "es"
    assert "Incorrecto" in in_spanish.get(told).content.decode()


@pytest.mark.parametrize("outcome", ["explained", "proper", "unclear"])
def test_what_asks_nothing_of_an_agency_is_not_told_to_it(cast: Cast, outcome: str) -> None:
    review, boss = found(cast), worker(cast.agency["police"], "administrator", "chief")
    sharing.close_review(by=cast["privacy_officer"], review=review.id, outcome=outcome, note="Read.")
    journal.seal_all()
    flow.drain()
    assert not Notification.objects.filter(kind="review_told").exists()
    assert visit(boss).get(reverse("asked", args=[review.id])).status_code == 404


def test_what_was_reviewed_is_kept_in_a_list_with_its_outcome(cast: Cast) -> None:
    review, officer = found(cast), visit(cast["privacy_officer"])
    path = reverse("steward:review", args=[review.id])
    said = officer.post(path, {"outcome": "training", "note": "New here."}, follow=True).content.decode()
    assert "write to it" in said, "nobody administers that agency here"
    assert path not in officer.get(reverse("steward:reviews")).content.decode()
    closed = officer.get(reverse("steward:reviews"), {"closed": "1"}).content.decode()
    assert path in closed and "Needs training" in closed
    assert "New here." in officer.get(path).content.decode()
    assert visit(cast["clinician"]).get(reverse("steward:reviews"), {"closed": "1"}).status_code == 403


@pytest.mark.parametrize("role", ["clinician", "case_manager", "administrator"])
def test_nobody_else_reads_or_answers(cast: Cast, role: str) -> None:
    review = found(cast)
    sharing.ask_explanation(by=cast["privacy_officer"], review=review.id, text="Why?")
    own = reverse("asked", args=[review.id])
    assert (
        visit(cast[role]).get(own).status_code
        == visit(cast[role]).post(own, {"text": "x"}).status_code
        == 404
    )
    with pytest.raises(NotFound):
        sharing.explain_look_ups(by=cast[role], review=review.id, text="x")
    assert not queries.remarks(review).exclude(author=cast["privacy_officer"].id).exists()


def test_empty_words_and_closed_reviews_are_refused(cast: Cast) -> None:
    review, officer = found(cast), cast["privacy_officer"]
    with pytest.raises(Invalid):
        sharing.ask_explanation(by=officer, review=review.id, text="  ")
    sharing.close_review(by=officer, review=review.id, outcome="breach_assessment", note="Begun today.")
    with pytest.raises(Conflict):
        sharing.ask_explanation(by=officer, review=review.id, text="Why?")
    with pytest.raises(NotFound):
        sharing.ask_explanation(by=officer, review=uuid4(), text="Why?")


@pytest.mark.parametrize(
    ("language", "remedy", "raw"),
    [
        ("en", "Choose what the review found.", "breach_assessment,"),
        ("es", "Elija qué halló la revisión.", "Use one of"),
    ],
)
def test_a_review_closed_without_an_outcome_keeps_what_was_written(
    cast: Cast, language: str, remedy: str, raw: str
) -> None:
    """In words, not in codes; the note stands in its field."""
    review, client = found(cast), visit(cast["privacy_officer"])
    client.cookies["django_language"] = language
    answer = client.post(reverse("steward:review", args=[review.id]), {"note": "Allergies at the scene."})
    page = answer.content.decode()
    assert answer.status_code == 400 and remedy in page and raw not in page
    assert ">Allergies at the scene.</textarea>" in page
    review.refresh_from_db()
    assert review.closed_at is None
