"""The caseload narrowed by hand and by kept views, on one's own and with the team."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.cases import actions, queries
from factories.cases import Support, support
from factories.cast import someone, worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db
INDEX = "casework:index"


@pytest.fixture(name="at")
def two_cases() -> Support:
    """Rosa's case, of support; Omar's, of outreach, that nobody has yet."""
    at = support()
    omar, _record = someone(at.cast, "social_service", given="Omar", family="Haddad", phone="")
    place = at.cast.agency["social_service"]
    actions.open_case(by=at.manager, person=omar, agency=place, kind="outreach")
    return at


def words(at: Support, **choice: str) -> str:
    return visit(at.manager).get(reverse(INDEX), choice).content.decode()


def keep(at: Support, **said: str) -> Any:
    return visit(at.manager).post(reverse("casework:keep_view"), {"list": "agency", **said})


def test_narrowed_by_hand(at: Support) -> None:
    both = words(at, list="agency")
    assert "Rosa Delgado" in both and "Omar Haddad" in both
    free = words(at, list="agency", free="yes")
    assert "Omar Haddad" in free and "Rosa Delgado" not in free
    kind = words(at, list="agency", kind="support")
    assert "Rosa Delgado" in kind and "Omar Haddad" not in kind
    none = words(at, list="agency", quiet="400")
    assert "Nobody fits this view" in none and 'value="400"' in none


def test_kept_shown_and_taken_away(at: Support) -> None:
    answer = keep(at, kind="outreach", name="On the street", shared="yes")
    [view] = queries.saved_views(at.manager)
    assert answer.url == f"{reverse(INDEX)}?view={view.id}"
    text = visit(at.manager).get(answer.url).content.decode()
    assert "Omar Haddad" in text and "Rosa Delgado" not in text and "Take this view away" in text
    mate = worker(at.cast.agency["social_service"], "case_manager")
    shared = visit(mate).get(answer.url).content.decode()
    assert "On the street" in shared and "shared with the team" in shared and "Take this view" not in shared
    visit(at.manager).post(reverse("casework:drop_view", args=[view.id]))
    assert visit(mate).get(answer.url).status_code == 404 and "On the street" not in words(at)


def test_in_spanish(at: Support) -> None:
    client = visit(at.manager)
    client.cookies["django_language"] = "es"
    text = client.get(reverse(INDEX)).content.decode()
    assert "Filtrar u ordenar la lista" in text and "Narrow" not in text


@pytest.mark.parametrize("name", ["", " ", "x" * 61])
def test_a_name_that_is_none_is_refused(at: Support, name: str) -> None:
    assert keep(at, name=name).status_code == 400 and queries.saved_views(at.manager) == []


@pytest.mark.parametrize("choice", [
    {"view": "x"}, {"list": "theirs"}, {"sort": "race", "kind": "arrest", "quiet": "soon", "why": "x"},
    {"quiet": "9" * 40}, {"quiet": "-3"},
])  # fmt: skip
def test_an_address_that_somebody_wrote_by_hand(at: Support, choice: dict[str, str]) -> None:
    answer = visit(at.manager).get(reverse(INDEX), choice)
    assert answer.status_code == (400 if "view" in choice else 200)


@pytest.mark.parametrize("role", ["patrol_officer", "supervisor", "administrator", "provider_staff"])
def test_other_roles_and_strangers(at: Support, client: Client, role: str) -> None:
    view = actions.save_view(by=at.manager, name="Mine", chosen={}, shared=True)
    for address in (reverse("casework:keep_view"), reverse("casework:drop_view", args=[view.id])):
        assert visit(at.cast[role]).post(address, {"name": "Theirs"}).status_code == 403
        assert client.post(address).status_code == 302
        assert visit(at.manager).get(address).status_code == 405
    assert [one.name for one in queries.saved_views(at.manager)] == ["Mine"]


def test_a_view_opens_no_case_of_another_agency(at: Support) -> None:
    view = actions.save_view(by=at.manager, name="All", chosen={"which": "agency"}, shared=True)
    other = worker(at.cast.agency["hmis_shelter"], "case_manager")
    for asked in (view.id, uuid4()):
        assert visit(other).get(reverse(INDEX), {"view": str(asked)}).status_code == 404
    mate = worker(at.cast.agency["social_service"], "case_manager")
    assert [o.manager for o in queries.narrowed(queries.mine(mate), queries.Wanted("agency"))] == []
    assert UUID(at.manager.id) != UUID(mate.id)
