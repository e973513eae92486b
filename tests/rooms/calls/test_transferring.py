"""A caller handed between 911 and 988: offered, read, acknowledged, refused, taken back, rung for."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from commonweal import flow
from commonweal.adapters.eido import reader as eido
from commonweal.agencies import actions as agencies
from commonweal.calls import actions, queries
from commonweal.calls.models import Call, Transfer
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.messages.models import Notification
from commonweal.sharing import actions as sharing
from factories.calls import CALM, TROUBLED, Centre
from factories.cast import SETUP, worker
from journeys.site import what_follows

from ...adapters.eido.sample import whole

NAMES = ("Ana Torres", "555-0199", "412 Cedar")


@pytest.fixture
def there(centre: Centre) -> Actor:
    """A call taker of the 988 centre."""
    return worker(centre.cast.agency["lifeline_988"], "call_taker", "taker.988")


@pytest.fixture
def second(centre: Centre) -> Actor:
    """A call taker of another 911 centre."""
    home = agencies.open_agency(by=SETUP, name="Quarry 911", kind="ecc").id
    return worker(home, "call_taker", "taker.quarry")


def lifeline(there: Actor) -> UUID:
    """A call to the lifeline."""
    where = actions.Where(address="412 Cedar Ave", lon=-121.6, lat=38.5)
    caller = actions.Caller(name="Ana Torres", phone="555-0199")
    return actions.receive(by=there, source="lifeline_988", where=where, caller=caller, words="Pills").id


def lines(kind: str) -> list[JournalLine]:
    """Lines of one kind."""
    return list(JournalLine.objects.filter(kind=f"calls.{kind}").order_by("id"))


def offered(centre: Centre, to: Actor, **how: bool) -> tuple[UUID, Transfer]:
    """A call of the county's centre that is offered."""
    call = centre.call(CALM, words="She is alone", nature="mental_health_crisis")
    assert to.agency is not None
    return call, actions.offer(by=centre.desk, call=call, to=to.agency, **how)


class TestForeseeing:
    """What the dialog says before anything leaves."""

    def test_a_911_call_opens_to_988_as_to_any_desk_with_the_call_in_hand(
        self, centre: Centre, there: Actor
    ) -> None:
        call, before = centre.call(), JournalLine.objects.count()
        seen = actions.foresee(by=centre.desk, call=call, to=there.agency)
        assert seen.is_possible and "caller_name" in seen.fields and not seen.withheld and seen.why
        assert JournalLine.objects.count() == before, "the question leaves no line, for nobody was told"
        answer = sharing.ask(
            by=there, category="call_facts", purpose="emergency", about=Subject("call", call)
        )
        assert not isinstance(answer, sharing.Permit), "and it ties nobody"

    def test_a_lifeline_call_is_not_acknowledged_unless_a_life_is_at_risk(
        self, centre: Centre, there: Actor
    ) -> None:
        call, to = lifeline(there), centre.cast.agency["ecc"]
        closed = actions.foresee(by=there, call=call, to=to)
        assert not closed.is_possible and not closed.fields and "988" in closed.why
        with pytest.raises(Invalid, match="life is at risk"):
            actions.offer(by=there, call=call, to=to)
        assert not Transfer.objects.exists()
        assert actions.foresee(by=there, call=call, to=to, is_threat=True).fields >= {"caller_phone"}


class TestFrom911To988:
    """The receiver reads what its permit opens; the sender sees the acknowledgement."""

    def test_nothing_is_read_before_the_receiver_asks(self, centre: Centre, there: Actor) -> None:
        call, row = offered(centre, there)
        [waits] = queries.arriving(there.agency)
        assert waits.from_name == "Harlow Emergency Communications" and waits.waits and not waits.is_late
        assert not lines("handed_over") and row.sent == []
        found = actions.read_transfer(by=there, transfer=row.id)
        assert (found.caller_name, found.caller_phone) == NAMES[:2] and found.notes[0][2] == "She is alone"
        row.refresh_from_db()
        assert set(row.sent) == set(lines("handed_over")[0].data["fields"]) and row.sent_at
        assert found.call == call

    def test_a_taken_call_ends_at_its_sender_and_not_before(self, centre: Centre, there: Actor) -> None:
        call, row = offered(centre, there, is_warm=False)
        assert queries.call_of(call).is_open
        actions.answer_transfer(by=there, transfer=row.id, is_accepted=True)
        assert queries.call_of(call).state == "transferred"
        [sent] = queries.sent_over(centre.desk.agency)
        assert sent.state == "taken" and not queries.arriving(there.agency)
        assert actions.read_transfer(by=there, transfer=row.id).caller_name, "for 72 hours more"
        with clock.at(clock.now() + timedelta(hours=73)):
            assert not actions.read_transfer(by=there, transfer=row.id).caller_name

    def test_a_call_with_a_unit_on_it_stays_open(self, centre: Centre, there: Actor) -> None:
        call = centre.call(CALM)
        actions.dispatch(by=centre.desk, call=call, units=[centre.units["T1"]], reason="asked for")
        row = actions.offer(by=centre.desk, call=call, to=there.agency)
        actions.answer_transfer(by=there, transfer=row.id, is_accepted=True)
        assert queries.call_of(call).is_open

    def test_the_same_answer_twice_is_one(self, centre: Centre, there: Actor) -> None:
        _, row = offered(centre, there)
        for _ in range(2):
            actions.answer_transfer(by=there, transfer=row.id, is_accepted=True)
        assert len(lines("transfer_answered")) == 1
        with pytest.raises(Conflict):
            actions.answer_transfer(by=there, transfer=row.id, is_accepted=False, refusal="other")

    def test_a_refusal_names_its_reason_and_closes_the_call_again(self, centre: Centre, there: Actor) -> None:
        call, row = offered(centre, there)
        with pytest.raises(Invalid, match="no_capacity"):
            actions.answer_transfer(by=there, transfer=row.id, is_accepted=False, refusal="")
        actions.answer_transfer(by=there, transfer=row.id, is_accepted=False, refusal="no_capacity")
        assert queries.call_of(call).is_open and queries.sent_over(centre.desk.agency)[0].state == "refused"
        with pytest.raises(NotFound):
            actions.read_transfer(by=there, transfer=row.id)
        again = actions.offer(by=centre.desk, call=call, to=there.agency)
        assert again.id != row.id

    def test_it_is_taken_back_until_it_is_answered(self, centre: Centre, there: Actor) -> None:
        call, row = offered(centre, there)
        for _ in range(2):
            actions.take_back_transfer(by=centre.desk, transfer=row.id)
        assert len(lines("transfer_taken_back")) == 1 and not queries.arriving(there.agency)
        for act in (actions.read_transfer,):
            with pytest.raises(NotFound):
                act(by=there, transfer=row.id)
        with pytest.raises(Conflict):
            actions.answer_transfer(by=there, transfer=row.id, is_accepted=True)
        taken = actions.offer(by=centre.desk, call=call, to=there.agency)
        actions.answer_transfer(by=there, transfer=taken.id, is_accepted=True)
        with pytest.raises(Conflict, match="answered already"):
            actions.take_back_transfer(by=centre.desk, transfer=taken.id)


class TestFrom988To911:
    """A life at risk: the lifeline hands the call to those who can go."""

    def test_the_911_centre_works_on_in_a_call_of_its_own(self, centre: Centre, there: Actor) -> None:
        call = lifeline(there)
        row = actions.offer(by=there, call=call, to=centre.cast.agency["ecc"], is_threat=True)
        taken = actions.answer_transfer(by=centre.desk, transfer=row.id, is_accepted=True)
        own = Call.objects.get(id=taken.arrived)
        assert own.agency_id == centre.desk.agency and own.source == "other_centre" and own.answered
        assert (own.caller_name, own.caller_phone, own.address) == (*NAMES[:2], "412 Cedar Ave")
        assert [note.text for note in own.notes.all()] == ["Pills"]
        assert queries.call_of(call).state == "transferred"
        review = JournalLine.objects.filter(kind="sharing.alerted")
        assert review.exists(), "a claimed threat is looked at afterwards"


class TestOnlyThoseTwo:
    """Strangers to a transfer find none, and a call is offered once at a time."""

    def test_other_centres_find_nothing(self, centre: Centre, there: Actor, second: Actor) -> None:
        call, row = offered(centre, there)
        for by in (second, centre.cast["clinician"], centre.cast["administrator"]):
            for act in (
                lambda by=by: queries.transfer_of(by, row.id),
                lambda by=by: actions.read_transfer(by=by, transfer=row.id),
                lambda by=by: actions.answer_transfer(by=by, transfer=row.id, is_accepted=True),
                lambda by=by: actions.take_back_transfer(by=by, transfer=row.id),
                lambda by=by: actions.offer(by=by, call=call, to=there.agency),
            ):
                with pytest.raises(NotFound):
                    act()
        with pytest.raises(NotFound):
            actions.read_transfer(by=centre.desk, transfer=row.id)  # the sender has the call itself
        with pytest.raises(NotFound):
            actions.answer_transfer(by=centre.desk, transfer=uuid4(), is_accepted=True)

    def test_one_offer_at_a_time_to_a_centre_that_is_one(
        self, centre: Centre, there: Actor, second: Actor
    ) -> None:
        call, _ = offered(centre, there)
        with pytest.raises(Conflict, match="Take it back first"):
            actions.offer(by=centre.desk, call=call, to=second.agency)
        other = centre.call()
        for nobody in (centre.cast.agency["police"], uuid4(), centre.desk.agency):
            with pytest.raises(Invalid):
                actions.offer(by=centre.desk, call=other, to=nobody)


class TestRinging:
    """A call that nobody acknowledges is heard by more people, once."""

    def test_it_rings_once_after_the_sites_target(self, centre: Centre, there: Actor) -> None:
        _, row = offered(centre, there)
        chief = worker(there.agency, "supervisor", "chief.988")
        what_follows()
        assert Notification.objects.filter(kind="transfer_offered", account=there.id).count() == 1
        assert actions.ring_transfers(by=SETUP) == 0
        with clock.at(clock.now() + timedelta(seconds=settings.TRANSFER_SECONDS + 1)):
            assert queries.arriving(there.agency)[0].is_late
            flow.ring_for_transfers()
            assert actions.ring_transfers(by=SETUP) == 0
            what_follows()
        rung = set(Notification.objects.filter(kind="transfer_unanswered").values_list("account", flat=True))
        assert {UUID(there.id), UUID(chief.id)} <= rung and UUID(centre.desk.id) not in rung

    @pytest.mark.parametrize(("is_accepted", "kind"), [(True, "taken"), (False, "refused")])
    def test_the_sender_hears_the_answer(
        self, centre: Centre, there: Actor, is_accepted: bool, kind: str
    ) -> None:
        _, row = offered(centre, there)
        actions.answer_transfer(by=there, transfer=row.id, is_accepted=is_accepted, refusal="other")
        what_follows()
        assert Notification.objects.filter(kind=f"transfer_{kind}", account=centre.desk.id).count() == 1
        with clock.at(clock.now() + timedelta(days=1)):
            assert actions.ring_transfers(by=SETUP) == 0 and not queries.sent_over(centre.desk.agency)

    def test_no_line_of_the_journal_says_who_called(self, centre: Centre, there: Actor) -> None:
        _, row = offered(centre, there)
        actions.read_transfer(by=there, transfer=row.id)
        actions.answer_transfer(by=there, transfer=row.id, is_accepted=True)
        told = str([line.data for line in JournalLine.objects.all()])
        assert not any(name in told for name in NAMES)


class TestTheCallerIsGone:
    """A call that ends takes its standing offer with it: nobody is rung for somebody who is not there."""

    @pytest.fixture(name="came")
    def one_that_came_in(self, centre: Centre, there: Actor) -> tuple[UUID, Transfer]:
        """A call that the lifeline handed to the county's centre by a document, still ringing."""
        told = whole()
        told["incidentComponent"]["incidentStatusCommonRegistryText"] = ["Active"]
        found = eido.single(told)
        row, _is_new = actions.take_in(by=there, found=found, to=centre.cast.agency["ecc"])
        return row.call_id, row

    def late(self) -> int:
        """How many ring after the target."""
        with clock.at(clock.now() + timedelta(seconds=settings.TRANSFER_SECONDS + 1)):
            return actions.ring_transfers(by=SETUP)

    def test_one_that_came_in_and_ended_unanswered_rings_no_more(
        self, centre: Centre, there: Actor, came: tuple[UUID, Transfer]
    ) -> None:
        call, row = came
        assert [one.id for one in queries.arriving(centre.desk.agency)] == [row.id]
        actions.cancel(by=centre.desk, call=call, reason="hung up")
        assert not queries.arriving(centre.desk.agency) and self.late() == 0
        told = queries.transfer_of(there, row.id)
        assert (told.state, told.refusal) == ("refused", "caller_gone")
        what_follows()
        assert not Notification.objects.filter(kind="transfer_unanswered").exists()

    def test_one_that_was_worked_on_counts_as_taken(
        self, centre: Centre, there: Actor, came: tuple[UUID, Transfer]
    ) -> None:
        """A crew was sent before anybody pressed "take": the sender must not call the person back in vain."""
        call, row = came
        actions.answer(by=centre.desk, call=call, answers=TROUBLED)
        actions.dispatch(by=centre.desk, call=call)
        actions.clear(by=centre.desk, call=call, is_behavioural_health=False)
        assert queries.transfer_of(there, row.id).state == "taken" and self.late() == 0

    def test_picking_it_up_answers_it_once(
        self, centre: Centre, there: Actor, came: tuple[UUID, Transfer]
    ) -> None:
        call, row = came
        actions.pick_up(by=centre.desk, call=call)
        actions.cancel(by=centre.desk, call=call, reason="hung up")
        assert queries.transfer_of(there, row.id).state == "taken"
        assert len(lines("transfer_answered")) == 1

    def test_one_that_was_offered_is_taken_back(self, centre: Centre, there: Actor) -> None:
        call, row = offered(centre, there)
        actions.cancel(by=centre.desk, call=call, reason="hung up")
        assert not queries.arriving(there.agency) and self.late() == 0
        with pytest.raises(NotFound):
            actions.read_transfer(by=there, transfer=row.id)
        with pytest.raises(Conflict, match="taken back"):
            actions.answer_transfer(by=there, transfer=row.id, is_accepted=True)
        answer = sharing.ask(
            by=there, category="call_facts", purpose="emergency", about=Subject("call", call)
        )
        assert not isinstance(answer, sharing.Permit), "their view of it ended with the call"
        assert len(lines("transfer_taken_back")) == 1

    @pytest.mark.parametrize("is_accepted", [True, False])
    def test_an_answer_is_said_once_though_the_call_ends_by_it(
        self, centre: Centre, there: Actor, is_accepted: bool
    ) -> None:
        _, row = offered(centre, there)
        actions.answer_transfer(by=there, transfer=row.id, is_accepted=is_accepted, refusal="no_capacity")
        assert len(lines("transfer_answered")) == 1 and not lines("transfer_taken_back")
        assert queries.transfer_of(centre.desk, row.id).state == ("taken" if is_accepted else "refused")

    @pytest.mark.parametrize("refusal", ["no_capacity", "other"])
    def test_a_refusal_of_one_that_came_in_keeps_its_reason(
        self, centre: Centre, there: Actor, came: tuple[UUID, Transfer], refusal: str
    ) -> None:
        _call, row = came
        actions.answer_transfer(by=centre.desk, transfer=row.id, is_accepted=False, refusal=refusal)
        assert queries.transfer_of(there, row.id).refusal == refusal
        assert len(lines("transfer_answered")) == 1

    def test_one_without_an_offer_ends_as_ever(self, centre: Centre) -> None:
        actions.cancel(by=centre.desk, call=centre.call(), reason="hung up")
        assert not lines("transfer_answered") and not lines("transfer_taken_back")
