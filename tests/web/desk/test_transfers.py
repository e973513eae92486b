"""A caller handed to another centre from the desk: foreseen, seen to wait, acknowledged, taken back."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Page, expect

from commonweal.agencies import queries as agencies
from commonweal.calls import actions, queries
from commonweal.calls.models import Transfer
from commonweal.kernel.actors import Actor
from factories.calls import CALM, Centre, open_centre
from factories.cast import worker
from factories.visitor import visit

HTMX = {"HX-Request": "true"}


@pytest.fixture
def centre(db: None) -> Centre:
    """A centre at work."""
    return open_centre()


@pytest.fixture
def there(centre: Centre) -> Actor:
    """A call taker of the 988 centre."""
    return worker(centre.cast.agency["lifeline_988"], "call_taker", "taker.988")


def text(client: Client, path: str) -> str:
    """A page's words."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def hand(client: Client, call: UUID, to: UUID, **form: str) -> Transfer:
    """The dialog, sent."""
    given = {"partner": f"centre:{to}", "is_warm": "yes", **form}
    answer = client.post(reverse("desk:transfer", args=[call]), given, headers=HTMX)
    assert answer["HX-Redirect"] == reverse("desk:index"), answer.content
    return Transfer.objects.latest("created_at")


class TestTheDialog:
    """Says to whom, how, what goes and what is held back, before anything leaves."""

    def ahead(self, client: Client, call: UUID, partner: str, **more: str) -> str:
        """The part of the dialog that changes with the choice."""
        answer = client.get(reverse("desk:transfer_ahead", args=[call]), {"partner": partner, **more})
        assert answer.status_code == 200
        return answer.content.decode()

    def test_it_says_what_goes(self, centre: Centre, there: Actor) -> None:
        call, desk = centre.call(CALM), visit(centre.desk)
        page = text(desk, reverse("desk:call", args=[call]))
        assert f"centre:{there.agency}" in page and "By telephone alone" in page
        told = self.ahead(desk, call, f"centre:{there.agency}")
        assert "They get" in told and "caller&#x27;s name" in told and "call in hand" in told
        assert "Ana Torres" not in told, "which fields, never what they say"
        assert "Did they take the caller?" in self.ahead(desk, call, "211")

    def test_a_lifeline_call_is_held_back_whole_and_says_why(self, centre: Centre, there: Actor) -> None:
        call, away = actions.receive(by=there, source="lifeline_988").id, visit(there)
        assert away.post(reverse("desk:threat", args=[call])).status_code == 302
        to = f"centre:{centre.cast.agency['ecc']}"
        held = self.ahead(away, call, to)
        assert "must not learn of this call" in held and "988 Lifeline" in held
        assert "must not learn" not in self.ahead(away, call, to, is_threat="yes")
        refused = away.post(reverse("desk:transfer", args=[call]), {"partner": to}, headers=HTMX)
        assert refused.status_code == 400 and "life is at risk" in refused.content.decode()

    @pytest.mark.parametrize("said", ["centre:", "centre:moon", f"centre:{UUID(int=7)}"])
    def test_an_unknown_centre_is_refused_in_words(self, centre: Centre, said: str) -> None:
        call, desk = centre.call(CALM), visit(centre.desk)
        answer = desk.post(reverse("desk:transfer", args=[call]), {"partner": said}, headers=HTMX)
        assert answer.status_code == 400 and not Transfer.objects.exists()


class TestTheTwoLists:
    """Warm leaves the list at once and is seen to wait; cold stays, marked, until it is acknowledged."""

    @pytest.mark.parametrize("how", ["yes", "no"])
    def test_what_the_sender_sees(self, centre: Centre, there: Actor, how: str) -> None:
        call, desk = centre.call(CALM, nature="welfare_check"), visit(centre.desk)
        row = hand(desk, call, there.agency or uuid4(), is_warm=how)
        before = text(desk, reverse("desk:queue"))
        assert "Handed to another centre" in before and "Waits for their answer" in before
        assert ("not yet acknowledged" in before) is (how == "no")
        assert ("call waits for you" in before and "1 call waits" in before) is (how == "no")
        actions.answer_transfer(by=there, transfer=row.id, is_accepted=True)
        after = text(desk, reverse("desk:queue"))
        assert "They took the caller" in after and "not yet acknowledged" not in after

    def test_what_the_receiver_sees_and_takes(self, centre: Centre, there: Actor) -> None:
        call, desk, away = centre.call(CALM, words="She is alone"), visit(centre.desk), visit(there)
        row = hand(desk, call, there.agency or uuid4())
        arriving = text(away, reverse("desk:index"))
        assert "1 caller is handed to you" in arriving and "Ana Torres" not in arriving
        page = text(away, reverse("desk:handed", args=[row.id]))
        assert "Ana Torres" in page and "She is alone" in page and "Take the caller" in page
        taken = away.post(reverse("desk:transfer_answer", args=[row.id]), {"take": "yes"}, follow=True)
        assert "You took the caller" in taken.content.decode()
        assert queries.call_of(call).state == "transferred"

    def test_a_911_desk_goes_on_in_a_call_of_its_own(self, centre: Centre, there: Actor) -> None:
        call = actions.receive(by=there, source="lifeline_988", words="Pills").id
        row = actions.offer(by=there, call=call, to=centre.desk.agency or uuid4(), is_threat=True)
        desk = visit(centre.desk)
        taken = desk.post(reverse("desk:transfer_answer", args=[row.id]), {"take": "yes"}, follow=True)
        assert "Pills" in taken.content.decode() and "/desk/" in taken.redirect_chain[-1][0]

    def test_a_refusal_with_its_reason_and_taking_back(self, centre: Centre, there: Actor) -> None:
        call, desk, away = centre.call(CALM), visit(centre.desk), visit(there)
        row = hand(desk, call, there.agency or uuid4())
        away.post(reverse("desk:transfer_answer", args=[row.id]), {"take": "no", "refusal": "no_capacity"})
        assert "Nobody is free here" in text(desk, reverse("desk:queue"))
        again = hand(desk, call, there.agency or uuid4())
        back = desk.post(reverse("desk:transfer_back", args=[again.id]))
        assert back["Location"] == reverse("desk:call", args=[call])
        assert "handed to you" not in text(away, reverse("desk:queue"))

    def test_in_spanish(self, centre: Centre, there: Actor) -> None:
        row = hand(visit(centre.desk), centre.call(CALM), there.agency or uuid4())
        away = visit(there)
        with translation.override("es"):
            away.post("/language/", {"language": "es", "next": "/desk/"})
            assert "Atender a la persona" in text(away, reverse("desk:handed", args=[row.id]))


class TestNobodyElse:
    """Strangers, wrong roles, other centres."""

    def test_the_doors(self, centre: Centre, there: Actor) -> None:
        call = centre.call(CALM)
        row = hand(visit(centre.desk), call, there.agency or uuid4())
        gets = [reverse("desk:handed", args=[row.id]), reverse("desk:transfer_ahead", args=[call])]
        posts = [reverse(f"desk:{name}", args=[row.id]) for name in ("transfer_answer", "transfer_back")]
        for path in gets:
            assert Client().get(path).status_code == 302
            assert visit(centre.cast["clinician"]).get(path).status_code == 403
        for path in posts:
            assert Client().post(path).status_code == 302
            assert visit(centre.cast["case_manager"]).post(path).status_code == 403
            assert visit(centre.desk).get(path).status_code == 405
        sender, receiver = visit(centre.desk), visit(there)
        assert sender.get(gets[0]).status_code == 404, "the sender has the call itself"
        assert sender.post(posts[0], {"take": "yes"}).status_code == 404
        assert receiver.post(posts[1]).status_code == 404
        assert receiver.get(reverse("desk:handed", args=[uuid4()])).status_code == 404


@pytest.mark.browser
def test_one_key_hands_over_and_one_takes(
    server: str, open_page: Callable[..., Page], enter: Callable[..., Page], axe: Callable[[Page], list[str]]
) -> None:
    """t, Enter at the sender; y at the receiver; the sender sees it."""
    centre = open_centre()
    there = worker(centre.cast.agency["lifeline_988"], "call_taker", "taker.988")
    call = centre.call(CALM, words="She is alone")
    screen = {"width": 1366, "height": 768}
    desk = enter(open_page(viewport=screen), agencies.Account.objects.get(id=centre.desk.id))
    desk.goto(f"/desk/{call}/")
    desk.keyboard.press("t")
    dialog = desk.locator("#transfer-dialog")
    expect(dialog).to_contain_text("They get")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("The caller's name")
    assert axe(desk) == []
    dialog.get_by_role("button", name="Transfer").press("Enter")
    desk.wait_for_url("**/desk/")
    expect(desk.locator("#queue")).to_contain_text("Waits for their answer")
    away = enter(open_page(viewport={"width": 360, "height": 740}), agencies.Account.objects.get(id=there.id))
    away.goto("/desk/")
    expect(away.locator("#queue")).to_contain_text("1 caller is handed to you")
    assert axe(away) == []
    assert away.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    away.keyboard.press("a")
    expect(away.locator("h1")).to_contain_text("A caller from")
    expect(away.locator("main")).to_contain_text("She is alone")
    assert axe(away) == []
    away.keyboard.press("y")
    expect(away.locator("main")).to_contain_text("You took the caller")
    desk.reload()
    expect(desk.locator("#queue")).to_contain_text("They took the caller")
