"""The generated privacy officer has a desk in use: requests and agreements in every state, a hold."""

from types import SimpleNamespace

import pytest

from commonweal.agencies import queries as agencies
from commonweal.demo.filling import desk_of_trust
from commonweal.demo.filling.names import Ids
from commonweal.sharing import queries
from commonweal.sharing.models import Agreement, LegalHold, Redaction, Request, Statement
from factories.calls import open_centre
from factories.cast import someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db


def test_it_is_filled_through_the_doors_and_shown() -> None:
    centre = open_centre(staffed=False)
    cast, ids = centre.cast, Ids()
    known = [someone(cast, "social_service", given=name)[0] for name in ("Rosa", "Ana", "Lee", "Kit")]
    ids.agency = {kind: cast.agency[kind] for kind in ("health", "social_service", "police")}
    officer = cast["privacy_officer"]
    ids.worker["p"] = agencies.account_named(agencies.account(cast.account("privacy_officer")).username).id
    organization = SimpleNamespace(
        agencies=[SimpleNamespace(kind=kind, code=kind) for kind in ids.agency],
        workers=[SimpleNamespace(role="privacy_officer", key="p")],
    )
    desk_of_trust.fill(organization, ids, known, [centre.call(), centre.call()])  # type: ignore[arg-type]
    states = set(Request.objects.values_list("kind", "state"))
    assert {("access", "received"), ("access", "in_work"), ("amendment", "answered")} <= states
    assert {("public_records", "received"), ("public_records", "answered")} <= states
    assert {"draft", "signed", "ended", "in_force"} == set(Agreement.objects.values_list("state", flat=True))
    assert Redaction.objects.exists() and Statement.objects.get().text and LegalHold.objects.exists()
    assert not [due for due in queries.queue() if due.is_overdue], "a desk that keeps its days"
    page = visit(officer)
    shown = page.get("/trust/agreements/").content.decode()
    assert "1 of 2 have signed" in shown and "Summer pilot" in shown
    assert "A list of who received my record" in page.get("/trust/requests/").content.decode()
