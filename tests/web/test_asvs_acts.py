"""ASVS 5.0, what is done with what is sent: uploads, names of files, extra fields, faults, logs."""

import io
import json
import logging
import zipfile
from datetime import UTC
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from commonweal.adapters.cad_csv.reader import load_profile, read_file
from commonweal.adapters.files.answers import FileRefused
from commonweal.agencies import actions, queries
from commonweal.api.v1 import api
from commonweal.config.asgi import application
from commonweal.config.logs import Discreet
from commonweal.kernel import imports, journal, uploads
from commonweal.kernel.models import JournalLine
from factories.cast import SETUP, Cast, gather
from factories.own_loop import finished
from factories.visitor import visit

pytestmark = pytest.mark.django_db
HOSTILE = [
    '"><script>alert(1)</script>',
    "'; DROP TABLE x; --",
    "' OR 1=1 --",
    "{{7*7}}",
    "${7*7}",
    "\x00",
    "%00",
    "../../../../etc/passwd",
    "A" * 5000,
    "\ud7ff￿",
    "0/0",
    "-1",
    "1e309",
    "NaN",
]


@pytest.fixture
def cast() -> Cast:
    """Every agency."""
    return gather(partners=False)


def hand_in(client: Client, name: str, content: bytes) -> Any:
    """A file at the door of the administrator."""
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("setup:imports"), {"profile": "calls:calls_plain", "file": file})


@pytest.mark.parametrize("text", HOSTILE)
def test_v1_2_1_and_v2_2_1_hostile_words_are_words(cast: Cast, text: str) -> None:
    """In public forms and inside: escaped where they are shown again, no fault, nothing computed."""
    clients = {
        "/community/find/": Client(),
        "/account/login/": Client(),
        "/setup/accounts/": visit(cast["administrator"]),
    }
    for path, client in clients.items():
        for method in ("get", "post"):
            sent = {
                "q": text,
                "need": text,
                "page": text,
                "role": text,
                "lon": text,
                "lat": text,
                "login": text,
                "password": text,
                "language": text,
            }
            answer = getattr(client, method)(path, sent, follow=True)
            assert answer.status_code < 500, (path, method)
            words = answer.content.decode()
            assert "<script>alert(1)" not in words


@pytest.mark.parametrize("text", HOSTILE)
def test_v2_2_2_the_service_layer_refuses_whatever_a_form_let_through(cast: Cast, text: str) -> None:
    """Acts themselves check, so that a program that skips the page is refused all the same."""
    from commonweal.kernel.errors import Invalid

    for act in (
        lambda: actions.open_agency(by=SETUP, name="New", kind=text),
        lambda: actions.invite(
            by=SETUP, agency=cast.agency["ecc"], role=text, email="a@b.example", display_name="x"
        ),
        lambda: actions.open_unit(by=SETUP, agency=cast.agency["ecc"], call_sign="U1", kind=text),
    ):
        with pytest.raises(Invalid):
            act()


def workbook(entity: str) -> bytes:
    """A workbook whose text is an entity."""
    book, out = Workbook(), io.BytesIO()
    book.active.append(
        "call_number agency nature priority source received address longitude latitude".split()
    )
    book.active.append(
        ["A1", "police", "SECRETWORD", "2", "911", "2025-03-01 10:00:00", "1 Elm St", "-121.6", "38.5"]
    )
    book.save(out)
    changed = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if entity and name == "xl/sharedStrings.xml":
                text = body.decode().replace("SECRETWORD", "&x;")
                head, _, rest = text.partition("<sst")
                body = f"{head}<!DOCTYPE sst [{entity}]><sst{rest}".encode()
            new.writestr(name, body)
    return changed.getvalue()


@pytest.mark.parametrize(
    "entity",
    [
        '<!ENTITY x SYSTEM "file:///etc/hostname">',
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "'
        + "&a;" * 40
        + '"><!ENTITY c "'
        + "&b;" * 40
        + '"><!ENTITY d "'
        + "&c;" * 40
        + '"><!ENTITY e "'
        + "&d;" * 40
        + '"><!ENTITY x "'
        + "&e;" * 40
        + '">',
    ],
)
def test_v1_5_1_a_workbook_reaches_no_file_and_does_not_swell(entity: str) -> None:
    """External and nested entities: refused, or read as nothing."""
    with open("/etc/hostname") as file:
        host = file.read().strip()
    try:
        said = repr([item for item in read_file(workbook(entity), load_profile("calls_plain"))])
    except FileRefused as refused:
        said = str(refused)
    assert said != "[]" and host not in said and len(said) < 100_000


def test_v1_5_1_the_same_workbook_without_entities_is_read() -> None:
    """So that the test above does refuse for the entity's sake."""
    said = repr(list(read_file(workbook(""), load_profile("calls_plain"))))
    assert "SECRETWORD" in said


def test_v5_2_1_a_file_beyond_the_limit_is_refused_and_leaves_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is read, not after."""
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    answer = hand_in(visit(cast["administrator"]), "a.csv", b"x" * 2000)
    assert answer.status_code == 400 and not imports.runs()


def test_v5_3_2_a_file_lies_under_a_name_of_ours(cast: Cast) -> None:
    """Whatever the visitor calls it."""
    hand_in(visit(cast["administrator"]), "../../../tmp/evil.csv", b"call_number\nA1\n")
    [run] = imports.runs()
    assert run.upload == f"uploads/{run.id}" and UUID(run.upload.split("/")[1])
    assert ".." not in str(uploads.file_of(run))


def test_v5_4_2_names_of_files_served_are_of_ours() -> None:
    """A quote stays within the name (RFC 6266), and a line end is none in the header."""
    from commonweal.web.pages import csv_response

    answer = csv_response('week"; filename="evil.exe', ["a"], [["1"]])
    assert answer["Content-Disposition"] == r'attachment; filename="week\"; filename=\"evil.exe.csv"'
    assert "filename*=utf-8''" in csv_response("año", ["a"], [])["Content-Disposition"]
    for odd in ("x\r\nSet-Cookie: a=b", "x\u2028y", "../../x"):
        header = csv_response(odd, ["a"], [])["Content-Disposition"]
        assert len(header.splitlines()) == 1 and header.startswith("attachment; ")


def test_v15_3_3_fields_that_were_not_offered_are_not_taken(cast: Cast) -> None:
    """An invitation gives the role of the inviter's choice, whatever the form adds."""
    _, token = actions.invite(
        by=SETUP, agency=cast.agency["ecc"], role="call_taker", email="x@y.example", display_name="X"
    )
    form = {
        "username": "sam",
        "password": "a sentence only I would say",
        "again": "a sentence only I would say",
    }
    more = {
        "role": "administrator",
        "is_medical": "on",
        "cjis_screened": "on",
        "agency": str(cast.agency["police"]),
        "is_superuser": "1",
        "person": str(UUID(int=1)),
    }
    assert Client().post(f"/account/invitation/{token}/", {**form, **more}).status_code == 302
    made = queries.account_named("sam")
    assert made and (made.role, made.agency_id, made.cjis_screened) == (
        "call_taker",
        cast.agency["ecc"],
        False,
    )
    with pytest.raises(Exception, match="password"):
        actions.change_account(by=SETUP, account=made.id, password="x")  # type: ignore[call-arg]


def test_v15_3_1_routes_name_the_fields_they_answer() -> None:
    """Every operation has a schema of its own: no row leaves whole because somebody added a column."""
    told = api.get_openapi_schema()
    open_ended = []
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            good = [v for k, v in operation["responses"].items() if str(k).startswith("2")]
            if not any("content" in one or str(one.get("description", "")) for one in good):
                open_ended.append((method, path))
    assert told["paths"] and not open_ended
    private = {"password", "token_hash", "last_login", "is_superuser"}
    for name, schema in told["components"]["schemas"].items():
        assert not private & set(schema.get("properties", {})), name


def test_v16_2_1_and_v16_2_2_a_line_says_when_where_who_and_what(cast: Cast) -> None:
    """In UTC, to the microsecond, with the actor, the agency, the kind and what it is about."""
    actions.invite(
        by=cast["administrator"],
        agency=cast.agency["ecc"],
        role="call_taker",
        email="x@y.example",
        display_name="X",
    )
    line = JournalLine.objects.get(kind="agencies.invited")
    assert line.at.tzinfo is UTC or line.at.utcoffset().total_seconds() == 0
    assert (
        line.actor == cast["administrator"].id and line.agency and line.about == "invitation" and line.subject
    )
    assert "x@y.example" not in json.dumps(line.data)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=80))
def test_v16_4_1_nobody_writes_a_line_of_their_own_into_the_log(text: str) -> None:
    """Line ends and control characters of every kind are written out."""
    record = logging.LogRecord("django.request", logging.WARNING, "x.py", 1, "Not Found: %s", (text,), None)
    said = Discreet("%(levelname)s %(name)s %(message)s").format(record)
    assert len(said.splitlines()) == 1 and "\x1b" not in said


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=8, max_size=40))
def test_v16_2_5_the_log_holds_no_key_and_no_value(secret: str) -> None:
    """Keys of links are masked, and the words of a fault are left out."""
    secret = f"zq{secret}"
    link = logging.LogRecord("x", logging.WARNING, "x.py", 1, "GET /account/invitation/%s/", (secret,), None)
    assert secret not in Discreet().format(link)
    try:
        raise ValueError(secret)
    except ValueError as fault:
        failed = logging.LogRecord(
            "x", logging.ERROR, "x.py", 1, "failed", (), (ValueError, fault, fault.__traceback__)
        )
    said = Discreet().format(failed)
    assert secret not in said and "ValueError" in said


def test_v16_3_4_and_v16_5_1_a_fault_is_logged_and_tells_the_visitor_nothing(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    """A plain page; where and what kind in the log."""
    client = visit(cast["administrator"])
    client.raise_request_exception = False
    with patch("commonweal.web.setup.places.page", side_effect=RuntimeError("SELECT secret_key FROM x")):
        answer = client.get(reverse("setup:agencies"))
    words = answer.content.decode()
    assert answer.status_code == 500
    assert not [w for w in ("Traceback", "RuntimeError", "secret_key", "SELECT", ".py") if w in words]
    assert [r for r in caplog.records if r.levelno >= logging.ERROR and r.exc_info]


def test_v16_5_3_an_act_that_cannot_be_recorded_is_not_done(cast: Cast) -> None:
    """The line fails, so the act is taken back."""
    from commonweal.kernel.errors import Unwritable

    with patch.object(journal, "_append", side_effect=Unwritable), pytest.raises(Unwritable):
        actions.open_account(
            by=SETUP, username="late", display_name="L", role="analyst", agency=cast.agency["ecc"]
        )
    assert queries.account_named("late") is None


def test_v4_4_2_there_is_no_web_socket_to_hijack() -> None:
    """A handshake is refused, whatever its origin."""

    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    scope = {
        "type": "websocket",
        "path": "/live/",
        "headers": [(b"origin", b"https://evil.example")],
        "query_string": b"",
        "method": "GET",
    }
    finished(application(scope, receive, send))
    assert [m["type"] for m in said] == ["websocket.close"]


def test_v8_4_1_one_agency_s_steward_sees_no_other_agency_s_rejects(cast: Cast) -> None:
    """Rows of another house are not theirs to read."""
    from factories.cast import worker

    run = uploads.ask(
        by=cast["administrator"],
        kind="calls",
        profile="calls_plain",
        name="x.csv",
        content=[b"a\n"],
        agency=cast.agency["police"],
    )
    mine, other = cast["records_steward"], worker(cast.agency["health"], "records_steward")
    assert uploads.may_see_values(mine, run) and not uploads.may_see_values(other, run)
