"""The pages of ladders: "I have it" in the bell, who was told on the board, the steps in setup."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject, system
from commonweal.messages import actions, queries
from commonweal.messages.actions import Step
from commonweal.messages.models import Climb
from factories.cast import SETUP, Cast, gather, worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db
KEPT = {
    "after": ["1", "5"],
    "who": ["supervisor", "medic"],
    "reach": ["near", "everywhere"],
    "pressing": ["yes", "no"],
}


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


def begin(cast: Cast) -> Climb:
    """A silent alarm at the centre."""
    about, near = Subject("duress", uuid4()), [cast.agency["ecc"]]
    return actions.begin_climb(by=system("flow"), occasion="duress", about=about, near=near, link="/board/")


def page(client: Client, name: str, *args: object) -> str:
    """What a page says."""
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


class TestBell:
    """One tap says it."""

    def test_i_have_it_stands_beside_the_line_until_somebody_said_it(self, cast: Cast) -> None:
        boss, other = cast["supervisor"], worker(cast.agency["ecc"], "supervisor")
        made = begin(cast)
        mine, theirs = visit(boss), visit(other)
        assert "I have it" in page(mine, "notifications_waiting") and "I have it" in page(
            theirs, "notifications_waiting"
        )
        answer = mine.post(reverse("notifications_acknowledge"), {"climb": str(made.id)})
        assert answer.status_code == 302 and answer["Location"] == "/board/"
        assert "I have it" not in page(theirs, "notifications_waiting")

    def test_a_line_of_no_ladder_has_no_such_button(self, cast: Cast) -> None:
        boss = cast["supervisor"]
        actions.notify(by=SETUP, accounts=[UUID(boss.id)], kind="message", about=Subject("case", uuid4()))
        assert "I have it" not in page(visit(boss), "notifications_waiting")

    @pytest.mark.parametrize("climb", ["", "x", str(UUID(int=7))])
    def test_what_is_no_climb_of_theirs_is_not_there(self, cast: Cast, climb: str) -> None:
        client = visit(cast["call_taker"])
        assert client.post(reverse("notifications_acknowledge"), {"climb": climb}).status_code == 404

    def test_a_stranger_and_a_reading_find_nothing(self, client: Client, cast: Cast) -> None:
        cast["supervisor"]
        address, made = reverse("notifications_acknowledge"), begin(cast)
        assert client.post(address, {"climb": str(made.id)}).status_code == 404
        assert visit(cast["supervisor"]).get(address).status_code == 405


class TestBoard:
    """Who was told and when, for those who were."""

    def test_it_says_who_when_and_by_which_way_and_then_who_has_it(self, cast: Cast) -> None:
        boss = cast["supervisor"]
        made = begin(cast)
        said = page(visit(boss), "board:ladders")
        assert "Nobody has it yet" in said and "mail: on its way" in said and "next step" in said
        actions.acknowledge(by=boss, climb=made.id)
        said = page(visit(boss), "board:ladders")
        assert "has it" in said and "Nobody has it yet" not in said

    def test_in_spanish(self, cast: Cast) -> None:
        boss = cast["supervisor"]
        begin(cast)
        agencies.change_account(by=SETUP, account=UUID(boss.id), language="es")
        said = page(visit(boss), "board:ladders")
        assert "Nadie se encarga aún" in said and "correo: en camino" in said and "Me encargo" in said

    def test_a_supervisor_elsewhere_learns_nothing_of_it(self, cast: Cast) -> None:
        cast["supervisor"]
        begin(cast)
        far = worker(cast.agency["lifeline_988"], "supervisor")
        assert "Nothing climbed yet" in page(visit(far), "board:ladders")

    @pytest.mark.parametrize("role", ["call_taker", "administrator", "patrol_officer", "privacy_officer"])
    def test_other_roles(self, cast: Cast, role: str) -> None:
        assert visit(cast[role]).get(reverse("board:ladders")).status_code == 403

    def test_the_link_stands_for_those_whom_it_opens(self, cast: Cast) -> None:
        link = reverse("board:ladders")
        assert link in page(visit(cast["supervisor"]), "board:index")
        assert link not in page(visit(cast["call_taker"]), "board:index")


class TestSetup:
    """The steps as data, changed by an administrator."""

    def test_changed_and_taken_back(self, cast: Cast) -> None:
        client = visit(cast["administrator"])
        told = page(client, "setup:ladders")
        assert "at once: Shift supervisor" in told and "after 2 minutes: Shift supervisor" in told
        assert "after 0 minutes" not in told
        client.post(reverse("setup:ladder", args=["duress"]), KEPT)
        assert queries.ladder("duress") == (Step(1, "supervisor"), Step(5, "medic", "everywhere", False))
        said = page(client, "setup:ladders")
        assert "after 5 minutes: Paramedic, everywhere" in said and "quiet hours hold it back" in said
        client.post(reverse("setup:ladder", args=["duress"]), {})
        assert len(queries.ladder("duress")) == 2 and queries.ladder("duress")[0].after == 0

    @pytest.mark.parametrize(("name", "value"), [
        ("after", ["soon", "5"]), ("after", ["-1", "5"]), ("after", ["99999", "5"]), ("who", ["", "medic"]),
        ("who", ["king", "medic"]), ("reach", ["far", "near"]),
    ])  # fmt: skip
    def test_what_is_refused_stays_in_the_form(self, cast: Cast, name: str, value: list[str]) -> None:
        client: Any = visit(cast["administrator"])
        answer = client.post(reverse("setup:ladder", args=["duress"]), {**KEPT, name: value})
        said = answer.content.decode()
        assert answer.status_code == 400 and 'value="5"' in said and len(queries.ladder("duress")) == 2

    def test_an_empty_row_is_a_step_less(self, cast: Cast) -> None:
        empty = {
            "after": ["", "5"],
            "who": ["", "medic"],
            "reach": ["near", "near"],
            "pressing": ["yes", "yes"],
        }
        visit(cast["administrator"]).post(reverse("setup:ladder", args=["duress"]), empty)
        assert queries.ladder("duress") == (Step(5, "medic"),)

    def test_a_team_and_an_agency_by_name(self, cast: Cast) -> None:
        """Chosen under Where; in words on both pages; whom the next step tells stands on the board."""
        home, client = cast.agency["health"], visit(cast["administrator"])
        team = agencies.open_team(by=SETUP, agency=home, name="Mobile crisis")
        form = page(client, "setup:ladder", "duress")
        assert f'value="team:{team.id}"' in form and f'value="agency:{home}"' in form
        places = [f"team:{team.id}", f"agency:{home}"]
        client.post(reverse("setup:ladder", args=["duress"]), {**KEPT, "who": ["", "medic"], "reach": places})
        steps = (Step(1, team=team.id), Step(5, "medic", "near", False, home))
        assert queries.ladder("duress") == steps
        said = page(client, "setup:ladders")
        assert "after 1 minute: everybody, Mobile crisis, " in said and "after 5 minutes: Paramedic, " in said
        form = page(client, "setup:ladder", "duress")
        assert f'value="team:{team.id}" selected' in form and f'value="agency:{home}" selected' in form
        member = worker(home, "supervisor", "iris")
        agencies.change_account(by=SETUP, account=UUID(member.id), team_id=team.id)
        made = begin(cast)
        with clock.at(made.created_at + timedelta(minutes=2)):
            actions.climb(by=system("flow"))
        said = page(visit(member), "board:ladders")
        assert "Paramedic, " in said and "Mobile crisis, " in said and "next step" in said

    @pytest.mark.parametrize("place", ["team:x", "agency:", f"team:{UUID(int=7)}", f"agency:{UUID(int=7)}"])
    def test_a_place_that_is_none_stays_in_the_form(self, cast: Cast, place: str) -> None:
        client = visit(cast["administrator"])
        answer = client.post(reverse("setup:ladder", args=["duress"]), {**KEPT, "reach": [place, "near"]})
        assert answer.status_code == 400 and 'value="5"' in answer.content.decode()
        assert len(queries.ladder("duress")) == 2

    def test_an_occasion_that_is_none(self, cast: Cast) -> None:
        assert visit(cast["administrator"]).get(reverse("setup:ladder", args=["flood"])).status_code == 404

    @pytest.mark.parametrize("role", ["supervisor", "call_taker", "privacy_officer"])
    def test_other_roles_and_strangers(self, client: Client, cast: Cast, role: str) -> None:
        for address in (reverse("setup:ladders"), reverse("setup:ladder", args=["duress"])):
            assert visit(cast[role]).get(address).status_code == 403
            assert visit(cast[role]).post(address, KEPT).status_code == 403
            assert client.get(address).status_code == 302
        assert len(queries.ladder("duress")) == 2
