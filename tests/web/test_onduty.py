"""The page of who is on: found, reached, printed; and the API beside it."""

from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries
from commonweal.messages import queries as bells
from factories.caller import Program
from factories.cast import SETUP, Cast, gather
from factories.visitor import visit

pytestmark = pytest.mark.django_db
NAMES = {"shelter_worker": "Nadia Lund", "victim_advocate": "Ines Oke", "patrol_officer": "Noel Pike"}


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Three on duty: at the shelter, at the victim service, at the police."""
    cast = gather()
    for role, name in NAMES.items():
        agencies.change_account(by=SETUP, account=cast.account(role), display_name=name, languages="en es")
        agencies.sign_on(by=cast[role], hours=8)
    return cast


def page(client: Client, **asked: str) -> str:
    """What the page says."""
    answer = client.get(reverse("on_duty"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


class TestPage:
    """Whoever works with others sees it; each as far as agreements go."""

    def test_care_sees_names_and_the_police_see_that_somebody_is_there(self, cast: Cast) -> None:
        care, police = page(visit(cast["case_manager"])), page(visit(cast["patrol_officer"]))
        assert all(name in care for name in NAMES.values())
        assert "Nadia Lund" in police and "Ines Oke" not in police
        assert "Victim advocate" in police and "shows no names to yours" in police

    def test_the_header_leads_there_for_those_who_see_it(self, cast: Cast) -> None:
        link = f'href="{reverse("on_duty")}"'
        assert link in visit(cast["case_manager"]).get(reverse("casework:index")).content.decode()
        assert link not in visit(cast["analyst"]).get(reverse("analyst:index")).content.decode()

    def test_it_is_narrowed_and_says_where_nobody_fits(self, cast: Cast) -> None:
        client = visit(cast["case_manager"])
        found = page(client, role="shelter_worker", language="es")
        assert "Nadia Lund" in found and "Noel Pike" not in found and "1 of 3 on duty" in found
        assert "Nobody like that is on" in page(client, name="Zebedee")
        assert "Nobody on now" in page(client, agency=str(cast.agency["ems"]))

    @pytest.mark.parametrize(
        "asked", [{"agency": "x"}, {"agency": str(UUID(int=7))}, {"role": "x", "name": "%", "page": "9"}]
    )
    def test_a_senseless_search_is_a_search(self, cast: Cast, asked: dict[str, str]) -> None:
        assert page(visit(cast["case_manager"]), **asked)

    def test_coming_on_and_going_off(self, cast: Cast) -> None:
        manager = cast["case_manager"]
        client, sign = visit(manager), reverse("on_duty_sign")
        assert "I come on duty" in page(client)
        client.post(sign, {"hours": "4"})
        assert queries.signed_on(UUID(manager.id)) and "You are on until" in page(client)
        client.post(sign, {"off": "yes"})
        assert queries.signed_on(UUID(manager.id)) is None and "I come on duty" in page(client)
        assert client.post(sign, {"hours": "many"}).status_code == 400
        assert client.get(sign).status_code == 405

    def test_a_colleague_is_asked_to_get_in_touch_and_finds_who_asks(self, cast: Cast) -> None:
        manager, night = cast["case_manager"], cast["shelter_worker"]
        home = cast.agency["social_service"]
        agencies.set_duty_terms(by=cast["administrator"], agency=home, phone="+14425550100")
        agencies.change_account(by=SETUP, account=UUID(manager.id), display_name="Marisol Ward")
        visit(manager).post(reverse("on_duty_call_back"), {"account": night.id})
        [line] = bells.unread(night)
        assert line.kind == "call_back" and "Marisol" not in f"{line.kind}{line.link}{line.about}"
        client = visit(night)
        said = client.get(line.link).content.decode()
        assert "<b>Marisol Ward</b> of Open Door Services asks you to get in touch" in said
        assert "(442) 555-0100" in said

    def test_nobody_learns_a_name_by_an_address(self, cast: Cast) -> None:
        """Only the one who was asked reads who asks; an id of anybody's in the address says nothing."""
        client = visit(cast["patrol_officer"])
        for who in (cast["victim_advocate"].id, str(uuid4()), "x"):
            assert "asks you to get in touch" not in page(client, who=who)

    def test_whose_name_is_kept_inside_cannot_be_rung(self, cast: Cast) -> None:
        officer, ask = visit(cast["patrol_officer"]), reverse("on_duty_call_back")
        for account in (cast["victim_advocate"].id, cast["patrol_officer"].id, str(uuid4())):
            assert officer.post(ask, {"account": account}).status_code == 404
        assert officer.post(ask, {"account": "x"}).status_code == 400
        assert officer.get(ask).status_code == 405
        assert not bells.unread(cast["victim_advocate"]).exists()

    def test_it_can_be_kept_as_a_file(self, cast: Cast) -> None:
        answer = visit(cast["case_manager"]).get(reverse("on_duty"), {"as": "pdf"})
        assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/pdf"

    def test_in_spanish(self, cast: Cast) -> None:
        agencies.change_account(by=SETUP, account=cast.account("case_manager"), language="es")
        said = page(visit(cast["case_manager"]))
        assert "Quién está de turno" in said and "Entro de turno" in said and "Pedir contacto" in said

    @pytest.mark.parametrize("role", ["analyst", "administrator", "privacy_officer", "evaluator", "counsel"])
    def test_roles_that_work_alone_are_refused(self, cast: Cast, role: str) -> None:
        client = visit(cast[role])
        assert client.get(reverse("on_duty")).status_code == 403
        for name in ("on_duty_sign", "on_duty_call_back"):
            assert client.post(reverse(name), {"hours": "8"}).status_code == 403

    @pytest.mark.parametrize("name", ["on_duty", "on_duty_sign", "on_duty_call_back"])
    def test_a_stranger_signs_in_first(self, client: Client, name: str) -> None:
        assert client.get(reverse(name)).status_code == 302


class TestTerms:
    """An administrator keeps what an agency shows."""

    def test_kept_with_the_agencys_own_data(self, cast: Cast) -> None:
        home = cast.agency["victim_service_provider"]
        client, here = visit(cast["administrator"]), reverse("setup:agency", args=[home])
        kept = {"name": "Safe Harbor", "short": "SH", "time_zone": "America/Denver"}
        client.post(here, {**kept, "duty_names": "partners", "duty_phone": "442 555 0101"})
        assert "Ines Oke" in page(visit(cast["patrol_officer"]))
        said = client.get(here).content.decode()
        assert 'value="442 555 0101"' in said and '<option value="partners" selected>' in said
        assert client.post(here, {**kept, "duty_names": "all"}).status_code == 400


class TestProgram:
    """The same for programs, as far as the token's account sees."""

    def test_agencies_with_who_is_on(self, cast: Cast) -> None:
        found = {one["name"]: one for one in Program(cast["patrol_officer"]).seen("messages/on")}
        assert [one["name"] for one in found["Lantern Shelter"]["people"]] == ["Nadia Lund"]
        harbor = found["Safe Harbor"]
        assert harbor["shows_names"] is False and harbor["people"][0]["account"] is None
        assert "Ines" not in str(found)

    def test_narrowed(self, cast: Cast) -> None:
        found = Program(cast["case_manager"]).seen("messages/on?role=shelter_worker&language=es")
        assert [one["name"] for one in found] == ["Lantern Shelter"]

    @pytest.mark.parametrize("role", ["analyst", "administrator"])
    def test_other_scopes_do_not_open_it(self, cast: Cast, role: str) -> None:
        assert Program(cast[role]).get("messages/on").status_code == 403

    def test_nothing_waits_to_be_confirmed(self, cast: Cast) -> None:
        assert Program(cast["case_manager"]).seen("messages/unconfirmed") == []
