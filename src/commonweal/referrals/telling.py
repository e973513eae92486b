"""Whether a sender may be told how a referral stands, where the receiver's law keeps it.

A substance-use programme tells nobody whether somebody came (42 CFR 2.13), a victim-service provider nothing
of anybody (34 USC 12291(b)(2), 28 CFR 94.115). The sender knows their own act: that the referral was made,
or taken back. All else waits for the person's written consent; what such a sender is shown, told and refused
must be alike whatever the receiver did.
"""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_noop

from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict
from commonweal.referrals import states
from commonweal.referrals.models import Referral
from commonweal.referrals.parties import parties
from commonweal.sharing import actions as sharing

CATEGORY, FIELD, PURPOSE = "referral_status", "status", "care_coordination"
OUTSIDE = frozenset({states.RECEIVER, states.PRODUCT})  # who is asked nothing: it is their own, or no reader
OWN_ACTS = ("check", "send", "withdraw")  # what the sender did by themselves, and so knows
UNTOLD = gettext_noop(
    "By law this service may not tell how a referral stands, unless the person agrees in writing. "
    "It can be taken back, or a consent be recorded on its page."
)


def withheld(by: Actor, found: Iterable[Referral]) -> frozenset[UUID]:
    """Those of which this actor may know only that they were made; asked once for all, journalled."""
    about = [Subject("referral", one.id) for one in found if _is_asked(by, one)]
    if not about:
        return frozenset()
    answers = sharing.ask_many(by=by, category=CATEGORY, purpose=PURPOSE, about=about)
    return frozenset(subject.id for subject, answer in answers.items() if FIELD not in answer.fields)


def _is_asked(by: Actor, found: Referral) -> bool:
    return found.is_guarded and found.state not in states.UNSENT and not parties(by, found) & OUTSIDE


def is_withheld(by: Actor, found: Referral) -> bool:
    """The same of one."""
    return bool(withheld(by, [found]))


def refuse_untold(by: Actor, found: Referral) -> None:
    """Conflict, in the same words whatever stands, where the actor may not be told what stands."""
    if is_withheld(by, found):
        raise Conflict(UNTOLD)


def sender_told(found: Referral) -> UUID | None:
    """The account that sent it, where it may be told how it stands; None where not, or a program sent."""
    if not found.is_guarded:
        return UUID(found.sent_by) if len(found.sent_by) == 36 else None
    sender = agencies.actors([found.sent_by]).get(found.sent_by)
    return UUID(sender.id) if sender and not is_withheld(sender, found) else None
