"""What time itself wakes: each timer with how often the worker looks."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.conf import settings

from commonweal.adapters.downtime.deliver import deliver_due as packs_leave
from commonweal.adapters.scanner.deliver import NotTold, look
from commonweal.agencies import actions as accounts
from commonweal.agencies import queries as agencies
from commonweal.calls import actions as call_actions
from commonweal.calls import queries as call_queries
from commonweal.cases import actions as cases
from commonweal.directory import actions as directory
from commonweal.encounters import actions as encounter_actions
from commonweal.encounters import queries as encounters
from commonweal.evaluation import actions as evaluation
from commonweal.flow.telling import FLOWING, tell
from commonweal.foresight import actions as foresight
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.messages import actions as messages
from commonweal.messages import queries as message_queries
from commonweal.referrals import actions as referrals
from commonweal.sharing import actions as sharing
from commonweal.training import actions as training

log = logging.getLogger(__name__)
LATELY = timedelta(days=1)  # older contacts that nobody made stand in the hand-over, not in everybody's bell


def climb_ladders() -> None:
    """Safety timers past their grace; and whatever waits for somebody to say "I have it"."""
    messages.escalate_missed(by=FLOWING)
    for call in message_queries.climbing("call_unassigned"):
        if not call_queries.call_of(call).is_waiting:
            messages.end_climb(by=FLOWING, occasion="call_unassigned", subject=call)
    messages.climb(by=FLOWING)


def mind_follow_ups() -> None:
    """Contacts after a crisis whose time came lately and that nobody has: their ladder is climbed."""
    about, waits = "follow_up_unassigned", dict(encounters.owed_by_nobody(clock.now() - LATELY))
    for encounter, near in waits.items():
        link = f"/field/encounter/{encounter}/follow-up/"
        messages.begin_climb(
            by=FLOWING, occasion=about, about=Subject("encounter", encounter), near=near, link=link
        )  # fmt: skip
    for encounter in set(message_queries.climbing(about)) - set(waits):
        messages.end_climb(by=FLOWING, occasion=about, subject=encounter)


def ring_for_transfers() -> None:
    """Callers whom no other centre has taken in time."""
    call_actions.ring_transfers(by=FLOWING)


def mind_shifts() -> None:
    """Hand-overs that nobody took."""
    messages.tell_of_untaken_shifts(by=FLOWING)


def mind_bulletins() -> None:
    """Bulletins that have begun are told; communication tests whose month is over are held again."""
    messages.tell_of_bulletins(by=FLOWING)
    messages.repeat_drills(by=FLOWING)


def write_packs() -> None:
    """Downtime packs whose hour has come are written; those past theirs are destroyed."""
    packs_leave(by=FLOWING)


def mind_lists() -> None:
    """Places on outreach lists that have run out."""
    foresight.sweep(by=FLOWING)


def mind_due_times() -> None:
    """Referrals that nobody answered in time."""
    referrals.sweep(by=FLOWING)


def send_onward() -> None:
    """What a service did not take goes on where the person agreed to it."""
    referrals.sweep_onward(by=FLOWING)


def mind_places() -> None:
    """Places that were held, and nobody came in time."""
    directory.end_late_holds(by=FLOWING)


def mind_holds() -> None:
    """Holds on charges that end soon, and those whose day has passed."""
    cases.mind_holds(by=FLOWING)


def mind_signs() -> None:
    """Early signs on open cases, by the site's own rules."""
    cases.watch_signs(by=FLOWING)


def mind_agreements() -> None:
    """Agreements begin and end with their days; reviews and measures fall due."""
    sharing.settle_agreements(by=FLOWING)
    sharing.remind_of_agreements(by=FLOWING)


def mind_certificates() -> None:
    """A certificate ends with its day, whether anybody looks or not."""
    training.settle_standing(by=FLOWING, accounts=sorted(agencies.working()))


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
            near = agencies.holding(role, closed.agency_id)
            tell(accounts=near, kind="account_dormant", about=about, link=link, again=True)


def scan_files() -> None:
    """Files that the site's scanner has not seen; where it does not answer they go on waiting."""
    if not settings.SCANNER:
        return
    try:
        cases.scan_documents(by=FLOWING, look=partial(look, settings.SCANNER))
        encounter_actions.scan_photographs(by=FLOWING, look=partial(look, settings.SCANNER))
    except NotTold as fault:
        log.warning("flow: the scanner could not tell (%s); files wait", fault)


def look_over() -> bool:
    """Look through every agency's records where an import or a day has passed since; whether it was done.

    No timer of the loop: on a million records it takes half a minute, and alarms do not wait behind it.
    """
    return evaluation.look_if_due(by=FLOWING)


def mind_retention() -> None:
    """Records past the site's schedule go, unless a litigation hold keeps them."""
    sharing.apply_retention(by=FLOWING)


TIMERS: tuple[tuple[timedelta, Callable[[], None]], ...] = (
    (timedelta(seconds=5), climb_ladders),
    (timedelta(minutes=1), mind_follow_ups),
    (timedelta(seconds=5), ring_for_transfers),
    (timedelta(seconds=5), scan_files),
    (timedelta(minutes=1), mind_shifts),
    (timedelta(minutes=1), mind_bulletins),
    (timedelta(minutes=1), write_packs),
    (timedelta(minutes=1), mind_due_times),
    (timedelta(minutes=1), send_onward),
    (timedelta(minutes=1), mind_places),
    (timedelta(hours=1), mind_holds),
    (timedelta(hours=1), mind_signs),
    (timedelta(minutes=5), watch_look_ups),
    (timedelta(minutes=1), mind_agreements),
    (timedelta(hours=1), mind_certificates),
    (timedelta(hours=1), mind_lists),
    (timedelta(hours=1), mind_dormant_accounts),
    (timedelta(days=1), mind_retention),
)
