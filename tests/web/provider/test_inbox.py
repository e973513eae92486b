"""A night at the Lantern's desk: read, answered, counted; and who finds nothing there."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.directory import actions as directory_actions
from commonweal.directory import queries as directory_queries
from commonweal.kernel import clock, days
from commonweal.kernel.models import JournalLine
from commonweal.people import actions as people
from commonweal.referrals import actions
from commonweal.referrals import queries as referrals
from commonweal.sharing import queries as sharing
from commonweal.web.provider import words
from factories import directory
from factories.cast import SETUP, someone
from factories.referrals import Loop, loop
from factories.visitor import visit

pytestmark = pytest.mark.django_db
INBOX = "/referrals/"


@pytest.fixture(name="it")
def the_loop() -> Loop:
    """Open Door, the Lantern, and Rosa."""
    return loop()


@pytest.fixture(name="night")
def night_desk(it: Loop) -> Client:
    """The night worker's browser."""
    return visit(it.night)


def text(client: Client, path: str, status: int = 200) -> str:
    """A page's words."""
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def do(client: Client, referral: UUID, act: str, **values: object) -> int:
    """One tap on a card."""
    return client.post(reverse("provider:act", args=[referral, act]), values).status_code


def state(referral: UUID) -> str:
    """Where it stands."""
    return referrals.rows_of([referral])[referral].state


class TestInbox:
    def test_an_empty_inbox_says_what_will_appear(self, night: Client) -> None:
        assert "Nothing waits for you" in text(night, INBOX)
        for folder in ("current", "settled", "ended", "nonsense"):
            assert "cw-empty" in text(night, f"{INBOX}?folder={folder}")

    def test_the_soonest_due_is_on_top_with_one_line_why_and_no_name(self, it: Loop, night: Client) -> None:
        other, _ = someone(it.cast, "social_service", given="Bao", family="Tran")
        it.refer(reasons=["Speaks Spanish"])
        it.refer(person=other, pathway="tonight", reasons=["Open tonight"])
        page = text(night, INBOX)
        assert page.index("Open tonight") < page.index("Speaks Spanish")
        assert "Shelter tonight" in page and "pv-item--unread" in page and "due in" in page
        assert "Rosa" not in page and "Tran" not in page

    def test_looking_at_the_list_asks_once_for_each_row_and_registers_it(
        self, it: Loop, night: Client
    ) -> None:
        it.refer()
        text(night, INBOX)
        reads = JournalLine.objects.filter(kind="sharing.read", actor=it.night.id)
        assert [line.data["category"] for line in reads] == ["referral_status"]
        assert sharing.register(it.person).count() == 1

    def test_what_the_law_keeps_shut_is_still_a_row_with_a_code(self, it: Loop, night: Client) -> None:
        person, _ = someone(it.cast, "health", given="Lee", family="Unseen")
        made = actions.make(by=it.cast["clinician"], service=it.beds, person=person, needs=["shelter"])
        page = text(night, INBOX)
        assert f"Code {made.code}" in page and "Shelter tonight" not in page

    def test_folders_count_and_page(self, it: Loop, night: Client) -> None:
        for _ in range(23):
            it.refer(person=None)
        first, second = text(night, INBOX), text(night, f"{INBOX}?page=2")
        assert first.count('class="pv-item ') == 20 and second.count('class="pv-item ') == 3
        assert '<span class="pv-count">23</span>' in first

    def test_history_begins_with_what_ended_last_and_says_when(self, it: Loop, night: Client) -> None:
        first, second = it.refer(person=None), it.refer(person=None)
        with clock.at(clock.now() - timedelta(days=2)):
            actions.decline(by=it.night, referral=second, reason="duplicate")
        actions.decline(by=it.night, referral=first, reason="duplicate")
        page = text(night, f"{INBOX}?folder=ended")
        assert page.index(str(first)) < page.index(str(second)), "the later answer stands on top"
        assert f'pv-due--">{days.at(clock.now())[:6]}' in page

    def test_a_question_that_waits_for_the_sender_says_so_in_the_list(self, it: Loop, night: Client) -> None:
        referral = it.refer()
        assert "A question was asked" not in text(night, INBOX)
        assert do(night, referral, "ask", note="Can she take stairs?") == 302
        assert "A question was asked" in text(night, INBOX)

    def test_the_list_alone_comes_for_the_live_feed(self, it: Loop, night: Client) -> None:
        it.refer()
        part = text(night, f"{INBOX}?part=list")
        assert part.lstrip().startswith("<section") and "<html" not in part and "pv-strip" not in part

    def test_the_download_names_nobody(self, it: Loop, night: Client) -> None:
        it.refer(note="Bad knee")
        response = night.get(reverse("provider:export"))
        body = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
        assert (
            "Lantern night beds" in body
            and "Rosa" not in body
            and "knee" not in body
            and "shelter" not in body
        )

    def test_closure_is_told_with_its_numbers(self, it: Loop, night: Client) -> None:
        referral = it.refer()
        for act, values in (("accept", {}), ("attend", {}), ("settle", {"result": "resolved"})):
            assert do(night, referral, act, **values) == 302
        assert "<b>100%</b> of 1 referrals in 90 days" in text(night, INBOX)


class TestCard:
    def test_it_shows_what_the_permit_allows_and_tells_what_was_left_out(
        self, it: Loop, night: Client
    ) -> None:
        people.keep_plan(by=SETUP, person=it.person, agency=it.cast.agency["police"], helps="Speak softly")
        referral = it.refer(note="Drinks again", reasons=["Open tonight"])
        page = text(night, reverse("provider:card", args=[referral]))
        assert "Rosa Delgado" in page and "555-0142" in page and "Open tonight" in page
        for hidden in ("Drinks again", "Speak softly"):
            assert hidden not in page
        assert "Left out for your role" in page and "what helps and harms" in page
        assert state(referral) == "viewed"

    def test_every_read_is_journalled_before_the_page_leaves(self, it: Loop, night: Client) -> None:
        referral = it.refer()
        text(night, reverse("provider:card", args=[referral]))
        read = JournalLine.objects.filter(kind="sharing.read", actor=it.night.id)
        assert {line.data["category"] for line in read} == {"referral_status", "identity"}
        assert {row.category for row in sharing.register(it.person)} == {"referral_status", "identity"}

    def test_an_unnamed_person_has_a_code_and_no_gap_is_betrayed(self, it: Loop, night: Client) -> None:
        referral = it.refer(is_anonymous=True)
        page = text(night, reverse("provider:card", args=[referral]))
        assert "asked to stay unnamed" in page and "Rosa" not in page
        assert f"Person with code {referrals.row(it.night, referral).code}" in page

    def test_the_whole_loop_by_hand(self, it: Loop, night: Client) -> None:
        referral = it.refer()
        tomorrow = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
        steps = [
            ("accept", {}, "accepted"), ("schedule", {"at": tomorrow}, "scheduled"), ("miss", {}, "no_show"),
            ("schedule", {"at": tomorrow}, "scheduled"), ("attend", {}, "attended"), ("start", {}, "started"),
            ("say", {"text": "Warm bed", "helped": "yes"}, "started"),
            ("settle", {"result": "partly", "note": "Two nights"}, "partly"), ("close", {}, "closed"),
        ]  # fmt: skip
        for act, values, expected in steps:
            assert do(night, referral, act, **values) == 302, act
            assert state(referral) == expected
            assert text(night, reverse("provider:card", args=[referral]))
        assert "Nothing is left to do here" in text(night, reverse("provider:card", args=[referral]))
        assert "Closed" in text(night, f"{INBOX}?folder=ended")

    def test_a_time_is_read_in_the_readers_zone(self, it: Loop, night: Client) -> None:
        referral = it.refer()
        do(night, referral, "accept")
        local = clock.now() + timedelta(days=2)
        do(night, referral, "schedule", at=f"{local:%Y-%m-%d}T18:00")
        page = text(night, reverse("provider:card", args=[referral]))
        assert f"{days.said(local.date())}, 18:00 P" in page

    def test_a_decline_needs_its_reason_and_keeps_what_was_typed(self, it: Loop, night: Client) -> None:
        referral = it.refer()
        url = reverse("provider:act", args=[referral, "decline"])
        refused = night.post(url, {"note": "Full until Friday"})
        told = refused.content.decode()
        assert refused.status_code == 400 and "Full until Friday" in told
        assert "Tap one of the reasons" in told and "no_capacity" not in told
        assert night.post(url, {"reason": "no_capacity"}).status_code == 302
        assert state(referral) == "declined"

    def test_a_colleague_who_was_faster_is_named_a_conflict_not_an_error(
        self, it: Loop, night: Client
    ) -> None:
        referral = it.refer()
        do(night, referral, "decline", reason="ineligible")
        late = night.post(reverse("provider:act", args=[referral, "accept"]))
        assert late.status_code == 409 and "declined" in late.content.decode()

    @pytest.mark.parametrize("at", ["", "soon", "2026-13-45T99:99", "1999-01-01T10:00"])
    def test_a_senseless_time_is_refused_in_words(self, it: Loop, night: Client, at: str) -> None:
        referral = it.refer()
        do(night, referral, "accept")
        assert do(night, referral, "schedule", at=at) == 400
        assert state(referral) == "accepted"

    def test_an_unknown_act_does_nothing(self, it: Loop, night: Client) -> None:
        referral = it.refer()
        assert do(night, referral, "explode") == 404 and state(referral) == "sent"


class TestCapacity:
    def test_one_tap_posts_and_comes_back_with_its_age(self, it: Loop, night: Client) -> None:
        url = reverse("provider:capacity", args=[it.beds])
        assert night.post(url, {"available": "4"}).status_code == 302
        part = night.post(url, {"available": "5"}, headers={"HX-Request": "true"}).content.decode()
        assert "<b>5</b>" in part and "now ago" not in part and "<html" not in part
        room = directory_queries.capacity(it.beds)
        assert room and room.available == 5

    def test_each_button_keeps_its_name_when_the_number_changes(self, it: Loop, night: Client) -> None:
        """Whoever presses "one more" by keyboard stays on it: the renewed part has the same ids."""
        path = reverse("provider:capacity", args=[it.beds])
        for number in ("1", "2"):
            part = night.post(path, {"available": number}, headers={"hx-request": "true"}).content.decode()
            assert f'id="more-{it.beds}"' in part and f'id="less-{it.beds}"' in part
            assert f'data-say="room-{it.beds}"' in part, "the new number is said"

    @pytest.mark.parametrize(
        "n,said", [(0, "beds free"), (1, "bed free"), (2, "beds free"), (None, "beds free")]
    )
    def test_one_bed_is_one_bed(self, n: int | None, said: str) -> None:
        assert words.free("beds", n) == said and words.free("spots", n) == "spots free"

    def test_a_house_closes_and_opens_again(self, it: Loop, night: Client) -> None:
        url = reverse("provider:capacity", args=[it.beds])
        night.post(url, {"available": "2", "closed": "yes", "note": "Heating broken", "waiting": "7"})
        page = text(night, INBOX)
        assert "Closed to referrals" in page and "Heating broken" in page and "Open again" in page
        night.post(url, {"available": "2"})
        room = directory_queries.capacity(it.beds)
        assert room and room.is_open

    @pytest.mark.parametrize("number", ["many", "-3", "1e9", "99999999"])
    def test_a_senseless_number_is_refused(self, it: Loop, night: Client, number: str) -> None:
        assert (
            night.post(reverse("provider:capacity", args=[it.beds]), {"available": number}).status_code == 400
        )
        assert directory_queries.capacity(it.beds) is None

    def test_an_old_word_asks_to_be_confirmed(self, it: Loop, night: Client) -> None:
        with clock.at(clock.now() - timedelta(hours=30)):
            directory_actions.post_capacity(by=it.night, service=it.beds, available=3)
        assert "please confirm" in text(night, INBOX) and "Still 3" in text(night, INBOX)

    def test_nobody_posts_for_another_house(self, it: Loop, night: Client) -> None:
        other = directory.service("Elm beds", agency=it.cast.agency["hospital"])
        for service in (other, uuid4()):
            assert (
                night.post(reverse("provider:capacity", args=[service]), {"available": "1"}).status_code
                == 404
            )
        assert directory_queries.capacity(other) is None


class TestRefusals:
    def paths(self, referral: UUID) -> list[str]:
        """Pages about one referral on the receiver's side."""
        return [reverse("provider:card", args=[referral])]

    def test_another_house_finds_what_a_stranger_to_it_finds(self, it: Loop) -> None:
        referral = it.refer()
        other = visit(it.cast["hospital_staff"])
        real = other.get(reverse("provider:card", args=[referral]))
        none = other.get(reverse("provider:card", args=[uuid4()]))
        assert real.status_code == none.status_code == 404 and len(real.content) == len(none.content)
        assert do(other, referral, "accept") == 404 and state(referral) == "sent"

    @pytest.mark.parametrize(
        "role", ["call_taker", "analyst", "administrator", "privacy_officer", "records_steward"]
    )
    def test_other_roles_are_told_which_permission_opens_it(self, it: Loop, role: str) -> None:
        client = visit(it.cast[role])
        assert client.get(INBOX).status_code == 403
        assert do(client, it.refer(), "accept") == 403

    def test_a_stranger_is_sent_to_sign_in(self, it: Loop, client: Client) -> None:
        referral = it.refer()
        for path in (INBOX, reverse("provider:card", args=[referral]), reverse("provider:sent")):
            response = client.get(path)
            assert response.status_code == 302 and "/account/" in response.headers["Location"]
        assert do(client, referral, "accept") == 302 and state(referral) == "sent"

    def test_a_closed_account_sees_nothing_at_its_next_step(self, it: Loop, night: Client) -> None:
        from commonweal.agencies import actions as agencies

        referral = it.refer()
        agencies.change_account(by=SETUP, account=UUID(it.night.id), is_active=False)
        assert "Rosa" not in night.get(reverse("provider:card", args=[referral])).content.decode()


def test_the_desk_speaks_spanish(it: Loop) -> None:
    from commonweal.agencies import actions as agencies

    agencies.change_account(by=SETUP, account=UUID(it.night.id), language="es")
    referral = it.refer()
    client = visit(it.night)
    assert "Por responder" in text(client, INBOX) and "Refugio para esta noche" in text(client, INBOX)
    page = text(client, reverse("provider:card", args=[referral]))
    for word in ("Aceptar", "Lista de espera", "Rechazar", "Preguntar", "Sin lugar por ahora"):
        assert word in page


def test_a_list_of_buttons_says_of_which_service_each_is(night: Client) -> None:
    """Read one by one, without the heading above them."""
    page = text(night, INBOX)
    assert '<span class="usa-sr-only">: Lantern night beds</span></summary>' in page
