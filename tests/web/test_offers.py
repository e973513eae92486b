"""Where could they go? One ranked answer, with why: on the phone, on the case and after a decline."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.urls import reverse

from commonweal.calls import actions as calls
from commonweal.cases import actions as cases
from commonweal.directory import actions as directory
from commonweal.encounters import actions as encounters
from commonweal.kernel import clock
from commonweal.referrals import actions as referrals
from commonweal.referrals import queries as sent
from factories.calls import HERE, TROUBLED, open_centre
from factories.cast import SETUP, consented, someone
from factories.directory import service
from factories.referrals import loop
from factories.visitor import visit

pytestmark = pytest.mark.django_db


def words(client, url: str, **query: str) -> str:
    """A page's text, in order; with a search, what was looked for."""
    response = client.post(url, {**query, "look": "yes"}) if query else client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def at(lon: float) -> tuple[directory.Place, ...]:
    """A place at a longitude, on the latitude of the call."""
    return (directory.Place(external_id=str(lon), address=f"{lon} Quay", lon=lon, lat=HERE[1]),)


class TestOnThePhone:
    """The team at the door."""

    @pytest.fixture
    def evening(self):
        """A call with a team, an open record, a person of 41, and what they need."""
        centre = open_centre()
        call = centre.call(TROUBLED)
        calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
        clinician = next(a for a in centre.crews["CO1"] if a.role == "clinician")
        born = clock.today() - timedelta(days=41 * 366)
        person, _ = someone(centre.cast, "health", born=born)
        calls.identify(by=centre.desk, call=call, person=person)
        for form in ("roi", "hipaa_auth"):
            consented(centre.cast, person, form, ["hmis_shelter"], ["referral_status"])
        record = encounters.open_encounter(by=clinician, call=call, person=person)
        encounters.record(by=clinician, encounter=record.id, presenting_needs=["housing"], language="es")
        return centre, clinician, record.id

    def test_what_was_noted_chooses_the_need_and_the_language(self, evening) -> None:
        centre, clinician, record = evening
        service("Open house", topics=("shelter",), languages=(("es", "Spanish"),))
        service("Kitchen", topics=("food",))
        page = words(visit(clinician), reverse("field:refer", args=[record]))
        assert "Open house" in page and "Kitchen" not in page
        assert "Speaks Spanish" in page and '<option value="shelter" selected>' in page

    def test_near_and_with_room_leads_and_each_says_why(self, evening) -> None:
        centre, clinician, record = evening
        service("Far away", topics=("shelter",), places=at(HERE[0] + 0.6))
        near = service("Round the corner", topics=("shelter",), places=at(HERE[0] + 0.01))
        full = service("Full house", topics=("shelter",), places=at(HERE[0]))
        directory.post_capacity(by=SETUP, service=near, available=4)
        directory.post_capacity(by=SETUP, service=full, available=0)
        page = words(visit(clinician), reverse("field:refer", args=[record]))
        assert page.index("Round the corner") < page.index("Far away") < page.index("Full house")
        assert "minutes away" in page and "4 free" in page and "% sure" in page
        assert "Ask for the waiting list" in page[page.index("Full house") :]

    def test_a_house_that_bars_says_why_and_is_sent_only_with_a_reason(self, evening) -> None:
        centre, clinician, record = evening
        shelter = centre.cast.agency["hmis_shelter"]
        youth = service("Youth house", topics=("shelter",), maximum_age=24, agency=shelter)
        client, url = visit(clinician), reverse("field:refer", args=[record])
        page = words(client, url)
        assert "Serves people up to 24" in page and "Send all the same" in page
        asked = {"service": str(youth), "need": "shelter"}
        refused = client.post(url, asked)
        assert refused.status_code == 400 and "up to 24" in refused.content.decode()
        assert not sent.of_encounter(record)
        client.post(url, {**asked, "despite": "They agreed by telephone"})
        assert len(sent.of_encounter(record)) == 1

    def test_circumstances_of_this_evening_count(self, evening) -> None:
        _centre, clinician, record = evening
        service("No drop-off", topics=("shelter",))
        url = reverse("field:refer", args=[record])
        assert "Takes nobody whom police bring" not in words(visit(clinician), url)
        assert "Takes nobody whom police bring" in words(
            visit(clinician), url, **{"with": "comes_with_police"}
        )

    def test_the_reader_of_the_referral_reads_why_in_their_own_language(self, evening) -> None:
        centre, clinician, record = evening
        shelter = centre.cast.agency["hmis_shelter"]
        beds = service("Lantern night beds", agency=shelter, topics=("shelter",))
        directory.post_capacity(by=SETUP, service=beds, available=7)
        asked = {"service": str(beds), "need": "shelter"}
        visit(clinician).post(reverse("field:refer", args=[record]), asked)
        [subject] = sent.of_encounter(record)
        url = reverse("provider:card", args=[subject.id])
        night = visit(centre.cast["shelter_worker"])
        assert "7 free" in night.get(url).content.decode()
        night.cookies["django_language"] = "es"
        assert "7 libres" in night.get(url, headers={"Accept-Language": "es"}).content.decode()


@pytest.mark.parametrize("desk", ["field", "casework", "provider"])
def test_what_a_worker_looks_for_stands_in_no_address(desk: str) -> None:
    """Beside the number of an encounter, a case or a referral it would name one person's need."""
    it = loop()
    beds, pantry = service("Night beds", topics=("shelter",)), service("Pantry", topics=("food",))
    if desk == "provider":
        made = it.refer()
        referrals.decline(by=it.night, referral=made, reason="no_capacity")
        url, by = reverse("provider:sent_card", args=[made]), it.sender
    elif desk == "casework":
        case = cases.open_case(
            by=it.sender, person=it.person, agency=it.cast.agency["social_service"],
            manager=UUID(it.sender.id),
        )  # fmt: skip
        url, by = reverse("casework:refer", args=[case.id]), it.sender
    else:
        by = it.cast["case_manager"]
        record = encounters.open_encounter(by=by, call=None, person=it.person)
        url = reverse("field:refer", args=[record.id])
    client = visit(by)
    page = client.get(url, {"need": "food", "q": "pantry", "look": "yes"}).content.decode()
    assert '<option value="food" selected>' not in page
    form = page[page.index('<form class="cw-offer-search"') :].partition("</form>")[0]
    assert 'method="post"' in form and 'name="look" value="yes"' in form
    sought = words(client, url, need="food")
    assert f'name="service" value="{pantry}"' in sought and f'name="service" value="{beds}"' not in sought
    assert '<option value="food" selected>' in sought


def test_a_case_suggests_what_stands_worst() -> None:
    """The needs matrix decides which services are looked for first."""
    it = loop()
    case = cases.open_case(
        by=it.sender, person=it.person, agency=it.cast.agency["social_service"], manager=UUID(it.sender.id)
    )
    service("Pantry", topics=("food",))
    service("Sorrel House", topics=("health",))
    url = reverse("casework:refer", args=[case.id])
    before = words(visit(it.sender), url)
    assert "Pantry" not in before and "Sorrel House" not in before
    cases.assess(by=it.sender, case=case.id, levels={"food": 1, "health": 4, "shelter": None})
    after = words(visit(it.sender), url)
    assert "Pantry" in after and "Sorrel House" not in after


def test_after_a_decline_the_next_house_is_one_that_fits_this_person() -> None:
    """Age decides here; the one that declined is not offered again; a bar needs a reason."""
    it = loop()
    youth = service("Youth house", topics=("shelter",), maximum_age=24)
    service("Anyone's beds", topics=("shelter",))
    referral = it.refer()
    referrals.decline(by=it.night, referral=referral, reason="no_capacity")
    desk = visit(it.sender)
    page = words(desk, reverse("provider:sent_card", args=[referral]))
    elsewhere = page[page.index('id="elsewhere"') :]
    assert elsewhere.index("Anyone&#x27;s beds") < elsewhere.index("Youth house")
    assert "Serves people up to 24" in elsewhere and "Lantern night beds" not in elsewhere
    act = reverse("provider:sent_act", args=[referral, "reroute"])
    assert desk.post(act, {"service": str(youth)}).status_code == 400
    assert desk.post(act, {"service": "nonsense"}).status_code == 400
    assert sent.row(it.sender, referral).state == "declined"
