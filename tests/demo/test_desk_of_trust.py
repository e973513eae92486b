"""The generated privacy officer has a desk in use: requests and agreements in every state, a hold."""

from types import SimpleNamespace

import pytest

from commonweal.agencies.models import Account
from commonweal.demo.filling import desk_of_trust
from commonweal.demo.filling.names import Ids
from commonweal.sharing import queries
from commonweal.sharing.models import Agreement, Disclosure, LegalHold, Onward, Redaction, Request, Statement
from factories.calls import open_centre
from factories.cast import someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db


def test_it_is_filled_through_the_doors_and_shown() -> None:
    centre = open_centre(staffed=False)
    cast, ids = centre.cast, Ids()
    named = {"Rosa": "health", "Ana": "police", "Lee": "social_service", "Kit": "social_service"}
    known = [someone(cast, house, given=name)[0] for name, house in named.items()]
    ids.agency = {kind: cast.agency[kind] for kind in ("health", "social_service", "police")}
    officer = cast["privacy_officer"]
    ids.worker["pr"] = cast.account("privacy_officer")
    ids.worker["pa"] = cast.account("patrol_officer")
    Account.objects.filter(id=cast.account("patrol_officer")).update(cjis_screened=True)
    organization = SimpleNamespace(
        agencies=[SimpleNamespace(kind=kind, code=kind) for kind in ids.agency],
        workers=[SimpleNamespace(role=role, key=role[:2]) for role in ("privacy_officer", "patrol_officer")],
    )
    desk_of_trust.fill(organization, ids, known, [centre.call(), centre.call()])  # type: ignore[arg-type]
    states = set(Request.objects.values_list("kind", "state"))
    assert {("access", "received"), ("access", "in_work"), ("amendment", "answered")} <= states
    assert {("public_records", "received"), ("public_records", "answered")} <= states
    assert {"draft", "signed", "ended", "in_force"} == set(Agreement.objects.values_list("state", flat=True))
    assert {("amendment", "in_work"), ("complaint", "in_work")} <= states
    assert Redaction.objects.exists() and LegalHold.objects.exists()
    assert not [due for due in queries.queue() if due.is_overdue], "a desk that keeps its days"
    assert sorted(Statement.objects.values_list("what", flat=True)) == ["amendment", "disagreement"]
    assert queries.disseminations().count() == 3 and Onward.objects.get().agency == "Vale County Sheriff"
    ordered = Disclosure.objects.get(is_accounted=True)
    assert (ordered.purpose, ordered.person_id) == ("enforcement", known[0]), "of a clinic's record alone"
    assert {m.is_late for m in queries.open_measures(officer)} == {True, False}
    page = visit(officer)
    for place, words in (("", "days late"), ("chri/", "Vale County Sheriff"), ("register/", "Identity")):
        assert words in page.get(f"/trust/{place}").content.decode(), place
    shown = page.get("/trust/agreements/").content.decode()
    assert "1 of 2 have signed" in shown and "Summer pilot" in shown
    assert "A list of who received my record" in page.get("/trust/requests/").content.decode()
