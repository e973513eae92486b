"""What happens next: this event wakes these actions.

One dictionary is the whole story. A handler is a short function that calls one room's action; it may be run
more than once for the same event and must come to the same result (at least once, idempotent). To add one:
write it below, then name it beside its event in FLOW.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from commonweal.adapters.cad_csv import reader as calls_files
from commonweal.adapters.cad_csv.arrive import arrive as calls_arrive
from commonweal.adapters.directory_files import reader as directory_files
from commonweal.adapters.directory_files.arrive import arrive as directory_arrives
from commonweal.adapters.email.deliver import deliver_answer_link
from commonweal.adapters.fhir.deliver import deliver as deliver_fhir
from commonweal.adapters.files.answers import FileRefused
from commonweal.adapters.files.opening import source
from commonweal.adapters.files.spec import ProfileError
from commonweal.agencies import actions as accounts
from commonweal.agencies import events as doors
from commonweal.agencies import queries as agencies
from commonweal.calls import events as calls
from commonweal.calls import queries as call_queries
from commonweal.cases import actions as cases
from commonweal.cases import events as opened
from commonweal.cases import queries as case_queries
from commonweal.directory import actions as directory
from commonweal.directory import queries as directory_queries
from commonweal.kernel import imports, journal, retries, uploads
from commonweal.kernel.actors import Subject, system
from commonweal.kernel.errors import CommonwealError
from commonweal.kernel.events import Event, load
from commonweal.kernel.models import JournalLine
from commonweal.messages import actions as messages
from commonweal.messages import events as said
from commonweal.people import actions as people
from commonweal.people import queries as people_queries
from commonweal.referrals import actions as referrals
from commonweal.referrals import events as referred
from commonweal.referrals import queries as referral_queries
from commonweal.sharing import actions as sharing
from commonweal.sharing import events as shared
from commonweal.sharing import queries as trust_queries
from commonweal.training import actions as training

__all__ = ["FLOW", "TIMERS", "bring_in", "calls_arrive", "directory_arrives", "drain"]
READER = "flow"
FLOWING = system("flow")
log = logging.getLogger(__name__)


# Calls -> messages ---------------------------------------------------------------------------------------


def tell_crews(event: calls.UnitsDispatched) -> None:
    """Everybody aboard the units that were sent gets a line in their bell, and later on their phone."""
    about = Subject("call", event.call)
    crew = call_queries.crew_of(event.call)
    messages.notify(by=FLOWING, accounts=crew, kind="dispatched", about=about, link="/field/", urgent=True)


def mind_the_clock(event: calls.UnitStatusChanged) -> None:
    """On scene, a safety timer runs, also while a person is taken somewhere; before and after, none does."""
    if event.status in ("transporting", "at_destination"):
        return
    if event.status == "on_scene":
        messages.start_check_in(by=FLOWING, unit=event.unit, call=event.call)
    else:
        messages.end_check_in(by=FLOWING, unit=event.unit)


def tell_of_the_scene(event: calls.CallTriaged) -> None:
    """A tier changed on the scene: supervisors of the centre look."""
    if event.because == "scene":
        centre = call_queries.call_of(event.call).agency
        about = Subject("call", event.call)
        messages.notify(
            by=FLOWING, accounts=_supervisors(centre), kind="reassessed", about=about, link="/board/"
        )


def raise_the_missed(event: said.CheckInMissed) -> None:
    """A safety timer passed its grace: first the crew's own, then the centre's supervisors."""
    about = Subject("unit", event.unit)
    accounts = _supervisors(call_queries.call_of(event.call).agency) if event.call else _supervisors(None)
    kind = f"check_in_missed_{min(event.step, 3)}"
    messages.notify(by=FLOWING, accounts=accounts, kind=kind, about=about, link="/board/", urgent=True)


def answer_duress(event: said.DuressRaised) -> None:
    """A silent alarm reaches every supervisor and the call takers."""
    centre = call_queries.call_of(event.call).agency if event.call else None
    about = Subject("duress", event.duress)
    messages.notify(
        by=FLOWING, accounts=_supervisors(centre), kind="duress", about=about, link="/board/", urgent=True
    )


def _supervisors(centre: UUID | None) -> frozenset[UUID]:
    """Shift supervisors of a centre, or of every centre."""
    found = agencies.accounts(centre).filter(role="supervisor", is_active=True)
    return frozenset(found.values_list("id", flat=True))


# Referrals -> their receiver, messages, directory -----------------------------------------------------------


def carry_referral(event: referred.ReferralSent) -> None:
    """A sent referral reaches its receiver: in their inbox, as a file, or as a link by mail."""
    receiver = directory_queries.receiver(event.service)
    desk = _holders(event.to_agency, "answer_referrals")
    if desk:
        about, link = Subject("referral", event.referral), f"/referrals/{event.referral}/"
        messages.notify(by=FLOWING, accounts=desk, kind="referral_received", about=about, link=link)
    if event.to_agency and receiver.delivery == "fhir":
        deliver_fhir(event.referral)
    if receiver.email and (receiver.delivery == "mail" or not desk) and _waits(event.referral):
        deliver_answer_link(by=FLOWING, referral=event.referral)


def carry_the_end(event: referred.ReferralClosed) -> None:
    """A receiver that works by files learns that the referral was withdrawn or closed."""
    row = referral_queries.rows_of([event.referral])[event.referral]
    if row.to_agency and row.sent_at and directory_queries.receiver(row.service).delivery == "fhir":
        deliver_fhir(event.referral)


def tell_the_sender(event: Event) -> None:
    """Accepted, declined, asked, missed, late or expired: whoever sent it gets a line in their bell."""
    referral = UUID(event.subject)
    row = referral_queries.rows_of([referral])[referral]
    act = event.act if isinstance(event, referred.ReferralMoved) else event.kind.split(".")[1]
    told = (
        *("accepted", "declined", "expired", "overdue", "link_ended"),
        *("waitlist", "ask", "miss", "schedule", "undo"),
    )
    unheard = isinstance(event, referred.LinkEnded) and event.why != "wrong_person"
    if act not in told or unheard or len(row.sent_by) != 36:
        return
    about, link = Subject("referral", referral), f"/referrals/sent/{referral}/"
    messages.notify(by=FLOWING, accounts=[UUID(row.sent_by)], kind=f"referral_{act}", about=about, link=link)


def learn_of_room(event: referred.ReferralAccepted | referred.ReferralDeclined) -> None:
    """An answer says something about room: one place fewer, or none."""
    reason = event.reason if isinstance(event, referred.ReferralDeclined) else ""
    if reason in ("", "no_capacity"):
        directory.learn(by=FLOWING, service=event.service, cause=event.referral, had_room=not reason)


def forget_the_answer(event: referred.ReferralMoved) -> None:
    """An answer was taken back: the place is free again, and a case that it opened is no case."""
    if event.act == "undo":
        row = referral_queries.rows_of([event.referral])[event.referral]
        directory.unlearn(by=FLOWING, service=row.service, cause=event.referral)
        cases.unopen_case(by=FLOWING, referral=event.referral)


# Referrals -> cases, messages -----------------------------------------------------------------------------


def open_support(event: referred.ReferralAccepted) -> None:
    """An accepted referral to an agency that works cases becomes a case there, once."""
    row = referral_queries.rows_of([event.referral])[event.referral]
    person = referral_queries.person_behind(event.referral)
    if person and row.to_agency and _managers(row.to_agency):
        cases.open_case(by=FLOWING, person=person, agency=row.to_agency, referral=event.referral)
        _keep_what_was_told(event.referral, row.to_agency, person)


def _keep_what_was_told(referral: UUID, agency: UUID, person: UUID) -> None:
    """The agency that will help has a file of its own on whom it helps: what the gate let it be told."""
    known = people_queries.origins(people_queries.records_of(person)).values()
    told = referral_queries.envelope(referral) if agency not in {o.agency for o in known} else None
    if told is None or not told.name:
        return
    given, _space, family = told.name.rpartition(" ")
    people.file_record(
        by=FLOWING,
        agency=agency,
        external_id=f"referral-{referral}",
        values={"given": given, "family": family, "born": told.born, "phone": told.phone},
        person=person,
    )


def tell_the_manager(event: opened.CaseOpened) -> None:
    """Whoever was given a case learns of it; one that nobody has yet reaches the agency's case managers."""
    outline = case_queries.outline(event.case)
    waits = outline.manager is None and outline.state == "open"
    accounts = {event.given_to} if event.given_to else _managers(outline.agency) if waits else set()
    about, link = Subject("case", event.case), f"/cases/{event.case}/"
    messages.notify(by=FLOWING, accounts=accounts, kind="case_opened", about=about, link=link)


def _managers(agency: UUID) -> set[UUID]:
    found = agencies.accounts(agency).filter(role="case_manager", is_active=True)
    return set(found.values_list("id", flat=True))


def _waits(referral: UUID) -> bool:
    """Whether nobody has answered yet: a handler may run long after its event."""
    return referral_queries.rows_of([referral])[referral].state in referral_queries.FOLDERS["waiting"]


def _holders(agency: UUID | None, permission: str) -> frozenset[UUID]:
    """Active accounts of an agency whose role holds the permission; none without an agency."""
    roles = [role.code for role in agencies.ROLES.values() if permission in role.permissions]
    found = agencies.accounts(agency).filter(role__in=roles, is_active=True) if agency else None
    return frozenset(found.values_list("id", flat=True)) if found is not None else frozenset()


# Sharing -> messages ----------------------------------------------------------------------------------------


def alert_officers(event: shared.Alerted) -> None:
    """The glass was broken, or look-ups want an explanation: privacy officers hear at once."""
    officers = agencies.accounts().filter(role="privacy_officer", is_active=True)
    about, link = Subject("review", event.review), f"/trust/reviews/{event.review}/"
    told = frozenset(officers.values_list("id", flat=True))
    urgent = event.why in ("break_glass", "emergency")
    kind = f"review_{event.why}" if urgent else "review_opened"
    messages.notify(by=FLOWING, accounts=told, kind=kind, about=about, link=link, urgent=urgent)


def tell_of_a_measure(event: shared.MeasureDue) -> None:
    """The owner of a measure whose day has come is asked for its value."""
    about, link = Subject("measure", event.measure), f"/trust/agreements/{event.agreement}/"
    messages.notify(by=FLOWING, accounts=[event.owner], kind="measure_due", about=about, link=link)


def tell_of_a_review(event: shared.ReviewDue) -> None:
    """The review day of an agreement has come: every party's signatories hear of it."""
    agreement = trust_queries.agreement(event.agreement)
    for party in agreement.parties.all():
        _tell_signatories(party.agency_id, "agreement_review", event.agreement)


def tell_of_a_void_signature(event: shared.SignatureVoided) -> None:
    """A text was changed after a party had signed it: its signatories read it again."""
    _tell_signatories(event.party, "signature_void", event.agreement)


def _tell_signatories(agency: UUID, kind: str, agreement: UUID) -> None:
    accounts = trust_queries.signatories(agency).values_list("id", flat=True)
    about, link = Subject("agreement", agreement), f"/trust/agreements/{agreement}/"
    messages.notify(by=FLOWING, accounts=accounts, kind=kind, about=about, link=link, again=True)


def ask_the_worker(event: shared.ExplanationAsked) -> None:
    """Whoever is asked to explain a look-up hears of it."""
    about, link = Subject("review", event.review), f"/account/asked/{event.review}/"
    who = [event.account]
    messages.notify(by=FLOWING, accounts=who, kind="explanation_asked", about=about, link=link, again=True)


def tell_of_the_answer(event: shared.ExplanationGiven) -> None:
    """An explanation came: privacy officers hear."""
    officers = agencies.accounts().filter(role="privacy_officer", is_active=True)
    about, link = Subject("review", event.review), f"/trust/reviews/{event.review}/"
    told = frozenset(officers.values_list("id", flat=True))
    messages.notify(by=FLOWING, accounts=told, kind="message", about=about, link=link, again=True)


def tell_of_a_lost_device(event: doors.DeviceRevoked) -> None:
    """A device was shut out: whoever used it hears of it, wherever they sign in."""
    about = Subject("device", event.device)
    who, kind = [event.account], "device_revoked"
    messages.notify(by=FLOWING, accounts=who, kind=kind, about=about, link="/account/devices/", urgent=True)


# The whole story -----------------------------------------------------------------------------------------

Handler = Callable[[Any], None]
FLOW: Mapping[type[Event], tuple[Handler, ...]] = {
    calls.CallTriaged: (tell_of_the_scene,),
    calls.UnitsDispatched: (tell_crews,),
    calls.UnitStatusChanged: (mind_the_clock,),
    said.CheckInMissed: (raise_the_missed,),
    said.DuressRaised: (answer_duress,),
    referred.ReferralSent: (carry_referral,),
    referred.ReferralMoved: (tell_the_sender, forget_the_answer),
    referred.ReferralAccepted: (tell_the_sender, learn_of_room, open_support),
    referred.ReferralDeclined: (tell_the_sender, learn_of_room),
    referred.ReferralExpired: (tell_the_sender,),
    referred.ReferralOverdue: (tell_the_sender,),
    referred.ReferralClosed: (carry_the_end,),
    referred.LinkEnded: (tell_the_sender,),
    opened.CaseOpened: (tell_the_manager,),
    shared.Alerted: (alert_officers,),
    shared.MeasureDue: (tell_of_a_measure,),
    shared.ReviewDue: (tell_of_a_review,),
    shared.SignatureVoided: (tell_of_a_void_signature,),
    shared.ExplanationAsked: (ask_the_worker,),
    shared.ExplanationGiven: (tell_of_the_answer,),
    doors.DeviceRevoked: (tell_of_a_lost_device,),
}


def climb_ladders() -> None:
    """Safety timers past their grace."""
    messages.escalate_missed(by=FLOWING)


def mind_due_times() -> None:
    """Referrals that nobody answered in time."""
    referrals.sweep(by=FLOWING)


def mind_agreements() -> None:
    """Agreements begin and end with their days; reviews and measures fall due."""
    sharing.settle_agreements(by=FLOWING)
    sharing.remind_of_agreements(by=FLOWING)


def mind_certificates() -> None:
    """A certificate ends with its day, whether anybody looks or not."""
    working = agencies.accounts().filter(is_active=True)
    training.settle_standing(by=FLOWING, accounts=list(working.values_list("id", flat=True)))


def watch_look_ups() -> None:
    """Look-ups that want an explanation."""
    sharing.watch(by=FLOWING)


def mind_dormant_accounts() -> None:
    """Accounts unused for ninety days close; supervisors and administrators of the agency are told."""
    if settings.DEMO:
        return  # its cast never signs in by the form
    for closed in accounts.close_dormant(by=FLOWING):
        about = Subject("account", closed.id)
        doors = {"administrator": f"/setup/accounts/{closed.id}/", "supervisor": ""}  # who can open the page
        for role, link in doors.items():
            near = agencies.accounts(closed.agency_id).filter(is_active=True, role=role)
            told = list(near.values_list("id", flat=True))
            messages.notify(
                by=FLOWING, accounts=told, kind="account_dormant", about=about, link=link, again=True
            )


TIMERS: tuple[tuple[timedelta, Callable[[], None]], ...] = (  # what time itself wakes
    (timedelta(seconds=5), climb_ladders),
    (timedelta(minutes=1), mind_due_times),
    (timedelta(minutes=5), watch_look_ups),
    (timedelta(minutes=1), mind_agreements),
    (timedelta(hours=1), mind_certificates),
    (timedelta(hours=1), mind_dormant_accounts),
)


# Files that were handed in ----------------------------------------------------------------------------------


def bring_in() -> bool:
    """Read one file that waits, on behalf of whoever handed it in; whether there was one.

    Not a handler: a long file is many transactions, so that others may write meanwhile.
    """
    run = uploads.claim()
    if run is None:
        return False
    try:
        _read_upload(run)
    except (CommonwealError, ProfileError, FileRefused) as fault:
        imports.failed(run, str(fault))
    except Exception:  # the next file must not wait for this one's fault
        log.exception("flow: import run %s failed", run.id)
        imports.failed(run, "A fault of the programme stopped this run; it stands in the log of the service.")
    uploads.discard(run)
    return True


def _read_upload(run: imports.ImportRun) -> None:
    by, files = agencies.actor(UUID(run.actor)), [source(uploads.file_of(run), run.sources[0])]
    if run.kind == "calls":
        calls_arrive(by=by, origins=files, profile=calls_files.load_profile(run.profile), run=run)
    else:
        directory_arrives(by=by, origins=files, profile=directory_files.load_profile(run.profile), run=run)


# Running it ----------------------------------------------------------------------------------------------


def drain(limit: int = 500) -> int:
    """Run the handlers of sealed lines not yet read, then those owed from before; returns lines read.

    A handler that fails is logged and owed; the lines after it go on.
    """
    before, kinds = journal.cursor(READER), frozenset(event.kind for event in FLOW)
    seals, read = journal.follow(before, only=kinds, limit=limit)
    for seal in seals:
        for handler in _handlers(seal.line):
            _run(handler, seal.line, seal.sequence)
    if read > before:
        journal.advance(READER, read)
    _pay()
    return read - before


def _handlers(line: JournalLine) -> tuple[Handler, ...]:
    event = load(line.kind, line.data)
    return FLOW.get(type(event), ()) if event else ()


def _run(handler: Handler, line: JournalLine, sequence: int) -> bool:
    event = load(line.kind, line.data)
    try:
        with transaction.atomic():
            handler(event)
    except Exception as fault:  # whatever goes wrong in one handler must not stop the city
        log.exception("flow: %s failed for line %d (%s)", _name(handler), sequence, line.kind)
        retries.owe(sequence, _name(handler), type(fault).__name__)
        return False
    return True


def _pay() -> None:
    """Try again what failed before and is due."""
    for row, line in retries.due():
        known = {_name(handler): handler for handler in _handlers(line)}
        if row.handler not in known or _run(known[row.handler], line, row.sequence):
            retries.settle(row)


def _name(handler: Handler) -> str:
    return f"{handler.__module__}.{handler.__qualname__}"
