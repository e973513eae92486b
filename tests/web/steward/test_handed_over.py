"""What a privacy officer hands over and writes down: records by words, the accounting, letters of law."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.calls import actions as calls
from commonweal.calls.models import Call
from commonweal.calls.queries import all_natures
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.kernel.models import JournalLine
from commonweal.people import actions as people
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries
from commonweal.sharing.models import Disclosure, LegalHold, Letter, Request
from factories.cast import SETUP, Cast, gather, someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies and their workers, bound by a memorandum."""
    return gather()


@pytest.fixture(name="officer")
def an_officer(cast: Cast) -> Client:
    """The privacy officer at the desk."""
    return visit(cast["privacy_officer"])


def rung(cast: Cast, person: UUID | None = None, program: str = "") -> Call:
    """A call of today, under which somebody stands."""
    call = calls.receive(by=cast["call_taker"], source="911", nature="welfare_check")
    if person:
        about, agency = Subject("call", call.id), cast.agency["ecc"]
        sharing.hold(
            by=SETUP, subject=about, agency=agency, person=person, call=call.id, source_program=program
        )
    return Call.objects.get(id=call.id)


def over(call: Call, hours: int = 25) -> Call:
    """It ended so many hours ago."""
    call.cleared, call.state = clock.now() - timedelta(hours=hours), "cleared"
    call.received = call.cleared - timedelta(hours=1)
    call.followup_contact = clock.now()
    call.save()
    return call


def asked(officer: Client, person: object, kind: str, **said: object) -> Request:
    """A request noted, identity made sure of."""
    sent = {"kind": kind, "person": str(person), "name": "Rosa Delgado", "text": "As the law allows", **said}
    assert officer.post(reverse("steward:request_new"), sent).status_code == 302
    found = Request.objects.latest("created_at")
    assert step(officer, found, "verify", how="id_document") == 302
    return found


def step(officer: Client, found: Request, name: str, **said: object) -> int:
    return officer.post(reverse("steward:request", args=[found.id]), {"act": name, **said}).status_code


def given(cast: Cast, person: UUID, agency: str, **said: object) -> Disclosure:
    """A row of the register: the police record went to this agency."""
    return Disclosure.objects.create(**{
        "person_id": person, "kind": "source_record", "subject": person, "category": "identity",
        "purpose": "enforcement", "fields": ["name"], "account": cast["patrol_officer"].id,
        "agency": cast.agency[agency], "source_agency": cast.agency["health"], "is_accounted": True, **said,
    })  # fmt: skip


def held(officer: Client, scope: str, number: str) -> int:
    said = {"name": "Doe v. Harlow", "reason": "Notice", "scope": scope, "subject": number}
    return officer.post(reverse("steward:holds"), said).status_code


def test_a_hold_is_placed_by_the_number_of_the_call_and_shown_by_it(cast: Cast, officer: Client) -> None:
    person, _ = someone(cast)
    call = rung(cast, person)
    assert held(officer, "call", call.number) == held(officer, "person", call.number) == 302
    assert {h.subject for h in LegalHold.objects.all()} == {call.id, person}
    page = officer.get(reverse("steward:holds")).content.decode()
    assert f"Call {call.number} (" in page and f"A person of call {call.number}" in page
    assert str(call.id) not in page and str(person) not in page, "no long number stands on the page"
    assert held(officer, "call", "99-999999") == 400 and held(officer, "encounter", call.number) == 400


def test_a_request_names_its_person_and_two_people_of_a_call_are_not_guessed(
    cast: Cast, officer: Client
) -> None:
    person, _ = someone(cast)
    found = asked(officer, person, "access")
    assert held(officer, "person", found.number.lower()) == 302
    assert f"The person of request {found.number}" in officer.get(reverse("steward:holds")).content.decode()
    call, (other, _) = rung(cast, person), someone(cast, given="Ana", family="Ruiz")
    sharing.hold(by=SETUP, subject=Subject("encounter", other), agency=cast.agency["police"], person=other,
                 call=call.id)  # fmt: skip
    assert held(officer, "person", call.number) == 400 and LegalHold.objects.count() == 1


@pytest.mark.parametrize("program", ["part2_program", "victim_service_provider", "lifeline_988"])
def test_where_nothing_is_acknowledged_no_number_finds_and_no_word_tells(
    cast: Cast, officer: Client, program: str
) -> None:
    person, _ = someone(cast)
    call = rung(cast, person, program)
    assert held(officer, "person", call.number) == 400
    assert held(officer, "person", str(person)) == 302, "by the long number the law's hold still stands"
    page = officer.get(reverse("steward:holds")).content.decode()
    assert call.number not in page and f"ends in {str(person)[-6:]}" in page


@pytest.mark.parametrize("how", ["sealed", "part2_program", "lifeline_988"])
def test_the_public_is_not_told_of_a_record_that_opens_nothing(cast: Cast, officer: Client, how: str) -> None:
    """Neither a sheet in black nor a line of the log: like a number that no call has."""
    person, _ = someone(cast)
    plain, hidden = over(rung(cast)), over(rung(cast, person, how if how != "sealed" else ""))
    if how == "sealed":
        sharing.bar(by=SETUP, subject=Subject("call", hidden.id), sealed=True)
    Client().post(reverse("resident:records"), {"text": "The calls of May"})
    path = reverse("steward:public", args=[Request.objects.get().id])
    both = officer.post(path, {"numbers": f"{plain.number} {hidden.number}"}, follow=True)
    assert [sheet.place for sheet in both.context["sheets"]] == [1]
    form, sheets = both.content.decode().split("<form", 2)[-1].split("</form>", 1)
    assert "data-print" in form.split(">")[0], "what was typed is not printed with the sheets"
    assert "cw-bar" in sheets and plain.number not in sheets and hidden.number not in sheets
    log = b"".join(officer.get(path, {"as": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert "Call 1,caller_name" in log and plain.number not in log and hidden.number not in log
    alone, nobody = (officer.post(path, {"numbers": n}) for n in (hidden.number, "99-999999"))
    assert alone.status_code == nobody.status_code == 400
    said = [r.content.decode().replace(n, "") for r, n in ((alone, hidden.number), (nobody, "99-999999"))]
    assert re.sub(r'value="[^"]{60,}"', "", said[0]) == re.sub(r'value="[^"]{60,}"', "", said[1])


@pytest.mark.parametrize(
    ("nature", "language", "says"),
    [("suicide_risk", "en", "Call for help"), ("domestic_violence", "es", "Llamada de ayuda"),
     ("sexual_offence", "en", "Call for help"), ("parking", "en", "Parking")],
)  # fmt: skip
def test_a_sensitive_kind_goes_to_the_public_in_general_words(
    cast: Cast, officer: Client, nature: str, language: str, says: str
) -> None:
    call = over(rung(cast))
    Call.objects.filter(id=call.id).update(nature=nature, nature_label="SUICIDAL, SON OF 12 ELM")
    Client().post(reverse("resident:records"), {"text": "The calls of May"})
    path = reverse("steward:public", args=[Request.objects.get().id])
    officer.cookies["django_language"] = language
    text = officer.post(path, {"numbers": call.number}, follow=True).content.decode()
    assert says in text and "ELM" not in text and "ollow" not in text.split("</form>")[-1]
    assert says.startswith("P") or calls_named(nature, language) not in text
    Call.objects.filter(id=call.id).update(nature="", cleared=clock.now() - timedelta(hours=25))
    again = officer.post(path, {"numbers": call.number}, follow=True).content.decode()
    assert "ELM" not in again, "no words of the source"
    Call.objects.filter(id=call.id).update(cleared=clock.now() - timedelta(hours=2))
    assert officer.post(path, {"numbers": call.number}).status_code == 400, "not before a day is over"


def calls_named(nature: str, language: str) -> str:
    return all_natures(language)[nature]


def ordered(client: Client, call: str, **said: str) -> int:
    sent = {"court": "Superior Court", "number": "26-CR-118", "ordered_on": clock.today().isoformat(),
            "scope": "call", "subject": call, "how": "sealed", "sure": "yes", **said}  # fmt: skip
    return client.post(reverse("steward:orders"), sent).status_code


def test_an_order_closes_the_call_and_what_stands_under_it_for_everybody(cast: Cast, officer: Client) -> None:
    person, _ = someone(cast)
    call = rung(cast, person)
    below = Subject("encounter", person)
    sharing.hold(by=SETUP, subject=below, agency=cast.agency["police"], person=person, call=call.id)
    desk = visit(cast["supervisor"])
    path = reverse("desk:call", args=[call.id])
    assert desk.get(path).status_code == 200
    assert ordered(officer, call.number) == 302
    assert queries.sealing_orders().get().records == 2
    assert desk.get(path).status_code == 404, "like a call that was never there"
    asked_for = {"category": "encounter_narrative", "purpose": "subject_access"}
    self_ = Actor(id="rosa", role="person", policy_role="subject_self", person=person)
    for by in (cast["patrol_officer"], cast["privacy_officer"], self_):
        answer = sharing.ask_many(by=by, about=[below], **asked_for)[below]
        assert isinstance(answer, sharing.Refusal) and not answer.acknowledged
    page = officer.get(reverse("steward:orders")).content.decode()
    assert "26-CR-118" in page and call.number not in page and str(call.id) not in page
    lines = JournalLine.objects.filter(kind="sharing.order_carried_out")
    assert [line.actor for line in lines] == [cast["privacy_officer"].id]
    assert ordered(officer, call.number) == 400, "its number finds nothing any more"


@pytest.mark.parametrize(
    ("field", "value"), [("court", " "), ("number", ""), ("ordered_on", "2999-01-01"), ("ordered_on", ""),
                         ("scope", "person"), ("subject", "99-999999"), ("subject", str(UUID(int=7)))],
)  # fmt: skip
def test_an_order_that_lacks_something_closes_nothing(
    cast: Cast, officer: Client, field: str, value: str
) -> None:
    call = rung(cast)
    assert ordered(officer, call.number, **{field: value}) == 400
    assert not queries.sealing_orders().exists()
    assert visit(cast["supervisor"]).get(reverse("desk:call", args=[call.id])).status_code == 200


def test_who_does_not_keep_trust_carries_out_no_order_and_a_hold_keeps_from_expunging(
    cast: Cast, officer: Client
) -> None:
    call = rung(cast)
    for role in ("supervisor", "administrator", "records_steward", "signatory"):
        assert ordered(visit(cast[role]), call.number) == 403
        paper = sharing.CourtOrder(court="C", number="1", ordered_on=clock.today())
        with pytest.raises(NotFound):
            sharing.carry_out_order(by=cast[role], scope="call", subject=call.id, order=paper)
    assert ordered(Client(), call.number) == 302 and not queries.sealing_orders().exists()
    assert held(officer, "call", call.number) == 302
    assert ordered(officer, call.number, how="expunged") == 409 and not queries.sealing_orders().exists()
    assert ordered(officer, call.number, how="sealed") == 302, "what is sealed is kept"


def test_the_accounting_tells_when_to_whom_what_and_why(cast: Cast, officer: Client) -> None:
    person, _ = someone(cast)
    given(cast, person, "police")
    given(
        cast, person, "social_service", purpose="care_coordination", category="case_plan", is_accounted=False
    )
    old = given(cast, person, "prosecutor")
    Disclosure.objects.filter(id=old.id).update(created_at=clock.now() - timedelta(days=6 * 366 + 2))
    found = asked(officer, person, "accounting")
    path = reverse("steward:accounting", args=[found.id])
    assert officer.get(path).status_code == 409, "not before it is granted"
    assert step(officer, found, "answer", outcome="granted") == 302
    page = officer.get(path).content.decode()
    owed, also = page.split("What we list as well")
    assert "Harlow Police" in owed and "Harlow Behavioral Health" in owed and "for police work" in owed
    assert "Open Door Services" in also and "to arrange help for you" in also
    assert "County Attorney" not in page, "six years, no more"
    file = b"".join(officer.get(path, {"as": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert "Harlow Police" in file and "enforcement" not in file, "words, no codes"
    for role in ("patrol_officer", "case_manager", "administrator", "signatory"):
        assert visit(cast[role]).get(path).status_code == 403
    assert Client().get(path).status_code == 302


def test_what_is_suspended_is_left_out_without_a_word_and_comes_back(cast: Cast, officer: Client) -> None:
    """Neither list nor letter may warn the person (45 CFR 164.528(a)(2))."""
    person, _ = someone(cast)
    given(cast, person, "police")
    found = asked(officer, person, "accounting")
    sent = {
        "person": found.number, "agency": str(cast.agency["police"]), "manner": "in_writing",
        "official": "Lt. Ode", "statement": "It would warn him.",
        "until": (clock.today() + timedelta(days=30)).isoformat(),
    }  # fmt: skip
    assert officer.post(reverse("steward:suspensions"), sent).status_code == 302
    assert "suspended" not in queries.rights.kind("accounting").grounds, "no ground of a letter tells of it"
    assert step(officer, found, "answer", outcome="granted_in_part", grounds="suspended") == 400
    step(officer, found, "answer", outcome="granted")
    path = reverse("steward:accounting", args=[found.id])
    page = officer.get(path).content.decode()
    assert "Harlow Police" not in page and "suspen" not in page.lower()
    assert not Letter.objects.filter(request=found, body__icontains="suspen").exists()
    row = queries.suspensions().get()
    sharing.lift_suspension(by=cast["privacy_officer"], suspension=row.id, reason="Closed")
    assert "Harlow Police" in officer.get(path).content.decode()


def agent(officer: Client, person: UUID, *limits: str) -> str:
    said = {"name": "Alma", "relation": "mother", "authority": "parent", "evidence": "Birth record",
            "limits": list(limits)}  # fmt: skip
    officer.post(reverse("steward:representatives", args=[person]), said)
    page = officer.get(reverse("steward:request_new"), {"person": str(person)})
    return str(page.context["acting"][0].id)


@pytest.mark.parametrize(("limits", "is_seen"), [((), True), (("minor_part2",), False)])
def test_a_parent_hears_nothing_of_treatment_that_the_minor_agreed_to_alone(
    cast: Cast, officer: Client, limits: tuple[str, ...], is_seen: bool
) -> None:
    """42 CFR 2.14: neither in the copy nor in the list, and not that something was left out."""
    person, _ = someone(cast)
    treated, _ = people.file_record(
        by=SETUP, agency=cast.agency["part2_program"], external_id="t1", person=person,
        values={"given": "Rosa", "family": "Delgado-Cedar", "phone": "555-0177"},
    )  # fmt: skip
    given(cast, person, "social_service", subject=treated.id, category="identity")
    who = agent(officer, person, *limits)
    copied, listed = (asked(officer, person, kind, who=who) for kind in ("access", "accounting"))
    for found in (copied, listed):
        assert step(officer, found, "answer", outcome="granted") == 302
    copy = officer.get(reverse("steward:copy", args=[copied.id])).content.decode()
    lines = officer.get(reverse("steward:accounting", args=[listed.id])).content.decode()
    assert ("Delgado-Cedar" in copy) is is_seen and ("Open Door" in lines) is is_seen
    assert "Rosa" in copy and "2.14" not in copy


def test_an_authority_that_ended_hands_nothing_over(cast: Cast, officer: Client) -> None:
    person, _ = someone(cast)
    who = agent(officer, person)
    first, second = (asked(officer, person, "access", who=who) for _ in range(2))
    step(officer, first, "answer", outcome="granted")
    officer.post(reverse("steward:representatives", args=[person]), {"act": "end", "who": who})
    assert officer.get(reverse("steward:copy", args=[first.id])).status_code == 409
    assert step(officer, second, "answer", outcome="granted") == 409
    assert step(officer, second, "answer", outcome="denied", grounds="law") == 302, "a refusal may still go"


@pytest.mark.parametrize(
    ("language", "whom", "told"),
    [
        ("en", "Whom to write to or call", "who should hear of it"),
        ("es", "A quién escribir", "quién debe saberlo"),
    ],
)
def test_letters_of_correction_say_what_164_526_asks_for(
    cast: Cast,
    officer: Client,
    settings,
    language: str,
    whom: str,
    told: str,  # type: ignore[no-untyped-def]
) -> None:
    person, _ = someone(cast)
    settings.PRIVACY_CONTACT = "Privacy officer, 555-0100"
    letters = {}
    for outcome, grounds in (("granted", ""), ("denied", "accurate")):
        found = asked(officer, person, "amendment", language=language)
        said = {"outcome": outcome} | ({"grounds": grounds} if grounds else {})
        assert step(officer, found, "answer", **said) == 302
        letters[outcome] = Letter.objects.get(request=found, letter=outcome).body
    assert told in letters["granted"] and whom not in letters["granted"]
    assert (
        f"{whom}" in letters["denied"] and "555-0100" in letters["denied"] and told not in letters["denied"]
    )
    assert "164.526(a)(2)(iv)" in letters["denied"] and "hhs.gov/ocr" in letters["denied"]


@pytest.mark.parametrize("kind", ["complaint", "part2_complaint"])
@pytest.mark.parametrize(
    ("outcome", "grounds", "says"),
    [("granted", "", "Tenía razón"), ("granted_in_part", "not_found", "En parte"),
     ("denied", "not_found", "se cumplieron las reglas")],
)  # fmt: skip
def test_a_complaint_is_answered_with_what_was_found(
    cast: Cast, officer: Client, kind: str, outcome: str, grounds: str, says: str
) -> None:
    """Its disposition (45 CFR 164.530(d)(2)), not "we have done what you asked"; refused, where to go on."""
    found = asked(officer, someone(cast)[0], kind, language="es")
    said = {"outcome": outcome, "text": "Nadie abrió el expediente."} | (
        {"grounds": grounds} if grounds else {}
    )
    assert step(officer, found, "answer", **said) == 302
    letter = Letter.objects.get(request=found, letter=outcome)
    assert (
        letter.title == "Lo que vimos sobre su queja" and says in letter.body and found.number in letter.body
    )
    assert "Nadie abrió el expediente." in letter.body and "Hicimos lo que pidió" not in letter.body
    assert ("hhs.gov/ocr" in letter.body) is (outcome != "granted")


def test_a_hold_that_is_refused_comes_back_as_it_was_typed(officer: Client) -> None:
    """The officer corrects what is wrong, and writes nothing twice."""
    said = {
        "name": "Doe v. Harlow",
        "reason": "Letter of counsel",
        "scope": "encounter",
        "first": "2026-01-02",
    }
    answer = officer.post(reverse("steward:holds"), said)
    page = answer.content.decode()
    assert answer.status_code == 400 and 'data-fault="subject"' in page and "the number of the call" in page
    assert 'value="Doe v. Harlow"' in page and ">Letter of counsel</textarea>" in page
    assert '<option value="encounter" selected>' in page and 'value="2026-01-02"' in page
    assert not LegalHold.objects.exists()
