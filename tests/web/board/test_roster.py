"""A supervisor makes tonight's roster: units with crews, the week before copied, nobody at two places."""

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from commonweal.agencies import actions, queries
from commonweal.kernel import clock
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as trust
from factories.caller import Program
from factories.cast import SETUP, Cast, gather, worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db
PAGE = reverse("board:roster")
MONDAY = date(2026, 11, 23)
ZONE = ZoneInfo(settings.TIME_ZONE)


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies and their workers."""
    return gather()


@pytest.fixture(name="unit")
def a_unit(cast: Cast) -> UUID:
    """One co-response car of the police."""
    return actions.open_unit(
        by=SETUP, agency=cast.agency["police"], call_sign="CO1", kind="co_response"
    ).id


def put(client: Client, car: UUID, crew: list[str], day: date = MONDAY, **given: str) -> str:
    posted = {"act": "put", "unit": str(car), "starts": "19:00", "ends": "07:00", "days": "1", "crew": crew}
    answer = client.post(f"{PAGE}?day={day}", {**posted, **given})
    return "" if answer.status_code == 302 else answer.content.decode()


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE)


def test_a_night_with_officer_and_clinician_is_on_the_board_when_it_begins(cast: Cast, unit: UUID) -> None:
    """What a county needs before its first call: without this nobody could be sent."""
    desk, crew = visit(cast["supervisor"]), [cast["cit_officer"].id, cast["clinician"].id]
    empty = desk.get(f"{PAGE}?day={MONDAY}").content.decode()
    assert "No unit is on duty on this day" in empty and "CO1" in empty
    form = desk.get(f"{PAGE}?day={MONDAY}&unit={unit}").content.decode()
    assert crew[0] in form and crew[1] in form and form.index(crew[0]) < form.index(crew[1])
    assert not put(desk, unit, crew)
    [shift] = queries.on_duty(at(MONDAY, 23))
    assert shift.starts == at(MONDAY, 19) and shift.ends == at(MONDAY + timedelta(days=1), 7)
    assert {str(one.id) for one in shift.crew.all()} == set(crew)
    assert not queries.on_duty(at(MONDAY, 12))
    for day in (MONDAY, MONDAY + timedelta(days=1)):
        assert "CO1" in desk.get(f"{PAGE}?day={day}").content.decode().split("<tbody")[1]
    assert JournalLine.objects.filter(kind="agencies.shift_set").count() == 1


def test_several_days_in_a_row_then_one_of_them_is_taken_off(cast: Cast, unit: UUID) -> None:
    desk, tomorrow = visit(cast["supervisor"]), clock.today() + timedelta(days=1)
    assert not put(desk, unit, [cast["cit_officer"].id], tomorrow, days="3")
    shifts = list(queries.shifts_between(clock.begin(tomorrow), clock.begin(tomorrow + timedelta(days=9))))
    assert len(shifts) == 3
    for _twice in range(2):
        gone = desk.post(f"{PAGE}?day={tomorrow}", {"act": "off", "shift": str(shifts[1].id)})
        assert gone.status_code == 302
    assert len(queries.shifts_between(clock.begin(tomorrow), clock.begin(tomorrow + timedelta(days=9)))) == 2


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"unit": "nonsense"}, "Choose a unit of the list"),
        ({"starts": "25:00"}, "Write a time as 07:00"),
        ({"ends": ""}, "Write a time as 07:00"),
        ({"days": "0"}, "from 1 to 28"),
        ({"days": "many"}, "from 1 to 28"),
        ({"act": "paint"}, "Use a button of the page"),
    ],
)
def test_what_makes_no_shift_is_refused_by_name(
    cast: Cast, unit: UUID, given: dict[str, str], told: str
) -> None:
    text = put(visit(cast["supervisor"]), unit, [cast["cit_officer"].id], **given)
    assert told in text and 'role="alert"' in text
    assert not queries.shifts_between(at(MONDAY, 0), at(MONDAY, 23))


def test_a_refused_form_keeps_what_was_chosen(cast: Cast, unit: UUID) -> None:
    crew = cast["cit_officer"].id
    text = put(visit(cast["supervisor"]), unit, [crew], days="99", starts="21:30")
    assert f'value="{crew}" checked' in text and 'value="21:30"' in text


def test_a_unit_without_a_crew_and_a_stranger_aboard_are_refused(cast: Cast, unit: UUID) -> None:
    desk = visit(cast["supervisor"])
    assert "answers no call" in put(desk, unit, [])
    for stranger in (cast["call_taker"].id, str(uuid4()), "x"):
        assert "Choose workers of the list" in put(desk, unit, [stranger])


def test_nobody_is_at_two_places(cast: Cast, unit: UUID) -> None:
    other = actions.open_unit(by=SETUP, agency=cast.agency["police"], call_sign="P7", kind="patrol").id
    desk, officer = visit(cast["supervisor"]), cast["cit_officer"].id
    assert not put(desk, unit, [officer])
    assert 'role="alert"' in put(desk, other, [officer], starts="22:00", ends="23:00")
    assert [s.unit.call_sign for s in queries.shifts_between(at(MONDAY, 0), at(MONDAY, 23))] == ["CO1"]


def test_the_week_before_is_copied_without_those_who_left(cast: Cast, unit: UUID) -> None:
    desk, gone = visit(cast["supervisor"]), worker(cast.agency["police"], "patrol_officer")
    assert not put(desk, unit, [cast["cit_officer"].id, gone.id], days="7")
    actions.leave(by=SETUP, account=UUID(gone.id))
    after = MONDAY + timedelta(days=7)
    page = desk.post(f"{PAGE}?day={after}", {"act": "copy"}, follow=True).content.decode()
    assert "7 shifts were copied" in page
    copies = queries.shifts_between(clock.begin(after), clock.begin(after + timedelta(days=7)))
    own = [one for one in copies if one.starts >= clock.begin(after)]
    assert len(own) == 7 and {m.id for one in own for m in one.crew.all()} == {UUID(cast["cit_officer"].id)}
    again = desk.post(f"{PAGE}?day={after}", {"act": "copy"}, follow=True).content.decode()
    assert "0 shifts were copied" in again


def test_a_copy_that_would_have_somebody_twice_names_the_unit(cast: Cast, unit: UUID) -> None:
    other = actions.open_unit(by=SETUP, agency=cast.agency["police"], call_sign="P7", kind="patrol").id
    desk, officer, after = visit(cast["supervisor"]), cast["cit_officer"].id, MONDAY + timedelta(days=7)
    assert not put(desk, unit, [officer])
    assert not put(desk, other, [officer], after, starts="20:00", ends="23:00")
    page = desk.post(f"{PAGE}?day={after}", {"act": "copy"}, follow=True).content.decode()
    assert "0 shifts were copied" in page and "CO1:" in page


@pytest.mark.parametrize("first", [date(2026, 3, 8), date(2026, 11, 1)])
def test_the_same_time_of_day_holds_when_the_clocks_change(cast: Cast, unit: UUID, first: date) -> None:
    week = first - timedelta(days=7)
    actions.set_shift(
        by=SETUP, unit=unit, starts=at(week, 7), ends=at(week, 19), crew=[UUID(cast["cit_officer"].id)]
    )
    assert actions.copy_week(by=SETUP, first=first, units=[unit]).done == 1
    [copy] = queries.shifts_between(clock.begin(first), clock.begin(first + timedelta(days=1)))
    assert copy.starts.astimezone(ZONE).hour == 7


@tried(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shifts=st.lists(
        st.tuples(st.integers(0, 6), st.integers(3, 23), st.integers(1, 14)), max_size=6,
        unique_by=lambda s: s[0],
    ),
    weeks=st.integers(1, 40),
)
def test_a_copy_of_any_week_is_that_week_and_a_second_copy_adds_nothing(
    cast: Cast, shifts: list[tuple[int, int, int]], weeks: int
) -> None:
    first = MONDAY + timedelta(days=7 * weeks)
    unit = actions.open_unit(by=SETUP, agency=cast.agency["ems"], call_sign=f"M{uuid4()}"[:20], kind="ems").id
    for day, hour, length in shifts:
        starts = at(first - timedelta(days=7 - day), hour)
        ends = starts + timedelta(hours=min(length, 24 - hour))
        actions.set_shift(by=SETUP, unit=unit, starts=starts, ends=ends)
    done = actions.copy_week(by=SETUP, first=first, units=[unit])
    found = queries.shifts_between(clock.begin(first), clock.begin(first + timedelta(days=7)))
    found = found.filter(unit=unit)
    told = sorted((s.starts.astimezone(ZONE).date(), s.starts.astimezone(ZONE).hour) for s in found)
    assert told == sorted((first + timedelta(days=day), hour) for day, hour, _length in shifts)
    assert actions.copy_week(by=SETUP, first=first, units=[unit]).done == 0 and done.left == []


@pytest.mark.parametrize("role", ["call_taker", "patrol_officer", "program_manager", "privacy_officer"])
def test_nobody_else_makes_rosters(cast: Cast, unit: UUID, role: str) -> None:
    other, program = visit(cast[role]), Program(cast[role])
    assert other.get(PAGE).status_code == other.post(PAGE, {"act": "copy"}).status_code == 403
    assert program.get("roster/shifts?first=2026-11-23").status_code == 403
    span = {"starts": "2026-11-23T19:00Z", "ends": "2026-11-24T03:00Z"}
    body = {"unit": str(unit), "crew": [str(uuid4())], **span}
    assert program.post("roster/shifts", **body).status_code == 403
    assert program.post("roster/copy", first="2026-11-23").status_code == 403
    assert Client().get(PAGE).status_code == 302


def test_an_administrator_makes_the_first_roster_and_is_led_back_to_setup(cast: Cast, unit: UUID) -> None:
    admin = visit(cast["administrator"])
    assert "Roster" in admin.get(reverse("setup:index")).content.decode()
    assert not put(admin, unit, [cast["cit_officer"].id])
    assert reverse("setup:index") in admin.get(PAGE).content.decode()


def test_a_program_puts_units_on_duty_too(cast: Cast, unit: UUID) -> None:
    program, crew = Program(cast["supervisor"]), [cast["cit_officer"].id]
    span = {"starts": "2026-11-23T19:00:00-08:00", "ends": "2026-11-24T07:00:00-08:00"}
    made = program.post("roster/shifts", unit=str(unit), crew=crew, **span)
    assert made.status_code == 200 and made.json()["call_sign"] == "CO1"
    [told] = program.seen("roster/shifts?first=2026-11-23")
    assert told["crew"] == crew and told["id"] == made.json()["id"]
    assert program.post("roster/copy", first="2026-11-30").json() == {"done": 1, "left": []}
    for wrong in ({"unit": str(uuid4())}, {"crew": [str(uuid4())]}, {"ends": span["starts"]}):
        body = {"unit": str(unit), "crew": crew, **span, **wrong}
        assert program.post("roster/shifts", **body).status_code == 400
    assert program.post("roster/shifts", unit=str(unit), crew=crew, starts="2026-11-23T19:00:00",
                        ends="2026-11-24T07:00:00").status_code in (400, 422)  # fmt: skip
    assert program.get("roster/shifts?first=2026-11-23&days=99").status_code == 400
    assert program.get("roster/shifts?first=9999-12-31").status_code == 400


@pytest.mark.parametrize("text", ["yesterday", "0001-01-01", "2026-13-40"])
def test_a_day_that_is_none_is_refused_by_name(cast: Cast, text: str) -> None:
    assert visit(cast["supervisor"]).get(PAGE, {"day": text}).status_code == 400


def test_a_unit_goes_out_of_service_and_back_and_is_not_sent_meanwhile(cast: Cast, unit: UUID) -> None:
    from commonweal.calls import queries as calls

    desk, now = visit(cast["supervisor"]), clock.now()
    actions.set_shift(
        by=SETUP, unit=unit, starts=now - timedelta(hours=1), ends=now + timedelta(hours=5),
        crew=[UUID(cast["cit_officer"].id)],
    )  # fmt: skip
    for act, status, offered in (
        ("out", "out_of_service", "Back in service"), ("back", "available", "Take out"),
    ):  # fmt: skip
        assert desk.post(PAGE, {"act": act, "on": str(unit)}).status_code == 302
        [state] = calls.unit_states()
        assert state.status == status and offered in desk.get(PAGE).content.decode()
    off = actions.open_unit(by=SETUP, agency=cast.agency["ems"], call_sign="M9", kind="ems").id
    assert desk.post(PAGE, {"act": "out", "on": str(off)}).status_code == 404
    assert desk.post(PAGE, {"act": "out", "on": "x"}).status_code == 400
    assert visit(cast["call_taker"]).post(PAGE, {"act": "out", "on": str(unit)}).status_code == 403


def test_a_supervisor_rosters_no_agency_that_no_agreement_binds(unit: UUID, cast: Cast) -> None:
    """Nor sees, takes off, copies or crews it; an administrator of the site does."""
    for agreement in trust.agreements():
        sharing.end_agreement(by=SETUP, agreement=agreement.id)
    admin, desk = visit(cast["administrator"]), visit(cast["supervisor"])
    program, crew = Program(cast["supervisor"]), [cast["cit_officer"].id]
    tomorrow = clock.today() + timedelta(days=1)
    assert not put(admin, unit, crew, tomorrow)
    [shift] = queries.shifts_between(clock.begin(tomorrow), clock.begin(tomorrow + timedelta(days=1)))
    assert "CO1" not in desk.get(f"{PAGE}?day={tomorrow}&unit={unit}").content.decode()
    assert "Choose a unit of the list" in put(desk, unit, crew, tomorrow)
    assert desk.post(PAGE, {"act": "off", "shift": str(shift.id)}).status_code == 404
    assert desk.post(PAGE, {"act": "out", "on": str(unit)}).status_code == 404
    assert program.seen(f"roster/shifts?first={tomorrow}") == []
    assert program.send("delete", f"roster/shifts/{shift.id}").status_code == 404
    assert program.post("roster/copy", first=str(tomorrow + timedelta(days=7))).json()["done"] == 0
    span = {"starts": "2026-11-23T19:00:00-08:00", "ends": "2026-11-24T07:00:00-08:00"}
    assert program.post("roster/shifts", unit=str(unit), crew=crew, **span).status_code == 400
    assert queries.shift(shift.id) is not None
