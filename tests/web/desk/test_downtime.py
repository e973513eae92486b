"""The downtime page: a pack at one press, sheets entered, a plan, a drill; and who may not."""

import hashlib
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commonweal.calls import actions, queries
from commonweal.calls.models import Call, Drill, Pack
from commonweal.kernel import clock
from factories.calls import Centre, open_centre
from factories.cast import worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="centre")
def at_work() -> Centre:
    return open_centre()


@pytest.fixture(name="keeper")
def supervising(centre: Centre) -> Client:
    return visit(centre.cast["supervisor"])


def test_a_pack_at_one_press_leaves_under_its_own_policy(centre: Centre) -> None:
    """To look at, or as a file; both recorded, each with numbers of its own."""
    centre.call()
    client = visit(centre.desk)
    shown = client.post(reverse("desk:downtime_pack"), {"as": "page"})
    saved = client.post(reverse("desk:downtime_pack"), {"as": "file"})
    assert "412 Cedar Ave" in shown.content.decode()
    assert "style-src 'sha256-" in shown["Content-Security-Policy"]
    assert saved["Content-Disposition"].startswith("attachment") and ".html" in saved["Content-Disposition"]
    assert "no-store" in shown["Cache-Control"]
    first, second = Pack.objects.order_by("first")
    assert first.last < second.first and first.digest != second.digest
    page = client.get(reverse("desk:downtime")).content.decode()
    assert queries.numbers(first)[0][0] in page and "It is destroyed" in page
    client.post(reverse("desk:downtime_destroyed", args=[first.id]))
    assert Pack.objects.get(id=first.id).removed_by == centre.desk.id


def sheet(centre: Centre, **said: str) -> dict[str, str]:
    """A filled form for the first sheet of a pack of two hours ago."""
    with clock.at(clock.now() - timedelta(hours=2)):
        pack = actions.open_pack(by=centre.desk, reason="asked", calls=0, withheld=0, sheets=1)
    local = timezone.localtime(clock.now() - timedelta(minutes=30))
    times = {"received": local, "cleared": local + timedelta(minutes=20)}
    written = {name: f"{at:%Y-%m-%dT%H:%M}" for name, at in times.items()}
    return {"paper": queries.numbers(pack)[0][0], "source": "911", "language": "en", "tier": "T3",
            "address": "412 Cedar Ave", "words": "Cold and tired.", **written, **said}  # fmt: skip


def test_a_sheet_is_entered_once_and_what_is_refused_keeps_its_words(centre: Centre) -> None:
    """The reason stands at its box, and everything typed is still there."""
    client, said = visit(centre.desk), sheet(centre)
    path = reverse("desk:paper")
    wrong = client.post(path, said | {"paper": "P26-9"})
    assert wrong.status_code == 400 and "No pack holds this number" in wrong.content.decode()
    assert "Cold and tired." in wrong.content.decode() and not Call.objects.exists()
    assert client.post(path, said).status_code == 302
    again = client.post(path, said)
    assert again.status_code == 400 and "entered already" in again.content.decode()
    (call,) = Call.objects.all()
    drawer = client.get(reverse("board:call", args=[call.id])).content.decode()
    assert said["paper"] in drawer and "entered afterwards" in drawer


def test_a_call_that_still_runs_opens_at_the_desk(centre: Centre) -> None:
    answer = visit(centre.desk).post(reverse("desk:paper"), sheet(centre, cleared=""))
    assert answer["Location"] == reverse("desk:call", args=[Call.objects.get().id])


def test_the_plan_is_kept_in_lines_of_who_and_number(centre: Centre, keeper: Client) -> None:
    said = {"every_minutes": "30", "keep_hours": "12", "sheets": "5", "language": "es",
            "contacts": "Radio room: 555-0111\n\nHospital: night desk: 555-0112"}  # fmt: skip
    assert keeper.post(reverse("desk:downtime_plan"), said).status_code == 302
    plan = queries.downtime_plan(centre.cast.agency["ecc"])
    assert plan and plan.contacts == [["Radio room", "555-0111"], ["Hospital: night desk", "555-0112"]]
    assert keeper.post(reverse("desk:downtime_plan"), said | {"sheets": "many"}).status_code == 400
    assert "Radio room: 555-0111" in keeper.get(reverse("desk:downtime")).content.decode()


def test_a_drill_by_hand(centre: Centre, keeper: Client) -> None:
    """Its pack is marked, its sheet refused a second time, its record listed."""
    keeper.post(reverse("desk:drill_begin"))
    drill = Drill.objects.get()
    page = reverse("desk:drill", args=[drill.id])
    pack = keeper.post(reverse("desk:drill_pack", args=[drill.id])).content.decode()
    assert "Nothing on these pages is to be acted on" in pack
    number = queries.numbers(Pack.objects.get())[0][0]
    assert keeper.post(page, {"act": "sheet", "paper": number}).status_code == 302
    assert keeper.post(page, {"act": "sheet", "paper": number}).status_code == 409
    assert keeper.post(page, {"act": "end"}).status_code == 400
    for step in actions.DRILL_STEPS:
        keeper.post(page, {"step": step, "went": "well"})
    assert keeper.post(page, {"step": "found", "went": "so-so"}).status_code == 400
    keeper.post(page, {"act": "end", "findings": "The printer lacked paper."})
    assert "6 of 6 steps went well" in keeper.get(reverse("desk:downtime")).content.decode()
    assert "The printer lacked paper." in keeper.get(page).content.decode()


def test_who_may_not(centre: Centre) -> None:
    """No desk, no pack; no supervisor, no plan and no drill; another centre, nothing."""
    medic, taker = visit(centre.cast["medic"]), visit(centre.desk)
    for name in ("downtime", "paper"):
        assert medic.get(reverse(f"desk:{name}")).status_code == 403
    assert medic.post(reverse("desk:downtime_pack")).status_code == 403
    for name in ("downtime_plan", "drill_begin"):
        assert taker.post(reverse(f"desk:{name}")).status_code == 403
    drill = actions.begin_drill(by=centre.cast["supervisor"])
    other = visit(worker(centre.cast.agency["lifeline_988"], "supervisor"))
    for name in ("drill", "drill_pack"):
        assert other.post(reverse(f"desk:{name}", args=[drill.id])).status_code == 404
    assert not Pack.objects.exists()


def test_in_spanish(centre: Centre, keeper: Client) -> None:
    keeper.cookies["django_language"] = "es"
    page = keeper.get(reverse("desk:downtime")).content.decode()
    assert "Cuando el sistema no está" in page and "Make and print" not in page
    assert "Hojas de encuentro" in keeper.post(reverse("desk:downtime_pack")).content.decode()


WORDS = "lantern gravel Otto 41 umbrella"


def sealing(**said: str) -> dict[str, str]:
    """The form of the sealed pack, filled in."""
    return {"passphrase": WORDS, "passphrase_again": WORDS, **said}


def test_sealed_under_a_passphrase_it_leaves_as_one_file(centre: Centre) -> None:
    """Recorded as every pack, with nothing of a call or of the passphrase in the clear."""
    centre.call()
    client, path = visit(centre.desk), reverse("desk:downtime_sealed")
    assert path in client.get(reverse("desk:downtime")).content.decode()
    answer = client.post(path, sealing())
    assert (
        answer["Content-Disposition"].startswith("attachment") and "sealed-" in answer["Content-Disposition"]
    )
    page = answer.content.decode()
    assert "412 Cedar Ave" not in page and WORDS not in page and "no-store" in answer["Cache-Control"]
    pack = Pack.objects.get()
    assert pack.digest == hashlib.sha256(answer.content).hexdigest() and pack.made_by == centre.desk.id


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"passphrase": "letmein"}, "Too easy to guess"),
        ({"passphrase": ""}, "Too easy to guess"),
        ({"passphrase_again": "lantern gravel Otto 42 umbrella"}, "The two differ"),
    ],
)
def test_a_passphrase_that_is_refused_is_never_repeated(
    centre: Centre, said: dict[str, str], says: str
) -> None:
    answer = visit(centre.desk).post(reverse("desk:downtime_sealed"), sealing(**said))
    page = answer.content.decode()
    assert answer.status_code == 400 and says in page and not Pack.objects.exists()
    assert "gravel" not in page and "letmein" not in page


def test_a_refused_passphrase_in_spanish(centre: Centre) -> None:
    client = visit(centre.desk)
    client.cookies["django_language"] = "es"
    answer = client.post(reverse("desk:downtime_sealed"), sealing(passphrase="letmein"))
    assert "Frase de acceso" in answer.content.decode() and "fácil de adivinar" in answer.content.decode()


def test_who_takes_no_calls_seals_no_pack(centre: Centre) -> None:
    path = reverse("desk:downtime_sealed")
    assert Client().post(path, sealing()).status_code == 302
    for role in ("case_manager", "administrator", "shelter_worker"):
        assert visit(centre.cast[role]).post(path, sealing()).status_code == 403
    assert visit(centre.desk).get(path).status_code == 405
    assert not Pack.objects.exists()
