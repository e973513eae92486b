"""No act without its line: each act leaves exactly its own, by its actor; one that changes nothing, none.

`bench/silenced.py` takes out each logging call in turn; what no story would notice is here.
"""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from commonweal import packs
from commonweal.agencies import actions as agencies
from commonweal.agencies import events as staff
from commonweal.agencies import queries as agency_queries
from commonweal.calls import actions as calls
from commonweal.calls import events as called
from commonweal.calls import queries
from commonweal.cases import actions as cases
from commonweal.cases import events as helped
from commonweal.community import actions as community
from commonweal.community import events as heard
from commonweal.directory import actions as directory
from commonweal.directory import events as filed
from commonweal.encounters import actions as encounters
from commonweal.encounters import events as met
from commonweal.evaluation import actions as evaluation
from commonweal.evaluation import events as judged
from commonweal.evaluation.queries import Window
from commonweal.kernel import clock, uploads
from commonweal.kernel.actors import Actor
from commonweal.kernel.models import JournalLine
from commonweal.referrals import actions as referrals
from commonweal.referrals import events as referred
from commonweal.training import actions as training
from commonweal.training import events as trained
from factories import directory as entries
from factories.calls import CALM, Centre, open_centre
from factories.cases import hub
from factories.cast import SETUP, Cast, gather, worker
from factories.lines import leaves
from factories.past_calls import Row, Times
from factories.referrals import loop

pytestmark = pytest.mark.django_db


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies, and a worker of each role on first use."""
    return gather(partners=False)


@pytest.fixture(name="centre")
def a_centre() -> Centre:
    """A centre with one unit."""
    centre = open_centre(staffed=False)
    centre.unit("P1", "patrol", "police", "patrol_officer")
    return centre


def sitting(account: UUID, device: UUID | None = None) -> None:
    """An open session of an account, on a device where given."""
    session = SessionStore()
    session[SESSION_KEY] = str(account)
    if device:
        session[agency_queries.KEPT] = str(device)
    session.save()


class TestComingAndGoing:
    """Accounts, agencies, devices."""

    def test_sessions_that_end_are_told_once(self, cast: Cast) -> None:
        ana = cast.account("medic")
        sitting(ana)
        ended = staff.SignedIn(account=ana, outcome="ended")
        assert leaves(SETUP, lambda: agencies.end_sessions(by=SETUP, account=ana), ended) == 1
        assert leaves(SETUP, lambda: agencies.end_sessions(by=SETUP, account=ana)) == 0

    def test_who_leaves_loses_account_token_and_sessions_a_line_each(self, cast: Cast) -> None:
        ana = cast.account("medic")
        token, _secret = agencies.issue_token(by=SETUP, account=ana, name="t", scopes=["read"])
        sitting(ana)
        leaves(
            SETUP,
            lambda: agencies.leave(by=SETUP, account=ana),
            staff.AccountChanged(account=ana, fields=("is_active",)),
            staff.TokenIssued(account=ana, token=token.id, scopes=()),
            staff.SignedIn(account=ana, outcome="ended"),
        )
        leaves(SETUP, lambda: agencies.leave(by=SETUP, account=ana))

    def test_a_closed_door_is_told(self, cast: Cast) -> None:
        by = cast["medic"]
        wanted = ("administer", "keep_trust")
        turned = staff.TurnedAway(account=UUID(by.id), wanted=wanted)
        leaves(by, lambda: agencies.note_turned_away(by=by, wanted=wanted), turned)

    def test_an_agency_and_what_its_directory_keeps(self, cast: Cast) -> None:
        by = worker(cast.agency["health"], "administrator")
        home = cast.agency["health"]
        leaves(
            by,
            lambda: agencies.change_agency(by=by, agency=home, name="Harlow Care", short="", time_zone="UTC"),
            staff.AgencyChanged(agency=home),
        )
        made = agencies.provision(by=by, username="ana.t", role="clinician", external_id="1")
        changed = staff.AccountChanged(account=made.id, fields=("external_id", "username"))
        for _twice, wanted in ((1, [changed]), (2, [])):
            leaves(
                by,
                lambda: agencies.change_provisioned(by=by, account=made.id, username="ana.torres"),
                *wanted,
            )

    def test_sessions_of_one_device(self, cast: Cast) -> None:
        by = cast["medic"]
        me = UUID(by.id)
        device = agencies.note_device(by=by, account=me, token="t", device_class="phone", browser="b")
        sitting(me, device.id)
        ended = staff.SignedIn(account=me, outcome="ended", device_class="phone")
        assert leaves(by, lambda: agencies.end_on_device(by=by, device=device.id), ended) == 1
        assert leaves(by, lambda: agencies.end_on_device(by=by, device=device.id)) == 0


class TestCalls:
    """What is said of a call, and by whom."""

    def test_each_word_about_a_call(self, centre: Centre) -> None:
        by, call = centre.desk, centre.call(CALM)

        def changed(*fields: str) -> called.CallChanged:
            return called.CallChanged(call=call, fields=fields)

        where = calls.Where(address="9 Oak St")
        leaves(by, lambda: calls.pick_up(by=by, call=call), changed("answered"))
        leaves(by, lambda: calls.pick_up(by=by, call=call))
        leaves(by, lambda: calls.locate(by=by, call=call, where=where), changed("place"))
        who = calls.Caller(name="Ana", role="family")
        leaves(by, lambda: calls.describe(by=by, call=call, caller=who), changed("caller"))
        leaves(
            by, lambda: calls.describe(by=by, call=call, caller=who, nature="welfare_check"),
            changed("caller", "nature"),
        )  # fmt: skip
        leaves(by, lambda: calls.note(by=by, call=call, text="He is calm"), changed("notes"))
        leaves(
            by, lambda: calls.mark(by=by, call=call, stage="person_contact"), changed("person_contact")
        )  # fmt: skip
        calls.clear(by=by, call=call, is_behavioural_health=False)
        for wanted in ([changed("is_bh_cleared")], []):
            leaves(by, lambda: calls.recode(by=by, call=call, is_behavioural_health=True), *wanted)

    def test_a_unit_out_of_service_and_back(self, centre: Centre) -> None:
        by, unit = centre.desk, centre.units["P1"]
        for is_in, status in ((False, "out_of_service"), (True, "available")):
            leaves(
                by,
                lambda is_in=is_in: calls.set_service(by=by, unit=unit, in_service=is_in),
                called.UnitStatusChanged(unit=unit, call=None, status=status),
            )


def test_what_an_archive_brings_is_told_also_where_it_brings_nothing() -> None:
    calls.bring_past(by=SETUP, fields=["id"], rows=[], programs={})
    [line] = JournalLine.objects.filter(kind="calls.imported")
    assert (line.actor, line.data["calls"], line.data["run"]) == (SETUP.id, 0, line.subject)
    leaves(
        SETUP, lambda: encounters.bring_past(by=SETUP, fields=["id"], rows=[], programs={}),
        met.PastBrought(encounters=0),
    )  # fmt: skip
    leaves(
        SETUP, lambda: referrals.bring_past(by=SETUP, fields=["id"], rows=[], steps=[], programs={}),
        referred.PastBrought(referrals=0),
    )  # fmt: skip


def test_a_programme_s_rows_filed_handed_over_and_forgotten(cast: Cast) -> None:
    home, by = cast.agency["hmis_shelter"], cast["records_steward"]
    row = cases.ProgrammeRow(
        file="Enrollment.csv", key="e1", project="p1", record=None, content={"EnrollmentID": "e1"}
    )

    def file() -> object:
        return cases.file_hmis_rows(by=by, agency=home, year=2026, rows=[row])

    leaves(by, file, helped.HmisRowsFiled(agency=home, accepted=1, updated=0))
    leaves(by, file)
    handed = helped.HmisRowsHandedOver(agency=home, rows=1)
    assert len(list(leaves(by, lambda: cases.hand_over_hmis(by=by, agency=home), handed))) == 1
    for wanted in ([helped.HmisRowsForgotten(agency=home, rows=1)], []):
        leaves(
            by,
            lambda: cases.forget_hmis(by=by, agency=home, projects=["p1"], clients=[], organizations=[]),
            *wanted,
        )


def test_a_hub_table_from_its_founding_to_its_conclusion() -> None:
    """Every step of the four filters by whoever took it."""
    at = hub()
    by, lead = at.seats["case_manager"], at.seats["clinician"]
    found = leaves(
        by,
        lambda: cases.open_discussion(by=by, table=at.table, situation="Sleeps outside", age_band="40-49"),
        lambda one: helped.DiscussionOpened(discussion=one.id, table=at.table),
    ).id

    def changed(part: str) -> helped.DiscussionChanged:
        return helped.DiscussionChanged(discussion=found, part=part)

    def moved(who: Actor, stage: int, *left: Actor) -> None:
        gone = [helped.Left(discussion=found, account=UUID(one.id)) for one in left]
        leaves(
            who, lambda: cases.move_on(by=who, discussion=found), *gone,
            helped.StageMoved(discussion=found, stage=stage),
        )  # fmt: skip

    moved(by, 2)
    leaves(
        by, lambda: cases.note_situation(by=by, discussion=found, aer_reasons=cases.AER_TEST), changed("risk")
    )
    leaves(
        by, lambda: cases.name_person(by=by, discussion=found, person=at.person),
        helped.PersonNamed(discussion=found),
    )  # fmt: skip
    moved(by, 3)
    leaves(lead, lambda: cases.stay_as(by=lead, discussion=found, part="lead"), changed("part"))
    leaves(by, lambda: cases.stay_as(by=by, discussion=found, part="assisting"), changed("part"))
    away = sorted((at.seats["prosecutor"], at.seats["shelter"]), key=lambda one: one.id)
    moved(lead, 4, *away)
    leaves(lead, lambda: cases.plan_together(by=lead, discussion=found, plan="Friday"), changed("plan"))
    leaves(
        lead, lambda: cases.leave_room(by=lead, discussion=found),
        helped.Left(discussion=found, account=UUID(lead.id)),
    )  # fmt: skip
    leaves(
        by, lambda: cases.conclude(by=by, discussion=found, conclusion="connected"),
        helped.Left(discussion=found, account=UUID(by.id)),
        helped.Concluded(discussion=found, conclusion="connected"),
    )  # fmt: skip


def test_the_charter_of_a_table_and_its_seats(cast: Cast) -> None:
    table = leaves(
        SETUP,
        lambda: cases.open_table(by=SETUP, name="West table"),
        lambda one: helped.TableOpened(table=one.id),
    ).id
    leaves(SETUP, lambda: cases.open_table(by=SETUP, name="West table"))
    home, who = cast.agency["health"], cast.account("clinician")
    for wanted in ([helped.Seated(table=table, account=who, agency=home)], []):
        leaves(SETUP, lambda: cases.seat(by=SETUP, table=table, account=who, agency=home), *wanted)


def test_minutes_an_assured_service_and_a_file_read_again(cast: Cast) -> None:
    by = cast["community_liaison"]
    meeting = leaves(
        by,
        lambda: community.call_meeting(
            by=by, title_en="Open evening", title_es="Tarde abierta", starts=clock.now(), place="Library"
        ),
        lambda one: heard.MeetingCalled(meeting=one.id),
    ).id
    leaves(
        by, lambda: community.write_minutes(by=by, meeting=meeting, minutes="We met."),
        heard.MeetingCalled(meeting=meeting),
    )  # fmt: skip
    beds = entries.service("Night beds", agency=cast.agency["hmis_shelter"])
    leaves(
        SETUP, lambda: directory.assure(by=SETUP, service=beds, assurer="Night desk"),
        filed.ServiceAssured(service=beds),
    )  # fmt: skip
    keeper = cast["administrator"]
    run = leaves(
        keeper,
        lambda: uploads.ask(by=keeper, kind="calls", profile="p", name="a.csv", content=[b"x"]),
        lambda one: uploads.ImportAsked(run=one.id),
    ).id
    leaves(keeper, lambda: uploads.ask_again(by=keeper, run=run), uploads.ImportAsked(run=run))


def test_a_comparison_that_was_made(cast: Cast) -> None:
    change, noon = date(2025, 3, 3), datetime(2025, 2, 24, 20, tzinfo=UTC)
    rows = [
        Row(external_id=f"25-{n}", times=Times(received=noon + timedelta(days=n), cleared=None))
        for n in range(14)
    ]
    centre = cast.agency["ecc"]
    calls.import_calls(by=SETUP, rows=rows, agency=centre, profile="p", sources=["a.csv"])
    by = worker(centre, "evaluator")
    made = evaluation.compare(by=by, series="all", window=Window(change, 1, 1, "America/Los_Angeles"))
    [line] = JournalLine.objects.filter(kind=judged.Compared.kind)
    assert (line.actor, line.subject) == (by.id, str(made.id))


def test_a_link_that_a_robot_wears_out_says_so() -> None:
    it = loop()
    it.beds = entries.service("Church hall beds", email="hall@example.org")
    referral = it.refer()
    _link, token = referrals.issue_link(by=it.sender, referral=referral)
    for _ in range(referrals.PEEK_LIMIT):
        referrals.open_link(token=token)
    assert not JournalLine.objects.filter(kind="referrals.link_ended").exists()
    opened = referrals.open_link(token=token)
    [line] = JournalLine.objects.filter(kind="referrals.link_ended")
    assert (line.subject, line.data["link"], line.data["why"]) == (str(referral), str(opened.link), "worn")


def test_a_scenario_that_was_played(cast: Cast) -> None:
    by = cast["call_taker"]
    protocol = queries.protocol_value(calls.draft_protocol(by=SETUP, body=calls_body()).id)
    leaves(
        by,
        lambda: training.play(
            by=by, scenario="quiet", protocol=protocol, truth=CALM, answers=CALM, chosen_tier="T3"
        ),
        lambda run: trained.ScenarioPlayed(account=UUID(by.id), scenario="quiet", score=run.score),
    )


def calls_body() -> dict[str, object]:
    """The shipped protocol."""
    return dict(packs.read("protocols/harlow.yaml"))
