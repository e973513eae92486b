"""A church hall without accounts answers by mail: once, in time, and never learning a name from the link."""

from datetime import timedelta
from uuid import UUID

import pytest

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, system
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.referrals import actions, queries
from commonweal.referrals.models import AnswerLink
from commonweal.sharing import actions as sharing
from factories import directory
from factories.referrals import Loop, ask, loop

pytestmark = pytest.mark.django_db
MAILER = system("flow")


@pytest.fixture(name="it")
def the_loop() -> Loop:
    """Open Door, and a hall with a mailbox and no account."""
    it = loop()
    it.beds = directory.service("Church hall beds", email="hall@example.org")
    return it


@pytest.fixture(name="referral")
def a_referral(it: Loop) -> UUID:
    """Rosa, referred to the hall."""
    return it.refer()


@pytest.fixture(name="token")
def a_token(referral: UUID) -> str:
    """The link's token, as the mail carries it."""
    return actions.issue_link(by=MAILER, referral=referral)[1]


def test_the_hall_opens_it_twice_and_answers_once(it: Loop, referral: UUID, token: str) -> None:
    assert actions.open_link(token=token).standing == "open"
    assert actions.open_link(token=token).standing == "open"
    assert actions.answer_link(token=token, act="accept").state == "accepted"
    assert actions.open_link(token=token).standing == "answered"
    with pytest.raises(Conflict, match="answered"):
        actions.answer_link(token=token, act="decline", reason="no_capacity")
    assert queries.row(it.sender, referral).state == "accepted"


def test_the_token_is_kept_nowhere(referral: UUID, token: str) -> None:
    link = AnswerLink.objects.get()
    assert token not in str(vars(link)) and link.email == "hall@example.org"
    assert not any(token in str(line.data) for line in JournalLine.objects.all())


def test_a_guessed_token_is_nothing(token: str) -> None:
    for act in (actions.open_link, actions.not_mine):
        with pytest.raises(NotFound):
            act(token=token[:-1] + "!")
    with pytest.raises(NotFound):
        actions.answer_link(token="", act="accept")


def test_a_late_answer_changes_nothing(it: Loop, referral: UUID, token: str) -> None:
    with clock.at(clock.now() + timedelta(days=4)):
        assert actions.open_link(token=token).standing == "late"
        with pytest.raises(Conflict, match="its time is over"):
            actions.answer_link(token=token, act="accept")
    assert queries.row(it.sender, referral).state == "sent"


def test_the_wrong_reader_says_so_and_the_sender_learns_it(referral: UUID, token: str) -> None:
    actions.not_mine(token=token)
    assert actions.open_link(token=token).standing == "revoked"
    with pytest.raises(Conflict):
        actions.answer_link(token=token, act="accept")
    ended = JournalLine.objects.get(kind="referrals.link_ended")
    assert ended.data["why"] == "wrong_person" and ended.subject == str(referral)
    actions.not_mine(token=token)
    assert JournalLine.objects.filter(kind="referrals.link_ended").count() == 1


def test_a_new_link_replaces_the_old_one(it: Loop, referral: UUID, token: str) -> None:
    _, fresh = actions.issue_link(by=it.sender, referral=referral)
    assert actions.open_link(token=token).standing == "revoked"
    assert actions.open_link(token=fresh).standing == "open"


def test_the_sender_takes_it_back(it: Loop, referral: UUID, token: str) -> None:
    actions.end_link(by=it.sender, referral=referral)
    assert actions.open_link(token=token).standing == "revoked"


def test_a_robot_wears_it_out(token: str) -> None:
    for _ in range(actions.PEEK_LIMIT):
        assert actions.open_link(token=token).standing == "open"
    assert actions.open_link(token=token).standing == "worn"
    with pytest.raises(Conflict, match="opened too often"):
        actions.answer_link(token=token, act="accept")


@pytest.mark.parametrize(
    ("act", "more", "state"),
    [
        ("waitlist", {}, "waitlisted"),
        ("decline", {"reason": "out_of_area"}, "declined"),
        ("ask", {"note": "Can she manage stairs?"}, "info_requested"),
    ],
)
def test_each_answer_counts(token: str, act: str, more: dict[str, str], state: str) -> None:
    assert actions.answer_link(token=token, act=act, **more).state == state


def test_a_bad_answer_leaves_the_link_good(token: str) -> None:
    for act, more in (("explode", {}), ("decline", {"reason": "whim"}), ("ask", {"note": " "})):
        with pytest.raises(Invalid):
            actions.answer_link(token=token, act=act, **more)
    assert actions.answer_link(token=token, act="accept").state == "accepted"


def test_whoever_holds_a_link_reads_no_one(it: Loop, referral: UUID, token: str) -> None:
    """Not even where an agency is tied to the person: a mailbox is not a person."""
    sharing.tie(by=MAILER, relation="care", subject=_person(it), agency=it.cast.agency["social_service"])
    link = AnswerLink.objects.get()
    holder = Actor(id=f"link:{link.id}", role="link", policy_role="case_manager", mfa=False)
    trusted = Actor(id=f"link:{link.id}", role="link", policy_role="case_manager")
    for actor in (holder, trusted):
        for category, about in queries.about(it.sender, referral).by_category.items():
            for subject in about:
                assert isinstance(ask(actor, category, subject), sharing.Refusal)


def _person(it: Loop) -> "sharing.Subject":
    from commonweal.kernel.actors import Subject

    return Subject("person", it.person)


def test_only_the_sender_and_the_product_make_links(it: Loop, referral: UUID) -> None:
    for role in ("shelter_worker", "administrator", "patrol_officer"):
        with pytest.raises(NotFound):
            actions.issue_link(by=it.cast[role], referral=referral)
        with pytest.raises(NotFound):
            actions.end_link(by=it.cast[role], referral=referral)


def test_no_link_without_a_mailbox_or_after_an_answer(it: Loop, referral: UUID, token: str) -> None:
    nobody = it.refer(service=directory.service("No address"))
    with pytest.raises(Invalid, match="address"):
        actions.issue_link(by=MAILER, referral=nobody)
    actions.answer_link(token=token, act="accept")
    with pytest.raises(Conflict, match="does not wait"):
        actions.issue_link(by=MAILER, referral=referral)
