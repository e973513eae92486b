"""After an import somebody says who receives for each provider; until then a sender hears: nobody does."""

from uuid import UUID

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from commonweal.directory import actions, queries
from commonweal.kernel.errors import Invalid
from commonweal.kernel.models import JournalLine
from commonweal.referrals import actions as referrals
from factories import directory as make
from factories.caller import Program
from factories.cast import SETUP, Cast, gather
from factories.referrals import loop
from factories.visitor import visit

pytestmark = pytest.mark.django_db
LIST = "setup:providers"


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies and their workers."""
    return gather()


def imported(name: str = "Harbor Night Shelter") -> UUID:
    """A service as an import leaves it: nobody receives for its provider."""
    return make.service(name)


def at(service: UUID) -> str:
    return reverse("setup:provider", args=[queries.receiver(service).provider])


def save(client: Client, service: UUID, **given: str) -> str:
    answer = client.post(at(service), {"agency": "", "delivery": "inbox", "referral_email": "", **given})
    return answer.content.decode() if answer.status_code != 302 else ""


def test_an_import_is_given_its_receivers_one_by_one(cast: Cast) -> None:
    first, second = imported(), imported("Cedar kitchen")
    admin = visit(cast["administrator"])
    assert "Harbor Night Shelter Inc" in (page := admin.get(reverse(LIST)).content.decode())
    assert "Cedar kitchen Inc" in page and "Nobody receives" in page
    assert not save(admin, first, agency=str(cast.agency["hmis_shelter"]))
    assert not save(admin, second, delivery="mail", referral_email="kitchen@cedar.example")
    one, other = queries.receiver(first), queries.receiver(second)
    assert (one.agency, one.delivery) == (cast.agency["hmis_shelter"], "inbox")
    assert (other.agency, other.delivery, other.email) == (None, "mail", "kitchen@cedar.example")
    assert "Somebody receives for every provider" in admin.get(reverse(LIST)).content.decode()
    assert "Cedar kitchen Inc" in admin.get(f"{reverse(LIST)}?shelf=all").content.decode()
    assert JournalLine.objects.filter(kind="directory.provider_filed").count() == 2


def test_the_next_import_leaves_it_as_it_was_said(cast: Cast) -> None:
    service = imported()
    save(visit(cast["administrator"]), service, delivery="mail", referral_email="beds@harbor.example")
    assert make.service("Harbor Night Shelter", fees="Free") == service
    assert queries.receiver(service).email == "beds@harbor.example"


def test_a_list_of_thousands_is_found_by_a_part_of_the_name(cast: Cast) -> None:
    imported(), imported("Cedar kitchen")
    page = visit(cast["administrator"]).get(reverse(LIST), {"q": "CEDAR"}).content.decode()
    assert "Cedar kitchen Inc" in page and "Harbor" not in page.split("<main")[1]
    none = visit(cast["administrator"]).get(reverse(LIST), {"q": "zzz"}).content.decode()
    assert "No provider of this name" in none


@pytest.mark.parametrize(
    ("given", "field", "told"),
    [
        ({"delivery": "mail"}, "Email for referrals", "Give the address"),
        ({"delivery": "mail", "referral_email": "not an address"}, "Email for referrals", "name@example.org"),
        ({"delivery": "fhir"}, "Agency", "Choose the agency whose system"),
        ({"delivery": "pigeon"}, "Delivery", "Use one of"),
        ({"agency": "00000000-0000-0000-0000-000000000001"}, "Agency", "Choose an agency of the list"),
    ],
)
def test_what_cannot_work_is_refused_and_nothing_typed_is_lost(
    cast: Cast, given: dict[str, str], field: str, told: str
) -> None:
    service, admin = imported(), visit(cast["administrator"])
    text = save(admin, service, **given)
    assert field in text and told in text and 'role="alert"' in text
    assert given.get("referral_email", "") in text
    assert not queries.is_reached(service)
    spanish = admin.post(
        at(service), {"delivery": "inbox", "agency": "", "referral_email": "", **given},
        headers={"Accept-Language": "es"},
    )  # fmt: skip
    assert spanish.status_code == 400


def test_an_address_is_checked_wherever_it_comes_from() -> None:
    owner = queries.receiver(imported())
    for facts in ({"referral_email": "x"}, {"delivery": "mail"}, {"delivery": "fhir"}):
        with pytest.raises(Invalid):
            actions.keep_provider(by=SETUP, provider=owner.provider, name=owner.provider_name, **facts)


@pytest.mark.parametrize("role", ["case_manager", "shelter_worker", "privacy_officer", "call_taker"])
def test_nobody_else_says_who_receives(cast: Cast, role: str) -> None:
    service, other, program = imported(), visit(cast[role]), Program(cast[role])
    owner = queries.receiver(service).provider
    assert other.get(reverse(LIST)).status_code == other.get(at(service)).status_code == 403
    own = str(cast.agency["police"])
    assert other.post(at(service), {"delivery": "inbox", "agency": own}).status_code == 403
    assert program.get("directory/providers").status_code == 403
    assert program.post(f"directory/providers/{owner}/reach", agency=own).status_code == 403
    assert Client().get(reverse(LIST)).status_code == 302 and not queries.is_reached(service)


def test_a_program_says_it_too(cast: Cast) -> None:
    service, program = imported(), Program(cast["administrator"])
    [waiting] = program.seen("directory/providers?unreached=true")
    assert waiting["services"] == 1 and waiting["agency"] is None
    told = program.post(
        f"directory/providers/{waiting['id']}/reach", delivery="mail", referral_email="beds@harbor.example"
    )
    assert told.status_code == 200 and told.json()["referral_email"] == "beds@harbor.example"
    assert program.seen("directory/providers?unreached=true") == []
    for wrong in ({"delivery": "mail"}, {"agency": str(UUID(int=1))}):
        assert program.post(f"directory/providers/{waiting['id']}/reach", **wrong).status_code == 400
    assert queries.receiver(service).delivery == "mail"


def test_who_sends_where_nobody_receives_is_told_so() -> None:
    it = loop()
    lonely = imported("Quiet meadow")
    referral = it.refer(service=lonely)
    sender = visit(it.sender)
    page = reverse("provider:sent_card", args=[referral])
    assert "Nobody receives for this provider" in sender.get(page).content.decode()
    save(visit(it.cast["administrator"]), lonely, delivery="mail", referral_email="meadow@quiet.example")
    assert "Nobody receives for this provider" not in sender.get(page).content.decode()
    link, _token = referrals.issue_link(by=SETUP, referral=referral)
    assert link.email == "meadow@quiet.example" and not mail.outbox


def test_an_entry_is_confirmed_taken_out_and_brought_back_by_name(cast: Cast) -> None:
    service, admin = imported(), visit(cast["administrator"])
    admin.post(at(service), {"service": str(service), "act": "right"})
    assert "Confirmed" in admin.get(at(service)).content.decode()
    admin.post(at(service), {"service": str(service), "act": "inactive"})
    assert queries.search(text="Harbor").total == 0
    assert "Not offered now" in admin.get(at(service)).content.decode()
    admin.post(at(service), {"service": str(service), "act": "active"})
    assert queries.search(text="Harbor").total == 1
    assert JournalLine.objects.filter(kind="directory.service_assured").count() == 1


def test_another_providers_entry_and_an_unknown_act_change_nothing(cast: Cast) -> None:
    service, other, admin = imported(), imported("Cedar kitchen"), visit(cast["administrator"])
    assert admin.post(at(service), {"service": str(other), "act": "inactive"}).status_code == 404
    assert admin.post(at(service), {"service": "x", "act": "inactive"}).status_code == 400
    assert admin.post(at(service), {"service": str(service), "act": "burn"}).status_code == 400
    assert queries.search().total == 2


def test_whoever_offers_it_says_with_one_tap_that_the_entry_is_right(cast: Cast) -> None:
    service = make.service("Lantern beds", agency=cast.agency["hmis_shelter"])
    desk = visit(cast["shelter_worker"])
    assert "still right" in desk.get(reverse("provider:index")).content.decode()
    said = desk.post(reverse("provider:capacity", args=[service]), {"entry": "right"}, follow=True)
    assert "right as of today" in said.content.decode() and queries.capacity(service) is None
    foreign = imported()
    none = desk.post(reverse("provider:capacity", args=[foreign]), {"entry": "right"})
    assert none.status_code == 404
    assert JournalLine.objects.filter(kind="directory.service_assured").count() == 1


def test_an_agency_gets_its_teams_by_screen(cast: Cast) -> None:
    from commonweal.agencies import queries as agencies

    admin, home = visit(cast["administrator"]), cast.agency["health"]
    page = reverse("setup:agency", args=[home])
    for _twice in range(2):
        assert admin.post(page, {"team": "Night crisis team"}).status_code == 302
    assert [team.name for team in agencies.teams(home)] == ["Night crisis team"]
    assert admin.post(page, {"team": " "}).status_code == 400
    assert visit(cast["supervisor"]).post(page, {"team": "x"}).status_code == 403
    assert JournalLine.objects.filter(kind="agencies.team_opened").count() == 1
