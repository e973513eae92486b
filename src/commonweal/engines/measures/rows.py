"""What metrics count: de-identified rows of a frozen cohort. Ids here are pseudonyms; times carry a zone."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

POLICE_RESPONSES = frozenset({"patrol", "cit_officer"})


class Grain(StrEnum):
    """What one row stands for."""

    CALL = "call"
    ENCOUNTER = "encounter"
    REFERRAL = "referral"
    CONTACT = "contact"


@dataclass(frozen=True)
class CallRow:
    """A call. `behavioural_health` is the flag at clearance, or at intake where never re-coded; None unknown.

    `response` is the response model sent ("" when none was); `remote_accepted` says whether the remote
    clinician or 988 took it over. `duplicate` marks a second call about the same incident.
    """

    id: str
    received: datetime
    arrived: datetime | None = None
    behavioural_health: bool | None = None
    source: str = "911"
    tier: str = ""
    response: str = ""
    remote_accepted: bool = False
    cancelled: bool = False
    duplicate: bool = False


@dataclass(frozen=True)
class EncounterRow:
    """A team's contact at a scene. `follow_up_owed` says that a follow-up was agreed; `followed_up` when."""

    id: str
    ended: datetime
    contacted: bool = True
    disposition: str = ""
    ed_transport: bool | None = None
    arrested: bool | None = None
    follow_up_owed: bool = False
    followed_up: datetime | None = None


@dataclass(frozen=True)
class ReferralRow:
    """A referral that was sent. `duplicate` marks one made twice for the same need."""

    id: str
    sent: datetime
    accepted: datetime | None = None
    attended: datetime | None = None
    duplicate: bool = False


@dataclass(frozen=True)
class ContactRow:
    """A crisis contact of a person (pseudonym). `left` is when the person moved away or died, if known."""

    person: str
    at: datetime
    left: datetime | None = None


Row = CallRow | EncounterRow | ReferralRow | ContactRow
ROW_TYPES: dict[Grain, type[Row]] = {
    Grain.CALL: CallRow,
    Grain.ENCOUNTER: EncounterRow,
    Grain.REFERRAL: ReferralRow,
    Grain.CONTACT: ContactRow,
}
