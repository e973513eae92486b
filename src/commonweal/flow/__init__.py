"""What happens next: this event wakes these actions.

One dictionary, FLOW, is the whole story; the handlers above it stand in the order of a call, so that a reader
goes down the page once. A handler is a short function that calls one room's action; it may be run more than
once for the same event and must come to the same result (at least once, idempotent). To add one: write it in
its chapter, then name it beside its event in FLOW. How they are run stands in `kernel.relay`.
"""

from collections.abc import Iterable
from uuid import UUID

from commonweal.adapters.cad_csv import reader as calls_files
from commonweal.adapters.cad_csv.arrive import arrive as calls_arrive
from commonweal.adapters.cap.arrive import arrive_all as cap_arrives
from commonweal.adapters.cap.deliver import deliver as deliver_cap
from commonweal.adapters.directory_files import reader as directory_files
from commonweal.adapters.directory_files.arrive import arrive as directory_arrives
from commonweal.adapters.directory_files.deliver import deliver as deliver_directory
from commonweal.adapters.downtime.deliver import deliver_sealed as packs_sealed
from commonweal.adapters.eido.arrive import arrive as eido_arrives
from commonweal.adapters.eido.deliver import deliver as deliver_eido
from commonweal.adapters.email.deliver import deliver_answer_link
from commonweal.adapters.fhir.deliver import deliver as deliver_fhir
from commonweal.adapters.files.answers import FileRefused
from commonweal.adapters.files.opening import Source, source
from commonweal.adapters.files.spec import ProfileError
from commonweal.adapters.geography.arrive import areas_arrive, places_arrive
from commonweal.adapters.hmis_csv.arrive import arrive as hmis_arrives
from commonweal.adapters.hmis_csv.deliver import deliver as deliver_hmis
from commonweal.adapters.people_csv import reader as people_files
from commonweal.adapters.people_csv.arrive import arrive as people_arrive
from commonweal.adapters.webhooks.arrive import SYSTEMS
from commonweal.agencies import events as doors
from commonweal.agencies import queries as agencies
from commonweal.calls import events as calls
from commonweal.calls import queries as call_queries
from commonweal.cases import actions as cases
from commonweal.cases import events as opened
from commonweal.cases import queries as case_queries
from commonweal.community import events as heard
from commonweal.community import queries as resident_queries
from commonweal.directory import actions as directory
from commonweal.directory import events as listed
from commonweal.directory import queries as directory_queries
from commonweal.encounters import events as met
from commonweal.encounters import queries as encounters
from commonweal.flow.carrying import CHANNELS, carry_notices, carry_reminders, send_out
from commonweal.flow.destroying import destroy_what_was_expunged
from commonweal.flow.papers import tell_who_handed_it_in
from commonweal.flow.reviews import alert_officers, ask_the_worker, tell_of_the_answer, tell_the_agency
from commonweal.flow.telling import FLOWING, tell
from commonweal.flow.timers import (
    TIMERS,
    climb_ladders,
    look_over,
    mind_agreements,
    mind_bulletins,
    mind_certificates,
    mind_dormant_accounts,
    mind_due_times,
    mind_follow_ups,
    mind_holds,
    mind_lists,
    mind_places,
    mind_retention,
    mind_shifts,
    mind_signs,
    ring_for_transfers,
    send_onward,
    watch_look_ups,
    write_packs,
)
from commonweal.foresight import actions as foresight
from commonweal.kernel import imports, relay, uploads
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.events import Event
from commonweal.messages import actions as messages
from commonweal.messages import events as said
from commonweal.messages import queries as message_queries
from commonweal.planning import actions as planning
from commonweal.referrals import actions as referrals
from commonweal.referrals import events as referred
from commonweal.referrals import queries as referral_queries
from commonweal.sharing import events as shared
from commonweal.sharing import queries as trust_queries
from commonweal.training import events as trained
from commonweal.training import queries as training_queries

__all__ = [
    "CHANNELS", "FLOW", "FLOWING", "READER", "TIMERS", "areas_arrive", "bring_in", "calls_arrive",
    "cap_arrives",
    "carry_notices", "carry_reminders", "climb_ladders", "deliver_cap", "deliver_directory",
    "deliver_eido", "deliver_hmis", "directory_arrives", "drain", "eido_arrives", "hmis_arrives",
    "mind_agreements", "mind_bulletins", "mind_certificates", "mind_dormant_accounts", "mind_due_times",
    "look_over", "mind_follow_ups", "mind_holds", "mind_lists", "mind_places", "mind_retention",
    "mind_shifts", "mind_signs", "people_arrive", "places_arrive", "play", "ring_for_transfers",
    "send_onward", "send_out",
    "tell",
    "packs_sealed", "watch_look_ups", "write_packs",
]  # fmt: skip
READER = "flow"
AT_ONCE = ("T0", "T1")  # tiers for which somebody goes at once
PAGES = {"case": "/cases/{}/", "encounter": "/field/encounter/{}/", "source_record": "/people/records/{}/"}


# Calls -> messages ---------------------------------------------------------------------------------------


def tell_of_the_scene(event: calls.CallTriaged) -> None:
    """A tier changed on the scene: supervisors of the centre look."""
    if event.because == "scene":
        about, centre = Subject("call", event.call), call_queries.call_of(event.call).agency
        near = agencies.holding("supervisor", centre)
        tell(accounts=near, kind="reassessed", about=about, link="/board/", again=True)


def mind_the_unassigned(event: calls.CallTriaged) -> None:
    """A life or a danger waits and nobody is on the way: its ladder is climbed at the centre."""
    call, about = call_queries.call_of(event.call), Subject("call", event.call)
    if call.is_waiting and call.tier in AT_ONCE:
        link = f"/board/{call.id}/"
        messages.begin_climb(
            by=FLOWING, occasion="call_unassigned", about=about, near=[call.agency], link=link
        )  # fmt: skip
    else:
        messages.end_climb(by=FLOWING, occasion="call_unassigned", subject=call.id)


def tell_crews(event: calls.UnitsDispatched) -> None:
    """Everybody aboard the units that were sent."""
    about, crew = Subject("call", event.call), call_queries.crew_of(event.call)
    tell(accounts=crew, kind="dispatched", about=about, link="/field/", urgent=True, again=True)


def mind_the_clock(event: calls.UnitStatusChanged) -> None:
    """On scene, a safety timer runs, also while a person is taken somewhere; before and after, none does."""
    if event.status in ("transporting", "at_destination"):
        return
    if event.status == "on_scene":
        messages.start_check_in(by=FLOWING, unit=event.unit, call=event.call)
    else:
        messages.end_check_in(by=FLOWING, unit=event.unit)


def raise_the_missed(event: said.CheckInMissed) -> None:
    """A safety timer passed its grace: its ladder is climbed near the unit, until it is answered."""
    if not message_queries.running().filter(unit=event.unit, step__gt=0).exists():
        return  # answered meanwhile
    near, about = call_queries.places_near(event.unit, event.call), Subject("unit", event.unit)
    messages.begin_climb(by=FLOWING, occasion="check_in_missed", about=about, near=near, link="/board/")


def answer_duress(event: said.DuressRaised) -> None:
    """A silent alarm reaches those who answer for the worker, and the other crews on the call."""
    alarm, about = message_queries.alarm(event.duress), Subject("duress", event.duress)
    if alarm.closed_at is None:
        crews, places = call_queries.hearers(alarm).crews, (alarm.unit, alarm.call, alarm.account)
        messages.begin_climb(
            by=FLOWING, occasion="duress", about=about, near=call_queries.places_near(*places),
            link="/board/", without=[alarm.account],
        )  # fmt: skip
        tell(accounts=crews, kind="duress", about=about, link="/field/", urgent=True)


def tell_of_two_versions(event: met.VersionsDiverged) -> None:
    """Two answers to one question wait: the team chooses, supervisors of the centre see to it."""
    about, record = Subject("divergence", event.divergence), encounters.outline(event.encounter)
    team, link = [UUID(one) for one in record.team], f"/field/encounter/{event.encounter}/"
    tell(accounts=team, kind="versions_diverged", about=about, link=link)
    if record.call is not None:
        near = agencies.holding("supervisor", call_queries.call_of(record.call).agency)
        tell(accounts=near, kind="versions_diverged", about=about, link=f"/board/{record.call}/")


def tell_of_a_held_phone(event: met.PhoneSynced) -> None:
    """A shut-out phone handed in what it had kept: those who keep the agency's devices decide."""
    worker = encounters.account_of(event.lease)
    if event.held and worker is not None and (agency := agencies.account(worker).agency_id) is not None:
        near = agencies.able_to("administer", agency) | agencies.able_to("keep_trust", agency)
        about, link = Subject("lease", event.lease), "/account/devices/agency/"
        tell(accounts=near, kind="phone_held", about=about, link=link, again=True)


def tell_of_a_shift(event: said.ShiftGiven) -> None:
    """A shift was given: whoever takes calls at the centre can take it."""
    near, about = agencies.able_to("take_calls", event.agency), Subject("handover", event.handover)
    tell(accounts=near, kind="shift_given", about=about, link="/board/handover/")


def tell_of_an_untaken_shift(event: said.ShiftNotTaken) -> None:
    """Nobody took it: the supervisors see that nothing falls between two shifts."""
    near, about = agencies.holding("supervisor", event.agency), Subject("handover", event.handover)
    tell(accounts=near, kind="shift_not_taken", about=about, link="/board/handover/", urgent=True)


def tell_whose_follow_up(event: met.FollowUpGiven) -> None:
    """The next contact with a person became theirs."""
    about, link = Subject("encounter", event.encounter), f"/field/encounter/{event.encounter}/follow-up/"
    tell(accounts=[event.account], kind="follow_up_given", about=about, link=link, again=True)
    messages.end_climb(by=FLOWING, occasion="follow_up_unassigned", subject=event.encounter)


def tell_whose_follow_ups(event: met.FollowUpsGiven) -> None:
    """Many at once: one line, to the list of their own."""
    about, link = Subject("account", event.account), "/field/follow-ups/?whose=mine"
    tell(accounts=[event.account], kind="follow_ups_given", about=about, link=link, again=True)


def tell_of_a_missing_pack(event: calls.PackMissed) -> None:
    """The timer could write no downtime pack: the centre's supervisors mend it in time."""
    about, near = Subject("agency", event.agency), agencies.holding("supervisor", event.agency)
    tell(accounts=near, kind="pack_missed", about=about, link="/desk/downtime/", urgent=True, again=True)


def tell_of_an_arriving_call(event: calls.TransferOffered) -> None:
    """Another centre hands a caller over: whoever takes calls at the receiver hears at once."""
    near, about = agencies.able_to("take_calls", event.agency), Subject("transfer", event.transfer)
    tell(accounts=near, kind="transfer_offered", about=about, link="/desk/", urgent=True, again=True)


def tell_of_the_acknowledgement(event: calls.TransferAnswered) -> None:
    """The other centre answered: whoever handed the caller over sees it."""
    view = call_queries.transfer(event.transfer)
    if not view.is_inbound:
        kind, about = f"transfer_{view.state}", Subject("transfer", event.transfer)
        told = agencies.able_to("take_calls", event.agency) & {UUID(view.offered_by)}
        tell(accounts=told, kind=kind, about=about, link="/desk/", urgent=view.state == "refused")


def ring_for_a_transfer(event: calls.TransferUnanswered) -> None:
    """Nobody answered in time: those who take calls at the receiver again, and supervisors of both."""
    both = [agencies.holding("supervisor", one) for one in (event.agency, event.from_agency)]
    near, about = frozenset[UUID]().union(*both), Subject("transfer", event.transfer)
    near |= agencies.able_to("take_calls", event.agency)
    tell(accounts=near, kind="transfer_unanswered", about=about, link="/desk/", urgent=True)


# Directory -> itself ----------------------------------------------------------------------------------------


def seek_the_twins(event: listed.DirectoryImported) -> None:
    """After an import: entries that look like one service wait for a person."""
    directory.seek_twins(by=FLOWING)


# Referrals -> their receiver, messages, directory -----------------------------------------------------------


def carry_referral(event: referred.ReferralSent) -> None:
    """A sent referral reaches its receiver: in their inbox, as a file, or as a link by mail."""
    receiver = directory_queries.receiver(event.service)
    desk = agencies.able_to("answer_referrals", event.to_agency) if event.to_agency else frozenset()
    about, link = Subject("referral", event.referral), f"/referrals/{event.referral}/"
    tell(accounts=desk, kind="referral_received", about=about, link=link)
    if event.to_agency and receiver.delivery == "fhir":
        deliver_fhir(event.referral)
    waits = referral_queries.row_of(event.referral).state in referral_queries.FOLDERS["waiting"]
    if receiver.email and (receiver.delivery == "mail" or not desk) and waits:  # else answered meanwhile
        deliver_answer_link(by=FLOWING, referral=event.referral)


def tell_the_sender(event: Event) -> None:
    """Accepted, declined, asked, missed, late or expired: whoever sent it, and may be told, gets a line."""
    referral, act = UUID(event.subject), referred.word_to_sender(event)
    if act and (sender := referral_queries.sender_told(referral)):
        about, link = Subject("referral", referral), f"/referrals/sent/{referral}/"
        tell(accounts=[sender], kind=f"referral_{act}", about=about, link=link, again=True)


def learn_of_room(event: referred.ReferralAccepted | referred.ReferralDeclined) -> None:
    """An answer says something about room: one place fewer, or none."""
    reason = event.reason if isinstance(event, referred.ReferralDeclined) else ""
    if reason in ("", "no_capacity"):
        directory.learn(by=FLOWING, service=event.service, cause=event.referral, had_room=not reason)


def free_the_place(event: referred.ReferralMoved) -> None:
    """Who was accepted did not come: the place is free again, where nobody has posted since."""
    if event.act == "miss":
        service = referral_queries.row_of(event.referral).service
        directory.free_again(by=FLOWING, service=service, cause=event.referral)


def tell_of_a_lapsed_hold(event: listed.HoldEnded) -> None:
    """A place was held and nobody came in time: both sides of the referral hear, and may hold again."""
    if event.how != "expired":
        return
    row, about = referral_queries.row_of(event.cause), Subject("referral", event.cause)
    desk = agencies.able_to("answer_referrals", row.to_agency) if row.to_agency else frozenset()
    tell(accounts=desk, kind="place_hold_ended", about=about, link=f"/referrals/{row.id}/", again=True)
    if sender := referral_queries.sender_told(row.id):
        link = f"/referrals/sent/{row.id}/"
        tell(accounts=[sender], kind="place_hold_ended", about=about, link=link, again=True)


def tell_of_an_arrival(event: referred.PersonReached) -> None:
    """Somebody waits at the door: whoever answers referrals there hears at once."""
    row, about = referral_queries.row_of(event.referral), Subject("referral", event.referral)
    desk = agencies.able_to("answer_referrals", row.to_agency) if row.to_agency else frozenset()
    link = f"/referrals/{row.id}/"
    tell(accounts=desk, kind="person_reached", about=about, link=link, urgent=True, again=True)


def tell_who_calls(event: referred.ReminderCallDue) -> None:
    """A person wants a call before their appointment: its worker hears, on the side where they work."""
    row, worker = referral_queries.row_of(event.referral), agencies.actor(event.account)
    here = "" if worker.agency == row.to_agency and worker.may("answer_referrals") else "sent/"
    about, link = Subject("referral", event.referral), f"/referrals/{here}{row.id}/"
    tell(accounts=[event.account], kind="reminder_call", about=about, link=link, again=True)


def open_support(event: referred.ReferralAccepted) -> None:
    """An accepted referral to an agency that works cases becomes a case there, once."""
    agency = referral_queries.row_of(event.referral).to_agency
    person = referral_queries.person_behind(event.referral)
    if person and agency and agencies.holding("case_manager", agency):
        cases.open_case(by=FLOWING, person=person, agency=agency, referral=event.referral)
        referrals.hand_over(by=FLOWING, referral=event.referral)


def forget_the_answer(event: referred.ReferralMoved) -> None:
    """An answer was taken back: the place is free again, and a case that it opened is no case."""
    if event.act == "undo":
        service = referral_queries.row_of(event.referral).service
        directory.unlearn(by=FLOWING, service=service, cause=event.referral)
        cases.unopen_case(by=FLOWING, referral=event.referral)


def carry_the_end(event: referred.ReferralClosed) -> None:
    """A receiver that works by files learns that the referral was withdrawn or closed."""
    row = referral_queries.row_of(event.referral)
    if row.to_agency and row.sent_at and directory_queries.receiver(row.service).delivery == "fhir":
        deliver_fhir(event.referral)


def remind_no_more(event: opened.CaseClosed) -> None:
    """Somebody has died: nothing reminds them of appointments any more."""
    if event.reason == "deceased":
        referrals.end_reminders(by=FLOWING, person=event.person, why="died")


# Cases -> messages ----------------------------------------------------------------------------------------


def tell_the_manager(event: opened.CaseOpened) -> None:
    """Whoever was given a case learns of it; one that nobody has yet reaches the agency's case managers."""
    outline = case_queries.outline(event.case)
    waits = outline.manager is None and outline.state == "open"
    managers = agencies.holding("case_manager", outline.agency) if waits else frozenset()
    told = [event.given_to] if event.given_to else managers
    tell(accounts=told, kind="case_opened", about=Subject("case", event.case), link=f"/cases/{event.case}/")


def tell_of_a_hold(event: opened.HoldEnding) -> None:
    """The hold on a charge ends soon or has lapsed: the case manager and the office's prosecutors hear."""
    manager, attorney = case_queries.parties(event.case)
    about, kind = Subject("case", event.case), "hold_lapsed" if event.state == "lapsed" else "hold_ending"
    if manager:
        tell(accounts=[manager], kind=kind, about=about, link=f"/cases/{event.case}/diversion/", again=True)
    if attorney:
        told = agencies.holding("prosecutor", attorney)
        tell(accounts=told, kind=kind, about=about, link="/tables/diversion/", again=True)


def tell_of_a_sign(event: opened.SignSeen) -> None:
    """An early sign reaches the workers of the case whom its rule names; it waits on their caseload."""
    told, about = case_queries.told_of_sign(event.sign), Subject("case", event.case)
    tell(accounts=told, kind="early_sign", about=about, link="/cases/", again=True)


def tell_of_sign_rules(event: opened.SignRulesChanged) -> None:
    """A draft of the rules waits: whoever may approve it learns, save who wrote it."""
    if event.state == "draft":
        drafter = case_queries.sign_rules(event.sign_rules).drafted_by
        able = agencies.able_to("administer") | agencies.able_to("approve_policy")
        told = [one for one in able if str(one) != drafter]
        about, link = Subject("sign_rules", event.sign_rules), f"/setup/signs/{event.sign_rules}/"
        tell(accounts=told, kind="sign_rules_wait", about=about, link=link)


# Sharing -> messages ----------------------------------------------------------------------------------------


def tell_of_a_first_signature(event: shared.AgreementSigned) -> None:
    """The first party has signed, so the text is offered: signatories of the others hear that it waits."""
    waiting = trust_queries.waiting_after(event.agreement, first=event.party)
    _tell_signatories(waiting, "agreement_waits", event.agreement, again=False)


def tell_of_a_void_signature(event: shared.SignatureVoided) -> None:
    """A text was changed after a party had signed it: its signatories read it again."""
    _tell_signatories([event.party], "signature_void", event.agreement)


def tell_of_a_measure(event: shared.MeasureDue) -> None:
    """The owner of a measure whose day has come is asked for its value."""
    about, link = Subject("measure", event.measure), f"/trust/agreements/{event.agreement}/"
    tell(accounts=[event.owner], kind="measure_due", about=about, link=link)


def tell_of_a_review(event: shared.ReviewDue) -> None:
    """The review day of an agreement has come: every party's signatories hear of it."""
    _tell_signatories(trust_queries.parties(event.agreement), "agreement_review", event.agreement)


def _tell_signatories(parties: Iterable[UUID], kind: str, agreement: UUID, *, again: bool = True) -> None:
    about, link = Subject("agreement", agreement), f"/trust/agreements/{agreement}/"
    tell(accounts=trust_queries.signing_for(parties), kind=kind, about=about, link=link, again=again)


def tell_of_an_amendment(event: shared.RecordAmended) -> None:
    """A record was amended and the person agrees: whoever was given it hears (45 CFR 164.526(c)(3))."""
    if event.tell:
        about, told = Subject(event.of, event.record), trust_queries.given_to(event.record)
        link = PAGES.get(event.of, "").format(event.record)
        tell(accounts=told, kind="record_amended", about=about, link=link, again=True)


# Agencies -> messages ---------------------------------------------------------------------------------------


def tell_of_a_dead_endpoint(event: said.EndpointDisabled) -> None:
    """A system of theirs did not answer for too long: administrators of the agency, or of the site."""
    near = agencies.holding("administrator", event.agency) or agencies.holding("administrator")
    about = Subject("endpoint", event.endpoint)
    tell(accounts=near, kind="endpoint_disabled", about=about, link="/setup/webhooks/", again=True)


def tell_of_a_lost_device(event: doors.DeviceRevoked) -> None:
    """A device was shut out: whoever used it hears of it, wherever they sign in."""
    about, link = Subject("device", event.device), "/account/devices/"
    tell(accounts=[event.account], kind="device_revoked", about=about, link=link, urgent=True)


def tell_of_training(event: Event) -> None:
    """A session cancelled, a seat taken, a certificate withdrawn: whose it was hears of it."""
    about, (kind, told) = Subject(event.about, UUID(event.subject)), training_queries.hearers(event)
    tell(accounts=told, kind=kind, about=about, link="/training/", again=True)


# Community -> messages --------------------------------------------------------------------------------------


def tell_of_an_alert(event: heard.AlertMoved) -> None:
    """A draft reaches those who may approve it; what was sent reaches those whom residents will call."""
    about, writer = Subject("alert", event.alert), resident_queries.alert(event.alert).drafted_by
    if event.act in ("drafted", "changed"):
        near = agencies.able_to("publish") | agencies.able_to("supervise")
        near, link = near - {UUID(writer)}, f"/community/alerts/desk/{event.alert}/"
        tell(accounts=near, kind="alert_drafted", about=about, link=link, again=True)
    if event.act in ("issued", "cancelled"):
        near, urgent = agencies.able_to("take_calls"), event.status == "Actual"
        tell(accounts=near, kind="alert_sent", about=about, link="/community/alerts/", urgent=urgent)


# The whole story -----------------------------------------------------------------------------------------

# Consents -> outreach lists ------------------------------------------------------------------------------


def leave_the_lists(event: shared.ConsentRevoked) -> None:
    """Who takes a consent back leaves the lists that rested on it, with all that was derived."""
    foresight.sweep(by=FLOWING)


def tell_who_held_it(event: shared.ConsentRevoked) -> None:
    """A consent that named a party of a referral under way was taken back: that party hears of it."""
    named = {UUID(one) for one in trust_queries.consent(event.consent).recipients}
    for row in referral_queries.alive_for(event.person):
        about, kind = Subject("referral", row.id), "consent_withdrawn"
        if row.to_agency in named and row.is_live:
            desk = agencies.able_to("answer_referrals", row.to_agency)
            tell(accounts=desk, kind=kind, about=about, link=f"/referrals/{row.id}/", again=True)
            if directory_queries.receiver(row.service).delivery == "fhir":
                deliver_fhir(row.id)  # the same file again, trimmed to what still opens
        if row.sender and row.from_agency in named:
            tell(accounts=[row.sender], kind=kind, about=about, link=f"/referrals/sent/{row.id}/", again=True)


WITHIN: relay.Flow = {
    calls.CallTriaged: (tell_of_the_scene, mind_the_unassigned),
    calls.UnitsDispatched: (tell_crews,),
    calls.UnitStatusChanged: (mind_the_clock,),
    calls.TransferOffered: (tell_of_an_arriving_call,),
    calls.TransferAnswered: (tell_of_the_acknowledgement,),
    calls.TransferUnanswered: (ring_for_a_transfer,),
    calls.PackMissed: (tell_of_a_missing_pack,),
    said.ShiftGiven: (tell_of_a_shift,),
    said.ShiftNotTaken: (tell_of_an_untaken_shift,),
    met.FollowUpGiven: (tell_whose_follow_up,),
    met.FollowUpsGiven: (tell_whose_follow_ups,),
    said.CheckInMissed: (raise_the_missed,),
    said.DuressRaised: (answer_duress,),
    met.VersionsDiverged: (tell_of_two_versions,),
    met.PhoneSynced: (tell_of_a_held_phone,),
    referred.ReferralSent: (carry_referral,),
    referred.ReferralOverdue: (tell_the_sender,),
    referred.ReferralExpired: (tell_the_sender,),
    referred.ReferralDeclined: (tell_the_sender, learn_of_room),
    referred.ReferralAccepted: (tell_the_sender, learn_of_room, open_support),
    referred.ReferralMoved: (tell_the_sender, forget_the_answer, free_the_place),
    referred.LinkEnded: (tell_the_sender,),
    referred.ReferralWentOn: (tell_the_sender,),
    referred.OnwardStopped: (tell_the_sender,),
    referred.PersonReached: (tell_of_an_arrival,),
    referred.ReminderCallDue: (tell_who_calls,),
    listed.DirectoryImported: (seek_the_twins,),
    listed.HoldEnded: (tell_of_a_lapsed_hold,),
    referred.ReferralClosed: (carry_the_end,),
    opened.CaseOpened: (tell_the_manager,),
    opened.CaseClosed: (remind_no_more,),
    opened.HoldEnding: (tell_of_a_hold,),
    opened.DocumentChanged: (tell_who_handed_it_in,),
    opened.SignSeen: (tell_of_a_sign,),
    opened.SignRulesChanged: (tell_of_sign_rules,),
    shared.Alerted: (alert_officers,),
    shared.ConsentRevoked: (leave_the_lists, tell_who_held_it),
    shared.ExplanationAsked: (ask_the_worker,),
    shared.ReviewClosed: (tell_the_agency,),
    shared.Sealed: (destroy_what_was_expunged,),
    shared.ExplanationGiven: (tell_of_the_answer,),
    shared.RecordAmended: (tell_of_an_amendment,),
    shared.AgreementSigned: (tell_of_a_first_signature,),
    shared.SignatureVoided: (tell_of_a_void_signature,),
    shared.MeasureDue: (tell_of_a_measure,),
    shared.ReviewDue: (tell_of_a_review,),
    said.EndpointDisabled: (tell_of_a_dead_endpoint,),
    heard.AlertMoved: (tell_of_an_alert,),
    doors.DeviceRevoked: (tell_of_a_lost_device,),
    trained.SessionCancelled: (tell_of_training,),
    trained.SeatGivenUp: (tell_of_training,),
    trained.Certified: (tell_of_training,),
}


# Systems of other agencies hear of an event last, after all that follows from it within
FLOW: relay.Flow = {**WITHIN, **{one: (*WITHIN.get(one, ()), *told) for one, told in SYSTEMS.items()}}


def drain(limit: int = 500) -> int:
    """Run what the sealed lines wake that were not read yet; returns lines read."""
    return relay.drain(READER, FLOW, limit)


# What leaves the product ------------------------------------------------------------------------------------


# Files that were handed in ----------------------------------------------------------------------------------


def read_calls(run: imports.ImportRun, by: Actor, file: Source) -> None:
    """Calls of a dispatch system."""
    calls_arrive(by=by, origins=[file], profile=calls_files.load_profile(run.profile), run=run)


def read_directory(run: imports.ImportRun, by: Actor, file: Source) -> None:
    """Services of a region."""
    directory_arrives(by=by, origins=[file], profile=directory_files.load_profile(run.profile), run=run)


def read_people(run: imports.ImportRun, by: Actor, file: Source) -> None:
    """People of an agency, which the run names."""
    people_arrive(by=by, origins=[file], profile=people_files.load_profile(run.profile), agency="", run=run)


READERS = {"calls": read_calls, "directory": read_directory, "people": read_people}


def bring_in() -> bool:
    """Read one file that waits, on behalf of whoever handed it in; whether there was one.

    Not a handler: a long file is many transactions, so that others may write meanwhile.
    """
    return uploads.read_next(_read, refused=(ProfileError, FileRefused))


def _read(run: imports.ImportRun) -> None:
    file = source(uploads.file_of(run), run.sources[0])
    READERS[run.kind](run, agencies.actor(UUID(run.actor)), file)


# Simulations that were asked for ----------------------------------------------------------------------------


def play() -> bool:
    """Play one simulation that waits, on behalf of whoever asked for it; whether there was one."""
    return planning.play_next()
