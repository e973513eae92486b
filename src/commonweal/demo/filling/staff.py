"""Agencies, teams, workers, units and shifts; the protocol in force; who must hold what."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from commonweal.agencies import actions as agencies
from commonweal.calls import actions as calls
from commonweal.demo.filling.names import CLERK, Ids
from commonweal.demo.organization import Organization, Shift, Worker
from commonweal.kernel import clock
from commonweal.training import actions as training

COURSES = (
    ("cit40", "Crisis intervention, 40 hours", "Intervención en crisis, 40 horas", "cit_40h", 40, 24),
    ("mh8", "Mental health first aid", "Primeros auxilios de salud mental", "mh_first_aid", 8, 36),
    ("priv", "Privacy and lawful sharing", "Privacidad y uso legal de datos", "privacy", 2, 12),
    ("safe", "Suicide-safer care", "Atención segura ante el suicidio", "suicide_safer", 6, 24),
)  # fmt: skip
MUST = (
    ("cit_officer", "cit_40h", True, False),
    ("clinician", "suicide_safer", True, False),
    ("crisis_worker", "suicide_safer", True, False),
    ("call_taker", "mh_first_aid", False, False),
    ("clinician", "privacy", False, True),
    ("case_manager", "privacy", False, True),
)
SPARE = {"cit_officer": 8}  # officers of the co-response pairs come from the second half of the roll


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
        team_id = ids.team.get(unit.team)
        facts = {
            "team_id": team_id,
            "base_lon": unit.lon,
            "base_lat": unit.lat,
            "hourly_cost": unit.hourly_cost,
        }
        made_unit = agencies.open_unit(
            by=CLERK, agency=ids.agency[unit.agency], call_sign=unit.call_sign, kind=unit.kind, **facts
        )
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
        languages=worker.languages,
        must_enrol=False,
        cjis_screened=police,
    )
    ids.worker[worker.key] = account.id


@transaction.atomic
def roster(organization: Organization, ids: Ids, first: date, days: int) -> int:
    """Shifts of every unit with a crew. A co-response pair is a clinician and a trained officer."""
    officers = [w.key for w in organization.workers if w.role == "cit_officer" and w.agency == "harlow_pd"]
    pairs = officers[len(officers) // 2 :]
    rows = [
        (ids.unit[s.call_sign], s.starts, s.ends, _crew(s, pairs, ids))
        for s in organization.shifts(first, days)
        if s.crew
    ]
    return agencies.set_shifts(by=CLERK, shifts=rows)


def _crew(shift: Shift, pairs: list[str], ids: Ids) -> tuple[UUID, ...]:
    keys = list(shift.crew)
    if shift.call_sign.startswith("CR"):
        number = int(shift.call_sign[2:])
        keys.append(pairs[number % len(pairs)])
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
def training_of(organization: Organization, ids: Ids) -> None:
    """Courses, requirements, certificates; one clinician's is about to lapse, one officer's has lapsed."""
    coordinator = next(ids.actor(w.key) for w in organization.workers if w.role == "training_coordinator")
    made = {}
    for code, en, es, certificate, hours, months in COURSES:
        made[certificate] = training.keep_course(
            by=coordinator,
            code=code,
            title_en=en,
            title_es=es,
            certificate=certificate,
            hours=hours,
            valid_months=months,
        )
    for role, certificate, closes, narrows in MUST:
        training.require(
            by=coordinator, role=role, certificate=certificate, closes_dispatch=closes, narrows_sight=narrows
        )
    today = clock.now().date()
    needs: dict[str, list[str]] = {}
    for role, certificate, _closes, _narrows in MUST:
        needs.setdefault(role, []).append(certificate)
    for number, worker in enumerate(organization.workers):
        for certificate in needs.get(worker.role, ()):
            started = today - timedelta(days=30 + 7 * (number % 20))
            months = made[certificate].valid_months
            if worker.key == _last(organization, "harlow_pd", "cit_officer"):
                started = today - timedelta(days=31 * months)
            training.award(
                by=coordinator,
                account=ids.worker[worker.key],
                kind=certificate,
                valid_from=started,
                months=months,
            )
    soon = clock.now() + timedelta(days=9)
    session = training.plan_session(
        by=coordinator,
        course=made["cit_40h"].id,
        starts=soon,
        place="Harlow Community College, room 12",
        trainer="J. Ortega",
    )
    for worker in list(_of(organization.workers, "cit_officer"))[:4]:
        training.enrol(by=coordinator, session=session.id, account=ids.worker[worker.key])


def _of(workers: Iterable[Worker], role: str) -> Iterable[Worker]:
    return (w for w in workers if w.role == role)


def _last(organization: Organization, agency: str, role: str) -> str:
    return [w.key for w in organization.workers if w.agency == agency and w.role == role][-1]
