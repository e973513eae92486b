"""Criminal history leaves a row of its own with the purpose code; without a code it does not leave at all."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.models import JournalLine
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries
from factories.cast import SETUP, Cast, gather, someone
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
    assert str(record.id) in client.get(path).content.decode()
    assert str(record.id) not in client.get(path, {"code": "F"}).content.decode()
    file = b"".join(client.get(path, {"as": "csv"})).decode().splitlines()  # type: ignore[arg-type]
    assert len(file) == 2 and officer.id in file[1] and ",C," in file[1]
    client.cookies["django_language"] = "es"
    assert "Antecedentes penales entregados" in client.get(path).content.decode()


@pytest.mark.parametrize("role", ["patrol_officer", "prosecutor", "administrator"])
def test_nobody_else_reads_it(cast: Cast, role: str) -> None:
    assert visit(cast[role]).get(reverse("steward:chri")).status_code == 403
