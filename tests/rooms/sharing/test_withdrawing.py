"""A consent is taken back for the person: by whom, how it was said, what it ends, and what stays unsaid."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal import flow
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.messages import queries as messages
from commonweal.referrals import actions as referrals
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries
from commonweal.sharing.models import Consent
from factories.cases import Support, support
from factories.cast import SETUP, Cast, consented, gather, someone, worker
from factories.referrals import Loop, loop
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    return gather()


@pytest.fixture(name="at")
def a_case(cast: Cast) -> Support:
    return support(cast)


def stands(consent: UUID) -> bool:
    return Consent.objects.get(id=consent).revoked_at is None


def stranger(cast: Cast) -> Actor:
    return worker(cast.agency["health"], "clinician")


class TestWho:
    def test_nobody_who_is_not_with_the_person(self, cast: Cast) -> None:
        person, _ = someone(cast)
        consent = consented(cast, person, "roi", ["social_service"], ["case_plan"])
        for role in ("patrol_officer", "supervisor", "administrator", "counsel", "records_steward"):
            with pytest.raises(NotFound):
                sharing.revoke_consent(by=cast[role], consent=consent)
            with pytest.raises(NotFound):
                sharing.revoke_every_consent(by=cast[role], person=person)
        assert stands(consent)
        assert not JournalLine.objects.filter(kind="sharing.consent_revoked").exists()

    def test_a_worker_of_care_the_recorder_and_the_officer(self, cast: Cast) -> None:
        person, _ = someone(cast)
        about = Subject("person", person)
        sharing.tie(by=SETUP, relation="care", subject=about, account=cast.account("case_manager"))
        for role in ("case_manager", "privacy_officer"):
            consent = consented(cast, person, "roi", ["social_service"], ["case_plan"])
            row = sharing.revoke_consent(by=cast[role], consent=consent, said="written")
            assert (row.revoked_by, row.revoked_how) == (cast[role].id, "written")
        mine = consented(cast, person, "roi", ["social_service"], ["case_plan"])
        Consent.objects.filter(id=mine).update(recorded_by=cast["medic"].id)
        sharing.revoke_consent(by=cast["medic"], consent=mine)
        assert not stands(mine)

    @pytest.mark.parametrize(("hours", "may"), [(1, True), (71, True), (73, False)])
    def test_a_crew_for_three_days_after_the_call(self, cast: Cast, hours: int, may: bool) -> None:
        person, _ = someone(cast)
        call, officer = Subject("call", uuid4()), cast["patrol_officer"]
        sharing.hold(by=SETUP, subject=call, agency=cast.agency["ecc"], person=person, call=call.id)
        sharing.tie(by=SETUP, relation="incident", subject=call, account=UUID(officer.id))
        sharing.untie(by=SETUP, relation="incident", subject=call, until=clock.now() - timedelta(hours=hours))
        assert queries.is_with(officer, person) is may

    def test_care_that_ended_ends_the_right_at_once(self, cast: Cast) -> None:
        person, _ = someone(cast)
        about, manager = Subject("person", person), cast["case_manager"]
        sharing.tie(by=SETUP, relation="care", subject=about, account=UUID(manager.id))
        assert queries.is_with(manager, person)
        sharing.untie(by=SETUP, relation="care", subject=about, account=UUID(manager.id))
        assert not queries.is_with(manager, person)

    def test_how_it_was_said_is_one_of_two(self, cast: Cast) -> None:
        person, _ = someone(cast)
        consent = consented(cast, person, "roi", ["social_service"], ["case_plan"])
        with pytest.raises(Invalid, match="said"):
            sharing.revoke_consent(by=cast["privacy_officer"], consent=consent, said="guessed")
        assert stands(consent)


class TestWhatStaysUnsaid:
    def test_treatment_is_not_listed_and_everything_takes_it_back_all_the_same(self, at: Support) -> None:
        plain = consented(at.cast, at.person, "roi", ["health"], ["case_plan"])
        silent = consented(at.cast, at.person, "part2", ["health"], ["sud_record"])
        shown = [row.id for row in queries.consents_shown_to(at.manager, at.person)]
        assert shown == [plain], "no worker learns of treatment by a list of consents (42 CFR 2.13(c))"
        page = reverse("casework:consents", args=[at.case])
        client = visit(at.manager)
        text = client.get(page).content.decode()
        assert str(plain) in text and str(silent) not in text
        assert client.post(page, {"consent": str(silent), "said": "spoken"}).status_code == 404
        assert stands(silent)
        client.post(page, {"consent": "all", "said": "spoken"})
        assert not stands(silent) and not stands(plain)

    def test_the_answer_is_the_same_whether_there_was_any(self, at: Support) -> None:
        page, client = reverse("casework:consents", args=[at.case]), visit(at.manager)

        def said() -> str:
            text = client.post(page, {"consent": "all", "said": "spoken"}, follow=True).content.decode()
            return text.split("<main")[1].split("csrfmiddlewaretoken")[0]

        none = said()
        consented(at.cast, at.person, "part2", ["health"], ["sud_record"])
        assert said() == none

    def test_the_agencies_it_names_and_whoever_recorded_it_know(self, cast: Cast) -> None:
        person, _ = someone(cast)
        consented(cast, person, "part2", ["social_service"], ["sud_record"])
        assert queries.consents_shown_to(cast["case_manager"], person)
        assert not queries.consents_shown_to(cast["patrol_officer"], person)
        assert not queries.consents_shown_to(cast["privacy_officer"], person)
        Consent.objects.update(recorded_by=cast["patrol_officer"].id)
        assert queries.consents_shown_to(cast["patrol_officer"], person)


class TestPages:
    @pytest.fixture(name="ways")
    def the_ways(self, at: Support) -> dict[str, tuple[Actor, str]]:
        officer = at.cast["privacy_officer"]
        return {
            "case": (at.manager, reverse("casework:consents", args=[at.case])),
            "trust": (officer, reverse("steward:consents_of", args=[at.person])),
        }

    @pytest.mark.parametrize("way", ["case", "trust"])
    def test_taken_back_on_the_page(self, at: Support, ways: dict[str, tuple[Actor, str]], way: str) -> None:
        actor, page = ways[way]
        consent = consented(at.cast, at.person, "roi", ["health"], ["case_plan"])
        client: Client = visit(actor)
        assert str(consent) in client.get(page).content.decode()
        answer = client.post(page, {"consent": str(consent), "said": "written"}, follow=True)
        assert "Taken back" in answer.content.decode() and str(consent) not in answer.content.decode()
        assert Consent.objects.get(id=consent).revoked_how == "written"

    def test_strangers_find_no_page(self, at: Support, ways: dict[str, tuple[Actor, str]]) -> None:
        consent = consented(at.cast, at.person, "roi", ["health"], ["case_plan"])
        sent = {"consent": str(consent), "said": "spoken"}
        refusals: dict[str, Callable[[], int]] = {
            "case": lambda: visit(stranger(at.cast)).post(ways["case"][1], sent).status_code,
            "trust": lambda: visit(at.manager).post(ways["trust"][1], sent).status_code,
        }
        assert {name: refused() in (403, 404) for name, refused in refusals.items()} == dict.fromkeys(
            refusals, True
        )
        assert stands(consent)
        other, _ = someone(at.cast, given="Ana")
        page = reverse("steward:consents_of", args=[other])
        assert visit(at.cast["privacy_officer"]).post(page, sent).status_code == 404 and stands(consent)

    def test_the_officer_finds_a_person_by_number(self, at: Support) -> None:
        client, page = visit(at.cast["privacy_officer"]), reverse("steward:consents")
        assert client.get(page, {"person": str(at.person)}).url == reverse(
            "steward:consents_of", args=[at.person]
        )
        assert client.get(page, {"person": "26-000000"}).status_code == 400


def test_another_desk_loses_it_at_its_next_request(cast: Cast) -> None:
    person, _ = someone(cast, "health")
    assessment, manager = Subject("assessment", uuid4()), cast["case_manager"]
    sharing.hold(by=SETUP, subject=assessment, agency=cast.agency["health"], person=person)
    sharing.tie(by=SETUP, relation="care", subject=Subject("person", person), account=UUID(manager.id))
    question = {"category": "mh_assessment", "purpose": "care_coordination", "about": assessment}
    consented(cast, person, "roi", ["social_service"], ["mh_assessment"])
    assert isinstance(sharing.ask(by=manager, **question), sharing.Permit)
    sharing.revoke_every_consent(by=cast["privacy_officer"], person=person)
    assert isinstance(sharing.ask(by=manager, **question), sharing.Refusal)
    assert queries.register(person).count() == 1, "what was shared stays in the register"
    assert queries.withdrawn_from(cast.agency["social_service"], person, clock.now() - timedelta(hours=1))
    assert queries.withdrawn_from(cast.agency["police"], person, clock.now() - timedelta(hours=1)) is None


def bells(actor: Actor) -> list[str]:
    return [line.kind for line in messages.unread(actor)]


class TestReferralsUnderWay:
    @pytest.fixture(name="at")
    def a_loop(self) -> Loop:
        return loop()

    def taken_back(self, at: Loop, recipients: list[str]) -> UUID:
        consent = consented(at.cast, at.person, "roi", recipients, ["referral_status"])
        sharing.revoke_consent(by=at.cast["privacy_officer"], consent=consent)
        flow.tell_who_held_it(flow.shared.ConsentRevoked(person=at.person, consent=consent))
        return consent

    def test_both_sides_hear_where_it_named_them_and_the_card_says_so(self, at: Loop) -> None:
        referral = at.refer()
        referrals.send(by=at.sender, referral=referral)
        card, client = reverse("provider:card", args=[referral]), visit(at.night)
        assert "was taken back on" not in client.get(card).content.decode()
        self.taken_back(at, ["hmis_shelter", "social_service"])
        assert bells(at.night) == ["consent_withdrawn"] and bells(at.sender) == ["consent_withdrawn"]
        assert "was taken back on" in client.get(card).content.decode()

    def test_nobody_hears_of_a_consent_that_did_not_name_them(self, at: Loop) -> None:
        referral = at.refer()
        referrals.send(by=at.sender, referral=referral)
        self.taken_back(at, ["health"])
        assert bells(at.night) == bells(at.sender) == []
        card = visit(at.night).get(reverse("provider:card", args=[referral])).content.decode()
        assert "was taken back on" not in card

    def test_nor_for_a_referral_that_is_not_sent_or_is_over(self, at: Loop) -> None:
        at.refer(send_now=False)
        self.taken_back(at, ["hmis_shelter", "social_service"])
        assert bells(at.night) == bells(at.sender) == []
