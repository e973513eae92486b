"""Who is bound to a call and its person, written downward to the gate by each act (defaults.md, section 2).

The centre is tied as a whole from the moment it takes the call until 72 hours after it ends; each crew
member while assigned.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from commonweal.calls.models import OPEN_STATES, Assignment, Call
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.sharing import actions as sharing

CENTRE_KEEPS = timedelta(hours=72)


def hold(by: Actor, call: Call) -> None:
    """Declare the call as a protected record; a call from the lifeline stands under its own regime."""
    program = "lifeline_988" if call.source == "lifeline_988" else ""
    sharing.hold(
        by=by, subject=Subject("call", call.id), agency=call.agency_id, person=call.person_id, call=call.id,
        source_program=program,
    )  # fmt: skip


def _subjects(call: Call) -> list[Subject]:
    found = [Subject("call", call.id)]
    return [*found, Subject("person", call.person_id)] if call.person_id else found


def tie_centre(by: Actor, call: Call) -> None:
    """Bind everybody at the centre that took the call."""
    for subject in _subjects(call):
        sharing.tie(by=by, relation="incident", subject=subject, agency=call.agency_id)


def tie_crew(by: Actor, call: Call, accounts: Iterable[UUID]) -> None:
    """Bind the people aboard a unit that was sent."""
    for subject in _subjects(call):
        for account in accounts:
            sharing.tie(by=by, relation="incident", subject=subject, account=account)


def untie_crew(by: Actor, call: Call, accounts: Iterable[UUID], reason: str) -> None:
    """Free the people aboard a unit that left, except where another open call binds them still."""
    for account in accounts:
        for subject in _subjects(call):
            if not _bound_elsewhere(call, subject, account):
                sharing.untie(by=by, relation="incident", subject=subject, account=account, reason=reason)


def untie_centre(by: Actor, call: Call) -> None:
    """Let the centre's view end 72 hours from now."""
    ends: datetime = clock.now() + CENTRE_KEEPS
    for subject in _subjects(call):
        others = Call.objects.filter(agency=call.agency_id, person=call.person_id, state__in=OPEN_STATES)
        if subject.kind == "person" and others.exclude(id=call.id).exists():
            continue
        sharing.untie(
            by=by, relation="incident", subject=subject, agency=call.agency_id, until=ends, reason="cleared"
        )


def _bound_elsewhere(call: Call, subject: Subject, account: UUID) -> bool:
    """Whether the account is on this subject by another assignment that is still open."""
    open_ = Assignment.objects.filter(cleared__isnull=True)
    by_person = subject.kind == "person"
    open_ = open_.filter(call__person=call.person_id) if by_person else open_.filter(call=call)
    return any(str(account) in row.crew for row in open_)
