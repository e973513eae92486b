"""Criminal history leaves a row of its own with the purpose code; without a code it does not leave at all."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries
from commonweal.sharing.models import Onward
from factories.cast import SETUP, Cast, gather, someone
from factories.heard import alike
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    return gather()


def run(cast: Cast, code: str | None) -> tuple[Actor, Subject, sharing.Permit | sharing.Refusal]:
    """A screened officer on a call runs a record's criminal history."""
    officer = replace(cast["patrol_officer"], cjis_screened=True)
    person, record = someone(cast, "police")
    call = Subject("call", uuid4())
    sharing.hold(by=SETUP, subject=call, agency=cast.agency["ecc"], person=person)
    for about in (call, Subject("person", person)):
        sharing.tie(by=SETUP, relation="incident", subject=about, account=UUID(officer.id))
    answer = sharing.ask(
        by=officer, category="criminal_history", purpose="emergency", about=record,
        circumstances=sharing.Circumstances(purpose_code=code),
    )  # fmt: skip
    return officer, record, answer


def test_a_grant_is_logged_with_code_requester_and_line(cast: Cast) -> None:
    officer, record, answer = run(cast, "C")
    assert isinstance(answer, sharing.Permit) and "chri_dissemination_log" in answer.obligations
    [row] = queries.disseminations()
    assert (row.account, row.agency, row.purpose_code) == (officer.id, cast.agency["police"], "C")
    assert (row.subject, row.source_agency, row.fields) == (
        record.id, cast.agency["police"], sorted(answer.fields),
    )  # fmt: skip
    assert JournalLine.objects.get(id=row.line).kind == "sharing.read"


@pytest.mark.parametrize("code", [None, "", "X"])
def test_without_a_right_code_nothing_is_given_nor_logged(cast: Cast, code: str | None) -> None:
    _, _, answer = run(cast, code)
    assert isinstance(answer, sharing.Refusal) and not queries.disseminations().exists()


def test_the_officer_reads_it_by_code_and_as_a_file(cast: Cast) -> None:
    officer, record, _ = run(cast, "C")
    client, path = visit(cast["privacy_officer"]), reverse("steward:chri")
    assert str(record.id)[-6:] in client.get(path).content.decode()
    printed = client.get(path, {"as": "print"}).content.decode()
    assert str(record.id) in printed, "the log on paper names the record without a doubt"
    assert str(record.id) not in client.get(path, {"code": "F"}).content.decode()
    file = b"".join(client.get(path, {"as": "csv"})).decode().splitlines()  # type: ignore[arg-type]
    assert len(file) == 2 and officer.id in file[1] and ",C," in file[1]
    client.cookies["django_language"] = "es"
    assert "Antecedentes penales entregados" in client.get(path).content.decode()


def test_two_rows_of_one_officer_are_heard_apart(cast: Cast) -> None:
    run(cast, "C")
    run(cast, "C")
    page = visit(cast["privacy_officer"]).get(reverse("steward:chri")).content.decode()
    assert page.count("Log it") == 2 and not alike(page)


@pytest.mark.parametrize("role", ["patrol_officer", "prosecutor", "administrator"])
def test_nobody_else_reads_it(cast: Cast, role: str) -> None:
    assert visit(cast[role]).get(reverse("steward:chri")).status_code == 403


TO = {"recipient": "Det. Ana Ruiz", "agency": "Vale County Sheriff", "ori": "ca0190200", "purpose_code": "C",
      "reason": "Joint arrest"}  # fmt: skip


def test_the_receiving_agencys_identifier_is_kept_as_it_was(cast: Cast) -> None:
    police, admin = cast.agency["police"], cast["administrator"]
    own = {"name": "Harlow Police", "short": "HPD", "time_zone": "America/Los_Angeles"}
    for wrong in ("CA019", "0A0190100", "CA01901001"):
        with pytest.raises(Invalid, match="ori"):
            agencies.change_agency(by=admin, agency=police, **own, ori=wrong)
    agencies.change_agency(by=admin, agency=police, **own, ori="ca0190100")
    run(cast, "C")
    agencies.change_agency(by=admin, agency=police, **own, ori="CA0190199")
    [row] = queries.disseminations()
    assert row.ori == "CA0190100"
    assert "CA0190100" in visit(cast["privacy_officer"]).get(reverse("steward:chri")).content.decode()


def test_what_was_given_on_is_logged_with_its_recipient(cast: Cast) -> None:
    run(cast, "C")
    [row] = queries.disseminations()
    client, path = visit(cast["privacy_officer"]), reverse("steward:chri")
    assert client.post(path, {**TO, "dissemination": str(row.id)}).status_code == 302
    [on] = Onward.objects.filter(dissemination=row)
    assert (on.recipient, on.ori, on.purpose_code) == ("Det. Ana Ruiz", "CA0190200", "C")
    line = JournalLine.objects.get(kind="sharing.criminal_history_given_on")
    assert line.subject == str(row.id) and "Ruiz" not in str(line.data)
    for part in ("", "print"):
        page = client.get(path, {"as": part}).content.decode()
        assert "Det. Ana Ruiz" in page and "CA0190200" in page
    file = b"".join(client.get(path, {"as": "csv"})).decode().splitlines()  # type: ignore[arg-type]
    assert len(file) == 2 and "Det. Ana Ruiz,Vale County Sheriff,CA0190200,C,Joint arrest" in file[1]


@pytest.mark.parametrize(
    "wrong", [{"recipient": " "}, {"agency": ""}, {"ori": "X1"}, {"purpose_code": "Q"}, {"reason": ""},
              {"dissemination": "1"}],
)  # fmt: skip
def test_an_entry_without_its_parts_is_refused(cast: Cast, wrong: dict[str, str]) -> None:
    run(cast, "C")
    [row] = queries.disseminations()
    sent = {**TO, "dissemination": str(row.id), **wrong}
    assert visit(cast["privacy_officer"]).post(reverse("steward:chri"), sent).status_code == 400
    assert not Onward.objects.exists()


def test_whoever_was_given_it_logs_it_and_nobody_else(cast: Cast) -> None:
    officer, _, _ = run(cast, "C")
    [row] = queries.disseminations()
    to = sharing.Recipient("Det. Ana Ruiz", "Vale County Sheriff")
    said = {"dissemination": row.id, "recipient": to, "purpose_code": "C", "reason": "Joint arrest"}
    for role in ("clinician", "administrator", "prosecutor"):
        with pytest.raises(NotFound):
            sharing.record_onward(by=cast[role], **said)
    with pytest.raises(NotFound):
        sharing.record_onward(by=officer, **{**said, "dissemination": uuid4()})
    assert sharing.record_onward(by=officer, **said).recorded_by == officer.id


def test_purpose_codes_are_data_in_both_languages(cast: Cast) -> None:
    english, spanish = queries.purpose_codes("en"), queries.purpose_codes("es")
    assert set(english) == set(spanish) >= {"C", "F", "J"} and english["C"] == "Criminal justice"
    assert all(len(code) == 1 and code.isupper() for code in english)
    client, path = visit(cast["privacy_officer"]), reverse("steward:chri")
    assert client.get(path, {"code": "Q"}).status_code == 400
    assert client.get(path, {"code": "C"}).status_code == 200
