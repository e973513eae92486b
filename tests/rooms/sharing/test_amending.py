"""A granted correction: beside its record, told to whoever was given it and to whom the person names."""

from uuid import UUID, uuid4

import pytest

from commonweal.cli.worker import Worker
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.messages import queries as threads
from commonweal.sharing import actions, queries
from commonweal.sharing.models import Disclosure, Letter, Step
from factories.cast import Cast, gather, someone

pytestmark = pytest.mark.django_db
RIGHT = "She was born in 1985, not in 1958."
OFFICE = {"name": "Legal Aid of Harlow", "contact": "9 Court Sq, Harlow"}


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies and their workers."""
    return gather(partners=False)


def granted(cast: Cast, person: UUID, outcome: str = "granted", language: str = "en") -> UUID:
    """A correction that the officer agreed to."""
    officer = cast["privacy_officer"]
    asker = actions.Asker(name="Rosa Delgado", contact="4 Elm St", language=language)
    found, _ = actions.receive_request(
        by=officer, kind="amendment", text="Wrong year", person=person, asker=asker
    )
    actions.verify_request(by=officer, request=found.id, how="id_document")
    why = ["accurate"] if outcome != "granted" else []
    actions.answer_request(by=officer, request=found.id, outcome=outcome, grounds=why)
    return found.id


def disclosed(record: Subject, person: UUID, to: str) -> None:
    """A row of the register."""
    Disclosure.objects.create(
        person_id=person, kind=record.kind, subject=record.id, category="identity", purpose="emergency",
        fields=["name"], account=to,
    )  # fmt: skip


@pytest.mark.parametrize("outcome", ["granted", "granted_in_part"])
def test_it_is_found_by_the_record_and_by_no_other(cast: Cast, outcome: str) -> None:
    officer, (rosa, record) = cast["privacy_officer"], someone(cast)
    other = someone(cast)[1]
    request = granted(cast, rosa, outcome)
    actions.amend_record(by=officer, request=request, about=record, text=f" {RIGHT} ")
    [beside] = queries.amendments([record, other])[record.id]
    assert (beside.text, beside.is_amendment) == (RIGHT, True) and queries.amendments([other]) == {}
    assert queries.statements([record]) == {}, "a correction is no disagreement"
    assert [one.text for one in queries.amended_under(request)] == [RIGHT]
    line = JournalLine.objects.get(kind="sharing.record_amended")
    assert line.data["record"] == str(record.id) and "1985" not in str(line.data)
    assert Step.objects.filter(request=request, step="amended").count() == 1


def test_both_stand_beside_one_record_in_their_order(cast: Cast) -> None:
    officer, (rosa, record) = cast["privacy_officer"], someone(cast)
    request = granted(cast, rosa, "granted_in_part")
    actions.amend_record(by=officer, request=request, about=record, text=RIGHT)
    actions.keep_statement(by=officer, request=request, about=record, text="And I was calm.")
    assert [(one.is_amendment, one.text) for one in queries.beside([record])[record.id]] == [
        (True, RIGHT), (False, "And I was calm."),
    ]  # fmt: skip
    assert queries.statements([record]) == {record.id: ["And I was calm."]}


def test_only_a_granted_correction_amends_and_only_with_words(cast: Cast) -> None:
    officer, (rosa, record) = cast["privacy_officer"], someone(cast)
    refused, fine = granted(cast, rosa, "denied"), granted(cast, rosa)
    with pytest.raises(Conflict, match="granted"):
        actions.amend_record(by=officer, request=refused, about=record, text=RIGHT)
    with pytest.raises(Conflict, match="granted"):
        actions.tell_of_amendment(by=officer, request=refused, **OFFICE)
    with pytest.raises(Invalid, match="what is right"):
        actions.amend_record(by=officer, request=fine, about=record, text=" ")
    with pytest.raises(NotFound):
        actions.amend_record(by=officer, request=uuid4(), about=record, text=RIGHT)


@pytest.mark.parametrize("role", ["case_manager", "patrol_officer", "administrator"])
def test_nobody_else_amends_or_writes(cast: Cast, role: str) -> None:
    rosa, record = someone(cast)
    request = granted(cast, rosa)
    with pytest.raises(NotFound):
        actions.amend_record(by=cast[role], request=request, about=record, text=RIGHT)
    with pytest.raises(NotFound):
        actions.tell_of_amendment(by=cast[role], request=request, **OFFICE)
    assert queries.amendments([record]) == {}


def test_nothing_is_put_beside_the_record_of_somebody_else(cast: Cast) -> None:
    """Neither a correction nor a statement, and not beside a record that is not there: the answer is one."""
    officer, (rosa, _) = cast["privacy_officer"], someone(cast)
    _, another = someone(cast)
    request, part = granted(cast, rosa), granted(cast, rosa, "granted_in_part")
    told = set()
    for about in (another, Subject(another.kind, uuid4())):
        with pytest.raises(Invalid, match="about") as amended:
            actions.amend_record(by=officer, request=request, about=about, text=RIGHT)
        with pytest.raises(Invalid, match="about"):
            actions.keep_statement(by=officer, request=part, about=about, text="Mine")
        told.add(str(amended.value).replace(str(about.id), ""))
    assert len(told) == 1 and queries.beside([another]) == {}


def bell(actor: Actor) -> list[str]:
    """Kinds of lines that wait for a worker."""
    return [line.kind for line in threads.unread(actor)]


@pytest.mark.parametrize("agreed", [True, False])
def test_whoever_was_given_it_hears_where_the_person_agrees(cast: Cast, agreed: bool) -> None:
    officer, reader, (rosa, record) = cast["privacy_officer"], cast["patrol_officer"], someone(cast)
    for to in (reader.id, reader.id, "receiver"):  # twice to one; a receiving system has no bell
        disclosed(record, rosa, to)
    actions.amend_record(by=officer, request=granted(cast, rosa), about=record, text=RIGHT, tell=agreed)
    Worker().catch_up()
    assert bell(reader) == (["record_amended"] if agreed else [])
    assert "record_amended" not in bell(cast["case_manager"]), "who was never given it hears nothing"
    if agreed:
        [line] = threads.unread(reader)
        assert line.link == f"/people/records/{record.id}/", "the line leads through the gate"


@pytest.mark.parametrize(("language", "word"), [("en", "asked us to correct"), ("es", "nos pidió corregir")])
def test_whom_the_person_names_is_written_to(cast: Cast, language: str, word: str) -> None:
    officer, (rosa, record) = cast["privacy_officer"], someone(cast)
    request = granted(cast, rosa, language=language)
    with pytest.raises(Conflict, match="beside the record"):
        actions.tell_of_amendment(by=officer, request=request, **OFFICE)
    actions.amend_record(by=officer, request=request, about=record, text=RIGHT)
    for missing in OFFICE:
        with pytest.raises(Invalid, match=missing):
            actions.tell_of_amendment(by=officer, request=request, **{**OFFICE, missing: " "})
    actions.tell_of_amendment(by=officer, request=request, **OFFICE)
    letter = Letter.objects.get(request=request, letter="amended")
    assert (letter.addressee, letter.address) == tuple(OFFICE.values())
    assert word in letter.body and "Rosa Delgado" in letter.body and RIGHT in letter.body
    assert "4 Elm St" not in letter.body, "where the person lives is nobody else's"
