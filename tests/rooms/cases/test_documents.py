"""Documents of a case: who is given them, what keeps them, and what destroys them."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.test import override_settings

from commonweal import flow
from commonweal.cases import actions, queries
from commonweal.cases.models import Document
from commonweal.flow.timers import scan_files
from commonweal.kernel import clock, journal, sealed
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.kernel.shown import PermitMismatch
from commonweal.messages import queries as messages
from commonweal.sharing import actions as sharing
from commonweal.sharing.models import Holding
from factories.cases import Support, support
from factories.cast import SETUP, worker
from factories.lines import leaves
from factories.papers import PDF, TEXT, picture

pytestmark = pytest.mark.django_db
LETTER = actions.Paper(content=TEXT, name="Rosa Delgado rent.txt", kind="benefit_letter", title="Rent letter")


@pytest.fixture(autouse=True)
def files(tmp_path):
    """A folder of files of its own."""
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path


@pytest.fixture
def at() -> Support:
    """An open case of Open Door, its manager in the team."""
    return support()


def filed(at: Support, **labels: str) -> Document:
    """The letter on the case."""
    return actions.add_document(by=at.manager, case=at.case, paper=replace(LETTER, **labels))


def asked(by: Actor, row: Document, purpose: str = "care_coordination") -> sharing.Permit | sharing.Refusal:
    """What the gate says of a document."""
    about = Subject("document", row.id)
    return sharing.ask(by=by, category=row.category, purpose=purpose, about=about)


def given(by: Actor, row: Document) -> bytes:
    """The bytes, as a worker is given them."""
    permit = asked(by, row)
    assert isinstance(permit, sharing.Permit)
    return queries.document_bytes(row.id, permit=permit)[0]


def follow() -> None:
    """The worker's round."""
    journal.seal()
    flow.drain()


def test_the_team_is_given_what_was_handed_in_and_the_disk_knows_nothing(at: Support, files) -> None:
    row = filed(at)
    content, media, name = queries.document_bytes(row.id, permit=asked(at.manager, row))
    assert content == TEXT and media == "text/plain"
    assert name.startswith("document-") and "Rosa" not in name
    [path] = [p for p in files.rglob("*") if p.is_file()]
    assert TEXT not in path.read_bytes() and "Rosa" not in str(path)
    assert not any("Rosa" in str(v) for v in Document.objects.filter(id=row.id).values_list()[0])


def test_its_lines_hold_ids_alone_and_each_act_leaves_one(at: Support) -> None:
    def line(act: str):
        return lambda row: _event(row, act)

    def _event(row: Document, act: str):
        from commonweal.cases.events import DocumentChanged

        return DocumentChanged(case=at.case, document=row.id, act=act)

    by = at.manager
    row = leaves(by, lambda: filed(at), line("added"))
    leaves(by, lambda: filed(at))  # the same bytes under the same label are the same document
    again = "Rent letter, May"
    leaves(by, lambda: actions.retitle_document(by=by, document=row.id, title=again), line("retitled"))
    leaves(by, lambda: actions.retitle_document(by=by, document=row.id, title=again))
    sort = {"by": by, "document": row.id, "category": "identity"}
    leaves(by, lambda: actions.recategorize_document(**sort), line("recategorized"))
    leaves(by, lambda: actions.recategorize_document(**sort))
    withdraw = {"by": by, "document": row.id, "reason": "duplicate"}
    leaves(by, lambda: actions.withdraw_document(**withdraw), line("withdrawn"))
    leaves(by, lambda: actions.withdraw_document(**withdraw))
    leaves(by, lambda: actions.restore_document(by=by, document=row.id), line("restored"))
    leaves(by, lambda: actions.restore_document(by=by, document=row.id))
    written = str(list(JournalLine.objects.filter(subject=str(at.case)).values_list("data", flat=True)))
    assert "Rent" not in written and "Rosa" not in written and Document.objects.count() == 1


def test_who_does_not_care_for_the_person_is_refused(at: Support) -> None:
    """A case manager elsewhere, an officer, a dispatcher; the own manager for another purpose."""
    row = filed(at)
    stranger = worker(at.cast.agency["hmis_shelter"], "case_manager")
    for by in (stranger, at.cast["patrol_officer"], at.cast["call_taker"], at.cast["administrator"]):
        assert isinstance(asked(by, row), sharing.Refusal), by.role
    assert isinstance(asked(at.manager, row, "enforcement"), sharing.Refusal)


def test_a_permit_opens_its_own_document_and_never_part_of_one(at: Support) -> None:
    """Another's permit is a fault; a crisis worker, to whom only a name opens, is given nothing."""
    row, other = filed(at), filed(at, title="Other", content=PDF, name="a.pdf")
    with pytest.raises(PermitMismatch):
        queries.document_bytes(other.id, permit=asked(at.manager, row))
    crisis = at.cast["crisis_worker"]
    sharing.tie(by=SETUP, relation="care", subject=Subject("person", at.person), account=UUID(crisis.id))
    permit = asked(crisis, row)
    assert isinstance(permit, sharing.Permit) and "plan_notes" not in permit.fields
    assert queries.described(queries.documents({Subject("document", row.id): permit})[0]) is None
    with pytest.raises(NotFound):
        queries.document_bytes(row.id, permit=permit)


def test_a_paper_of_treatment_opens_to_the_person_alone(at: Support) -> None:
    """42 CFR Part 2: without a consent it opens to the person alone, not to the manager who handed it in."""
    row = filed(at, category="sud_record", title="Intake, Cedar")
    assert isinstance(asked(at.manager, row), sharing.Refusal)
    for by in (at.cast["patrol_officer"], at.cast["clinician"]):
        answer = asked(by, row)
        assert isinstance(answer, sharing.Refusal) and not answer.acknowledged
    patient = Actor(id=str(uuid4()), role="person", policy_role="subject_self", person=at.person)
    assert isinstance(asked(patient, row, "subject_access"), sharing.Permit)
    assert queries.documents_of_person(at.person)["sud_record"] == [Subject("document", row.id)]


@pytest.mark.parametrize(
    ("agency", "kind", "category"),
    [
        ("social_service", "benefit_letter", "case_plan"),
        ("social_service", "discharge_paper", "mh_assessment"),
        ("health", "other", "mh_assessment"),
        ("part2_program", "discharge_paper", "sud_record"),
    ],
)
def test_without_a_category_it_is_as_closed_as_the_case(
    at: Support, agency: str, kind: str, category: str
) -> None:
    by = at.manager
    case = actions.open_case(by=by, person=at.person, agency=at.cast.agency[agency], kind="outreach")
    paper = replace(LETTER, kind=kind)
    assert actions.add_document(by=by, case=case.id, paper=paper).category == category


@pytest.mark.parametrize(
    ("labels", "field"),
    [
        ({"title": "  "}, "title"),
        ({"kind": "novel"}, "kind"),
        ({"category": "call_facts"}, "category"),
        ({"content": b"MZ\x00", "name": "run.exe"}, "file"),
        ({"content": PDF}, "file"),
        ({"title": "x" * 121}, "title"),
    ],
)
def test_what_is_refused_names_its_field_and_leaves_nothing(at: Support, files, labels, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        filed(at, **labels)
    assert refused.value.field == field and refused.value.remedy
    assert not Document.objects.exists() and not [p for p in files.rglob("*") if p.is_file()]


def test_a_file_past_the_site_s_size_is_refused(at: Support) -> None:
    with override_settings(ATTACHMENT_BYTES=10), pytest.raises(Invalid, match="MB"):
        filed(at)


def test_a_closed_case_takes_nothing(at: Support) -> None:
    actions.close_case(by=at.manager, case=at.case, reason="moved")
    with pytest.raises(Conflict, match="closed"):
        filed(at)
    with pytest.raises(NotFound):
        actions.add_document(by=at.manager, case=uuid4(), paper=LETTER)


def test_withdrawn_it_is_given_to_nobody_until_it_is_back(at: Support) -> None:
    row = filed(at)
    with pytest.raises(Invalid) as refused:
        actions.withdraw_document(by=at.manager, document=row.id, reason="because")
    assert refused.value.field == "reason"
    actions.withdraw_document(by=at.manager, document=row.id, reason="wrong_person")
    with pytest.raises(Conflict, match="withdrawn"):
        given(at.manager, row)
    with pytest.raises(Conflict, match="withdrawn"):
        actions.retitle_document(by=at.manager, document=row.id, title="Other")
    assert not queries.documents_of_person(at.person)
    actions.restore_document(by=at.manager, document=row.id)
    assert given(at.manager, row) == TEXT


def test_with_a_scanner_it_waits_in_quarantine(at: Support) -> None:
    with override_settings(SCANNER="clamd:/run/clamd"):
        clean, bad = filed(at), filed(at, content=picture(), name="a.png", title="Picture")
        for row in (clean, bad):
            with pytest.raises(Conflict, match="waits"):
                given(at.manager, row)
        assert actions.scan_documents(by=SETUP, look=lambda content: content == TEXT) == 2
        assert actions.scan_documents(by=SETUP, look=lambda content: False) == 0
    assert given(at.manager, clean) == TEXT
    with pytest.raises(Conflict, match="refused"):
        given(at.manager, bad)


def test_what_came_before_the_scanner_is_looked_at_too_and_a_broken_one_stops_no_other(at: Support) -> None:
    broken, sound = filed(at), filed(at, content=PDF, name="a.pdf", title="Other")
    sealed.drop(broken.id)
    assert actions.scan_documents(by=SETUP, look=lambda content: False) == 1
    sound.refresh_from_db()
    assert sound.scan == "refused"


def test_a_scanner_that_is_away_leaves_it_waiting(at: Support, caplog, tmp_path) -> None:
    with override_settings(SCANNER=f"clamd:{tmp_path}/nobody"):
        row = filed(at)
        scan_files()
    row.refresh_from_db()
    assert row.scan == "waiting" and "files wait" in caplog.text
    scan_files()  # without one there is nothing to ask
    row.refresh_from_db()
    assert row.scan == "waiting"


def test_sealing_the_case_closes_its_documents_and_keeps_them(at: Support) -> None:
    row = filed(at)
    sharing.bar(by=SETUP, subject=Subject("case", at.case), sealed=True)
    follow()
    assert isinstance(asked(at.manager, row), sharing.Refusal) and sealed.place(row.id).is_file()


def test_expunging_the_case_destroys_bytes_and_title(at: Support) -> None:
    row = filed(at)
    sharing.bar(by=SETUP, subject=Subject("case", at.case), expunged=True)
    assert isinstance(asked(at.manager, row), sharing.Refusal)
    follow()
    row.refresh_from_db()
    assert row.title == "" and row.gone_at and not sealed.place(row.id).exists()
    assert not queries.documents_of(at.case)
    with pytest.raises(Conflict, match="destroyed"):
        actions.restore_document(by=at.manager, document=row.id)
    assert not actions.destroy_expunged(by=SETUP, document=row.id)
    assert not actions.destroy_expunged(by=SETUP, document=uuid4())


def test_a_litigation_hold_upon_the_document_keeps_the_case(at: Support) -> None:
    """And one upon the case or the person keeps the document."""
    row, officer = filed(at), at.cast["privacy_officer"]
    about = {"case": Subject("case", at.case), "document": Subject("document", row.id)}
    for scope, subject in (("case", at.case), ("person", at.person)):
        hold = sharing.set_legal_hold(by=officer, name="Doe", reason="Suit", scope=scope, subject=subject)
        for one in about.values():
            with pytest.raises(Conflict, match="Doe"):
                sharing.bar(by=SETUP, subject=one, expunged=True)
        sharing.lift_legal_hold(by=officer, legal_hold=hold.id, reason="Settled")
    sharing.bar(by=SETUP, subject=about["document"], expunged=True)
    follow()
    assert not sealed.place(row.id).exists() and not Holding.objects.get(subject=at.case).is_expunged


def test_retention_takes_the_documents_with_the_case(at: Support) -> None:
    from commonweal.sharing.retention import Retention, Schedule

    row = filed(at)
    rules = Retention(True, (Schedule("cases", ("case",), 7, "24 CFR 576.500(y)"),))
    later = clock.now().replace(year=clock.now().year + 8)
    with clock.at(later):
        sharing.apply_retention(by=SETUP, kept=rules)
        follow()
    assert not sealed.place(row.id).exists()


def test_a_copy_put_back_is_caught_up_by_the_ledger(at: Support) -> None:
    """The order stands beside the database: an old copy destroys what was expunged after it was made."""
    row = filed(at)
    content = sealed.place(row.id).read_bytes()
    sharing.bar(by=SETUP, subject=Subject("document", row.id), expunged=True)
    follow()
    sealed.place(row.id).write_bytes(content)
    Document.objects.filter(id=row.id).update(gone_at=None, title="Rent letter")
    sharing.bar(by=SETUP, subject=Subject("document", row.id), expunged=True)
    follow()
    assert not sealed.place(row.id).exists()


def test_a_corrected_class_of_data_opens_it_to_whom_that_class_opens(at: Support) -> None:
    row = filed(at, category="case_plan")
    actions.recategorize_document(by=at.manager, document=row.id, category="sud_record")
    assert queries.documents_of(at.case) == {"sud_record": [Subject("document", row.id)]}
    about = [Subject("document", row.id)]
    closed = sharing.ask_many(by=at.manager, category="sud_record", purpose="care_coordination", about=about)
    assert not sharing.permitted(closed)
    actions.recategorize_document(by=at.manager, document=row.id, category="case_plan")
    again = sharing.ask_many(by=at.manager, category="case_plan", purpose="care_coordination", about=about)
    assert sharing.permitted(again)


def test_no_other_class_of_data_and_none_of_what_is_withdrawn(at: Support) -> None:
    row = filed(at)
    with pytest.raises(Invalid) as refused:
        actions.recategorize_document(by=at.manager, document=row.id, category="location")
    assert refused.value.field == "category"
    actions.withdraw_document(by=at.manager, document=row.id, reason="duplicate")
    with pytest.raises(Conflict, match="withdrawn"):
        actions.recategorize_document(by=at.manager, document=row.id, category="identity")
    with pytest.raises(NotFound):
        actions.recategorize_document(by=at.manager, document=uuid4(), category="identity")


def test_whoever_handed_it_in_hears_that_the_scanner_refused_it(at: Support) -> None:
    with override_settings(SCANNER="clamd:/run/clamd"):
        filed(at)
        actions.scan_documents(by=SETUP, look=lambda content: False)
    journal.seal()
    flow.drain()
    [told] = [one for one in messages.unread(at.manager) if one.kind == "document_refused"]
    assert told.link == f"/cases/{at.case}/documents/"
    assert queries.handed_in_by(uuid4()) is None
