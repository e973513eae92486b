"""The trust desk's acts leave their lines: measures, publication, drills, requests, reviews, suspensions."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import STRANGER, Subject
from commonweal.kernel.errors import NotFound
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions, events
from commonweal.sharing.models import Agreement, Dissemination, Onward, Remark, Review
from commonweal.sharing.site import Rules
from factories.cast import SETUP, Cast, agree, gather, someone, worker
from factories.lines import leaves

pytestmark = pytest.mark.django_db


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies without agreement."""
    return gather(partners=False)


def test_publication_and_measures_of_an_agreement(cast: Cast) -> None:
    police, health = cast.agency["police"], cast.agency["health"]
    document, owner = agree(cast, [police, health]), worker(police, "signatory")
    said = events.AgreementChanged(agreement=document, state=Agreement.objects.get().state)
    for wanted in ([said], []):
        leaves(
            owner,
            lambda: actions.publish_agreement(by=owner, agreement=document, agency=police, public=False),
            *wanted,
        )
    target = actions.Target("Look-ups reviewed", "all", UUID(owner.id), clock.today())
    measure = leaves(
        owner,
        lambda: actions.set_measure(by=owner, agreement=document, said=target),
        lambda one: events.MeasureSet(agreement=document, measure=one.id),
    ).id
    leaves(
        owner,
        lambda: actions.record_measure(by=owner, measure=measure, value="97 %", note="Two were on leave."),
        events.MeasureRecorded(agreement=document, measure=measure),
    )


def test_criminal_history_given_on_has_a_row_and_a_line(cast: Cast) -> None:
    """And nobody writes in the log of what was given to somebody else."""
    by = cast["patrol_officer"]
    given = Dissemination.objects.create(
        account=by.id, agency=by.agency, kind="source_record", subject=uuid4(), fields=["charges"],
        purpose="enforcement", purpose_code="C", line=1,
    )  # fmt: skip
    said = {
        "dissemination": given.id, "recipient": actions.Recipient("J. Osei", "County Attorney"),
        "purpose_code": "C", "reason": "Charging",
    }  # fmt: skip
    made = leaves(
        by,
        lambda: actions.record_onward(by=by, **said),  # type: ignore[arg-type]
        lambda one: events.CriminalHistoryGivenOn(dissemination=given.id, onward=one.id),
    )
    row = Onward.objects.get()
    assert (row.id, row.dissemination_id, row.recipient) == (made.id, given.id, "J. Osei")
    assert (row.agency, row.purpose_code, row.recorded_by) == ("County Attorney", "C", by.id)
    with pytest.raises(NotFound):
        actions.record_onward(by=cast["cit_officer"], **said)  # type: ignore[arg-type]
    assert Onward.objects.count() == 1


def test_the_journal_verified_a_drill_held_and_a_policy_replayed(cast: Cast) -> None:
    by = cast["privacy_officer"]
    journal.seal_all()
    verdict = actions.verify_journal(by=by, door="api")
    [line] = JournalLine.objects.filter(kind="sharing.journal_verified")
    assert (line.actor, line.data["checked"], line.data["head"]) == (by.id, verdict.checked, verdict.head)
    assert line.data["is_sound"] is True and line.data["door"] == "api" and verdict.checked
    today = clock.today()
    leaves(
        by,
        lambda: actions.record_drill(by=by, drill="restore_backup", day=today, is_passed=False),
        events.DrillHeld(drill="restore_backup", day=today.isoformat(), is_passed=False),
    )
    draft = actions.PolicyDraft(Rules(numbers={"small_cell": 20}), "Small towns", clock.today())
    policy = actions.draft_policy(by=by, said=draft).id
    leaves(
        by,
        lambda: actions.replay_policy(by=by, policy=policy),
        lambda one: events.PolicyReplayed(policy=policy, questions=one.questions),
    )


def test_a_request_read_by_an_officer_and_what_stays_black(cast: Cast) -> None:
    by = cast["privacy_officer"]
    found, _code = actions.receive_request(by=STRANGER, kind="public_records", text="One call")
    leaves(by, lambda: actions.open_request(by=by, request=found.id), events.RequestRead(request=found.id))
    call = Subject("call", uuid4())
    actions.hold(by=SETUP, subject=call, agency=cast.agency["ecc"], call=call.id)
    actions.redact(by=by, request=found.id, records={call: "C-1"})
    [line] = JournalLine.objects.filter(kind="sharing.redacted")
    assert (line.actor, line.subject, line.data["records"]) == (by.id, str(found.id), 1)
    assert line.data["fields"] > 0


def test_a_worker_asked_about_a_look_up_answers(cast: Cast) -> None:
    by, who = cast["privacy_officer"], cast["medic"]
    review = Review.objects.create(
        why="watched", kind="person", subject=uuid4(), account=who.id, category="identity",
        purpose="emergency",
    ).id  # fmt: skip
    asked = events.ExplanationAsked(review=review, account=UUID(who.id))
    leaves(by, lambda: actions.ask_explanation(by=by, review=review, text="Why?"), asked)
    leaves(
        who, lambda: actions.explain_look_ups(by=who, review=review, text="A call"),
        events.ExplanationGiven(review=review),
    )  # fmt: skip
    assert list(Remark.objects.order_by("created_at").values_list("author", flat=True)) == [by.id, who.id]


def test_an_accounting_suspended_and_resumed(cast: Cast) -> None:
    by, police = cast["privacy_officer"], cast.agency["police"]
    person, _record = someone(cast)
    until = clock.now() + timedelta(days=5)
    found = leaves(
        by,
        lambda: actions.suspend_accounting(
            by=by, persons=[person], agency=police, manner="in_writing", official="Lt. Ruiz",
            statement="An inquiry", until=until,
        ),
        lambda one: events.AccountingSuspended(
            suspension=one.id, agency=police, manner="in_writing", until=until.isoformat()
        ),
    ).id  # fmt: skip
    leaves(
        by,
        lambda: actions.lift_suspension(by=by, suspension=found, reason="It is over"),
        events.AccountingResumed(suspension=found, agency=police),
    )


def test_what_the_detector_is_told_of_a_worker_and_of_a_person_many_know(cast: Cast) -> None:
    by, who = cast["privacy_officer"], cast.account("medic")
    person, _record = someone(cast)
    closeness = events.ClosenessRecorded(account=who)
    leaves(by, lambda: actions.record_closeness(by=by, account=who, surname="Torres"), closeness)
    assert "Torres" not in str(JournalLine.objects.latest("id").data)
    marked, unmarked = events.InterestMarked(person=person), events.InterestUnmarked(person=person)
    leaves(by, lambda: actions.mark_public_interest(by=by, person=person), marked)
    leaves(by, lambda: actions.unmark_public_interest(by=by, person=person), unmarked)
