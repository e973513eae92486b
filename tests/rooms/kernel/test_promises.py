"""What the floor promises: done once, tried again, held to its permit, in its time, never half kept."""

import csv
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import RFC_4122, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as some

from commonweal.kernel import clock, ids, imports, journal, listings, retries, uploads
from commonweal.kernel.actors import Actor, system
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.imports import Rejected, Remark, Tally
from commonweal.kernel.models import Answered, ImportRun, JournalLine, Owed
from commonweal.kernel.once import KEPT, Kept, once

pytestmark = pytest.mark.django_db
BY = system("test")


class Door:
    """Counts how often it was knocked at; answers as told."""

    def __init__(self, status: int = 201) -> None:
        self.status, self.knocks = status, 0

    def __call__(self) -> Kept:
        self.knocks += 1
        Owed.objects.create(sequence=self.knocks, handler=f"h{uuid4()}", due_at=clock.now())
        return Kept(self.status, b"come in")


class TestOnce:
    """A key remembers what was answered, as long as something was done."""

    def test_the_second_time_answers_without_doing(self) -> None:
        door = Door()
        first = once(scope="ana", key="k", asked=b"q", act=door)
        again = once(scope="ana", key="k", asked=b"q", act=door)
        assert (first.is_again, again.is_again, door.knocks) == (False, True, 1)
        assert (again.status, again.body) == (201, b"come in")

    def test_keys_of_others_and_other_keys_are_free(self) -> None:
        door = Door()
        for scope, key in (("ana", "k"), ("ben", "k"), ("ana", "l")):
            assert not once(scope=scope, key=key, asked=b"q", act=door).is_again
        assert door.knocks == 3

    def test_the_key_with_another_question_is_refused(self) -> None:
        door = Door()
        once(scope="ana", key="k", asked=b"q", act=door)
        with pytest.raises(Invalid) as said:
            once(scope="ana", key="k", asked=b"other", act=door)
        assert (said.value.field, said.value.value, door.knocks) == ("Idempotency-Key", "k", 1)

    @pytest.mark.parametrize(("status", "acts"), [(422, 2), (500, 0)])
    def test_a_refusal_leaves_the_key_free_and_a_fault_leaves_nothing(self, status: int, acts: int) -> None:
        door = Door(status)
        for _ in range(2):
            assert not once(scope="ana", key="k", asked=b"q", act=door).is_again
        assert door.knocks == 2 and not Answered.objects.exists() and Owed.objects.count() == acts

    def test_an_exception_leaves_the_key_free(self) -> None:
        def breaks() -> Kept:
            raise RuntimeError("no")

        with pytest.raises(RuntimeError):
            once(scope="ana", key="k", asked=b"q", act=breaks)
        assert not once(scope="ana", key="k", asked=b"q", act=Door()).is_again

    def test_a_day_later_the_key_is_forgotten(self) -> None:
        once(scope="ana", key="k", asked=b"q", act=Door())
        with clock.at(clock.now() + KEPT + timedelta(minutes=1)):
            assert not once(scope="ana", key="k", asked=b"other", act=Door()).is_again
        assert not any("ana" in str(vars(row)) for row in Answered.objects.all())


class TestRetries:
    """Growing pauses, given up at last, kept for the administrator."""

    def test_each_try_waits_longer_and_the_last_is_given_up(self) -> None:
        now = clock.now()
        with clock.at(now):
            rows = [retries.owe(1, "h", f"fault {n}") for n in range(len(retries.PAUSES))]
            assert [r.due_at - now for r in rows] == list(retries.PAUSES)
            assert not retries.given_up()
            retries.owe(1, "h", "fault at last")
        [given_up] = retries.given_up()
        assert (given_up.attempts, given_up.fault) == (len(retries.PAUSES) + 1, "fault at last")
        with clock.at(now + timedelta(days=99)):
            assert retries.due() == []

    def test_only_what_is_due_comes_with_its_line(self) -> None:
        from commonweal.kernel.uploads import ImportAsked

        line = journal.write(by=BY, event=ImportAsked(run=uuid4()))
        journal.seal_all()
        row = retries.owe(journal.position(), "h", "x" * 900)
        assert retries.due() == [] and len(row.fault) == 300
        with clock.at(clock.now() + timedelta(seconds=5)):
            assert retries.due() == [(row, line)]
            retries.settle(row)
            assert retries.due() == [] and not Owed.objects.exists()

    def test_the_database_keeps_one_debt_a_handler_and_line(self) -> None:
        retries.owe(1, "h", "x")
        with pytest.raises(IntegrityError), transaction.atomic():
            Owed.objects.create(sequence=1, handler="h", due_at=clock.now())


class TestUploads:
    """A file is kept, read by one, started again while it lies there; its lists tell values to few."""

    def hand_in(self, by: Actor = BY, *blocks: bytes) -> ImportRun:
        return uploads.ask(by=by, kind="calls", profile="p", name="a.csv", content=blocks or (b"a,", b"b"))

    def test_one_worker_gets_it_once(self) -> None:
        run = self.hand_in()
        assert run.state == "waiting" and uploads.file_of(run).read_bytes() == b"a,b"
        assert uploads.file_of(run).stat().st_mode & 0o777 == 0o600
        claimed = uploads.claim()
        assert claimed and claimed.id == run.id and claimed.state == "started" and uploads.claim() is None

    @pytest.mark.parametrize("blocks", [(b"",), (b"x" * 11,)])
    def test_nothing_and_too_much_are_refused_and_leave_no_file(
        self, blocks: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch, instance: Path
    ) -> None:
        monkeypatch.setattr(uploads, "MOST_BYTES", 10)
        before = set(instance.glob("uploads/*"))
        with pytest.raises(Invalid) as said:
            self.hand_in(BY, *blocks)
        assert (said.value.field, said.value.value) == ("file", "a.csv")
        assert set(instance.glob("uploads/*")) == before
        assert not ImportRun.objects.exists() and not JournalLine.objects.exists()

    def test_cut_off_it_starts_again_but_not_once_ended_nor_without_its_file(self) -> None:
        run = self.hand_in()
        uploads.claim()
        uploads.ask_again(by=BY, run=run.id)
        claimed = uploads.claim()
        assert claimed and claimed.id == run.id
        uploads.discard(run)
        with pytest.raises(Conflict, match="hand the file in"):
            uploads.ask_again(by=BY, run=run.id)
        imports.failed(claimed, "unreadable")
        assert imports.run_of(run.id).state == "failed"
        with pytest.raises(Conflict):
            uploads.ask_again(by=BY, run=run.id)
        with pytest.raises(NotFound):
            imports.run_of(uuid4())

    def test_a_list_is_journalled_and_hides_values_from_who_may_not_see_them(self) -> None:
        home, own = uuid4(), Actor(id=str(uuid4()), role="planner", policy_role="program_analyst")
        run = imports.begin(by=own, kind="calls", profile="p", sources=["a.csv"], agency=home)
        rejected = Rejected("a.csv", 3, "phone", "555-0142", "'555-0142' is no phone")
        imports.finish(run, Tally(rejects=[rejected]))
        keeps, accounts = {"permissions": frozenset({"keep_records"})}, frozenset({"administer"})
        readers: dict[str, tuple[Actor, bool]] = {
            "who handed it in": (own, False),
            "who keeps accounts": (Actor("v", "a", "x", agency=home, permissions=accounts), False),
            "a steward of the agency": (Actor("s", "records_steward", "x", agency=home, **keeps), True),
            "a steward of another": (Actor("t", "records_steward", "x", agency=uuid4(), **keeps), False),
            "somebody of the agency": (Actor("u", "medic", "x", agency=home), False),
        }
        for by, sees in readers.values():
            said = list(uploads.listing(by=by, run=run.id, which="rejects"))
            assert said[0] == list(Rejected.__dataclass_fields__)
            assert ("555-0142" in str(said)) is sees and said[1][:3] == ["a.csv", "3", "phone"]
        told = JournalLine.objects.filter(kind="kernel.import_list_read").order_by("id")
        assert [line.data["values"] for line in told] == [sees for _, sees in readers.values()]
        for which in ("findings", "passwords"):
            with pytest.raises(NotFound):
                uploads.listing(by=own, run=run.id, which=which)

    @pytest.mark.parametrize("kind", ["calls", "hmis", "people"])
    def test_records_of_no_named_agency_are_nobodys_but_a_directory_is_public(self, kind: str) -> None:
        steward, keeper, medic = (
            Actor("s", "r", "x", agency=home, permissions=frozenset([may]))
            for home, may in ((uuid4(), "keep_records"), (None, "administer"), (uuid4(), "work_field"))
        )
        run = imports.begin(by=keeper, kind=kind, profile="p", sources=["a.csv"])
        nowhere = Actor("n", "r", "x", permissions=frozenset(["keep_records"]))
        assert not any(uploads.may_see_values(by, run) for by in (steward, keeper, medic, nowhere))
        public = imports.begin(by=keeper, kind="directory", profile="p", sources=["a.csv"])
        sees = [uploads.may_see_values(by, public) for by in (steward, keeper, medic)]
        assert sees == [True, True, False]


class TestImports:
    """Counts add up, and the lists are their owner's alone."""

    @given(
        taken=some.tuples(*[some.integers(0, 50)] * 3),
        refused=some.lists(some.tuples(some.sampled_from("ab"), some.integers(0, 9)), max_size=20),
    )
    def test_read_is_the_sum_of_the_other_four(
        self, taken: tuple[int, int, int], refused: list[tuple[str, int]]
    ) -> None:
        rows = [Rejected(file, line, "f", "v", "r") for file, line in refused]
        counts = Tally(*taken, rejects=rows).counts()
        assert counts["read"] == sum(v for k, v in counts.items() if k != "read")
        assert counts["rejected"] == len(set(refused))

    def test_a_finished_run_says_what_it_refused_and_doubted(self) -> None:
        run = imports.begin(by=BY, kind="calls", profile="p" * 99, sources=["a.csv"])
        assert (run.state, len(run.profile)) == ("started", 64)
        tally = Tally(accepted=2, unchanged=1, rejects=[Rejected("a.csv", 0, "file", "", "unreadable")])
        tally.again("a.csv", 4, "25-1", "a.csv line 2")
        done = imports.finish(run, tally)
        assert done.state == "finished" and done.counts["read"] == 4 and done.findings == 1
        assert done.notices[-1] == "a.csv: file: unreadable." and "1 of the rows" in done.notices[0]
        for path in (done.rejects_file, done.findings_file):
            assert Path(path).stat().st_mode & 0o777 == 0o600
        with Path(done.findings_file).open(newline="") as file:
            assert list(csv.reader(file))[1][:4] == ["a.csv", "4", "identity", "25-1"]
        assert listings.read_rejects(Path("/nowhere"), 5) == []

    def test_no_remarks_no_file(self, tmp_path: Path) -> None:
        remarks = listings.Remarks()
        assert not remarks.keep(tmp_path / "x.csv") and not (tmp_path / "x.csv").exists()
        remarks.add(Remark("a", 1, "f", "v", "odd"))
        assert remarks.keep(tmp_path / "x.csv") and not remarks.keep(tmp_path / "y.csv")


def test_the_clock_holds_returns_and_takes_no_naive_hour() -> None:
    then = clock.now() - timedelta(days=9)
    with clock.at(then):
        with clock.at(then + timedelta(days=1)):
            assert clock.now() == then + timedelta(days=1)
        assert clock.now() == then
    assert clock.now() > then
    with pytest.raises(ValueError, match="aware"), clock.at(datetime(2026, 1, 1)):
        pass


def test_ids_are_version_seven_and_come_in_order_of_time() -> None:
    made = [ids.new_id() for _ in range(200)]
    assert len(set(made)) == 200 and {i.version for i in made} == {7}
    stamps = [i.int >> 80 for i in made]
    assert stamps == sorted(stamps)
    many = ids.new_ids(500)
    assert len(set(many)) == 500 and many == sorted(many) and many[0].int >> 80 >= stamps[-1]
    assert {(i.version, i.variant) for i in made + many} == {(7, RFC_4122)}
    assert ids.new_ids(0) == []
    assert ids.stable_id("a", "b") == ids.stable_id("a", "b") != ids.stable_id("ab")


ERRORS: dict[str, Callable[[], Exception]] = {
    "invalid": lambda: Invalid("born", "yesterday", "Give a date."),
    "unknown": lambda: NotFound("person"),
    "conflict": lambda: Conflict("Taken."),
}


@pytest.mark.parametrize(("name", "words"), [("invalid", "born yesterday Give"), ("unknown", "person")])
def test_an_error_says_field_value_and_remedy(name: str, words: str) -> None:
    said = str(ERRORS[name]())
    assert all(word in said for word in words.split())
