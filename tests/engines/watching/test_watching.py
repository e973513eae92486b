"""Look-ups that want an explanation: what more evidence, another order and a live tie do to a score."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import packs
from commonweal.engines.watching import (
    PATTERNS,
    Bond,
    Context,
    Evidence,
    Line,
    Near,
    Renown,
    Rules,
    Visit,
    WatchingError,
    habit,
    judge,
    visits,
    weigh,
)
from commonweal.engines.watching.evidence import score
from commonweal.engines.watching.rules import CODES

RULES = Rules.read(packs.read("watching.yaml"))
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CATEGORIES = ("identity", "safety_alerts", "mh_assessment", "case_plan")
codes = st.frozensets(st.sampled_from(sorted(CODES)))
moments = st.integers(0, 40_000).map(lambda n: NOON + n * MINUTE)


@st.composite
def lines(draw):
    found = draw(
        st.lists(st.tuples(moments, *map(st.integers, (0, 0, 0), (2, 4, 3)), st.booleans()), max_size=25)
    )
    return [
        Line(i, at, f"w{w}", "dispatcher", f"p{p}", CATEGORIES[c], "emergency", refused)
        for i, (at, w, p, c, refused) in enumerate(found)
    ]


nears = st.builds(Near, *[st.booleans()] * 5, metres=st.none() | st.floats(0, 400), colleague=st.booleans())


def one(**more):
    return Visit(
        "w0",
        "dispatcher",
        "p0",
        NOON,
        NOON + MINUTE,
        frozenset({"identity"}),
        frozenset({"emergency"}),
        **more,
    )


def patterns(findings):
    return {flag.pattern for finding in findings for flag in finding.flags}


@given(codes, codes)
def test_more_evidence_never_lowers_a_score(some, more):
    less, whole = ([Evidence(code) for code in found] for found in (some, some | more))
    assert score(less, RULES) <= score(whole, RULES) + 1e-12
    for pattern in PATTERNS:
        before, after = weigh(pattern, less, RULES), weigh(pattern, whole, RULES)
        assert before is None or (after is not None and after.score >= before.score - 1e-9)


@given(st.lists(st.sampled_from(sorted(CODES))))
def test_the_same_evidence_said_twice_or_in_another_order_weighs_the_same(found):
    evidence = [Evidence(code) for code in found]
    assert score(evidence, RULES) == score(list(reversed(evidence)) + evidence, RULES) <= 1


@given(lines(), st.randoms(use_true_random=False))
def test_the_order_of_lines_and_of_look_ups_does_not_matter(found, chance):
    other = list(found)
    chance.shuffle(other)
    assert visits(found, RULES) == visits(other, RULES)
    looked = visits(found, RULES)
    mixed = list(looked)
    chance.shuffle(mixed)
    assert judge(looked, Context(), RULES) == judge(mixed, Context(), RULES)


@given(lines())
def test_every_line_is_in_exactly_one_look_up(found):
    assert sorted(n for visit in visits(found, RULES) for n in visit.lines) == [line.id for line in found]


@given(lines(), nears, st.booleans(), st.integers(0, 20))
def test_a_look_up_with_a_live_tie_is_never_flagged_for_lack_of_one(found, near, known, crowd):
    open_ = (Bond("incident", NOON - 400 * MINUTE),)
    looked = [replace(visit, bonds=open_) for visit in visits(found, RULES)]
    context = Context(
        near={(v.worker, v.person): near for v in looked},
        renown={v.person: Renown(known, crowd) for v in looked},
    )
    findings = judge(looked, context, RULES)
    assert "untied" not in patterns(findings)
    assert all(e.code != "no_tie" for f in findings for flag in f.flags for e in flag.evidence)


@given(lines(), nears)
def test_what_is_known_of_nearness_only_adds_flags(found, near):
    looked = visits(found, RULES)
    known = Context(near={(v.worker, v.person): near for v in looked})
    before = {(f.visit, flag.pattern) for f in judge(looked, Context(), RULES) for flag in f.flags}
    after = {(f.visit, flag.pattern) for f in judge(looked, known, RULES) for flag in f.flags}
    assert before <= after


def test_a_look_up_with_nothing_behind_it_says_so_in_both_languages():
    [found] = judge([one()], Context(), RULES)
    [flag] = found.flags
    assert flag.pattern == "untied"
    said = [RULES.say(e.code, e.number, "en") for e in flag.evidence]
    assert said[0] == "No call, case, referral or meeting ties this worker to the person."
    assert RULES.say("many", 31, "es").startswith("31 personas")
    assert RULES.say("untied", 0, "fr") == "No call, case or referral behind it"


@pytest.mark.parametrize(
    ("near", "pattern"),
    [
        (Near(is_self=True), "self"),
        (Near(related=True), "household"),
        (Near(same_surname=True, same_address=True), "household"),
        (Near(same_address=True), "household"),
        (Near(same_block=True), "neighbour"),
        (Near(metres=120.0), "neighbour"),
        (Near(colleague=True), "colleague"),
    ],
)
def test_each_nearness_is_seen(near, pattern):
    assert pattern in patterns(judge([one()], Context(near={("w0", "p0"): near}), RULES))


@pytest.mark.parametrize(
    "near", [Near(same_block=True, metres=50), Near(colleague=True), Near(same_surname=True)]
)
def test_a_neighbours_or_colleagues_real_call_is_ordinary(near):
    tied = one(bonds=(Bond("incident", NOON - MINUTE, NOON + MINUTE),))
    assert judge([tied], Context(near={("w0", "p0"): near}), RULES) == []


def test_somebody_far_away_with_a_common_name_is_not_family():
    context = Context(near={("w0", "p0"): Near(same_surname=True, metres=9_000)})
    assert patterns(judge([one()], context, RULES)) == {"untied"}


def test_a_case_opened_soon_after_and_a_report_written_days_later_are_work():
    intake = one(bonds=(Bond("care", NOON + 100 * MINUTE),))
    report = one(bonds=(Bond("incident", NOON - timedelta(hours=80), NOON - timedelta(hours=70)),))
    late = one(bonds=(Bond("incident", NOON - timedelta(hours=90), NOON - timedelta(hours=80)),))
    assert judge([intake], Context(), RULES) == judge([report], Context(), RULES) == []
    assert patterns(judge([late], Context(), RULES)) == {"untied"}


def test_a_slip_of_the_hand_beside_real_work_is_forgiven_and_a_protected_part_is_not():
    right = replace(
        one(bonds=(Bond("incident", NOON),)), person="p1", starts=NOON + 2 * MINUTE, ends=NOON + 3 * MINUTE
    )
    assert judge([one(), right], Context(), RULES) == []
    deep = replace(one(), categories=frozenset({"mh_assessment"}))
    assert patterns(judge([deep, right], Context(), RULES)) == {"untied"}


def test_the_same_person_day_after_day_until_something_new_happens():
    looked = [
        replace(one(), starts=NOON + n * 1440 * MINUTE, ends=NOON + n * 1440 * MINUTE, lines=(n,))
        for n in range(4)
    ]
    found = judge(looked[-1:], Context(history=looked[:-1]), RULES)
    assert "repetition" in patterns(found)
    new = replace(looked[-1], events=(NOON + 4000 * MINUTE,))
    assert "repetition" not in patterns(judge([new], Context(history=looked[:-1]), RULES))


def test_many_people_in_an_hour_unless_that_is_the_work():
    tie = (Bond("care", NOON - 9999 * MINUTE),)
    page = [
        replace(one(bonds=tie), person=f"p{n}", starts=NOON + n * MINUTE / 2, ends=NOON + n * MINUTE / 2)
        for n in range(55)
    ]
    assert patterns(judge(page, Context(), RULES)) == {"bulk"}
    usual = {"w0": habit([50, 60, 55, 45, 52] * 5)}
    assert judge(page, Context(habits=usual), RULES) == []


def test_names_in_a_list_of_results_are_no_look_ups():
    results = [Line(n, NOON, "w0", "dispatcher", f"p{n}", "identity", "emergency") for n in range(5)]
    looked = visits(results, RULES)
    assert all(visit.listed for visit in looked) and judge(looked, Context(), RULES) == []
    opened = Line(9, NOON + MINUTE, "w0", "dispatcher", "p2", "safety_alerts", "emergency")
    assert [v.person for v in visits([*results, opened], RULES) if not v.listed] == ["p2"]


def test_oversight_has_no_call_behind_it_and_needs_none():
    assert judge([replace(one(), purposes=frozenset({"oversight_audit"}))], Context(), RULES) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda pack: pack.pop("patterns"), "patterns"),
        (lambda pack: pack["numbers"].pop("many"), "numbers"),
        (lambda pack: pack["evidence"]["alone"].update(weight=2), "evidence.alone.weight"),
        (lambda pack: pack["patterns"]["bulk"].update(counts=["moon"]), "patterns.bulk.counts"),
        (lambda pack: pack.update(sensitive="all"), "sensitive"),
    ],
)
def test_a_pack_that_cannot_be_used_says_where(change, place):
    pack = packs.read("watching.yaml")
    change(pack)
    with pytest.raises(WatchingError, match=place):
        Rules.read(pack)
