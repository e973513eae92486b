"""The letter with the list of who received a record: what carried each disclosure, in two languages."""

import csv
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from commonweal.agencies import actions as agencies
from commonweal.agencies.models import Agency
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.sharing import actions as sharing
from commonweal.sharing.models import Disclosure, Letter, Request
from factories.cast import SETUP, Cast, gather, someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db
ORDER = {
    "en": "A court order opens goals, services, tasks, and how a referral stands.",
    "es": "Una orden judicial abre las metas, los servicios, las tareas y cómo va una derivación.",
}
CARE = {"en": "A release opens the case plan to treating staff.",
        "es": "Una autorización de la persona abre el plan del caso al personal tratante."}  # fmt: skip
BASES = {
    "us.process.identity": ("Judicial process or a three-part", "164.512(f)(1)"),
    "us.locate.identity": ("A request to identify or locate opens the listed details", "164.512(f)(2)"),
    "us.process.victim": ("A court order compels the last known address", "28 CFR 94.115(b)"),
    "us.process.part2_2_64": ("A Part 2 order under 2.64", "2.61-2.67"),
    "us.part2.premises": ("A programme may report a crime", "2.12(c)(5)"),
    "us.part2.emergency": ("In a medical emergency", "42 CFR 2.51"),
    "us.threat.mental_health": ("In an imminent threat", "164.512(j)"),
    "us.glass.clinical": ("Breaking the glass opens", "164.512(j)"),
    "us.consent.hmis.clinical": ("An HMIS release opens", "69 FR 45888"),
    "us.agreement.clause": ("A clause of an agreement", "Inter-agency agreement"),
}


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies and their workers, bound by a memorandum."""
    return gather()


@pytest.fixture(name="officer")
def an_officer(cast: Cast) -> Client:
    """The privacy officer at the desk."""
    return visit(cast["privacy_officer"])


def compelled(cast: Cast, person: UUID) -> Disclosure:
    """The prosecutor reads the plan by a court's order, through the gate like anybody."""
    plan = Subject("plan", UUID(int=5))
    sharing.hold(by=SETUP, subject=plan, agency=cast.agency["social_service"], person=person)
    answer = sharing.ask(
        by=cast["prosecutor"], category="case_plan", purpose="enforcement", about=plan,
        circumstances=sharing.Circumstances(legal_process="court_order"),
    )  # fmt: skip
    assert isinstance(answer, sharing.Permit)
    return Disclosure.objects.get(subject=plan.id)


def row(cast: Cast, person: UUID, **said: object) -> Disclosure:
    """A row of the register as the gate writes it."""
    return Disclosure.objects.create(**{
        "person_id": person, "kind": "plan", "subject": UUID(int=6), "category": "case_plan",
        "fields": ["goals"], "purpose": "care_coordination", "account": cast["clinician"].id,
        "agency": cast.agency["health"], "source_agency": cast.agency["social_service"],
        "is_accounted": True, **said,
    })  # fmt: skip


def granted(officer: Client, person: UUID, language: str = "en", contact: str = "12 Elm Street") -> Request:
    """An accounting that was asked for, made sure of and granted."""
    sent = {"kind": "accounting", "person": str(person), "name": "Rosa Delgado", "contact": contact,
            "text": "Who has it?", "language": language}  # fmt: skip
    assert officer.post(reverse("steward:request_new"), sent).status_code == 302
    found = Request.objects.latest("created_at")
    path = reverse("steward:request", args=[found.id])
    officer.post(path, {"act": "verify", "how": "id_document"})
    assert officer.post(path, {"act": "answer", "outcome": "granted"}).status_code == 302
    return found


def page(officer: Client, found: Request) -> str:
    return officer.get(reverse("steward:accounting", args=[found.id])).content.decode()


def sheets(officer: Client, found: Request) -> str:
    """The words of the file that is handed over, as a reader finds them."""
    answer = officer.get(reverse("steward:accounting", args=[found.id]), {"as": "pdf"})
    assert answer["Content-Type"] == "application/pdf"
    return " ".join(" ".join(p.extract_text() for p in PdfReader(BytesIO(answer.content)).pages).split())


def file(officer: Client, found: Request) -> list[list[str]]:
    answer = officer.get(reverse("steward:accounting", args=[found.id]), {"as": "csv"})
    return list(csv.reader(b"".join(answer).decode().splitlines()))


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_a_court_compelled_is_told_as_that_and_not_as_a_release(
    cast: Cast, officer: Client, language: str
) -> None:
    """On the page, in the file for a sheet of cells and on paper: the rule's own sentence."""
    person, _ = someone(cast)
    assert compelled(cast, person).is_accounted
    found = granted(officer, person, language)
    for said in (page(officer, found), sheets(officer, found), file(officer, found)[1][-1]):
        assert ORDER[language] in said and "164.512(f)(1)(ii)(A)" in said
        assert "ritten release" not in said and "utorización escrita" not in said
    assert "County Attorney" in sheets(officer, found)


@pytest.mark.parametrize(("rule", "says"), BASES.items())
def test_every_basis_prints_the_sentence_and_the_law_of_the_rule_that_carried_it(
    cast: Cast, officer: Client, rule: str, says: tuple[str, str]
) -> None:
    person, _ = someone(cast)
    row(cast, person, rules=[rule], basis=["CONSENT_GEN"])
    text = page(officer, granted(officer, person))
    assert all(one in text for one in says) and rule not in text
    assert "CONSENT_GEN" not in text


def test_what_narrowed_it_is_not_said_to_have_carried_it(cast: Cast, officer: Client) -> None:
    person, _ = someone(cast)
    row(cast, person, rules=["us.threat.location", "us.limit.acp", "us.gone.sealed"])
    text = page(officer, granted(officer, person))
    assert "In an imminent threat" in text and "sealed" not in text.split("<h3>")[1]


def test_a_rule_that_a_later_policy_dropped_leaves_its_kind_of_law(cast: Cast, officer: Client) -> None:
    person, _ = someone(cast)
    row(cast, person, rules=["us.long.gone"], basis=["HIPAA_512F2"])
    row(cast, person, rules=[], basis=[], subject=UUID(int=9))
    lines = file(officer, granted(officer, person))
    assert {line[-1][:22] for line in lines[1:]} == {"45 CFR 164.512(f)(2): ", "—"}
    assert not any("us.long.gone" in cell for line in lines for cell in line)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_letter_and_its_list_are_one_paper(cast: Cast, officer: Client, language: str) -> None:
    person, _ = someone(cast)
    row(cast, person, rules=["us.consent.roi.plan.clinical"], is_accounted=False)
    found = granted(officer, person, language)
    letter = Letter.objects.get(request=found, letter="granted")
    paper = sheets(officer, found)
    assert "Rosa Delgado" in paper and "12 Elm Street" in paper and letter.title in paper
    assert " ".join(letter.body.split("\n\n")[0].split()) in paper and found.number in paper
    assert CARE[language] in paper and "Harlow Behavioral Health" in paper
    assert paper.index(letter.title) < paper.index("Harlow Behavioral Health"), "the letter comes first"
    link = reverse("steward:accounting", args=[found.id]) + "?as=pdf"
    assert link in officer.get(reverse("steward:request", args=[found.id])).content.decode()


def test_six_years_to_the_day(cast: Cast, officer: Client) -> None:
    """45 CFR 164.528(a)(1): what is older is not listed; the last day of the six years is."""
    person, _ = someone(cast)
    today = clock.today()
    edge = today.replace(year=today.year - 6)
    for day, agency in ((edge, "police"), (edge - timedelta(days=1), "prosecutor")):
        one = row(cast, person, agency=cast.agency[agency], rules=["us.threat.location"])
        Disclosure.objects.filter(id=one.id).update(created_at=clock.begin(day) + timedelta(minutes=5))
    text = page(officer, granted(officer, person))
    assert "Harlow Police" in text and "County Attorney" not in text


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_suspension_is_kept_on_every_paper_and_said_on_none(
    cast: Cast, officer: Client, language: str
) -> None:
    """164.528(a)(2): for its term the official's agency is missing from page, cells and sheets alike."""
    person, _ = someone(cast)
    compelled(cast, person)
    row(cast, person, rules=["us.consent.roi.plan.clinical"], is_accounted=False)
    found = granted(officer, person, language)
    sent = {"person": found.number, "agency": str(cast.agency["prosecutor"]), "manner": "in_writing",
            "official": "DA Ode", "statement": "It would warn him.",
            "until": (clock.today() + timedelta(days=30)).isoformat()}  # fmt: skip
    assert officer.post(reverse("steward:suspensions"), sent, follow=True).status_code == 200
    cells = " ".join(cell for line in file(officer, found) for cell in line)
    for said in (page(officer, found), sheets(officer, found), cells):
        assert "County Attorney" not in said and ORDER[language] not in said
        assert "Harlow Behavioral Health" in said and "uspen" not in said and "DA Ode" not in said


@pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "administrator", "signatory"])
@pytest.mark.parametrize("form", ["", "pdf", "csv"])
def test_nobody_else_is_handed_the_paper(cast: Cast, officer: Client, role: str, form: str) -> None:
    person, _ = someone(cast)
    path = reverse("steward:accounting", args=[granted(officer, person).id])
    assert visit(cast[role]).get(path, {"as": form} if form else {}).status_code == 403
    assert Client().get(path, {"as": form}).status_code == 302


def test_a_list_that_was_refused_or_not_yet_answered_leaves_in_no_form(cast: Cast, officer: Client) -> None:
    person, _ = someone(cast)
    sent = {"kind": "accounting", "person": str(person), "name": "Rosa", "text": "Who?"}
    officer.post(reverse("steward:request_new"), sent)
    path = reverse("steward:accounting", args=[Request.objects.get().id])
    for form in ("", "pdf", "csv"):
        assert officer.get(path, {"as": form}).status_code == 409


def test_a_cell_that_a_sheet_would_run_is_plain_text(cast: Cast, officer: Client) -> None:
    """An agency may be called anything."""
    person, _ = someone(cast)
    Agency.objects.filter(id=cast.agency["health"]).update(name='=HYPERLINK("//x")')
    row(cast, person, rules=["us.threat.location"])
    assert file(officer, granted(officer, person))[1][1] == '\'=HYPERLINK("//x")'


def placed(cast: Cast, agency: str, address: str) -> None:
    """The administrator writes down where an agency is."""
    home = cast.agency[agency]
    named = Agency.objects.get(id=home)
    agencies.change_agency(
        by=cast["administrator"], agency=home, name=named.name, short=named.short, time_zone="UTC",
        address=address,
    )  # fmt: skip


def test_a_recipient_is_named_with_the_address_that_is_known(cast: Cast, officer: Client) -> None:
    """45 CFR 164.528(b)(2)(ii): on the page, in the file for a sheet and on paper; of the source the name."""
    placed(cast, "prosecutor", "  1 Court Square,  Harlow ")
    placed(cast, "social_service", "9 Elm Street")
    person, _ = someone(cast)
    compelled(cast, person)
    found = granted(officer, person)
    for said in (page(officer, found), sheets(officer, found), str(file(officer, found)[1])):
        assert "County Attorney, 1 Court Square, Harlow" in said
        assert "Open Door Services" in said and "9 Elm Street" not in said


def test_where_none_is_known_or_the_place_must_stay_unknown_the_name_stands_alone(
    cast: Cast, officer: Client
) -> None:
    person, _ = someone(cast)
    compelled(cast, person)
    assert file(officer, granted(officer, person))[1][1] == "County Attorney"


def test_the_administrator_writes_it_on_the_agencys_page(cast: Cast) -> None:
    desk, home = visit(cast["administrator"]), cast.agency["prosecutor"]
    path = reverse("setup:agency", args=[home])
    sent = {"name": "County Attorney", "short": "CA", "time_zone": "UTC", "address": "1 Court Square"}
    assert desk.post(path, sent).status_code == 302
    assert 'value="1 Court Square"' in desk.get(path).content.decode()
    refused = desk.post(path, sent | {"address": "x" * 201})
    assert refused.status_code == 400 and "at most 200 signs" in refused.content.decode()
    assert Agency.objects.get(id=home).address == "1 Court Square"
