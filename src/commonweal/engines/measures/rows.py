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
    RESPONSE = "response"


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
    """A team's contact at a scene. `follow_up_owed` says that a follow-up was agreed; `followed_up` when.

    `held` is an involuntary hold, `injured` anybody hurt; None where nobody wrote it or no permit opens it.
    """

    id: str
    ended: datetime
    contacted: bool = True
    disposition: str = ""
    ed_transport: bool | None = None
    arrested: bool | None = None
    follow_up_owed: bool = False
    followed_up: datetime | None = None
    held: bool | None = None
    force_used: bool | None = None
    injured: bool | None = None


@dataclass(frozen=True)
class ReferralRow:
    """A referral that was sent. `duplicate` marks one made twice for the same need.

    `resolved` is when the need was met, wholly or in part; `declined_for` the receiver's reason, if any.
    `hold` is how the place that was held for it ended: arrived, released or expired; `standing` while it is
    held, empty where none was.
    """

    id: str
    sent: datetime
    accepted: datetime | None = None
    attended: datetime | None = None
    duplicate: bool = False
    resolved: datetime | None = None
    declined_for: str = ""
    hold: str = ""


@dataclass(frozen=True)
class ContactRow:
    """A crisis contact of a person (pseudonym). `left` is when the person moved away or died, if known."""

    person: str
    at: datetime
    left: datetime | None = None


@dataclass(frozen=True)
class ResponseRow:
    """Who went to a call: the row that rates called "diversion" are made of.

    `team` is the civilian crisis team: `associated` however it was tied to the call, `dispatched` given the
    word, `arrived` at the scene. `police_sent` is any police unit, also one that a clinician rode with;
    `police_minutes` sums its units' minutes from dispatch to clearing, None where not recorded. `by_record`
    is True where no units were recorded and the record's own agency stands for who went.
    """

    id: str
    received: datetime
    nature: str = ""
    is_public: bool = True
    is_other_service: bool = False
    duplicate: bool = False
    team_associated: bool = False
    team_dispatched: bool = False
    team_arrived: bool = False
    police_sent: bool = False
    anyone_sent: bool = False
    police_minutes: float | None = None
    by_record: bool = False


Row = CallRow | EncounterRow | ReferralRow | ContactRow | ResponseRow
ROW_TYPES: dict[Grain, type[Row]] = {
    Grain.CALL: CallRow,
    Grain.ENCOUNTER: EncounterRow,
    Grain.REFERRAL: ReferralRow,
    Grain.CONTACT: ContactRow,
    Grain.RESPONSE: ResponseRow,
}
