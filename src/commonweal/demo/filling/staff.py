"""Agencies, teams, workers, units and shifts; the protocol in force."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries
from commonweal.calls import actions as calls
from commonweal.demo.filling.names import CLERK, Ids
from commonweal.demo.organization import Organization, Shift, Worker
from commonweal.kernel import clock


@transaction.atomic
def fill(organization: Organization, ids: Ids) -> None:
    """Open agencies, teams, accounts (without passwords) and units."""
    for agency in organization.agencies:
        made = agencies.open_agency(by=CLERK, name=agency.name, kind=agency.kind, short=agency.short)
        ids.agency[agency.code] = made.id
    for team in organization.teams:
        home = ids.agency[team.agency]
        ids.team[team.code] = agencies.open_team(
            by=CLERK, agency=home, name=team.name, response_model=team.response_model
        ).id
    for worker in organization.workers:
        _open(worker, ids)
    for unit in organization.units:
        made_unit = agencies.open_unit(
            by=CLERK, agency=ids.agency[unit.agency], call_sign=unit.call_sign, kind=unit.kind,
            team_id=ids.team.get(unit.team), base_lon=unit.lon, base_lat=unit.lat,
            hourly_cost=unit.hourly_cost,
        )  # fmt: skip
        ids.unit[unit.call_sign] = made_unit.id


def _open(worker: Worker, ids: Ids) -> None:
    police = worker.role in ("patrol_officer", "cit_officer", "call_taker", "supervisor")
    account = agencies.open_account(
        by=CLERK,
        username=worker.username,
        display_name=worker.name,
        role=worker.role,
        agency=ids.agency[worker.agency],
        team_id=ids.team.get(worker.team),
        badge=worker.badge,
        email=f"{worker.username}@{worker.agency.replace('_', '-')}.example",  # a name that no mail reaches
        languages=worker.languages,
        must_enrol=False,
        cjis_screened=police,
    )
    ids.worker[worker.key] = account.id


@transaction.atomic
def roster(organization: Organization, ids: Ids, first: date, days: int) -> int:
    """Shifts of every unit with a crew; those that are over come as an archive would.

    A co-response pair is a clinician and a trained officer.
    """
    officers = [w.key for w in organization.workers if w.role == "cit_officer" and w.agency == "harlow_pd"]
    now = clock.now()
    shifts = [s for s in organization.shifts(first, days) if s.crew]
    rows = [(ids.unit[s.call_sign], s.starts, s.ends, _crew(s, officers, ids)) for s in shifts]
    done = agencies.bring_roster(by=CLERK, shifts=[row for row in rows if row[2] <= now])
    return done + agencies.set_shifts(by=CLERK, shifts=[row for row in rows if row[2] > now])


def _crew(shift: Shift, officers: list[str], ids: Ids) -> tuple[UUID, ...]:
    """Who is aboard; the officer of a pair stands half the roll away from those on patrol of their own."""
    keys = list(shift.crew)
    if shift.call_sign.startswith("CR"):
        turn = shift.starts.toordinal() // 4  # the days after which a crew changes, as `crew_of` has it
        keys.append(officers[(int(shift.call_sign[2:]) + len(officers) // 2 + turn) % len(officers)])
    return tuple(ids.worker[k] for k in dict.fromkeys(keys))


@transaction.atomic
def rules(organization: Organization, ids: Ids) -> None:
    """The county's protocol, signed by two supervisors and adopted by both centres."""
    first, second = [ids.actor(w.key) for w in organization.workers if w.role == "supervisor"][:2]
    version = next(v for v in calls.load_protocols(by=CLERK) if v.code == "harlow")
    for signer in (first, second):
        calls.approve_protocol(by=signer, version=version.id)
    long_ago = (clock.now() - timedelta(days=500)).date()
    for centre in ("ecc", "lifeline"):
        calls.adopt_protocol(by=first, agency=ids.agency[centre], code="harlow", since=long_ago)


@transaction.atomic
def desks(organization: Organization, ids: Ids) -> None:
    """Whoever crews no unit signs on, two of a desk at each agency; the telephones that agencies give."""
    now, seen = clock.now(), dict[tuple[str, str], int]()
    for worker in organization.workers:
        by, key = ids.actor(worker.key), (worker.agency, worker.role)
        if not set(queries.WORK_TOGETHER) & by.permissions or by.may("work_field"):
            continue
        seen[key] = number = seen.get(key, 0) + 1
        if number <= 2:
            with clock.at(now - timedelta(minutes=40 * number + 7 * len(seen))):
                agencies.sign_on(by=by, hours=(8, 12)[number % 2])
    keeper = ids.actor(next(w.key for w in organization.workers if w.role == "administrator"))
    for number, agency in enumerate(organization.agencies, 10):
        agencies.set_duty_terms(by=keeper, agency=ids.agency[agency.code], phone=f"+14425550{number:03}")
