"""Who may be told how a guarded referral stands, what opens it, and what no receiver's act may change."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.directory import actions as directory_actions
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.referrals import actions, queries, states
from commonweal.referrals.models import Onward, Referral
from commonweal.sharing import actions as sharing
from commonweal.sharing.models import Consent, Disclosure, Tie
from factories import directory
from factories.cast import SETUP, worker
from factories.guarded import PRODUCT, RECEIVERS, WAYS, Guarded, bring, guarded
from factories.referrals import ask

pytestmark = pytest.mark.django_db


@pytest.fixture(name="it", params=sorted(RECEIVERS))
def a_guarded_loop(request: pytest.FixtureRequest) -> Guarded:
    """A treatment programme, then a provider for victims."""
    return guarded(request.param)


def signed(it: Guarded, referral: UUID, **written: object) -> None:
    """Rosa signs on the receiver's screen."""
    actions.let_sender_know(by=it.receiver, referral=referral, signer="Rosa Delgado", **written)  # type: ignore[arg-type]


@pytest.mark.parametrize("way", sorted(WAYS))
def test_the_row_holds_nothing_that_the_receiver_did(it: Guarded, way: str) -> None:
    referral = it.refer()
    bring(it, referral, way)
    [row] = queries.outbox(it.sender)
    assert row == queries.row(it.sender, referral) and row.is_withheld and row.guard == it.kind
    assert (row.state, row.version, row.is_overdue, row.is_unread) == ("made", 2, False, False)
    assert {row.due_at, row.viewed_at, row.answered_at, row.closed_at} == {None}
    assert row.last_at == row.sent_at and queries.open_acts(row.state, "sender") == ("withdraw",)
    assert [s["act"] for s in queries.timeline(it.sender, row)] == ["check", "send"]
    assert queries.coming(it.sender, row) == queries.Coming()
    assert not any(len(queries.outbox(it.sender, folder)) for folder in queries.FOLDERS)


@pytest.mark.parametrize("way", sorted(WAYS))
def test_once_it_was_agreed_the_row_is_as_the_receiver_has_it(it: Guarded, way: str) -> None:
    it.agree()
    referral = it.refer()
    bring(it, referral, way)
    mine, theirs = queries.row(it.sender, referral), queries.row(it.receiver, referral)
    assert mine == theirs and not mine.is_withheld
    assert [r.id for f in queries.FOLDERS for r in queries.outbox(it.sender, f)] == [referral]


def test_what_opens_it_is_one_form_to_one_agency_of_one_thing_and_it_closes_when_taken_back(
    it: Guarded,
) -> None:
    referral = it.refer()
    signed(it, referral, days=30)
    [consent] = Consent.objects.all()
    assert (consent.form, consent.categories, consent.discloser_id) == (
        it.form, ["referral_status"], it.it.cast.agency[it.kind],
    )  # fmt: skip
    assert consent.recipients == [str(it.sender.agency)] and consent.purposes == ["care_coordination"]
    assert not queries.row(it.sender, referral).is_withheld
    assert Disclosure.objects.filter(subject=referral, account=it.sender.id).exists()
    sharing.revoke_consent(by=it.sender, consent=consent.id)
    assert queries.row(it.sender, referral).is_withheld


def test_it_ends_on_its_day(it: Guarded) -> None:
    referral = it.refer()
    signed(it, referral, days=30)
    with clock.at(clock.now() + timedelta(days=31)):
        assert queries.row(it.sender, referral).is_withheld


@pytest.mark.parametrize("kind", sorted(RECEIVERS))
def test_the_sender_records_it_for_treatment_and_never_for_a_provider_of_victims(kind: str) -> None:
    it = guarded(kind)
    referral = it.refer()
    if kind == "part2_program":
        actions.let_sender_know(by=it.sender, referral=referral, signer="Rosa Delgado")
        assert not queries.row(it.sender, referral).is_withheld
    else:
        with pytest.raises(Conflict, match="provider itself"):
            actions.let_sender_know(by=it.sender, referral=referral, signer="Rosa Delgado")
        assert queries.row(it.sender, referral).is_withheld


@pytest.mark.parametrize(
    ("written", "field"),
    [({"way": "verbal"}, "way"), ({"days": 3650}, "days"), ({"way": "drawn"}, "way"), ({"days": 0}, "days")],
)
def test_a_spoken_or_endless_consent_is_refused(it: Guarded, written: dict[str, object], field: str) -> None:
    referral = it.refer()
    with pytest.raises(Invalid) as refused:
        signed(it, referral, **written)
    assert refused.value.field == field and not Consent.objects.exists()


def test_nobody_agrees_without_a_name_and_a_minor_not_alone() -> None:
    it = guarded()
    referral = it.refer()
    with pytest.raises(Invalid):
        actions.let_sender_know(by=it.receiver, referral=referral, signer=" ")
    nameless = it.refer(person=None)
    with pytest.raises(Conflict, match="Nobody is named"):
        signed(it, nameless)
    with pytest.raises(NotFound):
        actions.let_sender_know(by=it.sender, referral=it.it.refer(), signer="Rosa Delgado")
    with pytest.raises(NotFound):
        actions.let_sender_know(by=it.it.night, referral=referral, signer="Rosa Delgado")


ACTS: dict[str, Callable[[Guarded, UUID], object]] = {
    "inform": lambda it, r: actions.inform(by=it.sender, referral=r, note="A dog"),
    "settle": lambda it, r: actions.outcome(by=it.sender, referral=r, result="partly"),
    "close": lambda it, r: actions.close(by=it.sender, referral=r),
    "check": lambda it, r: actions.check(by=it.sender, referral=r),
    "reroute": lambda it, r: actions.reroute(by=it.sender, referral=r, service=it.it.beds),
    "accept": lambda it, r: actions.accept(by=it.sender, referral=r),
    "hold": lambda it, r: actions.hold(by=it.sender, referral=r),
    "extend": lambda it, r: actions.extend(by=it.sender, referral=r),
    "release": lambda it, r: actions.release(by=it.sender, referral=r),
    "reach": lambda it, r: actions.reach(by=it.sender, referral=r),
    "hand off": lambda it, r: actions.hand_off(by=it.sender, referral=r),
    "go on": lambda it, r: actions.agree_onward(by=it.sender, referral=r, needs=["shelter"]),
}


@pytest.mark.parametrize("act", sorted(ACTS))
def test_every_act_but_taking_it_back_is_refused_in_the_same_words(it: Guarded, act: str) -> None:
    said = set()
    for way in ("sent", "accepted", "declined", "started", "closed", "expired"):
        referral = it.refer()
        bring(it, referral, way)
        before = Referral.objects.get(id=referral).state
        with pytest.raises(Conflict) as refused:
            ACTS[act](it, referral)
        said.add(str(refused.value))
        assert Referral.objects.get(id=referral).state == before
        actions.withdraw(by=it.sender, referral=referral)
    assert len(said) == 1 and "unless the person agrees" in said.pop()


@pytest.mark.parametrize("way", sorted(WAYS))
def test_taking_it_back_looks_alike_and_leaves_the_receivers_work_standing(it: Guarded, way: str) -> None:
    referral = it.refer()
    bring(it, referral, way)
    before = Referral.objects.get(id=referral)
    for _twice in range(2):
        actions.withdraw(by=it.sender, referral=referral, note="They moved away")
    row = queries.row(it.sender, referral)
    assert (row.state, row.version, queries.open_acts(row.state, "sender")) == ("withdrawn", 3, ())
    after = Referral.objects.get(id=referral)
    moved = before.state in states.MOVES["withdraw"].leaves
    assert after.state == ("withdrawn" if moved else before.state) and after.version == before.version + 1
    assert [s.act for s in after.steps.order_by("sequence")].count("withdraw") == 1
    assert after.closed_at == before.closed_at or moved
    assert "withdraw" in [s["act"] for s in queries.timeline(it.receiver, queries.row(it.receiver, referral))]


def test_somebody_in_treatment_is_referred_again_and_nobody_learns_that_they_are(it: Guarded) -> None:
    first = it.refer()
    bring(it, first, "started")
    with pytest.raises(Conflict, match="Take that referral back"):
        it.refer()
    actions.withdraw(by=it.sender, referral=first)
    again = it.refer()
    other = worker(it.it.cast.agency["health"], "clinician")
    theirs = actions.make(by=other, service=it.service, person=it.it.person, needs=["substance_use"]).id
    assert len({first, again, theirs}) == 3 and len(queries.inbox(it.receiver, "all")) == 3


def test_an_ordinary_service_still_takes_one_at_a_time(it: Guarded) -> None:
    it.it.refer()
    with pytest.raises(Conflict, match="referred to this service already"):
        it.it.refer()


def names_of(it: Guarded) -> bool:
    """Whether the sender still reads who it is."""
    return isinstance(ask(it.sender, "identity", it.it.record), sharing.Permit)


@pytest.mark.parametrize("way", sorted(WAYS))
def test_the_senders_own_sight_of_the_person_follows_no_act_of_the_receiver(it: Guarded, way: str) -> None:
    referral = it.refer()
    bring(it, referral, way)
    about = Subject("referral", referral)
    assert ask(it.sender, "referral_status", about).fields == (
        {"referral_made"} if it.kind == "part2_program" else frozenset()
    )
    bonds = Tie.objects.filter(account=it.sender.id, role="referral_guarded", until__gt=clock.now())
    assert bonds.count() == 1 and names_of(it)
    actions.withdraw(by=it.sender, referral=referral)
    assert not bonds.filter(until__gt=clock.now()).exists()


@pytest.mark.parametrize("way", ["sent", "closed", "declined"])
def test_an_ordinary_referrals_end_says_nothing_of_a_guarded_one(it: Guarded, way: str) -> None:
    """The end of one unties the sender unless another lives: that other must not be a guarded one."""
    bring(it, it.refer(), way)
    actions.withdraw(by=it.sender, referral=it.it.refer())
    assert not Tie.objects.filter(account=it.sender.id, role="referral", until__isnull=True).exists()


def test_a_second_guarded_one_keeps_the_sender_bound_when_the_first_is_taken_back(it: Guarded) -> None:
    other = directory.service("Second door", agency=it.it.cast.agency[it.kind], keywords="detox")
    first, _second = it.refer(), it.it.refer(service=other)
    actions.withdraw(by=it.sender, referral=first)
    assert names_of(it)


def test_a_place_is_held_as_it_is_sent_and_not_asked_about_later(it: Guarded) -> None:
    directory_actions.post_capacity(by=SETUP, service=it.service, available=2)
    referral = it.refer(hold=True)
    way = queries.coming(it.receiver, queries.row(it.receiver, referral))
    assert way.hold is not None and way.hold.stands
    assert queries.coming(it.sender, queries.row(it.sender, referral)).hold is None
    actions.withdraw(by=it.sender, referral=referral)
    way = queries.coming(it.receiver, queries.row(it.receiver, referral))
    assert way.hold is not None and not way.hold.stands


def test_nothing_goes_on_by_itself_where_the_next_one_would_tell_of_the_decline(it: Guarded) -> None:
    consent = it.agree()
    referral = it.refer(pathway="tonight")
    actions.agree_onward(by=it.sender, referral=referral, services=[it.it.beds])
    Consent.objects.filter(id=consent).update(expires_at=clock.now() - timedelta(minutes=5))
    bring(it, referral, "declined")
    with clock.at(clock.now() + timedelta(minutes=3)):
        assert actions.sweep_onward(by=PRODUCT) == 0
    assert Onward.objects.get().stopped == "consent"
    agreed = queries.onward(it.sender, referral).agreed
    assert (
        agreed is not None and agreed.stands and agreed.stopped == "" and len(queries.outbox(it.sender)) == 1
    )


def test_the_chain_ends_at_what_may_not_be_told(it: Guarded) -> None:
    first = it.it.refer()
    actions.decline(by=it.it.night, referral=first, reason="no_capacity")
    child = actions.reroute(by=it.sender, referral=first, service=it.service)
    bring(it, child.id, "declined")
    chain = queries.onward(it.sender, first).chain
    assert [(row.id, row.state) for row in chain] == [(first, "rerouted"), (child.id, "made")]


def test_a_colleague_without_part_in_the_care_is_told_no_more_though_it_was_agreed(it: Guarded) -> None:
    it.agree()
    referral = it.refer()
    bring(it, referral, "accepted")
    colleague = worker(it.it.cast.agency["social_service"], "case_manager")
    assert queries.row(colleague, referral).state == "made"
    assert queries.row(it.sender, referral).state == "accepted"


def test_a_page_of_them_costs_the_same_statements_as_one(
    it: Guarded, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(12):
        it.it.refer(service=directory.service(f"Door {number}", agency=it.it.cast.agency[it.kind]))
    with django_assert_max_num_queries(16):  # type: ignore[attr-defined]
        assert len(list(queries.outbox(it.sender))) == 12


def test_each_question_is_journalled_and_none_is_asked_of_an_ordinary_one(it: Guarded) -> None:
    it.it.refer()
    lines = JournalLine.objects.filter(kind__in=["sharing.read", "sharing.refused"])
    list(queries.outbox(it.sender))
    assert not lines.exists()
    it.refer()
    list(queries.outbox(it.sender))
    assert lines.filter(actor=it.sender.id).count() == 1


@given(st.sampled_from(states.STATES), st.sampled_from(["sender", "receiver"]))
def test_nothing_can_be_done_to_what_was_made_but_taking_it_back(state: str, party: str) -> None:
    assert state != states.MADE and states.MADE not in states.MOVES["withdraw"].leaves
    assert queries.open_acts(states.MADE, party) == (("withdraw",) if party == "sender" else ())


UNASKED = re.compile(r"\b(rows_of|row_of|alive_for|comings|person_behind)\(")
HANDLERS = ("flow/", "referrals/", "adapters/webhooks/", "adapters/email/", "adapters/fhir/arrive.py")
PERMITTED = ("foresight/offering.py", "web/provider/card.py")  # a permit opened each; the receiver's own card


def test_rows_as_they_stand_are_for_handlers_and_never_for_a_senders_screen() -> None:
    source = Path(queries.__file__).resolve().parents[2]
    for file in sorted(source.rglob("*.py")):
        where, text = str(file.relative_to(source)), file.read_text("utf-8")
        if "referrals import queries" in text and not where.startswith((*HANDLERS, *PERMITTED)):
            assert not UNASKED.search(text), (
                f"{where}: ask with `row(by, ...)`, which masks what may not be told"
            )
