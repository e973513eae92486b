"""Agencies' records as they came; plans, cautions, meetings; candidates; what a linkage run may look at."""

import re
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.kernel.shown import PermitMismatch
from commonweal.people import actions, queries
from commonweal.people.models import Familiar, Person, ResponsePlan, SourceRecord
from commonweal.sharing import actions as sharing
from factories.cast import SETUP, Cast, gather, someone

ROSA = {"given": "Rosa", "family": "Delgado", "born": date(1984, 3, 9), "phone": "555-014-2222"}


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    """Agencies that know people."""
    return gather(partners=False)


def filed(cast: Cast, kind: str = "police", number: str = "1", **values: object) -> tuple[SourceRecord, str]:
    """A record filed by an agency."""
    return actions.file_record(
        by=SETUP, agency=cast.agency[kind], external_id=number, values={**ROSA, **values}
    )


class TestRecords:
    """One record an agency and number, exactly as it came."""

    def test_again_is_unchanged_and_a_change_is_updated_in_place(self, cast: Cast) -> None:
        first, how = filed(cast)
        lines = JournalLine.objects.count()
        again, same = filed(cast)
        assert (how, same, again.id) == ("accepted", "unchanged", first.id)
        assert JournalLine.objects.count() == lines
        changed, updated = filed(cast, family="Delgado-Ruiz")
        assert (updated, changed.id, changed.person_id) == ("updated", first.id, first.person_id)
        assert changed.family_key == "delgadoruiz"

    def test_the_journal_names_fields_and_no_value(self, cast: Cast) -> None:
        filed(cast, address="12 Quay St")
        line = JournalLine.objects.get(kind="people.record_filed")
        assert sorted(line.data["fields"]) == ["address", "born", "family", "given", "phone"]
        said = re.sub(r"[0-9a-f-]{36}", "", str(line.data))  # an id may hold any digits by chance
        assert not any(word in said for word in ("Rosa", "Delgado", "1984", "2222", "Quay"))

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"shoe_size": 9}, "values"),
            ({"born": date(1899, 12, 31)}, "born"),
            ({"born": date(2999, 1, 1)}, "born"),
        ],
    )
    def test_what_cannot_be_is_named_with_a_remedy(
        self, cast: Cast, values: dict[str, object], field: str
    ) -> None:
        with pytest.raises(Invalid) as said:
            filed(cast, **values)
        assert said.value.field == field and said.value.remedy and str(said.value.value)
        assert not SourceRecord.objects.exists() and not Person.objects.exists()

    def test_the_database_keeps_one_record_a_number(self, cast: Cast) -> None:
        first, _ = filed(cast)
        with pytest.raises(IntegrityError), transaction.atomic():
            SourceRecord.objects.create(
                agency_id=first.agency_id, external_id="1", person_id=first.person_id, fingerprint="x"
            )

    def test_somebody_unnamed_is_identified_by_a_record(self, cast: Cast) -> None:
        unknown = actions.note_placeholder(by=SETUP, description="Grey coat, red bicycle")
        actions.file_record(
            by=SETUP, agency=cast.agency["ems"], external_id="7", values=ROSA, person=unknown.id
        )
        assert not Person.objects.get(id=unknown.id).is_placeholder
        assert len(queries.records_of(unknown.id)) == 1

    def test_a_record_of_somebody_merged_goes_to_who_they_are_now(self, cast: Cast) -> None:
        """A worker's page is older than the link: the record must not hang under an id that redirects."""
        one, two = filed(cast)[0], filed(cast, "ems")[0]
        actions.link(by=SETUP, left=one.id, right=two.id)
        late, _ = actions.file_record(
            by=SETUP, agency=cast.agency["health"], external_id="3", values=ROSA, person=two.person_id
        )
        assert late.person_id == one.person_id
        assert Subject("source_record", late.id) in queries.records_of(two.person_id)

    @pytest.mark.parametrize("act", ["file", "plan", "caution"])
    def test_nobody_is_nobody(self, cast: Cast, act: str) -> None:
        """An id of nobody is refused at once, not at the end of the transaction."""
        agency, nobody = cast.agency["ems"], uuid4()
        with pytest.raises(NotFound):
            if act == "file":
                actions.file_record(by=SETUP, agency=agency, external_id="7", values=ROSA, person=nobody)
            elif act == "plan":
                actions.keep_plan(by=SETUP, person=nobody, agency=agency, helps="Tea")
            else:
                actions.note_caution(by=SETUP, person=nobody, agency=agency, text="A dog")
        with pytest.raises(NotFound):
            queries.survivor(nobody)
        assert queries.circle(nobody) == frozenset() and not SourceRecord.objects.exists()


class TestPlansAndCautions:
    """The newest plan of an agency counts; a caution has its day and its end."""

    def test_a_new_plan_replaces_the_agencys_own_and_no_other(self, cast: Cast) -> None:
        person, _ = someone(cast)
        for agency, text in (("health", "Quiet"), ("ems", "Tea"), ("health", "Space")):
            actions.keep_plan(by=SETUP, person=person, agency=cast.agency[agency], helps=text)
        current = ResponsePlan.objects.filter(id__in=[s.id for s in queries.plans_of(person)])
        assert sorted(current.values_list("helps", flat=True)) == ["Space", "Tea"]
        assert ResponsePlan.objects.count() == 3

    def test_plans_and_cautions_follow_the_person_through_a_link_and_back(self, cast: Cast) -> None:
        (one, first), (two, second) = someone(cast), someone(cast, "ems")
        actions.keep_plan(by=SETUP, person=two, agency=cast.agency["ems"], helps="Tea")
        actions.note_caution(by=SETUP, person=two, agency=cast.agency["ems"], text="A dog")
        link = actions.link(by=SETUP, left=first.id, right=second.id)
        assert len(queries.plans_of(one)) == len(queries.cautions_of(one)) == 1
        actions.undo(by=SETUP, decision=link.id)
        assert queries.plans_of(one) == queries.cautions_of(one) == []

    def test_a_caution_ends_after_its_year(self, cast: Cast) -> None:
        person, _ = someone(cast)
        seen = clock.now() - timedelta(days=100)
        actions.note_caution(
            by=SETUP, person=person, agency=cast.agency["ems"], text=" A dog ", observed_at=seen
        )
        assert len(queries.cautions_of(person)) == 1
        for days, count in ((364, 1), (366, 0)):
            with clock.at(seen + timedelta(days=days)):
                assert len(queries.cautions_of(person)) == count

    @pytest.mark.parametrize("text", ["", "  \n"])
    def test_a_caution_says_what_was_seen(self, cast: Cast, text: str) -> None:
        person, _ = someone(cast)
        with pytest.raises(Invalid) as said:
            actions.note_caution(by=SETUP, person=person, agency=cast.agency["ems"], text=text)
        assert (said.value.field, said.value.value) == ("text", text) and said.value.remedy

    def test_meetings_are_counted_by_worker_and_dated_by_the_last(self, cast: Cast) -> None:
        person, _ = someone(cast)
        medic, officer = cast.account("medic"), cast.account("patrol_officer")
        now = clock.now()
        for crew, at in (({medic, officer}, now), ({medic}, now - timedelta(days=3))):
            actions.remember_meeting(by=SETUP, person=person, accounts=frozenset(crew), at=at)
        assert queries.familiars(person) == {medic: 2, officer: 1}
        assert Familiar.objects.get(account=medic).last_met == now


class TestReading:
    """No permit, no row; a permit opens its own record and category."""

    def test_a_permit_of_one_opens_no_other(self, cast: Cast) -> None:
        _, own = someone(cast)
        _, other = someone(cast)
        steward = cast["records_steward"]
        permit = sharing.ask(by=steward, category="identity", purpose="administration", about=own)
        assert isinstance(permit, sharing.Permit), permit
        assert queries.identities({own: permit})[0]["name"] == "Rosa Delgado"
        with pytest.raises(PermitMismatch):
            queries.identities({other: permit})
        assert queries.identities({}) == []

    def test_unknown_ids_have_no_origin(self, cast: Cast) -> None:
        _, known = someone(cast)
        assert list(queries.origins([known, Subject("source_record", uuid4())])) == [known]

    def test_a_proposal_is_its_agencies_alone(self, cast: Cast) -> None:
        (_, one), (_, two) = someone(cast), someone(cast, "ems")
        actions.propose(by=SETUP, pairs=[(one.id, two.id, 0.9, [])], model="m")
        [pair] = queries.proposals()[0:5]
        both = frozenset(cast.agency[kind] for kind in ("police", "ems"))
        for kind, linked, count in (
            ("police", both, 1), ("ems", both, 1), ("police", frozenset(), 0), ("health", both, 0)
        ):  # fmt: skip
            reviewer = queries.Reviewer(cast.agency[kind], linked)
            assert len(queries.proposals(reviewer)) == count
            if not count:
                with pytest.raises(NotFound):
                    queries.proposal(pair.id, reviewer)
        assert queries.decisions(queries.Reviewer(cast.agency["police"], both)) == []


class TestFinding:
    """Misheard, swapped, without accents; never by two letters, never a victim-service record."""

    @pytest.mark.parametrize(
        "said",
        [
            {"given": "Rosa", "family": "Delgado"},
            {"given": "Delgado", "family": "Rosa"},
            {"given": "ROSÁ", "family": "Delgádo"},
            {"given": "Rossa", "family": "Delgato"},
            {"born": date(1984, 3, 9)},
            {"phone": "(555) 014-2222"},
        ],
    )
    def test_is_found(self, cast: Cast, said: dict[str, object]) -> None:
        record, _ = filed(cast)
        assert [s.id for s, _ in queries.candidates(**said)] == [record.id]  # type: ignore[arg-type]

    @pytest.mark.parametrize("said", [{}, {"given": "Ro"}, {"family": "D."}, {"phone": "2222"}])
    def test_fishing_catches_nothing(self, cast: Cast, said: dict[str, str]) -> None:
        filed(cast)
        assert queries.candidates(**said) == []  # type: ignore[arg-type]

    def test_the_better_match_comes_first(self, cast: Cast) -> None:
        other, _ = filed(cast, number="2", given="Rosalind", born=date(1951, 1, 1))
        rosa, _ = filed(cast)
        found = queries.candidates(given="Rosa", family="Delgado", born=date(1984, 3, 9))
        assert found[0][0].id == rosa.id and all(0 <= score <= 100 for _, score in found)
        assert other.id not in [s.id for s, score in found if score > 90]

    def test_a_victim_service_record_is_never_found_nor_compared(self, cast: Cast) -> None:
        filed(cast, "victim_service_provider")
        filed(cast, "police")
        assert [s.id for s, _ in queries.candidates(given="Rosa", family="Delgado")] == [
            SourceRecord.objects.get(agency=cast.agency["police"]).id
        ]
        assert actions.run_linkage(by=SETUP, agencies=list(cast.agency.values())) == 0

    def test_a_run_proposes_and_neither_repeats_nor_joins(self, cast: Cast) -> None:
        for kind in ("police", "ems"):
            for n, name in enumerate(["Delgado", "Achebe", "Lindqvist"]):
                born = date(1984 - n, 3, 9)
                more = {"ssn_last4": f"41{n}7", "phone": f"555-014-22{n}2"}
                filed(cast, kind, str(n), family=name, born=born, **more)
        agencies: list[UUID] = list(cast.agency.values())
        new = actions.run_linkage(by=SETUP, agencies=agencies)
        assert new >= 3 and actions.run_linkage(by=SETUP, agencies=agencies) == 0
        assert len({r.person_id for r in SourceRecord.objects.all()}) == 6, "a person decides, not the run"
        assert all(not {"Delgado", "4117"} & set(map(str, e.values()))
                   for pair in queries.proposals()[0:20] for e in pair.evidence)  # fmt: skip
