"""A shift at the board: what is held, what moves, what the past shows, and who may not look."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.calls import actions as calls
from commonweal.calls import queries as calls_queries
from commonweal.kernel import clock
from commonweal.kernel.models import JournalLine
from commonweal.messages import actions as messages
from commonweal.places import actions as places
from factories.calls import CALM, GRAVE, HERE, TROUBLED, Centre, open_centre
from factories.cast import SETUP, worker
from factories.past_calls import Place, Row, Times
from factories.visitor import visit

pytestmark = pytest.mark.django_db
OTHERS = (
    "patrol_officer clinician case_manager shelter_worker records_steward analyst privacy_officer "
    "administrator"
).split()
HOUR = (datetime(2025, 8, 24, 13, tzinfo=UTC), datetime(2025, 8, 24, 14, tzinfo=UTC))  # of a Row, 6:00 there
THEN = datetime(2025, 8, 24, 20, 15, tzinfo=UTC)  # 13:15 in Los Angeles


@pytest.fixture
def centre() -> Centre:
    """A centre at work."""
    return open_centre()


@pytest.fixture
def board(centre: Centre) -> Client:
    """The supervisor's browser."""
    return visit(centre.cast["supervisor"])


def text(client: Client, name: str, *where: Any, **query: str) -> str:
    """A page of the board as text."""
    answer = client.get(reverse(f"board:{name}", args=where), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def drawn(page: str) -> list[dict[str, Any]]:
    """The points that a page brings along for the map."""
    start = page.index('id="board-points" type="application/json">') + 42
    found: list[dict[str, Any]] = json.loads(page[start : page.index("</script>", start)])["features"]
    return found


def imported(centre: Centre, *rows: Row) -> None:
    """Past calls of the centre."""
    calls.import_calls(by=SETUP, rows=rows, agency=centre.cast.agency["ecc"], profile="test", sources=["t"])


class TestNow:
    """As it is."""

    def test_all_quiet_says_what_will_appear(self, board: Client) -> None:
        """And the units are there."""
        page = text(board, "index")
        assert "All quiet" in page and "6 units on duty" in page

    def test_four_numbers_and_the_calls_by_urgency(self, centre: Centre, board: Client) -> None:
        """Holding, active, free by kind, overdue."""
        centre.call(CALM)
        way = centre.call(TROUBLED, nature="suicide_risk")
        calls.dispatch(by=centre.desk, call=way)
        page = text(board, "now")
        numbers = [int(part.split("</dd>")[0]) for part in page.split("<dd>")[1:5]]
        assert numbers == [1, 1, 5, 0]
        assert page.index("Suicide risk") < page.index("Welfare check") and "400 block of Cedar Ave" in page
        assert "Torres" not in page and "412 Cedar" not in page

    def test_points_lie_where_the_calls_are_and_lead_to_their_drawers(
        self, centre: Centre, board: Client
    ) -> None:
        """By tier; a call without place has no point."""
        call = centre.call(GRAVE)
        centre.call(CALM, where=calls.Where(address="somewhere"))
        points = drawn(text(board, "now"))
        assert [p["properties"] for p in points] == [
            {"tier": "T0", "href": reverse("board:call", args=[call])}
        ]
        assert points[0]["geometry"]["coordinates"] == list(HERE)

    def test_units_move(self, centre: Centre, board: Client) -> None:
        """As GeoJSON; one whose place would tell too much is left out."""
        calls.move(by=centre.crews["T1"][0], unit=centre.units["T1"], lon=-121.5, lat=38.4)
        found = {
            f["properties"]["sign"]: f["geometry"]["coordinates"]
            for f in json.loads(text(board, "units"))["features"]
        }
        assert found["T1"] == [-121.5, 38.4] and len(found) == 6
        lifeline = centre.call(CALM, source="lifeline_988")
        calls.dispatch(by=centre.desk, call=lifeline, units=[centre.units["T1"]], reason="rescue needed")
        assert "T1" not in text(board, "units")

    def test_a_missed_check_in_shouts(self, centre: Centre, board: Client) -> None:
        """In the strip and by name of the unit."""
        messages.start_check_in(by=SETUP, unit=centre.units["P1"], call=None)
        with clock.at(clock.now() + timedelta(minutes=30)):
            page = text(board, "now")
        assert "board-strip--late" in page and "P1" in page and "has not answered its check-in" in page

    def test_a_silent_alarm_stands_on_top_until_the_worker_was_reached(
        self, centre: Centre, board: Client
    ) -> None:
        """Supervisors only."""
        alarm = messages.raise_duress(by=centre.crews["P1"][0], unit=centre.units["P1"])
        assert "Silent alarm" in text(board, "now")
        assert "Silent alarm" not in text(visit(centre.desk), "now")
        path = reverse("board:alarm", args=[alarm.id])
        assert visit(centre.desk).post(path).status_code == 403 and board.get(path).status_code == 405
        assert board.post(path).status_code == 302
        assert "Silent alarm" not in text(board, "now")

    def test_a_lifeline_call_is_on_the_list_without_a_word(self, centre: Centre, board: Client) -> None:
        """Known to its own centre as kept apart."""
        centre.call(CALM, source="lifeline_988", nature="suicide_risk")
        page = text(board, "now")
        assert "Kept apart" in page and "Suicide risk" not in page and drawn(page) == []

    def test_places_with_their_names_lie_under_the_calls(self, centre: Centre, board: Client) -> None:
        """The base map is ours."""
        ring = [[-121.7, 38.4], [-121.5, 38.4], [-121.5, 38.6], [-121.7, 38.4]]
        area = {"type": "Polygon", "coordinates": [ring]}
        places.draw_area(by=SETUP, code="H", name="Harlow", kind="county", geometry=area)
        places.note_places(by=SETUP, places=[places.NewPlace("Old Mill", "common_place", -121.6, 38.5)])
        assert "Old Mill" in text(board, "index")


class TestTheDrawer:
    """One call, opened."""

    def test_the_centre_sees_all_of_it(self, centre: Centre, board: Client) -> None:
        """With its steps, units and what was heard."""
        call = centre.call(TROUBLED, words="Afraid of the neighbours")
        calls.dispatch(by=centre.desk, call=call)
        page = text(board, "call", call)
        for words in (
            "412 Cedar Ave",
            "Ana Torres",
            "CO1",
            "Afraid of the neighbours",
            "Received",
            "Dispatched",
        ):
            assert words in page, words

    def test_as_a_drawer_with_script_and_as_a_page_without(self, centre: Centre, board: Client) -> None:
        """The same facts."""
        call = centre.call(CALM)
        path = reverse("board:call", args=[call])
        drawer = board.get(path, headers={"HX-Request": "true"}).content.decode()
        assert "cw-drawer" in drawer and "<html" not in drawer and "Ana Torres" in drawer
        assert "<html" in board.get(path).content.decode()

    def test_after_three_days_only_kind_time_and_block_remain(self, centre: Centre, board: Client) -> None:
        """No number, no door, no notes, no units; and it says so."""
        call = centre.call(TROUBLED, words="Afraid of the neighbours")
        calls.dispatch(by=centre.desk, call=call)
        calls.clear(by=centre.desk, call=call, is_behavioural_health=True)
        with clock.at(clock.now() + timedelta(hours=80)):
            page = text(board, "call", call)
        assert "Call for help" in page and "Welfare" not in page, "a sensitive kind goes in general words"
        assert "400 block of Cedar Ave" in page and "Left out" in page
        for words in ("412 Cedar", "Torres", "CO1", "Afraid", "Thread"):
            assert words not in page, words

    def test_the_thread_is_for_those_who_may_read_the_call(self, centre: Centre, board: Client) -> None:
        """While they may."""
        call = centre.call(CALM)
        path = reverse("board:thread", args=[call])
        assert "Stay on it" in board.post(path, {"text": "Stay on it"}).content.decode()
        calls.clear(by=centre.desk, call=call, is_behavioural_health=True)
        with clock.at(clock.now() + timedelta(hours=80)):
            assert board.get(path).status_code == 403

    def test_reading_is_journalled_under_the_readers_own_name(self, centre: Centre, board: Client) -> None:
        """Also where no more than the public part is read."""
        imported(centre, Row())
        text(board, "past", day="2025-08-24", hour="6")
        lines = JournalLine.objects.filter(kind="sharing.read")
        assert {line.actor for line in lines} == {centre.cast["supervisor"].id}
        assert {line.purpose for line in lines} == {"public_reporting"}


class TestThePast:
    """A film, hour by hour."""

    @pytest.fixture
    def weeks(self, centre: Centre) -> None:
        """Three old calls: two in one hour, one in another."""
        where = Place("412 Cedar Ave", "Harlow", *HERE)
        rows = [
            Row(external_id="1", times=Times(received=THEN), nature_label="SUICIDE THREAT", place=where),
            Row(external_id="2", times=Times(received=THEN + timedelta(minutes=20))),
            Row(external_id="3", times=Times(received=THEN + timedelta(hours=5))),
        ]
        imported(centre, *rows)

    def test_the_hour_shows_what_came_in_by_local_time(self, weeks: None, board: Client) -> None:
        """Kind, time and block; the door is not shown."""
        page = text(board, "past", day="2025-08-24", hour="13")
        assert "2 calls came in" in page and "13:15" in page
        assert "Call for help" in page and "Suicide" not in page, "sensitive kinds go in general words"
        assert "400 block of Cedar Ave" in page and "412 Cedar" not in page
        assert drawn(page)[0]["geometry"]["coordinates"] != list(HERE)

    def test_the_drawer_of_another_s_call_is_general_and_without_the_source_s_label(
        self, weeks: None, board: Client
    ) -> None:
        """As anyone may read it; a call of today is not there at all."""
        page = text(board, "past", day="2025-08-24", hour="13")
        links = re.findall(r'href="(/board/[0-9a-f-]{36}/)"', page)
        assert links
        told = [board.get(link).content.decode() for link in links]
        assert "SUICIDE" not in "".join(told).upper() and any("Call for help" in page for page in told)
        with clock.at(THEN + timedelta(hours=6)):
            assert "13:15" not in text(board, "past", day="2025-08-24", hour="13")
            assert {board.get(link).status_code for link in links} == {403}

    def test_the_slider_brings_the_hour_alone(self, weeks: None, board: Client) -> None:
        """As a fragment with its points."""
        page = text(board, "film", day="2025-08-24", hour="18")
        assert "1 call came in" in page and "<html" not in page

    def test_an_empty_hour_says_so(self, weeks: None, board: Client) -> None:
        """With the day's counts beside it."""
        page = text(board, "past", day="2025-08-24", hour="3")
        assert "No call in this hour" in page and "Calls received, by hour of this day" in page

    def test_without_a_day_it_opens_on_the_last_call(self, weeks: None, board: Client) -> None:
        """Where there is something to see."""
        assert "Aug 24, 2025, 18:00" in text(board, "past")

    def test_without_any_call_it_still_opens(self, board: Client) -> None:
        """On today."""
        assert "No call in this hour" in text(board, "past")

    @pytest.mark.parametrize(
        ("day", "hour"), [("yesterday", "3"), ("2025-08-24", "24"), ("2025-08-24", "x"), ("0001-01-01", "1")]
    )
    def test_a_day_that_is_none_is_refused(self, board: Client, day: str, hour: str) -> None:
        """With an example."""
        answer = board.get(reverse("board:past"), {"day": day, "hour": hour})
        assert answer.status_code == 400

    def test_a_lifeline_call_never_enters_the_film(self, centre: Centre, board: Client) -> None:
        """Its origin is not shown to anyone."""
        with clock.at(THEN):
            centre.call(source="lifeline_988", nature="suicide_risk")
        page = text(board, "past", day="2025-08-24", hour="13")
        assert "Suicide risk" not in page


class TestRefusals:
    """Stranger, wrong role, unknown."""

    PAGES = ("index", "now", "units", "past", "film")

    @pytest.mark.parametrize("name", PAGES)
    def test_a_stranger_is_led_to_the_entrance(self, db: None, name: str) -> None:
        """And told nothing."""
        answer = Client().get(reverse(f"board:{name}"))
        assert answer.status_code == 302 and "/account/" in answer["Location"]

    @pytest.mark.parametrize("role", OTHERS)
    def test_other_roles_do_not_enter(self, centre: Centre, role: str) -> None:
        """Whatever they ask for."""
        call, client = centre.call(CALM), visit(centre.cast[role])
        assert {client.get(reverse(f"board:{name}")).status_code for name in self.PAGES} == {403}
        for name in ("call", "thread"):
            assert client.get(reverse(f"board:{name}", args=[call])).status_code == 403

    def test_a_call_that_does_not_exist_is_not_found(self, board: Client) -> None:
        """As one that must not be acknowledged."""
        assert board.get(reverse("board:call", args=[uuid4()])).status_code == 404

    def test_another_centres_supervisor_sees_no_more_than_anyone(self, centre: Centre) -> None:
        """Kind, time and block."""
        call = centre.call(CALM)
        elsewhere = worker(centre.cast.agency["lifeline_988"], "supervisor", "elsewhere")
        assert visit(elsewhere).get(reverse("board:call", args=[call])).status_code == 403, "not before a day"
        with clock.at(clock.now() + timedelta(hours=25)):
            page = text(visit(elsewhere), "call", call)
        assert "400 block" in page and "Torres" not in page
        assert "All quiet" in text(visit(elsewhere), "now")


def test_an_imported_call_shows_a_tier_that_is_marked_as_derived(centre: Centre, board: Client) -> None:
    """Its priority and nature say so afterwards; a call that was given a tier keeps it, unmarked."""
    imported(centre, Row(nature_label="OVERDOSE", priority=1, priority_label="1"))
    when = {"day": "2025-08-24", "hour": "6"}
    page = text(board, "past", **when)
    assert "Derived: nobody gave these calls a tier at the time" in page and "harlow" in page
    [one] = calls_queries.history(*HOUR)
    replayed = calls_queries.replay(calls_queries.find_protocol("harlow"), *HOUR)
    derived = calls_queries.afterwards([one.id])[one.id]
    assert one.tier == "" and list(replayed.tiers) == [derived.tier], "the film and the replay agree"

    given = centre.call(GRAVE)
    assert not calls_queries.afterwards([given])
