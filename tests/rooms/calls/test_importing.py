"""Past calls: as they came, doubled never, counted to the row."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonweal.adapters.cad_csv import reader
from commonweal.agencies import actions as agencies
from commonweal.calls import actions as calls
from commonweal.calls import queries
from commonweal.calls.events import CallsImported
from commonweal.kernel import clock
from commonweal.kernel.actors import STRANGER, Subject
from commonweal.kernel.imports import Rejected, Tally
from commonweal.kernel.models import JournalLine
from commonweal.kernel.shown import Shown
from commonweal.sharing import actions as sharing
from factories.cast import SETUP, worker
from factories.past_calls import THEN, Finding, Place, Row, Times


@pytest.fixture
def old(db: None) -> UUID:
    """The centre whose calls they are."""
    return agencies.open_agency(by=SETUP, name="Old centre", kind="ecc").id


def take(agency: UUID, rows: Iterable[Any], tally: Tally | None = None) -> dict[str, int]:
    """One run, and its counts."""
    found = calls.import_calls(
        by=SETUP, rows=rows, agency=agency, profile="test", sources=["test.csv"], tally=tally
    )
    return dict(found.counts)


def counts(accepted: int = 0, updated: int = 0, unchanged: int = 0, rejected: int = 0) -> dict[str, int]:
    """What a run should say."""
    return {
        "read": accepted + updated + unchanged + rejected, "accepted": accepted, "updated": updated,
        "unchanged": unchanged, "rejected": rejected,
    }  # fmt: skip


ALWAYS = (datetime(1980, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def stored() -> list[Shown]:
    """What anybody may read of every stored call, latest first."""
    about = [Subject("call", one.id) for one in queries.history(*ALWAYS, limit=20_000)]
    answers = sharing.ask_many(by=STRANGER, category="call_facts", purpose="public_reporting", about=about)
    return queries.facts(sharing.permitted(answers))


def counted() -> list[queries.Counted]:
    """Every stored call as an evaluator counts them, without anybody in it."""
    home = agencies.open_agency(by=SETUP, name="Evaluation", kind="evaluation").id
    said = sharing.Circumstances(deidentified=True)
    answers = sharing.ask_set(
        by=worker(home, "evaluator"), category="call_facts", purpose="evaluation", source_programs=["ecc"],
        circumstances=said,
    )  # fmt: skip
    permits = {p: a for p, a in answers.items() if isinstance(a, sharing.Permit)}
    return list(queries.extract(permits, *ALWAYS))


def ids() -> list[UUID]:
    """The ids of every stored call, latest first."""
    return [one.id for one in queries.history(*ALWAYS, limit=20_000)]


class TestCounting:
    """Read is the sum of the other four."""

    def test_the_same_file_again_changes_nothing(self, old: UUID) -> None:
        """Accepted once, then unchanged."""
        rows = [Row(external_id=str(n)) for n in range(5)]
        assert take(old, rows) == counts(accepted=5)
        before = stored()
        assert take(old, rows) == counts(unchanged=5) and stored() == before

    def test_a_corrected_row_is_updated_in_place(self, old: UUID) -> None:
        """Its id stays, so that whatever hangs on it stays too."""
        take(old, [Row()])
        first = ids()
        again = replace(Row(), nature_label="SUICIDE THREAT", fingerprint="b", kept=(("Shift", "D"),))
        assert take(old, [again]) == counts(updated=1)
        assert ids() == first and [one["nature"] for one in stored()] == ["Suicide risk"]

    def test_one_call_twice_in_a_file_is_one_call_and_settles(self, old: UUID) -> None:
        """The first telling counts; a second one of other content is refused, naming both lines."""
        rows = [Row(), Row(line=3), Row(line=4, nature_label="OVERDOSE", fingerprint="c")]
        tally = Tally()
        assert take(old, rows, tally) == counts(accepted=1, unchanged=1, rejected=1)
        assert (tally.rejects[0].line, tally.remarks.number) == (4, 1)
        assert "line 2 has the same number" in tally.rejects[0].reason
        before = stored()
        assert take(old, rows) == counts(unchanged=2, rejected=1) and stored() == before

    def test_a_later_file_may_tell_a_call_anew(self, old: UUID) -> None:
        """Files come in the order of their weeks."""
        rows = [Row(), Row(source_file="next.csv", nature_label="OVERDOSE", fingerprint="c")]
        assert take(old, rows) == counts(accepted=1, updated=1)
        assert [one["nature"] for one in stored()] == ["Overdose"]

    def test_two_centres_may_use_the_same_number(self, old: UUID) -> None:
        """Known by centre and number."""
        other = agencies.open_agency(by=SETUP, name="Other centre", kind="ecc").id
        assert take(old, [Row()]) == take(other, [Row()]) == counts(accepted=1)
        assert len(stored()) == 2

    def test_rejects_of_the_reader_are_counted_and_written(self, old: UUID, instance: Path) -> None:
        """With line, field, value and reason."""
        tally = Tally(rejects=[Rejected("f.csv", 7, "received", "0001-01-01", "no such year")])
        run = calls.import_calls(
            by=SETUP, rows=[Row()], agency=old, profile="test", sources=["f.csv"], tally=tally
        )
        assert run.counts == counts(accepted=1, rejected=1)
        assert "f.csv,7,received,0001-01-01,no such year" in Path(run.rejects_file).read_text()

    def test_nothing_at_all_is_a_run_too(self, old: UUID) -> None:
        """It is announced with nothing in it."""
        assert take(old, []) == counts()
        line = JournalLine.objects.get(kind=CallsImported.kind)
        assert line.data["calls"] == 0

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_any_mixture_in_any_number_of_runs_ends_the_same(self, old: UUID, data: st.DataObject) -> None:
        """Cut a list into runs anywhere: the stored calls are those of one run."""
        ids = data.draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=12))
        rows = [Row(external_id=f"{data.draw(st.just(i))}{n % 2}") for n, i in enumerate(ids)]
        cut = data.draw(st.integers(0, len(rows)))
        read = sum(take(old, part)["read"] for part in (rows[:cut], rows[cut:]))
        assert read == len(rows)
        known = {one.external_id for one in rows}
        assert take(old, [Row(external_id=i) for i in known]) == counts(unchanged=len(known))


class TestWhatIsKept:
    """As it came, with its doubts."""

    def test_natures_become_neutral_and_keep_their_words(self, old: UUID) -> None:
        """What is not understood stays as it was said."""
        labels = {"1": "DIP - DRUNK/INTOX PERSON", "2": "ZZZ QQ 77"}
        take(old, [Row(external_id=i, nature_label=label) for i, label in labels.items()])
        found = sorted(str(one["nature"]) for one in stored())
        assert found == [queries.all_natures()["intoxicated_person"], "ZZZ QQ 77"]

    def test_crisis_dispatches_count_as_behavioural(self, old: UUID) -> None:
        """Whatever their reason."""
        take(old, [Row(agency="mobile_crisis", nature_label="Other")])
        assert counted()[0].is_behavioural is True

    def test_impossible_orders_stay_with_their_findings(self, old: UUID) -> None:
        """Nothing is corrected."""
        times = Times(on_scene=THEN - timedelta(hours=3))
        take(old, [Row(times=times, findings=(Finding("on_scene", "10:00", "3.0 h before received"),))])
        times: Any = stored()[0]["time"]
        assert times["on_scene"] == THEN - timedelta(hours=3)

    def test_a_point_gives_cell_and_block(self, old: UUID) -> None:
        """And the words theirs."""
        take(old, [Row(place=Place("412 Cedar Ave", "Alexandria", -77.05, 38.8))])
        spot = stored()[0]["block_address"]
        assert isinstance(spot, queries.Spot) and str(spot) == "400 block of Cedar Ave"
        assert spot.lon is not None and spot.lon != -77.05

    def test_an_unknown_door_is_other(self, old: UUID) -> None:
        """The source's own word is not ours."""
        take(old, [Row(call_source="VCIN")])
        assert counted()[0].source == "other"

    def test_old_calls_show_kind_time_and_block_and_recent_ones_their_centre(self, old: UUID) -> None:
        """The 72 hours count from the end."""
        now = clock.now()
        recent = Times(received=now - timedelta(hours=2), dispatched=None, on_scene=None, cleared=now)
        take(old, [Row(external_id="old"), Row(external_id="new", times=recent)])
        desk = worker(old, "call_taker")
        fresh, aged = (Subject("call", one) for one in ids())
        seen = [
            sharing.ask(by=desk, category="call_facts", purpose="emergency", about=about).fields
            for about in (aged, fresh)
        ]
        assert not seen[0] and "incident_number" in seen[1]
        public = sharing.ask(by=STRANGER, category="call_facts", purpose="public_reporting", about=aged)
        assert public.fields == {"nature", "time", "block_address"}


class TestRealFiles:
    """The weeks of Alexandria and the year of Lane County."""

    def rows(self, files: Iterable[Path], profile: str, tally: Tally) -> Iterable[Any]:
        """What the adapter reads, with rejects in the tally."""
        for item in reader.read(list(files), reader.load_profile(profile)):
            if isinstance(item, reader.CallRow):
                yield item
            elif isinstance(item, reader.Reject):
                tally.rejects.append(Rejected(item.file, item.line, item.field, item.value, item.reason))

    @pytest.mark.slow
    def test_every_real_call_is_read_once(self, old: UUID, shared: Path) -> None:
        """13,373 rows of nine weeks, five of them refused; again accepts none."""
        files = sorted((shared / "data" / "calls_alexandria").glob("*.csv"))
        tally = Tally()
        assert take(old, self.rows(files, "alexandria", tally), tally) == counts(accepted=13_368, rejected=5)
        assert all(r.line and r.field and r.reason for r in tally.rejects)
        tally = Tally()
        again = take(old, self.rows(files[:1], "alexandria", tally), tally)
        assert again["accepted"] == again["updated"] == 0

    @pytest.mark.slow
    def test_impossible_times_of_a_real_year_are_findings(self, old: UUID, shared: Path) -> None:
        """All rows are kept."""
        files = (shared / "data" / "mobile_crisis_lane").glob("*.csv")
        tally = Tally()
        assert take(old, self.rows(files, "lane_mobile_crisis", tally), tally) == counts(accepted=2_566)
        chains: Any = [one["time"] for one in stored()]
        assert any(times.get("on_scene", times["received"]) < times["received"] for times in chains)


def test_a_lifeline_call_is_counted_by_nobody(old: UUID) -> None:
    """It stands under its own regime, whichever centre holds it."""
    desk = worker(old, "call_taker")
    calls.receive(by=desk, source="lifeline_988", nature="suicide_risk")
    calls.receive(by=desk, source="911", nature="suicide_risk")
    assert [one.source for one in counted()] == ["911"]
