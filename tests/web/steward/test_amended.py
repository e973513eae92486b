"""A correction at the desk: put beside the record, read with it everywhere, told to whom the person names."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.kernel import clock, days
from commonweal.sharing import queries
from commonweal.sharing.models import Letter, Request
from factories.cast import Cast, gather, someone
from factories.visitor import visit

pytestmark = pytest.mark.django_db
WEB = Path(__file__).parents[3] / "src/commonweal/web"
RIGHT = "The year of birth was wrong. It is 1985."
MADE_OF = {"left_out": ("left", "right"), "fields": (), "names": ()}
LEFT_OUT = re.compile(r"{% withheld (\w+) (?:own=True )?%}")


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies and their workers, bound by a memorandum."""
    return gather()


def page(client: Client, place: str, *args: object) -> str:
    """The text of a page."""
    return client.get(reverse(place, args=args)).content.decode()


def act(officer: Client, found: Request, verb: str, **said: object) -> int:
    """Take one step; the status of the answer."""
    return officer.post(reverse("steward:request", args=[found.id]), {"act": verb, **said}).status_code


def test_from_the_answer_to_whoever_reads_the_record(cast: Cast) -> None:
    officer, (rosa, record) = visit(cast["privacy_officer"]), someone(cast, "police")
    sent = {"kind": "amendment", "person": str(rosa), "name": "Rosa Delgado", "text": "Wrong year"}
    officer.post(reverse("steward:request_new"), sent)
    found, about = Request.objects.get(), f"{record.kind}:{record.id}"
    assert act(officer, found, "verify", how="id_document") == 302
    assert act(officer, found, "amend", about=about, amendment=RIGHT) == 409, "before it is granted"
    assert act(officer, found, "answer", outcome="granted") == 302
    assert "does not stand beside any record yet" in page(officer, "steward:request", found.id)
    assert act(officer, found, "amend", about=about, amendment="") == 400
    assert act(officer, found, "amend", about="source_record:none", amendment=RIGHT) == 400
    assert act(officer, found, "amend", about=about, amendment=RIGHT, tell="1") == 302
    shown = page(officer, "steward:request", found.id)
    assert RIGHT in shown and "Put the correction beside a record" in shown
    assert "statement beside a record" not in shown, "what is granted in full leaves nothing to disagree with"
    assert act(officer, found, "tell", name="Legal Aid", contact="9 Court Sq") == 302
    assert RIGHT in Letter.objects.get(letter="amended").body
    reader = visit(cast["records_steward"])
    read = page(reader, "records:record", record.id)
    assert RIGHT in read and f"Amended on {days.said(clock.today())}" in read
    reader.cookies["django_language"] = "es"
    assert "a petición de la persona" in page(reader, "records:record", record.id)


def test_it_is_in_the_copy_on_paper_and_as_a_file(cast: Cast) -> None:
    officer, (rosa, record) = visit(cast["privacy_officer"]), someone(cast, "police")
    for kind in ("amendment", "access"):
        sent = {"kind": kind, "person": str(rosa), "name": "Rosa Delgado", "text": "As the law allows"}
        officer.post(reverse("steward:request_new"), sent)
        found = Request.objects.get(kind=kind)
        act(officer, found, "verify", how="id_document")
        act(officer, found, "answer", outcome="granted")
    correction = Request.objects.get(kind="amendment")
    act(officer, correction, "amend", about=f"{record.kind}:{record.id}", amendment=RIGHT)
    assert RIGHT in page(officer, "steward:copy", found.id)
    whole = officer.get(reverse("steward:copy", args=[found.id]), {"as": "json"}).json()
    [identity] = [p["records"][0] for p in whole["parts"] if p["class"] == "identity"]
    assert identity["amendments"] == [{"on": clock.today().isoformat(), "text": RIGHT}]
    assert identity["statements"] == []
    assert queries.amended_under(found.id).count() == 0, "the copy is no correction"


@pytest.mark.parametrize("template", sorted(WEB.rglob("*.html")), ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_page_that_shows_a_record_shows_what_stands_beside_it(template: Path) -> None:
    """Wherever a page says what was left out of a record, it says what was amended in it (164.526)."""
    text = template.read_text(encoding="utf-8")
    shown = {part for name in LEFT_OUT.findall(text) for part in MADE_OF.get(name, (name,))}
    missing = {name for name in shown if "{% beside " + name + " %}" not in text}
    assert not missing or template.name == "gallery.html", f"{template}: add {{% beside … %}} for {missing}"
