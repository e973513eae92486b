"""The code half of each metric: which rows count, and which of those are hits."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import numpy as np

from commonweal.engines.measures.rows import (
    POLICE_RESPONSES,
    CallRow,
    ContactRow,
    EncounterRow,
    ReferralRow,
    ResponseRow,
    Row,
)
from commonweal.engines.numerics import Interval, kaplan_meier, quantile_interval, wilson

R = TypeVar("R", CallRow, EncounterRow, ReferralRow, ContactRow, ResponseRow)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Frame:
    """How to look: `as_of` is the moment the cohort was frozen, `window_days` the metric's window."""

    as_of: datetime | None
    window_days: float
    level: float

    @property
    def window(self) -> timedelta:
        """The metric's window as a span of time."""
        return timedelta(days=self.window_days)

    def is_unripe(self, start: datetime) -> bool:
        """True when the window from `start` was not over yet: its outcome cannot be known."""
        if self.as_of is None:
            raise ValueError("as_of: missing; say when the cohort was frozen, since this metric has a window")
        return start + self.window > self.as_of


@dataclass(frozen=True)
class Tally:
    """What a rule found, before small cells are hidden. `excluded` counts rows left out, by reason."""

    numerator: int | None
    denominator: int
    value: float | None
    interval: Interval | None
    excluded: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


Rule = Callable[[Sequence[Row], Frame], Tally]


def typed(rows: Sequence[Row], kind: type[R]) -> list[R]:
    """The rows as `kind`; ValueError says what was handed in instead."""
    wrong = next((row for row in rows if not isinstance(row, kind)), None)
    if wrong is not None:
        raise ValueError(f"rows: this metric counts {kind.__name__}, not {type(wrong).__name__}")
    return [row for row in rows if isinstance(row, kind)]


def share(
    kind: type[R], left_out: Callable[[R, Frame], str | None], is_hit: Callable[[R, Frame], bool]
) -> Rule:
    """A rule for hits among rows; `left_out` names why a row does not count, or None."""

    def rule(rows: Sequence[Row], frame: Frame) -> Tally:
        excluded: Counter[str] = Counter()
        hits = total = 0
        for row in typed(rows, kind):
            reason = left_out(row, frame)
            if reason:
                excluded[reason] += 1
                continue
            total += 1
            hits += is_hit(row, frame)
        value = hits / total if total else None
        return Tally(hits, total, value, wilson(hits, total, frame.level) if total else None, dict(excluded))

    return rule


def uncounted_call(row: CallRow, frame: Frame) -> str | None:
    """Cancelled calls and second calls about one incident never count."""
    if row.duplicate:
        return "duplicate"
    return "cancelled" if row.cancelled else None


def not_behavioural(row: CallRow, frame: Frame) -> str | None:
    """Counts only calls flagged as behavioural health."""
    if reason := uncounted_call(row, frame):
        return reason
    if row.behavioural_health is None:
        return "flag_unknown"
    return None if row.behavioural_health else "not_behavioural_health"


def flag_unknown(row: CallRow, frame: Frame) -> str | None:
    """Calls whose flag was never set cannot say."""
    return uncounted_call(row, frame) or ("flag_unknown" if row.behavioural_health is None else None)


def not_911_behavioural(row: CallRow, frame: Frame) -> str | None:
    """Only behavioural-health calls that came in by 911 could have been diverted from it."""
    return not_behavioural(row, frame) or (None if row.source == "911" else "other_door")


def not_civilian_tier(row: CallRow, frame: Frame) -> str | None:
    """Only calls that triage found fit for a civilian team, and to which somebody went."""
    if reason := uncounted_call(row, frame):
        return reason
    if row.tier != "T3":
        return "other_tier" if row.tier else "tier_unknown"
    return None if row.response else "nobody_sent"


def no_encounter(row: EncounterRow, frame: Frame) -> str | None:
    """Encounters where the person was met and the outcome written down."""
    if not row.contacted:
        return "person_not_met"
    return None if row.disposition else "disposition_unknown"


def unknown(field_name: str) -> Callable[[EncounterRow, Frame], str | None]:
    """Encounters where the person was met and yes-or-no `field_name` is known."""

    def left_out(row: EncounterRow, frame: Frame) -> str | None:
        if not row.contacted:
            return "person_not_met"
        return f"{field_name}_unknown" if getattr(row, field_name) is None else None

    return left_out


def not_owed(row: EncounterRow, frame: Frame) -> str | None:
    """Encounters that owe a follow-up whose time is up."""
    if not row.follow_up_owed:
        return "not_owed"
    return "window_open" if frame.is_unripe(row.ended) else None


def unripe_referral(row: ReferralRow, frame: Frame) -> str | None:
    """Referrals, once each, whose window is over."""
    if row.duplicate:
        return "duplicate"
    return "window_open" if frame.is_unripe(row.sent) else None


def within(start: datetime, end: datetime | None, frame: Frame) -> bool:
    """True when `end` came within the window after `start`."""
    return end is not None and end - start <= frame.window


def response_quantile(quantile: float) -> Rule:
    """Minutes from received to first arrival, below which `quantile` of the calls lie."""

    def rule(rows: Sequence[Row], frame: Frame) -> Tally:
        excluded: Counter[str] = Counter()
        minutes: list[float] = []
        for row in typed(rows, CallRow):
            reason = uncounted_call(row, frame) or unusable_arrival(row)
            if reason or row.arrived is None:
                excluded[reason or "never_arrived"] += 1
            else:
                minutes.append((row.arrived - row.received).total_seconds() / 60)
        if not minutes:
            return Tally(None, 0, None, None, dict(excluded))
        interval, covered = quantile_interval(minutes, quantile, frame.level)
        notes = () if covered else ("interval_limited_by_few_calls",)
        value = float(np.quantile(minutes, quantile))
        return Tally(None, len(minutes), value, interval, dict(excluded), notes)

    return rule


def days_to_accept(rows: Sequence[Row], frame: Frame) -> Tally:
    """The median of days from sent to accepted, over referrals that were accepted."""
    excluded: Counter[str] = Counter()
    found: list[float] = []
    for row in typed(rows, ReferralRow):
        if row.duplicate or row.accepted is None or row.accepted < row.sent:
            excluded["duplicate" if row.duplicate else "never_accepted"] += 1
        else:
            found.append((row.accepted - row.sent) / DAY)
    if not found:
        return Tally(None, 0, None, None, dict(excluded))
    interval, covered = quantile_interval(found, 0.5, frame.level)
    notes = () if covered else ("interval_limited_by_few_calls",)
    return Tally(None, len(found), float(np.median(found)), interval, dict(excluded), notes)


def not_answered(row: ReferralRow, frame: Frame) -> str | None:
    """Referrals, once each, that the receiver accepted or declined."""
    if row.duplicate:
        return "duplicate"
    return None if row.accepted or row.declined_for else "not_answered"


def no_ended_hold(row: ReferralRow, frame: Frame) -> str | None:
    """Referrals for which a place was held, and the holding is over."""
    if row.duplicate:
        return "duplicate"
    if not row.hold:
        return "no_place_held"
    return "still_held" if row.hold == "standing" else None


def no_word_of_police(row: ResponseRow, frame: Frame) -> str | None:
    """Calls that the team was sent to, where units were recorded one by one."""
    if row.duplicate:
        return "duplicate"
    if not row.team_dispatched:
        return "team_not_sent"
    return "units_not_recorded" if row.by_record else None


def unusable_arrival(row: CallRow) -> str | None:
    """Calls nobody reached, and those whose clock runs backwards."""
    if row.arrived is None:
        return "never_arrived"
    return "impossible_time_order" if row.arrived < row.received else None


def repeat_contact(rows: Sequence[Row], frame: Frame) -> Tally:
    """Share of people with another contact within the window of their first, censoring those not watched.

    One minus Kaplan-Meier. The numerator counts repeats seen; the value corrects for people whose window
    was cut short, so it may exceed numerator / denominator.
    """
    by_person: dict[str, list[ContactRow]] = {}
    for row in sorted(typed(rows, ContactRow), key=lambda row: row.at):
        by_person.setdefault(row.person, []).append(row)
    if frame.as_of is None:
        raise ValueError("as_of: missing; say when the cohort was frozen, since this metric censors at it")
    watched = [spell(contacts, frame.as_of) for contacts in by_person.values()]
    kept = [(days, happened) for days, happened in watched if days >= 0]
    excluded = {"first_contact_after_freeze": len(watched) - len(kept)} if len(kept) < len(watched) else {}
    if not kept:
        return Tally(0, 0, None, None, excluded)
    curve = kaplan_meier([days for days, _ in kept], [happened for _, happened in kept])
    free, interval = curve.at(frame.window_days, frame.level)
    repeats = sum(happened and days <= frame.window_days for days, happened in kept)
    bounds = Interval(1 - interval.high, 1 - interval.low, frame.level)
    return Tally(repeats, len(kept), 1 - free, bounds, excluded)


def spell(contacts: Sequence[ContactRow], as_of: datetime) -> tuple[float, bool]:
    """Days from a person's first contact (in order of time) to the next, or to the end of watching."""
    first = contacts[0].at
    ends = [as_of] + [row.left for row in contacts if row.left is not None]
    again = next((row.at for row in contacts[1:] if row.at > first and row.at <= as_of), None)
    if again is not None:
        return (again - first) / DAY, True
    return (min(ends) - first) / DAY, False


UNAVAILABLE = frozenset({"no_capacity"})  # reasons of packs/pathways: nothing was wrong with the referral

RULES: Mapping[str, Rule] = {
    "civilian_served_share": share(
        CallRow, not_civilian_tier, lambda row, _: row.response == "civilian_crisis_team"
    ),
    "cancelled_share": share(
        CallRow, lambda row, _: "duplicate" if row.duplicate else None, lambda row, _: row.cancelled
    ),
    "involuntary_hold_share": share(EncounterRow, unknown("held"), lambda row, _: bool(row.held)),
    "force_share": share(EncounterRow, unknown("force_used"), lambda row, _: bool(row.force_used)),
    "injury_share": share(EncounterRow, unknown("injured"), lambda row, _: bool(row.injured)),
    "referral_resolved_share": share(
        ReferralRow, unripe_referral, lambda row, frame: within(row.sent, row.resolved, frame)
    ),
    "referral_unavailable_share": share(
        ReferralRow, not_answered, lambda row, _: row.declined_for in UNAVAILABLE
    ),
    "referral_days_to_accept": days_to_accept,
    "place_held_share": share(
        ReferralRow, lambda row, _: "duplicate" if row.duplicate else None, lambda row, _: bool(row.hold)
    ),
    "hold_kept_share": share(ReferralRow, no_ended_hold, lambda row, _: row.hold == "arrived"),
    "hold_expired_share": share(ReferralRow, no_ended_hold, lambda row, _: row.hold == "expired"),
    "police_joined_share": share(ResponseRow, no_word_of_police, lambda row, _: row.police_sent),
    "behavioural_health_share": share(CallRow, flag_unknown, lambda row, _: bool(row.behavioural_health)),
    "diverted_to_remote_share": share(
        CallRow,
        not_911_behavioural,
        lambda row, _: row.response == "remote_clinician" and row.remote_accepted,
    ),
    "police_sent_though_eligible_share": share(
        CallRow, not_civilian_tier, lambda row, _: row.response in POLICE_RESPONSES
    ),
    "response_minutes_p50": response_quantile(0.5),
    "response_minutes_p90": response_quantile(0.9),
    "resolved_in_community_share": share(
        EncounterRow, no_encounter, lambda row, _: row.disposition == "resolved_in_community"
    ),
    "ed_transport_share": share(EncounterRow, unknown("ed_transport"), lambda row, _: bool(row.ed_transport)),
    "arrest_share": share(EncounterRow, unknown("arrested"), lambda row, _: bool(row.arrested)),
    "follow_up_share": share(
        EncounterRow, not_owed, lambda row, frame: within(row.ended, row.followed_up, frame)
    ),
    "referral_accepted_share": share(
        ReferralRow, unripe_referral, lambda row, frame: within(row.sent, row.accepted, frame)
    ),
    "referral_attended_share": share(
        ReferralRow, unripe_referral, lambda row, frame: within(row.sent, row.attended, frame)
    ),
    "repeat_contact": repeat_contact,
}
