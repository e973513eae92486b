"""A funder's form at the desk: chosen, filled, answered by hand, exported, filed; nobody else's."""

import csv
import io
from uuid import uuid4

import pytest
from django.urls import reverse

from commonweal.kernel import clock
from commonweal.planning import queries
from commonweal.planning.models import GrantItem
from factories.cast import gather
from factories.visitor import visit

TODAY = clock.today()


@pytest.fixture(name="cast")
def the_cast(db):
    return gather(partners=False)


@pytest.fixture(name="manager")
def the_manager(cast):
    return visit(cast["program_manager"])


@pytest.fixture(name="report")
def the_report(manager) -> GrantItem:
    """The first report of a grant whose calendar was made from the funder's form."""
    asked = {
        "name": "Nights", "funder": "BJA", "starts": "2026-01-01", "ends": "2026-12-31", "amount": "1000",
    }  # fmt: skip
    manager.post(reverse("planner:grants"), asked)
    [grant] = queries.grants()
    page = reverse("planner:grant", args=[grant.id])
    assert "in the manner of BJA JMHCP" in manager.get(page).content.decode()
    done = manager.post(page, {"act": "calendar", "form": "bja_jmhcp"}, follow=True).content.decode()
    assert "in the calendar" in done
    return GrantItem.objects.filter(kind="report").order_by("starts")[0]


def address(report: GrantItem, name: str = "funder_form") -> str:
    return reverse(f"planner:{name}", args=[report.grant_id, report.id])


def test_what_no_metric_answers_waits_for_a_person_and_says_why(manager, report) -> None:
    page = manager.get(address(report)).content.decode()
    assert "A person answers this:" in page and "nothing to count in these days" in page
    assert "behavioural_health_share" in page and "questions are open" in page
    kept = {"act": "answer", "question": "officers_trained", "text": "41 officers", "note": "Academy's list"}
    done = manager.post(address(report), kept, follow=True).content.decode()
    assert "41 officers" in done and "by hand" in done and "Academy&#x27;s list" in done


def test_a_metrics_answer_is_not_overwritten_without_a_reason(manager, report) -> None:
    said = {"act": "answer", "question": "calls", "text": "900 calls by paper"}
    wrong = manager.post(address(report), said)
    text = wrong.content.decode()
    assert wrong.status_code == 400 and "Say why you answer it otherwise" in text
    assert "900 calls by paper" in text, "what was typed stays"


def test_the_table_names_each_metric_and_who_answered_by_hand(cast, manager, report) -> None:
    kept = {"act": "answer", "question": "partners", "text": "=SUM(4)"}
    manager.post(address(report), kept)
    answer = manager.get(address(report, "funder_form_file"))
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    by_question = {row["question"]: row for row in rows}
    assert by_question["calls"]["metric"] == "behavioural_health_share"
    assert by_question["calls"]["version"] == "1"
    assert by_question["partners"]["by_hand"] == "'=SUM(4)", "a sheet runs nothing"
    assert by_question["partners"]["answered_by"].startswith("Program_Manager")
    assert "award says who counts" in by_question["partners"]["reason_by_hand"]


def test_filed_with_its_report_it_stays(manager, report) -> None:
    manager.post(address(report), {"act": "answer", "question": "partners", "text": "four"})
    draft = reverse("planner:grant_report", args=[report.grant_id, report.id])
    assert "Read and complete the form" in manager.get(draft).content.decode()
    assert "quality it stands on" in manager.get(draft).content.decode()
    manager.post(draft)
    filed = GrantItem.objects.get(id=report.id).filed
    assert filed["form"]["form"] == "bja_jmhcp" and filed["quality"]["is_known"] is False
    page = manager.get(address(report)).content.decode()
    assert "four" in page and "Answer by hand" not in page
    late = manager.post(address(report), {"act": "answer", "question": "partners", "text": "five"})
    assert late.status_code == 400 and "has been filed" in late.content.decode()


def test_another_form_or_none(manager, report) -> None:
    other = manager.post(address(report), {"act": "choose", "form": "samhsa_grants"}, follow=True)
    assert "in the manner of SAMHSA" in other.content.decode()
    none = manager.post(address(report), {"act": "choose", "form": ""}, follow=True).content.decode()
    assert "No form chosen" in none
    assert manager.get(address(report, "funder_form_file")).status_code == 400
    assert manager.post(address(report), {"act": "choose", "form": "gold"}).status_code == 400


def test_in_spanish_and_on_paper(manager, report) -> None:
    manager.post("/language/", {"language": "es", "next": "/"})
    page = manager.get(address(report)).content.decode()
    assert "al modo de BJA JMHCP" in page and "Responde una persona:" in page
    assert manager.get(address(report) + "?as=pdf").content[:5] == b"%PDF-"


def test_an_item_that_is_no_report_has_no_form(manager, report) -> None:
    other = GrantItem.objects.create(grant=report.grant, kind="condition", text="x")
    assert manager.get(address(other)).status_code == 302
    missing = reverse("planner:funder_form", args=[report.grant_id, uuid4()])
    assert manager.get(missing).status_code == 404


@pytest.mark.parametrize("role", ["evaluator", "analyst", "supervisor"])
def test_another_desk(cast, report, role) -> None:
    for name in ("funder_form", "funder_form_file"):
        assert visit(cast[role]).get(address(report, name)).status_code == 403


def test_a_stranger(client, report) -> None:
    for name in ("funder_form", "funder_form_file"):
        assert client.get(address(report, name)).status_code == 302
