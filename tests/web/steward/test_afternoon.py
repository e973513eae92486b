"""A privacy officer's afternoon: an emergency judged and told to the person; the schedule; counsel."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as accounts
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.sharing import actions as sharing
from commonweal.sharing.models import Agreement, Holding, Opening
from commonweal.web.looked import found
from factories.cast import SETUP, Cast, agree, gather, someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    return gather()


class TestAnEmergencyJudged:
    @pytest.fixture(name="person")
    def somebody(self, cast: Cast) -> UUID:
        return someone(cast, "police")[0]

    @pytest.fixture(name="opening")
    def broken(self, cast: Cast, person: UUID) -> Opening:
        about, by = Subject("assessment", uuid4()), cast["call_taker"]
        sharing.hold(by=SETUP, subject=about, agency=cast.agency["social_service"], person=person)
        sharing.tie(by=SETUP, relation="incident", subject=Subject("person", person), account=UUID(by.id))
        plea = sharing.Plea("self_harm", "the_person", "The caller says she took pills")
        made = sharing.break_glass(by=by, person=person, plea=plea, about={"mh_assessment": [about]})
        said = sharing.Circumstances(
            imminent_threat=True, break_glass="The caller says she took pills", opening=made.id
        )
        sharing.ask(by=by, category="mh_assessment", purpose="emergency", about=about, circumstances=said)
        return made

    def told(self, person: UUID, language: str = "en") -> str:
        name = f"p{uuid4().hex[:6]}"
        account = agencies.open_account(
            by=SETUP, username=name, display_name="R", role="person", person=person
        )
        client = visit(accounts.actor(account.id))
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        answer = client.get(reverse("mine:looked"))
        return answer.content.decode()

    @pytest.mark.parametrize(
        ("outcome", "words"),
        [
            ("proper", "it was justified"),
            ("disciplinary", "it was not justified, and it was followed up"),
            ("breach_assessment", "you will be told"),
            ("training", "trained again"),
        ],
    )
    def test_the_person_reads_what_was_found(
        self, cast: Cast, person: UUID, opening: Opening, outcome: str, words: str
    ) -> None:
        assert "is checking whether that was right" in self.told(person)
        page = reverse("steward:review", args=[opening.review_id])
        visit(cast["privacy_officer"]).post(page, {"outcome": outcome, "note": "Heard the recording"})
        told = self.told(person)
        assert words in told and "Heard the recording" not in told and "is checking" not in told
        assert "Se abrió" in self.told(person, "es")

    def test_an_outcome_of_a_later_version_is_said_as_open(self) -> None:
        assert found("something_new") == found("")


class TestTheSchedule:
    def aged(self, cast: Cast, count: int, years: float) -> None:
        for _ in range(count):
            subject = Subject("call", uuid4())
            sharing.hold(by=SETUP, subject=subject, agency=cast.agency["ecc"])
            when = clock.now() - timedelta(days=365.25 * years)
            Holding.objects.filter(subject=subject.id).update(created_at=when)

    def test_it_says_what_would_go_next_and_what_stops_it(self, cast: Cast) -> None:
        self.aged(cast, 12, 7.1)
        self.aged(cast, 3, 6.9)
        officer = cast["privacy_officer"]
        sharing.set_legal_hold(
            by=officer, name="Doe v. Harlow", reason="Filed", scope="span",
            first=clock.today() - timedelta(days=30), last=clock.today(),
        )  # fmt: skip
        page = visit(officer).get(reverse("steward:retention")).content.decode()
        assert "No schedule is in force" in page and ">12<" in page and "fewer than 11" in page
        assert ">3<" not in page and "Doe v. Harlow" in page
        assert Holding.objects.filter(is_expunged=True).count() == 0, "reading expunges nothing"

    def test_it_is_for_the_privacy_officer(self, cast: Cast) -> None:
        for role in ("case_manager", "counsel", "administrator"):
            assert visit(cast[role]).get(reverse("steward:retention")).status_code == 403, role


class TestCounsel:
    def test_reads_every_agreement_and_changes_none(self, cast: Cast) -> None:
        document, client = Agreement.objects.get().id, visit(cast["counsel"])
        page = reverse("steward:agreement", args=[document])
        assert "Harlow memorandum" in client.get(reverse("steward:agreements")).content.decode()
        told = client.get(page).content.decode()
        assert (
            "We work together." in told and "End this agreement" not in told and "Add a measure" not in told
        )
        assert client.get(reverse("steward:printed", args=[document])).status_code == 200
        for act in ("end", "version", "sign", "measure"):
            assert client.post(page, {"act": act}).status_code == 404, act
        assert Agreement.objects.get().state == "in_force"
        assert client.get(reverse("steward:edit", args=[document])).status_code in (403, 404)

    def test_strangers_still_read_none(self, cast: Cast) -> None:
        document = agree(cast, [cast.agency["police"], cast.agency["health"]])
        page = reverse("steward:agreement", args=[document])
        assert visit(cast["case_manager"]).get(page).status_code == 403
