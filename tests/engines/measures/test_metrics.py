"""The specification runs: for each metric a small table in, the number a reader expects out."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
import yaml

from commonweal.engines.measures import (
    DEFINITIONS,
    RULES,
    CallRow,
    ContactRow,
    EncounterRow,
    Metric,
    MetricError,
    ReferralRow,
    Result,
    Row,
    compute,
    metric_from,
    registry,
)

PACK = Path(__file__).parents[3] / "src/commonweal/packs/metrics"
NOON = datetime(2025, 9, 1, 12, tzinfo=UTC)
FROZEN = datetime(2025, 12, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def documents() -> list[Mapping[str, object]]:
    return [
        cast(Mapping[str, object], yaml.safe_load(path.read_text())) for path in sorted(PACK.glob("*.yaml"))
    ]


METRICS = registry(documents())


def measure(id: str, rows: Sequence[Row], threshold: int = 1) -> Result:
    return compute(METRICS[id], rows, as_of=FROZEN, threshold=threshold)


def call(**more: object) -> CallRow:
    return CallRow(id="c", received=NOON, **more)  # type: ignore[arg-type]


def encounter(**more: object) -> EncounterRow:
    return EncounterRow(id="e", ended=NOON, **more)  # type: ignore[arg-type]


def test_behavioural_health_share_counts_known_flags_of_live_calls() -> None:
    rows = [call(behavioural_health=True)] * 3 + [call(behavioural_health=False)] * 9
    rows += [
        call(),
        call(behavioural_health=True, cancelled=True),
        call(behavioural_health=True, duplicate=True),
    ]
    result = measure("behavioural_health_share", rows)
    assert (result.numerator, result.denominator, result.value) == (3, 12, 0.25)
    assert result.excluded == {"flag_unknown": 1, "cancelled": 1, "duplicate": 1}
    assert result.interval is not None and result.interval.low < 0.25 < result.interval.high


def test_diversion_needs_acceptance_and_the_911_door() -> None:
    remote = call(behavioural_health=True, response="remote_clinician", remote_accepted=True)
    offered = call(behavioural_health=True, response="remote_clinician")
    own = call(behavioural_health=True, source="988", response="remote_clinician", remote_accepted=True)
    result = measure("diverted_to_remote_share", [remote, offered, own, call(behavioural_health=False)])
    assert (result.numerator, result.denominator) == (1, 2)
    assert result.excluded == {"other_door": 1, "not_behavioural_health": 1}


def test_police_sent_though_a_civilian_team_was_enough() -> None:
    rows = [call(tier="T3", response=r) for r in ("patrol", "cit_officer", "civilian_crisis", "co_response")]
    rows += [call(tier="T1", response="patrol"), call(tier="T3"), call(response="patrol")]
    result = measure("police_sent_though_eligible_share", rows)
    assert (result.numerator, result.denominator) == (2, 4)
    assert result.excluded == {"other_tier": 1, "nobody_sent": 1, "tier_unknown": 1}


def test_response_time_starts_at_receipt_and_leaves_out_clocks_that_run_backwards() -> None:
    rows = [call(arrived=NOON + n * MINUTE) for n in range(1, 102)]
    rows += [call(), call(arrived=NOON - MINUTE)]
    half, nine = measure("response_minutes_p50", rows), measure("response_minutes_p90", rows)
    assert (half.value, nine.value, half.denominator, half.numerator) == (51.0, 91.0, 101, None)
    assert half.excluded == {"never_arrived": 1, "impossible_time_order": 1}
    assert nine.interval is not None and nine.interval.low < 91 < nine.interval.high and not nine.notes


def test_few_response_times_say_that_their_interval_is_cut() -> None:
    result = measure("response_minutes_p90", [call(arrived=NOON + n * MINUTE) for n in range(1, 13)])
    assert result.notes == ("interval_limited_by_few_calls",)


def test_how_encounters_ended() -> None:
    rows = [encounter(disposition="resolved_in_community", ed_transport=False, arrested=False)] * 3
    rows += [encounter(disposition="hospital", ed_transport=True, arrested=False), encounter(contacted=False)]
    rows += [encounter()]
    assert measure("resolved_in_community_share", rows).value == 0.75
    assert measure("ed_transport_share", rows).value == 0.25
    assert measure("arrest_share", rows).value == 0.0
    assert measure("arrest_share", rows).excluded == {"person_not_met": 1, "arrested_unknown": 1}


def test_follow_up_within_72_hours_of_those_owed_and_due() -> None:
    rows = [
        encounter(follow_up_owed=True, followed_up=NOON + 3 * DAY),
        encounter(follow_up_owed=True, followed_up=NOON + 3 * DAY + MINUTE),
        encounter(follow_up_owed=True),
        encounter(),
        EncounterRow(id="late", ended=FROZEN - DAY, follow_up_owed=True),
    ]
    result = measure("follow_up_72h_share", rows)
    assert (result.numerator, result.denominator) == (1, 3)
    assert result.excluded == {"not_owed": 1, "window_open": 1}


def test_referrals_accepted_and_attended() -> None:
    rows = [
        ReferralRow("a", NOON, accepted=NOON + DAY, attended=NOON + 14 * DAY),
        ReferralRow("b", NOON, accepted=NOON + 9 * DAY, attended=NOON + 15 * DAY),
        ReferralRow("c", NOON),
        ReferralRow("d", NOON, duplicate=True),
        ReferralRow("e", FROZEN - DAY, accepted=FROZEN),
    ]
    accepted, attended = (
        measure("referral_accepted_share", rows),
        measure("referral_attended_14d_share", rows),
    )
    assert (accepted.numerator, accepted.denominator) == (1, 3)
    assert (attended.numerator, attended.denominator) == (1, 3)
    assert accepted.excluded == {"duplicate": 1, "window_open": 1}


def test_repeat_contact_credits_people_for_as_long_as_they_were_watched() -> None:
    rows = [
        ContactRow("ana", NOON),
        ContactRow("ana", NOON + 10 * DAY),
        ContactRow("bo", NOON),
        ContactRow("bo", NOON + 40 * DAY),
        ContactRow("cam", NOON),
        ContactRow("dee", NOON, left=NOON + 5 * DAY),
        ContactRow("eli", FROZEN + DAY),
    ]
    result = measure("repeat_contact_30d", rows)
    # At day 10 three people are at risk (dee left on day 5): 1 of 3, not 1 of 4.
    assert result.value == pytest.approx(1 / 3)
    assert (result.numerator, result.denominator) == (1, 4)
    assert result.excluded == {"first_contact_after_freeze": 1}


def test_nothing_to_count_is_neither_zero_nor_hidden() -> None:
    for id in METRICS:
        result = measure(id, [], threshold=11)
        assert (result.value, result.denominator, result.suppressed) == (None, 0, False)


def test_every_metric_of_the_pack_has_its_rule_and_its_words() -> None:
    assert {metric.rule for metric in METRICS.values()} == {*RULES, *DEFINITIONS}
    assert len(METRICS) == 36
    for metric in METRICS.values():
        assert metric.sentence["es"] != metric.sentence["en"] and metric.citation


@pytest.mark.parametrize("id", ["follow_up_72h_share", "repeat_contact_30d", "referral_accepted_share"])
def test_a_metric_with_a_window_asks_when_the_cohort_was_frozen(id: str) -> None:
    rows: Mapping[str, Sequence[Row]] = {
        "follow_up_72h_share": [encounter(follow_up_owed=True)],
        "repeat_contact_30d": [ContactRow("ana", NOON)],
        "referral_accepted_share": [ReferralRow("a", NOON)],
    }
    with pytest.raises(ValueError, match="as_of: missing"):
        compute(METRICS[id], rows[id])


def test_rows_of_another_grain_are_refused() -> None:
    with pytest.raises(ValueError, match="counts CallRow, not ReferralRow"):
        measure("behavioural_health_share", [ReferralRow("a", NOON)])


def definition(**changes: object) -> Mapping[str, object]:
    return {**next(d for d in documents() if d["id"] == "arrest_share"), **changes}


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"surprise": 1}, "unknown field 'surprise'"),
        ({"grain": "town"}, "grain 'town'; use one of call"),
        ({"window_days": -1}, "window_days -1; give a number"),
        ({"version": "one"}, "version 'one'"),
        ({"title": {"en": "Only English"}}, "title lacks es"),
        ({"title": {"en": "A", "es": "B", "with a comma": None}}, "holds no text"),
    ],
)
def test_a_definition_that_cannot_be_used_says_why(changes: Mapping[str, object], message: str) -> None:
    with pytest.raises(MetricError, match=message):
        metric_from(definition(**changes))


def test_a_definition_states_everything() -> None:
    short = {key: value for key, value in definition().items() if key != "citation"}
    with pytest.raises(MetricError, match="'citation' is missing"):
        metric_from(short)


def test_two_definitions_of_one_id_and_an_unknown_rule_are_refused() -> None:
    with pytest.raises(MetricError, match="defined twice"):
        registry([definition(), definition()])
    odd: Metric = metric_from(definition(rule="guess"))
    with pytest.raises(MetricError, match="rule 'guess'; use one of arrest_share"):
        compute(odd, [])
