"""Letters at the case manager's desk and in the person's own record: from signing to paper, and refusals."""

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as workers
from commonweal.cases import actions
from commonweal.cases.models import AdvocacyLetter
from commonweal.sharing import actions as sharing
from commonweal.sharing import queries as trust
from factories.cases import Support, support
from factories.cast import SETUP, worker
from factories.visitor import visit

pytestmark = pytest.mark.django_db
FORM = {
    "act": "sign", "kind": "landlord", "name": "Harbor Homes", "address": "4 Dock Road",
    "template": "keep_home", "what": ["identity", "case_plan"], "days": "90", "signer": "Rosa Delgado",
    "adopted": "signer", "way": "typed", "language": "en",
}  # fmt: skip


@pytest.fixture(name="it")
def a_case() -> Support:
    """A case with a goal."""
    it = support()
    actions.add_goal(by=it.manager, case=it.case, text="Keep my flat")
    return it


def begun(client: Client, it: Support, **changed: object) -> str:
    """The page after the person signed."""
    sent = client.post(reverse("casework:letters", args=[it.case]), {**FORM, **changed}, follow=True)
    return f"{sent.status_code} {sent.content.decode()}"


def act(client: Client, it: Support, verb: str, **sent: str) -> str:
    """One act on the only letter, and the page it leads back to."""
    one = AdvocacyLetter.objects.get()
    done = client.post(reverse("casework:letter_act", args=[it.case, one.id, verb]), sent, follow=True)
    return f"{done.status_code} {done.content.decode()}"


def the_person(it: Support) -> Client:
    """The person, signed in."""
    made = agencies.open_account(by=SETUP, username="r", display_name="R", role="person", person=it.person)
    return visit(workers.actor(made.id))


def test_from_the_signature_to_the_list_on_the_case(it: Support) -> None:
    client = visit(it.manager)
    assert reverse("casework:letters", args=[it.case]) in client.get(f"/cases/{it.case}/").content.decode()
    assert "No letter yet" in client.get(reverse("casework:letters", args=[it.case])).content.decode()
    draft = begun(client, it)
    assert draft.startswith("200") and "Nothing has been sent" in draft and "Keep my flat" in draft
    assert "Save as PDF" not in draft.split("<main")[1]
    assert "they say yes" in draft and "It goes out now" not in draft
    assert "It goes out now" in act(client, it, "answer", answer="yes")
    sent = act(client, it, "send", way="post")
    assert "Sent" in sent and "Save as PDF" in sent and "do not pass it on" in sent
    rows = client.get(reverse("casework:letters", args=[it.case])).content.decode()
    assert "It told them: case plan, identity." in rows and "On a consent that ends" in rows
    assert "They have signed for these" in rows


def test_on_paper_it_is_the_letter_and_its_notice_and_no_button(it: Support) -> None:
    client = visit(it.manager)
    begun(client, it)
    act(client, it, "answer", answer="yes")
    act(client, it, "send", way="post")
    one = AdvocacyLetter.objects.get()
    page = client.get(reverse("casework:letter", args=[it.case, one.id]) + "?as=pdf")
    assert page["Content-Type"] == "application/pdf" and page.content[:4] == b"%PDF"
    assert "Rosa" not in page["Content-Disposition"]


def test_the_person_reads_it_first_and_says_yes_or_no_themselves(it: Support) -> None:
    begun(visit(it.manager), it)
    one = AdvocacyLetter.objects.get()
    client = the_person(it)
    front = client.get(reverse("mine:index")).content.decode()
    assert "Waits for your yes or no" in front and "Harbor Homes" in front
    page = client.get(reverse("mine:letter", args=[one.id])).content.decode()
    assert "Keep my flat" in page and "It goes only if you say yes" in page
    said = client.post(reverse("mine:letter", args=[one.id]), {"answer": "no"}, follow=True)
    assert "You said no" in said.content.decode()
    client.post(reverse("mine:letter", args=[one.id]), {"answer": "yes"})
    act(visit(it.manager), it, "send", way="post")
    assert "was sent to Harbor Homes" in client.get(reverse("mine:letter", args=[one.id])).content.decode()
    looked = client.get(reverse("mine:looked")).content.decode()
    assert "Sent a letter to Harbor Homes, 4 Dock Road" in looked and "your plan and goals" in looked


def test_anybody_elses_letter_is_not_there(it: Support) -> None:
    begun(visit(it.manager), it)
    one = AdvocacyLetter.objects.get()
    other = support(it.cast, given="Ana", phone="555-0177")
    client = the_person(other)
    assert client.get(reverse("mine:letter", args=[one.id])).status_code == 404
    assert client.post(reverse("mine:letter", args=[one.id]), {"answer": "yes"}).status_code == 404
    assert visit(it.manager).get(reverse("mine:letter", args=[one.id])).status_code == 403
    theirs = reverse("casework:letter", args=[other.case, one.id])
    assert visit(it.manager).get(theirs).status_code == 404


def test_taken_back_it_does_not_go_and_says_why(it: Support) -> None:
    client = visit(it.manager)
    begun(client, it)
    act(client, it, "answer", answer="yes")
    [consent] = trust.consents_in_force(it.person)
    listed = client.get(reverse("casework:consents", args=[it.case])).content.decode()
    assert "Harbor Homes" in listed
    sharing.revoke_consent(by=it.manager, consent=consent.id)
    refused = act(client, it, "send", way="post")
    assert refused.startswith("409") and "they took it back" in refused
    assert AdvocacyLetter.objects.get().sent_at is None


def test_what_is_missing_is_said_and_what_was_typed_stays(it: Support) -> None:
    client = visit(it.manager)
    for changed, said in (
        ({"adopted": ""}, "must be confirmed as the signature"),
        ({"name": ""}, "Write the name of the person or office"),
        ({"what": []}, "Choose at least one"),
        ({"template": ""}, "keep_home"),
        ({"what": ["case_plan"]}, "has signed nothing"),
    ):
        page = begun(client, it, **changed)
        assert page.startswith("400") and said in page and "4 Dock Road" in page, changed
    assert not AdvocacyLetter.objects.exists()


def test_a_slip_is_named_and_the_words_are_kept(it: Support) -> None:
    client = visit(it.manager)
    begun(client, it, what=["identity"])
    one = AdvocacyLetter.objects.get()
    typed = {"title": "Hello", "body": "Rosa Delgado wants to keep my flat."}
    page = client.post(reverse("casework:letter", args=[it.case, one.id]), typed)
    words = page.content.decode()
    assert page.status_code == 400 and "did not sign for" in words and "wants to keep my flat" in words
    kept = client.post(
        reverse("casework:letter", args=[it.case, one.id]), {**typed, "body": "Hello."}, follow=True
    )
    assert "The letter is kept" in kept.content.decode()


def test_drop_and_unknown_acts(it: Support) -> None:
    client = visit(it.manager)
    begun(client, it)
    assert act(client, it, "burn").startswith("404")
    assert "It will not be sent" in act(client, it, "drop")
    assert act(client, it, "send", way="post").startswith("409")


@pytest.mark.parametrize("role", ["patrol_officer", "shelter_worker", "analyst", "administrator"])
def test_other_roles_stay_out(it: Support, role: str) -> None:
    begun(visit(it.manager), it)
    one = AdvocacyLetter.objects.get()
    client = visit(it.cast[role])
    assert client.get(reverse("casework:letters", args=[it.case])).status_code == 403
    assert client.get(reverse("casework:letter", args=[it.case, one.id])).status_code == 403
    assert Client().get(reverse("casework:letters", args=[it.case])).status_code == 302


def test_a_case_worker_without_a_tie_is_refused(it: Support) -> None:
    begun(visit(it.manager), it)
    one = AdvocacyLetter.objects.get()
    stranger = visit(worker(it.cast.agency["health"], "case_manager"))
    for path in (
        reverse("casework:letters", args=[it.case]),
        reverse("casework:letter", args=[it.case, one.id]),
    ):
        refused = stranger.get(path)
        assert refused.status_code in (403, 404) and "Harbor" not in refused.content.decode()
    assert stranger.post(reverse("casework:letters", args=[it.case]), FORM).status_code in (403, 404)


def test_it_speaks_spanish(it: Support) -> None:
    client = visit(it.manager)
    client.cookies["django_language"] = "es"
    page = begun(client, it, language="es")
    assert "El borrador está listo" in page and "Sobre la vivienda de Rosa Delgado" in page
    assert "dice que sí" in page
