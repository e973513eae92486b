"""Requests in the browser's hands: noted, worked, answered; the copy; the black bars; holds; authority."""

import json
import sys
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as staff
from commonweal.calls import actions as calls
from commonweal.calls.models import Call
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.kernel.models import JournalLine
from commonweal.people import actions as people
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries
from commonweal.sharing.models import LegalHold, Representative, Request
from commonweal.web.own_record import in_words
from factories.cast import SETUP, Cast, gather, someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db
PLACES = ("requests", "request_new", "holds", "orders")
WITHIN = """() => { document.querySelectorAll('details').forEach(d => { d.open = true; });
  const out = b => b.getBoundingClientRect().right > b.closest('.cw-card').getBoundingClientRect().right;
  return [...document.querySelectorAll('main .cw-card .usa-button')].filter(out).map(b => b.textContent); }"""
"""Words of buttons that stick out of their card, with everything unfolded."""


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies and their workers, bound by a memorandum."""
    return gather()


@pytest.fixture(name="officer")
def an_officer(cast: Cast) -> Client:
    """The privacy officer at the desk."""
    return visit(cast["privacy_officer"])


def noted(officer: Client, person: UUID, **said: str) -> Request:
    """A request noted at the desk."""
    sent = {"kind": "access", "person": str(person), "name": "Rosa Delgado", "text": "All of it", **said}
    assert officer.post(reverse("steward:request_new"), sent).status_code == 302
    return Request.objects.latest("created_at")


def act(officer: Client, found: Request, name: str, **said: object) -> int:
    """Take one step; the status of the answer."""
    return officer.post(reverse("steward:request", args=[found.id]), {"act": name, **said}).status_code


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "administrator"])
def test_the_pages_are_the_privacy_officers(cast: Cast, place: str, role: str) -> None:
    assert visit(cast[role]).get(reverse(f"steward:{place}")).status_code == 403
    assert visit(cast["privacy_officer"]).get(reverse(f"steward:{place}")).status_code == 200
    assert Client().get(reverse(f"steward:{place}")).status_code == 302


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Your request is granted"), ("es", "Aceptamos su solicitud")]
)
def test_a_request_goes_from_the_note_to_the_letter(
    cast: Cast, officer: Client, language: str, word: str
) -> None:
    person, _ = someone(cast)
    people.keep_plan(by=SETUP, person=person, agency=cast.agency["police"], helps="Speak softly")
    found = noted(officer, person, language=language)
    assert found.number in officer.get(reverse("steward:requests")).content.decode()
    assert officer.get(reverse("steward:copy", args=[found.id])).status_code == 409  # before it is granted
    assert act(officer, found, "take") == 409  # nobody knows yet who asks
    assert act(officer, found, "verify", how="id_document") == 302
    assert act(officer, found, "take") == 302
    assert act(officer, found, "answer", outcome="granted") == 302
    letter = queries.letters(found.id)[1]
    text = officer.get(reverse("steward:letter", args=[found.id, letter.id])).content.decode()
    assert word in text and "Rosa Delgado" in text and found.number in text
    whole = officer.get(reverse("steward:copy", args=[found.id]), {"as": "json"})
    assert whole["Content-Disposition"].endswith('.json"')
    parts = {p["class"]: p for p in json.loads(whole.content)["parts"]}
    assert "Speak softly" in whole.content.decode() and parts["identity"]["records"]
    assert "Speak softly" in officer.get(reverse("steward:copy", args=[found.id])).content.decode()
    read = JournalLine.objects.filter(kind="sharing.read", purpose="subject_access")
    assert {line.actor for line in read} == {cast["privacy_officer"].id}


def test_a_copy_is_written_for_the_person_who_reads_it(cast: Cast) -> None:
    """A worker by name, other numbers of records left out, needs and fields in words, a record a line."""
    worker = staff.account(UUID(cast["case_manager"].id))
    task = {"id": str(uuid4()), "text": "Visit at home", "owner": str(worker.id), "due": date(2026, 1, 9)}
    goals = {"own_words": "My own door.", "list": [{"id": str(uuid4()), "domain": "housing"}]}
    with override("es"):
        said = in_words([task, {"id": str(uuid4())}]).strip()
        assert said == f"• Texto: Visit at home; Responsable: {worker.display_name}; Fecha límite: 9 ene 2026"
        told = in_words(goals)
    assert told == "En sus propias palabras: My own door; En detalle: \n• Ámbito de la vida: Vivienda"
    assert in_words(str(uuid4())) == in_words(None) == in_words([{"id": str(uuid4())}]) == ""


def test_a_part_that_is_withheld_is_named_with_its_ground_and_not_given(cast: Cast, officer: Client) -> None:
    person, _ = someone(cast)
    people.keep_plan(by=SETUP, person=person, agency=cast.agency["police"], helps="Speak softly")
    found = noted(officer, person)
    act(officer, found, "verify", how="id_document")
    said = {"outcome": "granted_in_part", "withhold.safety_alerts": "endangerment"}
    assert act(officer, found, "answer", **said) == 302
    page = officer.get(reverse("steward:copy", args=[found.id])).content.decode()
    assert "Speak softly" not in page and "164.524(a)(3)(i)" in page


def test_somebody_elses_letter_and_an_unknown_act_are_not_there(cast: Cast, officer: Client) -> None:
    one, other = (noted(officer, someone(cast)[0]) for _ in range(2))
    letter = queries.letters(other.id)[0]
    assert officer.get(reverse("steward:letter", args=[one.id, letter.id])).status_code == 404
    assert officer.get(reverse("steward:request", args=[uuid4()])).status_code == 404
    assert act(officer, one, "burn") == 400
    path = reverse("steward:request", args=[one.id])
    assert visit(cast["case_manager"]).post(path, {"act": "close", "note": "x"}).status_code == 403


def test_a_public_request_is_asked_redacted_logged_and_followed(cast: Cast, officer: Client) -> None:
    resident = Client()
    sent = resident.post(reverse("resident:records"), {"text": "The call of May"})
    code = sent.context["receipt"]
    found = Request.objects.get()
    call = calls.receive(
        by=cast["call_taker"], source="911", nature="welfare_check", where=calls.Where(address="12 Elm St"),
        caller=calls.Caller(name="Ana Ruiz", phone="555-0199", role="family"),
    )  # fmt: skip
    before = clock.now() - timedelta(days=2)
    Call.objects.filter(id=call.id).update(state="cleared", received=before, cleared=before)
    path = reverse("steward:public", args=[found.id])
    assert officer.post(path, {"numbers": "none"}).status_code == 400
    page = officer.post(path, {"numbers": call.number}, follow=True).content.decode()
    assert "cw-bar" in page and call.number not in page.split("</form>")[-1]
    assert "Ana Ruiz" not in page and "555-0199" not in page
    log = b"".join(officer.get(path, {"as": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert log.startswith("record,field,exemption,citation") and "caller_name,(b)(7)(C)" in log
    assert "Ana" not in log and call.number not in log, "the log goes out too"
    early = resident.post(reverse("resident:follow"), {"code": code}).content.decode()
    assert "cw-bar" not in early, "nothing is released before the answer"
    assert act(officer, found, "answer", outcome="granted_in_part", grounds="exempt") == 302
    assert officer.post(path, {"numbers": call.number}).status_code == 409
    followed = resident.post(reverse("resident:follow"), {"code": code}).content.decode()
    assert found.number in followed and "5 U.S.C. 552(b)" in followed
    assert "cw-bar" in followed and "Ana Ruiz" not in followed and call.number not in followed
    assert officer.get(path, {"as": "pdf"}).content.startswith(b"%PDF"), "the sheets stand after the answer"
    sharing.bar(by=SETUP, subject=Subject("call", call.id), sealed=True)
    for gone in (resident.post(reverse("resident:follow"), {"code": code}), officer.get(path)):
        assert "cw-bar" not in gone.content.decode(), "what was sealed since is there no more"
    assert found.number not in resident.get(reverse("resident:follow"), {"code": code}).content.decode()
    assert found.number not in resident.post(reverse("resident:follow"), {"code": "X"}).content.decode()


def test_a_refused_request_releases_nothing_and_more_than_one_answer_holds_is_said(
    cast: Cast, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    resident = Client()
    code = resident.post(reverse("resident:records"), {"text": "All calls"}).context["receipt"]
    found = Request.objects.get()
    numbers, before = [], clock.now() - timedelta(days=2)
    for _ in range(3):
        call = calls.receive(by=cast["call_taker"], source="911", nature="welfare_check")
        Call.objects.filter(id=call.id).update(state="cleared", received=before, cleared=before)
        numbers.append(call.number)
    path = reverse("steward:public", args=[found.id])
    whole = officer.post(path, {"numbers": " ".join(numbers)}, follow=True).content.decode()
    assert "Call 3" in whole and "Only the first" not in whole
    for where in ("commonweal.calls.queries.extract", "commonweal.calls.queries"):
        monkeypatch.setattr(sys.modules[where], "MOST_NUMBERED", 2)
    part = officer.post(path, {"numbers": " ".join(numbers)}, follow=True).content.decode()
    assert "Only the first 2 calls were taken" in part
    assert act(officer, found, "answer", outcome="denied", grounds="exempt") == 302
    assert "cw-bar" not in resident.post(reverse("resident:follow"), {"code": code}).content.decode()
    assert visit(cast["case_manager"]).get(path).status_code == 403
    assert Client().get(path).status_code == 302


def test_every_letter_leads_back_to_its_request(cast: Cast, officer: Client) -> None:
    found = noted(officer, someone(cast)[0])
    where = reverse("steward:letter", args=[found.id, queries.letters(found.id)[0].id])
    text = officer.get(where).content.decode()
    assert f'href="{reverse("steward:request", args=[found.id])}"' in text
    assert b"%PDF" in officer.get(where, {"as": "pdf"}).content


def test_a_hold_is_set_and_lifted_at_the_desk(cast: Cast, officer: Client) -> None:
    person, _ = someone(cast)
    said = {"name": "Doe v. Harlow", "reason": "Notice", "scope": "person", "subject": str(person)}
    assert officer.post(reverse("steward:holds"), said).status_code == 302
    assert "Doe v. Harlow" in officer.get(reverse("steward:holds")).content.decode()
    hold = LegalHold.objects.get()
    lift = {"act": "lift", "hold": str(hold.id), "reason": "Settled"}
    assert visit(cast["administrator"]).post(reverse("steward:holds"), lift).status_code == 403
    officer.post(reverse("steward:holds"), lift)
    assert not queries.legal_holds().exists()
    assert officer.post(reverse("steward:holds"), {**said, "subject": "no id"}).status_code == 400


def test_a_representative_is_recorded_and_letters_go_to_them(cast: Cast, officer: Client) -> None:
    person, _ = someone(cast)
    path = reverse("steward:representatives", args=[person])
    said = {
        "name": "Alma Delgado", "relation": "sister", "authority": "guardian", "evidence": "Order of 3 May",
        "limits": "minor_part2",
    }  # fmt: skip
    assert officer.post(path, said).status_code == 302
    made = Representative.objects.get()
    assert "Alma Delgado" in officer.get(path).content.decode()
    offered = officer.get(reverse("steward:request_new"), {"person": str(person)}).content.decode()
    assert str(made.id) in offered
    found = noted(officer, person, who=str(made.id))
    assert queries.letters(found.id)[0].addressee == "Alma Delgado"
    shown = officer.get(reverse("steward:request", args=[found.id])).content.decode()
    assert "Alma Delgado" in shown and "42 CFR 2.14" in shown
    officer.post(path, {"act": "end", "who": str(made.id)})
    assert not queries.is_in_force(Representative.objects.get())


def test_the_person_files_follows_and_sees_nobody_elses(cast: Cast) -> None:
    rosa, _ = someone(cast)
    ana, _ = someone(cast, "health", given="Ana")

    def entered(person: UUID, name: str) -> Client:
        account = agencies.open_account(
            by=SETUP, username=name, display_name=name, role="person", person=person
        )
        return visit(staff.actor(account.id))

    first, second = entered(rosa, "r"), entered(ana, "a")
    path = reverse("mine:requests")
    assert first.post(path, {"kind": "amendment", "text": "I was calm"}).status_code == 302
    found = Request.objects.get()
    assert found.state == "verified" and found.verified_how == "signed_in"
    assert found.number in first.get(path).content.decode()
    assert "I was calm" in first.get(reverse("mine:request", args=[found.id])).content.decode()
    assert second.get(reverse("mine:request", args=[found.id])).status_code == 404
    assert found.number not in second.get(path).content.decode()
    typed = {"kind": "public_records", "text": "What I wrote stays", "name": "Rosa", "contact": "PO box 81"}
    refused = first.post(path, typed)
    assert refused.status_code == 400 and Request.objects.count() == 1
    assert all(typed[name] in refused.content.decode() for name in ("text", "name", "contact"))
    assert visit(cast["case_manager"]).get(path).status_code == 403


def test_a_disagreement_stands_beside_the_record_for_whoever_reads_it(cast: Cast, officer: Client) -> None:
    person, record = someone(cast)
    found = noted(officer, person, kind="amendment", text="I am not called that")
    act(officer, found, "verify", how="known_in_person")
    assert act(officer, found, "answer", outcome="denied", grounds="accurate") == 302
    offered = officer.get(reverse("steward:request", args=[found.id])).content.decode()
    assert f"source_record:{record.id}" in offered
    said = "My name is Rosa Maria."
    assert act(officer, found, "state", about=f"source_record:{record.id}", statement=said) == 302
    reader = visit(cast["records_steward"]).get(reverse("records:record", args=[record.id])).content.decode()
    assert "Rosa Delgado" in reader and said in reader
    stranger = visit(cast["case_manager"]).get(reverse("records:record", args=[record.id]))
    assert said not in stranger.content.decode()


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_page_is_wider_than_a_small_phone(browser, live_server, cast: Cast, language: str) -> None:  # type: ignore[no-untyped-def]
    officer = visit(cast["privacy_officer"])
    person, _ = someone(cast)
    found = noted(officer, person)
    act(officer, found, "verify", how="id_document")
    context = browser.new_context(viewport={"width": 360, "height": 740})
    cookies = {"django_language": language, **{name: c.value for name, c in officer.cookies.items()}}
    context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
    page = context.new_page()
    paths = [reverse(f"steward:{place}") for place in PLACES]
    paths += [reverse("steward:request", args=[found.id]), reverse("steward:representatives", args=[person])]
    for path in [*paths, reverse("resident:records"), reverse("resident:follow")]:
        assert page.goto(live_server.url + path).status == 200, path
        assert page.locator("html").get_attribute("lang").startswith(language)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.evaluate(WITHIN) == [], path
    context.close()
