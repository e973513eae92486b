"""Early signs: seen by rules that two people made, told to a case's own workers, answered with a reason."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from commonweal import flow
from commonweal.agencies import queries as agencies
from commonweal.cases import actions, queries
from commonweal.cases.models import Case, Sign, SignRules
from commonweal.encounters import actions as encounters
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.messages import queries as messages
from commonweal.people import actions as people
from commonweal.people import queries as people_queries
from commonweal.referrals import actions as referrals
from commonweal.referrals.models import Referral, Step
from commonweal.sharing import actions as sharing
from commonweal.sharing.models import Holding
from factories.cases import Support, support
from factories.cast import SETUP, Cast, gather, someone, worker
from factories.directory import service

pytestmark = pytest.mark.django_db
RULE: dict[str, Any] = {
    "id": "met-once", "measure": "rising_contacts", "window": 10, "threshold": 1, "tells": "manager",
    "on": True,
    "sentence": {"en": "A team met the person.", "es": "Un equipo vio a la persona."},
}  # fmt: skip


@pytest.fixture(name="at")
def a_case() -> Support:
    """Open Door's case manager and the case of Rosa."""
    return support()


def meet(at: Support, days: float = 1, role: str = "clinician") -> UUID:
    """A crisis team meets the person, so many days ago."""
    by = at.cast[role]
    with clock.at(clock.now() - timedelta(days=days)):
        found = encounters.open_encounter(by=by, team=[by.id])
        encounters.name_person(by=by, encounter=found.id, person=at.person)
    return found.id


def refused(at: Support, kind: str) -> UUID:
    """A referral to an agency of this kind, which says no."""
    place = service(f"Beds {Referral.objects.count()}", agency=at.cast.agency[kind])
    made = referrals.make(by=at.manager, service=place, person=at.person, needs=["shelter"])
    no = {"state": "declined", "decline_reason": "no_capacity", "sent_at": clock.now()}
    Referral.objects.filter(id=made.id).update(**no)
    Step.objects.create(
        referral=made, sequence=90, act="decline", before="sent", after="declined", by="x", party="receiver"
    )
    return made.id


def look(later: timedelta = timedelta(0)) -> list[Sign]:
    """The worker's round over all open cases."""
    with clock.at(clock.now() + later):
        return actions.watch_signs(by=SETUP)


def bell(by: Actor) -> list[str]:
    journal.seal_all()
    flow.drain()
    return [line.kind for line in messages.unread(by)]


def open_signs(at: Support) -> list[str]:
    return [one.rule.id for one in queries.signs([at.case])]


def drafted(cast: Cast, rules: list[dict[str, Any]] | None = None) -> SignRules:
    why = "Our team asked for it"
    return actions.draft_sign_rules(by=cast["administrator"], rules=rules or [RULE], why=why)


class TestStory:
    """Seen, told, answered; and seen again only on something new."""

    def test_two_crises_in_a_month(self, at: Support) -> None:
        meet(at, 12)
        assert look() == []
        meet(at, 2)
        [seen] = look()
        assert seen.rule == "rising-contacts" and [one[0] for one in seen.evidence] == ["encounter"] * 2
        assert queries.outline(at.case).urgency == ("early_sign", -1)
        assert "early_sign" in bell(at.manager)
        actions.answer_sign(
            by=at.manager, case=at.case, sign=seen.id, answer="not_needed", because="One evening, two calls"
        )
        assert open_signs(at) == [] and look() == []
        assert queries.outline(at.case).urgency[0] != "early_sign"
        with clock.at(clock.now() + timedelta(days=1)):
            meet(at, 0.5)
            [again] = actions.watch_signs(by=SETUP)
        assert again.rule == "rising-contacts" and len(again.evidence) == 3

    def test_a_round_twice_tells_once(self, at: Support) -> None:
        meet(at, 12), meet(at, 2)
        assert len(look()) == 1 and look() == []
        assert bell(at.manager).count("early_sign") == 1

    def test_a_review_that_waited_is_seen_and_passes_when_it_is_written(self, at: Support) -> None:
        [seen] = look(timedelta(days=45))
        assert seen.rule == "review-overdue"
        with clock.at(clock.now() + timedelta(days=46)):
            actions.write_plan(by=at.manager, case=at.case, summary="Looked at together")
            assert actions.watch_signs(by=SETUP) == []
        seen.refresh_from_db()
        assert (seen.answer, seen.answered_by, open_signs(at)) == ("passed", SETUP.id, [])

    def test_a_closed_case_has_no_signs(self, at: Support) -> None:
        actions.close_case(by=at.manager, case=at.case, reason="moved")
        assert look(timedelta(days=45)) == [] and queries.signs([at.case]) == []

    def test_the_reason_stays_the_one_that_was_told(self, at: Support) -> None:
        [seen] = look(timedelta(days=45))
        found = drafted(at.cast)
        actions.approve_sign_rules(by=at.cast["privacy_officer"], rules=found.id)
        [waits] = queries.signs([at.case])
        assert waits.rule.sentence.en.startswith("The plan has waited") and waits.id == seen.id


class TestWhoIsTold:
    """The case's own workers, and nobody else."""

    def test_nobody_has_the_case_so_its_case_managers_hear(self, at: Support) -> None:
        colleague = worker(at.cast.agency["social_service"], "case_manager")
        Case.objects.filter(id=at.case).update(manager=None)
        [seen] = look(timedelta(days=45))
        assert queries.told_of_sign(seen.id) == {UUID(at.manager.id), UUID(colleague.id)}

    def test_the_team_hears_where_a_rule_says_so_but_no_police(self, at: Support) -> None:
        for role in ("clinician", "patrol_officer", "cit_officer", "provider_staff"):
            actions.join_team(by=at.manager, case=at.case, account=at.cast.account(role))
        found = drafted(at.cast, [{**RULE, "tells": "team"}])
        actions.approve_sign_rules(by=at.cast["privacy_officer"], rules=found.id)
        meet(at)
        [seen] = look()
        assert queries.told_of_sign(seen.id) == {UUID(at.manager.id), at.cast.account("clinician")}
        assert not [line for role in ("patrol_officer", "cit_officer") for line in bell(at.cast[role])]

    def test_no_police_role_may_ever_work_a_case(self) -> None:
        police = {code for code, role in agencies.ROLES.items() if role.policy_role.endswith("_officer")}
        assert {"patrol_officer", "cit_officer"} <= police
        assert not [one for one in police if "work_cases" in agencies.ROLES[one].permissions]

    def test_an_unknown_sign(self) -> None:
        with pytest.raises(NotFound):
            queries.told_of_sign(uuid4())


class TestWhatIsNeverRead:
    """No presence that must not be acknowledged, nothing sealed, nothing gone."""

    @pytest.mark.parametrize("change", [
        {"source_program": "part2_program"}, {"source_program": "victim_service_provider"},
        {"source_program": "lifeline_988"}, {"is_sealed": True}, {"is_expunged": True},
    ])  # fmt: skip
    def test_a_record_that_says_nothing(self, at: Support, change: dict[str, Any]) -> None:
        meet(at, 12)
        silent = meet(at, 2)
        assert Holding.objects.filter(subject=silent).update(**change) == 1
        assert look() == []

    @pytest.mark.parametrize(("kind", "seen"), [("hmis_shelter", 1), ("part2_program", 0),
                                                ("victim_service_provider", 0)])  # fmt: skip
    def test_a_referral_to_where_nobody_is_acknowledged(self, at: Support, kind: str, seen: int) -> None:
        refused(at, kind), refused(at, kind)
        assert len(look()) == seen

    def test_an_anonymous_referral_is_nobodys(self, at: Support) -> None:
        for _ in range(2):
            Referral.objects.filter(id=refused(at, "hmis_shelter")).update(is_anonymous=True)
        assert look() == []

    def test_the_same_human_under_another_id_and_nobody_else(self, at: Support) -> None:
        meet(at, 12)
        twin, record = someone(at.cast, "ems")
        [own] = people_queries.records_of(at.person)
        people.link(by=SETUP, left=own.id, right=record.id)
        meet(replace(at, person=twin), 2)
        stranger, _record = someone(at.cast, "social_service", given="Omar", family="Haddad", phone="")
        quiet = actions.open_case(
            by=at.manager, person=stranger, agency=at.cast.agency["social_service"],
            manager=UUID(at.manager.id),
        )  # fmt: skip
        assert [one.case_id for one in look()] == [at.case] and queries.signs([quiet.id]) == []


class TestWhatAReaderSees:
    """Each moment by its permit; where none opens, not even the sentence."""

    def shown(self, at: Support, by: Actor) -> queries.Reason:
        found = queries.signs([at.case])
        permits: dict[Subject, sharing.Permit] = {}
        for category, about in queries.sign_subjects(found).items():
            answers = sharing.ask_many(by=by, category=category, purpose="care_coordination", about=about)
            permits |= sharing.permitted(answers)
        [reason] = queries.reasons(found, permits, "es")[at.case]
        return reason

    def test_the_own_plan_opens_to_the_manager_and_to_no_stranger(self, at: Support) -> None:
        look(timedelta(days=45))
        own = self.shown(at, at.manager)
        assert own.sentence.startswith("El plan espera") and own.kept == 0 and len(own.moments) == 1
        for role in ("patrol_officer", "prosecutor", "administrator"):
            kept = self.shown(at, at.cast[role])
            assert (kept.sentence, kept.rule, list(kept.moments), kept.kept) == ("", "", [], 1)

    def test_a_permit_of_another_category_opens_nothing(self, at: Support) -> None:
        meet(at, 12), meet(at, 2)
        look()
        found = queries.signs([at.case])
        plan = sharing.ask(
            by=at.manager, category="case_plan", purpose="care_coordination", about=Subject("case", at.case)
        )
        assert isinstance(plan, sharing.Permit)
        wrong = dict.fromkeys(queries.sign_subjects(found)["encounter_narrative"], plan)
        [reason] = queries.reasons(found, wrong)[at.case]
        assert reason.sentence == "" and reason.kept == 2

    def test_too_little_of_what_a_rule_stands_on_keeps_its_sentence(self, at: Support) -> None:
        plan = Subject("case", at.case)
        answers = sharing.ask_many(
            by=at.manager, category="case_plan", purpose="care_coordination", about=[plan]
        )  # fmt: skip
        _number, rules = queries.signs_in_force()
        for beside in ("referral", "encounter"):
            evidence = [(plan, clock.now()), (Subject(beside, uuid4()), clock.now())]
            waits = queries.Seen(uuid4(), at.case, rules[2], clock.now(), evidence)
            [half] = queries.reasons([waits], sharing.permitted(answers))[at.case]
            assert (half.sentence, half.rule, half.kept, len(half.moments)) == ("", "", 1, 1)

    def test_the_reason_of_an_answer_is_a_plan_note(self, at: Support) -> None:
        [seen] = look(timedelta(days=45))
        actions.answer_sign(by=at.manager, case=at.case, sign=seen.id, answer="acted", because="Rang Rosa")
        plan = sharing.ask(
            by=at.manager, category="case_plan", purpose="care_coordination", about=Subject("case", at.case)
        )
        assert isinstance(plan, sharing.Permit)
        assert [row["because"] for row in queries.past_signs(at.case, permit=plan)] == ["Rang Rosa"]


class TestAnswering:
    """Acted, or not needed because; once."""

    @pytest.mark.parametrize(("answer", "because", "field"), [
        ("not_needed", "  ", "because"), ("passed", "x", "answer"), ("", "x", "answer"),
        ("acted", "x" * 301, "because"),
    ])  # fmt: skip
    def test_what_is_refused(self, at: Support, answer: str, because: str, field: str) -> None:
        [seen] = look(timedelta(days=45))
        with pytest.raises(Invalid) as refused:
            actions.answer_sign(by=at.manager, case=at.case, sign=seen.id, answer=answer, because=because)
        assert refused.value.field == field and open_signs(at) == ["review-overdue"]

    def test_twice_is_a_conflict_and_another_cases_sign_is_none(self, at: Support) -> None:
        [seen] = look(timedelta(days=45))
        with pytest.raises(NotFound):
            actions.answer_sign(by=at.manager, case=uuid4(), sign=seen.id, answer="acted")
        actions.answer_sign(by=at.manager, case=at.case, sign=seen.id, answer="acted")
        with pytest.raises(Conflict, match="answered already"):
            actions.answer_sign(by=at.manager, case=at.case, sign=seen.id, answer="acted")

    def test_no_reason_and_no_moment_stands_in_the_journal(self, at: Support) -> None:
        [seen] = look(timedelta(days=45))
        actions.answer_sign(by=at.manager, case=at.case, sign=seen.id, answer="acted", because="Rang Rosa")
        lines = JournalLine.objects.filter(kind__startswith="cases.sign")
        assert [line.kind for line in lines.order_by("id")] == ["cases.sign_seen", "cases.sign_answered"]
        assert not [line for line in lines if "Rang" in str(line.data)]


class TestRules:
    """Data of the site: one drafts, another approves, the latest approved is in force."""

    def test_from_the_rules_that_ship_to_the_sites_own(self, at: Support) -> None:
        assert queries.signs_in_force()[0] == 0 and len(queries.signs_in_force()[1]) == 5
        found = drafted(at.cast)
        assert queries.signs_in_force()[0] == 0 and "sign_rules_wait" in bell(at.cast["privacy_officer"])
        actions.approve_sign_rules(by=at.cast["privacy_officer"], rules=found.id)
        number, [rule] = queries.signs_in_force()
        assert (number, rule.id, rule.window) == (found.number, "met-once", 10)
        meet(at)
        assert [one.rule for one in look()] == ["met-once"]

    def test_whoever_drafted_cannot_approve(self, at: Support) -> None:
        found = drafted(at.cast)
        with pytest.raises(Conflict, match="second person"):
            actions.approve_sign_rules(by=at.cast["administrator"], rules=found.id)
        with pytest.raises(IntegrityError), transaction.atomic():
            SignRules.objects.update(state="approved", approved_by=found.drafted_by, approved_at=clock.now())

    def test_an_older_draft_does_not_overtake(self, at: Support) -> None:
        old, new = drafted(at.cast), drafted(at.cast, [{**RULE, "window": 20}])
        actions.approve_sign_rules(by=at.cast["counsel"], rules=new.id)
        with pytest.raises(Conflict, match="later version"):
            actions.approve_sign_rules(by=at.cast["counsel"], rules=old.id)
        actions.withdraw_sign_rules(by=at.cast["administrator"], rules=old.id)
        with pytest.raises(Conflict, match="no draft any more"):
            actions.withdraw_sign_rules(by=at.cast["administrator"], rules=new.id)

    @pytest.mark.parametrize("role", ["case_manager", "clinician", "patrol_officer", "supervisor", "analyst"])
    def test_who_may_not(self, at: Support, role: str) -> None:
        found, by = drafted(at.cast), at.cast[role]
        for act in (
            lambda: actions.draft_sign_rules(by=by, rules=[RULE], why="x"),
            lambda: actions.approve_sign_rules(by=by, rules=found.id),
            lambda: actions.withdraw_sign_rules(by=by, rules=found.id),
        ):
            with pytest.raises(NotFound):
                act()

    @pytest.mark.parametrize(("change", "field"), [
        ({"window": 0}, "window"), ({"window": None}, "window"), ({"threshold": 51}, "threshold"),
        ({"threshold": True}, "threshold"), ({"measure": "age"}, "measure"), ({"tells": "police"}, "tells"),
        ({"sentence": {"en": "Only"}}, "sentence"), ({"sentence": None}, "sentence"),
        ({"race": "x"}, "rules"),
    ])  # fmt: skip
    def test_a_rule_that_cannot_stand(self, change: dict[str, Any], field: str) -> None:
        cast = gather()
        with pytest.raises(Invalid) as refused:
            drafted(cast, [{**RULE, **change}])
        assert refused.value.field == field and not SignRules.objects.exists()

    @pytest.mark.parametrize(("rules", "why", "field"), [
        ([], "x", "rules"), ([RULE] * 21, "x", "rules"), ([RULE, RULE], "x", "rules"), ([RULE], " ", "why"),
    ])  # fmt: skip
    def test_a_draft_that_cannot_stand(self, rules: list[dict[str, Any]], why: str, field: str) -> None:
        cast = gather()
        with pytest.raises(Invalid) as refused:
            actions.draft_sign_rules(by=cast["administrator"], rules=rules, why=why)
        assert refused.value.field == field

    def test_a_preview_counts_and_changes_nothing(self, at: Support) -> None:
        meet(at, 28), meet(at, 4)
        [found] = queries.try_signs([RULE])
        assert (found.told, found.cases, found.then_crisis) == (2, 1, 0)
        meet(at, 2)
        [found] = queries.try_signs([RULE])
        assert (found.told, found.cases, found.then_crisis) == (2, 1, 1)
        assert not Sign.objects.exists() and not SignRules.objects.exists()

    def test_how_signs_were_answered(self, at: Support) -> None:
        [seen] = look(timedelta(days=45))
        since = clock.now() - timedelta(days=1)
        assert queries.sign_answers(since) == {"review-overdue": {"": 1}}
        actions.answer_sign(by=at.manager, case=at.case, sign=seen.id, answer="acted")
        assert queries.sign_answers(since) == {"review-overdue": {"acted": 1}}
