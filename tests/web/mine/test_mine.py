"""A person reads what is kept of them, takes a consent back; nobody else's is there."""

import re
from io import BytesIO
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries
from commonweal.cases import actions as cases
from commonweal.people import actions as people
from commonweal.sharing import actions as rights
from commonweal.sharing import queries as sharing
from factories.cases import support
from factories.cast import SETUP, consented, gather, someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db


def entered(person):
    account = agencies.open_account(by=SETUP, username="r", display_name="R", role="person", person=person)
    return visit(queries.actor(account.id))


def test_the_plan_and_the_consents_are_there_and_one_tap_takes_back():
    cast = gather()
    person, _ = someone(cast)
    people.keep_plan(by=SETUP, person=person, agency=cast.agency["police"], helps="Speak softly")
    consent = consented(cast, person, "roi", ["social_service"], ["case_plan"])
    client = entered(person)
    text = client.get(reverse("mine:index")).content.decode()
    assert "Speak softly" in text and "Rosa Delgado" in text and "Open Door Services" in text
    client.post(reverse("mine:revoke", args=[consent]))
    assert not sharing.consents_in_force(person).exists()
    assert client.get(reverse("mine:looked")).status_code == 200


def test_ones_own_signature_is_on_the_page_and_in_the_file():
    """A line neither level nor upright stands on the sheet: a stroke of a hand, and no rule of a table."""
    cast = gather()
    person, _ = someone(cast)
    rights.record_consent(
        by=cast["case_manager"], person=person, form="roi", recipients=[cast.agency["social_service"]],
        categories=["case_plan"], purposes=["care_coordination"], signer="Rosa Delgado", signature="M0 0L9 9",
    )  # fmt: skip
    client, path = entered(person), reverse("mine:consents")
    assert 'class="cw-signature"' in client.get(path).content.decode()
    [sheet] = PdfReader(BytesIO(client.get(path, {"as": "pdf"}).content)).pages
    pen = sheet.get_contents().get_data().decode("latin-1")
    lines = re.findall(r"([\d.]+) ([\d.]+) m\s+([\d.]+) ([\d.]+) l\b", pen)
    assert any(a != c and b != d for a, b, c, d in lines)


def test_what_was_agreed_is_there_on_paper_also_after_it_was_taken_back():
    cast = gather()
    person, _ = someone(cast)
    consent = consented(cast, person, "roi", ["social_service"], ["case_plan"])
    client = entered(person)
    client.post(reverse("mine:revoke", args=[consent]))
    text = client.get(reverse("mine:consents")).content.decode()
    assert "Taken back" in text and "Open Door Services" in text and "Every agency of this programme" in text
    other, _ = someone(cast, "health", given="Ana")
    assert str(consent) not in entered_as(other).get(reverse("mine:consents")).content.decode()
    assert visit(cast["case_manager"]).get(reverse("mine:consents")).status_code == 403


def entered_as(person):
    account = agencies.open_account(by=SETUP, username="s", display_name="S", role="person", person=person)
    return visit(queries.actor(account.id))


def test_someone_elses_consent_is_not_there_and_workers_stay_out():
    cast = gather()
    person, _ = someone(cast)
    other, _ = someone(cast, "health", given="Ana")
    consent = consented(cast, other, "roi", ["social_service"], ["case_plan"])
    client = entered(person)
    assert client.post(reverse("mine:revoke", args=[consent])).status_code == 404
    assert sharing.consents_in_force(other).exists()
    assert "Ana" not in client.get(reverse("mine:index")).content.decode()
    assert visit(cast["case_manager"]).get(reverse("mine:index")).status_code == 403


def test_each_record_names_its_agency_and_no_line_runs_together():
    cast = gather()
    person, _ = someone(cast, address="12 Quay St", phone="5305550100")
    text = entered(person).get(reverse("mine:index")).content.decode()
    known = text.split("What agencies know me by")[1]
    assert f"<h3>{queries.agency(cast.agency['police']).name}</h3>" in known
    assert "12 Quay St · " in known and "None" not in known


def test_one_tap_ends_the_check_ins_and_the_calendar_forgets_them():
    it = support()
    cases.close_case(by=it.manager, case=it.case, reason="goals_met")
    cases.agree_aftercare(by=it.manager, case=it.case, way="phone", account=UUID(it.manager.id))
    _made, secret = agencies.make_calendar_address(by=it.manager)
    calendar = reverse("calendar_feed", args=[secret])
    text = Client().get(calendar).content.decode()
    assert text.count("SUMMARY:Check-in after support") == 1 and "Rosa" not in text  # of the next sixty days
    client = entered(it.person)
    front = client.get(reverse("mine:index")).content.decode()
    assert "asks you how you are" in front and "Do not ask me any more" in front
    stop = reverse("mine:stop_check_ins", args=[it.case])
    assert client.get(stop).status_code == 405
    said = client.post(stop, follow=True).content.decode()
    assert "nobody asks any more" in said and "Do not ask me any more" not in said
    assert "Check-in" not in Client().get(calendar).content.decode()
    assert client.post(stop).status_code == 404


def test_the_check_ins_of_another_person_are_not_there_and_workers_stay_out():
    it = support()
    cases.close_case(by=it.manager, case=it.case, reason="goals_met")
    cases.agree_aftercare(by=it.manager, case=it.case, way="phone")
    other, _ = someone(it.cast, "health", given="Ana")
    stop = reverse("mine:stop_check_ins", args=[it.case])
    assert entered(other).post(stop).status_code == 404
    assert visit(it.manager).post(stop).status_code == 403
    assert Client().post(stop).status_code == 302
