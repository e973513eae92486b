"""Bulletins between agencies: who may write one, who hears of it, what the gate keeps from whom."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from commonweal.agencies import actions as agencies
from commonweal.calls import actions as calls
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.messages import actions, queries
from commonweal.messages.actions import Sheet, To
from commonweal.messages.models import Bulletin
from commonweal.sharing import actions as sharing
from factories.calls import Centre, open_centre
from factories.cast import SETUP, Cast, agree, gather, someone, worker

pytestmark = pytest.mark.django_db


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies bound by a memorandum, with those who write and receive."""
    cast = gather()
    for role in ("supervisor", "shelter_worker", "case_manager", "medic"):
        assert cast[role]
    return cast


def sheet(**other: Any) -> Sheet:
    """A street that is closed, until tonight."""
    given = {
        "kind": "street_closed", "urgency": "today", "headline": "Mill Street closed",
        "text": "Use Cedar.", "ends_at": clock.now() + timedelta(hours=6), **other,
    }  # fmt: skip
    return Sheet(**given)


def posted(cast: Cast, *to: To, by: str = "supervisor", **other: Any) -> Bulletin:
    """Written by a supervisor; to everybody at the shelter where nobody else is said."""
    follows = other.pop("follows", None)
    receivers = to or (To(cast.agency["hmis_shelter"]),)
    return actions.post_bulletin(
        by=cast[by], sheet=sheet(**other), to=receivers, names_nobody=True, follows=follows
    )  # fmt: skip


def rung(actor: Actor, kind: str = "bulletin") -> bool:
    """Whether it stands in the bell."""
    return queries.unread(actor).filter(kind=kind).exists()


class TestToWhom:
    """Agencies, roles and teams add up; each sees what is for them."""

    def test_an_agency(self, cast: Cast) -> None:
        shelter, pantry = cast["shelter_worker"], cast["case_manager"]
        made = posted(cast)
        assert queries.bulletins(shelter) == [made] and queries.bulletins(pantry) == []
        assert rung(shelter) and not rung(pantry)
        with pytest.raises(NotFound):
            queries.bulletin(pantry, made.id)

    def test_a_role_everywhere_and_at_one_agency(self, cast: Cast) -> None:
        medic, other = cast["medic"], worker(cast.agency["health"], "medic")
        everywhere = posted(cast, To(role="medic"))
        at_home = posted(cast, To(cast.agency["ems"], "medic"), headline="Bay two closed")
        assert set(queries.bulletins(medic)) == {everywhere, at_home}
        assert queries.bulletins(other) == [everywhere]

    def test_everybody_at_every_partner(self, cast: Cast) -> None:
        made, everybody = posted(cast, To()), [cast[one] for one in ("shelter_worker", "medic")]
        assert all(queries.bulletins(one) == [made] and rung(one) for one in everybody)
        assert {UUID(one.id) for one in everybody} <= queries.receivers(made)

    def test_a_team(self, cast: Cast) -> None:
        health = cast.agency["health"]
        team = agencies.open_team(by=SETUP, agency=health, name="Night team")
        inside, outside = cast["clinician"], worker(health, "clinician")
        agencies.change_account(by=SETUP, account=UUID(inside.id), team_id=team.id)
        made = posted(cast, To(health, team=team.id))
        assert queries.bulletins(inside) == [made] and queries.bulletins(outside) == []

    def test_an_agency_that_no_agreement_binds_receives_nothing(self) -> None:
        cast = gather(partners=False)
        with pytest.raises(Invalid, match="agreement") as fault:
            posted(cast)
        assert fault.value.field == "agency"
        posted(cast, To(role="shelter_worker"))
        assert queries.bulletins(cast["shelter_worker"]) == []

    def test_the_writer_and_their_supervisors_see_it_too(self, cast: Cast) -> None:
        made = posted(cast)
        second = worker(cast.agency["ecc"], "supervisor")
        assert queries.bulletins(cast["supervisor"]) == queries.bulletins(second) == [made]
        assert not rung(cast["supervisor"])

    def test_the_urgent_stands_first(self, cast: Cast) -> None:
        calm, urgent = posted(cast, urgency="routine"), posted(cast, urgency="immediate")
        assert queries.bulletins(cast["shelter_worker"]) == [urgent, calm]
        assert rung(cast["shelter_worker"], "bulletin_now")


class TestItsTime:
    """It begins, ends and is told by the clock."""

    def test_it_expires_by_itself(self, cast: Cast) -> None:
        made, shelter = posted(cast), cast["shelter_worker"]
        with clock.at(made.ends_at - timedelta(seconds=1)):
            assert queries.bulletins(shelter) == [made]
        with clock.at(made.ends_at):
            assert queries.bulletins(shelter) == [] and queries.bulletins_past(shelter) == [made]

    def test_one_that_is_yet_to_begin_is_told_when_it_does_and_once(self, cast: Cast) -> None:
        starts, shelter = clock.now() + timedelta(hours=2), cast["shelter_worker"]
        made = posted(cast, starts_at=starts)
        assert not rung(shelter) and queries.bulletins(shelter) == []
        with pytest.raises(NotFound):
            queries.bulletin(shelter, made.id)
        assert queries.bulletins_past(cast["supervisor"]) == [made]
        assert actions.tell_of_bulletins(by=SETUP) == 0
        with clock.at(starts):
            assert actions.tell_of_bulletins(by=SETUP) == 1
            assert actions.tell_of_bulletins(by=SETUP) == 0
            assert rung(shelter) and queries.bulletins(shelter) == [made]

    def test_another_stands_in_its_place(self, cast: Cast) -> None:
        first = posted(cast)
        second = posted(cast, headline="Mill Street open on one side", follows=first.id)
        first.refresh_from_db()
        assert first.ended_how == "superseded" and second.follows == first
        assert queries.bulletins(cast["shelter_worker"]) == [second]
        with pytest.raises(Conflict):
            posted(cast, follows=first.id)

    def test_it_is_taken_back_with_a_reason_and_whoever_heard_hears_that(self, cast: Cast) -> None:
        made, shelter = posted(cast), cast["shelter_worker"]
        with pytest.raises(Invalid, match="why"):
            actions.withdraw_bulletin(by=cast["supervisor"], bulletin=made.id, why=" ")
        actions.withdraw_bulletin(by=cast["supervisor"], bulletin=made.id, why="It was another street")
        assert queries.bulletins(shelter) == [] and rung(shelter, "bulletin_ended")
        [past] = queries.bulletins_past(shelter)
        assert (past.ended_how, past.why_ended) == ("withdrawn", "It was another street")
        with pytest.raises(Conflict):
            actions.withdraw_bulletin(by=cast["supervisor"], bulletin=made.id, why="Again")

    def test_only_the_agency_that_wrote_it_takes_it_back(self, cast: Cast) -> None:
        made = posted(cast)
        for role in ("shelter_worker", "case_manager", "call_taker", "analyst"):
            with pytest.raises(NotFound):
                actions.withdraw_bulletin(by=cast[role], bulletin=made.id, why="Not mine")


class TestAnswers:
    """Who read it, who acknowledged it, who has not."""

    def test_read_then_acknowledged_once(self, cast: Cast) -> None:
        made, shelter = posted(cast, asks=True), cast["shelter_worker"]
        with pytest.raises(Conflict, match="Read the bulletin first"):
            actions.acknowledge_bulletin(by=shelter, bulletin=made.id)
        actions.mark_bulletin_read(by=shelter, bulletin=made.id)
        [answer] = queries.answers(made)
        assert answer.read_at and answer.acknowledged_at is None
        actions.acknowledge_bulletin(by=shelter, bulletin=made.id)
        [first] = queries.answers(made)
        with clock.at(clock.now() + timedelta(minutes=5)):
            actions.acknowledge_bulletin(by=shelter, bulletin=made.id)
        assert queries.answers(made) == [first] and first.acknowledged_at

    def test_who_does_not_receive_it_cannot_answer_and_learns_nothing(self, cast: Cast) -> None:
        made = posted(cast, asks=True)
        for bulletin in (made.id, uuid4()):
            with pytest.raises(NotFound, match="No such bulletin"):
                actions.acknowledge_bulletin(by=cast["case_manager"], bulletin=bulletin)

    def test_one_that_asks_for_nothing_takes_no_answer(self, cast: Cast) -> None:
        made = posted(cast)
        actions.mark_bulletin_read(by=cast["shelter_worker"], bulletin=made.id)
        with pytest.raises(Conflict):
            actions.acknowledge_bulletin(by=cast["shelter_worker"], bulletin=made.id)


class TestRefused:
    """What cannot stand is named, with what to do."""

    @pytest.mark.parametrize("role", ["patrol_officer", "analyst", "administrator", "prosecutor"])
    def test_roles_that_write_none(self, cast: Cast, role: str) -> None:
        with pytest.raises(NotFound):
            posted(cast, by=role)

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"kind": "gossip"}, "kind"),
            ({"urgency": "red"}, "urgency"),
            ({"headline": " x "}, "headline"),
            ({"words": "Rosa"}, "words"),
            ({"kind": "missing_person"}, "kind"),
            ({"ends_at": clock.now() - timedelta(hours=1)}, "ends_at"),
            ({"ends_at": clock.now() + timedelta(days=31)}, "ends_at"),
            ({"starts_at": clock.now() + timedelta(hours=7)}, "ends_at"),
        ],
    )
    def test_a_sheet(self, cast: Cast, wrong: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as fault:
            posted(cast, **wrong)
        assert fault.value.field == field and not Bulletin.objects.exists()

    def test_receivers(self, cast: Cast) -> None:
        wrong = [To(uuid4())], [To(role="person")], [To(team=uuid4())], []
        fields = []
        for to in wrong:
            with pytest.raises(Invalid) as fault:
                actions.post_bulletin(by=cast["supervisor"], sheet=sheet(), to=to, names_nobody=True)
            fields.append(fault.value.field)
        assert fields == ["agency", "role", "team", "to"]

    def test_nobody_said_that_it_names_nobody(self, cast: Cast) -> None:
        with pytest.raises(Invalid, match="names"):
            actions.post_bulletin(by=cast["supervisor"], sheet=sheet(), to=[To(role="medic")])

    def test_the_database_keeps_words_of_a_person_under_the_gate(self, cast: Cast) -> None:
        made = posted(cast)
        with pytest.raises(IntegrityError), transaction.atomic():
            Bulletin.objects.filter(id=made.id).update(words="Rosa Delgado", subject=uuid4(), about="call")
        with pytest.raises(IntegrityError), transaction.atomic():
            Bulletin.objects.filter(id=made.id).update(subject=uuid4(), about="call")


WORDS = "Rosa Delgado, 41, green coat, last seen at the ferry"


@pytest.fixture(name="centre")
def a_call_about_somebody() -> Centre:
    """A call about a person whom the police know, a crew on the way."""
    centre = open_centre()
    person, _ = someone(centre.cast, "police")
    call = centre.call()
    calls.identify(by=centre.desk, call=call, person=person)
    calls.dispatch(by=centre.desk, call=call, units=[centre.units["P1"]], reason="Near")
    centre.units["the call"] = call
    return centre


def lookout(centre: Centre, *to: To, by: Actor | None = None) -> Bulletin:
    """Written from the call, to every officer unless said otherwise."""
    writer = by or centre.cast["supervisor"]
    about = Subject("call", centre.units["the call"])
    permit = sharing.ask(by=writer, category="identity", purpose="emergency", about=about)
    assert isinstance(permit, sharing.Permit)
    said = sheet(kind="missing_person", urgency="immediate", headline="", text="", words=WORDS)
    return actions.post_bulletin(
        by=writer, sheet=said, to=to or [To(role="patrol_officer")], permit=permit, about=about
    )  # fmt: skip


class TestOfAPerson:
    """The gate is asked for each receiver; whom it refuses does not learn that there is one."""

    def test_who_is_on_the_call_reads_it_and_who_is_not_never_hears(self, centre: Centre) -> None:
        [officer] = centre.crews["P1"]
        away = worker(centre.cast.agency["police"], "patrol_officer")
        made = lookout(centre)
        assert queries.receivers(made) == {UUID(officer.id)}
        assert queries.bulletins(officer) == [made] and rung(officer, "bulletin_now")
        assert queries.bulletins(away) == queries.bulletins_past(away) == []
        assert not rung(away, "bulletin_now")
        with pytest.raises(NotFound, match="No such bulletin"):
            queries.bulletin(away, made.id)
        with pytest.raises(NotFound):
            actions.acknowledge_bulletin(by=away, bulletin=made.id)

    def test_who_cannot_read_it_stands_in_no_list_of_answers(self, centre: Centre) -> None:
        worker(centre.cast.agency["police"], "patrol_officer")
        assert [str(one.account) for one in queries.answers(lookout(centre))] == [centre.crews["P1"][0].id]

    def test_what_is_sealed_later_is_gone_at_once(self, centre: Centre) -> None:
        [officer], made = centre.crews["P1"], lookout(centre)
        sharing.bar(by=SETUP, subject=Subject("call", centre.units["the call"]), sealed=True)
        assert queries.bulletins(officer) == [] and queries.bulletins(centre.cast["supervisor"]) == []
        with pytest.raises(NotFound):
            actions.withdraw_bulletin(by=centre.cast["supervisor"], bulletin=made.id, why="Found safe")

    def test_without_a_permit_none_is_written(self, centre: Centre) -> None:
        about = Subject("call", centre.units["the call"])
        said = sheet(kind="missing_person", headline="", text="", words=WORDS)
        with pytest.raises(NotFound):
            actions.post_bulletin(
                by=centre.cast["supervisor"], sheet=said, to=[To(role="medic")], about=about
            )  # fmt: skip

    def test_a_permit_on_another_record_writes_none(self, centre: Centre) -> None:
        own, other = Subject("call", centre.units["the call"]), Subject("call", centre.call())
        by = centre.cast["supervisor"]
        permit = sharing.ask(by=by, category="identity", purpose="emergency", about=own)
        assert isinstance(permit, sharing.Permit)
        said = sheet(kind="missing_person", headline="", text="", words=WORDS)
        with pytest.raises(NotFound):
            actions.post_bulletin(by=by, sheet=said, to=[To(role="medic")], about=other, permit=permit)

    def test_the_journal_and_the_bell_hold_no_word_of_it(self, centre: Centre) -> None:
        made = lookout(centre)
        lines = " ".join(str(line.data) for line in JournalLine.objects.all())
        [bell] = queries.unread(centre.crews["P1"][0]).filter(kind="bulletin_now")
        assert "Delgado" not in lines and "green coat" not in lines
        assert bell.subject == made.id and bell.link == f"/bulletins/{made.id}/"

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [({"words": " "}, "words"), ({"headline": "Rosa"}, "headline"), ({"kind": "other"}, "kind")],
    )
    def test_what_it_says_stands_in_one_place(
        self, centre: Centre, wrong: dict[str, str], field: str
    ) -> None:
        by, about = centre.cast["supervisor"], Subject("call", centre.units["the call"])
        permit = sharing.ask(by=by, category="identity", purpose="emergency", about=about)
        assert isinstance(permit, sharing.Permit)
        given = {"kind": "missing_person", "headline": "", "text": "", "words": WORDS} | wrong
        with pytest.raises(Invalid) as fault:
            actions.post_bulletin(
                by=by, sheet=sheet(**given), to=[To(role="medic")], permit=permit, about=about
            )  # fmt: skip
        assert fault.value.field == field


MISSING: dict[str, object] = {
    "text": "While a person at risk is missing, officers may learn name and looks.",
    "category": "identity", "fields": ["name", "physical_description"], "roles": ["patrol_officer"],
    "purposes": ["emergency"], "conditions": ["missing_person"],
}  # fmt: skip


class TestByAgreement:
    """A clause for a missing person opens the name beyond the call, for the bulletin and for nothing else."""

    @pytest.fixture
    def agreed(self, centre: Centre) -> Actor:
        """The clause is in force between the centre and the police; an officer who is not on the call."""
        cast = centre.cast
        agree(cast, [cast.agency["ecc"], cast.agency["police"], cast.agency["health"]], (MISSING,))
        return worker(cast.agency["police"], "patrol_officer")

    def test_an_officer_elsewhere_is_told_and_reads_it(self, centre: Centre, agreed: Actor) -> None:
        made = lookout(centre)
        assert UUID(agreed.id) in queries.receivers(made) and rung(agreed, "bulletin_now")
        assert actions.bulletin_words(by=agreed, found=made) == WORDS
        [line] = JournalLine.objects.filter(kind="sharing.read", actor=agreed.id)
        assert line.data["category"] == "identity"
        assert queries.meant_for(made) == len(queries.answers(made)) == 2

    def test_without_the_bulletin_it_opens_nothing(self, centre: Centre, agreed: Actor) -> None:
        about = Subject("call", centre.units["the call"])
        answer = sharing.ask(by=agreed, category="identity", purpose="emergency", about=about)
        assert isinstance(answer, sharing.Refusal)
        looked = sharing.ask(
            by=agreed, category="call_facts", purpose="emergency", about=about,
            circumstances=sharing.Circumstances(missing_person=True),
        )  # fmt: skip
        assert isinstance(looked, sharing.Refusal), "the clause is of the name alone"

    def test_roles_that_it_leaves_out_never_hear(self, centre: Centre, agreed: Actor) -> None:
        clinician = worker(centre.cast.agency["health"], "clinician")
        made = lookout(centre, To(role="patrol_officer"), To(role="clinician"))
        assert queries.bulletins(clinician) == [] and UUID(clinician.id) not in queries.receivers(made)
        assert queries.meant_for(made) > len(queries.answers(made))

    def test_how_far_it_would_reach_is_counted_before_and_reads_nothing(
        self, centre: Centre, agreed: Actor
    ) -> None:
        """By agency and role: the officer on the call counts as a colleague does: no count tells a tie."""
        before = JournalLine.objects.count()
        about, by = Subject("call", centre.units["the call"]), centre.cast["supervisor"]
        found = {one.agency: one for one in queries.reach(by, "emergency", about)}
        police = found[centre.cast.agency["police"]]
        assert (police.reached, police.on_duty_reached) == (2, 1) and police.workers > police.on_duty > 0
        assert found[centre.cast.agency["health"]].reached == 0 and JournalLine.objects.count() == before

    def test_where_nothing_is_agreed_the_count_is_nought(self, centre: Centre) -> None:
        agree(centre.cast, [centre.cast.agency["ecc"], centre.cast.agency["police"]])
        about, by = Subject("call", centre.units["the call"]), centre.cast["supervisor"]
        assert {one.reached for one in queries.reach(by, "emergency", about)} == {0}
