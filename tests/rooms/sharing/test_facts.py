"""From stored rows to the engine's facts: each says one thing, nothing is said of what does not bind."""

from collections.abc import Sequence
from dataclasses import Field, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.agencies import actions as agencies
from commonweal.engines import disclosure
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.people import actions as people
from commonweal.people.models import Person
from commonweal.sharing import actions as sharing
from commonweal.sharing.circumstances import NONE, Circumstances
from commonweal.sharing.facts import (
    FLAGS,
    Agreed,
    Bond,
    Origin,
    Standing,
    agreements_of,
    facts_of,
    origins,
    standing,
)
from commonweal.sharing.models import Agreement, Clause, Consent, Holding, Party, Tie
from factories.cast import SETUP

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOME, ABROAD, PERSON, TWIN, CALL = (UUID(int=n) for n in range(1, 6))
WORKER = Actor(id=str(UUID(int=9)), role="clinician", policy_role="clinician", agency=HOME)
RECORD = Origin(person=PERSON, agency=ABROAD, call=CALL, circle=frozenset({PERSON, TWIN}))
WHOLE = Agreed(
    id=UUID(int=77), form="part2", discloser=None, recipients=[str(HOME)], recipient_roles=[],
    categories=["sud_record"], purposes=["treatment"], expires_at=NOW + timedelta(hours=36),
    signed_at=NOW - timedelta(days=1), signer="R. D.", method="drawn", witness="", told_right_to_revoke=True,
    includes_counseling_notes=False, is_separate=False, is_tpo=False, was_condition_of_service=False,
    signed_by_abuser=False, revoked_at=None, age=None, guardian="",
)  # fmt: skip


def known(
    ties: dict[UUID, Sequence[Bond]] | None = None,
    consents: dict[UUID, Sequence[Agreed]] | None = None,
    partners: frozenset[UUID] = frozenset(),
    clauses: dict[UUID, tuple[disclosure.Clause, ...]] | None = None,
    lapsed: bool = False,
) -> Standing:
    return Standing(ties or {}, consents or {}, partners, clauses or {}, lapsed, NOW)


def facts(
    by: Actor = WORKER, origin: Origin = RECORD, stands: Standing | None = None, said: Circumstances = NONE
) -> disclosure.Facts:
    return facts_of(by, "sud_record", "treatment", origin, stands or known(), said)


def differs(one: disclosure.Facts, other: disclosure.Facts | None = None) -> dict[str, object]:
    """What is otherwise than for a worker of another agency, bound by nothing, who claims nothing."""
    plain = other or facts()
    return {
        f.name: getattr(one, f.name) for f in fields(one) if getattr(one, f.name) != getattr(plain, f.name)
    }


def test_a_worker_of_elsewhere_bound_by_nothing_is_just_that() -> None:
    found = facts()
    assert differs(found, disclosure.Facts()) == {"mou_active": False}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"mfa": False}, {"mfa": False}),
        ({"session_valid": False}, {"session_valid": False}),
        ({"account_active": False}, {"account_active": False}),
        ({"device_trusted": False}, {"device_trusted": False}),
        ({"medical": True}, {"actor_is_medical": True}),
        ({"covered_entity": True}, {"actor_covered_entity": True}),
        ({"cjis_screened": True}, {"cjis_screened": True}),
        ({"security_addendum": True}, {"security_addendum": True}),
        ({"agency": ABROAD}, {"mou_active": True, "same_agency_as_source": True}),
        ({"agency": None}, {}),
    ],
)
def test_each_standing_of_the_asker_is_one_fact(changed: dict[str, Any], said: dict[str, object]) -> None:
    assert differs(facts(by=replace(WORKER, **changed))) == said


@pytest.mark.parametrize("claim", [f for f in fields(Circumstances) if isinstance(f.default, bool)])
def test_each_claim_is_the_fact_of_its_name(claim: Field[bool]) -> None:
    other = not claim.default
    assert differs(facts(said=replace(NONE, **{claim.name: other}))) == {claim.name: other}


def test_claims_of_words_and_numbers_are_passed_on_and_ids_are_no_facts() -> None:
    claimed = Circumstances(
        incident=uuid4(), opening=uuid4(), break_glass="found unconscious", legal_process="court_order",
        purpose_code="C", record_count=40,
    )  # fmt: skip
    assert differs(facts(said=claimed)) == {
        "break_glass": "found unconscious", "legal_process": "court_order", "purpose_code": "C",
        "record_count": 40,
    }  # fmt: skip


@pytest.mark.parametrize("flag", FLAGS)
def test_each_bar_upon_the_record_is_one_fact(flag: str) -> None:
    assert differs(facts(origin=replace(RECORD, flags=frozenset({flag})))) == {flag: True}


def test_what_the_record_is_cannot_be_claimed_away() -> None:
    """A flag of the record stands whatever the asker says with the question."""
    sealed = replace(RECORD, flags=frozenset({"record_sealed"}))
    assert facts(origin=sealed, said=Circumstances(imminent_threat=True)).record_sealed


def test_the_programme_of_the_record_and_the_site_s_law_are_said() -> None:
    assert differs(facts(origin=replace(RECORD, source_program="part2"))) == {"source_program": "part2"}
    assert facts(origin=replace(RECORD, source_program="")).source_program is None
    with override_settings(JURISDICTION="UK"):
        assert facts().jurisdiction == "UK"


def test_without_a_purpose_none_is_declared() -> None:
    found = facts_of(WORKER, "sud_record", "", RECORD, known(), NONE)
    assert differs(found) == {"purpose_declared": False}


def test_lapsed_training_is_said() -> None:
    assert differs(facts(stands=known(lapsed=True))) == {"training_current": False}


class TestAgreementBetweenAgencies:
    def test_a_partner_s_record_is_under_agreement(self) -> None:
        assert facts(stands=known(partners=frozenset({ABROAD}))).mou_active
        assert not facts(stands=known(partners=frozenset({HOME}))).mou_active

    def test_a_record_of_no_agency_needs_none_and_is_nobody_s_own(self) -> None:
        nobody = replace(RECORD, agency=None)
        assert differs(facts(origin=nobody)) == {"mou_active": True}
        assert not facts(by=replace(WORKER, agency=None), origin=nobody).same_agency_as_source

    def test_a_clause_counts_where_its_tie_holds_and_loses_that_condition(self) -> None:
        clause = disclosure.Clause(
            frozenset({"name"}), "identity", frozenset(), frozenset(),
            conditions=frozenset({"tie:care", "training_current"}),
        )  # fmt: skip
        bound = {ABROAD: (clause,)}
        assert facts(stands=known(clauses=bound)).clauses == ()
        found = facts(stands=known(clauses=bound, ties={PERSON: [Bond("care", None)]})).clauses
        assert found == (replace(clause, conditions=frozenset({"training_current"})),)
        over = Bond("care", NOW)
        assert facts(stands=known(clauses=bound, ties={PERSON: [over]})).clauses == ()

    def test_every_tie_that_a_clause_names_must_hold(self) -> None:
        clause = disclosure.Clause(
            frozenset(), "identity", frozenset(), frozenset(), frozenset({"tie:care", "tie:table"})
        )
        bound = {ABROAD: (clause,)}
        both = [Bond("care", None), Bond("table", None)]
        assert facts(stands=known(clauses=bound, ties={CALL: both[:1]})).clauses == ()
        assert len(facts(stands=known(clauses=bound, ties={CALL: both})).clauses) == 1

    def test_another_agency_s_clauses_open_nothing_here(self) -> None:
        clause = disclosure.Clause(frozenset(), "identity", frozenset(), frozenset())
        assert facts(stands=known(clauses={HOME: (clause,)})).clauses == ()
        nobody = replace(RECORD, agency=None)
        assert facts(origin=nobody, stands=known(clauses={ABROAD: (clause,)})).clauses == ()


class TestTies:
    @pytest.mark.parametrize(
        ("bonds", "said"),
        [
            ([Bond("incident", None)], {"assigned_to_incident": True, "incident_active": True}),
            (
                [Bond("incident", NOW + timedelta(hours=1))],
                {"assigned_to_incident": True, "incident_active": True},
            ),
            (
                [Bond("incident", NOW - timedelta(hours=5))],
                {"assigned_to_incident": True, "hours_since_incident": 5.0},
            ),
            ([Bond("incident", NOW)], {"assigned_to_incident": True, "hours_since_incident": 0.0}),
            (
                [Bond("incident", NOW - timedelta(hours=h)) for h in (7, 2, 9)],
                {"assigned_to_incident": True, "hours_since_incident": 2.0},
            ),
            (
                [Bond("incident", NOW - timedelta(hours=7)), Bond("incident", None)],
                {"assigned_to_incident": True, "incident_active": True},
            ),
            ([Bond("care", None)], {"care_relationship": True}),
            ([Bond("care", NOW + timedelta(minutes=1))], {"care_relationship": True}),
            ([Bond("care", NOW)], {}),
            ([Bond("conflict", None)], {"conflict_of_interest": True}),
            ([Bond("diversion", None)], {"diversion_condition": True}),
            ([Bond("diversion", NOW - timedelta(days=1))], {}),
            ([Bond("table", None)], {}),
        ],
    )
    def test_each_tie_says_what_it_is_until_it_ends(self, bonds: list[Bond], said: dict[str, object]) -> None:
        assert differs(facts(stands=known(ties={PERSON: bonds}))) == said

    @pytest.mark.parametrize("anchor", [PERSON, TWIN, CALL])
    def test_a_tie_to_the_person_by_any_id_or_to_the_call_counts(self, anchor: UUID) -> None:
        assert facts(stands=known(ties={anchor: [Bond("incident", None)]})).incident_active

    def test_a_tie_to_the_call_that_is_named_counts_and_to_any_other_does_not(self) -> None:
        other = UUID(int=55)
        stands = known(ties={other: [Bond("incident", None)]})
        assert not facts(stands=stands).assigned_to_incident
        assert facts(stands=stands, said=Circumstances(incident=other)).incident_active

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.integers(1, 500), min_size=1, max_size=4), st.booleans())
    def test_hours_run_from_the_latest_end_and_only_once_none_runs(
        self, ended: list[int], runs: bool
    ) -> None:
        bonds = [Bond("incident", NOW - timedelta(hours=h)) for h in ended]
        bonds += [Bond("incident", None)] if runs else []
        found = facts(stands=known(ties={CALL: bonds}))
        assert found.hours_since_incident == (None if runs else min(ended))
        assert found.incident_active is runs


class TestConsents:
    def read(self, row: Agreed, by: Actor = WORKER, origin: Origin = RECORD) -> disclosure.Consent:
        [found] = facts(by=by, origin=origin, stands=known(consents={TWIN: [row]})).consents
        return found

    def test_a_whole_consent_that_names_this_question_is_read_as_such(self) -> None:
        assert self.read(WHOLE) == disclosure.Consent(
            "part2", complete=True, recipient_ok=True, category_ok=True, purpose_ok=True, expires_hours=36.0,
            id=str(WHOLE.id), by_person=True,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("element", "nothing"),
        [
            ("signed_at", None), ("signer", ""), ("recipients", []), ("categories", []), ("purposes", []),
            ("expires_at", None), ("told_right_to_revoke", False),
        ],
    )  # fmt: skip
    def test_each_element_that_42_cfr_2_31_asks_for_makes_it_complete(
        self, element: str, nothing: object
    ) -> None:
        assert not self.read(WHOLE._replace(**{element: nothing})).complete

    def test_spoken_consent_needs_a_witness(self) -> None:
        assert not self.read(WHOLE._replace(method="verbal")).complete
        assert self.read(WHOLE._replace(method="verbal", witness="the interpreter")).complete

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"form": "roi"}, {"form": "roi"}),
            ({"recipients": [str(ABROAD)]}, {"recipient_ok": False}),
            ({"recipient_roles": ["clinician"]}, {}),
            ({"recipient_roles": ["case_manager"]}, {"recipient_ok": False}),
            ({"discloser": ABROAD}, {}),
            ({"discloser": HOME}, {"category_ok": False}),
            ({"categories": ["identity"]}, {"category_ok": False}),
            ({"purposes": ["enforcement"]}, {"purpose_ok": False}),
            ({"revoked_at": NOW}, {"revoked": True}),
            ({"includes_counseling_notes": True}, {"includes_counseling_notes": True}),
            ({"is_separate": True}, {"separate": True}),
            ({"is_tpo": True}, {"tpo_single": True}),
            ({"was_condition_of_service": True}, {"conditioned_on_service": True}),
            ({"signed_by_abuser": True}, {"signed_by_abuser": True}),
            ({"age": 15}, {"age": 15}),
            ({"guardian": "I. O."}, {"by_guardian": True}),
            ({"expires_at": NOW}, {"expired": True, "expires_hours": 0.0}),
            ({"expires_at": NOW + timedelta(minutes=30)}, {"expires_hours": 0.5}),
            ({"expires_at": NOW - timedelta(hours=1)}, {"expired": True, "expires_hours": -1.0}),
            ({"expires_at": None}, {"complete": False, "expires_hours": None}),
            ({"signer": ""}, {"complete": False, "by_person": False}),
        ],
    )
    def test_each_element_is_read_by_itself(
        self, changed: dict[str, object], said: dict[str, object]
    ) -> None:
        whole, found = self.read(WHOLE), self.read(WHOLE._replace(**changed))
        assert {
            f.name: getattr(found, f.name)
            for f in fields(found)
            if getattr(found, f.name) != getattr(whole, f.name)
        } == said

    def test_an_asker_of_no_agency_is_nobody_s_recipient(self) -> None:
        assert not self.read(WHOLE, by=replace(WORKER, agency=None)).recipient_ok

    def test_somebody_else_s_consent_is_not_read(self) -> None:
        assert facts(stands=known(consents={UUID(int=66): [WHOLE]})).consents == ()


@pytest.mark.django_db
class TestRows:
    """What the statements find."""

    def agency(self, name: str) -> UUID:
        return agencies.open_agency(by=SETUP, name=name, kind="police").id

    def agree(self, *parties: UUID, first: int = -1, last: int = 1, **more: object) -> Agreement:
        """Days from today; in force unless said otherwise."""
        today = clock.today()
        given = {"title": "Memorandum", "kind": "mou", "text": "We work together.", "state": "in_force"}
        found = Agreement.objects.create(
            **(given | more), starts=today + timedelta(days=first), ends=today + timedelta(days=last)
        )
        for party in parties:
            Party.objects.create(agreement=found, agency_id=party)
        return found

    def test_agreements_bind_from_their_first_day_to_their_last(self) -> None:
        home, other = self.agency("Home"), self.agency("Other")
        spans = {(-1, 1): True, (0, 0): True, (1, 5): False, (-5, -1): False}
        for (first, last), binds in spans.items():
            found = self.agree(home, other, first=first, last=last)
            assert (agreements_of(home)[0] == {other}) is binds, (first, last)
            found.delete()

    @pytest.mark.parametrize(
        ("state", "binds"), [("draft", False), ("signed", True), ("in_force", True), ("ended", False)]
    )
    def test_only_what_every_party_signed_binds(self, state: str, binds: bool) -> None:
        home, other = self.agency("Home"), self.agency("Other")
        self.agree(home, other, state=state)
        assert bool(agreements_of(home)[0]) is binds

    def test_a_version_that_another_in_term_supersedes_counts_for_nothing(self) -> None:
        home, left, stays = self.agency("Home"), self.agency("Left"), self.agency("Stays")
        old = self.agree(home, left, stays)
        new = self.agree(home, stays, supersedes=old)
        assert agreements_of(home)[0] == {stays}
        assert agreements_of(home, without=[new.id])[0] == {left, stays}
        Agreement.objects.filter(id=new.id).update(starts=clock.today() + timedelta(days=1))
        assert agreements_of(home)[0] == {left, stays}

    def test_clauses_come_with_every_partner_and_with_their_own_words(self) -> None:
        home, other, third = self.agency("Home"), self.agency("Other"), self.agency("Third")
        for parties in ((home, other), (home, other, third)):
            made = self.agree(*parties)
            Clause.objects.create(
                agreement=made, text="Names", category="identity", fields=["name"], roles=["clinician"],
                purposes=["treatment"], conditions=["training_current"],
            )  # fmt: skip
        bound = agreements_of(home)
        assert bound[0] == {other, third} and {p: len(c) for p, c in bound[1].items()} == {other: 2, third: 1}
        [clause] = bound[1][third]
        assert clause == disclosure.Clause(
            frozenset({"name"}), "identity", frozenset({"clinician"}), frozenset({"treatment"}),
            frozenset({"training_current"}), str(made.clauses.get().id),
        )  # fmt: skip
        assert agreements_of(other)[0] == {home, third} and home not in bound[1]

    def test_who_has_no_agency_has_no_agreement(self) -> None:
        self.agree(self.agency("Home"), self.agency("Other"))
        assert agreements_of(None) == (frozenset(), {})

    def stand(self, by: Actor, *anchors: UUID) -> Standing:
        return standing(by, [], [Subject("person", anchor) for anchor in anchors])

    def test_ties_bind_the_account_the_agency_and_the_role_there(self) -> None:
        home, other, about = self.agency("Home"), self.agency("Other"), uuid4()
        by = replace(WORKER, agency=home, role="crisis_clinician")
        subject = Subject("person", about)
        made = [
            ({"account": UUID(by.id)}, True), ({"account": uuid4()}, False),
            ({"agency": home}, True), ({"agency": other}, False),
            ({"agency": home, "role": by.role}, True), ({"agency": home, "role": by.policy_role}, True),
            ({"agency": home, "role": "medic"}, False),
            # a role is of an agency's tie: one's own binds whatever one works as
            ({"account": UUID(by.id), "role": "medic"}, True),
        ]  # fmt: skip
        for whom, binds in made:
            sharing.tie(by=SETUP, relation="care", subject=subject, **whom)
            assert (about in self.stand(by, about).ties) is binds, whom
            assert about not in self.stand(by, uuid4()).ties
            Tie.objects.all().delete()

    def test_a_tie_is_kept_with_its_end(self) -> None:
        about, until = uuid4(), clock.now() - timedelta(hours=3)
        sharing.tie(by=SETUP, relation="incident", subject=Subject("person", about), account=UUID(WORKER.id))
        Tie.objects.update(until=until)
        assert self.stand(WORKER, about).ties == {about: [Bond("incident", until)]}

    def test_training_lapses_with_one_s_own_open_lapse_alone(self) -> None:
        mine, home = UUID(WORKER.id), self.agency("Home")
        course, by = Subject("course", uuid4()), replace(WORKER, agency=home)
        assert not self.stand(by).lapsed
        sharing.tie(by=SETUP, relation="training_lapsed", subject=course, account=uuid4())
        sharing.tie(by=SETUP, relation="training_lapsed", subject=course, agency=home)
        assert not self.stand(by, course.id).lapsed
        lapse = sharing.tie(by=SETUP, relation="training_lapsed", subject=course, account=mine)
        assert self.stand(by).lapsed
        Tie.objects.filter(id=lapse.id).update(until=clock.now())
        assert not self.stand(by).lapsed and not self.stand(by, course.id).lapsed

    def test_an_actor_without_account_is_bound_by_no_account_s_tie(self) -> None:
        home, about = self.agency("Home"), uuid4()
        by = Actor(id="system:worker", role="system", policy_role="system_admin", agency=home)
        subject = Subject("person", about)
        sharing.tie(by=SETUP, relation="care", subject=subject, account=uuid4())
        assert not self.stand(by, about).ties
        sharing.tie(by=SETUP, relation="care", subject=subject, agency=home)
        assert len(self.stand(by, about).ties[about]) == 1

    def test_ties_are_sought_at_the_person_the_call_the_record_and_the_call_named(self) -> None:
        person, call, record, named = (uuid4() for _ in range(4))
        for anchor in (person, call, record, named):
            about = Subject("person", anchor)
            sharing.tie(by=SETUP, relation="incident", subject=about, account=UUID(WORKER.id))
        origin = Origin(person=person, call=call, circle=frozenset({person}))
        found = standing(WORKER, [origin], [Subject("encounter", record)], named).ties
        assert set(found) == {person, call, record, named}
        assert set(standing(WORKER, [origin], [Subject("encounter", record)]).ties) == {person, call, record}

    def test_a_holding_says_whose_it_is_and_what_bars_it(self) -> None:
        home, call = self.agency("Home"), uuid4()
        held = Subject("encounter", uuid4())
        sharing.hold(by=SETUP, subject=held, agency=home, call=call, source_program="part2")
        Holding.objects.update(is_sealed=True, is_dv=True)
        assert origins([held]) == {
            held: Origin(
                None, home, "part2", call, frozenset({"record_sealed", "subject_is_dv_victim"}), frozenset()
            )
        }

    def test_a_source_record_keeps_its_origin_and_takes_the_bars_of_its_holding(self) -> None:
        home, other = self.agency("Home"), self.agency("Other")
        record, _ = people.file_record(
            by=SETUP, agency=home, external_id="7",
            values={"given": "Ana", "family": "Delgado", "born": date(1984, 3, 9)},
        )  # fmt: skip
        subject = Subject("source_record", record.id)
        [before] = origins([subject]).values()
        sharing.hold(by=SETUP, subject=subject, agency=other, source_program="part2")
        Holding.objects.update(is_sealed=True)
        assert before.agency == home
        assert origins([subject]) == {subject: replace(before, flags=frozenset({"record_sealed"}))}

    def test_a_record_of_a_person_of_several_ids_has_them_all_around_it(self) -> None:
        home = self.agency("Home")
        records = [
            people.file_record(
                by=SETUP, agency=home, external_id=str(n),
                values={"given": "Ana", "family": f"Delgado{n}", "born": date(1984, 3, 9 + n)},
            )[0]
            for n in range(3)
        ]  # fmt: skip
        ids = [record.person_id for record in records]
        Person.objects.filter(id__in=ids[1:]).update(survivor_id=ids[0])
        held = Subject("encounter", uuid4())
        for person in ids:
            sharing.hold(by=SETUP, subject=held, agency=home, person=person)
            assert origins([held])[held].circle == set(ids)

    def test_an_id_of_another_kind_is_another_record(self) -> None:
        held = Subject("encounter", uuid4())
        sharing.hold(by=SETUP, subject=held, agency=self.agency("Home"))
        assert origins([Subject("case", held.id)]) == {}

    def test_consents_are_of_the_people_of_these_records(self) -> None:
        records = [
            people.file_record(
                by=SETUP, agency=self.agency(name), external_id=name,
                values={"given": name, "family": "Delgado", "born": date(1984, 3, 9)},
            )[0]
            for name in ("Ana", "Zoe")
        ]  # fmt: skip
        mine, other = (record.person_id for record in records)
        for person, form in ((mine, "part2"), (other, "roi")):
            Consent.objects.create(person_id=person, form=form, recorded_by="t", signer=form)
        subject = Subject("source_record", records[0].id)
        found = origins([subject])
        assert found[subject].circle == {mine} and found[subject].person == mine
        stands = standing(WORKER, found.values(), [subject])
        assert {p: [row.signer for row in rows] for p, rows in stands.consents.items()} == {mine: ["part2"]}
