"""A NUL character is no text: refused with the field's name before any page reads it, on either database."""

import pytest
from django.test import Client
from django.urls import reverse

from factories.cast import gather
from factories.visitor import visit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_field_is_named_and_nothing_else_happens(method: str) -> None:
    """To a stranger and to somebody signed in."""
    clients = [Client(), visit(gather(partners=False)["administrator"])]
    for client in clients:
        answer = getattr(client, method)(reverse("resident:find"), {"q": "a\x00b"})
        assert answer.status_code == 400
        assert "cannot be kept" in answer.content.decode()
        assert "\x00" not in answer.content.decode()


def test_ordinary_words_pass() -> None:
    assert Client().get(reverse("resident:find"), {"q": "a\tb ñ"}).status_code == 200
