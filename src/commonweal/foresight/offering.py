"""An outreach list: made by a clinician from what their permits open, short and for a while; then decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from commonweal.encounters import queries as encounters
from commonweal.engines import outreach
from commonweal.foresight import erasing, events, guarding, registering
from commonweal.foresight.models import (
    CHOICES,
    VISITS,
    Objection,
    OptOut,
    OutreachDecision,
    OutreachModel,
    Standing,
)
from commonweal.kernel import clock, codes, journal
from commonweal.kernel.actors import Actor, Subject, system
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.people import queries as people
from commonweal.referrals import queries as referrals
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as trust

DAY = 86_400.0
BASIS = "mh_assessment"  # the class of data that a consent must name for somebody to be ranked
MISSED, KEPT = frozenset({"no_show", "expired"}), frozenset({"attended", "started", "resolved", "partly"})
EMERGENCY = frozenset({"hospital", "crisis_centre"})
RULES = outreach.Rules()
SHORTEST = 10
STOPPING = system("outreach")


@dataclass(frozen=True, slots=True)
class Made:
    """A list that was made: how many are on it, and how many were left out, by reason."""

    listed: int
    left_out: Mapping[str, int]


def history(by: Actor, person: UUID, purpose: str) -> outreach.History:
    """What this clinician's permits open of somebody's contacts with care; nothing else is looked at."""
    told: list[tuple[float, str]] = []
    met = {Subject("encounter", one.id): one for one in encounters.of_person(person)}
    opened = _opened(by, "encounter_narrative", purpose, list(met), "disposition")
    for subject, answers in ((s, encounters.answers({s: p})[s.id]) for s, p in opened.items()):
        at = met[subject].started_at
        told.append((_day(at), "crisis"))
        if answers.get("transport") in EMERGENCY:
            told.append((_day(at), "ed_visit"))
        told += [(_day(on), "follow_up_reached") for on, _, met_ in encounters.follow_ups(subject.id) if met_]
    sent = _opened(by, "referral_status", purpose, referrals.of_person(person), "status")
    for row in referrals.rows_of([s.id for s in sent]).values():
        kind = "referral_missed" if row.state in MISSED else "referral_kept" if row.state in KEPT else ""
        if kind:
            told.append((_day(row.closed_at or row.sent_at or row.created_at), kind))
    return outreach.History(str(person), sorted(told), {})


def _opened(
    by: Actor, category: str, purpose: str, about: Sequence[Subject], field: str
) -> dict[Subject, sharing.Permit]:
    answers = sharing.ask_many(by=by, category=category, purpose=purpose, about=about) if about else {}
    return {s: p for s, p in sharing.permitted(answers).items() if field in p.fields}


def _day(at: datetime) -> float:
    return at.timestamp() / DAY


def make_list(*, by: Actor, model: UUID, rules: outreach.Rules = RULES) -> Made:
    """Rank those who consented, by an active model, for the clinician's own agency; the list before is gone.

    Without a purpose, an agreement and a consent nobody is ranked. A model whose agreement ended, or whose
    people have changed, is disabled instead, and Conflict says so.
    """
    agency = guarding.own_agency(by)
    found = OutreachModel.objects.filter(id=model, agency=agency).first()
    if found is None:
        raise NotFound("model")
    if found.state != "active":
        raise Conflict("This model is not in use.")
    agreed = trust.consenting(agency, BASIS, found.purpose)
    fitted, now = outreach.read(found.fitted), _day(clock.now())
    who = list(agreed)
    features = outreach.registered(fitted.features)
    rows = outreach.table(_read(by, who, found.purpose), now, features)
    why = registering.is_breached(found) or ", ".join(outreach.drifted(fitted, rows))
    if why:
        registering.disable_model(by=STOPPING, model=found.id, why=why)
        raise Conflict("The model was switched off by itself: %(why)s.", why=codes.several(why.split(", ")))
    chances = fitted.chances(rows) if who else ()
    candidates = [_candidate(p, fitted.band(float(c))) for p, c in zip(who, chances, strict=True)]
    told = outreach.listed(candidates, rules)
    reasons = {str(p): list(fitted.reasons(row)) for p, row in zip(who, rows, strict=True)}
    _keep(by, found, [(UUID(one.key), one.band, reasons[one.key]) for one in told.people], agreed, rules)
    return Made(len(told.people), told.left_out)


@transaction.atomic
def _read(by: Actor, who: Sequence[UUID], purpose: str) -> list[outreach.History]:
    """Histories of people whose consent makes them the programme's to care for, for as long as this takes."""
    about = [Subject("person", person) for person in who]
    for one in about:
        sharing.tie(by=by, subject=one, relation="care", agency=by.agency, role=by.policy_role)
    found = [history(by, person, purpose) for person in who]
    for one in about:
        sharing.untie(by=by, subject=one, relation="care", agency=by.agency, role=by.policy_role)
    return found


def _candidate(person: UUID, band: str) -> outreach.Candidate:
    circle, now = people.circle(person), clock.now()
    decided = OutreachDecision.objects.filter(person__in=circle).order_by("-created_at")
    ago = [(row.choice, (now - row.created_at).total_seconds() / DAY) for row in decided]
    out = OptOut.objects.filter(person__in=circle, ended_at__isnull=True).exists()
    objects = Objection.objects.filter(person__in=circle, answered_at__isnull=True).exists()
    return outreach.Candidate(
        key=str(person), band=band, age=people.age_of(person), is_marked_minor=trust.is_minors(person),
        opted_out=out or objects, visits=[days for choice, days in ago if choice in VISITS],
        said_no=min((days for choice, days in ago if choice == "declined"), default=None),
    )  # fmt: skip


@transaction.atomic
def _keep(
    by: Actor,
    found: OutreachModel,
    told: Sequence[tuple[UUID, str, list[str]]],
    agreed: Mapping[UUID, tuple[UUID, datetime]],
    rules: outreach.Rules,
) -> None:
    erasing.empty(by=by, model=found.id)
    latest = clock.now() + timedelta(days=rules.valid_days)
    for person, band, reasons in told:
        consent, ends = agreed[person]
        row = Standing.objects.create(
            model=found, person_id=person, agency_id=found.agency_id, consent=consent, band=band,
            reasons=reasons, expires_at=min(ends, latest),
        )  # fmt: skip
        about = Subject("outreach", row.id)  # it stands under itself: what binds to it binds to nothing else
        sharing.hold(by=by, subject=about, agency=found.agency_id, person=person, call=row.id)
        sharing.tie(by=by, relation="care", subject=about, agency=found.agency_id, role=by.policy_role)
    journal.write(by=by, event=events.ListMade(model=found.id, listed=len(told)))


def open_list(*, by: Actor) -> dict[Subject, sharing.Permit]:
    """Permits for the list of the own agency, each view journalled; ended and withdrawn rows are gone.

    NotFound for everybody but a clinician of an agency of care.
    """
    agency = guarding.own_agency(by)
    erasing.sweep(by=STOPPING)
    rows = Standing.objects.filter(agency=agency, model__state="active").select_related("model")
    permits: dict[Subject, sharing.Permit] = {}
    for purpose in registering.PURPOSES:
        about = [Subject("outreach", row.id) for row in rows if row.model.purpose == purpose]
        permits |= _opened(by, BASIS, purpose, about, "risk_level")
    journal.write(by=by, event=events.ListViewed(shown=len(permits)))
    return permits


@transaction.atomic
def decide(*, by: Actor, standing: UUID, choice: str, reason: str) -> OutreachDecision:
    """A clinician decides for one person, with a reason: offer help, reached, not now, or the person said no.

    Conflict beyond the cap of visits or within the days of rest. Every choice takes the person off the list.
    """
    agency = guarding.own_agency(by)
    row = Standing.objects.filter(id=standing, agency=agency, expires_at__gt=clock.now()).first()
    if row is None:
        raise NotFound("list")
    if choice not in CHOICES:
        raise Invalid("choice", choice, f"Use one of: {', '.join(CHOICES)}.")
    if len(reason.strip()) < SHORTEST:
        raise Invalid("reason", reason, "Say in a sentence why.")
    if choice in VISITS and (why := outreach.left_out(_candidate(row.person_id, row.band), RULES)):
        raise Conflict("No visit now: %(why)s.", why=codes.said(why))
    made = OutreachDecision.objects.create(
        person_id=row.person_id, agency_id=agency, choice=choice, by=by.id, reason=reason.strip()
    )
    erasing.drop(by=by, standing=row)
    if choice == "offer":
        _take_on(by, row.person_id)
    journal.write(by=by, event=events.OutreachDecided(decision=made.id, choice=choice))
    return made


def _take_on(by: Actor, person: UUID) -> None:
    """Who offers help may open name and record for as long as a list lasts."""
    about, account = Subject("person", person), UUID(by.id)
    sharing.tie(by=by, relation="care", subject=about, account=account)
    ends = clock.now() + timedelta(days=RULES.valid_days)
    sharing.untie(by=by, relation="care", subject=about, account=account, until=ends, reason="outreach")


def _self(by: Actor, person: UUID) -> bool:
    return by.person is not None and by.person in people.circle(person)


@transaction.atomic
def opt_out(*, by: Actor, person: UUID) -> None:
    """Off every list, at once and for good: by the person, or on their word by a clinician."""
    if not _self(by, person):
        guarding.own_agency(by)
    if not OptOut.objects.filter(person__in=people.circle(person), ended_at__isnull=True).exists():
        OptOut.objects.create(person_id=people.survivor(person), by=by.id)
    erasing.erase(by=by, person=person, why="opted out")


@transaction.atomic
def opt_in(*, by: Actor, person: UUID) -> None:
    """The person may be listed again; only they say so."""
    if not _self(by, person):
        raise NotFound("person")
    OptOut.objects.filter(person__in=people.circle(person), ended_at__isnull=True).update(
        ended_at=clock.now()
    )


@transaction.atomic
def contest(*, by: Actor, person: UUID, text: str) -> Objection:
    """The person objects to being listed; they are on no list until somebody has answered."""
    if not _self(by, person):
        raise NotFound("person")
    if len(text.strip()) < SHORTEST:
        raise Invalid("text", text, "Say in a sentence why.")
    made = Objection.objects.create(person_id=people.survivor(person), text=text.strip())
    erasing.erase(by=by, person=person, why="contested")
    journal.write(by=by, event=events.Objected(objection=made.id))
    return made


@transaction.atomic
def answer_objection(*, by: Actor, objection: UUID, answer: str) -> None:
    """A clinician of care answers in words that the person reads; NotFound where none waits."""
    guarding.own_agency(by)
    found = Objection.objects.select_for_update().filter(id=objection, answered_at__isnull=True).first()
    if found is None:
        raise NotFound("objection")
    if len(answer.strip()) < SHORTEST:
        raise Invalid("answer", answer, "Say in a sentence why.")
    found.answer, found.answered_by, found.answered_at = answer.strip(), by.id, clock.now()
    found.save(update_fields=["answer", "answered_by", "answered_at"])
    journal.write(by=by, event=events.Objected(objection=found.id))
