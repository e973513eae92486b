"""Several referrals at once: acknowledged each by itself; another agency's is not there."""

from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.agencies import actions as agencies
from commonweal.referrals import actions
from commonweal.referrals import queries as referrals
from factories.cast import SETUP
from factories.referrals import Loop, loop
from factories.visitor import visit

pytestmark = pytest.mark.django_db
HERE = "provider:several"


@pytest.fixture(name="it")
def the_loop() -> Loop:
    """Open Door, the Lantern, and Rosa."""
    return loop()


def sent(it: Loop) -> UUID:
    """Rosa, referred to the Lantern's beds and sent."""
    made = it.refer()
    actions.send(by=it.sender, referral=made)
    return made


def post(client: Client, *ids: UUID, act: str = "seen") -> str:
    """Acknowledge these."""
    done = client.post(reverse(HERE), {"act": act, "referral": [str(one) for one in ids]})
    return f"{done.status_code} {done.content.decode()}"


def test_acknowledged_once_and_refused_the_second_time(it: Loop) -> None:
    made, night = sent(it), visit(it.night)
    assert f'value="{made}"' in night.get(reverse("provider:index")).content.decode()
    said = post(night, made, uuid4())
    assert "1 was done" in said and "1 was refused" in said and "not open to you" in said
    assert referrals.row(it.night, made).state == "viewed"
    assert "read before" in post(night, made)


def test_nothing_ticked_and_no_such_act(it: Loop) -> None:
    night = visit(it.night)
    assert post(night).startswith("400") and post(night, sent(it), act="burn").startswith("404")
    assert night.get(reverse(HERE)).status_code == 405


def test_who_is_no_receiver_changes_nothing(it: Loop) -> None:
    made = sent(it)
    for client in (visit(it.sender), visit(it.cast["patrol_officer"]), Client()):
        said = post(client, made)
        assert said[:3] in ("302", "403") or "1 was refused" in said
    assert referrals.row(it.night, made).state == "sent"


def test_in_spanish(it: Loop) -> None:
    agencies.change_account(by=SETUP, account=UUID(it.night.id), language="es")
    assert "Se hizo 1." in post(visit(it.night), sent(it))
