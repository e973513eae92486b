"""The resident's voice: a card opens one answer, a receipt one reply; small counts stay with their people."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal.agencies import actions as agencies
from commonweal.community import actions, queries
from commonweal.community.models import Commitment, Feedback, FeedbackToken, Figure, Reply
from commonweal.community.publishing import publishable
from commonweal.kernel import clock
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from factories.cast import SETUP

pytestmark = pytest.mark.django_db
MONTH = date(2026, 3, 1)


@pytest.fixture(name="home")
def an_agency() -> UUID:
    """Who hands out cards."""
    return agencies.open_agency(by=SETUP, name="Harlow EMS", kind="ems").id


def say(**given: object) -> tuple[Feedback, str]:
    """Something said."""
    return actions.receive_feedback(**{"text": "They listened.", "scores": {}, **given})  # type: ignore[arg-type]


class TestCards:
    """Good once, for its time, and traceable to nobody."""

    def test_a_card_answers_once_however_it_is_written(self, home: UUID) -> None:
        code = actions.hand_card(by=SETUP, agency=home)
        found, _ = say(card=f" {code.lower()} ")
        assert (found.source, found.agency_id) == ("card", home)
        with pytest.raises(Conflict, match="without a card"):
            say(card=code)
        assert Feedback.objects.count() == 1

    def test_what_was_refused_leaves_the_card_good(self, home: UUID) -> None:
        code = actions.hand_card(by=SETUP, agency=home)
        with pytest.raises(Invalid):
            say(card=code, scores={"respect": 9})
        assert say(card=code)[0].source == "card"

    def test_late_or_unknown_it_opens_nothing(self, home: UUID) -> None:
        code = actions.hand_card(by=SETUP, agency=home)
        with clock.at(clock.now() + actions.CARD_LASTS + timedelta(days=1)), pytest.raises(Conflict):
            say(card=code)
        with pytest.raises(NotFound):
            say(card="AAAAA-BBBBB")
        assert not Feedback.objects.exists()

    def test_neither_code_nor_receipt_nor_hour_is_kept(self, home: UUID) -> None:
        code = actions.hand_card(by=SETUP, agency=home)
        _, receipt = say(card=code)
        kept = f"{vars(FeedbackToken.objects.get())}{vars(Feedback.objects.get())}"
        lines = str([(line.actor, line.data) for line in JournalLine.objects.all()])
        assert all(secret not in kept + lines for secret in (code, receipt))
        assert FeedbackToken.objects.get().month.day == 1 and "listened" not in lines


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": " "}, "text"),
        ({"topic": "weather"}, "topic"),
        ({"scores": {"respect": 6}}, "respect"),
        ({"scores": {"safety": 0}}, "safety"),
        ({"scores": {"luck": 3}}, "scores"),
    ],
)
def test_what_was_not_accepted_is_named(given: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as said:
        say(**given)
    assert said.value.field == field and said.value.remedy
    assert not Feedback.objects.exists() and not JournalLine.objects.exists()


class TestReplies:
    """Whoever holds the receipt reads the reply; the public page says the concern in general words."""

    def test_the_receipt_reads_the_reply_and_no_other_does(self) -> None:
        (found, receipt), (_, other) = say(), say(text="Late.")
        actions.reply(by=SETUP, feedback=found.id, text=" Thank you. ")
        assert queries.by_receipt("AAAAA-BBBBB") is None
        read, unread = queries.by_receipt(receipt.lower()), queries.by_receipt(other)
        assert read and [text for _, text in read[1]] == ["Thank you."] and unread and unread[1] == []
        assert queries.waiting().count() == 1 and not queries.you_said_we_did().exists()

    @pytest.mark.parametrize(
        ("given", "field"), [({"text": " "}, "text"), ({"text": "x", "is_public": True}, "said")]
    )
    def test_a_reply_says_something(self, given: dict[str, object], field: str) -> None:
        found, _ = say()
        with pytest.raises(Invalid) as said:
            actions.reply(by=SETUP, feedback=found.id, **given)  # type: ignore[arg-type]
        assert said.value.field == field and queries.waiting().count() == 1

    @pytest.mark.parametrize(("answers", "shown"), [(10, False), (11, True)])
    def test_means_are_hidden_under_eleven_answers(self, answers: int, shown: bool) -> None:
        for _ in range(answers):
            say(scores={"respect": 4})
        found = queries.voice()
        assert found.answers == answers and (found.respect == 75.0) is shown and found.safety is None


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=some.dictionaries(some.sampled_from("abcdef"), some.integers(0, 40), min_size=1))
def test_no_published_cell_is_small_and_no_subtraction_finds_one(db: None, counts: dict[str, int]) -> None:
    """Where anything is withheld, at least two cells are, so that the total betrays neither."""
    with transaction.atomic():
        released = actions.publish_figures(
            by=SETUP, code="calls", month=MONTH, counts=counts, category="call_facts", definition_en="Calls"
        )
        kept = dict(Figure.objects.values_list("cell", "number"))
        hidden = {cell for cell, number in kept.items() if number is None}
        assert set(kept) == set(counts) and released == len(counts) - len(hidden)
        assert all(kept[c] == counts[c] and not 0 < counts[c] < 11 for c in counts if c not in hidden)
        others = [number for cell, number in counts.items() if cell not in hidden]
        assert len(hidden) != 1 or not any(others), "a zero beside it protects nobody: there is no total"
        transaction.set_rollback(True)


class TestPromises:
    """A promise has words, an owner and a day; kept is said in a sentence."""

    def test_made_and_kept(self) -> None:
        made = actions.commit(by=SETUP, text_en="Answer in a week", owner="EMS", due=MONTH)
        with pytest.raises(Invalid):
            actions.keep_commitment(by=SETUP, commitment=made.id, outcome=" ")
        actions.keep_commitment(by=SETUP, commitment=made.id, outcome="Done by two of us")
        assert queries.commitments().get().kept_at
        lines = JournalLine.objects.filter(kind="community.commitment").order_by("id")
        assert [line.data["kept"] for line in lines] == [False, True]

    def test_meetings_come_and_pass(self) -> None:
        starts = clock.now() + timedelta(days=2)
        made = actions.call_meeting(by=SETUP, title_en="Open house", title_es="", starts=starts, place="Hall")
        assert list(queries.meetings(coming=True)) == [made]
        with clock.at(starts + timedelta(hours=1)):
            assert not queries.meetings(coming=True) and list(queries.meetings(coming=False)) == [made]
        assert actions.write_minutes(by=SETUP, meeting=made.id, minutes="We met.").minutes == "We met."


UNKNOWN: dict[str, Callable[[], object]] = {
    "reply": lambda: actions.reply(by=SETUP, feedback=uuid4(), text="x"),
    "minutes": lambda: actions.write_minutes(by=SETUP, meeting=uuid4(), minutes="x"),
    "keep": lambda: actions.keep_commitment(by=SETUP, commitment=uuid4(), outcome="x"),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_is_not_there_is_not_found(what: str) -> None:
    with pytest.raises(NotFound):
        UNKNOWN[what]()


@pytest.mark.parametrize("what", ["say", "reply", "commit", "publish"])
def test_no_act_without_its_line(home: UUID, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal fails: nothing was said, answered, promised; the card is still good."""
    found, _ = say()
    code = actions.hand_card(by=SETUP, agency=home)

    def breaks(**_: object) -> None:
        raise RuntimeError("no journal")

    acts: dict[str, Callable[[], object]] = {
        "say": lambda: say(card=code),
        "reply": lambda: actions.reply(by=SETUP, feedback=found.id, text="x"),
        "commit": lambda: actions.commit(by=SETUP, text_en="x", owner="x", due=MONTH),
        "publish": lambda: actions.publish_figures(
            by=SETUP, code="c", month=MONTH, counts={"a": 50}, category="call_facts", definition_en="x"
        ),
    }
    monkeypatch.setattr("commonweal.kernel.journal.write", breaks)
    with pytest.raises(RuntimeError):
        acts[what]()
    counts = [m.objects.count() for m in (Feedback, Reply, Commitment, Figure)]
    assert counts == [1, 0, 0, 0] and FeedbackToken.objects.get().used_at is None


def test_the_database_keeps_a_figure_once() -> None:
    given = {"code": "c", "month": MONTH, "cell": "a", "definition_en": "x", "by": "x"}
    Figure.objects.create(**given)
    with pytest.raises(IntegrityError), transaction.atomic():
        Figure.objects.create(**given)


def test_records_under_a_law_of_their_own_are_left_out(db: None) -> None:
    told = publishable(["ecc", "police", "part2_program", "victim_service_provider"], "call_facts")
    assert "ecc" in told and not told & {"part2_program", "victim_service_provider"}
