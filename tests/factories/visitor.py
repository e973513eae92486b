"""A signed-in visitor of the pages: a test client of an actor's account, second step included."""

from uuid import UUID

from django.conf import settings
from django.test import Client

from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import Actor
from commonweal.web.session import mark_second_factor


def visit(actor: Actor, device: str = "office") -> Client:
    """A client whose session is fully authenticated."""
    client = Client()
    client.force_login(agencies.account(UUID(actor.id)), backend=settings.AUTHENTICATION_BACKENDS[-1])

    class Carrier:
        session = client.session

    mark_second_factor(Carrier, device)  # type: ignore[arg-type]
    Carrier.session.save()
    return client
