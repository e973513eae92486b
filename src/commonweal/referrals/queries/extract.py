"""De-identified rows of referrals for counting: of origins with a permit at both ends, nobody in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.directory import queries as directory
from commonweal.engines.disclosure import Permit
from commonweal.kernel.shown import reveal_set
from commonweal.referrals.models import Referral, Step
from commonweal.referrals.states import ACCEPTED, PARTLY, RESOLVED
from commonweal.sharing import queries as sharing

HELD_BEFORE = timedelta(days=7)  # how long before it is sent a place may be held for a referral
OWN_PROVIDER = "social_service"  # the origin of a receiver that has no agency here


@dataclass(frozen=True, slots=True)
class Counted:
    """One referral that was sent; `key` is opaque: hash it. Times are None for what never happened.

    `resolved` is when the need was met, wholly or in part; `declined_for` the receiver's reason, if any;
    `agency` is whose team sent it; `hold` how the place held for it ended, empty where none was.
    """

    key: UUID
    sent: datetime
    accepted: datetime | None
    attended: datetime | None
    resolved: datetime | None = None
    declined_for: str = ""
    agency: UUID | None = None
    hold: str = ""


def extract(permits: Mapping[str, Permit], start: datetime, end: datetime) -> list[Counted]:
    """Referrals sent in the span whose sender and receiver both stand under a permit (`ask_set`)."""
    opened = {
        program
        for program, permit in permits.items()
        if "status" in reveal_set(permit, category="referral_status")
    }
    homes = {agency.id for agency in agencies.agencies() if agency.source_program in opened}
    rows = Referral.objects.filter(from_agency__in=homes, sent_at__gte=start, sent_at__lt=end)
    steps = Step.objects.filter(referral__in=rows).order_by("-at")
    accepted = dict(steps.filter(after=ACCEPTED).values_list("referral", "at"))
    resolved = dict(steps.filter(after__in=(RESOLVED, PARTLY)).values_list("referral", "at"))
    holds = directory.hold_endings(start - HELD_BEFORE)
    barred = sharing.barred("referral")
    columns = ("id", "to_agency", "sent_at", "attended_at", "decline_reason", "from_agency")
    found = rows.order_by("sent_at").values_list(*columns)
    return [
        Counted(key, sent, accepted.get(key), attended, resolved.get(key), reason, home, holds.get(key, ""))
        for key, receiver, sent, attended, reason, home in found
        if sent and key not in barred and (receiver in homes if receiver else OWN_PROVIDER in opened)
    ]
