"""The form that explains: every labelled question that its words can put gets the labelled answer."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.kernel.models import JournalLine
from commonweal.web.steward import explain
from factories.cast import Cast, gather
from factories.visitor import visit
from spec.disclosure_requests import DEFAULTS
from spec.test_house_scenarios import SCENARIOS

pytestmark = pytest.mark.django_db
HEADS = {"allow": "Yes", "redact": "In part", "deny": "No"}
WHOLE = {"complete": True, "recipient_ok": True, "category_ok": True, "purpose_ok": True}
YES = {name for name, _ in explain.WHEN} - set(explain.NOT_YES_OR_NO)


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    return gather(partners=False)


@pytest.fixture(name="officer")
def an_officer(cast: Cast) -> Client:
    """The privacy officer."""
    return visit(cast["privacy_officer"])


def put(scenario: dict[str, dict[str, object]]) -> dict[str, object] | None:
    """The question in the words of the form; None where the form has no word for a part of it."""
    asked = scenario["request"]
    said: dict[str, object] = {n: asked[n] for n in ("category", "purpose")} | {"role": asked["actor"]}
    when: list[str] = []
    for name, value in dict(asked["facts"]).items():
        if value == DEFAULTS.get(name):
            continue
        if name in YES and value is True:
            when.append(name)
        elif name == "source_program":
            said["origin"] = value
        elif name == "legal_process":
            said["paper"] = value
        elif name == "consent" and _is_plain(value):
            said["consent"] = value["form"]
        elif (name, value) in (("purpose_code", "C"), ("mou_active", False)):
            when.append("purpose_code" if name == "purpose_code" else "no_agreement")
        elif name == "break_glass" and isinstance(value, dict) and value.get("reason"):
            when.append("break_glass")
        else:
            return None
    return said | {"when": when} if asked["actor"] in explain.ROLES else None


def _is_plain(consent: object) -> bool:
    """A consent that is valid and nothing more: the form offers no other."""
    if not isinstance(consent, dict):
        return False
    return {k: v for k, v in consent.items() if v and k != "form"} == WHOLE


def questions() -> Iterator[tuple[str, str]]:
    for one in SCENARIOS:
        if (said := put(one)) is not None:
            yield urlencode(said, doseq=True), str(one["expect"]["decision"])


def test_the_form_gives_the_labelled_answer_to_every_question_it_can_put(officer: Client) -> None:
    asked = list(questions())
    assert len(asked) > 60 and {decision for _, decision in asked} == set(HEADS)
    wrong = []
    for query, decision in asked:
        answer = officer.get(f"{reverse('steward:explain')}?{query}").context["answer"]
        if answer.decision != decision:
            wrong.append((query, decision))
    assert not wrong


@pytest.mark.parametrize(("paper", "head"), [("court_order", "In part"), ("warrant", "No"), ("", "No"),
    ("oral_request", "No"), ("attorney_subpoena", "No")])  # fmt: skip
def test_a_paper_changes_the_answer_as_the_law_says(officer: Client, paper: str, head: str) -> None:
    asked = {"role": "prosecutor", "category": "case_plan", "purpose": "enforcement", "paper": paper}
    page = officer.get(reverse("steward:explain"), asked).content.decode()
    assert f"<h2>{head}</h2>" in page
    assert ("A court order opens goals" in page) is (head == "In part")
    assert (f'<option value="{paper}" selected>' in page) is bool(paper)


def test_the_answer_its_rules_and_what_would_unlock_it_read_in_spanish(officer: Client) -> None:
    officer.cookies["django_language"] = "es"
    for asked in (
        {"role": "prosecutor", "category": "case_plan", "purpose": "enforcement"},
        {"role": "prosecutor", "category": "case_plan", "purpose": "enforcement", "paper": "court_order"},
        {"role": "case_manager", "category": "case_plan", "purpose": "care_coordination",
         "when": ["care_relationship"]},
    ):  # fmt: skip
        page = officer.get(reverse("steward:explain"), asked).content.decode()
        told = page.split('aria-live="polite"')[-1]
        for english in (" the ", " opens ", " sees ", "Written release", "court order", " of "):
            assert english not in told.split("</section>")[0], english


def test_a_word_that_is_none_is_answered_with_no_and_why(officer: Client) -> None:
    for name in ("role", "category", "purpose", "origin", "paper", "consent"):
        asked = {"role": "dispatcher", "category": "call_facts", "purpose": "emergency", name: "sofa"}
        answer = officer.get(reverse("steward:explain"), asked)
        assert answer.status_code == 200 and "<h2>No</h2>" in answer.content.decode(), name


def test_it_is_the_officers_and_leaves_no_trace_in_the_journal(cast: Cast, officer: Client) -> None:
    asked = {"role": "patrol_officer", "category": "sud_record", "purpose": "enforcement", "paper": "warrant"}
    lines = JournalLine.objects.count()
    assert "<h2>No</h2>" in officer.get(reverse("steward:explain"), asked).content.decode()
    assert JournalLine.objects.count() == lines
    for role in ("patrol_officer", "administrator", "case_manager"):
        assert visit(cast[role]).get(reverse("steward:explain"), asked).status_code == 403
    assert Client().get(reverse("steward:explain"), asked).status_code == 302
