"""A service listed twice: found, merged by a person, never doubled by an import, and parted without loss."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal import flow
from commonweal.adapters.directory_files import reader
from commonweal.adapters.directory_files.arrive import arrive
from commonweal.directory import actions, events, queries
from commonweal.directory.models import CapacityPost, PlaceHold, Service, ServicePair
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import STRANGER, system
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.referrals import actions as referrals
from commonweal.referrals import queries as referral_queries
from factories import directory as make
from factories.cast import gather
from factories.lines import leaves
from factories.referrals import loop

pytestmark = pytest.mark.django_db
CLERK = system("test")


def listed_twice() -> tuple[UUID, UUID]:
    """One shelter, as two lists have it."""
    one = make.service(external_id="s1", provider="Harbor House")
    owner = actions.Organisation(name="Harbor House Inc", external_id="p9")
    entry = make.entry("Harbor night shelter", "x1", source="second", provider=owner)
    return one, actions.file_service(by=CLERK, entry=entry)[0].id


def found() -> set[UUID]:
    """What a search shows."""
    return {row.id for row in queries.search(text="shelter").rows}


class TestFinding:
    """Pairs are proposed; what a person decided is remembered."""

    def test_a_comparison_proposes_the_pair_with_its_evidence(self) -> None:
        one, other = listed_twice()
        make.service("Food pantry", external_id="f1")
        assert actions.seek_twins(by=CLERK) == (1, 1)
        [pair] = queries.pairs()
        assert {pair.left_id, pair.right_id} == {one, other} and pair.state == "open"
        assert {e["field"]: e["level"] for e in pair.evidence}["phone"] == "same"
        assert actions.seek_twins(by=CLERK) == (1, 0), "again changes nothing"
        assert queries.pairs().count() == 1

    def test_an_import_wakes_the_comparison(self) -> None:
        rows = [
            actions.Record("a.csv", 1, "k1", (make.entry(),)),
            actions.Record("a.csv", 2, "k2", (make.entry("Harbor night shelter", "s2"),)),
        ]
        actions.import_services(by=CLERK, profile="p", sources=["a.csv"], rows=rows)
        journal.seal()
        flow.drain()
        assert queries.pairs().count() == 1

    def test_a_pair_that_no_longer_looks_alike_is_no_longer_proposed(self) -> None:
        listed_twice()
        actions.seek_twins(by=CLERK)
        owner = actions.Organisation(name="Grace Church", external_id="p10")
        changed = make.entry("Winter pantry", "x1", source="second", provider=owner)
        actions.file_service(by=CLERK, entry=changed)
        assert actions.seek_twins(by=CLERK) == (0, 0)
        assert not ServicePair.objects.exists()

    def test_two_services_stay_two_whatever_is_compared_and_imported(self) -> None:
        one, other = listed_twice()
        actions.seek_twins(by=CLERK)
        actions.part_services(by=CLERK, left=one, right=other)
        changed = make.entry("HARBOR NIGHT SHELTER", "x1", source="second")
        actions.file_service(by=CLERK, entry=changed)
        assert actions.seek_twins(by=CLERK) == (0, 0)
        assert [pair.state for pair in queries.pairs("apart")] == ["apart"]
        assert found() == {one, other}

    def test_a_confidential_address_takes_no_part(self) -> None:
        """A refuge's address is in no evidence, not even as "the same"."""
        hidden = actions.Place(external_id="h1", address="9 Mill Ln", city="Harlow", is_confidential=True)
        for name, key in (("Safe house", "r1"), ("Safe house", "r2")):
            actions.file_service(by=CLERK, entry=make.entry(name, key, places=(hidden,)))
        actions.seek_twins(by=CLERK)
        [pair] = queries.pairs()
        assert {e["field"]: e["level"] for e in pair.evidence}["address"] == "unknown"
        assert all("9 Mill Ln" not in line.left + line.right for line in queries.beside(pair.id).lines)


class TestMerging:
    """The one that stays stands for both; the other leads to it."""

    def test_the_other_leads_to_the_one_that_stays(self) -> None:
        one, other = listed_twice()
        pair = actions.merge_services(by=CLERK, survivor=one, merged=other)
        assert (pair.state, pair.survivor_id) == ("merged", one)
        assert found() == {one} and queries.stands_for(other) == one and queries.stands_for(one) == one
        assert queries.family(other) == queries.family(one) == {one, other}
        assert [row.id for row in queries.whole_services()] == [one], "exports list it once"
        assert {fit.summary.id for fit in queries.fitting(needs=["shelter"])} == {one}

    def test_again_changes_nothing(self) -> None:
        one, other = listed_twice()
        first = actions.merge_services(by=CLERK, survivor=one, merged=other)
        again = leaves(CLERK, lambda: actions.merge_services(by=CLERK, survivor=one, merged=other))
        assert again.id == first.id and ServicePair.objects.count() == 1

    def test_each_act_leaves_its_line(self) -> None:
        one, other = listed_twice()
        left, right = sorted((one, other), key=str)
        pair = leaves(
            CLERK, lambda: actions.merge_services(by=CLERK, survivor=one, merged=other),
            lambda p: events.ServicesMerged(service=one, merged=other, pair=p.id),
        )  # fmt: skip
        leaves(
            CLERK, lambda: actions.reopen_pair(by=CLERK, pair=pair.id),
            events.ServicesParted(service=left, other=right, pair=pair.id, undone=True),
        )  # fmt: skip
        leaves(
            CLERK, lambda: actions.part_services(by=CLERK, left=one, right=other),
            events.ServicesParted(service=one, other=other, pair=pair.id),
        )  # fmt: skip
        leaves(CLERK, lambda: actions.part_services(by=CLERK, left=one, right=other))
        leaves(CLERK, lambda: actions.seek_twins(by=CLERK), events.TwinsSought(waiting=0, new=0))

    def test_a_reimport_neither_revives_nor_doubles_what_was_merged(self) -> None:
        one, other = listed_twice()
        actions.merge_services(by=CLERK, survivor=one, merged=other)
        owner = actions.Organisation(name="Harbor House Inc", external_id="p9")
        newer = make.entry(
            "Harbor night shelter", "x1", source="second", provider=owner, description="Sixty beds now."
        )
        filed, outcome = actions.file_service(by=CLERK, entry=newer)
        assert (filed.id, outcome) == (other, "updated")
        assert found() == {one} and actions.seek_twins(by=CLERK) == (0, 0)
        assert queries.service(one).row.description == "Forty beds, no appointment needed."
        actions.part_services(by=CLERK, left=one, right=other)
        assert found() == {one, other}
        assert queries.service(other).row.description == "Sixty beds now.", "as its source has it by now"

    def test_one_that_its_source_gave_up_meanwhile_comes_back_as_inactive(self) -> None:
        one, other = listed_twice()
        actions.merge_services(by=CLERK, survivor=one, merged=other)
        actions.retire_service(by=CLERK, service=other)
        actions.part_services(by=CLERK, left=one, right=other)
        assert found() == {one}

    def test_posted_room_follows_and_goes_back(self) -> None:
        one, other = listed_twice()
        actions.post_capacity(by=CLERK, service=other, available=7)
        actions.merge_services(by=CLERK, survivor=one, merged=other)
        room = queries.capacity(one)
        assert room and room.available == 7
        late = actions.post_capacity(by=CLERK, service=other, available=5)
        assert late.service_id == one, "what is posted for the other is posted here"
        actions.part_services(by=CLERK, left=one, right=other)
        back, stays = queries.capacity(other), queries.capacity(one)
        assert back and back.available == 7 and stays and stays.available == 5

    def test_a_held_place_follows_and_ends_where_it_is(self) -> None:
        one, other = listed_twice()
        Service.objects.update(capacity_unit="beds")
        actions.post_capacity(by=CLERK, service=other, available=2)
        sender, cause = gather()["case_manager"], uuid4()
        actions.hold_place(by=sender, service=other, cause=cause)
        actions.merge_services(by=CLERK, survivor=one, merged=other)
        room = queries.capacity(one)
        assert room and (room.available, room.held) == (1, 1)
        again = actions.hold_place(by=sender, service=other, cause=cause)
        assert PlaceHold.objects.count() == 1 and again.service_id == one
        with clock.at(clock.now() + timedelta(days=2)):
            actions.end_late_holds(by=CLERK)
            actions.part_services(by=CLERK, left=one, right=other)
        assert PlaceHold.objects.get().service_id == other

    @pytest.mark.parametrize("role", ["case_manager", "privacy_officer", "shelter_worker", "supervisor"])
    def test_only_an_administrator_decides(self, role: str) -> None:
        one, other = listed_twice()
        by = gather()[role]
        actions.seek_twins(by=CLERK)
        [pair] = queries.pairs()
        for act in (
            lambda: actions.seek_twins(by=by),
            lambda: actions.merge_services(by=by, survivor=one, merged=other),
            lambda: actions.part_services(by=by, left=one, right=other),
            lambda: actions.reopen_pair(by=by, pair=pair.id),
        ):
            with pytest.raises(NotFound):
                act()
        with pytest.raises(NotFound):
            actions.merge_services(by=STRANGER, survivor=one, merged=other)
        assert found() == {one, other}

    def test_what_cannot_be_merged_says_why(self) -> None:
        one, other = listed_twice()
        third = make.service("Third shelter", external_id="s3")
        with pytest.raises(Invalid, match="two different"):
            actions.merge_services(by=CLERK, survivor=one, merged=one)
        with pytest.raises(NotFound):
            actions.merge_services(by=CLERK, survivor=one, merged=uuid4())
        with pytest.raises(NotFound):
            actions.reopen_pair(by=CLERK, pair=uuid4())
        actions.merge_services(by=CLERK, survivor=one, merged=other)
        with pytest.raises(Conflict, match="leads to another entry"):
            actions.merge_services(by=CLERK, survivor=other, merged=third)
        with pytest.raises(Conflict, match="Other entries lead"):
            actions.merge_services(by=CLERK, survivor=third, merged=one)
        actions.merge_services(by=CLERK, survivor=one, merged=third)
        assert queries.family(one) == {one, other, third}

    def test_an_agency_that_answers_referrals_is_not_passed_over(self) -> None:
        cast = gather(partners=True)
        mine = make.service("Lantern", external_id="l1", agency=cast.agency["hmis_shelter"])
        printed = make.service("Lantern list", external_id="l2")
        with pytest.raises(Conflict, match="answers the referrals of Lantern"):
            actions.merge_services(by=CLERK, survivor=printed, merged=mine)
        actions.merge_services(by=CLERK, survivor=mine, merged=printed)
        assert [row.id for row in queries.own_services(cast.agency["hmis_shelter"])] == [mine]

    def test_the_database_keeps_pairs_whole(self) -> None:
        one, other = listed_twice()
        left, right = sorted((one, other), key=str)
        for wrong in (
            {"left_id": right, "right_id": left},
            {"left_id": left, "right_id": right, "state": "merged", "decided_at": clock.now()},
            {"left_id": left, "right_id": right, "state": "apart"},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                ServicePair.objects.create(**wrong)
        with pytest.raises(IntegrityError), transaction.atomic():
            Service.objects.filter(id=one).update(merged_into=one)


class TestReferrals:
    """A referral to an entry that was merged is one to the service."""

    def test_a_referral_follows_and_a_second_one_is_refused(self) -> None:
        it = loop()
        printed = make.service("Lantern list", external_id="l2")
        first = it.refer(service=printed)
        actions.merge_services(by=CLERK, survivor=it.beds, merged=printed)
        row = referral_queries.row_of(first)
        assert (row.service, row.service_name) == (it.beds, "Lantern night beds")
        with pytest.raises(Conflict, match="referred to this service already"):
            it.refer()
        actions.part_services(by=CLERK, left=it.beds, right=printed)
        assert referral_queries.row_of(first).service == printed
        assert it.refer(), "two services: both may be asked"

    def test_a_new_referral_goes_to_the_one_that_stands(self) -> None:
        it = loop()
        printed = make.service("Lantern list", external_id="l2")
        actions.merge_services(by=CLERK, survivor=it.beds, merged=printed)
        row = referral_queries.row_of(it.refer(service=printed))
        assert row.service == it.beds and row.to_agency == it.cast.agency["hmis_shelter"]

    def test_an_answer_to_the_old_entry_teaches_about_the_one_that_stands(self) -> None:
        it = loop()
        printed = make.service("Lantern list", external_id="l2")
        first = it.refer(service=printed)
        actions.post_capacity(by=CLERK, service=it.beds, available=3)
        actions.merge_services(by=CLERK, survivor=it.beds, merged=printed)
        actions.learn(by=CLERK, service=printed, cause=first, had_room=True)
        room = queries.capacity(it.beds)
        assert room and room.available == 2
        actions.unlearn(by=CLERK, service=printed, cause=first)
        room = queries.capacity(it.beds)
        assert room and room.available == 3

    def test_who_sees_a_referral_does_not_change(self) -> None:
        """Merging moves names of services; the receiver stays whom the consent named."""
        it = loop()
        printed = make.service("Lantern list", external_id="l2")
        first = it.refer(service=printed)
        actions.merge_services(by=CLERK, survivor=it.beds, merged=printed)
        assert referral_queries.row_of(first).to_agency is None
        assert referrals.withdraw(by=it.sender, referral=first)


ACTS = some.lists(
    some.tuples(
        some.sampled_from(["merge", "part", "reopen", "post", "import", "seek"]), some.integers(0, 2),
        some.integers(0, 2), some.integers(0, 9),
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_whatever_is_done_in_whatever_order_nothing_is_lost(acts: list[tuple[str, int, int, int]]) -> None:
    """No post disappears, no chain arises, and all taken back leaves three that stand alone."""
    with transaction.atomic():
        ids = [make.service("Harbor shelter", external_id=f"h{n}", provider="Harbor House") for n in range(3)]
        posted = 0
        for act, a, b, number in acts:
            try:
                with transaction.atomic():
                    posted += _do(act, ids, a, b, number)
            except (Conflict, Invalid):
                pass
            assert CapacityPost.objects.count() == posted
            assert not Service.objects.filter(merged_into__merged_into__isnull=False).exists()
        for pair in list(queries.pairs("merged")):
            actions.reopen_pair(by=CLERK, pair=pair.id)
        assert found() >= set(ids) and CapacityPost.objects.count() == posted
        assert not CapacityPost.objects.filter(filed_for__isnull=False).exists()
        transaction.set_rollback(True)


def _do(act: str, ids: list[UUID], a: int, b: int, number: int) -> int:
    """One act; how many posts of room it makes."""
    if act == "merge":
        actions.merge_services(by=CLERK, survivor=ids[a], merged=ids[b])
    elif act == "part":
        actions.part_services(by=CLERK, left=ids[a], right=ids[b])
    elif act == "reopen":
        for pair in queries.pairs("apart")[:1]:
            actions.reopen_pair(by=CLERK, pair=pair.id)
    elif act == "post":
        actions.post_capacity(by=CLERK, service=ids[a], available=number)
        return 1
    elif act == "import":
        make.service("Harbor shelter", external_id=f"h{a}", provider="Harbor House", fees=str(number))
    else:
        actions.seek_twins(by=CLERK)
    return 0


@pytest.mark.slow
@pytest.mark.once
def test_three_real_directories_of_one_city(shared: Path) -> None:
    """A few dozen pairs, some across lists; merged and imported again, nothing doubled, none proposed."""
    files = {
        "apd": "apd_open_ref.json",
        "dcyf": "dcyf-cms_dcyf_cms_05312013.csv",
        "linksf": "linksf_linksf.json",
    }

    def bring() -> list[int]:
        return [
            arrive(
                by=CLERK, origins=[shared / "data" / "directories_sf" / name],
                profile=reader.load_profile(profile),
            ).counts["accepted"]
            for profile, name in files.items()
        ]  # fmt: skip

    assert all(bring())
    waiting, _new = actions.seek_twins(by=CLERK)
    proposed = list(queries.pairs())
    across = [pair for pair in proposed if pair.left.source != pair.right.source]
    assert 25 <= waiting <= 60 and len(across) >= 4
    before, merged = queries.search().total, 0
    for pair in proposed:
        try:
            actions.merge_services(by=CLERK, survivor=pair.left_id, merged=pair.right_id)
            merged += 1
        except Conflict:
            actions.part_services(by=CLERK, left=pair.left_id, right=pair.right_id)
    assert queries.search().total == before - merged
    bring()
    assert queries.search().total == before - merged
    assert actions.seek_twins(by=CLERK).waiting == 0
    assert JournalLine.objects.filter(kind="directory.services_merged").count() == merged


def test_who_decided_is_kept() -> None:
    one, other = listed_twice()
    pair = actions.merge_services(by=CLERK, survivor=one, merged=other)
    assert pair.decided_by == CLERK.id and pair.decided_at is not None
