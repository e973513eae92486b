"""The editor in a supervisor's browser: from a version in force to the next, in plain words."""

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.calls import actions, queries
from commonweal.calls.models import ProtocolCase, ProtocolDraft
from commonweal.kernel import clock
from factories.calls import CALM, GRAVE, Centre, open_centre
from factories.cast import worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.fixture(name="centre")
def at_work() -> Centre:
    return open_centre(staffed=False)


@pytest.fixture(name="keeper")
def supervising(centre: Centre) -> Client:
    return visit(centre.cast["supervisor"])


@pytest.fixture(name="draft")
def begun(centre: Centre, keeper: Client) -> ProtocolDraft:
    version = queries.adopted_by(centre.cast.agency["ecc"])
    assert version
    keeper.post(reverse("desk:protocol_begin", args=[version.id]))
    return ProtocolDraft.objects.get()


def test_a_rule_is_written_in_answers_and_read_as_a_sentence(keeper: Client, draft: ProtocolDraft) -> None:
    """Added, read back, changed, taken away; the check and the difference stand beside."""
    path = reverse("desk:draft_rule", args=[draft.id])
    said = {"revision": "1", "id": "", "q.care": ">unable", "q.contact": "=refuses", "tier": "T2",
            "gate": "no", "en": "Unsafe and wants nobody.", "es": "No quiere a nadie."}  # fmt: skip
    assert keeper.post(path, said).status_code == 302
    page = keeper.get(reverse("desk:draft", args=[draft.id])).content.decode()
    assert "Unsafe and wants nobody." in page and "They want nobody" in page and "added" in page
    form = keeper.get(path + "?id=unsafe_and_wants_nobody").content.decode()
    assert '<option value="&gt;unable" selected>' in form and '<option value="=refuses" selected>' in form
    assert keeper.post(path, {**said, "revision": "1"}).status_code == 409
    gone = {"revision": "2", "id": "unsafe_and_wants_nobody", "act": "drop"}
    assert keeper.post(path, gone).status_code == 302
    page = keeper.get(reverse("desk:draft", args=[draft.id])).content.decode()
    assert "Unsafe and wants nobody." not in page.replace("<del>", "")


@pytest.mark.parametrize("wrong", [{"q.care": ""}, {"es": ""}, {"tier": "T9"}, {"q.care": ">nonsense"}])
def test_a_rule_without_sense_is_refused(keeper: Client, draft: ProtocolDraft, wrong: dict[str, str]) -> None:
    said = {"revision": "1", "id": "", "q.care": ">unable", "tier": "T2", "gate": "no", "en": "a", "es": "b"}
    assert keeper.post(reverse("desk:draft_rule", args=[draft.id]), {**said, **wrong}).status_code == 400
    assert queries.draft(draft.id).revision == 1


def test_a_question_with_its_answers_in_order(keeper: Client, draft: ProtocolDraft) -> None:
    """A new one is found idle until a rule uses it."""
    said = {"revision": "1", "id": "", "en": "Is it below freezing?", "es": "¿Hiela?",
            "place": ["2", "1", "3"], "answer": ["", "", ""], "answer_en": ["Yes", "No", ""],
            "answer_es": ["Sí", "No", ""]}  # fmt: skip
    assert keeper.post(reverse("desk:draft_question", args=[draft.id]), said).status_code == 302
    asked = queries.draft_value(draft.id).question("is_it_below_freezing")
    assert [one.text.en for one in asked.answers] == ["No", "Yes"]
    page = keeper.get(reverse("desk:draft", args=[draft.id])).content.decode()
    assert "It is asked for nothing" in page
    edit = reverse("desk:draft_question", args=[draft.id]) + "?id=is_it_below_freezing"
    assert 'value="¿Hiela?"' in keeper.get(edit).content.decode()
    assert keeper.get(reverse("desk:draft_question", args=[draft.id]) + "?id=none").status_code == 404


def test_from_the_draft_to_two_signatures_and_the_public_page(
    centre: Centre, keeper: Client, draft: ProtocolDraft
) -> None:
    page = reverse("desk:draft", args=[draft.id])
    today = clock.today().isoformat()
    head = {"act": "head", "revision": "1", "en": "Harlow triage", "es": "Triaje de Harlow",
            "version": "2031.1", "effective_from": today, "effective_to": ""}  # fmt: skip
    assert keeper.post(page, head).status_code == 302
    test = {"act": "test", "name": "Not awake", "q.life": "medical", "tier": "T0"}
    keeper.post(page, test)
    assert ProtocolCase.objects.get().answers == {"life": "medical"}
    answer = keeper.post(page, {"act": "submit"})
    (made,) = queries.protocols().filter(version="2031.1")
    assert answer["Location"] == reverse("desk:protocol", args=[made.id])
    public = reverse("resident:protocol", args=[made.id])
    assert keeper.post(reverse("desk:protocol_sign", args=[made.id])).status_code == 302
    assert keeper.get(public).status_code == 404
    assert keeper.post(reverse("desk:protocol_sign", args=[made.id])).status_code == 409
    second = visit(worker(centre.cast.agency["ecc"], "supervisor", "one.more"))
    second.post(reverse("desk:protocol_sign", args=[made.id]))
    assert Client().get(public).status_code == 200
    assert second.post(reverse("desk:protocol_adopt", args=[made.id]), {"since": today}).status_code == 302
    assert "this centre works by it" in second.get(reverse("desk:protocols")).content.decode()
    assert "Not awake" in second.get(reverse("desk:protocol", args=[made.id])).content.decode()


def test_past_calls_are_compared_and_can_be_opened(
    centre: Centre, keeper: Client, draft: ProtocolDraft
) -> None:
    moved = centre.call({**CALM, "care": "unable"})
    centre.call(GRAVE)
    actions.put_rule(
        by=centre.cast["supervisor"], draft=draft.id, revision=1, rule="", gate=False,
        when={"care": "unable"}, tier="T1", sentence={"en": "Unsafe.", "es": "Sin protección."},
    )  # fmt: skip
    said = {"old": str(draft.based_on_id), "new": f"draft:{draft.id}"}
    page = keeper.get(reverse("desk:protocol_compare"), said).content.decode()
    assert "2 past calls" in page and reverse("board:call", args=[moved]) in page
    assert keeper.get(reverse("desk:protocol_compare"), {"old": "x"}).status_code == 400


def test_who_may_not(centre: Centre, draft: ProtocolDraft) -> None:
    """A call taker reads protocols with everybody else, and changes none."""
    taker = visit(centre.desk)
    for name, args in (("protocols", []), ("draft", [draft.id]), ("draft_rule", [draft.id]),
                       ("draft_question", [draft.id]), ("protocol", [draft.based_on_id]),
                       ("protocol_compare", [])):  # fmt: skip
        assert taker.get(reverse(f"desk:{name}", args=args)).status_code == 403
    for name in ("protocol_begin", "protocol_sign", "protocol_adopt"):
        assert taker.post(reverse(f"desk:{name}", args=[draft.based_on_id])).status_code == 403


def test_in_spanish(keeper: Client, draft: ProtocolDraft) -> None:
    keeper.cookies["django_language"] = "es"
    page = keeper.get(reverse("desk:draft", args=[draft.id])).content.decode()
    assert "o más preocupante" in page and "or more worrying" not in page and "Añadir una regla" in page
