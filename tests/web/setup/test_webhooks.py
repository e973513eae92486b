"""The page of webhooks: registered, shown once, renewed, turned off, sent again; and who may not."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.messages import actions
from commonweal.messages.models import Delivery, Endpoint
from factories.cast import SETUP, Cast, gather
from factories.visitor import visit

pytestmark = pytest.mark.django_db
URL = "https://cad.example/in"


@pytest.fixture
def cast() -> Cast:
    """Agencies with their workers."""
    return gather()


@pytest.fixture
def keeper(cast: Cast) -> Client:
    """The administrator's browser."""
    return visit(cast["administrator"])


def register(keeper: Client, cast: Cast, **more: object) -> str:
    """The form, sent; the page's words."""
    given = {"agency": str(cast.agency["ecc"]), "url": URL, "event": ["call.ended"], **more}
    answer = keeper.post(reverse("setup:webhook_register"), given)
    return f"{answer.status_code} {answer.content.decode()}"


def page(keeper: Client) -> str:
    """The list."""
    return keeper.get(reverse("setup:webhooks")).content.decode()


def test_a_secret_is_shown_once(keeper: Client, cast: Cast) -> None:
    assert "No system asks for events yet." in page(keeper)
    made = register(keeper, cast, with_facts="yes")
    assert made.startswith("200") and "whsec_" in made
    after = page(keeper)
    assert URL in after and "A call ended" in after and "with facts" in after and "whsec_" not in after


def test_what_was_typed_stays_where_it_is_refused(keeper: Client, cast: Cast) -> None:
    refused = register(keeper, cast, url="http://cad.example/in", event=["referral.changed"])
    assert refused.startswith("400") and "Use https" in refused and "http://cad.example/in" in refused
    assert 'value="referral.changed" checked' in refused
    assert "at least one event" in register(keeper, cast, event=[])
    assert "Choose from the list" in register(keeper, cast, agency="moon") and not Endpoint.objects.exists()


def test_renewed_off_on_and_away(keeper: Client, cast: Cast) -> None:
    register(keeper, cast)
    [row] = Endpoint.objects.all()
    renewed = keeper.post(reverse("setup:webhook_rotate", args=[row.id])).content.decode()
    assert "whsec_" in renewed and "beside it until" in renewed
    for act, words in (("off", "The endpoint is off."), ("on", "The endpoint is on.")):
        told = keeper.post(reverse("setup:webhook_switch", args=[row.id]), {"act": act}, follow=True)
        assert words in told.content.decode()
    assert keeper.post(reverse("setup:webhook_switch", args=[row.id]), {"act": "sing"}).status_code == 400
    keeper.post(reverse("setup:webhook_switch", args=[row.id]), {"act": "remove"})
    assert URL not in page(keeper)


def test_a_dead_one_is_sent_again(keeper: Client, cast: Cast) -> None:
    register(keeper, cast)
    actions.queue_webhooks(
        name="call.ended", about=Subject("call", uuid4()), ids={}, parties=[cast.agency["ecc"]]
    )
    Delivery.objects.update(state="dead", status=500, settled_at=clock.now())
    assert "Send again" in page(keeper)
    [row] = Delivery.objects.all()
    told = keeper.post(reverse("setup:webhook_again", args=[row.id]), follow=True).content.decode()
    assert "It is sent again." in told and Delivery.objects.get().state == "waiting"
    assert keeper.post(reverse("setup:webhook_again", args=[row.id])).status_code == 404


def test_in_spanish(keeper: Client, cast: Cast) -> None:
    keeper.post("/language/", {"language": "es", "next": "/setup/"})
    assert "Registrar un destino" in page(keeper)


def test_nobody_else(cast: Cast) -> None:
    """Strangers, wrong roles, unknown ids, wrong methods."""
    row, _ = actions.register_endpoint(by=SETUP, agency=cast.agency["ecc"], url=URL, names=["call.ended"])
    posts = [
        reverse("setup:webhook_register"), reverse("setup:webhook_rotate", args=[row.id]),
        reverse("setup:webhook_switch", args=[row.id]), reverse("setup:webhook_again", args=[uuid4()]),
    ]  # fmt: skip
    assert Client().get(reverse("setup:webhooks")).status_code == 302
    for role in ("call_taker", "privacy_officer", "case_manager"):
        assert visit(cast[role]).get(reverse("setup:webhooks")).status_code == 403
        for path in posts:
            assert visit(cast[role]).post(path).status_code == 403
    keeper = visit(cast["administrator"])
    for path in posts:
        assert Client().post(path).status_code == 302
        assert keeper.get(path).status_code == 405
    for name in ("webhook_rotate", "webhook_switch"):
        assert keeper.post(reverse(f"setup:{name}", args=[uuid4()]), {"act": "on"}).status_code == 404
