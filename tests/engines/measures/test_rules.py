"""Which rows count: every reason a row is left out for, by itself and in its order; none counts twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.engines.measures import CallRow, ContactRow, EncounterRow, ReferralRow, Row
from commonweal.engines.measures.rules import RULES, Frame

NOON = datetime(2025, 9, 1, 12, tzinfo=UTC)
WEEK = Frame(NOON + timedelta(days=30), 7, 0.95)
CALL = CallRow("c", NOON, NOON + timedelta(minutes=9), True, "911", "T3", "clinician_team")
MET = EncounterRow(
    "e", NOON, disposition="resolved_in_community", ed_transport=False, arrested=False, follow_up_owed=True
)
SENT = ReferralRow("r", NOON)
CROSSED = {  # whoever never counts as a call, whatever else is said of it
    "duplicate": {"duplicate": True},
    "cancelled": {"cancelled": True},
}


@pytest.mark.parametrize(
    ("metric", "row", "reason"),
    [
        *[(metric, replace(CALL, **crossed), reason)
          for metric in ("behavioural_health_share", "diverted_to_remote_share", "response_minutes_p50",
                         "police_sent_though_eligible_share")
          for reason, crossed in CROSSED.items()],
        ("behavioural_health_share", replace(CALL, behavioural_health=None), "flag_unknown"),
        ("diverted_to_remote_share", replace(CALL, behavioural_health=None), "flag_unknown"),
        ("diverted_to_remote_share", replace(CALL, behavioural_health=False), "not_behavioural_health"),
        ("diverted_to_remote_share", replace(CALL, source="988"), "other_door"),
        ("police_sent_though_eligible_share", replace(CALL, tier="T2"), "other_tier"),
        ("police_sent_though_eligible_share", replace(CALL, tier=""), "tier_unknown"),
        ("police_sent_though_eligible_share", replace(CALL, response=""), "nobody_sent"),
        ("response_minutes_p90", replace(CALL, arrived=None), "never_arrived"),
        ("response_minutes_p90", replace(CALL, arrived=NOON - timedelta(minutes=1)), "impossible_time_order"),
        ("resolved_in_community_share", replace(MET, contacted=False), "person_not_met"),
        ("resolved_in_community_share", replace(MET, disposition=""), "disposition_unknown"),
        ("ed_transport_share", replace(MET, contacted=False), "person_not_met"),
        ("ed_transport_share", replace(MET, ed_transport=None), "ed_transport_unknown"),
        ("arrest_share", replace(MET, arrested=None), "arrested_unknown"),
        ("follow_up_share", replace(MET, follow_up_owed=False), "not_owed"),
        ("follow_up_share", replace(MET, ended=NOON + timedelta(days=24)), "window_open"),
        ("referral_accepted_share", replace(SENT, duplicate=True), "duplicate"),
        *[(metric, replace(SENT, hold=hold, duplicate=again), reason)
          for metric in ("hold_kept_share", "hold_expired_share")
          for hold, again, reason in (("", False, "no_place_held"), ("standing", False, "still_held"),
                                      ("arrived", True, "duplicate"))],
        ("place_held_share", replace(SENT, hold="expired", duplicate=True), "duplicate"),
        ("referral_attended_share", replace(SENT, sent=NOON + timedelta(days=24)), "window_open"),
    ],
)  # fmt: skip
def test_a_row_is_left_out_for_one_named_reason(metric: str, row: Row, reason: str) -> None:
    found = RULES[metric]([row], WEEK)
    assert (found.denominator, found.value, found.excluded) == (0, None, {reason: 1})


@pytest.mark.parametrize(
    ("metric", "row"),
    [
        ("police_sent_though_eligible_share", CALL), ("behavioural_health_share", CALL),
        ("diverted_to_remote_share", CALL), ("response_minutes_p50", CALL),
        ("response_minutes_p50", replace(CALL, arrived=NOON)), ("arrest_share", MET),
        # the window ends at the very moment of the freeze: it is over
        ("follow_up_share", replace(MET, ended=NOON + timedelta(days=23))),
        ("referral_attended_share", replace(SENT, sent=NOON + timedelta(days=23))),
    ],
)  # fmt: skip
def test_the_row_beside_it_counts(metric: str, row: Row) -> None:
    found = RULES[metric]([row], WEEK)
    assert (found.denominator, found.excluded) == (1, {})


@pytest.mark.parametrize(("days", "hit"), [(6, 1), (7, 1), (7.01, 0)])
def test_what_came_on_the_last_day_of_the_window_came_in_time(days: float, hit: int) -> None:
    at = NOON + timedelta(days=days)
    assert RULES["referral_accepted_share"]([replace(SENT, accepted=at)], WEEK).numerator == hit
    assert RULES["referral_attended_share"]([replace(SENT, attended=at)], WEEK).numerator == hit
    assert RULES["follow_up_share"]([replace(MET, followed_up=at)], WEEK).numerator == hit


@pytest.mark.parametrize("metric", ["follow_up_share", "referral_attended_share", "repeat_contact"])
def test_a_metric_with_a_window_asks_when_the_cohort_was_frozen(metric: str) -> None:
    row: Row = {"follow_up_share": MET, "referral_attended_share": SENT}.get(metric, ContactRow("p", NOON))
    with pytest.raises(ValueError, match="^as_of: missing; say when the cohort was frozen"):
        RULES[metric]([row], replace(WEEK, as_of=None))


def test_rows_of_another_kind_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="^rows: this metric counts CallRow, not EncounterRow$"):
        RULES["behavioural_health_share"]([CALL, MET], WEEK)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(
            lambda flag, source, out: replace(
                CALL, behavioural_health=flag, source=source, **({out: True} if out else {})
            ),
            st.sampled_from([True, False, None]),
            st.sampled_from(["911", "988"]),
            st.sampled_from(["", "duplicate", "cancelled"]),
        ),
        max_size=30,
    )
)
def test_every_row_is_counted_or_left_out_and_none_both(rows: Sequence[CallRow]) -> None:
    for metric in ("behavioural_health_share", "diverted_to_remote_share", "response_minutes_p50"):
        found = RULES[metric](rows, WEEK)
        assert found.denominator + sum(found.excluded.values()) == len(rows)
        assert (found.value is None) is (found.denominator == 0)
        if found.numerator is not None:
            assert 0 <= found.numerator <= found.denominator


@given(st.lists(st.sampled_from(["", "standing", "arrived", "released", "expired"]), min_size=1))
def test_places_held_used_and_lapsed_add_up(holds: list[str]) -> None:
    """Used, lapsed and given back are all that a hold can become; one that stands is in none of them."""
    rows = [replace(SENT, id=str(number), hold=hold) for number, hold in enumerate(holds)]
    placed, kept, lapsed = (
        RULES[name](rows, WEEK) for name in ("place_held_share", "hold_kept_share", "hold_expired_share")
    )
    assert (placed.numerator, placed.denominator) == (sum(map(bool, holds)), len(holds))
    over = sum(hold in ("arrived", "released", "expired") for hold in holds)
    assert kept.denominator == lapsed.denominator == over
    assert kept.numerator == holds.count("arrived") and lapsed.numerator == holds.count("expired")
    assert sum(kept.excluded.values()) + over == len(holds)
