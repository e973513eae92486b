"""The county's year: it follows what was observed, its truth is known, and no step of it is impossible."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from commonweal import packs
from commonweal.agencies.models import SOURCE_PROGRAMS
from commonweal.calls.models import CALLER_ROLES, SOURCES
from commonweal.cases.actions import CLOSE_REASONS
from commonweal.cases.actions.care import WAYS
from commonweal.cases.models import Case
from commonweal.community.actions import TOPICS
from commonweal.demo import pack
from commonweal.demo.county import County, generate
from commonweal.demo.filling.history import tried_at
from commonweal.demo.values import Referral
from commonweal.referrals.states import ENDS, MOVES, STATES, UNMET

from .conftest import NOW

pytestmark = pytest.mark.slow


def table(name: str) -> dict[str, dict[str, object]]:
    value = packs.read(name)
    assert isinstance(value, dict)
    return value


# --- as observed -----------------------------------------------------------------------------------


def test_hours_of_the_week_follow_the_real_centre(harlow: County) -> None:
    seen = np.zeros((7, 24))
    for call in harlow.calls:
        if not call.answers:
            local = call.times.received.astimezone(ZoneInfo("America/Los_Angeles"))
            seen[local.weekday(), local.hour] += 1
    observed = np.array(pack.figures()["centre"]["week"])
    assert np.corrcoef(seen.ravel(), observed.ravel())[0, 1] > 0.93


def test_natures_come_in_the_shares_observed(harlow: County) -> None:
    seen = Counter(call.nature for call in harlow.calls if not call.answers)
    facts = pack.figures()["centre"]["natures"]
    whole = sum(facts[nature]["share"] for nature in seen)
    for nature in ("medical_critical", "crash", "parking", "theft"):
        assert seen[nature] / seen.total() == pytest.approx(facts[nature]["share"] / whole, rel=0.05)


def test_travel_times_have_the_median_observed(harlow: County) -> None:
    minutes = [
        (call.times.on_scene - call.times.enroute).total_seconds()
        for call in harlow.calls
        if call.nature == "medical_critical" and call.times.on_scene and call.times.enroute
    ]
    observed = pack.figures()["centre"]["natures"]["medical_critical"]["spans"]["travel"]
    assert np.median(minutes) == pytest.approx(observed[3], rel=0.1)


def test_most_crises_end_in_the_community_as_observed(harlow: County) -> None:
    ends = Counter(e.transport for e in harlow.encounters if e.responder in ("crisis_team", "co_response"))
    assert ends["none"] / ends.total() == pytest.approx(0.83, abs=0.06)


def test_the_year_is_as_large_as_a_county(harlow: County) -> None:
    crises = sum(bool(call.answers) for call in harlow.calls)
    assert 7_500 < crises < 10_000
    assert 5_500 < len(harlow.encounters) < 7_000
    assert 2_200 < len(harlow.referrals) < 3_600
    assert len(harlow.cases) == 400
    assert len(harlow.services) == 60
    assert len({record.person for record in harlow.people.records}) >= 2_500


# --- the same seed, the same county -------------------------------------------------------------------


def test_the_same_seed_and_moment_give_the_same_county(harlow: County) -> None:
    again = generate(seed=7, now=NOW, scale=0.1)
    assert again.calls == harlow.calls
    assert again.referrals == harlow.referrals
    assert again.people.records == harlow.people.records
    assert again.cases == harlow.cases


def test_another_seed_gives_another_county(harlow: County) -> None:
    other = generate(seed=8, now=NOW, scale=0.01)
    assert [person.family for person in other.people.people] != [p.family for p in harlow.people.people]


# --- the truth -------------------------------------------------------------------------------------


def test_what_was_seen_is_what_would_have_been_under_whoever_was_sent(harlow: County) -> None:
    assert all(truth.came_back == dict(truth.came_back_if)[truth.sent] for truth in harlow.truths)


def test_teams_change_the_truth_by_the_effect_named(harlow: County) -> None:
    effect = pack.county()["programme"]["effect"]
    for name in ("crisis_team", "co_response"):
        changed = [
            dict(truth.came_back_if)["patrol"] - dict(truth.came_back_if)[name] for truth in harlow.truths
        ]
        assert np.mean(changed) == pytest.approx(effect[name], abs=0.015)
        assert min(changed) >= 0


def test_who_came_back_called_again_within_the_days(harlow: County) -> None:
    calls = {call.number: call for call in harlow.calls}
    heard: dict[int, list[float]] = {}
    for call in harlow.calls:
        if call.person is not None:
            heard.setdefault(call.person, []).append(call.times.received.timestamp())
    last = max(call.times.received for call in harlow.calls) - timedelta(days=31)
    for truth in harlow.truths:
        at = calls[truth.call].times.received
        if truth.came_back and at < last:
            after = [later - at.timestamp() for later in heard[truth.person] if later > at.timestamp()]
            assert after and min(after) <= 30 * 86_400


def test_the_civilian_team_is_sent_only_where_and_when_it_has_begun(harlow: County) -> None:
    started = pack.county()["programme"]["started"]
    for call in harlow.calls:
        if call.responder == "crisis_team":
            ago = (NOW.date() - call.times.received.date()).days
            assert call.address.beat in started and ago <= started[call.address.beat] + 1


def test_records_differ_from_the_truth_only_by_their_slips(harlow: County) -> None:
    people = {person.key: person for person in harlow.people.people}
    for record in harlow.people.records:
        person = people[record.person]
        if not record.slips:
            assert (record.given, record.family, record.born) == (person.given, person.family, person.born)
        assert ("born_missing" in record.slips) == (record.born is None)
    assert len({record.external_id for record in harlow.people.records}) == len(harlow.people.records)


def test_some_people_look_alike_and_are_not_the_same(harlow: County) -> None:
    alike = [person for person in harlow.people.people if person.look_alike is not None]
    assert len(alike) == 60
    people = {person.key: person for person in harlow.people.people}
    for person in alike:
        other = people[person.look_alike or 0]
        assert person.family == other.family
        assert (person.given, person.born) != (other.given, other.born)


def test_telephones_are_of_the_range_kept_for_stories(harlow: County) -> None:
    numbers = [person.phone for person in harlow.people.people]
    numbers += [service.phone for service in harlow.services]
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", number) for number in numbers)


# --- nothing impossible ------------------------------------------------------------------------------


def test_calls_are_numbered_in_the_order_they_came_and_speak_our_words(harlow: County) -> None:
    received = [call.times.received for call in harlow.calls]
    assert received == sorted(received)
    assert len({call.number for call in harlow.calls}) == len(harlow.calls)
    assert {call.source for call in harlow.calls} <= set(SOURCES)
    assert {call.caller_role for call in harlow.calls} <= set(CALLER_ROLES)
    assert max(received) < NOW


def test_the_stages_of_every_call_are_in_order(harlow: County) -> None:
    for call in harlow.calls:
        stages = [at for at in call.times if at is not None]
        assert stages == sorted(stages)


def test_natures_and_answers_are_those_of_the_product(harlow: County) -> None:
    natures = packs.read("natures.yaml")
    assert isinstance(natures, dict)
    assert {call.nature for call in harlow.calls} <= {nature["code"] for nature in natures["natures"]}
    protocol = packs.read("protocols/harlow.yaml")
    assert isinstance(protocol, dict)
    questions = {q["id"]: {answer["id"] for answer in q["answers"]} for q in protocol["questions"]}
    for nature, asked in pack.answers().items():
        for question, weights in asked.items():
            assert set(weights) <= questions[question], (nature, question)


def test_encounters_speak_the_vocabulary(harlow: County) -> None:
    words = table("encounter/vocabulary.yaml")
    for encounter in harlow.encounters:
        for field in ("contact_type", "force", "hold", "transport", "disposition"):
            assert getattr(encounter, field) in words[field]
        for field in ("presenting_needs", "behaviours", "risks", "techniques", "injured"):
            assert set(getattr(encounter, field)) <= set(words[field])
        assert encounter.started_at <= encounter.ended_at
        assert "{" not in encounter.narrative + encounter.clinical_impression + encounter.shared_note


def test_clinical_words_are_written_by_clinical_teams_alone(harlow: County) -> None:
    for encounter in harlow.encounters:
        if encounter.responder in ("patrol", "cit", "ems"):
            assert encounter.clinical_impression == ""
        if encounter.responder in ("crisis_team", "tele"):
            assert encounter.narrative == ""


def moves_allowed(referral: Referral) -> bool:
    states = [step.state for step in referral.steps]
    return all(
        any(before in move.leaves and after in move.reaches for move in MOVES.values())
        for before, after in zip(states, states[1:], strict=False)
    )


def test_every_referral_goes_only_where_its_states_allow(harlow: County) -> None:
    reasons = table("pathways/referrals.yaml")["reasons"]
    for referral in harlow.referrals:
        assert moves_allowed(referral), [step.state for step in referral.steps]
        assert {step.state for step in referral.steps} <= set(STATES)
        times = [step.at for step in referral.steps]
        assert times == sorted(times) and times[-1] <= NOW
        assert referral.decline_reason == "" or referral.decline_reason in reasons


def test_nobody_is_twice_at_a_time_with_one_service(harlow: County) -> None:
    over = ENDS | UNMET
    spans: dict[tuple[int, str], list[tuple[datetime, datetime]]] = {}
    for referral in harlow.referrals:
        end = next((step.at for step in referral.steps if step.state in over), NOW)
        spans.setdefault((referral.person, referral.service), []).append((referral.steps[0].at, end))
    for found in spans.values():
        found.sort()
        assert all(first[1] <= second[0] for first, second in zip(found, found[1:], strict=False))


def test_nothing_is_referred_without_consent(harlow: County) -> None:
    consents = {encounter.key: encounter.consent_to_share for encounter in harlow.encounters}
    assert all(consents[referral.encounter] for referral in harlow.referrals)


def test_needs_are_those_of_the_directory(harlow: County) -> None:
    needs = table("directory/needs.yaml")["needs"]
    assert {need for service in harlow.services for need in service.needs} <= set(needs)
    pathways = table("pathways/referrals.yaml")["pathways"]
    assert {service.pathway for service in harlow.services} <= set(pathways)
    assert {service.provider for service in harlow.services} <= {a.code for a in harlow.organization.agencies}


def test_capacity_was_posted_and_is_never_above_the_total(harlow: County) -> None:
    totals = {service.key: service.capacity_total for service in harlow.services}
    assert {post.service for post in harlow.capacity} == set(totals)
    assert all(0 <= post.available <= totals[post.service] and post.at <= NOW for post in harlow.capacity)


def test_cases_are_one_a_person_and_end_with_a_reason(harlow: County) -> None:
    assert len({case.person for case in harlow.cases}) == len(harlow.cases)
    for case in harlow.cases:
        assert case.kind in Case.KINDS
        assert (case.closed_at is None) == (case.close_reason == "")
        assert case.close_reason == "" or case.close_reason in CLOSE_REASONS
        assert {contact.way for contact in case.contacts} <= set(WAYS)
        assert all(1 <= value <= 5 for rating in case.ratings for _, value in rating.ratings)
        assert case.opened_at <= NOW


def test_ratings_rise_while_a_case_lasts(harlow: County) -> None:
    rises = [
        sum(value for _, value in case.ratings[-1].ratings)
        - sum(value for _, value in case.ratings[0].ratings)
        for case in harlow.cases
        if len(case.ratings) > 2
    ]
    assert np.mean(rises) > 2


def test_the_hub_table_keeps_its_filters(harlow: County) -> None:
    words = table("tables/vocabulary.yaml")
    factors = {f"{code}.{item}" for code, entry in words["risk_factors"].items() for item in entry["items"]}  # type: ignore[index]
    for discussion in harlow.discussions:
        assert set(discussion.risk_factors) <= factors
        assert set(discussion.protective_factors) <= set(words["protective_factors"])
        assert discussion.conclusion == "" or discussion.conclusion in words["conclusions"]
        assert len(discussion.stages) <= (4 if discussion.is_elevated else 2)
        if not discussion.is_elevated and discussion.conclusion:
            assert discussion.risk_factors == ()
    assert any(discussion.concluded_at is None for discussion in harlow.discussions)


def test_certificates_are_mostly_in_force_and_some_have_lapsed(harlow: County) -> None:
    lapsed = sum(certificate.valid_until < NOW.date() for certificate in harlow.certificates)
    assert 0.02 < lapsed / len(harlow.certificates) < 0.2
    sessions = {session.key: session for session in harlow.sessions}
    for certificate in harlow.certificates:
        assert certificate.worker in sessions[certificate.session].attended
        assert certificate.valid_from < certificate.valid_until


def test_residents_were_heard_in_both_languages(harlow: County) -> None:
    assert {said.language for said in harlow.feedback} == {"en", "es"}
    assert {said.topic for said in harlow.feedback} <= set(TOPICS)
    assert all(1 <= said.respect <= 5 for said in harlow.feedback)
    assert all(said.received_at <= NOW for said in harlow.feedback)
    kept = [promise for meeting in harlow.meetings for promise in meeting.commitments]
    assert any(done for *_, done in kept) and all(isinstance(due, date) for _, _, due, _ in kept)


def test_every_agency_kind_that_holds_records_is_there(harlow: County) -> None:
    assert set(SOURCE_PROGRAMS) <= {agency.kind for agency in harlow.organization.agencies}


def test_contacts_after_a_crisis_are_a_load_that_a_team_can_carry(harlow: County) -> None:
    """Most are done, some are of today and the next days, a handful are late; none lies about for weeks."""
    owed = [e for e in harlow.encounters if e.follow_up_due]
    done = [e for e in owed if tried_at(e, harlow.now)]
    open_ = [e for e in owed if not tried_at(e, harlow.now)]
    late = [e for e in open_ if e.follow_up_due and e.follow_up_due <= harlow.now]
    ahead = [e for e in open_ if e not in late]
    assert len(done) / len(owed) > 0.97
    assert 3 <= len(late) <= 40 and 5 <= len(ahead) <= 60
    assert all(harlow.now - e.follow_up_due < timedelta(days=5) for e in late if e.follow_up_due)
    for agency in {e.agency for e in late}:
        assert sum(e.agency == agency for e in late) <= 20


def test_nobody_was_reached_before_they_were_met_or_after_today(harlow: County) -> None:
    for one in harlow.encounters:
        at = tried_at(one, harlow.now)
        assert at is None or one.ended_at < at <= harlow.now


def test_who_was_reached_is_most_of_those_who_were_tried(harlow: County) -> None:
    """Some are not: a county where everybody answers the telephone would teach nobody anything."""
    tried = [e for e in harlow.encounters if tried_at(e, harlow.now)]
    reached = [e for e in tried if e.follow_up_at and e.follow_up_reached]
    assert 0.55 < len(reached) / len(tried) < 0.8
