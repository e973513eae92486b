"""The life of a consent, an agreement, a tie, a review: begun with every element, ended and told once."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions, queries
from commonweal.sharing.actions.consents import IN_WRITING
from commonweal.sharing.models import Agreement, Clause, Consent, Party, Tie
from factories.cast import SETUP, Cast, gather, someone

pytestmark = pytest.mark.django_db
TODAY = clock.today()
CLAUSE: dict[str, object] = {
    "text": "Case managers learn the name.", "category": "identity", "fields": ["name"],
    "roles": ["case_manager"], "purposes": ["care_coordination"],
}  # fmt: skip


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies without any agreement."""
    return gather(partners=False)


def told(kind: str) -> int:
    """How many lines of a kind the journal has."""
    return JournalLine.objects.filter(kind=kind).count()


class TestConsent:
    """42 CFR 2.31: every element, an end, and withdrawal in one tap."""

    @pytest.fixture(name="give")
    def a_giver(self, cast: Cast) -> Callable[..., Consent]:
        """Record a consent, changed as told."""
        person, _ = someone(cast)

        def give(**changed: object) -> Consent:
            given: dict[str, object] = {
                "person": person, "form": "roi", "recipients": [cast.agency["social_service"]],
                "categories": ["case_plan"], "purposes": ["care_coordination"], "signer": "Rosa Delgado",
                "signature": "M0 0L9 9", **changed,
            }  # fmt: skip
            return actions.record_consent(by=SETUP, **given)  # type: ignore[arg-type]

        return give

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"form": "napkin"}, "form"),
            ({"categories": ["gossip"]}, "categories"),
            ({"categories": []}, "categories"),
            ({"purposes": []}, "purposes"),
            ({"recipients": []}, "recipients"),
            ({"signer": "  "}, "signer"),
            ({"signature": ""}, "signature"),
            ({"method": "typed", "signature": ""}, "signature"),
            ({"method": "typed", "signature": "Somebody Else"}, "signature"),
            ({"method": "telepathy"}, "method"),
            ({"form": "roi", "method": "verbal"}, "witness"),
            *(({"form": form, "method": "verbal", "witness": "Ana"}, "method") for form in IN_WRITING),
            ({"expires_at": clock.now() - timedelta(days=1)}, "expires_at"),
        ],
    )
    def test_an_element_that_lacks_is_named(
        self, give: Callable[..., Consent], changed: dict[str, object], field: str
    ) -> None:
        with pytest.raises(Invalid) as said:
            give(**changed)
        assert said.value.field == field and said.value.remedy
        assert not Consent.objects.exists() and not told("sharing.consent_given")

    def test_of_nobody_there_is_none(self, give: Callable[..., Consent]) -> None:
        with pytest.raises(NotFound):
            give(person=uuid4())

    @pytest.mark.parametrize(
        "method", [{"form": "roi", "method": "verbal", "witness": "Ana"}, {"method": "paper"}]
    )
    def test_spoken_before_a_witness_or_on_paper_needs_no_drawing(
        self, give: Callable[..., Consent], method: dict[str, str]
    ) -> None:
        found = give(signature="", **method)
        assert found.told_right_to_revoke and found.expires_at
        assert abs(found.expires_at - clock.now() - timedelta(days=365)) < timedelta(minutes=5)

    @pytest.mark.parametrize("form", IN_WRITING)
    def test_the_own_name_typed_is_a_signature_wherever_one_is_asked_for(
        self, give: Callable[..., Consent], form: str
    ) -> None:
        """15 USC 7001(a): not denied effect because it is electronic; no hand that draws is asked for."""
        found = give(form=form, method="typed", signer="Rosa Delgado", signature=" rosa delgado ")
        assert (found.method, found.signature) == ("typed", " rosa delgado ")

    def test_withdrawn_at_once_and_once(self, give: Callable[..., Consent], cast: Cast) -> None:
        found = give()
        assert list(queries.consents_in_force(found.person_id)) == [found]
        with pytest.raises(NotFound):
            actions.revoke_consent(by=cast["case_manager"], consent=found.id)
        about = Subject("person", found.person_id)
        actions.tie(by=SETUP, relation="care", subject=about, account=cast.account("case_manager"))
        first = actions.revoke_consent(by=cast["case_manager"], consent=found.id)
        assert not queries.consents_in_force(found.person_id).exists()
        second = actions.revoke_consent(by=SETUP, consent=found.id)
        assert (second.revoked_at, second.revoked_by) == (first.revoked_at, cast["case_manager"].id)
        assert told("sharing.consent_revoked") == 1
        with pytest.raises(NotFound):
            actions.revoke_consent(by=SETUP, consent=uuid4())

    def test_it_ends_on_its_day(self, give: Callable[..., Consent]) -> None:
        found = give(expires_at=clock.now() + timedelta(days=3))
        with clock.at(clock.now() + timedelta(days=4)):
            assert not queries.consents_in_force(found.person_id).exists()

    @pytest.mark.parametrize("wrong", [{"revoked_by": "x"}, {"revoked_at": clock.now()}])
    def test_the_database_knows_no_withdrawal_by_nobody(
        self, give: Callable[..., Consent], wrong: dict[str, object]
    ) -> None:
        found = give()
        with pytest.raises(IntegrityError), transaction.atomic():
            Consent.objects.filter(id=found.id).update(**wrong)


def draft(cast: Cast, **changed: object) -> Agreement:
    """A memorandum of the police and the helpers, changed as told."""
    given: dict[str, object] = {
        "title": "Memorandum", "kind": "mou", "text": "We work together.", "starts": TODAY,
        "ends": TODAY + timedelta(days=90), "clauses": (CLAUSE,),
        "parties": [cast.agency["police"], cast.agency["social_service"]], **changed,
    }  # fmt: skip
    return actions.draft_agreement(by=SETUP, **given)  # type: ignore[arg-type]


def opens(cast: Cast, record: Subject) -> bool:
    """Whether the helpers' case manager learns the name by the clause."""
    found = actions.ask(
        by=cast["case_manager"], category="identity", purpose="care_coordination", about=record
    )
    return isinstance(found, actions.Permit) and found.fields == {"name"}


class TestAgreement:
    """Drafted, signed by every party, in force for its term, ended by those whom it binds."""

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"kind": "handshake"}, "kind"),
            ({"ends": TODAY}, "ends"),
            ({"parties": []}, "parties"),
            ({"clauses": ({**CLAUSE, "category": "gossip"},)}, "clause.category"),
            ({"clauses": ({**CLAUSE, "fields": ["shoe_size"]},)}, "clause.fields"),
        ],
    )
    def test_what_cannot_be_agreed_is_named(self, cast: Cast, changed: dict[str, object], field: str) -> None:
        with pytest.raises(Invalid) as said:
            draft(cast, **changed)
        assert said.value.field == field and said.value.remedy
        assert not Agreement.objects.exists() and not Clause.objects.exists()

    def test_one_agency_twice_is_no_two_parties(self, cast: Cast) -> None:
        with pytest.raises(Invalid, match="two agencies"):
            draft(cast, parties=[cast.agency["police"]] * 2)

    def test_it_opens_with_the_last_signature_and_closes_with_its_end(self, cast: Cast) -> None:
        _, record = someone(cast)
        found, homes = draft(cast), [cast.agency["police"], cast.agency["social_service"]]
        for home, is_open in zip(homes, (False, True), strict=True):
            assert not opens(cast, record)
            actions.sign_agreement(by=SETUP, agreement=found.id, agency=home)
            assert opens(cast, record) is is_open
        actions.end_agreement(by=SETUP, agreement=found.id)
        assert not opens(cast, record)
        with pytest.raises(Conflict, match="ended"):
            actions.sign_agreement(by=SETUP, agreement=found.id, agency=homes[0])

    def test_it_opens_nothing_before_nor_after_its_term(self, cast: Cast) -> None:
        _, record = someone(cast)
        found = draft(cast, starts=TODAY + timedelta(days=2), ends=TODAY + timedelta(days=9))
        for party in found.parties.all():
            actions.sign_agreement(by=SETUP, agreement=found.id, agency=party.agency_id)
        for day, is_open in ((0, False), (5, True), (12, False)):
            with clock.at(clock.now() + timedelta(days=day)):
                assert opens(cast, record) is is_open

    def test_a_second_signature_and_a_second_end_change_nothing(self, cast: Cast) -> None:
        found, home = draft(cast), cast.agency["police"]
        for _ in range(2):
            actions.sign_agreement(by=SETUP, agreement=found.id, agency=home)
        assert told("sharing.agreement_changed") == 2 and Party.objects.get(agency=home).signed_by == SETUP.id
        for _ in range(2):
            actions.end_agreement(by=SETUP, agreement=found.id)
        assert told("sharing.agreement_changed") == 3

    def test_who_is_no_party_neither_signs_nor_ends(self, cast: Cast) -> None:
        found = draft(cast)
        with pytest.raises(NotFound):
            actions.sign_agreement(by=SETUP, agreement=found.id, agency=cast.agency["school"])
        for role in ("clinician", "prosecutor", "shelter_worker"):
            with pytest.raises(NotFound):
                actions.end_agreement(by=cast[role], agreement=found.id)
        assert queries.agreement(found.id).state == "draft"
        assert actions.end_agreement(by=cast["privacy_officer"], agreement=found.id).state == "ended"

    def test_the_database_keeps_parties_once_and_signed_by_somebody(self, cast: Cast) -> None:
        party = draft(cast).parties.all()[0]
        with pytest.raises(IntegrityError), transaction.atomic():
            Party.objects.create(agreement_id=party.agreement_id, agency_id=party.agency_id)
        with pytest.raises(IntegrityError), transaction.atomic():
            Party.objects.filter(id=party.id).update(signed_at=clock.now())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=some.lists(some.tuples(some.booleans(), some.booleans()), max_size=8))
def test_a_tie_stands_exactly_between_tying_and_untying(cast: Cast, acts: list[tuple[bool, bool]]) -> None:
    """Two workers, one subject, any order: never two open ties of one, never one that the other ends."""
    subject, workers = Subject("person", uuid4()), [uuid4(), uuid4()]
    with transaction.atomic():
        standing: set[UUID] = set()
        for is_tied, first in acts:
            account = workers[first]
            if is_tied:
                actions.tie(by=SETUP, relation="care", subject=subject, account=account)
                standing.add(account)
            else:
                ended = actions.untie(by=SETUP, relation="care", subject=subject, account=account)
                assert ended == (account in standing)
                standing.discard(account)
            open_ = Tie.objects.filter(subject=subject.id, until__isnull=True)
            assert sorted(open_.values_list("account", flat=True)) == sorted(standing)
        transaction.set_rollback(True)


def test_a_relation_nobody_knows_is_named(cast: Cast) -> None:
    with pytest.raises(Invalid) as said:
        actions.tie(by=SETUP, relation="gossip", subject=Subject("person", uuid4()))
    assert said.value.field == "relation" and "care" in said.value.remedy


class TestReview:
    """A look-up for which the glass was broken waits for an outcome and a sentence."""

    @pytest.fixture(name="waiting")
    def a_review(self, cast: Cast) -> UUID:
        """An officer's emergency, still to be looked at."""
        from commonweal.sharing.models import Review

        return Review.objects.create(
            why="break_glass", kind="case", subject=uuid4(), account=cast["clinician"].id,
            category="case_plan", purpose="treatment",
        ).id  # fmt: skip

    @pytest.mark.parametrize(
        ("outcome", "note", "field"), [("fine", "x", "outcome"), ("proper", " ", "note")]
    )
    def test_without_outcome_or_sentence_it_stays_open(
        self, cast: Cast, waiting: UUID, outcome: str, note: str, field: str
    ) -> None:
        with pytest.raises(Invalid) as said:
            actions.close_review(by=cast["privacy_officer"], review=waiting, outcome=outcome, note=note)
        assert said.value.field == field and [r.id for r in queries.reviews()] == [waiting]

    def test_closed_once(self, cast: Cast, waiting: UUID) -> None:
        by: Actor = cast["privacy_officer"]
        actions.close_review(by=by, review=waiting, outcome="proper", note=" She was there. ")
        assert not queries.reviews().exists() and queries.review(waiting).note == "She was there."
        with pytest.raises(Conflict, match="already"):
            actions.close_review(by=by, review=waiting, outcome="improper", note="x")
        assert queries.review(waiting).outcome == "proper" and told("sharing.review_closed") == 1
        with pytest.raises(NotFound):
            actions.close_review(by=by, review=uuid4(), outcome="proper", note="x")


@pytest.mark.parametrize("act", ["consent", "revoke", "draft", "sign", "end"])
def test_no_act_without_its_line(cast: Cast, act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal fails: nothing was agreed, withdrawn, signed or ended."""
    from factories.cast import consented

    person, _ = someone(cast)
    agreement, consent = draft(cast), consented(cast, person, "roi", ["health"], ["case_plan"])

    def rows() -> list[object]:
        return [
            list(Consent.objects.values_list("id", "revoked_at")),
            list(Agreement.objects.values_list("id", "state")),
            list(Party.objects.order_by("id").values_list("id", "signed_at")),
        ]

    def breaks(**_: object) -> None:
        raise RuntimeError("no journal")

    acts: dict[str, Callable[[], object]] = {
        "consent": lambda: consented(cast, person, "roi", ["ems"], ["case_plan"]),
        "revoke": lambda: actions.revoke_consent(by=SETUP, consent=consent),
        "draft": lambda: draft(cast, title="Another"),
        "sign": lambda: actions.sign_agreement(
            by=SETUP, agreement=agreement.id, agency=cast.agency["police"]
        ),
        "end": lambda: actions.end_agreement(by=SETUP, agreement=agreement.id),
    }
    before = rows()
    monkeypatch.setattr("commonweal.kernel.journal.write", breaks)
    with pytest.raises(RuntimeError):
        acts[act]()
    assert rows() == before
