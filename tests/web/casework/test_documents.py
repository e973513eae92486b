"""Documents on the case's page and over the API: handed in, opened, corrected, withdrawn; and who may not."""

import io
import zipfile
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.cases import actions as cases
from commonweal.cases.models import Document
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions as sharing
from factories.cases import Support, support
from factories.cast import SETUP, consented, someone, worker
from factories.papers import PDF, TEXT, picture
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(tmp_path):
    """A folder of files of its own."""
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def at() -> Support:
    """An open case, its manager in the team."""
    return support()


def sent(content: bytes = TEXT, name: str = "Rosa rent.txt") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content, content_type="application/x-anything")


def add(client: Client, at: Support, **labels: object):
    """Hand a file in on the page."""
    told = {"file": sent(), "kind": "benefit_letter", "title": "Rent letter", "category": ""} | labels
    return client.post(reverse("casework:documents", args=[at.case]), told, follow=True)


def of(at: Support, row: Document, verb: str = "") -> str:
    """The address of a document, or of an act on it."""
    return reverse(
        "casework:document_act" if verb else "casework:document",
        args=[at.case, row.id, *filter(None, [verb])],
    )


def own(person: UUID) -> Client:
    """The person's own account."""
    account = agencies.open_account(
        by=SETUP, username="rosa.delgado", display_name="Rosa", role="person", person=person
    )
    from commonweal.agencies import queries

    return visit(queries.actor(account.id))


def test_a_letter_from_the_desk_to_the_person(at: Support) -> None:
    """Handed in by the manager, taken as a download, seen by the person whose letter it is."""
    desk = visit(at.manager)
    assert "No document yet" in desk.get(reverse("casework:documents", args=[at.case])).content.decode()
    page = add(desk, at).content.decode()
    assert "added and encrypted" in page and "Rent letter" in page and "Benefit letter" in page
    row = Document.objects.get()
    file = desk.get(of(at, row))
    assert file.content == TEXT and file["Content-Type"] == "text/plain"
    assert file["Content-Disposition"] == f'attachment; filename="document-{row.id.hex[-8:]}.txt"'
    assert file["X-Content-Type-Options"] == "nosniff" and "sandbox" in file["Content-Security-Policy"]
    assert "no-store" in file["Cache-Control"]
    reads = JournalLine.objects.filter(kind="sharing.read", data__id=str(row.id), actor=at.manager.id)
    assert reads.count() == 3, "when it was added, listed, and taken"
    mine = own(at.person)
    assert "Rent letter" in mine.get(reverse("mine:index")).content.decode()
    assert mine.get(reverse("mine:document", args=[row.id])).content == TEXT
    other, _ = someone(at.cast, "social_service", given="Omar", family="Haddad", phone="")
    account = agencies.open_account(by=SETUP, username="omar", display_name="O", role="person", person=other)
    from commonweal.agencies import queries

    assert visit(queries.actor(account.id)).get(reverse("mine:document", args=[row.id])).status_code == 404


def test_what_is_refused_keeps_what_was_typed(at: Support) -> None:
    desk = visit(at.manager)
    for file, says in ((sent(b"MZ\x00"), "Hand in a PDF"), (sent(PDF, "a.jpg"), "its name says otherwise")):
        answer = add(desk, at, file=file, title="Page two of it")
        page = answer.content.decode()
        assert answer.status_code == 400 and says in page and "Page two of it" in page
        assert "Choose the file once more" in page
    assert add(desk, at, file="").status_code == 400
    with override_settings(ATTACHMENT_BYTES=10):
        assert "more than" in add(desk, at).content.decode()
    assert not Document.objects.exists()


def test_a_title_is_corrected_and_a_withdrawal_undone(at: Support) -> None:
    desk = visit(at.manager)
    add(desk, at)
    row = Document.objects.get()
    page = desk.post(of(at, row, "retitle"), {"title": "Rent, May"}, follow=True).content.decode()
    assert "Rent, May" in page and "Rent letter" not in page
    assert desk.post(of(at, row, "withdraw"), {"reason": "novel"}).status_code == 400
    page = desk.post(of(at, row, "withdraw"), {"reason": "wrong_person"}, follow=True).content.decode()
    assert "1 was withdrawn" in page and "It belongs to another person" in page
    assert desk.get(of(at, row)).status_code == 409
    page = desk.post(of(at, row, "restore"), follow=True).content.decode()
    assert "was withdrawn" not in page and desk.get(of(at, row)).content == TEXT
    assert desk.post(of(at, row, "burn")).status_code == 404


def test_in_quarantine_it_says_so_and_opens_to_nobody(at: Support) -> None:
    desk = visit(at.manager)
    with override_settings(SCANNER="clamd:/run/clamd"):
        page = add(desk, at).content.decode()
        row = Document.objects.get()
        assert "waits for the check against malware" in page and of(at, row) + '"' not in page
        assert desk.get(of(at, row)).status_code == 409
        cases.scan_documents(by=SETUP, look=lambda content: False)
        page = desk.get(reverse("casework:documents", args=[at.case])).content.decode()
        assert "refused it" in page and desk.get(of(at, row)).status_code == 409


def test_strangers_other_roles_and_other_cases_get_nothing(at: Support) -> None:
    """Not signed in, another permission, another agency's manager, a colleague without the case's tie."""
    desk = visit(at.manager)
    add(desk, at)
    row, every = Document.objects.get(), reverse("casework:documents", args=[at.case])
    pages = [every, of(at, row)]
    for page in pages:
        assert Client().get(page).status_code == 302
        assert visit(at.cast["patrol_officer"]).get(page).status_code == 403
        outside = visit(worker(at.cast.agency["hmis_shelter"], "case_manager")).get(page)
        assert outside.status_code in (403, 404) and b"Rent letter" not in outside.content
    elsewhere = support(at.cast, given="Omar", family="Haddad", phone="555-0111")
    assert desk.get(reverse("casework:document", args=[elsewhere.case, row.id])).status_code == 404
    theft = reverse("casework:document_act", args=[elsewhere.case, row.id, "withdraw"])
    assert desk.post(theft, {"reason": "duplicate"}).status_code == 404
    assert visit(at.cast["patrol_officer"]).get(reverse("mine:document", args=[row.id])).status_code == 403


def test_a_paper_of_treatment_is_counted_for_nobody(at: Support) -> None:
    """Who handed it in is told once that it will not be listed; then it is as if none were."""
    desk = visit(at.manager)
    page = add(desk, at, category="sud_record", title="Cedar intake").content.decode()
    assert "not listed for you" in page and "Cedar intake" not in page
    page = desk.get(reverse("casework:documents", args=[at.case])).content.decode()
    assert "Cedar intake" not in page and "kept from your role" not in page
    assert desk.get(of(at, Document.objects.get())).status_code == 404
    page = add(desk, at, kind="discharge_paper", title="Mercy").content.decode()
    assert "Mercy" not in page and "1 more is kept from your role" in page


def of_treatment(at: Support) -> tuple[Actor, Document]:
    """A paper of treatment, which the person agreed that the clinician of the team may read."""
    add(visit(at.manager), at, category="sud_record", title="Cedar intake")
    clinician = worker(at.cast.agency["health"], "clinician", "sam")
    cases.join_team(by=at.manager, case=at.case, account=UUID(clinician.id))
    consented(at.cast, at.person, "part2", ["health"], ["sud_record"])
    return clinician, Document.objects.get()


def test_a_paper_of_treatment_leaves_with_its_notice(at: Support) -> None:
    """A header is lost with the download; the folder is kept whole."""
    clinician, row = of_treatment(at)
    desk = visit(clinician)
    answer = desk.get(of(at, row))
    assert answer["Content-Type"] == "application/zip" and answer["Redisclosure-Notice"]
    assert answer["Content-Disposition"] == f'attachment; filename="document-{row.id.hex[-8:]}.zip"'
    assert answer.content == desk.get(of(at, row)).content, "the same bytes each time"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as folder:
        notice, paper = folder.namelist()
        assert folder.read(paper) == TEXT and paper.endswith(".txt")
        assert "42 CFR part 2 prohibits" in folder.read(notice).decode()
        assert "Opened by a consent to" in folder.read(notice).decode()
    add(visit(at.manager), at, title="Rent")
    other = Document.objects.exclude(id=row.id).get()
    assert desk.get(of(at, other)).content == TEXT, "what owes none leaves as it is"


def test_a_program_hears_of_the_notice_in_a_header(at: Support) -> None:
    clinician, row = of_treatment(at)
    _, secret = agencies.issue_token(by=SETUP, account=UUID(clinician.id), name="t", scopes=["work_cases"])
    answer = Client(headers={"authorization": f"Bearer {secret}"}).get(f"/api/v1/documents/{row.id}")
    assert answer.content == TEXT and "42 CFR part 2" in answer["Redisclosure-Notice"]
    assert "`Redisclosure-Notice`" in Client().get("/api/openapi.json").json()["info"]["description"]


def test_a_worker_of_the_team_from_elsewhere_leaves_a_line_in_the_register(at: Support) -> None:
    add(visit(at.manager), at)
    row, colleague = Document.objects.get(), worker(at.cast.agency["hmis_shelter"], "case_manager")
    cases.join_team(by=at.manager, case=at.case, account=UUID(colleague.id))
    assert visit(colleague).get(of(at, row)).content == TEXT
    from commonweal.sharing.models import Disclosure

    assert Disclosure.objects.filter(subject=row.id, account=colleague.id).exists()
    cases.leave_team(by=at.manager, case=at.case, account=UUID(colleague.id))
    assert visit(colleague).get(of(at, row)).status_code in (403, 404)


def test_a_copy_of_the_own_record_lists_the_papers(at: Support) -> None:
    from commonweal.sharing import queries
    from commonweal.web.own_record import copy_for

    add(visit(at.manager), at)
    officer = at.cast["privacy_officer"]
    found, _ = sharing.receive_request(
        by=officer, kind="access", text="All of it", person=at.person,
        asker=sharing.Asker(name="Rosa", contact="", language="en"),
    )  # fmt: skip
    [plan] = [part for part in copy_for(officer, found, "en") if part.category == "case_plan"]
    told = [shown.values["document"] for shown in plan.records if shown.subject.kind == "document"]
    assert told and told[0]["title"] == "Rent letter"
    assert queries.queue()


def test_in_spanish(at: Support) -> None:
    desk = visit(at.manager)
    desk.cookies["django_language"] = "es"
    page = add(desk, at, file=sent(b"MZ\x00")).content.decode()
    assert "Documentos" in page and "Entregue un archivo" in page


class TestApi:
    """The same acts by token."""

    def client(self, by: Actor, *scopes: str) -> Client:
        """A client with a fresh token."""
        _, secret = agencies.issue_token(
            by=SETUP, account=UUID(by.id), name="t", scopes=scopes or ["work_cases"]
        )
        return Client(headers={"authorization": f"Bearer {secret}"})

    def add(self, client: Client, at: Support, **labels: object):
        """Hand a picture in."""
        told = {"file": sent(picture(), "card.png"), "kind": "identification", "title": "ID card"} | labels
        return client.post(f"/api/v1/documents/of-case/{at.case}", told)

    def test_each_act(self, at: Support) -> None:
        client = self.client(at.manager)
        made = self.add(client, at)
        assert made.status_code == 201 and made.json()["category"] == "case_plan"
        assert self.add(client, at).json() == made.json(), "the same bytes are the same document"
        one = f"/api/v1/documents/{made.json()['id']}"
        [row] = client.get(f"/api/v1/documents/of-case/{at.case}").json()
        assert row["title"] == "ID card" and row["media"] == "PNG" and row["is_open"]
        file = client.get(one)
        assert file.content == picture() and file["Content-Disposition"].startswith("attachment")
        assert "sandbox" in file["Content-Security-Policy"]
        json = {"content_type": "application/json"}
        assert client.patch(one, {"title": "State ID"}, **json).json()["title"] == "State ID"
        gone = client.post(f"{one}/withdraw", {"reason": "person_asked"}, **json).json()
        assert gone["withdrawn_why"] == "person_asked" and client.get(one).status_code == 409
        assert client.post(f"{one}/restore", {}, **json).json()["withdrawn_at"] is None

    def test_refusals(self, at: Support) -> None:
        client = self.client(at.manager)
        made = self.add(client, at).json()["id"]
        outside = self.client(worker(at.cast.agency["hmis_shelter"], "case_manager"))
        for address in (f"/api/v1/documents/{made}", f"/api/v1/documents/of-case/{at.case}"):
            assert Client().get(address).status_code == 401
            assert self.client(at.manager, "learn").get(address).status_code == 403
            assert outside.get(address).status_code in (403, 404)
        assert self.add(outside, at).status_code in (403, 404)
        body = self.add(client, at, file=sent(b"MZ\x00", "a.exe")).json()
        assert body["field"] == "file" and "PDF" in body["remedy"]
        assert self.add(client, at, kind="novel").status_code == 400
        hidden = self.add(client, at, category="sud_record").json()["id"]
        assert client.get(f"/api/v1/documents/{hidden}").status_code == 404
        with override_settings(ATTACHMENT_BYTES=10):
            assert self.add(client, at, title="More").status_code == 400

    def test_a_file_larger_than_any_json(self, at: Support) -> None:
        content = b"\\u0000 is how a letter may spell it\n" + b"x" * 6_000_000
        made = self.add(self.client(at.manager), at, file=sent(content, "long.txt"))
        assert made.status_code == 201 and Document.objects.get().size == len(content)


def test_what_was_sealed_is_closed_on_the_page_at_once(at: Support) -> None:
    desk = visit(at.manager)
    add(desk, at)
    row = Document.objects.get()
    with clock.at(clock.now() + timedelta(minutes=1)):
        sharing.bar(by=SETUP, subject=Subject("document", row.id), sealed=True)
        assert desk.get(of(at, row)).status_code == 404
        assert "Rent letter" not in desk.get(reverse("casework:documents", args=[at.case])).content.decode()


def test_the_class_of_data_is_corrected_and_what_no_longer_opens_is_said(at: Support) -> None:
    desk = visit(at.manager)
    add(desk, at)
    row = Document.objects.get()
    page = desk.post(of(at, row, "recategorize"), {"category": "identity"}, follow=True).content.decode()
    assert "class of data is corrected" in page and Document.objects.get().category == "identity"
    assert desk.post(of(at, row, "recategorize"), {"category": "x"}).status_code == 400
    page = desk.post(of(at, row, "recategorize"), {"category": "sud_record"}, follow=True).content.decode()
    assert "not listed for you" in page
    stranger = visit(at.cast["patrol_officer"])
    assert stranger.post(of(at, row, "recategorize"), {"category": "identity"}).status_code in (403, 404)
    assert Document.objects.get().category == "sud_record"
