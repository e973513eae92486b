"""A service says no: the referral goes on only where the person agreed, as often as the pathway lets it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from commonweal.cli.worker import Worker
from commonweal.directory import actions as directory
from commonweal.kernel import clock
from commonweal.kernel.actors import STRANGER, Subject, system
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.messages import queries as messages
from commonweal.referrals import actions, queries
from commonweal.referrals.models import Onward, Referral
from commonweal.sharing import actions as sharing
from factories import directory as entries
from factories.cast import SETUP, consented, worker
from factories.referrals import Loop, ask, loop

pytestmark = pytest.mark.django_db
PRODUCT = system("flow")
LATER = timedelta(minutes=2)


@pytest.fixture(name="it")
def the_loop() -> Loop:
    """Open Door and the Lantern."""
    return loop()


def house(name: str, free: int | None = 3, **parts: object) -> UUID:
    """Another shelter with room."""
    found = entries.service(name, topics=("shelter",), **parts)
    if free is not None:
        directory.post_capacity(by=SETUP, service=found, available=free)
    return found


def refused(it: Loop, referral: UUID, reason: str = "no_capacity") -> None:
    """The Lantern says no, and the minute in which it may say otherwise passes."""
    actions.decline(by=it.night, referral=referral, reason=reason)


def swept(after: timedelta = LATER) -> int:
    """What the timer sends on, a while later."""
    with clock.at(clock.now() + after):
        return actions.sweep_onward(by=PRODUCT)


def stands(it: Loop, referral: UUID) -> tuple[list[tuple[str, str]], str]:
    """The way so far, and why it stopped."""
    way = queries.onward(it.sender, referral)
    return [(row.service_name, row.state) for row in way.chain], way.agreed.stopped if way.agreed else ""


def test_it_goes_on_to_a_house_of_the_kind_the_person_agreed_to(it: Loop) -> None:
    house("Zinnia shelter")
    referral = it.refer()
    actions.agree_onward(by=it.sender, referral=referral, needs=["shelter"])
    refused(it, referral)
    assert swept() == 1 and swept() == 0
    assert stands(it, referral) == ([("Lantern night beds", "rerouted"), ("Zinnia shelter", "sent")], "")
    child = Referral.objects.get(parent=referral)
    assert (child.sent_by, child.from_agency_id) == (it.sender.id, it.sender.agency)
    trail = queries.timeline(it.sender, queries.row(it.sender, child.id))
    assert [(line["act"], line["who"]) for line in trail] == [("check", ""), ("send", "")]
    Worker().catch_up()
    assert "referral_went_on" in [line.kind for line in messages.unread(it.sender)]


def test_it_waits_the_minute_in_which_an_answer_may_be_taken_back(it: Loop) -> None:
    house("Zinnia shelter")
    referral = it.refer()
    actions.agree_onward(by=it.sender, referral=referral, needs=["shelter"])
    refused(it, referral)
    assert actions.sweep_onward(by=PRODUCT) == 0
    actions.take_back(by=it.night, referral=referral)
    assert swept() == 0 and queries.row_of(referral).state in ("sent", "viewed")


def test_silence_goes_on_like_a_no(it: Loop) -> None:
    house("Zinnia shelter")
    referral = it.refer(pathway="tonight")
    actions.agree_onward(by=it.sender, referral=referral, needs=["shelter"])
    with clock.at(clock.now() + timedelta(hours=9)):
        actions.sweep(by=PRODUCT)
        assert actions.sweep_onward(by=PRODUCT) == 1
    assert stands(it, referral)[0][0] == ("Lantern night beds", "rerouted")


def test_without_the_persons_word_nothing_goes_on(it: Loop) -> None:
    house("Zinnia shelter")
    referral = it.refer()
    refused(it, referral)
    assert swept() == 0 and queries.row_of(referral).state == "declined"


def test_nothing_goes_beyond_what_was_named(it: Loop) -> None:
    other, named = house("Ash shelter"), house("Zinnia shelter", free=0)
    referral = it.refer()
    actions.agree_onward(by=it.sender, referral=referral, services=[named])
    refused(it, referral)
    assert swept() == 0 and stands(it, referral) == ([], "none_left")
    assert not Referral.objects.filter(service=other).exists()
    actions.agree_onward(by=it.sender, referral=referral, services=[other])
    assert swept() == 1 and Referral.objects.get(parent=referral).service_id == other


def test_it_stops_where_the_pathway_says_and_the_sender_hears(it: Loop) -> None:
    houses = [house(f"House {n}", agency=it.cast.agency["hmis_shelter"]) for n in range(4)]
    referral = it.refer()
    actions.agree_onward(by=it.sender, referral=referral, needs=["shelter"])
    for _ in range(len(houses)):
        last = queries.row_of(Onward.objects.get().current_id)
        if last.state == "sent":
            refused(it, last.id)
        swept()
    way, stopped = stands(it, referral)
    assert len(way) == 3 and stopped == "most" and way[-1][1] == "declined"
    assert len({name for name, _state in way}) == 3, "nobody is asked twice"
    Worker().catch_up()
    assert "referral_onward_stopped" in [line.kind for line in messages.unread(it.sender)]


@pytest.mark.parametrize(
    ("pathway", "reason", "why"),
    [("treatment", "no_capacity", "pathway"), ("standard", "person_declined", "answer"),
     ("standard", "duplicate", "answer")],
)  # fmt: skip
def test_some_answers_and_some_pathways_leave_it_to_a_person(
    it: Loop, pathway: str, reason: str, why: str
) -> None:
    house("Zinnia shelter")
    referral = it.refer(pathway=pathway)
    actions.agree_onward(by=it.sender, referral=referral, needs=["shelter"])
    refused(it, referral, reason)
    assert swept() == 0 and stands(it, referral)[1] == why


def test_a_word_taken_back_ends_it(it: Loop) -> None:
    house("Zinnia shelter")
    referral = it.refer()
    actions.agree_onward(by=it.sender, referral=referral, needs=["shelter"])
    assert actions.withdraw_onward(by=it.sender, referral=referral)
    assert not actions.withdraw_onward(by=it.sender, referral=referral)
    refused(it, referral)
    assert swept() == 0 and not Referral.objects.filter(parent=referral).exists()


def test_a_consent_taken_back_since_ends_it_too(it: Loop) -> None:
    house("Zinnia shelter")
    consent = consented(it.cast, it.person, "roi", ["hmis_shelter"], ["identity"])
    referral = it.refer()
    actions.agree_onward(by=it.sender, referral=referral, needs=["shelter"])
    sharing.revoke_consent(by=SETUP, consent=getattr(consent, "id", consent))
    refused(it, referral)
    assert swept() == 0 and stands(it, referral)[1] == "consent"


def test_the_next_house_sees_what_the_gate_opens_to_it_and_not_who_said_no(it: Loop) -> None:
    house("Zinnia shelter", agency=it.cast.agency["health"])
    referral = it.refer(is_anonymous=True)
    actions.agree_onward(by=it.sender, referral=referral, needs=["shelter"])
    refused(it, referral)
    assert swept() == 1
    child = Referral.objects.get(parent=referral)
    assert child.is_anonymous and "identity" not in child.shared
    there = worker(it.cast.agency["health"], "hospital_staff")
    assert isinstance(ask(there, "identity", it.record), sharing.Refusal)
    way = queries.onward(there, child.id)
    assert (way.before, way.chain, way.agreed) == (1, (), None)
    assert isinstance(ask(it.night, "referral_status", Subject("referral", child.id)), sharing.Refusal)


class TestWhoMayNot:
    """The sender records the person's word; nobody else, and not of nothing."""

    def test_others_find_nothing(self, it: Loop) -> None:
        referral = it.refer()
        outsider = worker(it.cast.agency["health"], "clinician")
        for who in (STRANGER, outsider, it.night):
            with pytest.raises(NotFound):
                actions.agree_onward(by=who, referral=referral, needs=["shelter"])
            with pytest.raises(NotFound):
                actions.withdraw_onward(by=who, referral=referral)
        assert queries.onward(outsider, referral) == queries.Onwards()
        with pytest.raises(NotFound):
            actions.sweep_onward(by=it.sender)
        assert not JournalLine.objects.filter(kind="referrals.onward_agreed").exists()

    def test_an_agreement_names_something_that_there_is(self, it: Loop) -> None:
        referral = it.refer()
        with pytest.raises(Invalid, match="Choose what the person agrees to"):
            actions.agree_onward(by=it.sender, referral=referral)
        with pytest.raises(Invalid, match="needs"):
            actions.agree_onward(by=it.sender, referral=referral, needs=["castles"])
        with pytest.raises(NotFound):
            actions.agree_onward(by=it.sender, referral=referral, services=[uuid4()])

    def test_what_is_over_goes_nowhere(self, it: Loop) -> None:
        referral = it.refer()
        actions.withdraw(by=it.sender, referral=referral)
        with pytest.raises(Conflict):
            actions.agree_onward(by=it.sender, referral=referral, needs=["shelter"])

    def test_nobody_sends_in_anothers_name(self, it: Loop) -> None:
        referral = it.refer(sent_by=str(uuid4()))
        assert queries.row_of(referral).sent_by == it.sender.id
