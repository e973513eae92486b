"""A reminder by the way the person chose: once, by day, in words that say nothing, never when it is over."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.core import mail
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from commonweal import flow, packs
from commonweal.agencies import actions as agencies
from commonweal.cases import actions as cases
from commonweal.cli.worker import Worker
from commonweal.kernel import clock
from commonweal.kernel.actors import STRANGER, Actor, Subject, system
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.messages import queries as messages
from commonweal.referrals import actions, queries, reminding
from commonweal.referrals.actions import Wish
from commonweal.referrals.models import Reminder, Reminding
from commonweal.sharing import actions as sharing
from commonweal.sharing.models import Disclosure, Holding
from factories import directory as entries
from factories.cast import SETUP, worker
from factories.guarded import Guarded, guarded
from factories.referrals import Loop, loop

pytestmark = pytest.mark.django_db
PRODUCT = system("flow")
MONDAY = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # nine in the morning at the site
THURSDAY = datetime(2026, 11, 26, 18, 0, tzinfo=UTC)  # ten in the morning
DAY = timedelta(days=1)
WEDNESDAY = THURSDAY - DAY - timedelta(hours=1)
TEXT = Wish(way="text", address="(213) 555-0142")
NEUTRAL = "You have an appointment tomorrow at 10:00. Call 211 with questions."


@pytest.fixture(name="home", autouse=True)
def a_home(settings: LazySettings, tmp_path: Path) -> Path:
    """Texts leave into a file of their own."""
    settings.COMMONWEAL_HOME = tmp_path
    return tmp_path


@pytest.fixture(name="it")
def the_loop() -> Loop:
    """Open Door and the Lantern."""
    return loop()


def texts(home: Path) -> list[dict[str, str]]:
    """What left by text message."""
    file = home / "sms/sent.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.is_file() else []


def booked(it: Loop, wish: Wish = TEXT, at: datetime = THURSDAY) -> UUID:
    """On Monday the person is expected on Thursday, and chooses."""
    with clock.at(MONDAY):
        referral = it.refer()
        actions.accept(by=it.night, referral=referral)
        actions.schedule(by=it.night, referral=referral, at=at)
        actions.choose_reminder(by=it.sender, referral=referral, wish=wish)
    return referral


def pass_time(until: datetime, since: datetime = WEDNESDAY, step: timedelta = timedelta(minutes=30)) -> None:
    """The product looks again and again from one moment to another."""
    now = since
    while now <= until:
        with clock.at(now):
            flow.carry_reminders()
        now += step


def outcomes(referral: UUID) -> list[str]:
    """What became of each reminder of a referral, oldest first."""
    found = Reminding.objects.filter(referral=referral).order_by("created_at")
    return list(found.values_list("outcome", flat=True))


class TestSent:
    """What leaves, when and how often."""

    def test_the_day_before_at_the_same_hour_once_and_in_neutral_words(self, it: Loop, home: Path) -> None:
        referral = booked(it)
        pass_time(THURSDAY - DAY - timedelta(minutes=1), since=MONDAY, step=timedelta(hours=1))
        assert texts(home) == []
        pass_time(THURSDAY + DAY, since=THURSDAY - DAY, step=timedelta(hours=1))
        [one] = texts(home)
        assert (one["to"], one["text"]) == ("+12135550142", NEUTRAL)
        assert outcomes(referral) == ["sent"] and not Disclosure.objects.filter(category="identity").exists()

    def test_two_hours_before_in_spanish_by_mail(self, it: Loop) -> None:
        wish = Wish(way="mail", before="two_hours", language="es", address="rosa@example.org")
        booked(it, wish)
        pass_time(THURSDAY)
        [one] = mail.outbox
        assert one.to == ["rosa@example.org"] and one.subject == "Recordatorio"
        assert one.body == "Tiene una cita hoy a las 10:00. Si tiene preguntas, llame al 211."
        assert "Lantern" not in one.subject + one.body and "Open Door" not in one.body

    def test_the_service_is_named_only_where_the_person_wanted_that(self, it: Loop, home: Path) -> None:
        booked(it, Wish(way="text", address="213 555 0142", names_service=True, is_safe=True))
        pass_time(THURSDAY)
        assert "tomorrow at 10:00: Lantern night beds." in texts(home)[0]["text"]

    def test_what_would_fall_into_the_night_goes_the_evening_before(self, it: Loop, home: Path) -> None:
        early = datetime(2026, 11, 26, 16, 30, tzinfo=UTC)  # half past eight: two hours before is night
        booked(it, Wish(way="text", before="two_hours", address="213 555 0142"), early)
        pass_time(early)
        [one] = texts(home)
        assert one["at"].startswith("2026-11-26T03:30")  # half past seven in the evening
        assert "tomorrow at 08:30" in one["text"]

    def test_a_worker_that_was_away_sends_nothing_at_night(self, it: Loop, home: Path) -> None:
        referral = booked(it)
        pass_time(THURSDAY, since=datetime(2026, 11, 26, 5, 0, tzinfo=UTC))  # nine in the evening
        [one] = texts(home)
        assert one["at"].startswith("2026-11-26T16:0") and "today at 10:00" in one["text"]
        assert outcomes(referral) == ["sent"]

    def test_where_the_night_ends_too_late_nothing_leaves(self, it: Loop, home: Path) -> None:
        early = datetime(2026, 11, 26, 16, 15, tzinfo=UTC)
        referral = booked(it, TEXT, early)
        pass_time(early, since=datetime(2026, 11, 26, 6, 0, tzinfo=UTC))
        assert texts(home) == [] and outcomes(referral) == ["night"]

    def test_a_moved_appointment_is_reminded_of_anew(self, it: Loop, home: Path) -> None:
        referral = booked(it)
        pass_time(THURSDAY - DAY)
        with clock.at(THURSDAY - DAY + timedelta(hours=1)):
            actions.schedule(by=it.night, referral=referral, at=THURSDAY + 4 * DAY)
        pass_time(THURSDAY + 4 * DAY, since=THURSDAY + 3 * DAY - timedelta(hours=2))
        assert len(texts(home)) == 2 and outcomes(referral) == ["sent", "sent"]

    def test_made_the_evening_before_it_goes_two_hours_before(self, it: Loop, home: Path) -> None:
        booked(it, TEXT, MONDAY + timedelta(hours=6))
        pass_time(MONDAY + timedelta(hours=6), since=MONDAY)
        assert [one["text"] for one in texts(home)] == [
            NEUTRAL.replace("tomorrow at 10:00", "today at 15:00")
        ]

    def test_made_an_hour_before_none_goes_and_the_card_says_why(self, it: Loop, home: Path) -> None:
        referral = booked(it, TEXT, MONDAY + timedelta(hours=1))
        pass_time(MONDAY + timedelta(hours=1), since=MONDAY)
        assert texts(home) == [] and outcomes(referral) == ["late"]
        [past] = queries.reminder(it.sender, queries.row(it.sender, referral)).past
        assert (past.way, past.outcome) == ("text", "late")

    def test_killed_between_journal_and_gateway_it_goes_again_under_its_key(
        self, it: Loop, home: Path
    ) -> None:
        referral = booked(it)
        with clock.at(THURSDAY - DAY):
            [lost] = actions.take_reminders(by=PRODUCT)
            assert actions.take_reminders(by=PRODUCT) == []
        pass_time(THURSDAY, since=THURSDAY - DAY)
        [one] = texts(home)
        assert one["key"] == str(lost.key) and outcomes(referral) == ["sent"]
        tries = [line.data["tries"] for line in JournalLine.objects.filter(kind="referrals.reminder_left")]
        assert tries == [1, 2]

    def test_a_gateway_that_refuses_is_asked_again_and_given_up(
        self, it: Loop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def down(parcel: object) -> None:
            raise OSError("it answered: +12135550142 is unknown")

        monkeypatch.setitem(flow.CHANNELS, "text", down)
        referral = booked(it)
        pass_time(THURSDAY)
        faults = JournalLine.objects.filter(kind="referrals.reminder_stayed")
        assert {line.data["fault"] for line in faults} == {"OSError"} and len(faults) == 5
        assert outcomes(referral) == ["given_up"]

    def test_the_journal_holds_codes_and_never_the_number(self, it: Loop, home: Path) -> None:
        booked(it)
        pass_time(THURSDAY)
        lines = JournalLine.objects.filter(kind__startswith="referrals.remind")
        kinds = [line.kind.removeprefix("referrals.") for line in lines.order_by("id")]
        assert kinds == ["reminder_chosen", "reminder_left", "reminding_settled"]
        assert "555" not in json.dumps([line.data for line in lines])


def declined(it: Loop, referral: UUID) -> None:
    """Expected and missed; nobody arranges anything any more."""
    actions.no_show(by=it.night, referral=referral)
    actions.close(by=it.night, referral=referral)


ENDS: dict[str, tuple[Callable[[Loop, UUID], object], str]] = {
    "closed": (declined, "over"),
    "withdrawn": (lambda it, r: actions.withdraw(by=it.sender, referral=r), "over"),
    "attended": (lambda it, r: actions.attended(by=it.night, referral=r), "over"),
    "no reminder": (lambda it, r: actions.withdraw_reminder(by=it.sender, referral=r), "withdrawn"),
    "died": (lambda it, r: actions.end_reminders(by=PRODUCT, person=it.person, why="died"), "died"),
}


def refused(it: Loop, wish: Wish = TEXT) -> UUID:
    """The person chose before the service answered, and it says no."""
    with clock.at(MONDAY):
        referral = it.refer()
        actions.choose_reminder(by=it.sender, referral=referral, wish=wish)
        actions.decline(by=it.night, referral=referral, reason="no_capacity")
        flow.carry_reminders()
    return referral


class TestHandedOn:
    """Another service takes the place of the one that said no: the person is not asked again."""

    def test_it_goes_on_to_the_next_service_and_does_not_name_it(self, it: Loop, home: Path) -> None:
        wish = Wish(way="text", address="213 555 0142", names_service=True, is_safe=True)
        referral, other = refused(it, wish), entries.service("Harbor", agency=it.cast.agency["hmis_shelter"])
        with clock.at(MONDAY + timedelta(hours=30)):
            flow.carry_reminders()
            later = actions.reroute(by=it.sender, referral=referral, service=other)
            assert actions.reroute(by=it.sender, referral=referral, service=other).id == later.id
            actions.accept(by=it.night, referral=later.id)
            actions.schedule(by=it.night, referral=later.id, at=THURSDAY)
        before, after = Reminder.objects.order_by("created_at")
        assert (before.referral_id, before.address, before.why) == (referral, "", "replaced")
        assert (after.referral_id, after.by, after.chosen_at) == (later.id, before.by, before.chosen_at)
        assert after.is_neutral and after.is_safe
        pass_time(THURSDAY + DAY, since=MONDAY + 2 * DAY, step=timedelta(hours=1))
        [one] = texts(home)
        assert (one["to"], one["text"]) == ("+12135550142", NEUTRAL)

    def test_a_provider_for_victims_is_reached_by_it_only_where_it_is_safe(self, it: Loop) -> None:
        home = it.cast.agency["victim_service_provider"]
        referral, other = refused(it), entries.service("Harbor", agency=home)
        with clock.at(MONDAY + timedelta(hours=1)):
            actions.reroute(by=it.sender, referral=referral, service=other)
        [last] = Reminder.objects.all()
        assert (last.why, last.address) == ("replaced", "")

    def test_a_worker_who_has_left_calls_nobody(self, it: Loop) -> None:
        referral, other = refused(it, Wish(way="call")), entries.service("Harbor")
        agencies.leave(by=SETUP, account=UUID(it.sender.id))
        colleague = worker(it.sender.agency, "case_manager")
        with clock.at(MONDAY + timedelta(hours=1)):
            actions.reroute(by=colleague, referral=referral, service=other)
        assert Reminder.objects.get().why == "replaced"

    def test_who_wanted_none_any_more_gets_none_at_the_next_service(self, it: Loop) -> None:
        referral, other = refused(it), entries.service("Harbor")
        with clock.at(MONDAY + timedelta(hours=1)):
            actions.withdraw_reminder(by=it.sender, referral=referral)
            actions.reroute(by=it.sender, referral=referral, service=other)
        assert Reminder.objects.get().why == "withdrawn"


class TestNotSent:
    """When nothing may leave any more."""

    @pytest.mark.parametrize("end", ENDS)
    def test_an_end_ends_it_and_forgets_the_number(self, it: Loop, home: Path, end: str) -> None:
        referral, (act, why) = booked(it), ENDS[end]
        with clock.at(MONDAY + timedelta(hours=1)):
            act(it, referral)
        pass_time(THURSDAY)
        [last] = Reminder.objects.all()
        assert texts(home) == [] and (last.why, last.address) == (why, "") and last.ended_by

    def test_a_service_that_says_no_ends_it_unless_another_is_found_within_a_week(
        self, it: Loop, home: Path
    ) -> None:
        refused(it)
        pass_time(MONDAY + timedelta(days=6, hours=20), since=MONDAY, step=timedelta(hours=8))
        assert Reminder.objects.get().ended_at is None and texts(home) == []
        pass_time(MONDAY + timedelta(days=8), since=MONDAY + timedelta(days=7), step=timedelta(hours=8))
        [last] = Reminder.objects.all()
        assert (last.why, last.address) == ("over", "") and texts(home) == []

    def test_ended_between_two_tries_nothing_more_leaves(self, it: Loop, home: Path) -> None:
        referral = booked(it)
        with clock.at(THURSDAY - DAY):
            actions.take_reminders(by=PRODUCT)
            actions.withdraw(by=it.sender, referral=referral)
        pass_time(THURSDAY, since=THURSDAY - DAY)
        assert texts(home) == [] and outcomes(referral) == ["over"]

    def test_a_case_that_ends_with_a_death_ends_every_reminder(self, it: Loop, home: Path) -> None:
        booked(it)
        case = cases.open_case(by=it.sender, person=it.person, agency=it.sender.agency)
        cases.close_case(by=it.sender, case=case.id, reason="deceased")
        Worker().catch_up()
        assert Reminder.objects.get().why == "died"

    @pytest.mark.parametrize("how", ["sealed", "expunged"])
    def test_nobody_whose_every_record_was_closed(self, it: Loop, home: Path, how: str) -> None:
        referral = booked(it)
        sharing.bar(by=SETUP, subject=it.record, sealed=how == "sealed", expunged=how == "expunged")
        pass_time(THURSDAY)
        assert texts(home) == [] and outcomes(referral) == ["sealed"]

    def test_nobody_who_died(self, it: Loop, home: Path) -> None:
        referral = booked(it)
        Holding.objects.filter(subject=referral).update(is_deceased=True)
        pass_time(THURSDAY)
        assert texts(home) == [] and outcomes(referral) == ["died"]

    def test_a_referral_that_was_expunged(self, it: Loop, home: Path) -> None:
        referral = booked(it)
        sharing.bar(by=SETUP, subject=Subject("referral", referral), expunged=True)
        pass_time(THURSDAY)
        assert texts(home) == [] and outcomes(referral) == ["sealed"]

    def test_the_person_chooses_again_and_only_that_holds(self, it: Loop, home: Path) -> None:
        referral = booked(it)
        with clock.at(MONDAY):
            actions.choose_reminder(by=it.night, referral=referral, wish=Wish(way="mail", address="r@x.org"))
        pass_time(THURSDAY)
        assert texts(home) == [] and len(mail.outbox) == 1
        assert [r.why for r in Reminder.objects.order_by("created_at")] == ["replaced", ""]


class TestCalls:
    """A call by the person's worker."""

    def test_the_worker_hears_and_says_how_it_went(self, it: Loop, home: Path) -> None:
        referral = booked(it, Wish(way="call"))
        with clock.at(THURSDAY - DAY - timedelta(minutes=5)):
            flow.carry_reminders()
            assert queries.calls_to_make(it.sender) == []
        pass_time(THURSDAY - DAY + timedelta(hours=2), since=THURSDAY - DAY)
        Worker().catch_up()
        assert [line.kind for line in messages.unread(it.sender)].count("reminder_call") == 1
        [call] = queries.calls_to_make(it.sender)
        assert (call.subject.id, call.side) == (referral, "sender") and queries.calls_to_make(it.night) == []
        actions.note_reminder_call(by=it.sender, referral=referral, result="reached")
        assert queries.calls_to_make(it.sender) == [] and outcomes(referral) == ["reached"]
        with pytest.raises(Conflict):
            actions.note_reminder_call(by=it.sender, referral=referral, result="reached")

    def test_a_call_that_nobody_made_ends_with_the_appointment(self, it: Loop) -> None:
        referral = booked(it, Wish(way="call"))
        pass_time(THURSDAY)
        assert outcomes(referral) == ["late"] and queries.calls_to_make(it.sender) == []

    def test_a_worker_who_left_calls_nobody(self, it: Loop) -> None:
        referral = booked(it, Wish(way="call"))
        agencies.leave(by=SETUP, account=UUID(it.sender.id))
        pass_time(THURSDAY)
        assert outcomes(referral) == ["nobody"]


class TestLaws:
    """Programmes whose law keeps even that somebody comes."""

    @pytest.mark.parametrize("kind", ["part2_program", "victim_service_provider"])
    def test_the_words_never_name_them(self, kind: str, home: Path) -> None:
        it = guarded(kind)
        referral = expected(it)
        named = Wish(way="text", address="213 555 0142", names_service=True, is_safe=True)
        with clock.at(MONDAY), pytest.raises(Invalid, match="names no service"):
            actions.choose_reminder(by=it.receiver, referral=referral, wish=named)
        with clock.at(MONDAY):
            safe = Wish(way="text", address="213 555 0142", is_safe=True)
            actions.choose_reminder(by=it.receiver, referral=referral, wish=safe)
        pass_time(THURSDAY)
        assert [one["text"] for one in texts(home)] == [NEUTRAL]

    def test_for_victims_only_where_nobody_else_reads_it(self) -> None:
        it = guarded("victim_service_provider")
        referral = expected(it)
        with pytest.raises(Invalid, match="others read it"):
            actions.choose_reminder(by=it.receiver, referral=referral, wish=TEXT)
        assert not Reminder.objects.exists()

    @pytest.mark.parametrize("kind", ["part2_program", "victim_service_provider"])
    def test_a_sender_who_is_not_told_neither_chooses_nor_reads(self, kind: str) -> None:
        it = guarded(kind)
        referral = expected(it)
        safe = Wish(way="text", address="213 555 0142", is_safe=True)
        actions.choose_reminder(by=it.receiver, referral=referral, wish=safe)
        for act in (
            lambda: actions.choose_reminder(by=it.sender, referral=referral, wish=safe),
            lambda: actions.withdraw_reminder(by=it.sender, referral=referral),
            lambda: actions.note_reminder_call(by=it.sender, referral=referral, result="reached"),
        ):
            with pytest.raises(Conflict, match="may not tell"):
                act()
        assert queries.reminder(it.sender, queries.row(it.sender, referral)) == queries.Reminded()
        assert Reminder.objects.get().ended_at is None

    def test_of_somebody_in_hiding_nothing_is_named_and_nobody_learns_why(self, it: Loop, home: Path) -> None:
        referral = booked(it, Wish(way="text", address="213 555 0142", names_service=True, is_safe=True))
        sharing.bar(by=SETUP, subject=it.record, dv=True)
        pass_time(THURSDAY)
        assert [one["text"] for one in texts(home)] == [NEUTRAL] and outcomes(referral) == ["sent"]
        assert not queries.reminder(it.sender, queries.row(it.sender, referral)).is_neutral


def expected(it: Guarded) -> UUID:
    """The programme expects the person on Thursday."""
    with clock.at(MONDAY):
        referral = it.refer()
        actions.accept(by=it.receiver, referral=referral)
        actions.schedule(by=it.receiver, referral=referral, at=THURSDAY)
    return referral


class TestWho:
    """Who may choose, and what is refused."""

    def test_the_person_themself(self, it: Loop) -> None:
        referral = booked(it)
        own = Actor(id=it.sender.id, role="person", policy_role="subject", agency=None, person=it.person)
        actions.choose_reminder(by=own, referral=referral, wish=Wish(way="mail", address="rosa@example.org"))
        assert actions.withdraw_reminder(by=own, referral=referral)
        assert not actions.withdraw_reminder(by=own, referral=referral)

    def test_nobody_without_a_part_in_it(self, it: Loop) -> None:
        referral = booked(it)
        for by in (worker(it.cast.agency["health"], "clinician"), STRANGER, it.cast["patrol_officer"]):
            with pytest.raises(NotFound):
                actions.choose_reminder(by=by, referral=referral, wish=TEXT)
            with pytest.raises(NotFound):
                actions.withdraw_reminder(by=by, referral=referral)
            with pytest.raises(NotFound):
                actions.take_reminders(by=by)
            assert queries.calls_to_make(by) == [] if by is not STRANGER else True
        assert Reminder.objects.get().ended_at is None

    @pytest.mark.parametrize(
        ("wish", "field"),
        [
            (Wish(way="pigeon", address="x"), "way"),
            (Wish(way="text", address=""), "phone"),
            (Wish(way="text", address="soon"), "phone"),
            (Wish(way="mail", address="rosa at home"), "email"),
            (Wish(way="mail", address=f"rosa@{'x.' * 130}org"), "email"),
            (Wish(way="text", address="213 555 0142", before="week"), "before"),
            (Wish(way="text", address="213 555 0142", language="xx"), "language"),
            (Wish(way="text", address="213 555 0142", names_service=True), "is_safe"),
        ],
    )
    def test_what_cannot_stand_is_refused_by_its_field(self, it: Loop, wish: Wish, field: str) -> None:
        referral = it.refer()
        with pytest.raises(Invalid) as refused:
            actions.choose_reminder(by=it.sender, referral=referral, wish=wish)
        assert refused.value.field == field and not Reminder.objects.exists()

    def test_not_once_it_is_over(self, it: Loop) -> None:
        referral = it.refer()
        actions.withdraw(by=it.sender, referral=referral)
        with pytest.raises(Conflict):
            actions.choose_reminder(by=it.sender, referral=referral, wish=TEXT)

    def test_the_database_keeps_one_choice_and_no_address_of_an_ended_one(self, it: Loop) -> None:
        booked(it)
        with pytest.raises(IntegrityError), transaction.atomic():
            Reminder.objects.update(ended_at=MONDAY, ended_by="x", why="over")
        with pytest.raises(IntegrityError), transaction.atomic():
            Reminder.objects.update(address="")
        with pytest.raises(IntegrityError), transaction.atomic():
            one = Reminder.objects.get()
            Reminder.objects.create(referral=one.referral, way="call", before="day", language="en", by="x")


HOURS = reminding.read(packs.read("reminders.yaml"))


@given(
    at=st.datetimes(datetime(2026, 1, 2), datetime(2026, 12, 30), timezones=st.just(UTC)),
    before=st.sampled_from(["day", "two_hours"]),
    made=st.integers(0, 60),
)
def test_no_reminder_is_planned_at_night_nor_before_it_was_made(at: datetime, before: str, made: int) -> None:
    since = at - timedelta(hours=made)
    due = HOURS.moment(before, at, since)
    assert due is None or (since <= due < at and HOURS.ends(due) is None)
    assert due is not None or made < 24 + 12


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": 3},
        {"quiet": {"from": "20:00"}},
        {"quiet": {"from": "late", "until": "08:00"}},
        {"spans": {"day": 24}},
        {"spans": {"day": 1, "two_hours": 2}},
        {"latest": True},
        {"more": 1},
    ],
)
def test_a_file_that_cannot_be_used_names_the_place(wrong: dict[str, object]) -> None:
    body = {"quiet": {"from": "20:00", "until": "08:00"}, "number": "", "spans": {"day": 24, "two_hours": 2}}
    body = {**body, "latest": 30}
    assert reminding.read(body).number == ""
    if "number" in wrong:
        assert reminding.read({**body, **wrong}).number == "3"
        return
    with pytest.raises(Invalid, match=r"reminders\.yaml"):
        reminding.read({**body, **wrong})


def test_a_site_keeps_hours_of_its_own(home: Path) -> None:
    own = '{quiet: {from: "22:00", until: "06:00"}, number: "", spans: {day: 24, two_hours: 2}, latest: 10}'
    (home / "reminders.yaml").write_text(own, "utf-8")
    assert reminding.hours().latest == timedelta(minutes=10)
    text = reminding.said(THURSDAY, place="", language="en", now=THURSDAY - 2 * DAY)
    assert text == "You have an appointment on Thursday at 10:00."
