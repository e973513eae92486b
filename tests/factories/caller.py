"""A program with one account's token, as the API meets it."""

from typing import Any
from uuid import UUID

from django.test import Client

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries
from commonweal.kernel.actors import Actor

from .cast import SETUP

BASE = "/api/v1/"


class Program:
    """One token: by default with every scope that the role may hold."""

    def __init__(self, actor: Actor | None, *scopes: str) -> None:
        self.client, self.head = Client(), {}
        if actor is not None:
            wanted = scopes or tuple(queries.ROLES[actor.role].permissions)
            _, secret = agencies.issue_token(by=SETUP, account=UUID(actor.id), name="t", scopes=wanted)
            self.head = {"Authorization": f"Bearer {secret}"}

    def send(self, method: str, path: str, body: object = None, **head: str) -> Any:
        """One request with JSON; `head` are further headers, with _ for -."""
        heads = {**self.head, **{name.replace("_", "-"): value for name, value in head.items()}}
        given = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(self.client, method)(f"{BASE}{path}", headers=heads, **given)

    def get(self, path: str, **head: str) -> Any:
        """A reading."""
        return self.send("get", path, **head)

    def post(self, path: str, head: dict[str, str] | None = None, **body: object) -> Any:
        """An act."""
        return self.send("post", path, body, **(head or {}))

    def patch(self, path: str, head: dict[str, str] | None = None, **body: object) -> Any:
        """An edit."""
        return self.send("patch", path, body, **(head or {}))

    def done(self, path: str, **body: object) -> Any:
        """An act that must succeed; its answer."""
        answer = self.post(path, **body)
        assert answer.status_code < 300, (path, answer.status_code, answer.content)
        return answer.json() if answer.content else None

    def seen(self, path: str) -> Any:
        """A reading that must succeed."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.content)
        return answer.json()
