"""Who learned what: courses, a history of sessions and certificates, what is required, scenarios played."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from commonweal.calls import queries as calls
from commonweal.demo import pack
from commonweal.demo.filling.names import Ids
from commonweal.demo.learning import Certificate, Session
from commonweal.demo.organization import Organization, Worker
from commonweal.engines.triage import triage
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.training import actions as training
from commonweal.training import queries

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
CIT = "cit_40h"
HOLE = 5  # every fifth scenario is played with a mistake


@transaction.atomic
def fill(
    sessions: Sequence[Session], certificates: Sequence[Certificate], organization: Organization, ids: Ids
) -> None:
    """Courses, requirements, the past in bulk, a session to come, scenarios; standing is settled once."""
    coordinator = next(ids.actor(w.key) for w in organization.workers if w.role == "training_coordinator")
    made = _courses(coordinator)
    for role, certificate, closes, narrows in MUST:
        training.require(
            by=coordinator, role=role, certificate=certificate, closes_dispatch=closes,
            narrows_sight=narrows, settle=False,
        )  # fmt: skip
    lapsed = [w for w in organization.workers if (w.agency, w.role) == ("harlow_pd", "cit_officer")][-1]
    earned = [c for c in certificates if (c.worker, c.kind) != (lapsed.key, CIT)]
    there = {(c.worker, c.session) for c in earned if c.valid_from == _day(c.session)}
    past = [_session(s, made, there, ids) for s in sessions]
    given = [*_earned(earned, ids), *_required(organization, earned, lapsed, made, ids)]
    training.bring_past(by=coordinator, sessions=past, certificates=given)
    training.settle_standing(by=coordinator, accounts=[*ids.worker.values()])
    _to_come(coordinator, made["cit40"], organization, ids)
    _play(organization, ids)


def _courses(by: Actor) -> dict[str, queries.Course]:
    own = {code for code, *_rest in COURSES}
    facts = [*COURSES] + [
        (c["code"], c["title"][0], c["title"][1], c["certificate"], c["hours"], c["months"])
        for c in pack.words()["courses"]
        if c["code"] not in own
    ]
    return {
        code: training.keep_course(
            by=by, code=code, title_en=en, title_es=es, certificate=kind, hours=hours, valid_months=months
        )
        for code, en, es, kind, hours, months in facts
    }


def _day(session: str) -> date:
    return date.fromisoformat(session.partition(".")[2])


def _session(
    found: Session, made: dict[str, queries.Course], there: set[tuple[str, str]], ids: Ids
) -> training.PastSession:
    attended = tuple(ids.worker[w] for w in found.attended if (w, found.key) in there)
    return training.PastSession(
        key=found.key, course=made[found.course].id, starts=found.starts, place=found.place,
        attended=attended,
    )  # fmt: skip


def _earned(certificates: Sequence[Certificate], ids: Ids) -> Iterator[training.PastCertificate]:
    """As they were given; one from an earlier term belongs to no session on file."""
    for c in certificates:
        session = c.session if c.valid_from == _day(c.session) else ""
        yield training.PastCertificate(
            account=ids.worker[c.worker], kind=c.kind, valid_from=c.valid_from, valid_until=c.valid_until,
            session=session,
        )  # fmt: skip


def _required(
    organization: Organization,
    earned: Sequence[Certificate],
    lapsed: Worker,
    made: dict[str, queries.Course],
    ids: Ids,
) -> Iterator[training.PastCertificate]:
    """What roles must hold beyond what sessions gave: in force, but for one officer's."""
    today = clock.today()
    months = {course.certificate: course.valid_months for course in made.values()}
    holds = {(c.worker, c.kind) for c in earned if c.valid_until >= today + timedelta(days=30)}
    for number, worker in enumerate(organization.workers):
        for role, kind, _closes, _narrows in MUST:
            if role != worker.role or (worker.key, kind) in holds:
                continue
            length = timedelta(days=round(months[kind] * 30.4))
            started = today - timedelta(days=30 + 7 * (number % 20))
            if worker == lapsed and kind == CIT:
                started = today - length - timedelta(days=12)
            yield training.PastCertificate(
                account=ids.worker[worker.key], kind=kind, valid_from=started, valid_until=started + length
            )


def _to_come(by: Actor, course: queries.Course, organization: Organization, ids: Ids) -> None:
    session = training.plan_session(
        by=by,
        course=course.id,
        starts=clock.now().replace(hour=17, minute=0, second=0, microsecond=0) + timedelta(days=9),
        place="Harlow Community College, room 12",
        trainer="J. Ortega",
    )
    for account in _of(organization, "cit_officer", ids)[:4]:
        training.enrol(by=by, session=session.id, account=account)


def _of(organization: Organization, role: str, ids: Ids) -> list[UUID]:
    return [ids.worker[w.key] for w in organization.workers if w.role == role]


def _play(organization: Organization, ids: Ids) -> None:
    """Call takers play every scenario on their centre's own protocol; some mishear one answer."""
    takers = [w for w in organization.workers if (w.agency, w.role) == ("ecc", "call_taker")]
    version = calls.adopted_by(ids.agency["ecc"])
    if version is None:
        return
    protocol = calls.protocol_value(version.id)
    plays = [(w, s) for w in takers[:8] for s in queries.scenarios() if s.fits(protocol)]
    for number, (worker, scenario) in enumerate(plays):
        truth = scenario.truth
        heard = dict(truth) if number % HOLE else {q: a for q, a in truth.items() if q != "violence"}
        with clock.at(clock.now() - timedelta(days=3 * (len(plays) - number), hours=number % 7)):
            training.play(
                by=ids.actor(worker.key), scenario=scenario.code, protocol=protocol, truth=truth,
                answers=heard, chosen_tier=triage(protocol, heard).tier,
            )  # fmt: skip
