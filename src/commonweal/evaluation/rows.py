"""From the sets that the gate opened to the rows that metrics count."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from commonweal.agencies import queries as agencies
from commonweal.calls import queries as calls
from commonweal.encounters import queries as encounters
from commonweal.engines.disclosure import Permit
from commonweal.engines.measures import CallRow, ContactRow, EncounterRow, Grain, ReferralRow, Row
from commonweal.referrals import queries as referrals

CATEGORIES = ("call_facts", "encounter_narrative", "referral_status")
STAYED = frozenset({"none", "home", "shelter"})  # transports that end where the person lives or stays
FOLLOWED_UP = timedelta(days=60)  # how long after a span its outcomes are looked for


@dataclass(frozen=True, slots=True)
class Opened:
    """Permits of the gate by category and origin, and the origins it left out."""

    permits: Mapping[str, Mapping[str, Permit]]
    left_out: Mapping[str, tuple[str, ...]]

    def of(self, category: str) -> Mapping[str, Permit]:
        """Permits of one category by origin; none where it was refused."""
        return self.permits.get(category, {})

    @property
    def signature(self) -> Hashable:
        """Alike where the same rows of the same agencies stand open."""
        opened = (
            (category, origin, permit.fields)
            for category, found in self.permits.items()
            for origin, permit in found.items()
        )
        return frozenset(opened), frozenset(agency.id for agency in agencies.agencies())


@dataclass(slots=True)
class Rows:
    """Rows by grain, with the area of each call row beside it (same order)."""

    by_grain: dict[Grain, list[Row]] = field(default_factory=lambda: {grain: [] for grain in Grain})
    areas: list[str] = field(default_factory=list)

    def of(self, grain: Grain) -> Sequence[Row]:
        """The rows of one grain."""
        return self.by_grain[grain]


def gathered(opened: Opened, start: datetime, end: datetime) -> Rows:
    """Every row of the span: calls received, encounters ended, referrals sent, crisis contacts."""
    found = Rows()
    for call in calls.extract(opened.of("call_facts"), start, end):
        found.by_grain[Grain.CALL].append(_call(call))
        found.areas.append(call.area)
    for met in encounters.extract(opened.of("encounter_narrative"), start, end):
        found.by_grain[Grain.ENCOUNTER].append(_encounter(met))
        if met.person:
            found.by_grain[Grain.CONTACT].append(ContactRow(str(met.person), met.started))
    for sent in referrals.extract(opened.of("referral_status"), start, end):
        row = ReferralRow(str(sent.key), sent.sent, sent.accepted, sent.attended)
        found.by_grain[Grain.REFERRAL].append(row)
    return found


def _call(call: calls.Counted) -> CallRow:
    return CallRow(
        id=str(call.key), received=call.received, arrived=call.on_scene,
        behavioural_health=call.is_behavioural, source=call.source, tier=call.tier,
        response=_response(call), remote_accepted=call.is_remote_accepted, cancelled=call.is_cancelled,
        duplicate=call.is_duplicate,
    )  # fmt: skip


def _response(call: calls.Counted) -> str:
    """Who really went: a clinician among them makes it a joint or civilian answer, else police."""
    kinds = call.sent
    if kinds & {"crisis_team"}:
        return "civilian_crisis_team"
    if kinds & {"co_response", "clinician"}:
        return "co_response"
    if kinds & {"cit", "patrol"}:
        return "cit_officer" if "cit" in kinds else "patrol"
    if "tele" in kinds or call.response == "remote_clinician":
        return "remote_clinician"
    return min(kinds, default="")


def _encounter(met: encounters.Counted) -> EncounterRow:
    is_at_home = met.transport in STAYED and met.disposition != "arrest"
    stated = met.transport or met.disposition
    return EncounterRow(
        id=str(met.key),
        ended=met.ended,
        contacted=met.disposition != "not_found",
        disposition=("resolved_in_community" if is_at_home else met.disposition or "moved") if stated else "",
        ed_transport=met.transport == "hospital" if met.transport else None,
        arrested=met.disposition == "arrest" or met.transport == "jail" if met.disposition else None,
        follow_up_owed=met.is_owed,
        followed_up=met.followed_up,
    )
