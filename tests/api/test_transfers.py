"""Callers between centres over the API: EIDO both ways, once each, valid, and for the two sides alone."""

import json
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from jsonschema import Draft202012Validator, FormatChecker

from commonweal.agencies import actions as agencies
from commonweal.calls import actions, queries
from commonweal.calls.models import Call, Document, Transfer
from commonweal.kernel.models import JournalLine
from commonweal.sharing.models import Disclosure
from factories.caller import Program
from factories.calls import CALM, Centre, open_centre
from factories.cast import SETUP, worker

from ..adapters.eido.sample import whole
from ..adapters.shared_data import real_files

pytestmark = pytest.mark.django_db
BASE = "transfers/"


@pytest.fixture
def centre() -> Centre:
    """A centre at work."""
    return open_centre()


@pytest.fixture
def partner(centre: Centre) -> Program:
    """The system of the 988 centre."""
    return Program(worker(centre.cast.agency["lifeline_988"], "call_taker", "system.988"), "take_calls")


@pytest.fixture
def desk(centre: Centre) -> Program:
    """The dispatch system of the county's centre."""
    return Program(centre.desk, "take_calls")


@cache
def schema() -> Draft202012Validator:
    """The published schema; skipped where it is absent."""
    rules = json.loads(real_files("eido/eido.bundled.schema.json")[0].read_text())
    return Draft202012Validator(rules, format_checker=FormatChecker())


def live() -> dict[str, Any]:
    """An incident that is not over, of somebody else's."""
    found = whole()
    found["incidentComponent"]["incidentStatusCommonRegistryText"] = ["Active"]
    return found


def send(partner: Program, centre: Centre, document: object = None, **more: object) -> Any:
    """Hand a call to the county's centre."""
    to = str(centre.cast.agency["ecc"])
    return partner.post(BASE, to=to, document=live() if document is None else document, **more)


class TestIn:
    """A partner centre hands a call over by a document."""

    def test_it_waits_at_the_desk_and_is_acknowledged_by_answering(
        self, centre: Centre, partner: Program, desk: Program
    ) -> None:
        made = send(partner, centre, is_warm=False)
        assert made.status_code == 201, made.content
        key = made.json()["id"]
        assert made.json()["state"] == "offered" and not made.json()["is_warm"]
        call = Call.objects.get()
        assert (call.source, call.caller_name, call.agency_id) == (
            "other_centre", "Ana Torres", centre.desk.agency,
        )  # fmt: skip
        assert queries.call_of(call.id).is_waiting and call.number.endswith("000001")
        actions.pick_up(by=centre.desk, call=call.id)
        assert partner.seen(f"{BASE}{key}")["state"] == "taken"
        assert desk.get(f"{BASE}{key}").status_code == 200

    def test_the_same_incident_is_one_transfer_and_a_newer_document_is_kept(
        self, centre: Centre, partner: Program
    ) -> None:
        first = send(partner, centre)
        again, newer = send(partner, centre), live()
        newer["lastUpdateTimeStamp"] = "2026-11-03T00:30:00-08:00"
        third = send(partner, centre, newer)
        assert [one.status_code for one in (first, again, third)] == [201, 200, 200]
        assert len({one.json()["id"] for one in (first, again, third)}) == 1
        assert Call.objects.count() == Transfer.objects.count() == 1 and Document.objects.count() == 2

    def test_the_number_goes_back_under_the_senders_tracking_id(
        self, centre: Centre, partner: Program
    ) -> None:
        send(partner, centre)
        tracking = live()["incidentComponent"]["$id"]
        assert queries.tracking_of(Call.objects.get().id) == tracking

    @pytest.mark.parametrize(
        ("break_it", "field"),
        [
            (lambda d: d.pop("incidentComponent"), "incidentComponent"),
            (lambda d: d["incidentComponent"].pop("$id"), "incidentComponent.$id"),
            (lambda d: d.clear(), "incidentComponent"),
            (lambda d: d.update(incidentComponent=[d["incidentComponent"], d["incidentComponent"]]), ""),
        ],
    )
    def test_a_document_that_cannot_stand_is_refused_with_its_field(
        self, centre: Centre, partner: Program, break_it: Any, field: str
    ) -> None:
        document = live()
        break_it(document)
        refused = send(partner, centre, document)
        assert refused.status_code == 400 and refused.json()["remedy"], refused.content
        assert refused.json()["field"].startswith(field)
        assert not Call.objects.exists()

    def test_where_the_site_has_the_published_schema_it_is_asked_first(
        self, centre: Centre, partner: Program
    ) -> None:
        place = settings.COMMONWEAL_HOME / "eido.schema.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps({"type": "object", "required": ["moon"]}))
        try:
            refused = send(partner, centre)
        finally:
            place.unlink()
        assert refused.status_code == 400 and "moon" in refused.json()["detail"]

    def test_a_call_of_this_site_is_not_brought_in_again(self, centre: Centre, partner: Program) -> None:
        ours = queries.tracking_of(centre.call())
        document = live()
        document["incidentComponent"]["$id"] = ours
        assert send(partner, centre, document).status_code == 400 and Call.objects.count() == 1

    def test_only_to_a_centre_and_not_to_the_own(self, centre: Centre, partner: Program) -> None:
        for nobody in (centre.cast.agency["police"], centre.cast.agency["lifeline_988"], uuid4()):
            assert partner.post(BASE, to=str(nobody), document=live()).status_code == 400
        assert not Call.objects.exists()

    def test_it_is_taken_back_and_the_call_with_it(self, centre: Centre, partner: Program) -> None:
        key = send(partner, centre).json()["id"]
        assert partner.post(f"{BASE}{key}/take-back").json()["state"] == "taken_back"
        assert Call.objects.get().state == "cancelled"

    def test_the_receiver_refuses_by_its_own_system(
        self, centre: Centre, partner: Program, desk: Program
    ) -> None:
        key = send(partner, centre).json()["id"]
        assert partner.post(f"{BASE}{key}/answer", is_accepted=True).status_code == 404
        told = desk.post(f"{BASE}{key}/answer", is_accepted=False, refusal="no_capacity").json()
        assert (told["state"], told["refusal"]) == ("refused", "no_capacity")


class TestOut:
    """A call of this site goes to a partner that reads it by its token."""

    def offered(self, centre: Centre, desk: Program) -> tuple[UUID, str]:
        """One of the county's calls, offered to 988."""
        call = centre.call(CALM, words="She is alone", nature="mental_health_crisis")
        made = desk.post(f"{BASE}calls/{call}", to=str(centre.cast.agency["lifeline_988"]))
        assert made.status_code == 201, made.content
        return call, str(made.json()["id"])

    def test_the_receiver_reads_a_valid_document_and_acknowledges(
        self, centre: Centre, partner: Program, desk: Program
    ) -> None:
        call, key = self.offered(centre, desk)
        assert [one["id"] for one in partner.seen(BASE)] == [key]
        last = JournalLine.objects.latest("id").id
        found = partner.seen(f"{BASE}{key}/document")
        assert [f"{list(e.absolute_path)}: {e.message}" for e in schema().iter_errors(found)] == []
        text = json.dumps(found)
        assert "Ana Torres" in text and "She is alone" in text
        kinds = list(JournalLine.objects.filter(id__gt=last).values_list("kind", flat=True))
        assert "sharing.read" in kinds and "calls.handed_over" in kinds
        assert partner.seen(f"{BASE}{key}")["sent"] == sorted(
            JournalLine.objects.filter(kind="calls.handed_over").latest("id").data["fields"]
        )
        assert partner.post(f"{BASE}{key}/answer", is_accepted=True).json()["state"] == "taken"
        assert desk.seen(f"{BASE}{key}")["state"] == "taken"
        assert queries.call_of(call).state == "transferred"

    def test_a_lifelines_call_read_on_a_threat_stands_in_the_register(
        self, centre: Centre, desk: Program
    ) -> None:
        there = worker(centre.cast.agency["lifeline_988"], "call_taker", "another.988")
        call = actions.receive(by=there, source="lifeline_988", words="Pills").id
        row = actions.offer(by=there, call=call, to=centre.cast.agency["ecc"], is_threat=True)
        assert "Pills" in json.dumps(desk.seen(f"{BASE}{row.id}/document"))
        line = JournalLine.objects.filter(kind="sharing.read", subject=str(call)).latest("id")
        [kept] = Disclosure.objects.filter(line=line.id)
        assert set(kept.fields) == set(line.data["fields"])

    def test_a_lifeline_call_is_offered_only_where_a_life_is_at_risk(
        self, centre: Centre, partner: Program
    ) -> None:
        there = worker(centre.cast.agency["lifeline_988"], "call_taker", "another.988")
        call = actions.receive(by=there, source="lifeline_988").id
        to = str(centre.cast.agency["ecc"])
        refused = partner.post(f"{BASE}calls/{call}", to=to)
        assert refused.status_code == 400 and "life is at risk" in refused.json()["remedy"]
        assert partner.post(f"{BASE}calls/{call}", to=to, is_threat=True).status_code == 201

    def test_the_centres_one_may_hand_to(self, centre: Centre, desk: Program) -> None:
        assert {UUID(one["id"]) for one in desk.seen(f"{BASE}centres")} == {
            centre.cast.agency["lifeline_988"]
        }


class TestNobodyElse:
    """No token, another scope, another centre: the same nothing."""

    def test_strangers_wrong_scopes_and_third_centres(
        self, centre: Centre, partner: Program, desk: Program
    ) -> None:
        _, key = TestOut().offered(centre, desk)
        home = agencies.open_agency(by=SETUP, name="Quarry 911", kind="ecc").id
        third = Program(worker(home, "call_taker", "taker.quarry"), "take_calls")
        narrow = Program(centre.desk, "watch_board")
        field = Program(centre.cast["clinician"])
        for path in ("", f"{key}", f"{key}/document", "centres"):
            assert Program(None).get(f"{BASE}{path}").status_code == 401
            assert narrow.get(f"{BASE}{path}").status_code == 403
            assert field.get(f"{BASE}{path}").status_code == 403, "a role without the permission has no scope"
        for path in (f"{key}", f"{key}/document"):
            assert third.get(f"{BASE}{path}").content == third.get(f"{BASE}{uuid4()}").content
        for path, body in ((f"{key}/answer", {"is_accepted": True}), (f"{key}/take-back", {})):
            assert third.post(f"{BASE}{path}", **body).status_code == 404
            assert narrow.post(f"{BASE}{path}", **body).status_code == 403
        assert third.seen(BASE) == []
        assert desk.get(f"{BASE}{key}/document").status_code == 404, "the sender has the call itself"
