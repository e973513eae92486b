"""Photographs of an encounter where case workers and receivers of referrals look; and who sees none."""

from collections.abc import Callable
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from commonweal.agencies import queries as agencies
from commonweal.cases import actions as cases
from commonweal.encounters import actions
from commonweal.kernel.models import JournalLine
from commonweal.referrals import actions as referrals
from commonweal.sharing.models import Disclosure
from factories import directory
from factories.cast import SETUP, someone, worker
from factories.pictured import Pictured, pictured
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(tmp_path):
    """A folder of files of its own."""
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def at() -> Pictured:
    """Three photographs of one evening."""
    return pictured()


def every(at: Pictured) -> str:
    """The page of the case."""
    return reverse("casework:photographs", args=[at.held.case])


def one(at: Pictured, kind: str) -> str:
    """The picture itself, of the case."""
    return reverse("casework:photograph", args=[at.held.case, at.photograph(kind).id])


def looks(at: Pictured, kind: str, by: str) -> int:
    """How often the journal says that one was read by somebody."""
    about = str(at.photograph(kind).id)
    return JournalLine.objects.filter(kind="sharing.read", data__id=about, actor=by).count()


class TestOfACase:
    """The worker in care of the person, as far as their role goes."""

    def test_what_the_team_saw_is_listed_and_each_look_is_a_line(self, at: Pictured) -> None:
        desk, manager = visit(at.held.manager), at.held.manager.id
        case = desk.get(reverse("casework:case", args=[at.held.case])).content.decode()
        assert every(at) in case and "Broken pane" not in case and not looks(at, "scene", manager)
        page = desk.get(every(at)).content.decode()
        assert "Broken pane" in page and "Left hand" not in page and "kept from your role" in page
        assert looks(at, "scene", manager) == 1
        for query in ("", "?small=1"):
            answer = desk.get(one(at, "scene") + query)
            assert answer["Content-Type"] == "image/jpeg" and answer.content.startswith(b"\xff\xd8\xff")
            assert "sandbox" in answer["Content-Security-Policy"] and "no-store" in answer["Cache-Control"]
        assert looks(at, "scene", manager) == 3

    def test_a_clinician_s_photograph_stays_with_clinicians(self, at: Pictured) -> None:
        assert visit(at.held.manager).get(one(at, "injury")).status_code in (403, 404)
        assert visit(at.held.manager).get(one(at, "identification")).status_code == 200

    def test_without_a_consent_nothing_of_a_health_agency_opens(self) -> None:
        at = pictured(form="")
        page = visit(at.held.manager).get(every(at)).content.decode()
        assert "No photograph that you may see" in page and "3 more are kept from your role" in page
        assert visit(at.held.manager).get(one(at, "scene")).status_code == 403

    def test_said_in_words_that_stand_for_the_picture(self, at: Pictured) -> None:
        page = visit(at.held.manager).get(every(at)).content.decode()
        assert 'alt="Scene: Broken pane"' in page and 'alt="Identification' in page
        assert page.count("<details data-print>") == 2, "folded, and never on paper"
        assert 'loading="lazy"' in page

    def test_paper_says_what_they_show_and_holds_no_picture(self, at: Pictured) -> None:
        desk = visit(at.held.manager)
        answer = desk.get(every(at) + "?as=pdf")
        sheets = PdfReader(BytesIO(answer.content)).pages
        words = " ".join(sheet.extract_text() for sheet in sheets)
        assert "Broken pane" in words and "never the picture" in words and "Show the photograph" not in words
        assert not any(sheet.images for sheet in sheets)

    def test_what_was_withdrawn_is_given_to_nobody(self, at: Pictured) -> None:
        shot = at.photograph("scene").id
        actions.withdraw_photograph(by=at.medic, photograph=shot, reason="person_asked")
        desk = visit(at.held.manager)
        assert "Broken pane" not in desk.get(every(at)).content.decode()
        assert desk.get(one(at, "scene")).status_code == 409

    def test_in_quarantine_there_is_nothing_to_open(self, at: Pictured) -> None:
        with override_settings(SCANNER="clamd:/run/clamd"):
            actions.scan_photographs(by=SETUP, look=lambda content: False)
            at.photograph("scene").__class__.objects.update(scan="waiting")
            page = visit(at.held.manager).get(every(at)).content.decode()
            assert "waits for the check against malware" in page and "Show the photograph" not in page
            assert visit(at.held.manager).get(one(at, "scene")).status_code == 409

    def test_strangers_other_roles_and_other_cases_get_nothing(self, at: Pictured) -> None:
        addresses = (every(at), one(at, "scene"))
        other, _ = someone(at.centre.cast, "social_service", given="Bao", family="Tran", phone="")
        theirs = cases.open_case(
            by=at.held.manager, person=other, agency=at.centre.cast.agency["social_service"]
        ).id
        for address in addresses:
            assert Client().get(address).status_code == 302
            for role in ("call_taker", "administrator", "shelter_worker"):
                assert visit(at.centre.cast[role]).get(address).status_code in (403, 404), role
            outside = worker(at.centre.cast.agency["hmis_shelter"], "case_manager")
            assert visit(outside).get(address).status_code in (403, 404)
        desk = visit(at.held.manager)
        elsewhere = reverse("casework:photograph", args=[theirs, at.photograph("scene").id])
        assert desk.get(elsewhere).status_code == 404
        assert desk.get(reverse("casework:photograph", args=[at.held.case, uuid4()])).status_code == 404
        assert (
            "No photograph that you may see"
            in desk.get(reverse("casework:photographs", args=[theirs])).content.decode()
        )

    def test_in_spanish(self, at: Pictured) -> None:
        desk = visit(at.held.manager)
        desk.cookies["django_language"] = "es"
        page = desk.get(every(at)).content.decode()
        assert "Mostrar la fotografía" in page and 'lang="es"' in page
        assert "nunca la imagen" in page


class TestOfAReferral:
    """The receiver, where an agreement or a consent opens the part."""

    def refer(self, at: Pictured, kind: str = "hospital", **details: object) -> str:
        """To a service of an agency of a kind, with the encounter."""
        beds = directory.service("A bed and a bandage", agency=at.centre.cast.agency[kind])
        given = {"service": beds, "person": at.held.person, "needs": ["shelter"], "encounter": at.record}
        return str(referrals.make(by=at.held.manager, **given | details).id)

    def test_the_treating_hospital_opens_what_the_team_saw(self, at: Pictured) -> None:
        referral, ward = self.refer(at), at.centre.cast["hospital_staff"]
        listed = reverse("provider:photographs", args=[referral])
        card = visit(ward).get(reverse("provider:card", args=[referral])).content.decode()
        assert listed in card and not looks(at, "scene", ward.id), "the card itself asks for none"
        page = visit(ward).get(listed).content.decode()
        shot = reverse("provider:photograph", args=[referral, at.photograph("scene").id])
        assert "Broken pane" in page and shot in page
        assert visit(ward).get(shot).content.startswith(b"\xff\xd8\xff") and looks(at, "scene", ward.id) == 2
        about = str(at.photograph("scene").id)
        assert Disclosure.objects.filter(subject=about, account=ward.id).exists(), "registered"

    def test_a_shelter_to_which_nothing_opens_them_gets_none(self, at: Pictured) -> None:
        referral, night = self.refer(at, "hmis_shelter"), visit(at.centre.cast["shelter_worker"])
        listed = reverse("provider:photographs", args=[referral])
        assert listed not in night.get(reverse("provider:card", args=[referral])).content.decode()
        page = night.get(listed).content.decode()
        assert "No photograph that you may see" in page and "Broken pane" not in page
        shot = reverse("provider:photograph", args=[referral, at.photograph("scene").id])
        assert night.get(shot).status_code in (403, 404)

    def test_without_the_encounter_there_is_none(self, at: Pictured) -> None:
        referral, night = self.refer(at, encounter=None), visit(at.centre.cast["hospital_staff"])
        listed = reverse("provider:photographs", args=[referral])
        assert listed not in night.get(reverse("provider:card", args=[referral])).content.decode()
        assert "No photograph that you may see" in night.get(listed).content.decode()
        shot = reverse("provider:photograph", args=[referral, at.photograph("scene").id])
        assert night.get(shot).status_code == 404

    def test_once_it_has_ended_it_opens_nothing(self, at: Pictured) -> None:
        referral, by = self.refer(at), at.centre.cast["hospital_staff"]
        referrals.decline(by=by, referral=referral, reason="no_capacity")
        shot = reverse("provider:photograph", args=[referral, at.photograph("scene").id])
        assert visit(by).get(shot).status_code in (403, 404)
        listed = visit(by).get(reverse("provider:photographs", args=[referral]))
        assert "Broken pane" not in listed.content.decode()

    def test_senders_strangers_and_other_providers_get_nothing(self, at: Pictured) -> None:
        referral = self.refer(at)
        for name in ("provider:photographs", "provider:photograph"):
            more = [at.photograph("scene").id] if name == "provider:photograph" else []
            address = reverse(name, args=[referral, *more])
            assert Client().get(address).status_code == 302
            other = worker(at.centre.cast.agency["hmis_shelter"], "shelter_worker")
            assert visit(other).get(address).status_code == 404
            for role in ("case_manager", "administrator", "call_taker"):
                assert visit(at.centre.cast[role]).get(address).status_code in (403, 404), role


@pytest.mark.django_db(transaction=True)
def test_nothing_is_fetched_until_it_is_opened(
    phone: Page, enter: Callable[..., Page], axe: Callable[[Page], list[str]]
) -> None:
    """A folded photograph is not read: the journal says who looked, not who passed by. By keyboard alone."""
    at = pictured()
    manager = at.held.manager.id
    enter(phone, agencies.account(UUID(manager))).goto(every(at))
    expect(phone.get_by_role("heading", name="Scene")).to_be_visible()
    assert looks(at, "scene", manager) == 1 and axe(phone) == []
    summary = phone.locator("summary", has_text="Scene")
    with phone.expect_response(lambda answer: "small=1" in answer.url and answer.status == 200):
        summary.focus()
        phone.keyboard.press("Enter")
    expect(phone.get_by_role("img", name="Scene: Broken pane")).to_be_visible()
    assert looks(at, "scene", manager) == 2 and looks(at, "identification", manager) == 1
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth") and axe(phone) == []
