"""After the fill every desk has a year behind it: talk at the table, training, money, threads, a cohort."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection

from commonweal.agencies import queries as agencies
from commonweal.cases import queries as cases
from commonweal.cases.vocabulary import conclusions
from commonweal.community import queries as resident
from commonweal.demo import organization
from commonweal.demo.cases import CONCLUSIONS
from commonweal.demo.filling import learning, money, staff, tables, telling, trust
from commonweal.demo.filling.names import Ids
from commonweal.demo.learning import training as trained
from commonweal.demo.values import Discussion
from commonweal.kernel import clock
from commonweal.kernel.models import JournalLine
from commonweal.people import actions as people
from commonweal.planning import queries as planning
from commonweal.training import queries as training

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="once is enough: the doors are tested on both"),
]
SEED = 7


@pytest.fixture
def staffed() -> tuple[organization.Organization, Ids]:
    """The county's agencies, workers, units and protocol, and nobody yet who was helped."""
    made, ids = organization.generate(SEED), Ids()
    staff.fill(made, ids)
    staff.rules(made, ids)
    return made, ids


def situation(number: int, conclusion: str, stages: int, days: float) -> Discussion:
    """A discussion of some days ago, by as many filters as given."""
    opened = clock.now() - timedelta(days=days)
    over = bool(conclusion)
    return Discussion(
        number=number, origin="schools", person=number, age_band="18-29", sex="f", situation="Young.",
        risk_factors=("housing.transient",), protective_factors=("family",), is_elevated=stages == 4,
        stages=tuple(opened + timedelta(minutes=12 * n) for n in range(stages)),
        lead="health" if stages == 4 else "", assisting=("lantern",) if stages == 4 else (),
        plan="Visit together within a day.", conclusion=conclusion,
        concluded_at=opened + timedelta(days=2) if over else None,
    )  # fmt: skip


def test_every_worker_has_an_address_that_no_mail_reaches(staffed):
    """Notices by mail can be tried; `.example` is kept for this by RFC 2606."""
    addresses = list(agencies.accounts().values_list("email", flat=True))
    assert len(addresses) > 100 and len(set(addresses)) == len(addresses)
    assert all(one.endswith(".example") and one.count("@") == 1 and "_" not in one for one in addresses)


def test_the_table_has_talked_and_its_open_talk_is_for_those_who_stayed(staffed):
    made, ids = staffed
    trust.fill(made, ids)
    for number in (1, 2, 3):
        filed, _ = people.file_record(
            by=ids.actor("health.clinician.1"), agency=ids.agency["health"], external_id=str(number),
            values={"given": "Ana", "family": f"Reyes{number}", "born": "1990-01-01"},
        )  # fmt: skip
        ids.person[number] = filed.person_id
    talks = [
        situation(1, "connected", 4, 40), situation(2, "already_connected", 2, 20), situation(3, "", 4, 1),
    ]  # fmt: skip
    assert tables.fill(talks, made, ids) == 3
    lead = _seated(made, ids, "health")
    [table] = cases.tables_of(lead)
    assert len(cases.seats(table.id)) == len(tables.SEATS) + 1
    assert cases.figures(table.id)["conclusion"] == {"connected": 1, "already_connected": 1}
    inside = {d.number: d.is_inside for d in cases.doors(lead, table.id)}
    assert inside == {1: False, 2: False, 3: True}
    outside = {d.number: d.is_inside for d in cases.doors(_seated(made, ids, "prosecutor"), table.id)}
    assert not outside[3], "filter four is for lead and assisting agencies alone"
    opened = JournalLine.objects.filter(kind="cases.discussion_opened").order_by("at").first()
    assert opened is not None and opened.at < clock.now() - timedelta(days=39)


def _seated(made: organization.Organization, ids: Ids, agency: str):
    return ids.actor(tables._sitter(made, agency, tables.SEATS[agency]))


def test_training_has_a_past_and_only_one_officer_of_the_city_has_lapsed(staffed):
    made, ids = staffed
    sessions, certificates = trained(SEED, made, clock.today())
    learning.fill(sessions, certificates, made, ids)
    held = training.sessions(coming_only=False).filter(state="held")
    assert held.count() == len(sessions) and training.sessions().count() == 1
    assert sum(s.attendances.count() for s in held) > 100
    officers = [w for w in made.workers if w.role == "cit_officer"]
    standing = training.standing_of([ids.worker[w.key] for w in officers])
    lapsed = [w for w in officers if not standing[ids.worker[w.key]].may_be_sent]
    assert [w.key for w in lapsed] == ["harlow_pd.cit_officer.12"]
    runs = training.runs()
    assert {r.scenario for r in runs} == {s.code for s in training.scenarios()}
    assert len({r.score for r in runs}) > 1, "some mishear an answer"


def test_money_covers_about_a_year_of_the_roster_it_pays_for(staffed):
    made, ids = staffed
    first = money.first_day()
    set_ = staff.roster(made, ids, first, (clock.today() - first).days + 2)
    year = timedelta(days=365)
    assert set_ == agencies.shifts_between(clock.now() - year, clock.now() + year).count() > 5_000
    assert money.fill(made, ids) == len(money.SOURCES)
    burns = planning.money()
    assert len(burns) == len(money.SOURCES)
    for burn in burns:
        used = float(burn.spent / burn.line.amount)
        assert abs(used - burn.elapsed) < 0.12, burn.line.name
    assert any(b.is_ahead for b in burns) or all(b.left > 0 for b in burns)


def test_nobody_in_the_county_is_aboard_two_units_at_once(staffed):
    """Of the past, which comes as an archive, as of the days to come, which are refused otherwise."""
    made, ids = staffed
    staff.roster(made, ids, clock.today() - timedelta(days=30), 36)
    spans = defaultdict(list)
    for shift in agencies.shifts_between(clock.now() - timedelta(days=40), clock.now() + timedelta(days=9)):
        for who in shift.crew.all():
            spans[who.id].append((shift.starts, shift.ends))
    assert len(spans) > 50
    assert not [a for taken in spans.values() for a, b in pairwise(sorted(taken)) if b[0] < a[1]]


def test_the_table_of_conclusions_is_the_one_the_room_knows():
    assert set(CONCLUSIONS) <= set(conclusions())


def test_the_first_day_of_money_is_the_first_of_a_month():
    with clock.at(datetime(2026, 3, 31, 12, tzinfo=UTC)):
        assert money.first_day() == datetime(2025, 11, 1).date()


def test_residents_are_told_and_a_draft_waits_for_its_spanish_and_a_second_person(staffed):
    made, ids = staffed
    telling.fill(made, ids)
    [stands] = resident.alerts_standing()
    assert stands.headline_es and stands.expires > clock.now() and stands.approved_by != stands.drafted_by
    assert [one.headline_en for one in resident.alerts_over()] == ["Boil water on the east side"]
    [draft] = resident.alert_work().filter(state="draft")
    assert "headline_es" in resident.lacking(draft.__dict__)
