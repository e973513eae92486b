"""The newer acts and their lines: systems that are told, links by mail, who acts for whom, arrivals, samples.

Beside `test_every_line`: an act leaves exactly its own line, by its actor; done again it leaves none.
"""

from datetime import timedelta
from uuid import UUID

import pytest

from commonweal.directory import actions as directory
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.messages import actions as messages
from commonweal.messages import events as told
from commonweal.messages.models import Endpoint
from commonweal.people import actions as people
from commonweal.people import events as known
from commonweal.people.models import LinkageRun, PairJudgement
from commonweal.people.queries import Reviewer
from commonweal.referrals import actions as referrals
from commonweal.referrals import events as referred
from commonweal.sharing import actions as sharing
from commonweal.sharing import events as shared
from factories import directory as entries
from factories.cast import SETUP, Cast, consented, gather, someone
from factories.lines import leaves
from factories.referrals import Loop, loop

pytestmark = pytest.mark.django_db
URL = "https://system.example.org/hook"


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies and a worker of each role on first use."""
    return gather(partners=False)


@pytest.fixture(name="it")
def the_loop() -> Loop:
    """Open Door and the Lantern."""
    return loop()


def test_an_endpoint_from_its_registration_to_its_end(cast: Cast) -> None:
    by, home = cast["administrator"], cast.agency["ecc"]
    row, secret = leaves(
        by,
        lambda: messages.register_endpoint(by=by, agency=home, url=URL, names=["call.ended"]),
        lambda made: told.EndpointKept(endpoint=made[0].id, agency=home, act="registered"),
    )

    def kept(act: str) -> told.EndpointKept:
        return told.EndpointKept(endpoint=row.id, agency=home, act=act)

    _, fresh = leaves(by, lambda: messages.rotate_secret(by=by, endpoint=row.id), kept("rotated"))
    leaves(by, lambda: messages.switch_endpoint(by=by, endpoint=row.id, is_on=False), kept("disabled"))
    leaves(by, lambda: messages.switch_endpoint(by=by, endpoint=row.id, is_on=True), kept("enabled"))
    leaves(by, lambda: messages.remove_endpoint(by=by, endpoint=row.id), kept("removed"))
    left = Endpoint.objects.get(id=row.id)
    assert not left.secret and not left.old_secret and fresh != secret
    for act in (messages.rotate_secret, messages.remove_endpoint):
        with pytest.raises(NotFound):
            act(by=by, endpoint=row.id)


@pytest.mark.parametrize(
    ("url", "names"),
    [("http://system.example.org/", ["call.ended"]), ("https://u:p@x.org/", ["call.ended"]), (URL, []),
     (URL, ["call.everything"]), ("ftp://x.org", ["call.ended"]), ("https://", ["call.ended"])],
)  # fmt: skip
def test_an_endpoint_that_may_not_stand_leaves_neither_row_nor_line(
    cast: Cast, url: str, names: list[str]
) -> None:
    def refused() -> None:
        with pytest.raises(Invalid):
            messages.register_endpoint(by=SETUP, agency=cast.agency["ecc"], url=url, names=names)

    leaves(SETUP, refused)
    assert not Endpoint.objects.exists()


def test_an_endpoint_that_says_gone_is_disabled_with_a_line_once(cast: Cast) -> None:
    home = cast.agency["ecc"]
    row, _ = messages.register_endpoint(by=SETUP, agency=home, url=URL, names=["capacity.posted"])
    for subject in (1, 2):
        about = Subject("service", UUID(int=subject))
        messages.queue_webhooks(name="capacity.posted", about=about, ids={"n": subject}, parties=None)
    first, second = row.deliveries.order_by("created_at").values_list("id", flat=True)

    def noted(delivery: UUID) -> None:
        messages.note_webhook(by=SETUP, delivery=delivery, status=410, fault="refused")

    leaves(SETUP, lambda: noted(first), told.EndpointDisabled(endpoint=row.id, agency=home))
    leaves(SETUP, lambda: noted(second))


def test_a_link_by_mail_is_issued_replaced_and_taken_back(it: Loop) -> None:
    it.beds = entries.service("Church hall beds", email="hall@example.org")
    by, referral = it.sender, it.refer()

    def issued() -> UUID:
        return referrals.issue_link(by=by, referral=referral)[0].id

    first = leaves(by, issued, lambda link: referred.LinkIssued(referral=referral, link=link))
    second = leaves(
        by,
        issued,
        referred.LinkEnded(referral=referral, link=first, why="replaced"),
        lambda link: referred.LinkIssued(referral=referral, link=link),
    )
    taken = referred.LinkEnded(referral=referral, link=second, why="taken_back")
    leaves(by, lambda: referrals.end_link(by=by, referral=referral), taken)
    leaves(by, lambda: referrals.end_link(by=by, referral=referral))
    for act in (referrals.issue_link, referrals.end_link):
        with pytest.raises(NotFound):
            act(by=it.night, referral=referral)


def test_an_arrival_is_noted_once_and_handed_over_once(it: Loop) -> None:
    referral = it.refer()
    referrals.accept(by=it.night, referral=referral)
    with pytest.raises(Conflict):
        referrals.hand_off(by=it.night, referral=referral)
    leaves(it.sender, lambda: referrals.reach(by=it.sender, referral=referral),
           referred.PersonReached(referral=referral))  # fmt: skip
    leaves(it.night, lambda: referrals.reach(by=it.night, referral=referral))
    stranger = it.cast["prosecutor"]
    for act in (referrals.reach, referrals.hand_off):
        with pytest.raises(NotFound):
            act(by=stranger, referral=referral)


def test_what_goes_on_by_itself_is_agreed_and_taken_back_once(it: Loop) -> None:
    other = entries.service("Zinnia shelter", topics=("shelter",))
    directory.post_capacity(by=SETUP, service=other, available=2)
    referral = it.refer()
    leaves(
        it.sender,
        lambda: referrals.agree_onward(by=it.sender, referral=referral, services=[other]),
        referred.OnwardAgreed(referral=referral),
    )
    leaves(it.sender, lambda: referrals.withdraw_onward(by=it.sender, referral=referral),
           referred.OnwardWithdrawn(referral=referral))  # fmt: skip
    assert leaves(it.sender, lambda: referrals.withdraw_onward(by=it.sender, referral=referral)) is False
    with pytest.raises(NotFound):
        referrals.withdraw_onward(by=it.night, referral=referral)


def test_who_may_act_for_somebody_begins_and_ends_with_a_line(cast: Cast) -> None:
    by, (person, _) = cast["privacy_officer"], someone(cast)
    ends = clock.today() + timedelta(9)
    papers = sharing.Papers(authority="guardian", evidence="Order 26-4", expires_on=ends)
    made = leaves(
        by,
        lambda: sharing.record_representative(
            by=by, person=person, name="Alma", relation="aunt", papers=papers
        ),
        lambda one: shared.RepresentativeChanged(person=person, representative=one.id, state="recorded"),
    )
    ended = shared.RepresentativeChanged(person=person, representative=made.id, state="ended")
    leaves(by, lambda: sharing.end_representative(by=by, representative=made.id), ended)
    leaves(by, lambda: sharing.end_representative(by=by, representative=made.id))
    with pytest.raises(NotFound):
        sharing.end_representative(by=cast["case_manager"], representative=made.id)


def test_all_that_was_agreed_to_is_taken_back_each_with_a_line_of_its_own(cast: Cast) -> None:
    by, (person, _) = cast["privacy_officer"], someone(cast)
    ids = [consented(cast, person, "roi", [kind], ["identity"]) for kind in ("health", "hmis_shelter")]
    whole = shared.EveryConsentRevoked(person=person)
    each = [shared.ConsentRevoked(person=person, consent=one) for one in ids]
    leaves(by, lambda: sharing.revoke_every_consent(by=by, person=person), *each, whole)
    leaves(by, lambda: sharing.revoke_every_consent(by=by, person=person), whole)


def test_a_sample_leaves_one_line_and_each_judgement_its_own(cast: Cast) -> None:
    by, home = cast["records_steward"], cast.agency["police"]
    own, other = Reviewer(home), Reviewer(cast.agency["health"])
    (_, one), (_, two) = someone(cast), someone(cast)
    run = LinkageRun.objects.create(
        agencies=[str(home)], model="m", records=2, joined=1, precision=0.9, recall=0.9,
        detail={"pairs": [[str(one.id), str(two.id), 0.9, 4.0]], "records": [], "through": [], "groups": []},
    )  # fmt: skip

    def draw() -> int:
        return people.draw_sample(by=by, run=run.id, reviewer=own, size=5, seed=1)

    assert leaves(by, draw, known.SampleDrawn(run=run.id, pairs=1)) == 1
    assert leaves(by, draw) == 0, "nothing is drawn twice"
    pair = PairJudgement.objects.get()
    event = known.PairJudged(source_record=pair.left_id, other=pair.right_id, judgement=pair.id)
    leaves(by, lambda: people.judge_pair(by=by, judgement=pair.id, reviewer=own, verdict="one"), event)
    with pytest.raises(NotFound):
        people.judge_pair(by=by, judgement=pair.id, reviewer=other, verdict="one")
