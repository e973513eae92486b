"""A protocol in the making: changed by supervisors, tested, signed by two, weighed on past calls."""

from collections import Counter
from datetime import timedelta

import pytest

from commonweal.calls import actions, queries
from commonweal.calls.models import ProtocolDraft, ProtocolVersion
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from factories.calls import CALM, GRAVE, TROUBLED, Centre
from factories.cast import SETUP, worker

pytestmark = pytest.mark.django_db
BECAUSE = {"en": "Unsafe tonight.", "es": "Sin protección esta noche."}


@pytest.fixture(name="keeper")
def supervising(bare: Centre) -> Actor:
    return bare.cast["supervisor"]


@pytest.fixture(name="draft")
def begun(bare: Centre, keeper: Actor) -> ProtocolDraft:
    """The next version of what the centre works by."""
    version = queries.adopted_by(bare.cast.agency["ecc"])
    assert version
    return actions.begin_draft(by=keeper, version=version.id)


def stricter(by: Actor, draft: ProtocolDraft) -> ProtocolDraft:
    """Whoever cannot look after themselves gets a joint response."""
    return actions.put_rule(
        by=by, draft=draft.id, revision=draft.revision, rule="", gate=False, when={"care": "unable"},
        tier="T1", sentence=BECAUSE,
    )  # fmt: skip


def test_a_draft_becomes_a_version_that_two_people_put_in_force(
    bare: Centre, keeper: Actor, draft: ProtocolDraft
) -> None:
    """From tomorrow; until then, and before the second signature, the old one decides."""
    made = actions.submit_draft(by=keeper, draft=stricter(keeper, draft).id)
    home, ahead = bare.cast.agency["ecc"], clock.today() + timedelta(days=1)
    actions.approve_protocol(by=keeper, version=made.id)
    assert queries.adopted_by(home, ahead).id == draft.based_on_id
    actions.approve_protocol(by=worker(home, "supervisor", "another.one"), version=made.id)
    assert queries.adopted_by(home).id == draft.based_on_id
    assert queries.adopted_by(home, ahead).id == made.id
    assert [one.how for one in queries.between(
        queries.protocol_value(draft.based_on_id), queries.protocol_value(made.id)
    )] == ["added"]  # fmt: skip
    with pytest.raises(Conflict, match="closed"):
        stricter(keeper, draft)
    acts = [line.data["act"] for line in JournalLine.objects.filter(kind="calls.protocol_draft_changed")]
    assert acts == ["begun", "rule", "submitted"]


def test_two_people_do_not_overwrite_each_other(keeper: Actor, draft: ProtocolDraft) -> None:
    stricter(keeper, draft)
    with pytest.raises(Conflict, match="colleague changed"):
        stricter(keeper, draft)


def test_what_could_not_be_read_is_refused_and_the_draft_stands(keeper: Actor, draft: ProtocolDraft) -> None:
    """A rule on an answer that does not exist; an answer that rules still need."""
    with pytest.raises(Invalid):
        actions.put_rule(
            by=keeper, draft=draft.id, revision=1, rule="", gate=True, when={"weapon": "cannon"}, tier="T0",
            sentence=BECAUSE,
        )  # fmt: skip
    only = [actions.Said("none", "No", "No"), actions.Said("away", "Away", "Lejos")]
    with pytest.raises(Invalid):
        actions.put_question(
            by=keeper, draft=draft.id, revision=1, question="weapon", text=BECAUSE, answers=only
        )  # fmt: skip
    with pytest.raises(Invalid, match="ask for it"):
        actions.drop_question(by=keeper, draft=draft.id, revision=1, question="weapon")
    assert queries.draft(draft.id).revision == 1


def test_a_failing_test_stops_submission_and_signature(keeper: Actor, draft: ProtocolDraft) -> None:
    """Tests stand beside the protocol: they hold for every version to come."""
    answers = {**CALM, "care": "unable"}
    value = queries.draft_value(draft.id)
    tier = actions.keep_case(
        by=keeper, code=draft.code, name="Cold, alone, calm", answers=answers,
        tier=queries.replayed(value, answers).tier,
    ).tier  # fmt: skip
    assert [one.passes for one in queries.tried_under(draft.code, value)] == [True]
    changed = stricter(keeper, draft)
    (tried,) = queries.tried_under(draft.code, queries.draft_value(draft.id))
    assert not tried.passes and tried.wanted == tier != tried.given == "T1"
    with pytest.raises(Conflict, match="Cold, alone, calm"):
        actions.submit_draft(by=keeper, draft=changed.id)
    actions.keep_case(by=keeper, code=draft.code, name="Cold, alone, calm", answers=answers, tier="T1")
    made = actions.submit_draft(by=keeper, draft=changed.id)
    actions.keep_case(by=keeper, code=draft.code, name="Cold, alone, calm", answers=answers, tier=tier)
    with pytest.raises(Conflict, match="Cold, alone, calm"):
        actions.approve_protocol(by=keeper, version=made.id)
    actions.drop_case(by=keeper, case=tried.id)
    assert actions.approve_protocol(by=keeper, version=made.id)


def test_a_test_of_a_question_that_is_gone_fails(keeper: Actor, draft: ProtocolDraft) -> None:
    actions.keep_case(by=keeper, code=draft.code, name="Old", answers={"gone": "yes"}, tier="T1")
    (tried,) = queries.tried_under(draft.code, queries.draft_value(draft.id))
    assert not tried.passes and tried.given == "" and "gone" in tried.why


def test_a_first_day_that_is_past_is_refused(keeper: Actor, draft: ProtocolDraft) -> None:
    day = (clock.today() - timedelta(days=1)).isoformat()
    actions.head_draft(by=keeper, draft=draft.id, revision=1, effective_from=day)
    with pytest.raises(Invalid, match="not past"):
        actions.submit_draft(by=keeper, draft=draft.id)
    actions.withdraw_draft(by=keeper, draft=draft.id)
    assert not queries.drafts() and not ProtocolVersion.objects.filter(version=draft.body["version"]).exists()


def test_only_supervisors_change_protocols(bare: Centre, draft: ProtocolDraft) -> None:
    by = bare.desk
    for act in (
        lambda: actions.begin_draft(by=by, version=draft.based_on_id),
        lambda: stricter(by, draft),
        lambda: actions.submit_draft(by=by, draft=draft.id),
        lambda: actions.withdraw_draft(by=by, draft=draft.id),
        lambda: actions.keep_case(by=by, code=draft.code, name="x", answers={}, tier="T0"),
    ):
        with pytest.raises(Invalid, match="supervisor"):
            act()
    with pytest.raises(NotFound):
        actions.keep_case(by=bare.cast["supervisor"], code="nowhere", name="x", answers={}, tier="T0")
    assert SETUP.role == "system"


def test_past_calls_under_two_versions(bare: Centre, keeper: Actor, draft: ProtocolDraft) -> None:
    """Load before and after, and each call that moved to be read; what was urgent and would be missed."""
    unable = {**CALM, "care": "unable"}
    moved = [bare.call(unable) for _ in range(3)]
    for answers in (CALM, TROUBLED, GRAVE):
        bare.call(answers)
    old = queries.protocol_value(draft.based_on_id)
    new = queries.draft_value(stricter(keeper, draft).id)
    found = queries.compare(old, new)
    assert found.weighing.calls == 6 and found.weighing.new["T1"] == 3
    assert {call for call, _was, _now in found.more} == set(moved) and not found.less and not found.missed
    back = queries.compare(new, old)
    assert {call for call, _was, _now in back.less} == set(moved)
    assert Counter(now for _call, _was, now in back.less).total() == 3
    assert queries.compare(old, new, limit=2).weighing.calls == 2
