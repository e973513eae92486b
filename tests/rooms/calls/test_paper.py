"""Paper: numbers that never collide, sheets entered once with the times of the paper, drills apart."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commonweal.calls import actions, paper, queries
from commonweal.calls.models import Assignment, Call, Pack, PaperEntry, Stamp
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions as sharing
from factories.calls import Centre
from factories.cast import worker


@given(
    year=some.integers(2000, 2099),
    serial=some.integers(1, 999_999),
    copy=some.sampled_from(["", "-B", "-Z"]),
)
def test_a_number_reads_back_as_it_was_printed(year: int, serial: int, copy: str) -> None:
    """With or without its letter, in small letters, with the spaces of a hand."""
    printed = paper.said(year, serial) + copy
    assert str(paper.read(printed)) == printed
    assert paper.read(f" {printed.lower()[0]} {printed.lower()[1:]} ") == paper.read(printed)


@pytest.mark.parametrize("text", ["", "42", "P26", "Q26-000042", "P26-000042-BB", "P26-", "П26-000042"])
def test_what_is_no_number_is_refused_with_how_one_looks(text: str) -> None:
    with pytest.raises(Invalid, match="P26-000042"):
        paper.read(text)


def packed(centre: Centre, reason: str = "asked", sheets: int = 3, by: Actor | None = None) -> Pack:
    """A pack's record, two hours ago."""
    with clock.at(clock.now() - timedelta(hours=2)):
        return actions.open_pack(by=by or centre.desk, reason=reason, calls=0, withheld=0, sheets=sheets)


def first(pack: Pack) -> str:
    """The number of its first call sheet."""
    return queries.numbers(pack)[0][0]


def minutes_ago(n: int) -> datetime:
    return clock.now() - timedelta(minutes=n)


def enter(centre: Centre, number: str, by: Actor | None = None, **written: object) -> Call:
    """A call of an hour ago that has ended."""
    moments = actions.Moments(
        received=minutes_ago(60), dispatched=minutes_ago(50), on_scene=minutes_ago(40),
        cleared=minutes_ago(10),
    )  # fmt: skip
    return actions.enter_paper_call(
        by=by or centre.desk, number=number, moments=moments,
        written=actions.Written(**{"tier": "T3", "words": "Sat on the kerb, cold.", **written}),
        where=actions.Where(address="412 Cedar Ave"), caller=actions.Caller(name="Ana", phone="555-0199"),
    )  # fmt: skip


@pytest.mark.django_db
class TestNumbers:
    """One series for the site: packs of one centre, of two, in any order."""

    def test_no_two_packs_hold_one_number(self, bare: Centre) -> None:
        other = worker(bare.cast.agency["lifeline_988"], "call_taker")
        packs = [packed(bare, sheets=n, by=by) for n, by in ((1, bare.desk), (40, other), (3, bare.desk))]
        found = [number for one in packs for half in queries.numbers(one) for number in half]
        assert len(found) == len(set(found)) == 2 * (1 + 40 + 3)

    def test_who_takes_no_calls_reserves_none(self, bare: Centre) -> None:
        with pytest.raises(Invalid, match="takes calls"):
            packed(bare, by=bare.cast["crisis_worker"])
        assert not Pack.objects.exists()

    def test_a_pack_leaves_a_line_without_anybody_in_it(self, bare: Centre) -> None:
        made = packed(bare)
        line = JournalLine.objects.get(kind="calls.pack_made")
        assert line.subject == str(made.id) and line.data["calls"] == 0 and line.actor == bare.desk.id


@pytest.mark.django_db
class TestCallSheets:
    """A sheet becomes a call with the times of the paper; what was entered when stands beside them."""

    def test_event_times_and_entry_times_are_kept_apart(self, centre: Centre) -> None:
        made = enter(centre, first(packed(centre)))
        stamps = {one.stage: one for one in Stamp.objects.filter(call=made)}
        assert made.received == stamps["received"].at < minutes_ago(59)
        assert all(one.created_at > minutes_ago(1) > one.at for one in stamps.values())
        sheet = queries.from_paper([made.id])[made.id]
        assert sheet.happened_at == made.received and sheet.entered_at > minutes_ago(1)
        assert (made.state, made.tier, made.source_system) == ("cleared", "T3", "paper")
        assert made.override_reason == f"Paper {sheet.number}"

    def test_a_sheet_is_entered_once_whoever_tries(self, centre: Centre) -> None:
        number = first(packed(centre))
        enter(centre, number)
        other = worker(centre.cast.agency["ecc"], "call_taker")
        for by, text in ((centre.desk, number), (other, number.lower().replace("-", " "))):
            with pytest.raises(Conflict, match="entered already"):
                enter(centre, text, by=by)
        assert Call.objects.count() == 1 and PaperEntry.objects.count() == 1
        assert enter(centre, number + "-B").number != ""  # a photocopy with another story

    def test_a_call_is_tied_to_its_centre_and_forgotten_like_any_other(self, centre: Centre) -> None:
        made = enter(centre, first(packed(centre)))
        about = Subject("call", made.id)
        asked = {"category": "call_facts", "purpose": "emergency", "about": about}
        assert "caller_phone" in sharing.ask(by=centre.desk, **asked).fields
        assert not sharing.ask(by=centre.crews["T1"][0], **asked).fields
        with clock.at(clock.now() + timedelta(hours=73)):
            assert "caller_phone" not in sharing.ask(by=centre.desk, **asked).fields

    def test_the_unit_went_with_the_crew_of_its_shift(self, centre: Centre) -> None:
        made = enter(centre, first(packed(centre)), unit=centre.units["T1"])
        row = Assignment.objects.get(call=made)
        assert set(row.crew) == {one.id for one in centre.crews["T1"]} and row.cleared == made.cleared

    def test_a_call_that_still_runs_waits_at_the_desk(self, centre: Centre) -> None:
        made = actions.enter_paper_call(
            by=centre.desk, number=first(packed(centre)), moments=actions.Moments(minutes_ago(30)),
            written=actions.Written(tier="T2"),
        )  # fmt: skip
        assert [view.id for view in queries.open_calls(centre.cast.agency["ecc"])] == [made.id]
        assert queries.call_of(made.id).minutes == pytest.approx(30, abs=0.2)

    @pytest.mark.parametrize(
        ("moments", "field"),
        [
            ({"received": 60, "dispatched": 70}, "dispatched"),
            ({"received": 60, "dispatched": 50, "cleared": 55}, "cleared"),
            ({"received": -5}, "received"),
            ({"received": 60, "cleared": -1}, "cleared"),
            ({"received": 600}, "received"),  # before the sheet was printed
        ],
    )
    def test_times_out_of_order_or_yet_to_come_are_refused(
        self, bare: Centre, moments: dict[str, int], field: str
    ) -> None:
        pack = packed(bare)
        when = {name: minutes_ago(n) for name, n in moments.items()}
        with pytest.raises(Invalid) as fault:
            actions.enter_paper_call(
                by=bare.desk, number=first(pack), moments=actions.Moments(**when), written=actions.Written()
            )
        assert fault.value.field == field and not Call.objects.exists() and not PaperEntry.objects.exists()

    @pytest.mark.parametrize("written", [{"tier": "T9"}, {"source": "pigeon"}, {"nature": "nothing_known"}])
    def test_what_is_not_in_the_vocabulary_is_refused(self, bare: Centre, written: dict[str, str]) -> None:
        with pytest.raises(Invalid):
            enter(bare, first(packed(bare)), **written)
        assert not PaperEntry.objects.exists()

    def test_a_unit_that_was_not_on_duty_is_refused_whole(self, centre: Centre) -> None:
        with pytest.raises(Invalid, match="not on duty"):
            enter(centre, first(packed(centre)), unit=uuid4())
        assert not Call.objects.exists() and not PaperEntry.objects.exists()

    def test_a_number_of_no_pack_and_a_worker_of_no_desk_are_refused(self, bare: Centre) -> None:
        with pytest.raises(Invalid, match="No pack"):
            enter(bare, "P26-999999")
        with pytest.raises(Invalid, match="takes calls"):
            enter(bare, first(packed(bare)), by=bare.cast["crisis_worker"])


@pytest.mark.django_db
class TestPlansAndDrills:
    """A supervisor keeps the plan; a drill has a record and makes none."""

    def test_a_plan_says_how_often_and_whom_to_phone(self, bare: Centre) -> None:
        keeper = bare.cast["supervisor"]
        actions.plan_downtime(by=keeper, every_minutes=30, contacts=[("Dispatch floor", "555-0100")])
        plan = queries.downtime_plan(bare.cast.agency["ecc"])
        assert plan and plan.contacts == [["Dispatch floor", "555-0100"]] and plan in queries.plans_due()

    @pytest.mark.parametrize(
        "said",
        [{"every_minutes": 2}, {"keep_hours": 0}, {"keep_hours": 100}, {"sheets": 0}, {"sheets": 41},
         {"language": "fr"}, {"contacts": [("", "555")]}, {"contacts": [("Desk", "none")]}],
    )  # fmt: skip
    def test_what_makes_no_sense_is_refused(self, bare: Centre, said: dict[str, object]) -> None:
        with pytest.raises(Invalid):
            actions.plan_downtime(by=bare.cast["supervisor"], **said)

    def test_a_call_taker_sets_no_plan_and_begins_no_drill(self, bare: Centre) -> None:
        for act in (actions.plan_downtime, actions.begin_drill):
            with pytest.raises(Invalid, match="supervisor"):
                act(by=bare.desk)

    def test_a_drill_from_its_first_step_to_its_record(self, bare: Centre) -> None:
        keeper, home = bare.cast["supervisor"], bare.cast.agency["ecc"]
        assert queries.drill_due(home)
        drill = actions.begin_drill(by=keeper)
        with pytest.raises(Conflict, match="under way"):
            actions.begin_drill(by=keeper)
        pack = packed(bare, "drill")
        actions.attach_pack(by=keeper, drill=drill.id, pack=pack.id)
        actions.practise_sheet(by=bare.desk, number=first(pack))
        with pytest.raises(Conflict, match="entered already"):
            actions.practise_sheet(by=bare.desk, number=first(pack))
        with pytest.raises(Invalid, match="every step"):
            actions.end_drill(by=keeper, drill=drill.id, findings="")
        for step in actions.DRILL_STEPS:
            actions.note_step(by=bare.desk, drill=drill.id, step=step, went_well=step != "phoned")
        ended = actions.end_drill(by=keeper, drill=drill.id, findings="Two numbers were old.")
        assert not queries.drill_due(home) and ended.findings == "Two numbers were old."
        assert JournalLine.objects.get(kind="calls.drill_ended").data["went_well"] == 5
        with pytest.raises(Conflict, match="has ended"):
            actions.note_step(by=keeper, drill=drill.id, step="found", went_well=True)
        assert not Call.objects.exists()

    def test_practice_and_earnest_never_mix(self, bare: Centre) -> None:
        with pytest.raises(Invalid, match="drill"):
            enter(bare, first(packed(bare, "drill")))
        with pytest.raises(Invalid, match="real calls"):
            actions.practise_sheet(by=bare.desk, number=first(packed(bare)))

    def test_another_centre_sees_no_drill_and_destroys_no_pack(self, bare: Centre) -> None:
        other = worker(bare.cast.agency["lifeline_988"], "supervisor")
        drill, pack = actions.begin_drill(by=bare.cast["supervisor"]), packed(bare)
        with pytest.raises(NotFound):
            actions.note_step(by=other, drill=drill.id, step="found", went_well=True)
        with pytest.raises(NotFound):
            actions.remove_pack(by=other, pack=pack.id)
        gone = actions.remove_pack(by=bare.desk, pack=pack.id)
        again = actions.remove_pack(by=bare.cast["supervisor"], pack=pack.id)
        assert gone.removed_by == again.removed_by == bare.desk.id
