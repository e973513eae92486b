"""A populated site for the crawl: one person known to police, to care, to a table, to a programme."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.test import Client

from commonweal import flow
from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as agency_queries
from commonweal.agencies.roles import ROLES
from commonweal.calls import actions as calls
from commonweal.calls import queries as call_queries
from commonweal.cases import actions as case_acts
from commonweal.community import actions as community
from commonweal.encounters import actions as encounters
from commonweal.evaluation import actions as evaluation
from commonweal.evaluation.queries import Plan as StudyPlan
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.messages import actions as messages
from commonweal.people import actions as people
from commonweal.people import queries as person_queries
from commonweal.planning import actions as planning
from commonweal.referrals import actions as referrals
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as registers
from commonweal.training import actions as training
from commonweal.web.feed import Listener, listener_of
from factories import cases, directory
from factories.alerts import approved, drafted, issued
from factories.calls import TROUBLED, Centre, open_centre
from factories.cast import SETUP, Cast, agree, consented, someone, worker
from factories.photographs import taken
from factories.visitor import visit
from journeys.canaries import Aviary, Canary, Hold, plant
from journeys.oversight import REFUSED, oversee

FILED, CLOSED = f"cq{'f' * 16}", f"cq{'c' * 16}"  # what two documents of a case say


@dataclass
class Site:
    """The ids to visit addresses with, one client a role (and a stranger's), the tokens."""

    centre: Centre
    hold: Hold
    aviary: Aviary
    actors: dict[str, Actor] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    referral_link: str = ""

    @cached_property
    def listeners(self) -> list[Listener]:
        """An open stream of each role."""
        return [listener_of(actor, self.hold.ids["unit"][0]) for actor in self.actors.values()]

    def guarded(self, *agencies_: str) -> set[str]:
        """Tokens of records that these agencies hold."""
        ids = {str(self.centre.cast.agency[name]) for name in agencies_}
        return {t for t, c in self.aviary.birds.items() if ids & c.ids and "SourceRecord" in c.where}


def populate() -> Site:
    """Everything once, then tokens over it, then one signed-in client a role."""
    centre = open_centre()
    hold = Hold()
    person = _the_call(centre, hold)
    _the_care(centre, hold)
    _the_table(centre, hold)
    _the_guarded(centre, hold, person)
    link = _the_rest(centre, hold, person)
    oversee(centre, hold, person)
    what_follows()
    what_follows()
    aviary = plant()
    aviary.birds[REFUSED] = Canary("import.values", "rows refused", frozenset(map(str, hold.ids["run"])))
    filed, closed = (frozenset({str(one)}) for one in hold.ids["document"])
    aviary.birds[FILED] = Canary("case_plan.plan_notes", "sealed bytes", filed)
    aviary.birds[CLOSED] = Canary("sud_record.diagnosis", "sealed bytes of treatment", closed)
    site = Site(centre, hold, aviary, referral_link=link)
    for role in ROLES:
        site.actors[role] = centre.cast[role]
        site.clients[role] = _entered(centre.cast[role])
    site.clients["stranger"] = Client(raise_request_exception=False)
    return site


def what_follows() -> None:
    """The worker's round: seal what was written, run what it wakes."""
    journal.seal()
    flow.drain()


def _the_call(centre: Centre, hold: Hold) -> UUID:
    cast, police = centre.cast, centre.cast.agency["police"]
    person, record = someone(cast, "police", address="12 Quay St", description="Tall")
    people.keep_plan(by=SETUP, person=person, agency=police, helps="h", harms="s", contacts="c", summary="z")
    people.note_caution(by=SETUP, person=person, agency=police, text="A dog")
    call, waits = centre.call(TROUBLED), centre.call()
    # before the call is dispatched: the units that go are tied to it and to the person
    calls.identify(by=centre.desk, call=call, person=person)
    calls.dispatch(by=centre.desk, call=call, units=[centre.units["CO1"]])
    calls.note(by=centre.desk, call=call, text="Rings twice")
    clinician = next(a for a in centre.crews["CO1"] if a.role == "clinician")
    officer = next(a for a in centre.crews["CO1"] if a.role == "cit_officer")
    cast.actors |= {"clinician": clinician, "cit_officer": officer}
    messages.start_check_in(by=clinician, unit=centre.units["CO1"], call=call)
    alarm = messages.raise_duress(by=officer, unit=centre.units["CO1"], call=call)
    about = Subject("call", call)
    permit = sharing.ask(by=centre.desk, category="call_facts", purpose="emergency", about=about)
    assert isinstance(permit, sharing.Permit)
    messages.post(by=centre.desk, about=about, category="call_facts", text="t", permit=permit)
    hold.ids |= _told_to_partners(cast, about)
    encounter = encounters.open_encounter(by=clinician, call=call, person=person).id
    encounters.record(by=clinician, encounter=encounter, clinical_impression="c", shared_note="s")
    encounters.record(by=officer, encounter=encounter, narrative="n")
    encounters.assess(
        by=clinician, encounter=encounter, instrument="c-ssrs", answers={}, note="n", medications="m",
        diagnosis="d", risk_level="r",
    )  # fmt: skip
    encounters.amend(by=officer, encounter=encounter, reason="Spelling", narrative="n2")
    encounters.follow_up(by=clinician, encounter=encounter, way="phone", reached=True, outcome="o")
    lifeline = worker(cast.agency["lifeline_988"], "call_taker", "taker.988")
    rescue = calls.receive(
        by=lifeline, source="lifeline_988", words="Pills", caller=calls.Caller("Bo", "555-0111"),
        where=calls.Where(address="9 Mill Ln", lon=-121.6, lat=38.5),
    )  # fmt: skip
    handed = calls.offer(by=lifeline, call=rescue.id, to=cast.agency["ecc"], is_threat=True)
    given = calls.offer(by=centre.desk, call=waits, to=cast.agency["lifeline_988"])
    endpoint, _ = messages.register_endpoint(
        by=SETUP, agency=cast.agency["ecc"], url="https://systems.example/ecc", names=["call.ended"]
    )
    encounters.record(by=officer, encounter=encounter, consent_to_photograph=True)
    shown = [
        encounters.add_photograph(
            by=by, encounter=encounter, picture=encounters.Picture(content=taken(), kind=kind, caption="c")
        ).id
        for by, kind in ((officer, "scene"), (clinician, "injury"), (officer, "identification"))
    ]
    hold.ids |= {
        "photograph": shown, "endpoint": [endpoint.id], "transfer": [handed.id, given.id],
        "call": [call, waits], "encounter": [encounter], "person": [person], "record": [record.id],
        "unit": [centre.units["CO1"]], "agency": [police], "alarm": [alarm.id],
    }  # fmt: skip
    return person


def _told_to_partners(cast: Cast, call: Subject) -> dict[str, list[UUID]]:
    """A bulletin that names nobody and one about the person of the call, to every partner; a drill."""
    by, everybody = cast["supervisor"], [messages.To()]
    ends = clock.now() + timedelta(hours=8)
    closed = messages.Sheet("street_closed", "today", ends, headline="Mill St", text="t", asks=True)
    plain = messages.post_bulletin(by=by, sheet=closed, to=everybody, names_nobody=True)
    permit = sharing.ask(by=by, category="identity", purpose="emergency", about=call)
    assert isinstance(permit, sharing.Permit)
    lost = messages.Sheet("missing_person", "immediate", ends, words="w", asks=True)
    named = messages.post_bulletin(by=by, sheet=lost, to=everybody, permit=permit, about=call)
    agencies.sign_on(by=cast["case_manager"], hours=8)
    assert by.agency and cast["case_manager"].agency
    drill = messages.start_drill(by=by, agencies_=[by.agency, cast["case_manager"].agency])
    return {"bulletin": [plain.id, named.id], "drill": [drill.id]}


def _the_care(centre: Centre, hold: Hold) -> None:
    cast = centre.cast
    support = cases.support(cast)
    manager, case = support.manager, support.case
    [own] = person_queries.records_of(support.person)
    people.link(by=SETUP, left=hold.ids["record"][0], right=own.id)
    case_acts.write_plan(by=manager, case=case, own_words="w", strengths="s", summary="z")
    case_acts.add_goal(by=manager, case=case, text="g", domain="")
    case_acts.add_task(
        by=manager, case=case, text="t", owner=UUID(manager.id), agency=manager.agency, due=None
    )
    case_acts.contact(by=manager, case=case, way="phone", reached=True, note="n")
    about = Subject("case", case)
    permit = sharing.ask(by=manager, category="case_plan", purpose="care_coordination", about=about)
    assert isinstance(permit, sharing.Permit)
    messages.post(by=manager, about=about, category="case_plan", text="t", permit=permit)
    messages.notify(
        by=SETUP, accounts=[UUID(manager.id)], kind="message", about=about, link=f"/cases/{case}/"
    )
    with clock.at(clock.now() + timedelta(days=45)):
        sign = next(one for one in case_acts.watch_signs(by=SETUP) if one.case_id == case)
        case_acts.answer_sign(by=manager, case=case, sign=sign.id, answer="acted", because="b")
        case_acts.write_plan(by=manager, case=case)
    with clock.at(clock.now() + timedelta(days=95)):
        case_acts.watch_signs(by=SETUP)
    _asked_after(manager, case)
    hold.ids["letter"] = _letters(manager, case, support.person)
    hold.ids["conference"] = [_conference(manager, case)]
    beds = directory.service("Lantern night beds", agency=cast.agency["hmis_shelter"])
    mailed = directory.service("Ferry pantry", email="desk@ferry.example")
    made = referrals.make(by=manager, service=beds, person=support.person, needs=["shelter"], note="n")
    referrals.ask_info(by=cast["shelter_worker"], referral=made.id, note="q")
    away = referrals.make(by=manager, service=mailed, person=support.person, needs=["food"], note="n")
    hold.ids["document"] = [
        _paper(manager, case, FILED, "case_plan"), _paper(manager, case, CLOSED, "sud_record")
    ]  # fmt: skip
    hold.ids |= {"case": [case], "referral": [made.id, away.id], "service": [beds, mailed]}


def _asked_after(by: Actor, case: UUID) -> None:
    """A check-in that was answered, one that is due, and one to come."""
    with clock.at(clock.now() - timedelta(days=2)):
        said = case_acts.agree_aftercare(by=by, case=case, way="phone", account=UUID(by.id), days=[1, 2, 30])
    answers = {"goals": "same", "housing": "none", "safety": "unsafe", "help": "yes", "again": "yes"}
    one = said.checkups.order_by("due")[0]
    case_acts.note_checkup(
        by=by, case=case, checkup=one.id, way="phone", result="reached", answers=answers, said="s"
    )


def _letters(by: Actor, case: UUID, person: UUID) -> list[UUID]:
    """A letter that waits for the person's word, and one that was sent."""
    to = sharing.name_outsider(by=by, person=person, kind="landlord", name="Harbor", address="4 Dock Rd")
    signed = case_acts.Signed(
        categories=["identity", "case_plan"], signer="Rosa Delgado", signature="Rosa Delgado"
    )
    case_acts.allow_letter(by=by, case=case, outsider=to.id, template="keep_home", signed=signed)
    waits, sent = (
        case_acts.draft_letter(by=by, case=case, outsider=to.id, template="keep_home", language=tongue)
        for tongue in ("en", "es")
    )
    case_acts.answer_letter(by=by, letter=sent.id, answer="yes")
    case_acts.send_letter(by=by, letter=sent.id, way="post")
    return [waits.id, sent.id]


def _conference(by: Actor, case: UUID) -> UUID:
    """A conference that has begun: a question, a decision, minutes."""
    with clock.at(clock.now() - timedelta(hours=1)):
        at = clock.now() + timedelta(minutes=30)
        made = case_acts.call_conference(by=by, case=case, at=at, accounts=[], place="p")
    asked = case_acts.ask_on_agenda(by=by, conference=made.id, text="q")
    case_acts.decide_in_conference(
        by=by, conference=made.id, text="d", owner=UUID(by.id), due=clock.today(), item=asked.id
    )
    case_acts.write_minutes(by=by, conference=made.id, text="m")
    return made.id


def _paper(by: Actor, case: UUID, words: str, category: str) -> UUID:
    """A document on a case, with a token among its words."""
    paper = case_acts.Paper(
        content=words.encode(), name="letter.txt", kind="other", title="Letter", category=category
    )
    return case_acts.add_document(by=by, case=case, paper=paper).id


def _the_table(centre: Centre, hold: Hold) -> None:
    cast = centre.cast
    charter = agree(cast, list(cast.agency.values()), (cases.CHARTER,))
    person, _ = someone(cast, "social_service", address="9 Mill St")
    table = case_acts.open_table(by=SETUP, name="Eastside table", charter=charter)
    seats = {role: cast[role] for role in ("case_manager", "clinician", "prosecutor")}
    for actor in seats.values():
        assert actor.agency
        case_acts.seat(by=SETUP, table=table.id, account=UUID(actor.id), agency=actor.agency)
    circle = cases.Hub(cast, table.id, person, seats)
    first, named, planned = circle.open(), circle.to_three(), circle.to_three()
    case_acts.stay_as(by=seats["case_manager"], discussion=planned, part="lead")
    case_acts.move_on(by=seats["case_manager"], discussion=planned)
    case_acts.plan_together(by=seats["case_manager"], discussion=planned, plan="p")
    hold.ids |= {"table": [table.id], "discussion": [first, named, planned], "agreement": [charter]}


def _the_guarded(centre: Centre, hold: Hold, person: UUID) -> None:
    """Records that hardly anybody may know of: treatment, a victim service, a sealed one, an expunged one."""
    cast = centre.cast
    for agency in ("part2_program", "victim_service_provider", "prosecutor", "school"):
        _, record = someone(cast, agency, address="3 Elm St", description="Short")
        hold.ids["record"].append(record.id)
        if agency == "part2_program":
            people.link(by=SETUP, left=hold.ids["record"][0], right=record.id)
        if agency in ("prosecutor", "school"):
            gone = agency == "school"
            sharing.bar(by=SETUP, subject=record, sealed=not gone, expunged=gone)


def _the_rest(centre: Centre, hold: Hold, person: UUID) -> str:
    cast, now = centre.cast, clock.now()
    hold.ids["consent"] = [consented(cast, person, "roi", ["social_service"], ["case_plan"])]
    cast.actors["person"] = agency_queries.actor(
        agencies.open_account(
            by=SETUP, username="rosa", display_name="Account", role="person", person=person
        ).id
    )
    said, _ = community.receive_feedback(text="f", scores={}, agency=cast.agency["police"])
    meeting = community.call_meeting(
        by=cast["community_liaison"], title_en="Open evening", title_es="Noche abierta",
        starts=now + timedelta(days=9), place="Hall",
    )  # fmt: skip
    alerts = [drafted(cast).id, approved(cast).id, issued(cast).id]
    course = training.keep_course(by=SETUP, code="cit", title_en="CIT", certificate="cit")
    session = training.plan_session(by=SETUP, course=course.id, starts=now + timedelta(days=3), place="Hall")
    starts = (now + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    shift = agencies.set_shift(
        by=SETUP, unit=centre.units["T1"], starts=starts, ends=starts + timedelta(hours=8)
    )
    mover = cast["program_manager"]
    move = planning.move_of(
        by=mover, shift=shift.id, starts=starts + timedelta(hours=2), ends=starts + timedelta(hours=10)
    )
    plan = planning.propose(
        by=mover, move=move, title="Later", line=None, result=planning.try_move(by=mover, move=move)
    )
    cohort = evaluation.freeze_cohort(
        by=cast["evaluator"], name="Spring", start=datetime(2025, 3, 1, tzinfo=UTC), end=now
    )
    today = now.date()
    asked = StudyPlan(
        question="Did it help?", series="all", expected="unsure", rollout="everywhere", zone="UTC", step=7,
        starts={"": today}, first=today - timedelta(weeks=9), last=today + timedelta(weeks=9),
    )  # fmt: skip
    study = evaluation.register(by=cast["evaluator"], plan=asked)
    lots = evaluation.draw_lots(
        by=cast["evaluator"], areas=["E1", "W1"], days=[today + timedelta(weeks=n) for n in (4, 8)]
    )
    broken = sharing.Circumstances(break_glass="Unconscious, no papers")
    about = Subject("source_record", hold.ids["record"][0])
    sharing.ask(by=cast["medic"], category="identity", purpose="emergency", about=about, circumstances=broken)
    _, token = referrals.issue_link(by=cast["case_manager"], referral=hold.ids["referral"][1])
    protocol = next(iter(call_queries.protocols()))
    hold.ids |= {
        "alert": alerts,
        "feedback": [said.id], "meeting": [meeting.id], "session": [session.id], "plan": [plan.id],
        "cohort": [cohort.id], "study": [study.id], "draw": [lots.id],
        "version": [protocol.id], "shift": [shift.id],
        "account": [UUID(cast["case_manager"].id)],
        "review": [r.id for r in registers.reviews()[:1]],
    }  # fmt: skip
    return token


def _entered(actor: Actor) -> Client:
    """Signed in for pages, with a token of every scope of the role for the API."""
    client = visit(actor)
    _, secret = agencies.issue_token(
        by=SETUP, account=UUID(actor.id), name="crawl", scopes=[*actor.permissions, "read"]
    )
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    client.raise_request_exception = False
    return client
