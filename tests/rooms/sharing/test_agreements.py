"""Agreements as documents that execute: signed by whom they bind, versioned, replayed before signing."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.labels import CATEGORIES
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions, queries
from commonweal.sharing.models import Agreement
from commonweal.sharing.versions import SETS, Term, applied, diff
from factories.cast import SETUP, Cast, gather, someone, worker

pytestmark = pytest.mark.django_db
TODAY = clock.today()
NAME: dict[str, object] = {
    "key": "name", "text": "Case managers learn the name.", "category": "identity", "fields": ["name"],
    "roles": ["case_manager"], "purposes": ["care_coordination"],
}  # fmt: skip
AUDIT: dict[str, object] = {"key": "audit", "kind": "audit", "text": "We look at the record every month."}


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies without any agreement."""
    return gather(partners=False)


def said(cast: Cast, *clauses: dict[str, object], **changed: object) -> actions.Draft:
    """What a draft of the police and the helpers says, changed as told."""
    told: dict[str, object] = {
        "title": "Memorandum", "kind": "mou", "text": "We work together.", "starts": TODAY,
        "ends": TODAY + timedelta(days=90), "parties": [cast.agency["police"], cast.agency["social_service"]],
        "clauses": clauses or (NAME, AUDIT), **changed,
    }  # fmt: skip
    return actions.Draft(**told)  # type: ignore[arg-type]


def signer(cast: Cast, kind: str) -> Actor:
    """Somebody who signs for an agency."""
    return worker(cast.agency[kind], "privacy_officer")


def sign_all(found: Agreement) -> None:
    """Every party signs."""
    for party in found.parties.all():
        actions.sign_agreement(by=SETUP, agreement=found.id, agency=party.agency_id)


def state(found: Agreement) -> str:
    """Its state as stored."""
    return queries.agreement(found.id).state


def fields_open(cast: Cast, record: Subject) -> frozenset[str]:
    """What the helpers' case manager learns of an identity of the police."""
    answer = actions.ask(
        by=cast["case_manager"], category="identity", purpose="care_coordination", about=record
    )
    return answer.fields


class TestSignature:
    """Each party's signatory, once, under the digest of exactly what was read."""

    def test_the_line_holds_the_digest_of_the_exact_text(self, cast: Cast) -> None:
        found, officer = actions.draft(by=SETUP, said=said(cast)), signer(cast, "police")
        exact = queries.digest(queries.agreement(found.id))
        actions.sign_agreement(by=officer, agreement=found.id, agency=cast.agency["police"], read=exact)
        line = JournalLine.objects.get(kind="sharing.agreement_signed")
        assert line.data["digest"] == exact and line.actor == officer.id and len(exact) == 64
        assert state(found) == "draft"

    @pytest.mark.parametrize("role", ["patrol_officer", "case_manager", "prosecutor", "administrator"])
    def test_who_does_not_sign_for_an_agency_cannot(self, cast: Cast, role: str) -> None:
        found = actions.draft(by=SETUP, said=said(cast))
        member = worker(cast.agency["police"], role)
        with pytest.raises(NotFound):
            actions.sign_agreement(by=member, agreement=found.id, agency=cast.agency["police"])
        assert not JournalLine.objects.filter(kind="sharing.agreement_signed").exists()

    def test_a_signatory_signs_for_no_other_party_and_for_no_strange_agreement(self, cast: Cast) -> None:
        found = actions.draft(by=SETUP, said=said(cast))
        for kind, agency in (("police", "social_service"), ("school", "school"), ("school", "police")):
            with pytest.raises(NotFound):
                actions.sign_agreement(by=signer(cast, kind), agreement=found.id, agency=cast.agency[agency])

    def test_once_for_each_agency(self, cast: Cast) -> None:
        found, home = actions.draft(by=SETUP, said=said(cast)), cast.agency["police"]
        first, second = signer(cast, "police"), signer(cast, "police")
        for _ in range(2):
            actions.sign_agreement(by=first, agreement=found.id, agency=home)
        with pytest.raises(Conflict, match="Another signatory"):
            actions.sign_agreement(by=second, agreement=found.id, agency=home)
        assert JournalLine.objects.filter(kind="sharing.agreement_signed").count() == 1

    def test_what_was_changed_meanwhile_is_not_signed(self, cast: Cast) -> None:
        found, home = actions.draft(by=SETUP, said=said(cast)), cast.agency["police"]
        read = queries.digest(queries.agreement(found.id))
        actions.revise_agreement(by=SETUP, agreement=found.id, said=said(cast, text="Another text."))
        with pytest.raises(Conflict, match="changed since"):
            actions.sign_agreement(by=signer(cast, "police"), agreement=found.id, agency=home, read=read)

    def test_a_change_takes_every_signature_back_and_says_so(self, cast: Cast) -> None:
        found, home = actions.draft(by=SETUP, said=said(cast)), cast.agency["police"]
        officer = signer(cast, "police")
        actions.sign_agreement(by=officer, agreement=found.id, agency=home)
        actions.revise_agreement(by=officer, agreement=found.id, said=said(cast))
        assert queries.agreement(found.id).parties.get(agency=home).signed_at  # the same words void nothing
        actions.revise_agreement(by=officer, agreement=found.id, said=said(cast, AUDIT))
        party = queries.agreement(found.id).parties.get(agency=home)
        assert party.signed_at is None and party.voided_at and not party.digest
        assert JournalLine.objects.get(kind="sharing.signature_voided").data["party"] == str(home)
        actions.sign_agreement(by=officer, agreement=found.id, agency=home)
        assert queries.agreement(found.id).parties.get(agency=home).voided_at is None

    def test_what_all_have_signed_is_never_edited(self, cast: Cast) -> None:
        found = actions.draft(by=SETUP, said=said(cast))
        sign_all(found)
        with pytest.raises(Conflict, match="new version"):
            actions.revise_agreement(by=SETUP, agreement=found.id, said=said(cast, AUDIT))
        assert len(queries.terms(queries.agreement(found.id))) == 2

    def test_a_stranger_neither_revises_nor_versions_nor_ends(self, cast: Cast) -> None:
        found, stranger = actions.draft(by=SETUP, said=said(cast)), cast["prosecutor"]
        with pytest.raises(NotFound):
            actions.revise_agreement(by=stranger, agreement=found.id, said=said(cast, AUDIT))
        with pytest.raises(NotFound):
            actions.draft_version(by=stranger, agreement=found.id)
        with pytest.raises(NotFound):
            actions.end_agreement(by=worker(cast.agency["police"], "patrol_officer"), agreement=found.id)
        with pytest.raises(NotFound):
            actions.replay_agreement(by=stranger, agreement=found.id)
        assert state(found) == "draft"

    def test_it_is_public_while_no_party_objects(self, cast: Cast) -> None:
        found, homes = actions.draft(by=SETUP, said=said(cast)), ("police", "social_service")
        officer = signer(cast, "police")
        for kind, by, public in zip(homes, (officer, SETUP), (False, True), strict=True):
            actions.sign_agreement(by=by, agreement=found.id, agency=cast.agency[kind], public=public)
        assert not queries.agreements(public_only=True).exists()
        actions.publish_agreement(by=officer, agreement=found.id, agency=cast.agency["police"], public=True)
        assert queries.agreements(public_only=True).get().id == found.id
        with pytest.raises(NotFound):
            actions.publish_agreement(
                by=officer, agreement=found.id, agency=cast.agency["social_service"], public=False
            )


class TestTime:
    """It begins and ends with its days; a later version takes the place of the earlier."""

    def test_it_waits_for_its_day_and_ends_after_its_last(self, cast: Cast) -> None:
        _, record = someone(cast)
        found = actions.draft(by=SETUP, said=said(cast, starts=TODAY + timedelta(days=2)))
        sign_all(found)
        assert state(found) == "signed" and not fields_open(cast, record)
        for day, expected in ((0, "signed"), (2, "in_force"), (90, "in_force"), (91, "ended")):
            with clock.at(clock.now() + timedelta(days=day)):
                actions.settle_agreements(by=SETUP)
                assert state(found) == expected
                assert bool(fields_open(cast, record)) is (expected == "in_force")

    def test_a_version_supersedes_on_its_day_and_not_before(self, cast: Cast) -> None:
        _, record = someone(cast)
        first = actions.draft(by=SETUP, said=said(cast))
        sign_all(first)
        second = actions.draft_version(by=SETUP, agreement=first.id)
        assert actions.draft_version(by=SETUP, agreement=first.id).id == second.id
        assert (second.version, second.supersedes_id) == (2, first.id) and not queries.changes(second)
        wider = {**NAME, "fields": ["name", "dob"]}
        actions.revise_agreement(
            by=SETUP, agreement=second.id, said=said(cast, wider, starts=TODAY + timedelta(days=5))
        )
        sign_all(second)
        assert fields_open(cast, record) == {"name"} and state(first) == "in_force"
        with clock.at(clock.now() + timedelta(days=5)):
            assert fields_open(cast, record) == {"name", "dob"}  # also before the worker has come by
            actions.settle_agreements(by=SETUP)
            assert (state(first), state(second)) == ("ended", "in_force")
            assert fields_open(cast, record) == {"name", "dob"}
        changes = queries.changes(queries.agreement(second.id))
        assert [t.key for t in changes.removed] == ["audit"]
        assert changes.changed[0].gained("fields") == ["dob"] and not changes.changed[0].is_reworded

    def test_a_narrower_version_closes_at_once_what_it_leaves_out(self, cast: Cast) -> None:
        _, record = someone(cast)
        first = actions.draft(by=SETUP, said=said(cast))
        sign_all(first)
        second = actions.draft_version(by=SETUP, agreement=first.id)
        actions.revise_agreement(by=SETUP, agreement=second.id, said=said(cast, AUDIT))
        assert fields_open(cast, record)
        sign_all(second)
        assert not fields_open(cast, record) and state(first) == "ended"


class TestMeasures:
    """Who answers for what, by when; a reminder once."""

    def test_it_falls_due_is_told_once_and_is_recorded_once(self, cast: Cast) -> None:
        found, owner = actions.draft(by=SETUP, said=said(cast, review_on=TODAY)), signer(cast, "police")
        sign_all(found)
        wanted = actions.Target("Look-ups reviewed", "all", UUID(owner.id), TODAY + timedelta(days=3))
        made = actions.set_measure(by=owner, agreement=found.id, said=wanted)
        assert actions.remind_of_agreements(by=SETUP) == 1  # the review of today
        with clock.at(clock.now() + timedelta(days=3)):
            assert [actions.remind_of_agreements(by=SETUP) for _ in range(2)] == [1, 0]
        with pytest.raises(NotFound):
            actions.record_measure(by=cast["case_manager"], measure=made.id, value="all", note="Done.")
        with pytest.raises(Invalid):
            actions.record_measure(by=owner, measure=made.id, value="all", note=" ")
        actions.record_measure(by=owner, measure=made.id, value="97 %", note="Two were on leave.")
        with pytest.raises(Conflict):
            actions.record_measure(by=owner, measure=made.id, value="100 %", note="Better.")
        assert JournalLine.objects.filter(kind="sharing.measure_due").count() == 1

    def test_only_who_can_open_it_answers_for_it(self, cast: Cast) -> None:
        found = actions.draft(by=SETUP, said=said(cast))
        wanted = actions.Target("Look-ups", "all", cast.account("case_manager"), TODAY)
        with pytest.raises(Invalid, match="signs agreements"):
            actions.set_measure(by=SETUP, agreement=found.id, said=wanted)
        with pytest.raises(NotFound):
            actions.set_measure(by=cast["prosecutor"], agreement=found.id, said=wanted)


class TestTemplates:
    """What ships can be drafted, in two languages, and what the law would not honour is marked."""

    @pytest.mark.parametrize("code", sorted(queries.templates()))
    def test_every_clause_is_whole_and_said_twice(self, cast: Cast, code: str) -> None:
        template = queries.templates()[code]
        for one in template.clauses:
            english, spanish = one.said("en"), one.said("es-mx")
            assert english.text and spanish.text and english.text != spanish.text
            assert english.fields <= CATEGORIES.get(english.category, frozenset())
            assert bool(english.roles and english.purposes) is (english.kind == "grant")
        clauses = [{n: getattr(c.said("es"), n) for n in ("key", "kind", "text", "category", *SETS)}
                   for c in template.clauses]  # fmt: skip
        made = actions.draft(by=SETUP, said=said(cast, *clauses, kind=template.kind, language="es"))
        assert len(queries.terms(made)) == len(template.clauses) and template.titled("es")

    def test_all_five_are_there_with_their_law(self) -> None:
        assert {t.kind for t in queries.templates().values()} == set(Agreement.KINDS)
        cited = {
            code: " ".join(c.term.citation for c in t.clauses) for code, t in queries.templates().items()
        }
        assert "2.11" in cited["qsoa"] and "2.12(c)(4)" in cited["qsoa"] and "164.504(e)(2)" in cited["baa"]

    def test_every_grant_that_is_on_could_be_honoured_between_helpers(self) -> None:
        origins = {"social_service", "police"}
        clauses = [one for template in queries.templates().values() for one in template.clauses]
        never = {one.term.key for one in clauses if queries.honoured(one.term, origins).never}
        assert never == {"officer_diagnosis", "enrolment_to_records"}
        assert never.isdisjoint(one.term.key for one in clauses if one.is_on)

    def test_a_clause_that_the_law_would_not_honour_is_marked_with_its_rule(self, cast: Cast) -> None:
        enrolled = {
            "key": "enrolled", "text": "Police learn who is in treatment.", "category": "sud_record",
            "fields": ["programme_enrolment"], "roles": ["patrol_officer"], "purposes": ["emergency"],
        }  # fmt: skip
        parties = [cast.agency["police"], cast.agency["part2_program"]]
        made = actions.draft(by=SETUP, said=said(cast, enrolled, AUDIT, parties=parties))
        marked, duty = queries.checked_clauses(made)
        assert marked.never and all(queries.citation(r)[0] for p in marked.refused for r in p.rules)
        assert duty.how == "all" and not duty.refused


class TestReplay:
    """A month of questions under the version before and the draft: counts and fields, nobody's name."""

    @pytest.fixture(name="month")
    def a_month(self, cast: Cast) -> Subject:
        """Thirteen refused look-ups of one record of the police, and one of a record that never was."""
        _, record = someone(cast)
        gone = Subject("source_record", UUID(int=7))
        for about in (*[record] * 13, gone):
            actions.ask(
                by=cast["case_manager"], category="identity", purpose="care_coordination", about=about
            )
        return record

    def test_a_first_version_would_have_allowed_what_was_refused(self, cast: Cast, month: Subject) -> None:
        found = actions.draft(by=SETUP, said=said(cast))
        replay = actions.replay_agreement(by=SETUP, agreement=found.id)
        ((row, tally),) = replay.rows.items()
        assert row == (cast.agency["social_service"], "case_manager", "identity", "care_coordination")
        assert (tally.asked, tally.before, tally.after, tally.allowed) == (13, 0, 13, 13)
        assert (tally.gained, tally.lost) == ({"name"}, set())
        assert (replay.questions, replay.no_record, replay.no_account) == (1, 1, 0)
        assert str(month.id) not in repr(replay)
        line = JournalLine.objects.get(kind="sharing.agreement_replayed")
        assert line.data["questions"] == 1

    def test_a_new_version_is_set_against_the_one_it_supersedes(self, cast: Cast, month: Subject) -> None:
        first = actions.draft(by=SETUP, said=said(cast))
        sign_all(first)
        second = actions.draft_version(by=SETUP, agreement=first.id)
        other = {**NAME, "fields": ["dob"]}
        actions.revise_agreement(by=SETUP, agreement=second.id, said=said(cast, other))
        total = actions.replay_agreement(by=SETUP, agreement=second.id).total
        assert (total.before, total.after, total.altered) == (13, 13, 13)
        assert (total.gained, total.lost) == ({"dob"}, {"name"})
        actions.revise_agreement(by=SETUP, agreement=second.id, said=said(cast, AUDIT))
        total = actions.replay_agreement(by=SETUP, agreement=second.id).total
        assert (total.before, total.after, total.refused, total.allowed) == (13, 0, 13, 0)

    def test_another_agreement_keeps_open_what_this_one_leaves_out(self, cast: Cast, month: Subject) -> None:
        for _ in range(2):
            sign_all(actions.draft(by=SETUP, said=said(cast)))
        first = Agreement.objects.order_by("created_at")[0]
        second = actions.draft_version(by=SETUP, agreement=first.id)
        actions.revise_agreement(by=SETUP, agreement=second.id, said=said(cast, AUDIT))
        assert not actions.replay_agreement(by=SETUP, agreement=second.id).total.is_changed

    def test_questions_older_than_a_month_and_of_closed_accounts_do_not_count(
        self, cast: Cast, month: Subject
    ) -> None:
        found = actions.draft(by=SETUP, said=said(cast))
        JournalLine.objects.filter(kind="sharing.refused").update(actor=str(UUID(int=9)))
        replay = actions.replay_agreement(by=SETUP, agreement=found.id)
        assert (replay.questions, replay.no_account) == (0, 14) and not replay.rows
        with clock.at(clock.now() + timedelta(days=31)):
            assert actions.replay_agreement(by=SETUP, agreement=found.id).no_account == 0

    def test_what_nobody_signed_in_asked_is_no_closed_account(self, cast: Cast, month: Subject) -> None:
        """A public page and the product itself ask without an account; none of theirs was ever closed."""
        found = actions.draft(by=SETUP, said=said(cast))
        JournalLine.objects.filter(kind="sharing.refused").update(actor="public")
        replay = actions.replay_agreement(by=SETUP, agreement=found.id)
        assert (replay.no_account, replay.no_sign_in, replay.questions) == (0, 14, 0)

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(chosen=some.sets(some.sampled_from(sorted(CATEGORIES["identity"]))), roles=some.booleans())
    def test_the_same_version_on_both_sides_changes_nothing(
        self, cast: Cast, month: Subject, chosen: set[str], roles: bool
    ) -> None:
        clause = {**NAME, "fields": sorted(chosen), "roles": ["case_manager"] if roles else []}
        found = actions.draft(by=SETUP, said=said(cast, clause))
        total = actions.replay_agreement(by=SETUP, agreement=found.id, against=found.id).total
        assert total.asked == 13 and total.before == total.after and not total.is_changed
        assert total.allowed == total.refused == total.altered == 0

    def test_the_floor_is_the_policys(self) -> None:
        assert queries.floor() == 11


WORDS = some.frozensets(some.sampled_from(["a", "b", "c"]))
TERMS = some.builds(
    Term, some.sampled_from(["k1", "k2", "k3", "k4"]), some.sampled_from(["grant", "audit"]),
    some.sampled_from(["One.", "Two."]), some.just(""), some.sampled_from(["", "identity"]), WORDS, WORDS,
    WORDS, WORDS,
)  # fmt: skip
VERSIONS = some.lists(TERMS, max_size=4, unique_by=lambda t: t.key)


@given(VERSIONS, VERSIONS)
def test_a_difference_applied_makes_the_new_version(old: list[Term], new: list[Term]) -> None:
    changes = diff(old, new)
    assert dict(applied(old, changes)) == {t.key: t for t in new}
    assert bool(changes) is (set(old) != set(new))
    for change in changes.changed:
        assert change.is_reworded or any(change.gained(n) or change.lost(n) for n in SETS)


@given(VERSIONS)
def test_equal_versions_do_not_differ(version: Iterable[Term]) -> None:
    assert not diff(version, version)
