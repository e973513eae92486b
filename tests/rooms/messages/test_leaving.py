"""Notices on their way out: by the chosen ways, at the chosen hours, once, in words that say nothing."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest

from commonweal.agencies import actions as agencies
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject, system
from commonweal.kernel.errors import Invalid
from commonweal.kernel.models import JournalLine
from commonweal.messages import actions, queries
from commonweal.messages.models import Choice, Leaving
from factories.cast import SETUP, Cast, gather

pytestmark = pytest.mark.django_db
BY = system("flow")
NIGHT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # two in the morning at the site
MORNING = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
QUIET = (time(22), time(6, 30))


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    return gather(partners=False)


@pytest.fixture(name="worker")
def a_worker(cast: Cast) -> Actor:
    """A case manager with an address."""
    actor = cast["case_manager"]
    agencies.change_account(by=SETUP, account=UUID(actor.id), email="ada@harlow.example")
    return actor


def ring(actor: Actor, kind: str, **more: object) -> None:
    """A line in the actor's bell."""
    about = Subject("referral", uuid4())
    actions.notify(by=BY, accounts=[UUID(actor.id)], kind=kind, about=about, **more)  # type: ignore[arg-type]


def lines(kind: str = "messages.notice_left") -> list[dict[str, object]]:
    """What the journal says of what left."""
    return [line.data for line in JournalLine.objects.filter(kind=kind).order_by("id")]


def chosen(actor: Actor, quiet: tuple[time, time] | None = None, **ways: list[str]) -> Choice:
    """The actor's choice."""
    return actions.choose(
        by=actor, channels=ways, phone="(213) 555-0142", quiet=quiet, time_zone="America/Los_Angeles"
    )


class TestWays:
    """Which ways a notice takes."""

    def test_who_chose_nothing_hears_of_safety_by_mail_and_of_work_in_the_bell(self, worker: Actor) -> None:
        ring(worker, "referral_received")
        assert actions.take_due(by=BY) == [] and queries.unread(worker).count() == 1
        ring(worker, "duress")
        [parcel] = actions.take_due(by=BY)
        assert (parcel.channel, parcel.to, parcel.is_again) == ("mail", "ada@harlow.example", False)

    def test_a_choice_holds_for_its_group_alone(self, worker: Actor) -> None:
        chosen(worker, work=["mail", "text"])
        ring(worker, "case_opened")
        ring(worker, "message")
        assert {(p.channel, p.to) for p in actions.take_due(by=BY)} == {
            ("mail", "ada@harlow.example"), ("text", "+12135550142"),
        }  # fmt: skip
        assert Leaving.objects.count() == 2

    def test_what_may_never_be_silent_keeps_the_site_s_ways(self, worker: Actor) -> None:
        chosen(worker, QUIET)
        with clock.at(NIGHT):
            ring(worker, "duress")
            assert {p.channel for p in actions.take_due(by=BY)} == {"mail", "text"}

    def test_nothing_leaves_to_nowhere(self, cast: Cast) -> None:
        ring(cast["clinician"], "duress")
        assert actions.take_due(by=BY) == [] and not lines()
        assert set(Leaving.objects.values_list("outcome", flat=True)) == {"nowhere"}

    def test_nothing_leaves_to_a_closed_account(self, worker: Actor) -> None:
        ring(worker, "duress")
        agencies.leave(by=SETUP, account=UUID(worker.id))
        assert actions.take_due(by=BY) == [] and not lines()
        assert set(Leaving.objects.values_list("outcome", flat=True)) == {"closed"}

    def test_what_was_read_meanwhile_does_not_leave(self, worker: Actor) -> None:
        ring(worker, "duress")
        actions.mark_read(by=worker)
        assert actions.take_due(by=BY) == [] and Leaving.objects.filter(outcome="read").count() == 2


class TestQuiet:
    """What came at night waits, and is told of once."""

    def test_three_in_a_night_are_one_message_in_the_morning(self, worker: Actor) -> None:
        chosen(worker, QUIET, work=["mail"], talk=["mail"])
        with clock.at(NIGHT):
            for kind in ("case_opened", "task_given", "message"):
                ring(worker, kind)
            assert actions.take_due(by=BY) == []
        with clock.at(MORNING - timedelta(seconds=1)):
            assert actions.take_due(by=BY) == []
        with clock.at(MORNING):
            [parcel] = actions.take_due(by=BY)
        assert "3 notices wait" in parcel.text and "your work list, a message from a colleague" in parcel.text
        assert lines()[0]["notices"] == 3

    def test_what_was_read_at_night_is_not_told_of_in_the_morning(self, worker: Actor) -> None:
        chosen(worker, QUIET, work=["mail"])
        with clock.at(NIGHT):
            ring(worker, "case_opened")
            ring(worker, "task_given")
            actions.mark_read(by=worker, notification=queries.unread(worker)[0].id)
        with clock.at(MORNING):
            assert "1 notice waits" in actions.take_due(by=BY)[0].text

    def test_a_shift_breaks_the_quiet_for_duty_and_for_nothing_else(self, cast: Cast, worker: Actor) -> None:
        chosen(worker, QUIET, duty=["mail"], work=["mail"])
        unit = agencies.open_unit(
            by=SETUP, agency=cast.agency["social_service"], call_sign="OUT1", kind="outreach"
        )
        with clock.at(NIGHT):
            ring(worker, "dispatched")
            assert actions.take_due(by=BY) == [], "asleep, and on no shift"
            agencies.set_shift(
                by=SETUP, unit=unit.id, starts=NIGHT - timedelta(hours=1), ends=NIGHT + timedelta(hours=5),
                crew=[UUID(worker.id)],
            )  # fmt: skip
            ring(worker, "reassessed")
            ring(worker, "case_opened")
            [parcel] = actions.take_due(by=BY)
        assert "1 notice waits" in parcel.text and "Reason: your duty." in parcel.text


class TestWords:
    """Outside, a message says that something waits and no more."""

    def test_it_names_no_kind_subject_or_place(self, worker: Actor) -> None:
        chosen(worker, account=["mail"], safety=["mail", "text"])
        ring(worker, "duress", link="/board/secret/")
        for parcel in actions.take_due(by=BY):
            said = parcel.subject + parcel.text
            assert "/account/bell/waiting/" in said and "/board/" not in said
            assert not {"duress", "alarm", "referral", "case_manager"} & set(said.lower().split())
            assert str(worker.id) not in said

    def test_it_speaks_its_reader_s_language(self, worker: Actor) -> None:
        agencies.change_account(by=SETUP, account=UUID(worker.id), language="es")
        ring(worker, "duress")
        [parcel] = actions.take_due(by=BY)
        assert parcel.subject == "Algo le espera" and "Motivo: seguridad." in parcel.text


class TestOnce:
    """The journal knows before the bytes leave; a try that failed or was cut off is made again."""

    def test_the_line_stands_before_and_what_left_does_not_leave_again(self, worker: Actor) -> None:
        ring(worker, "duress")
        [parcel] = actions.take_due(by=BY)
        assert lines() == [
            {"account": worker.id, "batch": str(parcel.key), "channel": "mail", "notices": 1, "tries": 1}
        ]
        actions.carried(by=BY, parcel=parcel.key)
        with clock.at(clock.now() + timedelta(days=1)):
            assert actions.take_due(by=BY) == []

    def test_a_worker_that_was_killed_leaves_it_to_the_next_under_the_same_key(self, worker: Actor) -> None:
        ring(worker, "duress")
        [first] = actions.take_due(by=BY)  # and nobody says that it was carried
        assert actions.take_due(by=BY) == [], "two workers take it once"
        with clock.at(clock.now() + timedelta(minutes=2)):
            ring(worker, "device_revoked")
            again = {p.key: p for p in actions.take_due(by=BY)}
        assert len(again) == 2 and again[first.key].is_again and again[first.key].text == first.text
        assert [line["tries"] for line in lines() if line["batch"] == str(first.key)] == [1, 2]

    def test_it_is_given_up_after_a_few_tries(self, worker: Actor) -> None:
        ring(worker, "duress")
        start = clock.now()
        for hours in range(8):
            with clock.at(start + timedelta(hours=2 * hours)):
                for parcel in actions.take_due(by=BY):
                    actions.not_carried(by=BY, parcel=parcel.key, fault="TimeoutError")
        assert len(lines()) == len(lines("messages.notice_stayed")) == 5
        assert Leaving.objects.filter(outcome="given_up").exists()

    def test_no_try_without_its_line(self, worker: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
        ring(worker, "duress")

        def breaks(**_: object) -> None:
            raise RuntimeError("no journal")

        monkeypatch.setattr("commonweal.kernel.journal.write", breaks)
        with pytest.raises(RuntimeError):
            actions.take_due(by=BY)
        assert not Leaving.objects.exclude(tries=0).exists()


class TestChoosing:
    """A choice is one's own and whole."""

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"channels": {"pager": ["mail"]}}, "group"),
            ({"channels": {"work": ["fax"]}}, "channel"),
            ({"channels": {"work": ["text"]}}, "phone"),
            ({"channels": {}, "phone": "call me"}, "phone"),
            ({"channels": {}, "phone": "12"}, "phone"),
            ({"channels": {}, "time_zone": "Mars/Olympus"}, "time_zone"),
        ],
    )
    def test_what_cannot_be_is_refused_by_name(self, worker: Actor, given: dict, field: str) -> None:
        with pytest.raises(Invalid) as fault:
            actions.choose(by=worker, **given)
        assert fault.value.field == field and not Choice.objects.exists()

    def test_choosing_again_replaces_and_leaves_a_line_without_the_number(self, worker: Actor) -> None:
        chosen(worker, QUIET, work=["text"])
        chosen(worker, None, talk=["mail"])
        [one] = Choice.objects.all()
        assert (one.channels["work"], one.channels["talk"], one.quiet_from) == ([], ["mail"], None)
        told = lines("messages.notices_chosen")
        assert [line["quiet"] for line in told] == [True, False] and "555" not in str(told)
