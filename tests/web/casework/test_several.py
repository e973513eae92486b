"""Several cases at once: each is given, given back or refused by itself, and the page says so."""

from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.cases import actions
from commonweal.cases.models import Case
from commonweal.messages import queries as messages
from factories.cases import Support, support
from factories.cast import SETUP, someone, worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db
HERE = "casework:several"


@pytest.fixture(name="it")
def two_cases() -> Support:
    """Two cases of one manager, a colleague beside them."""
    it = support()
    it.cast.actors["colleague"] = worker(it.cast.agency["social_service"], "case_manager")
    return it


def another(it: Support, manager: str = "case_manager") -> UUID:
    """One more case of the agency."""
    person, _ = someone(it.cast, "social_service", given="Ana")
    account = UUID(it.cast[manager].id)
    agency = it.cast.agency["social_service"]
    made = actions.open_case(by=it.cast[manager], person=person, agency=agency, manager=account)
    return made.id


def post(client: Client, act: str, *ids: UUID, **more: str) -> str:
    """One act on these."""
    done = client.post(reverse(HERE), {"act": act, "case": [str(one) for one in ids], **more})
    return f"{done.status_code} {done.content.decode()}"


def test_given_to_a_colleague_and_given_back(it: Support) -> None:
    client, second, account = visit(it.manager), another(it), it.cast["colleague"].id
    said = post(client, "assign", it.case, second, account=account)
    assert "2 were done" in said and "refused" not in said and "Undo" in said
    assert set(Case.objects.values_list("manager", flat=True)) == {UUID(account)}
    assert len(messages.unread(it.cast["colleague"])) == 2
    was = {f"was-{one}": it.manager.id for one in (it.case, second)}
    assert "2 were done" in post(client, "back", it.case, second, **was)
    assert set(Case.objects.values_list("manager", flat=True)) == {UUID(it.manager.id)}


def test_what_is_refused_stays_and_the_others_are_done(it: Support) -> None:
    hers = another(it, "colleague")
    closed = another(it)
    actions.close_case(by=it.manager, case=closed, reason="stable")
    said = post(visit(it.manager), "assign", it.case, hers, closed, uuid4(), account=it.cast["colleague"].id)
    assert "1 was done" in said and "3 were refused" in said and "not open to you" in said
    assert Case.objects.get(id=hers).manager == UUID(it.cast["colleague"].id)
    assert Case.objects.get(id=closed).manager == UUID(it.manager.id)


def test_only_a_colleague_of_the_agency_is_given_any(it: Support) -> None:
    client = visit(it.manager)
    for account in (it.cast["clinician"].id, str(uuid4()), "x"):
        assert post(client, "assign", it.case, account=account).startswith("400")
    assert post(client, "assign", account=it.manager.id).startswith("400")
    assert "no longer there" in post(client, "back", it.case)
    assert Case.objects.get().manager == UUID(it.manager.id)
    assert post(client, "burn", it.case).startswith("404")
    many = [uuid4() for _ in range(51)]
    assert "fifty" in post(client, "print", *many)


def test_the_sheet_holds_what_is_open(it: Support) -> None:
    hers = another(it, "colleague")
    said = post(visit(it.manager), "print", it.case, hers)
    assert "Rosa Delgado" in said and "Ana" not in said and "1 case is not on this sheet" in said


def test_from_the_list_in_spanish(it: Support) -> None:
    agencies.change_account(by=SETUP, account=UUID(it.manager.id), language="es")
    client = visit(it.manager)
    page = client.get(reverse("casework:index")).content.decode()
    assert "Con los casos marcados" in page and f'value="{it.case}"' in page
    assert "Se hizo 1." in post(client, "assign", it.case, account=it.cast["colleague"].id)


def test_strangers_and_other_agencies_change_nothing(it: Support) -> None:
    for client in (visit(it.cast["clinician"]), visit(it.cast["patrol_officer"]), Client()):
        said = post(client, "assign", it.case, account=it.cast["colleague"].id)
        assert said[:3] in ("302", "400", "403", "404")
    assert visit(it.manager).get(reverse(HERE)).status_code == 405
    assert Case.objects.get().manager == UUID(it.manager.id)
