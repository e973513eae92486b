"""What residents say is read by whoever publishes, and told; means are never of few."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from commonweal.agencies import actions as agencies
from commonweal.community import actions, queries
from commonweal.community.models import Commitment, Feedback, FeedbackToken, Meeting
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.models import JournalLine
from factories.cast import SETUP, Cast, gather

MONTH = date(2026, 3, 1)


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


def say(text: str = "They listened.", agency: UUID | None = None, **scores: int) -> Feedback:
    """Something said on the web."""
    return actions.receive_feedback(text=text, scores=scores, agency=agency)[0]


class TestReading:
    """What waits is personal: a permission opens it, and each reading is told before it is shown."""

    @pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "analyst", "administrator"])
    def test_others_read_nothing_and_leave_no_line(self, cast: Cast, role: str) -> None:
        said, lines = say(), JournalLine.objects.count()
        with pytest.raises(NotFound):
            actions.read_feedback(by=cast[role], feedback=[said])
        assert JournalLine.objects.filter(kind="community.feedback_read").count() == 0
        assert JournalLine.objects.exclude(actor=SETUP.id).count() <= lines

    def test_each_that_is_read_has_its_line_and_no_words_in_it(self, cast: Cast) -> None:
        rows, by = [say("Heron one"), say("Heron two")], cast["community_liaison"]
        assert list(actions.read_feedback(by=by, feedback=rows)) == rows
        lines = JournalLine.objects.filter(kind="community.feedback_read", actor=by.id)
        assert {line.subject for line in lines} == {str(row.id) for row in rows}
        assert "Heron" not in str([line.data for line in lines])

    def test_the_oldest_waits_first_and_an_agency_sees_its_own(self, cast: Cast) -> None:
        start = clock.now()
        for hours, agency in ((2, "police"), (1, "health"), (0, "police")):
            with clock.at(start + timedelta(hours=hours)):
                say(f"{hours}", cast.agency[agency])
        assert [row.text for row in queries.waiting()] == ["0", "1", "2"]
        assert [row.text for row in queries.waiting(cast.agency["police"])] == ["0", "2"]

    def test_a_second_reply_stands_beside_the_first_under_one_code(self, cast: Cast) -> None:
        said, code = actions.receive_feedback(text="Late.", scores={})
        for text in ("We are sorry.", "The roster has changed."):
            actions.reply(by=cast["community_liaison"], feedback=said.id, text=text)
        found = queries.by_receipt(code)
        assert found and [text for _, text in found[1]] == ["We are sorry.", "The roster has changed."]
        assert not queries.waiting().exists()


class TestCodes:
    """Codes that cannot be misread, and are kept nowhere."""

    def test_no_two_are_alike_and_none_has_a_letter_that_looks_like_a_digit(self, cast: Cast) -> None:
        codes = {actions.hand_card(by=SETUP, agency=cast.agency["ems"]) for _ in range(40)}
        assert len(codes) == 40 == FeedbackToken.objects.count()
        assert not set("".join(codes)) & set("OI01")

    @pytest.mark.parametrize("typed", ["", " ", "-", "AAAAA-BBBBB", "x" * 300, "'; --"])
    def test_what_is_no_code_reads_nothing(self, cast: Cast, typed: str) -> None:
        say()
        assert queries.by_receipt(typed) is None


class TestMeetings:
    """Open meetings need a title and a place; a promise words and an owner."""

    @pytest.mark.parametrize(("title", "place", "field"), [(" ", "Hall", "title_en"), ("Open", " ", "place")])
    def test_a_meeting_that_nobody_could_find(self, cast: Cast, title: str, place: str, field: str) -> None:
        with pytest.raises(Invalid) as said:
            actions.call_meeting(by=SETUP, title_en=title, title_es="", starts=clock.now(), place=place)
        assert said.value.field == field and not Meeting.objects.exists()

    @pytest.mark.parametrize(("text", "owner", "field"), [(" ", "EMS", "text_en"), ("Call", " ", "owner")])
    def test_a_promise_of_nothing_or_nobody(self, cast: Cast, text: str, owner: str, field: str) -> None:
        with pytest.raises(Invalid) as said:
            actions.commit(by=SETUP, text_en=text, owner=owner, due=MONTH)
        assert said.value.field == field and not Commitment.objects.exists()

    def test_the_soonest_and_the_latest_lead(self, cast: Cast) -> None:
        now = clock.now()
        for days in (3, 1, -1, -9):
            starts = now + timedelta(days=days)
            actions.call_meeting(by=SETUP, title_en=f"{days}", title_es="", starts=starts, place="Hall")
        assert [m.title_en for m in queries.meetings(coming=True)] == ["1", "3"]
        assert [m.title_en for m in queries.meetings(coming=False)] == ["-1", "-9"]


class TestFigures:
    """Published again they are corrected, never by so little that it tells; a month stands by itself."""

    def publish(self, by: Cast, month: date, **counts: int) -> int:
        """Calls by area."""
        return actions.publish_figures(
            by=by["community_liaison"], code="calls", month=month, counts=counts, category="call_facts",
            definition_en="Calls",
        )  # fmt: skip

    def test_a_correction_replaces_and_a_second_month_stands_beside(self, cast: Cast) -> None:
        self.publish(cast, MONTH, north=40, south=50)
        assert self.publish(cast, MONTH, north=55, south=50) == 2
        self.publish(cast, date(2026, 4, 1), north=60)
        assert [f.number for f in queries.figures("calls", MONTH)] == [55, 50]
        assert [(f.month.month, f.number) for f in queries.figures("calls")] == [(4, 60), (3, 55), (3, 50)]
        assert not queries.figures("other").exists() and queries.published().count() == 3

    @pytest.mark.parametrize("way", ["while it stands", "taken back", "hidden meanwhile"])
    def test_no_two_tables_differ_by_a_few(self, cast: Cast, way: str) -> None:
        """Whoever kept the first learns of no single call from the second."""
        self.publish(cast, MONTH, north=40, south=50)
        if way == "taken back":
            actions.withdraw_figures(by=cast["community_liaison"], code="calls", month=MONTH)
            assert not queries.published().exists() and queries.taken_back() == [(MONTH, clock.today())]
        if way == "hidden meanwhile":
            self.publish(cast, MONTH, north=3, south=50)
            assert [f.number for f in queries.figures("calls", MONTH)] == [None, None]
        self.publish(cast, MONTH, north=41, south=61)
        assert [f.number for f in queries.figures("calls", MONTH)] == [40, 61] and not queries.taken_back()

    def test_a_number_that_became_small_disappears(self, cast: Cast) -> None:
        self.publish(cast, MONTH, north=40, south=50, east=60)
        assert self.publish(cast, MONTH, north=4, south=50, east=60) == 1
        kept = {f.cell: f.number for f in queries.figures("calls", MONTH)}
        assert kept == {"north": None, "south": None, "east": 60}

    def test_the_line_tells_how_much_and_not_what(self, cast: Cast) -> None:
        self.publish(cast, MONTH, north=40, south=5, east=60)
        line = JournalLine.objects.latest("id")
        assert (line.data["cells"], line.data["withheld"]) == (1, 2) and "60" not in str(line.data["cells"])


class Voices(TestCase):
    """Means are those of what was said, on 0 to 100."""

    @settings(max_examples=15)
    @given(
        some.lists(
            some.tuples(some.integers(1, 5), some.none() | some.integers(1, 5)), min_size=9, max_size=14
        )
    )
    def test_scores_are_means_of_those_who_answered(self, said: list[tuple[int, int | None]]) -> None:
        for respect, helped in said:
            say("", **{"respect": respect} | ({"helped": helped} if helped else {}))
        told = queries.voice()
        assert told.answers == len(said)
        if len(said) < 11:
            assert (told.respect, told.helped, told.answered_share) == (None, None, None)
            return
        respects, helps = [r for r, _ in said], [h for _, h in said if h]
        assert told.respect == round((sum(respects) / len(respects) - 1) * 25, 1)
        assert told.helped == (round((sum(helps) / len(helps) - 1) * 25, 1) if helps else None)
        assert told.safety is None and told.answered_share == 0.0

    def test_only_the_days_asked_for(self) -> None:
        home = agencies.open_agency(by=SETUP, name="Harlow EMS", kind="ems").id
        with clock.at(clock.now() - timedelta(days=40)):
            for _ in range(12):
                say("Old", home, respect=1)
        assert queries.voice(30).answers == 0 and queries.voice(50).respect == 0.0
