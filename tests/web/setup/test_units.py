"""A unit has a base, so that it can be recommended; sign and cost change; it leaves the roll and is back."""

from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import actions, queries
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.places import actions as places
from factories.cast import SETUP, Cast, gather
from factories.visitor import visit

pytestmark = pytest.mark.django_db
LIST = reverse("setup:units")


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies and their workers."""
    return gather(partners=False)


@pytest.fixture(name="car")
def a_car(cast: Cast) -> UUID:
    """A patrol car without a base."""
    return actions.open_unit(by=SETUP, agency=cast.agency["police"], call_sign="P7", kind="patrol").id


def page_of(car: UUID) -> str:
    return reverse("setup:unit", args=[car])


def save(client: Client, car: UUID, **given: str) -> str:
    posted = {"call_sign": "P7", "base": "", "hourly_cost": "90", "is_active": "on", **given}
    answer = client.post(page_of(car), {name: value for name, value in posted.items() if value != "-"})
    return "" if answer.status_code == 302 else answer.content.decode()


def test_a_unit_is_opened_with_its_base_as_numbers_or_as_the_desk_writes_it(cast: Cast) -> None:
    place = places.NewPlace("Fire House 3", "common_place", -121.6, 38.5, address="30 Mill Rd")
    places.note_places(by=SETUP, places=[place])
    admin = visit(cast["administrator"])
    new = {"kind": "ems", "agency": str(cast.agency["ems"]), "hourly_cost": "150"}
    admin.post(LIST, {"call_sign": "M1", "base": "38.4912, -121.58", **new})
    admin.post(LIST, {"call_sign": "M2", "base": "30 mill rd", **new})
    admin.post(LIST, {"call_sign": "M3", "base": "", **new})
    found = {u.call_sign: (u.base_lat, u.base_lon) for u in queries.units()}
    assert found == {"M1": (38.4912, -121.58), "M2": (38.5, -121.6), "M3": (None, None)}
    assert admin.get(LIST).content.decode().count("No base") == 1


@pytest.mark.parametrize(
    ("given", "field", "told"),
    [
        ({"base": "210, 38"}, "", "90"),
        ({"base": "nowhere at all 77"}, "Base", "an address that the desk finds"),
        ({"call_sign": ""}, "Call sign", "Give the unit a call sign"),
        ({"call_sign": "m1"}, "Call sign", "in use"),
        ({"hourly_cost": "much"}, "", "Write the cost as a number"),
        ({"hourly_cost": "-4"}, "", "Give the cost of an hour"),
        ({"hourly_cost": "NaN"}, "", "Give the cost of an hour"),
    ],
)
def test_what_is_no_unit_is_refused_and_what_was_typed_stays(
    cast: Cast, car: UUID, given: dict[str, str], field: str, told: str
) -> None:
    actions.open_unit(by=SETUP, agency=cast.agency["ems"], call_sign="M1", kind="ems")
    text = save(visit(cast["administrator"]), car, **given)
    assert field in text and told in text and 'role="alert"' in text
    assert all(value in text for value in given.values())
    assert queries.unit(car).call_sign == "P7" and queries.unit(car).base_lat is None


def test_a_unit_leaves_the_roll_and_comes_back(cast: Cast, car: UUID) -> None:
    admin = visit(cast["administrator"])
    assert not save(admin, car, is_active="-")
    assert not queries.units().exists() and "Off the roll" in admin.get(LIST).content.decode()
    assert not save(admin, car)
    assert [u.call_sign for u in queries.units()] == ["P7"]
    assert JournalLine.objects.filter(kind="agencies.unit_changed").count() == 2
    assert not save(admin, car), "the same again changes nothing"
    assert JournalLine.objects.filter(kind="agencies.unit_changed").count() == 2


def test_half_a_base_and_an_unknown_unit_are_refused(car: UUID) -> None:
    with pytest.raises(Invalid, match="both"):
        actions.change_unit(by=SETUP, unit=car, call_sign="P7", base_lon=1.0, base_lat=None)
    with pytest.raises(NotFound):
        actions.change_unit(by=SETUP, unit=uuid4(), call_sign="P8")


@pytest.mark.parametrize("role", ["supervisor", "call_taker", "program_manager"])
def test_units_are_the_administrators(cast: Cast, car: UUID, role: str) -> None:
    other = visit(cast[role])
    assert other.get(page_of(car)).status_code == 403
    assert other.post(page_of(car), {"call_sign": "X"}).status_code == 403
    assert Client().get(page_of(car)).status_code == 302
    assert visit(cast["administrator"]).get(page_of(uuid4())).status_code == 404
