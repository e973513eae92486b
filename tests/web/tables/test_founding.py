"""A coordinator founds a table without code: charter, signatures, seats; and opens no discussion by it."""

import pytest
from django.urls import reverse

from commonweal.cases import actions as cases
from commonweal.cases import queries
from commonweal.kernel.errors import NotFound
from commonweal.messages import queries as messages
from commonweal.sharing import actions as sharing
from factories.cast import SETUP, Cast, gather
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="cast")
def everybody() -> Cast:
    """Agencies of every kind."""
    return gather()


def found(cast: Cast, name: str = "East side table"):
    """The table that the programme manager founds on the page."""
    form = {
        "name": name, "objectives": "Lower acute risk.", "text": "We meet on Tuesdays.",
        "members": [str(cast.agency[kind]) for kind in ("health", "social_service")],
    }  # fmt: skip
    answer = visit(cast["program_manager"]).post(reverse("tables:founding"), form)
    assert answer.status_code == 302
    return queries.tables().get(name=name)


def sit(cast: Cast, table, role: str) -> None:
    """Give a role's worker the seat of their agency."""
    account, agency = cast.account(role), cast[role].agency
    cases.seat(by=cast["program_manager"], table=table.id, account=account, agency=agency)


def bring(cast: Cast, table):
    """The case manager brings a situation."""
    by = cast["case_manager"]
    return cases.open_discussion(by=by, table=table.id, situation="Worry.", age_band="25-39")


def test_from_nothing_to_two_people_at_a_table(cast: Cast) -> None:
    table = found(cast)
    coordinator, page = visit(cast["program_manager"]), reverse("tables:kept", args=[table.id])
    told = coordinator.get(page).content.decode()
    assert "We meet on Tuesdays." in told and "not yet signed by all" in told
    for kind in ("health", "social_service"):
        sharing.sign_agreement(by=SETUP, agreement=table.charter_id, agency=cast.agency[kind])
    seat = reverse("tables:keep", args=[table.id, "seat"])
    for role in ("clinician", "case_manager"):
        coordinator.post(seat, {"account": str(cast.account(role))})
    told = coordinator.get(page).content.decode()
    assert "in force" in told and cast.agency["health"] and "Open Door Services" in told
    assert "seat_given" in {line.kind for line in messages.unread(cast["clinician"])}
    opened = visit(cast["clinician"]).get(reverse("tables:index")).content.decode()
    assert "East side table" in opened and reverse("tables:open", args=[table.id]) in opened


def test_whoever_loses_the_seat_leaves_every_room_at_once(cast: Cast) -> None:
    table = found(cast)
    for role in ("clinician", "case_manager"):
        cases.seat(
            by=cast["program_manager"], table=table.id, account=cast.account(role), agency=cast[role].agency
        )
    talk = cases.open_discussion(
        by=cast["case_manager"], table=table.id, situation="Worry.", age_band="25-39"
    )
    cases.move_on(by=cast["case_manager"], discussion=talk.id)
    assert queries.room(cast["clinician"], talk.id).stage == 2
    unseat = reverse("tables:keep", args=[table.id, "unseat"])
    asked = {"account": str(cast.account("clinician"))}
    assert visit(cast["program_manager"]).post(unseat, asked).status_code == 302
    with pytest.raises(NotFound):
        queries.room(cast["clinician"], talk.id)
    assert visit(cast["program_manager"]).post(unseat, asked).status_code == 404


def test_bad_forms_say_which_field(cast: Cast) -> None:
    found(cast)
    coordinator = visit(cast["program_manager"])
    parties = [str(cast.agency["health"]), str(cast.agency["social_service"])]
    for form, field in (
        ({"name": "East side table", "text": "x", "members": parties}, "name"),
        ({"name": "West", "text": " ", "members": parties}, "text"),
        ({"name": "West", "text": "x", "members": parties[:1]}, "two agencies"),
    ):
        answer = coordinator.post(reverse("tables:founding"), form)
        assert answer.status_code == 400 and field in answer.content.decode()
    assert queries.tables().count() == 1


def test_the_coordinator_opens_no_discussion_and_others_found_no_table(cast: Cast) -> None:
    table = found(cast)
    sit(cast, table, "case_manager")
    talk = cases.open_discussion(
        by=cast["case_manager"], table=table.id, situation="Worry.", age_band="25-39"
    )
    assert visit(cast["program_manager"]).get(reverse("tables:discussion", args=[talk.id])).status_code == 403
    assert "Worry." not in visit(cast["program_manager"]).get(reverse("tables:founding")).content.decode()
    for role in ("case_manager", "clinician", "patrol_officer", "analyst"):
        assert visit(cast[role]).get(reverse("tables:founding")).status_code == 403
        assert visit(cast[role]).post(reverse("tables:keep", args=[table.id, "seat"])).status_code == 403
