"""The bell: whose lines, in which words, and where they lead."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from commonweal.agencies import queries
from commonweal.kernel.actors import Subject
from commonweal.messages import actions as messages
from commonweal.messages import queries as told
from factories.cast import SETUP, Cast, gather

pytestmark = pytest.mark.django_db
SENT = Subject("call", uuid4())


@pytest.fixture
def cast() -> Cast:
    """Every agency."""
    return gather(partners=False)


@pytest.fixture
def crew(cast: Cast, client_of: Callable[..., Client]) -> Client:
    """A clinician who was told twice, once urgently."""
    mine = cast.account("clinician")
    messages.notify(by=SETUP, accounts=[mine], kind="task_given", link="/cases/")
    messages.notify(by=SETUP, accounts=[mine], kind="dispatched", about=SENT, link="/field/", urgent=True)
    return client_of(queries.account(mine))


def page(client: Client, **headers: str) -> str:
    """What waits."""
    return client.get("/account/bell/waiting/", headers=headers).content.decode()


def test_it_counts_and_says_urgent_in_words(crew: Client) -> None:
    """For eyes and for screen readers; the header asks for it on every page."""
    count = crew.get("/account/bell/").content.decode()
    assert ">2<" in count and "2 lines wait, urgent" in " ".join(count.split())
    assert 'hx-get="/account/bell/"' in crew.get("/account/2fa/").content.decode()


def test_urgent_first_in_plain_words_without_anybody_s_id(crew: Client) -> None:
    """As a page, and as a drawer for htmx; neither names the call."""
    whole, part = page(crew), page(crew, **{"HX-Request": "true"})
    for text in (whole, part):
        assert text.index("Your unit was sent") < text.index("A task is yours")
        assert str(SENT.id) not in text
    assert "<html" in whole and "<html" not in part and "data-drawer" in part


def test_reading_a_line_leads_where_it_points(crew: Client, cast: Cast) -> None:
    """And it waits no longer; the rest does until all are read."""
    first = told.unread(cast["clinician"])[0]
    assert crew.post("/account/bell/read/", {"line": first.id, "link": first.link}).url == "/field/"
    assert "Your unit was sent" not in page(crew) and "A task is yours" in page(crew)
    assert crew.post("/account/bell/read/").url == "/account/bell/waiting/"
    assert "Nothing waits" in page(crew)


def test_it_leads_nobody_to_another_site(crew: Client) -> None:
    """A changed form sends back to the list."""
    assert crew.post("/account/bell/read/", {"link": "https://evil.example/"}).url == "/account/bell/waiting/"
    assert crew.post("/account/bell/read/", {"line": "nonsense"}).status_code == 404


def test_nobody_reads_another_s_bell(
    crew: Client, cast: Cast, client_of: Callable[..., Client], client: Client
) -> None:
    """A colleague sees none of it and clears none of it; a stranger and half a sign-in have no bell."""
    first = told.unread(cast["clinician"])[0]
    other = client_of(queries.account(cast.account("supervisor")))
    assert "Your unit was sent" not in page(other)
    other.post("/account/bell/read/", {"line": first.id})
    other.post("/account/bell/read/")
    assert told.unread(cast["clinician"]).count() == 2
    assert client.get("/account/bell/").status_code == 404
    half = queries.account(cast.account("clinician"))
    client.force_login(half, backend=settings.AUTHENTICATION_BACKENDS[-1])
    assert client.get("/account/bell/waiting/").status_code == 404


def test_a_kind_of_a_later_version_is_still_readable(crew: Client, cast: Cast) -> None:
    """Said by its own name."""
    messages.notify(by=SETUP, accounts=[cast.account("clinician")], kind="plan_adopted")
    assert "Plan adopted" in page(crew)
