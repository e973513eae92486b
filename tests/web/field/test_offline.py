"""In a stairwell: a real browser without network, and what stands on the server afterwards."""

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from commonweal.agencies import queries as agencies
from commonweal.calls import actions as calls
from commonweal.encounters.models import Encounter, Operation
from commonweal.sharing.models import Consent
from factories.calls import TROUBLED, Centre, open_centre

Enter = Callable[..., Page]
ANSWERS = {"contact_type": "crisis", "risks": "none_seen", "force": "none", "transport": "shelter"}


@pytest.fixture(name="centre")
def a_centre(server: str) -> Centre:
    return open_centre()


def waiting(page: Page, count: int) -> None:
    expect(page.locator("body")).to_have_attribute("data-waiting", str(count))


def test_an_encounter_and_a_signature_without_network_are_one_record(
    phone: Page, centre: Centre, enter: Enter, axe: Callable[[Page], list[str]]
) -> None:
    """Sent out, into the cellar, recorded and signed there, up again: exactly one record, all in it."""
    call = centre.call(TROUBLED)
    calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
    clinician = centre.crews["CO1"][1]
    enter(phone, agencies.account(UUID(clinician.id)), "phone").goto("/field/")
    expect(phone.locator("body")).to_have_attribute("data-field", "ready")

    phone.context.set_offline(True)
    phone.goto("/field/")
    expect(phone.locator("body")).to_have_attribute("data-field", "ready")
    expect(phone.get_by_text("412 Cedar Ave")).to_be_visible()
    expect(phone.get_by_text("No network. What you write is kept.")).to_be_visible()
    assert axe(phone) == []
    phone.get_by_role("button", name="On scene").tap()
    phone.get_by_role("button", name="Record the encounter").tap()
    for field, code in ANSWERS.items():
        phone.locator(f"input[name={field}][value={code}]").check(force=True)
    phone.get_by_label("Shared part").fill("Calm by nine.")
    phone.get_by_label("Clinical part").fill("Acute stress.")
    phone.get_by_role("link", name="Ask for consent").tap()
    sign(phone)
    waiting(phone, 9)
    expect(phone.get_by_text("9 waiting to be sent")).to_be_visible()
    assert axe(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.reload()
    expect(phone.get_by_label("Clinical part")).to_have_value("Acute stress.")
    assert phone.evaluate(LYING_OPEN) == [], "what lies on the phone is sealed"
    assert not Encounter.objects.exists()

    phone.context.set_offline(False)
    waiting(phone, 0)
    row = Encounter.objects.get()
    assert (row.call_id, row.shared_note, row.clinical_impression) == (call, "Calm by nine.", "Acute stress.")
    assert all(getattr(row, name) in (code, [code]) for name, code in ANSWERS.items())
    assert {c.form for c in Consent.objects.filter(person=row.person_id)} == {"roi", "hipaa_auth"}
    assert Operation.objects.count() == 9 and {o.outcome for o in Operation.objects.all()} == {"applied"}


def sign(page: Page) -> None:
    """What, to whom, a name, and a stroke on the glass."""
    page.get_by_text("That I was referred, and how it goes").tap()
    page.get_by_text("Lantern Shelter").tap()
    page.get_by_label("Your name").fill("Rosa Delgado")
    glass = page.get_by_role("img", name="Sign here with a finger")
    glass.scroll_into_view_if_needed()
    box = glass.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 60, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="I agree").tap()
    expect(page.get_by_role("link", name="Ask for consent")).to_be_visible()


# Words of the encounter found in the clear in what the browser keeps on disk, or a key that can be read out
LYING_OPEN = """async () => {
  const found = [];
  if (Object.keys(localStorage).some((name) => name !== "keys")) found.push("localStorage");
  const told = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const db = await told(indexedDB.open("commonweal-field"));
  for (const name of db.objectStoreNames) {
    const rows = await told(db.transaction(name).objectStore(name).getAll());
    const said = JSON.stringify(rows);
    for (const word of ["Acute stress", "Calm by nine", "Cedar Ave", "Rosa Delgado", "none_seen"])
      if (said.includes(word)) found.push(name + ": " + word);
    for (const row of rows) if (row.key && row.key.extractable) found.push("a key");
  }
  db.close();
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) {
      const body = await (await caches.match(request)).text();
      for (const word of ["Cedar Ave", "Rosa Delgado"]) if (body.includes(word)) found.push(request.url);
    }
  return found;
}"""
