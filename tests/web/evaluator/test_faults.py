"""The pages of faults: who sees which, what they may do, and what every report says of its quality."""

from datetime import timedelta

import pytest
from django.urls import reverse

from commonweal.calls import actions as calls
from commonweal.evaluation import actions
from commonweal.evaluation.models import QualityItem
from commonweal.kernel import clock
from commonweal.kernel.actors import system
from factories.calls import open_centre
from factories.cast import SETUP, worker
from factories.past_calls import Row, Times
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="centre")
def the_centre(db):
    """A centre whose source never says when anybody arrived: thirty calls of last week."""
    found, then = open_centre(staffed=False), clock.now() - timedelta(days=7)
    times = Times(then, then + timedelta(minutes=4), None, then + timedelta(minutes=40))
    rows = [Row(external_id=f"n{n}", times=times) for n in range(30)]
    agency = found.cast.agency["ecc"]
    calls.import_calls(by=SETUP, rows=rows, agency=agency, profile="t", sources=["a.csv"])
    actions.look_for_faults(by=system("flow"))
    return found


def the_item() -> QualityItem:
    return QualityItem.objects.get(field="on_scene", problem="missing")


def test_the_queue_tells_an_evaluator_what_is_wrong_and_where(centre) -> None:
    page = visit(centre.cast["evaluator"]).get(reverse("evaluator:queue")).content.decode()
    assert "On scene: missing" in page and "Harlow Emergency Communications" in page
    assert "30" in page and "old-cad" in page
    shown = visit(centre.cast["evaluator"]).get(reverse("evaluator:fault", args=[the_item().id]))
    text = shown.content.decode()
    assert "Somebody of the agency" in text and "I see to it" not in text and "30 of 30" in text
    assert "/board/" not in text, "an evaluator opens no call"


def test_somebody_of_the_agency_takes_and_explains_it(centre) -> None:
    client, item = visit(centre.cast["supervisor"]), the_item()
    page = client.get(reverse("evaluator:fault", args=[item.id])).content.decode()
    assert "I see to it" in page and "how many is not shown" in page
    assert page.count('href="/board/') >= 20, "the newest records, each by its own gate"
    mend = reverse("evaluator:mend", args=[item.id])
    client.post(mend, {"act": "take"})
    assert the_item().state == "taken"
    wrong = client.post(mend, {"act": "explain", "note": "Kept as typed"})
    assert wrong.status_code == 400 and "Choose why" in wrong.content.decode()
    assert "Kept as typed" in wrong.content.decode()
    done = client.post(mend, {"act": "explain", "reason": "source_cannot_say"}, follow=True).content.decode()
    assert "The source system has no field for it" in done and "still to come" in done
    assert client.post(mend, {"act": "correct", "note": "x"}).status_code == 409
    waiting = client.get(reverse("evaluator:queue")).content.decode()
    assert "On scene: missing" not in waiting
    assert "On scene: missing" in client.get(reverse("evaluator:queue") + "?state=explained").content.decode()


def test_in_spanish_too(centre) -> None:
    client = visit(centre.cast["supervisor"])
    client.post("/language/", {"language": "es", "next": "/"})
    page = client.get(reverse("evaluator:queue")).content.decode()
    assert "Fallos en los registros" in page and "En el lugar: falta" in page
    shown = client.get(reverse("evaluator:fault", args=[the_item().id])).content.decode()
    assert "El sistema de origen no tiene un campo" in shown and "Yo me encargo" in shown


@pytest.mark.parametrize("name", ["report", "index", "diversion"])
def test_every_report_says_on_what_quality_it_stands(centre, name) -> None:
    page = visit(centre.cast["evaluator"]).get(reverse(f"evaluator:{name}")).content.decode()
    assert "open in these records" in page
    if name != "index":
        assert "On scene: missing" in page


def test_where_nobody_looked_a_report_says_so(db) -> None:
    centre = open_centre(staffed=False)
    page = visit(centre.cast["evaluator"]).get(reverse("evaluator:report")).content.decode()
    assert "Nobody has looked" in page


def test_a_look_is_asked_for_by_an_evaluator_alone(centre) -> None:
    look = reverse("evaluator:look")
    told = visit(centre.cast["evaluator"]).post(look, follow=True).content.decode()
    assert "Looked through" in told
    assert visit(centre.cast["supervisor"]).post(look).status_code == 403


def test_agencies_are_chosen_among(centre) -> None:
    ecc = centre.cast.agency["ecc"]
    client = visit(worker(ecc, "evaluator"))
    assert "On scene" in client.get(reverse("evaluator:queue"), {"agency": str(ecc)}).content.decode()
    for nonsense in ({"agency": "gold"}, {"state": "melted"}):
        refused = client.get(reverse("evaluator:queue"), nonsense)
        assert refused.status_code == 400 and "Choose from the list." in refused.content.decode()
    assert client.get(reverse("evaluator:queue"), {"state": "all"}).status_code == 200


@pytest.mark.parametrize("role", ["analyst", "privacy_officer", "call_taker", "provider_staff"])
def test_other_roles_have_no_queue(centre, role) -> None:
    client = visit(centre.cast[role])
    assert client.get(reverse("evaluator:queue")).status_code == 403
    assert client.get(reverse("evaluator:fault", args=[the_item().id])).status_code == 403
    assert client.post(reverse("evaluator:mend", args=[the_item().id]), {"act": "take"}).status_code == 403


def test_another_agency_finds_nothing(centre) -> None:
    client = visit(centre.cast["records_steward"])  # of the police
    assert "On scene" not in client.get(reverse("evaluator:queue")).content.decode()
    assert client.get(reverse("evaluator:fault", args=[the_item().id])).status_code == 404
    assert client.post(reverse("evaluator:mend", args=[the_item().id]), {"act": "take"}).status_code == 404


def test_a_stranger_signs_in_first(client, centre) -> None:
    assert client.get(reverse("evaluator:queue")).status_code == 302
    assert client.get(reverse("evaluator:fault", args=[the_item().id])).status_code == 302
