"""The pack: whole in one file, only what the gate opens, on the timer, destroyed in time."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.test import override_settings

from commonweal.adapters.downtime.deliver import deliver_due, folder
from commonweal.adapters.downtime.writer import write_pack
from commonweal.agencies import actions as agencies
from commonweal.calls import actions, queries
from commonweal.kernel import clock
from commonweal.kernel.actors import system
from commonweal.kernel.errors import Invalid
from commonweal.kernel.models import JournalLine
from commonweal.messages import queries as bells
from commonweal.people import actions as people
from factories.calls import TROUBLED, Centre, open_centre
from factories.cast import SETUP, someone, worker

pytestmark = pytest.mark.django_db
WORKER = system("flow")


@pytest.fixture(name="centre")
def at_work() -> Centre:
    """A centre with units on duty and one open call."""
    made = open_centre()
    made.call(TROUBLED)
    return made


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path):
    """Packs of one test lie in a folder of its own."""
    with override_settings(COMMONWEAL_HOME=tmp_path):
        yield tmp_path


def text_of(centre: Centre, **said: object) -> str:
    return write_pack(**{"by": centre.desk, "reason": "asked", **said}).content.decode()


class TestPage:
    """One page that needs nothing else, in the language asked for."""

    def test_it_holds_calls_crews_numbers_and_sheets_and_fetches_nothing(self, centre: Centre) -> None:
        actions.plan_downtime(by=centre.cast["supervisor"], contacts=[("Radio room", "555-0111")], sheets=2)
        text = text_of(centre)
        for part in ("412 Cedar Ave", "555-0199", "CO1", "Radio room", "555-0111"):
            assert part in text
        assert len(re.findall(r'class="number"', text)) == 4
        assert not re.search(r"<script|<link|<img|src=|https?://|@import|url\(", text)

    def test_its_questions_stand_in_both_languages_and_its_words_in_one(self, centre: Centre) -> None:
        english, spanish = text_of(centre), text_of(centre, language="es")
        assert "Is there a weapon?" in english and "¿Hay algún arma?" in english
        assert 'lang="es"' in spanish and "Hoja de llamada" in spanish and "Call sheet" not in spanish

    def test_its_own_policy_allows_its_style_alone(self, centre: Centre) -> None:
        policy = write_pack(by=centre.desk, reason="asked").policy
        assert policy.startswith("default-src 'none'; style-src 'sha256-")

    def test_what_helps_a_known_person_is_in_it(self, centre: Centre) -> None:
        person, _record = someone(centre.cast)
        home = centre.cast.agency["health"]
        people.keep_plan(by=SETUP, person=person, agency=home, helps="Speak slowly")
        call = queries.open_calls(centre.cast.agency["ecc"])[0].id
        actions.identify(by=centre.desk, call=call, person=person)
        assert "Speak slowly" in text_of(centre)

    def test_a_lifeline_call_is_in_no_pack_of_another_centre(self, centre: Centre) -> None:
        lifeline = worker(centre.cast.agency["lifeline_988"], "call_taker")
        where = actions.Where(address="7 Quiet Lane")
        actions.receive(by=lifeline, source="lifeline_988", where=where,
                        caller=actions.Caller(phone="555-0777"))  # fmt: skip
        text = text_of(centre)
        assert "7 Quiet Lane" not in text and "555-0777" not in text

    def test_each_call_in_it_was_asked_for_at_the_gate(self, centre: Centre) -> None:
        before = JournalLine.objects.filter(kind="sharing.read").count()
        text_of(centre)
        assert JournalLine.objects.filter(kind="sharing.read").count() > before
        assert JournalLine.objects.get(kind="calls.pack_made").data["calls"] == 1

    def test_strangers_to_the_desk_make_none(self, centre: Centre) -> None:
        for role in ("crisis_worker", "analyst", "administrator"):
            with pytest.raises(Invalid):
                write_pack(by=centre.cast[role], reason="asked")


class TestTimer:
    """By itself, under the name of whoever set the plan; one file a centre; destroyed in time."""

    def plan(self, centre: Centre, **said: object) -> None:
        actions.plan_downtime(by=centre.cast["supervisor"], **{"every_minutes": 30, "sheets": 1, **said})

    def test_a_pack_lies_in_the_folder_for_its_owner_alone_and_gives_way_to_the_next(
        self, centre: Centre
    ) -> None:
        self.plan(centre)
        assert deliver_due(by=WORKER) == 1 and deliver_due(by=WORKER) == 0
        (file,) = folder().rglob("*.html")
        assert file.stat().st_mode & 0o077 == 0 and "412 Cedar Ave" in file.read_text()
        with clock.at(clock.now() + timedelta(minutes=31)):
            assert deliver_due(by=WORKER) == 1
        (newer,) = folder().rglob("*.html")
        assert newer != file and JournalLine.objects.filter(kind="calls.pack_removed").count() == 1
        assert not list(folder().rglob("*.part"))

    def test_past_its_time_the_file_is_gone(self, centre: Centre) -> None:
        self.plan(centre, every_minutes=1440, keep_hours=1)
        deliver_due(by=WORKER)
        with clock.at(clock.now() + timedelta(minutes=61)):
            assert deliver_due(by=WORKER) == 0
        assert not list(folder().rglob("*.html"))
        (pack,) = queries.packs(centre.cast.agency["ecc"])
        assert pack.removed_at and pack.removed_by == WORKER.id and pack.digest

    def test_a_supervisor_who_left_opens_nothing_and_the_others_hear_of_it_once(self, centre: Centre) -> None:
        from commonweal import flow
        from commonweal.calls import events

        keeper = worker(centre.cast.agency["ecc"], "supervisor", "gone.keeper")
        actions.plan_downtime(by=keeper, every_minutes=5)
        agencies.leave(by=SETUP, account=UUID(keeper.id))
        assert deliver_due(by=WORKER) == 0 and not list(folder().rglob("*.html"))
        assert queries.downtime_plan(centre.cast.agency["ecc"]).fault == "account"
        with clock.at(clock.now() + timedelta(minutes=6)):
            deliver_due(by=WORKER)
        assert JournalLine.objects.filter(kind="calls.pack_missed").count() == 1
        flow.tell_of_a_missing_pack(events.PackMissed(agency=centre.cast.agency["ecc"]))
        assert "pack_missed" in {one.kind for one in bells.unread(centre.cast["supervisor"])}

    def test_a_folder_that_cannot_be_written_is_a_fault_not_a_crash(self, centre: Centre) -> None:
        self.plan(centre)
        (Path(settings.COMMONWEAL_HOME) / "downtime").write_text("in the way")
        assert deliver_due(by=WORKER) == 0
        assert queries.downtime_plan(centre.cast.agency["ecc"]).fault == "disk"

    def test_a_centre_without_a_timer_is_left_alone(self, centre: Centre) -> None:
        self.plan(centre, every_minutes=0)
        assert deliver_due(by=WORKER) == 0 and not queries.packs(centre.cast.agency["ecc"])
