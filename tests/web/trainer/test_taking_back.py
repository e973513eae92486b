"""On the pages: a seat given up, a session cancelled, a certificate withdrawn; and who may not."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils.translation import override

from commonweal.kernel import clock
from commonweal.training import actions, queries
from commonweal.training.models import Certificate, Course, Session
from factories.caller import Program
from factories.calls import demand
from factories.cast import SETUP, Cast, gather
from factories.visitor import visit

pytestmark = pytest.mark.django_db
REASON = "The practical part was taken by a colleague."
OTHERS = ("crisis_worker", "supervisor", "administrator", "analyst", "privacy_officer")


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies of every kind."""
    return gather(partners=False)


@pytest.fixture(name="session")
def a_session(cast: Cast) -> Session:
    """Crisis work, in two days, that crisis workers need."""
    demand("crisis_worker", "crisis_40h")
    course: Course = actions.keep_course(
        by=SETUP, code="crisis40", title_en="Crisis work", title_es="Trabajo en crisis",
        certificate="crisis_40h",
    )  # fmt: skip
    starts = clock.now() + timedelta(days=2)
    return actions.plan_session(by=SETUP, course=course.id, starts=starts, place="Hall 2")


@pytest.fixture(name="certificate")
def a_certificate(cast: Cast, session: Session) -> Certificate:
    """One that the crisis worker holds."""
    return actions.award(
        by=SETUP, account=cast.account("crisis_worker"), kind="crisis_40h", valid_from=clock.today()
    )


class TestOwnSeat:
    """The worker's page: take a seat, give it up, see that it was cancelled."""

    def test_a_seat_is_taken_given_up_and_offered_again(self, cast: Cast, session: Session) -> None:
        client, page = visit(cast["crisis_worker"]), reverse("trainer:index")
        client.post(reverse("trainer:enrol", args=[session.id]))
        assert "Give up your seat" in client.get(page).content.decode()
        said = client.post(reverse("trainer:give_up", args=[session.id]), follow=True).content.decode()
        assert "Your seat is free for somebody else." in said
        assert "Take a seat" in said and "you have a seat" not in said

    def test_it_is_no_link_and_needs_a_known_session(self, cast: Cast, session: Session) -> None:
        client = visit(cast["crisis_worker"])
        assert client.get(reverse("trainer:give_up", args=[session.id])).status_code == 405
        assert client.post(reverse("trainer:give_up", args=[uuid4()])).status_code == 404

    def test_once_it_has_begun_the_page_offers_it_no_more(self, cast: Cast, session: Session) -> None:
        client = visit(cast["crisis_worker"])
        client.post(reverse("trainer:enrol", args=[session.id]))
        with clock.at(session.starts + timedelta(minutes=1)):
            late = visit(cast["crisis_worker"])
            assert "Give up your seat" not in late.get(reverse("trainer:index")).content.decode()
            forged = late.post(reverse("trainer:give_up", args=[session.id]))
        assert forged.status_code == 409 and "has begun" in forged.content.decode()
        assert queries.seated(session.id) == [cast.account("crisis_worker")]

    def test_a_cancelled_session_is_said_to_those_who_had_a_seat(self, cast: Cast, session: Session) -> None:
        client, page = visit(cast["crisis_worker"]), reverse("trainer:index")
        client.post(reverse("trainer:enrol", args=[session.id]))
        actions.cancel_session(by=SETUP, session=session.id)
        assert ">cancelled<" in client.get(page).content.decode()
        assert ">cancelled<" not in visit(cast["medic"]).get(page).content.decode()

    def test_nobody_gives_up_the_seat_of_another(self, cast: Cast, session: Session) -> None:
        """The page knows only one's own seat."""
        visit(cast["crisis_worker"]).post(reverse("trainer:enrol", args=[session.id]))
        visit(cast["medic"]).post(reverse("trainer:give_up", args=[session.id]))
        assert queries.seated(session.id) == [cast.account("crisis_worker")]

    def test_a_stranger_signs_in_first(self, client, session: Session) -> None:
        answer = client.post(reverse("trainer:give_up", args=[session.id]))
        assert answer.status_code == 302 and "/account/" in answer["Location"]


class TestTheCoordinator:
    """Takes somebody off the list, cancels a session, withdraws a certificate saying why."""

    def test_somebody_is_taken_off_the_list(self, cast: Cast, session: Session) -> None:
        worker, page = cast.account("crisis_worker"), reverse("trainer:session", args=[session.id])
        actions.enrol(by=SETUP, session=session.id, account=worker)
        lead = visit(cast["training_coordinator"])
        assert "Take off the list" in lead.get(page).content.decode()
        said = lead.post(page, {"act": "held", "off": str(worker)}, follow=True).content.decode()
        assert "Taken off the list:" in said and queries.seated(session.id) == []
        assert not queries.certificates(worker).exists(), "the list's own button did not act besides"

    @pytest.mark.parametrize(
        ("off", "status"), [("nobody", 400), ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", 302)]
    )
    def test_a_forged_name_takes_nobody_off(
        self, cast: Cast, session: Session, off: str, status: int
    ) -> None:
        worker = cast.account("crisis_worker")
        actions.enrol(by=SETUP, session=session.id, account=worker)
        page = reverse("trainer:session", args=[session.id])
        assert visit(cast["training_coordinator"]).post(page, {"off": off}).status_code == status
        assert queries.seated(session.id) == [worker]

    def test_a_session_is_cancelled_and_stands_so_in_the_lists(self, cast: Cast, session: Session) -> None:
        actions.enrol(by=SETUP, session=session.id, account=cast.account("crisis_worker"))
        lead, page = visit(cast["training_coordinator"]), reverse("trainer:session", args=[session.id])
        text = lead.get(page).content.decode()
        assert "Cancel it for good" in text and "1 person with a seat is told" in text
        said = lead.post(page, {"act": "cancel"}, follow=True).content.decode()
        assert "The session is cancelled." in said and "None planned yet" in said
        after = lead.get(page).content.decode()
        assert ">cancelled<" in after and "Who had a seat" in after
        for gone in ("Cancel it for good", 'value="enrol"', 'value="held"', "Take off the list"):
            assert gone not in after
        with clock.at(session.starts + timedelta(days=1)):
            later = visit(cast["training_coordinator"]).get(reverse("trainer:everyone")).content.decode()
        assert ">cancelled<" in later and ">held<" not in later and "say who was there" not in later

    def test_a_held_session_offers_no_cancelling_and_refuses_it(self, cast: Cast, session: Session) -> None:
        page = reverse("trainer:session", args=[session.id])
        with clock.at(session.starts + timedelta(hours=3)):
            actions.mark_attended(by=SETUP, session=session.id, scores={cast.account("crisis_worker"): None})
            lead = visit(cast["training_coordinator"])
            assert "Cancel the session" not in lead.get(page).content.decode()
            assert lead.post(page, {"act": "cancel"}).status_code == 409

    def test_a_worker_is_found_by_part_of_the_name(self, cast: Cast, session: Session) -> None:
        worker, lead = cast.account("medic"), visit(cast["training_coordinator"])
        page = reverse("trainer:worker", args=[worker])
        text = lead.get(reverse("trainer:everyone"), {"q": "medi"}).content.decode()
        assert page in text and "Paramedic" in text
        nobody = lead.get(reverse("trainer:everyone"), {"q": "<nobody>"}).content.decode()
        assert "Nobody of that name works here." in nobody and "&lt;nobody&gt;" in nobody
        assert "Find a worker" in lead.get(reverse("trainer:everyone")).content.decode()

    def test_a_certificate_is_withdrawn_with_its_reason_and_both_sides_read_it(
        self, cast: Cast, certificate: Certificate
    ) -> None:
        worker, lead = cast.account("crisis_worker"), visit(cast["training_coordinator"])
        page = reverse("trainer:worker", args=[worker])
        before = lead.get(page).content.decode()
        assert "Withdraw the certificate" in before and "not sent to calls</span>" not in before
        sent = {"certificate": str(certificate.id), "reason": f" {REASON} "}
        after = lead.post(page, sent, follow=True).content.decode()
        assert "The certificate is withdrawn" in after and REASON in after
        assert "Withdraw the certificate" not in after and "not sent to calls</span>" in after
        own = visit(cast["crisis_worker"]).get(reverse("trainer:index")).content.decode()
        assert REASON in own and "has lapsed: you are not sent to calls" in own

    def test_without_a_reason_the_form_comes_back_open(self, cast: Cast, certificate: Certificate) -> None:
        page = reverse("trainer:worker", args=[cast.account("crisis_worker")])
        sent = {"certificate": str(certificate.id), "reason": "   "}
        answer = visit(cast["training_coordinator"]).post(page, sent)
        text = answer.content.decode()
        assert answer.status_code == 400 and "Say why" in text and "<details open>" in text
        assert not queries.withdrawn(cast.account("crisis_worker")).exists()

    def test_too_long_a_reason_comes_back_as_it_was_typed(self, cast: Cast, certificate: Certificate) -> None:
        page = reverse("trainer:worker", args=[cast.account("crisis_worker")])
        sent = {"certificate": str(certificate.id), "reason": "ein Wort " * 40}
        answer = visit(cast["training_coordinator"]).post(page, sent)
        assert answer.status_code == 400 and answer.content.decode().count("ein Wort") > 35

    @pytest.mark.parametrize("what", ["", "no-id", "unknown", "of another"])
    def test_only_a_certificate_of_that_worker_is_withdrawn_there(
        self, cast: Cast, certificate: Certificate, what: str
    ) -> None:
        other = actions.award(
            by=SETUP, account=cast.account("medic"), kind="crisis_40h", valid_from=clock.today()
        )
        given = {"unknown": str(uuid4()), "of another": str(other.id)}.get(what, what)
        page = reverse("trainer:worker", args=[cast.account("crisis_worker")])
        answer = visit(cast["training_coordinator"]).post(page, {"certificate": given, "reason": REASON})
        assert answer.status_code in (400, 404)
        assert not Certificate.objects.filter(withdrawn_at__isnull=False).exists()

    def test_a_person_helped_has_no_training_page(self, cast: Cast, session: Session) -> None:
        from commonweal.agencies import actions as agencies

        helped = agencies.open_account(by=SETUP, username="rosa", display_name="Rosa", role="person")
        lead = visit(cast["training_coordinator"])
        for who in (helped.id, uuid4()):
            assert lead.get(reverse("trainer:worker", args=[who])).status_code == 404
        assert (
            "Rosa"
            not in lead.get(reverse("trainer:everyone"), {"q": "rosa"}).content.decode().split("</form>")[-1]
        )

    @pytest.mark.parametrize("role", OTHERS)
    def test_nobody_else_takes_anything_back(
        self, cast: Cast, session: Session, certificate: Certificate, role: str
    ) -> None:
        client, worker = visit(cast[role]), cast.account("crisis_worker")
        page = reverse("trainer:worker", args=[worker])
        assert client.get(page).status_code == 403
        sent = {"certificate": str(certificate.id), "reason": REASON}
        assert client.post(page, sent).status_code == 403
        cancel = client.post(reverse("trainer:session", args=[session.id]), {"act": "cancel"})
        assert cancel.status_code == 403 and Session.objects.get(id=session.id).state == "planned"
        assert not queries.withdrawn(worker).exists()

    def test_a_stranger_is_sent_to_the_entrance(self, client, cast: Cast, certificate: Certificate) -> None:
        page = reverse("trainer:worker", args=[certificate.account])
        sent = {"certificate": str(certificate.id), "reason": REASON}
        for answer in (client.get(page), client.post(page, sent)):
            assert answer.status_code == 302 and "/account/" in answer["Location"]
        assert not queries.withdrawn(certificate.account).exists()


@pytest.mark.parametrize("sentence", ["Retirar el certificado", "Lo que la función exige", "Certificados"])
def test_the_worker_s_page_speaks_spanish(cast: Cast, certificate: Certificate, sentence: str) -> None:
    client = visit(cast["training_coordinator"])
    page = reverse("trainer:worker", args=[certificate.account])
    client.cookies["django_language"] = "es"
    with override("es"):
        text = client.get(page, headers={"Accept-Language": "es"}).content.decode()
    assert sentence in text


class TestByProgram:
    """The API gives up one's own seat, and nobody else's."""

    def test_a_program_takes_and_gives_up_its_worker_s_seat(self, cast: Cast, session: Session) -> None:
        program, path = Program(cast["medic"]), f"training/sessions/{session.id}/enrol"
        assert program.post(path).status_code == 204
        for _ in range(2):
            assert program.send("delete", path).status_code == 204
        assert queries.seated(session.id) == []

    def test_the_seat_of_another_stays(self, cast: Cast, session: Session) -> None:
        path = f"training/sessions/{session.id}/enrol"
        Program(cast["medic"]).post(path)
        Program(cast["clinician"]).send("delete", path)
        assert queries.seated(session.id) == [UUID(cast["medic"].id)]

    def test_begun_unknown_without_scope_without_token(self, cast: Cast, session: Session) -> None:
        path = f"training/sessions/{session.id}/enrol"
        medic = Program(cast["medic"])
        medic.post(path)
        with clock.at(session.starts + timedelta(minutes=1)):
            late = Program(cast["medic"]).send("delete", path)
        assert late.status_code == 409 and "has begun" in late.json()["detail"]
        assert medic.send("delete", f"training/sessions/{uuid4()}/enrol").status_code == 404
        assert Program(cast["medic"], "read").send("delete", path).status_code == 403
        assert Program(None).send("delete", path).status_code == 401
        assert queries.seated(session.id) == [UUID(cast["medic"].id)]
