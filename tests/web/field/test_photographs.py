"""Photographs on the phone's page: taken, looked at, withdrawn; who may not; and a browser in a stairwell."""

import json
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from commonweal.agencies import queries as agencies
from commonweal.calls import actions as calls
from commonweal.encounters import actions
from commonweal.encounters.models import Encounter, Operation, Photograph
from commonweal.kernel.actors import Actor
from commonweal.kernel.models import JournalLine
from factories.calls import TROUBLED, Centre, open_centre
from factories.cast import SETUP
from factories.photographs import taken
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(tmp_path):
    """A folder of files of its own."""
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


class Scene:
    """A pair at a door, their record open."""

    def __init__(self) -> None:
        self.centre: Centre = open_centre()
        call = self.centre.call(TROUBLED)
        calls.dispatch(by=self.centre.desk, call=call, units=[self.centre.units["CO1"]])
        self.officer, self.clinician = self.centre.crews["CO1"]
        self.record = actions.open_encounter(by=self.clinician, call=call).id
        self.every = reverse("field:photographs", args=[self.record])

    def one(self, row: Photograph, verb: str = "") -> str:
        """The address of a photograph, or of an act on it."""
        name = "field:photograph_act" if verb else "field:photograph"
        return reverse(name, args=[self.record, row.id, *filter(None, [verb])])

    def add(self, by: Actor, **told: object):
        """Hand one in on the page."""
        file = SimpleUploadedFile("IMG_1.jpg", taken(), content_type="image/jpeg")
        said = {"file": file, "kind": "scene", "caption": "Broken pane"} | told
        return visit(by).post(self.every, said, follow=True)


@pytest.fixture
def at() -> Scene:
    """Before anybody asked."""
    return Scene()


def test_an_injury_from_the_question_to_the_look(at: Scene) -> None:
    """Asked, agreed, taken; seen by the clinician whose part it is and by nobody of the police."""
    assert "Not asked yet" in visit(at.clinician).get(at.every).content.decode()
    refused = at.add(at.clinician, kind="injury", caption="Left hand")
    assert refused.status_code == 400 and "Ask the person first" in refused.content.decode()
    assert "Left hand" in refused.content.decode(), "what was typed stays"
    page = visit(at.clinician).post(at.every, {"consent_to_photograph": "yes"}, follow=True)
    assert "They said yes" in page.content.decode()
    page = at.add(at.clinician, kind="injury", caption="Left hand").content.decode()
    row = Photograph.objects.get()
    assert "kept, encrypted" in page and "Left hand" in page and "Clinical impression" in page
    for query in ("", "?small=1"):
        seen = visit(at.clinician).get(at.one(row) + query)
        assert seen["Content-Type"] == "image/jpeg" and seen.content.startswith(b"\xff\xd8\xff")
        assert "sandbox" in seen["Content-Security-Policy"] and "no-store" in seen["Cache-Control"]
    reads = JournalLine.objects.filter(kind="sharing.read", data__id=str(row.id), actor=at.clinician.id)
    assert reads.count() == 4, "when it was added, listed, and looked at twice"
    police = visit(at.officer)
    page = police.get(at.every).content.decode()
    assert "Left hand" not in page and police.get(at.one(row)).status_code in (403, 404)


def test_where_they_said_no_there_is_no_form(at: Scene) -> None:
    page = visit(at.officer).post(at.every, {"consent_to_photograph": "no"}, follow=True).content.decode()
    assert "Nothing is photographed" in page and "Keep the photograph" not in page
    said = at.add(at.officer)
    assert said.status_code == 400 and "does not agree" in said.content.decode()
    assert not Photograph.objects.exists()


def test_what_one_s_role_does_not_open_is_said_once(at: Scene) -> None:
    actions.record(by=at.clinician, encounter=at.record, consent_to_photograph=True)
    page = at.add(at.clinician, kind="identification", caption="ID card").content.decode()
    assert "not listed for you" in page and "ID card" not in page
    page = visit(at.officer).get(at.every).content.decode()
    assert at.one(Photograph.objects.get()) in page and "ID card" not in page, "it keeps no caption"


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"file": ""}, "Take or choose a photograph first"),
        ({"file": SimpleUploadedFile("a.jpg", b"%PDF-1.7 no photograph")}, "JPEG or PNG photograph"),
        ({"kind": ""}, "Use one of"),
        ({"caption": "x" * 201}, "at most 200"),
    ],
)
def test_what_is_refused_says_why_and_keeps_the_words(at: Scene, told: dict[str, object], says: str) -> None:
    answer = at.add(at.officer, **told)
    assert answer.status_code == 400 and says in answer.content.decode()
    assert not Photograph.objects.exists()
    with override_settings(ATTACHMENT_BYTES=100):
        assert "MB" in at.add(at.officer).content.decode()


def test_withdrawn_and_brought_back(at: Scene) -> None:
    at.add(at.officer)
    row, hand = Photograph.objects.get(), visit(at.officer)
    assert hand.post(at.one(row, "withdraw"), {"reason": "novel"}).status_code == 400
    page = hand.post(at.one(row, "withdraw"), {"reason": "person_asked"}, follow=True).content.decode()
    assert "1 was withdrawn" in page and "The person asked for it" in page and "Broken pane" not in page
    assert hand.get(at.one(row)).status_code == 409
    page = hand.post(at.one(row, "restore"), follow=True).content.decode()
    assert "Broken pane" in page and hand.get(at.one(row)).status_code == 200
    assert hand.post(at.one(row, "burn")).status_code == 404


def test_in_quarantine_it_says_so(at: Scene) -> None:
    with override_settings(SCANNER="clamd:/run/clamd"):
        page = at.add(at.officer).content.decode()
        row = Photograph.objects.get()
        assert "waits for the check against malware" in page and at.one(row) + '"' not in page
        assert visit(at.officer).get(at.one(row)).status_code == 409
        actions.scan_photographs(by=SETUP, look=lambda content: False)
        assert "refused it" in visit(at.officer).get(at.every).content.decode()


def test_strangers_other_roles_and_other_records_get_nothing(at: Scene) -> None:
    at.add(at.officer)
    row, elsewhere = Photograph.objects.get(), Scene.__new__(Scene)
    elsewhere.record = actions.open_encounter(by=at.officer, description="Another").id
    for address in (at.every, at.one(row)):
        assert Client().get(address).status_code == 302
        for role in ("case_manager", "call_taker", "administrator"):
            assert visit(at.centre.cast[role]).get(address).status_code == 403
        outside = visit(at.centre.crews["T1"][0]).get(address)
        assert outside.status_code == 404 and b"Broken pane" not in outside.content
    assert visit(at.officer).get(elsewhere.one(row)).status_code == 404
    assert visit(at.officer).post(elsewhere.one(row, "withdraw"), {"reason": "duplicate"}).status_code == 404
    for verb in ("withdraw", "restore"):
        assert Client().post(at.one(row, verb)).status_code == 302
        assert visit(at.centre.crews["T1"][0]).post(at.one(row, verb)).status_code == 404
    assert at.add(at.centre.crews["T1"][0]).status_code == 404 and Photograph.objects.count() == 1


def test_in_spanish(at: Scene) -> None:
    hand = visit(at.officer)
    hand.cookies["django_language"] = "es"
    page = hand.post(at.every, {"kind": "scene"}).content.decode()
    assert "Fotografías" in page and "Primero tome o elija una fotografía" in page and "Lesión" in page


KEPT = """async () => {
  const told = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const db = await told(indexedDB.open("commonweal-field"));
  const rows = await told(db.transaction("queue").objectStore("queue").getAll());
  db.close();
  return JSON.stringify(rows);
}"""


@pytest.mark.django_db(transaction=True)
def test_in_a_stairwell_it_waits_sealed_and_comes_once(
    phone: Page, server: str, enter: Callable[..., Page], axe: Callable[[Page], list[str]]
) -> None:
    """Opened, asked and photographed without network; up again it is one photograph without its place."""
    centre = open_centre()
    call = centre.call(TROUBLED)
    calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
    enter(phone, agencies.account(UUID(centre.crews["CO1"][1].id)), "phone").goto("/field/")
    ready = expect(phone.locator("body"))
    ready.to_have_attribute("data-field", "ready")

    phone.context.set_offline(True)
    phone.goto("/field/")
    ready.to_have_attribute("data-field", "ready")
    phone.get_by_role("button", name="Record the encounter").tap()
    phone.get_by_role("link", name="Photographs").tap()
    choose(phone, b"no photograph", "Injury", "Left hand")
    phone.get_by_role("button", name="Keep").tap()
    expect(phone.get_by_text("cannot be read to its end")).to_be_visible()
    phone.get_by_text("Yes", exact=True).tap()
    choose(phone, taken((900, 600)), "Injury", "Left hand")
    phone.get_by_role("button", name="Keep").tap()
    expect(phone.get_by_role("img", name="Kept on this phone")).to_be_visible()
    ready.to_have_attribute("data-waiting", "3")
    assert axe(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    lying = phone.evaluate(KEPT)
    assert len(json.loads(lying)) == 3 and "Left hand" not in lying and "injury" not in lying
    phone.get_by_text("No", exact=True).tap()
    expect(phone.get_by_role("button", name="Keep")).to_be_hidden()
    phone.get_by_text("Yes", exact=True).tap()

    phone.context.set_offline(False)
    ready.to_have_attribute("data-waiting", "0")
    row, record = Photograph.objects.get(), Encounter.objects.get()
    assert (row.caption, row.kind, row.encounter_id) == ("Left hand", "injury", record.id)
    assert Operation.objects.filter(kind="photo", outcome="applied").count() == 1
    phone.goto(f"/field/encounter/{record.id}/photographs/")
    expect(phone.get_by_role("img", name="Injury")).to_be_visible()
    assert axe(phone) == []
    choose(phone, taken(), "Scene", "Door")
    phone.get_by_role("button", name="Keep the photograph").tap()
    expect(phone.get_by_role("img", name="Scene")).to_be_visible()
    assert Photograph.objects.count() == 2


def choose(page: Page, content: bytes, kind: str, caption: str) -> None:
    """What the worker fills in."""
    page.locator("input[type=file]").set_input_files(
        {"name": f"{uuid4()}.jpg", "mimeType": "image/jpeg", "buffer": content}
    )
    page.get_by_text(kind, exact=True).tap()
    page.get_by_label("Caption").fill(caption)
