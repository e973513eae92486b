"""From the sets that the gate opened to the rows that metrics count."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from commonweal.agencies import queries as agencies
from commonweal.calls import queries as calls
from commonweal.encounters import queries as encounters
from commonweal.engines.disclosure import Permit
from commonweal.engines.measures import (
    CallRow,
    ContactRow,
    EncounterRow,
    Grain,
    ReferralRow,
    ResponseRow,
    Row,
)
from commonweal.referrals import queries as referrals

CATEGORIES = ("call_facts", "encounter_narrative", "referral_status")
STAYED = frozenset({"none", "home", "shelter"})  # transports that end where the person lives or stays
CIVILIAN = frozenset({"crisis_team", "clinician"})
POLICE = frozenset({"patrol", "cit", "co_response"})  # an officer rides in a co-response unit
TEAM_RECORDS = frozenset({"crisis", "mobile_crisis"})  # disciplines of records that name no unit
OTHER_SERVICES = frozenset({"fire", "ems"})
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
    for call, turns in calls.answered(opened.of("call_facts"), start, end):
        found.by_grain[Grain.CALL].append(_call(call))
        found.by_grain[Grain.RESPONSE].append(_response_row(call, turns))
        found.areas.append(call.area)
    for met in encounters.extract(opened.of("encounter_narrative"), start, end):
        found.by_grain[Grain.ENCOUNTER].append(_encounter(met))
        if met.person:
            found.by_grain[Grain.CONTACT].append(ContactRow(str(met.person), met.started))
    for sent in referrals.extract(opened.of("referral_status"), start, end):
        row = ReferralRow(
            str(sent.key), sent.sent, sent.accepted, sent.attended,
            resolved=sent.resolved, declined_for=sent.declined_for, hold=sent.hold,
        )  # fmt: skip
        found.by_grain[Grain.REFERRAL].append(row)
    return found


def _call(call: calls.Counted) -> CallRow:
    return CallRow(
        id=str(call.key), received=call.received, arrived=call.on_scene,
        behavioural_health=call.is_behavioural, source=call.source, tier=call.tier,
        response=_response(call), remote_accepted=call.is_remote_accepted, cancelled=call.is_cancelled,
        duplicate=call.is_duplicate,
    )  # fmt: skip


def _response_row(call: calls.Counted, turns: Sequence[calls.Turn]) -> ResponseRow:
    """Who went, by the units recorded; where there are none, by the agency whose record it is."""
    row = ResponseRow(
        str(call.key), call.received, call.nature, call.source != "self_initiated",
        duplicate=call.is_duplicate,
    )  # fmt: skip
    if turns or not (call.dispatched or call.on_scene):
        team = [turn for turn in turns if turn.kind in CIVILIAN]
        officers = [turn for turn in turns if turn.kind in POLICE]
        is_planned = call.response == "civilian_crisis_team" or call.discipline in TEAM_RECORDS
        is_other = not team and not officers and (bool(turns) or call.discipline in OTHER_SERVICES)
        return replace(
            row, is_other_service=is_other and not is_planned, team_associated=bool(team) or is_planned,
            team_dispatched=bool(team), team_arrived=any(turn.on_scene for turn in team),
            police_sent=bool(officers), anyone_sent=bool(turns), police_minutes=_minutes(officers),
        )  # fmt: skip
    is_team, is_police = call.discipline in TEAM_RECORDS, call.discipline == "police"
    own = calls.Turn(call.discipline, call.dispatched or call.received, call.on_scene, call.cleared)
    return replace(
        row, is_other_service=call.discipline in OTHER_SERVICES, team_associated=is_team,
        team_dispatched=is_team, team_arrived=is_team and call.on_scene is not None, police_sent=is_police,
        anyone_sent=True, police_minutes=_minutes([own]) if is_police else None, by_record=True,
    )  # fmt: skip


def _minutes(turns: Sequence[calls.Turn]) -> float | None:
    """Unit-minutes from dispatch to clearing; None where a clearing is missing or comes before."""
    spent = [(t.cleared - t.dispatched).total_seconds() / 60 for t in turns if t.cleared]
    return sum(spent) if turns and len(spent) == len(turns) and min(spent) >= 0 else None


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
        held=met.held,
        force_used=met.force_used,
        injured=met.injured,
    )
