"""The bell: lines that wait for one worker, in words without values; each leads through the gate."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from commonweal.kernel.errors import NotFound
from commonweal.messages import actions as messages
from commonweal.messages import queries
from commonweal.web import pages
from commonweal.web.session import Request

SHOWN = 50
KINDS: dict[str, Promise] = {
    "dispatched": _("Your unit was sent"),
    "account_dormant": _("An account was closed: unused for 90 days"),
    "reassessed": _("The tier changed on the scene"),
    "check_in_missed_1": _("A safety check was missed"),
    "check_in_missed_2": _("A safety check was missed again"),
    "check_in_missed_3": _("A crew does not answer its safety checks"),
    "call_unassigned": _("A call of the first urgency has nobody on the way"),
    "follow_up_unassigned": _("A follow-up is due and nobody has it"),
    "shift_given": _("A shift is given over: take it"),
    "shift_not_taken": _("Nobody has taken a shift that was given"),
    "follow_up_given": _("A follow-up is yours to make"),
    "follow_ups_given": _("Several follow-ups are yours to make"),
    "transfer_offered": _("Another centre hands a caller over"),
    "transfer_taken": _("The other centre took your caller"),
    "transfer_refused": _("The other centre could not take your caller: they are still with you"),
    "transfer_unanswered": _("Nobody has answered a call that was handed over"),
    "endpoint_disabled": _("A system that asked for events answers no more: its webhooks are off"),
    "pack_missed": _("No downtime pack could be written"),
    "duress": _("A worker asks for help silently"),
    "versions_diverged": _("Two answers to one question wait for a choice"),
    "phone_held": _("A shut-out phone handed in what it kept"),
    "referral_received": _("A referral waits for your answer"),
    "referral_accepted": _("A referral was accepted"),
    "referral_declined": _("A referral was declined"),
    "referral_expired": _("Nobody answered a referral in time"),
    "referral_overdue": _("A referral is overdue"),
    "referral_link_ended": _("An answer link ended without an answer"),
    "referral_waitlist": _("A referral is on a waiting list"),
    "referral_ask": _("A provider asks about a referral"),
    "referral_undo": _("An answer to a referral was taken back"),
    "referral_miss": _("The person did not come"),
    "consent_withdrawn": _("A consent was taken back: less is open on a referral"),
    "referral_schedule": _("A referral has an appointment"),
    "referral_went_on": _("A referral went on to the next service, as the person agreed"),
    "referral_onward_stopped": _("A referral goes no further by itself: choose the next service"),
    "reminder_call": _("A person wants a call before their appointment: make it now"),
    "place_hold_ended": _("A place was held and nobody came in time"),
    "person_reached": _("Somebody waits at the door to be handed over"),
    "case_opened": _("A case was opened"),
    "hold_ending": _("The hold on a charge ends soon"),
    "hold_lapsed": _("The hold on a charge has run out"),
    "early_sign": _("An early sign on a case wants your look"),
    "sign_rules_wait": _("A change to the rules of early signs waits for a second person"),
    "task_given": _("A task is yours"),
    "seat_given": _("You have a seat at a hub table"),
    "conference_called": _("You are asked in to a case conference"),
    "conference_moved": _("A case conference of yours has another time"),
    "conference_cancelled": _("A case conference of yours was called off"),
    "document_refused": _("The check against malware refused a file that you handed in"),
    "team_joined": _("You joined a case's team"),
    "record_amended": _("A record that you were given was amended at the person's request"),
    "measure_due": _("A measure you answer for under an agreement is due"),
    "agreement_review": _("The review of an agreement is due"),
    "agreement_waits": _("An agreement waits for your agency's signature"),
    "signature_void": _("An agreement changed after your agency signed it: read and sign it again"),
    "bulletin": _("A bulletin for you"),
    "bulletin_now": _("A bulletin that asks for your eyes now"),
    "bulletin_ended": _("A bulletin that you were told of was taken back"),
    "drill": _("Drill: a communication test asks you to confirm"),
    "message": _("A new message in a thread"),
    "mention": _("A colleague names you in a thread"),
    "call_back": _("A colleague asks you to get in touch"),
    "confirm_asked": _("A colleague asks you to confirm that you read a message"),
    "review_break_glass": _("A record was opened in an emergency"),
    "review_emergency": _("A record was opened on the word of an emergency"),
    "review_opened": _("Look-ups want a review"),
    "device_revoked": _("A device of yours was shut out"),
    "alert_drafted": _("A public alert waits for a second person"),
    "alert_sent": _("A public alert was sent to everybody"),
    "session_cancelled": _("A training session in which you had a seat was cancelled"),
    "seat_taken_back": _("Your seat in a training session was taken back"),
    "certificate_withdrawn": _("A certificate of yours was withdrawn: read why"),
    "explanation_asked": _("The privacy officer asks about a look-up"),
    "review_told": _("A review of look-ups ended: your agency is asked to act"),
}


@dataclass(frozen=True, slots=True)
class Ring:
    """One line of the bell; `climb` where somebody has to say that they have it."""

    line: queries.Notification
    climb: UUID | None = None

    @property
    def words(self) -> str | Promise:
        """What happened; a kind this version does not know is said by its own name."""
        return KINDS.get(self.line.kind, self.line.kind.replace("_", " ").capitalize())


def _guarded(request: Request) -> None:
    if not request.user.is_authenticated or not request.actor.mfa:
        raise NotFound("page")


def bell(request: Request) -> HttpResponse:
    """The bell with its count, a fragment that the header fetches."""
    _guarded(request)
    waiting = queries.unread(request.actor)
    urgent = waiting.filter(urgent=True).exists()
    return pages.page(request, "bell/count.html", {"count": waiting.count(), "is_urgent": urgent})


def waiting(request: Request) -> HttpResponse:
    """What waits, urgent first: as a drawer, or as a page where there is no script."""
    _guarded(request)
    open_ones = queries.unanswered(request.actor)
    rings = [Ring(line, _climb(line, open_ones)) for line in queries.unread(request.actor)[:SHOWN]]
    template = "bell/drawer.html" if getattr(request, "htmx", False) else "bell/page.html"
    return pages.page(request, template, {"rings": rings})


def _climb(line: queries.Notification, open_ones: dict[UUID, UUID]) -> UUID | None:
    is_of_a_ladder = line.kind.startswith(queries.OCCASIONS)
    return open_ones.get(line.subject) if line.subject and is_of_a_ladder else None


@require_POST
def acknowledge(request: Request) -> HttpResponse:
    """Say "I have it": nobody else is told any more. Leads where the line points."""
    _guarded(request)
    found = messages.acknowledge(by=request.actor, climb=_uuid(request.POST.get("climb", "")))
    return redirect(found.link)


@require_POST
def read(request: Request) -> HttpResponse:
    """One line is read, and leads where it points; without a line, all are read."""
    _guarded(request)
    text = request.POST.get("line", "")
    link = request.POST.get("link", "")
    messages.mark_read(by=request.actor, notification=_uuid(text) if text else None)
    is_ours = url_has_allowed_host_and_scheme(link, {request.get_host()}, request.is_secure())
    return redirect(link if is_ours else "notifications_waiting")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("line") from error
