"""Text messages: a line a message in the instance's home, or a gateway that may be slow, rude or away."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
from django.core import mail

from commonweal.adapters.email.deliver import carry as carry_mail
from commonweal.adapters.sms.deliver import SENT, NotTaken, carry
from commonweal.adapters.sms.writer import LONGEST
from commonweal.messages.actions import Parcel


def parcel(text: str = "1 notice waits for you.", **more: object) -> Parcel:
    """A message to somebody."""
    given = {"key": uuid4(), "channel": "text", "to": "+12135550142", "subject": "Something waits", **more}
    return Parcel(text=text, **given)  # type: ignore[arg-type]


class TestFile:
    """The default: nothing leaves the machine."""

    @pytest.fixture(autouse=True)
    def home(self, settings: object, tmp_path: Path) -> None:
        settings.COMMONWEAL_HOME, settings.SMS_URL = tmp_path, ""  # type: ignore[attr-defined]

    def written(self, home: Path) -> list[dict[str, str]]:
        """The lines of the file."""
        return [json.loads(line) for line in (home / SENT).read_text("utf-8").splitlines()]

    def test_a_line_a_message_in_any_tongue(self, tmp_path: Path) -> None:
        carry(parcel("Algo le espera.\nMotivo: su cuenta."))
        carry(parcel("x" * 2_000))
        first, second = self.written(tmp_path)
        assert first["text"] == "Algo le espera. Motivo: su cuenta." and first["to"] == "+12135550142"
        assert len(second["text"]) == LONGEST and set(first) == {"key", "at", "to", "text"}

    def test_a_second_try_of_what_was_written_writes_nothing(self, tmp_path: Path) -> None:
        one = parcel()
        carry(one)
        carry(parcel(key=one.key, is_again=True))
        carry(parcel(is_again=True))  # its first try never came here
        assert [line["key"] for line in self.written(tmp_path)][0] == str(one.key)
        assert len(self.written(tmp_path)) == 2


class Gateway(BaseHTTPRequestHandler):
    """Takes messages, and answers what the test wants."""

    status = 202
    taken: list[tuple[dict[str, str], dict[str, str]]]

    def do_POST(self) -> None:
        """Remember it."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append((dict(self.headers), json.loads(body)))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(b"no such number +12135550142")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class TestGateway:
    """A site's own gateway."""

    @pytest.fixture
    def gateway(self, settings: object) -> Iterator[type[Gateway]]:
        kind = type("One", (Gateway,), {"taken": []})
        server = HTTPServer(("127.0.0.1", 0), kind)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.SMS_URL = f"http://127.0.0.1:{server.server_port}/send?site=harlow"  # type: ignore[attr-defined]
        settings.SMS_TOKEN, settings.SMS_FROM = "s3cret", "HARLOW"  # type: ignore[attr-defined]
        yield kind
        server.shutdown()
        server.server_close()

    def test_it_is_given_the_message_its_key_and_the_token(self, gateway: type[Gateway]) -> None:
        one = parcel()
        carry(one)
        [(headers, body)] = gateway.taken
        assert headers["Authorization"] == "Bearer s3cret" and headers["Idempotency-Key"] == str(one.key)
        assert body == {"to": one.to, "text": one.text, "key": str(one.key), "from": "HARLOW"}

    @pytest.mark.parametrize("status", [302, 400, 500])
    def test_what_it_refuses_is_a_fault_that_repeats_nothing_of_it(
        self, gateway: type[Gateway], status: int
    ) -> None:
        gateway.status = status
        with pytest.raises(NotTaken) as fault:
            carry(parcel())
        assert str(fault.value) == str(status)

    def test_one_that_is_away_is_a_fault_too(self, settings: object) -> None:
        settings.SMS_URL = "http://127.0.0.1:9/"  # type: ignore[attr-defined]
        with pytest.raises(OSError):
            carry(parcel())


def test_a_mail_bears_the_same_id_at_every_try() -> None:
    one = parcel(channel="mail", to="ada@harlow.example")
    carry_mail(one)
    carry_mail(one)
    first, second = mail.outbox[-2:]
    assert first.to == ["ada@harlow.example"] and first.body == one.text
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
