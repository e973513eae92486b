"""A word between the shelter and the clinician, on the referral; among the team, on the encounter."""

from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.calls import actions as calls
from commonweal.cases import actions as cases
from commonweal.encounters import actions as encounters
from commonweal.kernel.actors import Actor
from commonweal.messages import actions as bell
from commonweal.messages import queries as messages
from factories.calls import TROUBLED, Centre, open_centre
from factories.cases import Support, support
from factories.cast import SETUP, worker
from factories.referrals import Loop, loop
from factories.visitor import visit

pytestmark = pytest.mark.django_db


class TestOnAReferral:
    """Sender and receiver, and nobody else."""

    @pytest.fixture(name="it")
    def the_loop(self) -> Loop:
        """Open Door and the Lantern."""
        return loop()

    def test_both_sides_write_read_and_are_rung(self, it: Loop) -> None:
        referral = it.refer()
        night, sender = visit(it.night), visit(it.sender)
        talk = reverse("provider:talk", args=[referral])
        answer = night.post(talk, {"text": "Does she bring the dog?"})
        assert answer.headers["Location"] == f"/referrals/{referral}/#thread"
        [line] = messages.unread(it.sender)
        assert (line.kind, line.link) == ("message", f"/referrals/sent/{referral}/#thread")
        page = sender.get(line.link.split("#")[0]).content.decode()
        assert "Does she bring the dog?" in page and "Read by those who sent this referral" in page
        sender.post(talk, {"text": "No dog."})
        assert "No dog." in night.get(reverse("provider:card", args=[referral])).content.decode()
        assert {one.link for one in messages.unread(it.night)} == {f"/referrals/{referral}/#thread"}

    def test_the_second_message_rings_again_once_the_first_was_read(self, it: Loop) -> None:
        referral = it.refer()
        night, talk = visit(it.night), reverse("provider:talk", args=[referral])
        for text in ("One.", "Two."):
            night.post(talk, {"text": text})
        assert messages.unread(it.sender).count() == 1
        bell.mark_read(by=it.sender)
        night.post(talk, {"text": "Three."})
        assert messages.unread(it.sender).count() == 1

    def test_nobody_else_reads_or_writes(self, it: Loop) -> None:
        referral = it.refer()
        talk = reverse("provider:talk", args=[referral])
        for role, status in (
            ("clinician", 404),
            ("hospital_staff", 404),
            ("analyst", 403),
            ("call_taker", 403),
        ):
            assert visit(it.cast[role]).post(talk, {"text": "Hello"}).status_code == status, role
        assert visit(it.night).get(talk).status_code == 405

    def test_an_empty_message_is_not_sent(self, it: Loop) -> None:
        referral = it.refer()
        assert (
            visit(it.night).post(reverse("provider:talk", args=[referral]), {"text": " "}).status_code == 400
        )
        assert not messages.unread(it.sender).exists()


class TestOnAnEncounter:
    """The pair at the door."""

    def test_the_team_alone(self) -> None:
        centre = open_centre()
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
        officer, clinician = centre.crews["CO1"]
        record = encounters.open_encounter(by=clinician, call=call)
        here = reverse("field:talk", args=[record.id])
        visit(clinician).post(here, {"text": "Please take the front door."})
        assert "message" in {line.kind for line in messages.unread(officer)}
        assert "Please take the front door." in visit(officer).get(here).content.decode()
        for stranger in (centre.crews["T1"][0], centre.crews["P1"][0]):
            assert visit(stranger).get(here).status_code == 404
            assert visit(stranger).post(here, {"text": "Hello"}).status_code == 404


def shown_as(by: Actor, name: str, language: str = "en") -> None:
    """What this worker is called, and in which language they read."""
    agencies.change_account(by=SETUP, account=UUID(by.id), display_name=name, language=language)


class TestOnACall:
    """The centre and the crews on it, each on a page of their own."""

    @pytest.fixture(name="it")
    def the_centre(self) -> Centre:
        """A centre at work, its call taker named."""
        centre = open_centre()
        shown_as(centre.desk, "Dana Ruiz")
        return centre

    @pytest.fixture(name="call")
    def the_call(self, it: Centre) -> UUID:
        """A call to which the pair was sent."""
        call = it.call(TROUBLED)
        calls.dispatch(by=it.desk, call=call, units=[it.units["CO1"]])
        return call

    def test_desk_and_crew_talk_and_each_finds_the_own_page_in_the_bell(self, it: Centre, call: UUID) -> None:
        officer, clinician = it.crews["CO1"]
        shown_as(officer, "Omar Haddad")
        desk = visit(it.desk)
        desk.post(reverse("board:thread", args=[call]), {"text": "@Omar Haddad: the gate code is 44."})
        [line] = messages.unread(officer).filter(kind="mention")
        assert line.link == reverse("field:call_talk", args=[call])
        phone = visit(officer, "phone")
        assert "1 to you" in phone.get(reverse("field:index")).content.decode()
        said = phone.get(line.link).content.decode()
        assert '<mark class="cw-mention">@Omar Haddad</mark>' in said and "gate code is 44" in said
        assert "1 to you" not in phone.get(reverse("field:index")).content.decode()
        phone.post(line.link, {"text": "Thank you. @Dana Ruiz, we are in."})
        [back] = messages.unread(it.desk).filter(kind="mention")
        assert back.link == reverse("board:thread", args=[call])
        page = desk.get(back.link).content.decode()
        assert "we are in" in page and "Read by 1" in page and "Omar Haddad:" in page
        assert not messages.unread(clinician).filter(kind="mention").exists()

    def test_a_confirmation_is_asked_given_and_seen(self, it: Centre, call: UUID) -> None:
        officer, clinician = it.crews["CO1"]
        for who, name in ((officer, "Omar Haddad"), (clinician, "Rosa Vidal")):
            shown_as(who, name)
        desk, phone = visit(it.desk), visit(officer, "phone")
        here = reverse("field:call_talk", args=[call])
        text = "@Omar Haddad and @Rosa Vidal: wait at the corner."
        desk.post(reverse("board:thread", args=[call]), {"text": text, "confirm": "yes"})
        assert {line.kind for line in messages.unread(clinician)} >= {"confirm_asked"}
        said = phone.get(here).content.decode()
        assert "I have read this" in said and "0 of 2 have" in said
        [row] = messages.unconfirmed(officer)
        sent = {"message": str(row.message_id), "back": here}
        answer = phone.post(reverse("thread_confirm"), sent)
        assert answer.status_code == 302 and answer.headers["Location"] == here
        assert "I have read this" not in phone.get(here).content.decode()
        page = desk.get(reverse("board:thread", args=[call])).content.decode()
        assert "1 of 2 have" in page and "Rosa Vidal: <b>not yet</b>" in page

    def test_nobody_is_called_in_by_name_and_the_text_is_kept(self, it: Centre, call: UUID) -> None:
        shown_as(it.crews["P1"][0], "Noel Pike")
        shown_as(it.crews["CO1"][0], "Omar Haddad")
        answer = visit(it.desk).post(reverse("board:thread", args=[call]), {"text": "@Noel Pike, go there"})
        said = answer.content.decode()
        assert answer.status_code == 400 and "a name calls nobody in" in said
        assert "Omar Haddad" in said and "@Noel Pike, go there" in said
        assert not messages.unread(it.crews["P1"][0]).filter(kind="mention").exists()

    def test_the_list_holds_who_may_read_and_nobody_else(self, it: Centre, call: UUID) -> None:
        for sign, name in (("CO1", "Omar Haddad"), ("P1", "Noel Pike")):
            shown_as(it.crews[sign][0], name)
        page = visit(it.desk).get(reverse("board:thread", args=[call])).content.decode()
        assert 'data-name="Omar Haddad"' in page and "Noel Pike" not in page and "Dana Ruiz</li>" not in page

    def test_the_drawer_at_the_desk_writes_and_reads_too(self, it: Centre, call: UUID) -> None:
        desk, here = visit(it.desk, "dispatch"), reverse("desk:thread", args=[call])
        said = desk.post(here, {"text": "Second floor"}, headers={"HX-Request": "true"}).content.decode()
        assert "Second floor" in said and 'hx-target="#drawer-holder"' in said
        whole = desk.get(here).content.decode()
        assert "<h1>Thread on this call</h1>" in whole and "hx-target" not in whole.split("cw-thread")[1]

    def test_the_drawer_of_a_call_says_what_is_new(self, it: Centre, call: UUID) -> None:
        other = worker(it.cast.agency["ecc"], "call_taker")
        visit(it.desk).post(reverse("board:thread", args=[call]), {"text": "Second floor"})
        drawer = reverse("board:call", args=[call])
        assert "1 new message" in visit(other).get(drawer, headers={"HX-Request": "true"}).content.decode()

    def test_in_spanish(self, it: Centre, call: UUID) -> None:
        officer = it.crews["CO1"][0]
        shown_as(officer, "Omar Haddad", "es")
        words = {"text": "@Omar Haddad", "confirm": "yes"}
        visit(it.desk).post(reverse("board:thread", args=[call]), words)
        page = visit(officer, "phone").get(reverse("field:call_talk", args=[call])).content.decode()
        assert "Lo he leído" in page and "Confirme, por favor: 0 de 1 lo han hecho" in page
        assert (
            "Un colega le pide que confirme"
            in visit(officer).get(reverse("notifications_waiting")).content.decode()
        )

    @pytest.mark.parametrize("sign", ["P1", "T1"])
    def test_a_crew_that_was_not_sent_is_refused(self, it: Centre, call: UUID, sign: str) -> None:
        phone, here = visit(it.crews[sign][0], "phone"), reverse("field:call_talk", args=[call])
        assert phone.get(here).status_code in (403, 404)
        assert phone.post(here, {"text": "Hello"}).status_code in (403, 404)

    @pytest.mark.parametrize("role", ["call_taker", "analyst", "administrator", "shelter_worker"])
    def test_other_roles_have_no_such_page(self, it: Centre, call: UUID, role: str) -> None:
        assert visit(it.cast[role]).get(reverse("field:call_talk", args=[call])).status_code == 403

    def test_a_call_that_never_was_looks_like_one_that_is_shut(self, it: Centre, call: UUID) -> None:
        phone = visit(it.crews["CO1"][0], "phone")
        assert phone.get(reverse("field:call_talk", args=[uuid4()])).status_code == 404

    def test_a_stranger_signs_in_first(self, client, it: Centre, call: UUID) -> None:
        answer = client.get(reverse("field:call_talk", args=[call]))
        assert answer.status_code == 302 and "login" in answer.headers["Location"]


class TestConfirming:
    """The door of a confirmation opens to whoever was asked, and to nobody else."""

    @pytest.mark.parametrize("message", ["", "x", str(UUID(int=7))])
    def test_what_asks_nobody_is_not_there(self, message: str) -> None:
        at = support()
        answer = visit(at.manager).post(reverse("thread_confirm"), {"message": message})
        assert answer.status_code == (404 if len(message) == 36 else 400)

    def test_a_stranger_and_a_reading(self, client) -> None:
        at = support()
        assert client.post(reverse("thread_confirm"), {"message": str(uuid4())}).status_code == 404
        assert visit(at.manager).get(reverse("thread_confirm")).status_code == 405

    def test_it_leads_nowhere_else(self) -> None:
        at, rosa = _team()
        here = reverse("casework:act", args=[at.case, "post"])
        visit(at.manager).post(here, {"text": "@Rosa Vidal", "confirm": "yes"})
        client = visit(rosa)
        client.get(reverse("casework:case", args=[at.case]))
        [row] = messages.unconfirmed(rosa)
        sent = {"message": str(row.message_id), "back": "https://elsewhere.example/"}
        answer = client.post(reverse("thread_confirm"), sent)
        assert answer.headers["Location"] == reverse("notifications_waiting")


def _team() -> tuple[Support, Actor]:
    """A case of two."""
    at = support()
    rosa = worker(at.cast.agency["health"], "clinician", "rosa.vidal")
    shown_as(rosa, "Rosa Vidal")
    cases.join_team(by=at.manager, case=at.case, account=UUID(rosa.id))
    return at, rosa


class TestLists:
    """What is new stands on the list, for each reader their own."""

    def test_a_caseload_marks_what_its_reader_has_not_read(self) -> None:
        at, rosa = _team()
        here = reverse("casework:act", args=[at.case, "post"])
        visit(at.manager).post(here, {"text": "Good news."})
        theirs, mine = visit(rosa), visit(at.manager)
        assert "1 new message" in theirs.get(reverse("casework:index")).content.decode()
        assert "1 new message" not in mine.get(reverse("casework:index")).content.decode()
        [line] = messages.unread(rosa).filter(kind="message")
        assert line.link == reverse("casework:case", args=[at.case]) + "#thread"
        assert "Good news." in theirs.get(line.link).content.decode()
        assert "1 new message" not in theirs.get(reverse("casework:index")).content.decode()

    def test_referrals_mark_it_on_both_sides(self) -> None:
        it = loop()
        referral = it.refer()
        night, sender = visit(it.night), visit(it.sender)
        talk = reverse("provider:talk", args=[referral])
        night.post(talk, {"text": "Does she bring the dog?"})
        assert "1 new message" in sender.get(reverse("provider:sent")).content.decode()
        sender.post(talk, {"text": "No dog."})
        assert "1 new message" in night.get(reverse("provider:index")).content.decode()
        night.get(reverse("provider:card", args=[referral]))
        assert "1 new message" not in night.get(reverse("provider:index")).content.decode()

    def test_a_referral_calls_its_receiver_by_name(self) -> None:
        it = loop()
        referral = it.refer()
        shown_as(it.night, "Nadia Lund")
        words = {"text": "@Nadia Lund: she comes at eight.", "confirm": "yes"}
        visit(it.sender).post(reverse("provider:talk", args=[referral]), words)
        [line] = messages.unread(it.night).filter(kind="confirm_asked")
        assert line.link == reverse("provider:card", args=[referral]) + "#thread"
        page = visit(it.night).get(line.link.split("#")[0]).content.decode()
        assert "I have read this" in page and f'name="back" value="{line.link}"' in page
