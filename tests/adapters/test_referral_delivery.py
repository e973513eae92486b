"""What leaves with a referral: a letter that names nobody, a file that holds what the permit opened."""

import email
import json
import re
from email import policy
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.test import TransactionTestCase

from commonweal import flow
from commonweal.adapters.email import deliver as email_deliver
from commonweal.adapters.email.writer import answer_letter
from commonweal.adapters.fhir.deliver import outbox
from commonweal.directory import actions as directory_actions
from commonweal.directory import queries as directory_queries
from commonweal.kernel import clock, journal
from commonweal.kernel.events import load
from commonweal.kernel.models import JournalLine
from commonweal.messages import queries as messages
from commonweal.referrals import actions, queries
from commonweal.sharing import queries as sharing
from factories import directory
from factories.cast import SETUP, someone
from factories.referrals import Loop, loop

pytestmark = pytest.mark.django_db


def work() -> None:
    """The worker does everything that waits."""
    journal.seal_all()
    while flow.drain():
        journal.seal_all()


@pytest.fixture(name="it")
def the_loop() -> Loop:
    """Open Door, the Lantern, and Rosa."""
    return loop()


def hall() -> UUID:
    """A service whose provider has a mailbox and no account."""
    return directory.service("Church hall beds", email="hall@example.org")


class TestMail:
    """A provider without accounts gets a link by mail."""

    def test_the_letter_names_nobody_and_its_link_answers(self, it: Loop) -> None:
        referral = it.refer(service=hall(), note="Rosa has a bad knee", reasons=["Speaks Spanish"])
        work()
        [letter] = mail.outbox
        whole = letter.subject + letter.body
        assert letter.to == ["hall@example.org"]
        for secret in ("Rosa", "Delgado", "knee", "555-0142", "1984", str(it.person), "Spanish", "shelter"):
            assert secret not in whole
        assert queries.row(it.sender, referral).code in whole and "Church hall beds" in whole
        token = re.search(r"/referrals/answer/([^/]+)/", whole)
        assert token and actions.answer_link(token=token.group(1), act="accept").state == "accepted"

    def test_doing_it_twice_sends_one_letter(self, it: Loop) -> None:
        referral = it.refer(service=hall())
        work()
        email_deliver.deliver_answer_link(by=SETUP, referral=referral)
        assert len(mail.outbox) == 1

    def test_a_letter_that_cannot_be_sent_is_owed_and_its_link_undone(
        self, it: Loop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(letter: object) -> None:
            raise OSError("no disk")

        referral = it.refer(service=hall())
        with monkeypatch.context() as patch:
            patch.setattr(email_deliver, "send", broken)
            work()
        assert not queries.has_open_link(referral) and not mail.outbox
        with clock.at(clock.now().replace(year=clock.now().year + 1)):
            flow.drain()
        assert len(mail.outbox) == 1

    def test_no_letter_where_the_inbox_has_readers_or_the_answer_came(self, it: Loop) -> None:
        assert it.night
        it.refer()
        work()
        assert not mail.outbox

    def test_a_sender_cannot_forge_a_header(self) -> None:
        letter = answer_letter(
            to="a@example.org",
            service="Beds\nBcc: all@example.org",
            link="x",
            until=clock.now(),
            code="ABC234",
        )
        assert "\n" not in letter.subject and "Beds Bcc: all@example.org" in letter.text

    def test_it_is_a_file_in_the_instance_by_default(self, it: Loop, settings: Any, tmp_path: Path) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
        settings.EMAIL_FILE_PATH = tmp_path
        it.refer(service=hall())
        work()
        [file] = tmp_path.iterdir()
        said = email.message_from_bytes(file.read_bytes(), policy=policy.default)
        assert said["To"] == "hall@example.org" and "derivación" in said.get_content()


class TestFiles(TransactionTestCase):
    """A receiver that works by files gets a FHIR bundle, after the journal line is committed."""

    def setUp(self) -> None:
        """The Lantern fetches files."""
        self.it = loop()
        provider = directory_queries.receiver(self.it.beds).provider
        directory_actions.keep_provider(by=SETUP, provider=provider, name="Lantern", delivery="fhir")

    def files(self) -> list[dict[str, Any]]:
        """Bundles in the Lantern's outbox, oldest first."""
        folder = outbox(self.it.cast.agency["hmis_shelter"])
        found = sorted(folder.glob("*.json"), key=lambda p: p.stat().st_mtime) if folder.is_dir() else []
        return [json.loads(path.read_text("utf-8")) for path in found]

    def test_the_bundle_holds_what_the_permit_opened_and_the_register_knows(self) -> None:
        referral = self.it.refer(note="Rosa drinks again")
        work()
        [bundle] = self.files()
        by_type = {e["resource"]["resourceType"]: e["resource"] for e in bundle["entry"]}
        assert set(by_type) == {"Patient", "ServiceRequest", "Task"}
        assert by_type["Patient"]["name"] == [{"family": "Delgado", "given": ["Rosa"]}]
        assert by_type["Task"]["status"] == "requested"
        assert "drinks" not in json.dumps(bundle) and "note" not in by_type["ServiceRequest"]
        rows = sharing.register(self.it.person)
        assert {row.category for row in rows} >= {"identity", "referral_status"}
        assert {row.account for row in rows} == {f"agency:{self.it.night.agency}"}
        assert by_type["Task"]["id"] == str(referral)

    def test_where_the_law_opens_nothing_the_bundle_is_bare(self) -> None:
        person, _ = someone(self.it.cast, "health", given="Lee", family="Unseen", phone="555-0199")
        made = actions.make(
            by=self.it.cast["clinician"], service=self.it.beds, person=person, needs=["shelter"]
        )
        work()
        [bundle] = self.files()
        text = json.dumps(bundle)
        assert "Unseen" not in text and "555-0199" not in text and str(person) not in text
        assert str(made.id) in text

    def test_a_withdrawn_referral_is_said_without_a_name(self) -> None:
        referral = self.it.refer()
        work()
        actions.withdraw(by=self.it.sender, referral=referral)
        work()
        last = self.files()[-1]
        assert "Delgado" not in json.dumps(last)
        [task] = [e["resource"] for e in last["entry"] if e["resource"]["resourceType"] == "Task"]
        assert task["status"] == "cancelled"

    def test_the_same_event_twice_leaves_one_file(self) -> None:
        referral = self.it.refer()
        work()
        line = JournalLine.objects.get(kind="referrals.sent", subject=str(referral))
        flow.carry_referral(load(line.kind, line.data))  # type: ignore[arg-type]
        assert len(self.files()) == 1


def test_both_sides_hear_of_it_once(it: Loop) -> None:
    assert it.night
    referral = it.refer()
    work()
    [bell] = messages.unread(it.night)
    assert (bell.kind, bell.link) == ("referral_received", f"/referrals/{referral}/")
    actions.ask_info(by=it.night, referral=referral, note="A dog?")
    actions.accept(by=it.night, referral=referral)
    work()
    assert {b.kind for b in messages.unread(it.sender)} == {"referral_ask", "referral_accepted"}


def test_answers_teach_the_directory(it: Loop) -> None:
    directory_actions.post_capacity(by=it.night, service=it.beds, available=2)
    actions.accept(by=it.night, referral=it.refer())
    work()
    room = directory_queries.capacity(it.beds)
    assert room and (room.available, room.source) == (1, "accepted")
    actions.decline(by=it.night, referral=it.refer(person=None), reason="ineligible")
    work()
    assert len(directory_queries.history(it.beds)) == 2
    actions.decline(by=it.night, referral=it.refer(person=None), reason="no_capacity")
    work()
    room = directory_queries.capacity(it.beds)
    assert room and (room.available, room.source) == (0, "declined")


def test_a_letter_to_the_wrong_address_comes_back_to_the_sender(it: Loop) -> None:
    referral = it.refer(service=hall())
    _, token = actions.issue_link(by=it.sender, referral=referral)
    actions.not_mine(token=token)
    work()
    assert [b.kind for b in messages.unread(it.sender)] == ["referral_link_ended"]


def test_nobody_outside_hears_anything(it: Loop) -> None:
    others = [it.cast[role] for role in ("patrol_officer", "analyst", "administrator", "hospital_staff")]
    assert it.night
    it.refer()
    work()
    assert not any(messages.unread(other).exists() for other in others)
