"""A word between the shelter and the clinician, on the referral; among the team, on the encounter."""

import pytest
from django.urls import reverse

from commonweal.calls import actions as calls
from commonweal.encounters import actions as encounters
from commonweal.messages import actions as bell
from commonweal.messages import queries as messages
from factories.calls import TROUBLED, open_centre
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
