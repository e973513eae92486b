"""A program's refusals in the language of whoever reads them: as the request asks, else the account's own."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import translation
from pydantic_core._pydantic_core import list_all_errors

from commonweal.adapters.fhir.reader import FileRefused, read
from commonweal.agencies import actions as agencies
from commonweal.agencies.models import Account
from commonweal.api import faults
from commonweal.kernel.actors import Actor
from factories.cast import SETUP, Cast, gather, someone
from house.spanish import SOURCE, translated

pytestmark = pytest.mark.django_db


@pytest.fixture(name="cast")
def the_cast() -> Cast:
    """Agencies bound by a memorandum."""
    return gather()


class Asker:
    """One token's holder."""

    def __init__(self, by: Actor, *scopes: str) -> None:
        _, secret = agencies.issue_token(by=SETUP, account=UUID(by.id), name="t", scopes=scopes)
        self.head = {"Authorization": f"Bearer {secret}"}

    def ask(self, path: str, body: object = None, language: str = "", **query: str) -> Any:
        head = {**self.head, **({"Accept-Language": language} if language else {})}
        where = f"/api/v1/{path}"
        if body is None:
            return Client().get(where, query, headers=head)
        sent = body if isinstance(body, bytes) else json.dumps(body)
        return Client().post(where, sent, content_type="application/json", headers=head)


def why(asker: Asker, subject: UUID, language: str = "") -> Any:
    asked = {"kind": "source_record", "id": str(subject), "category": "identity",
             "purpose": "care_coordination"}  # fmt: skip
    return asker.ask("trust/why", asked, language)


@pytest.mark.parametrize(
    ("language", "title"),
    [("es", "No hay un token válido"), ("es-MX,es;q=0.9,en;q=0.5", "No hay un token válido"),
     ("en", "No valid token"), ("fr", "No valid token"), ("*", "No valid token"),
     (";;q=x", "No valid token")],
)  # fmt: skip
def test_a_stranger_is_refused_in_the_language_asked_for(language: str, title: str) -> None:
    head = {"Accept-Language": language, "Authorization": "Bearer x"}
    answer = Client().get("/api/v1/cases/", headers=head)
    assert answer.status_code == 401 and answer.json()["title"] == title
    assert answer["Content-Language"] == ("es" if language.startswith("es") else "en")


def test_the_accounts_own_language_speaks_where_none_is_asked_for(cast: Cast) -> None:
    officer = cast["patrol_officer"]
    asker = Asker(officer, "read")
    assert asker.ask("cases/").json()["title"] == "The token does not open this"
    Account.objects.filter(id=officer.id).update(language="es")
    spoken = asker.ask("cases/")
    assert spoken.json()["title"] == "El token no abre esto" and spoken["Content-Language"] == "es"
    assert spoken.json()["remedy"].startswith("Use un token con uno de estos permisos")
    assert asker.ask("cases/", language="en").json()["title"] == "The token does not open this"


def test_one_accounts_language_is_not_the_next_ones(cast: Cast) -> None:
    first, second = cast["patrol_officer"], cast["cit_officer"]
    Account.objects.filter(id=first.id).update(language="es")
    here, there = Asker(first, "read"), Asker(second, "read")
    titles = [one.ask("cases/").json()["title"] for one in (here, there, here, there)]
    assert titles == ["El token no abre esto", "The token does not open this"] * 2


def test_a_record_that_is_not_acknowledged_is_like_none_in_either_language(cast: Cast) -> None:
    _, hidden = someone(cast, "part2_program")
    asker = Asker(cast["case_manager"], "read", "work_cases")
    for language in ("en", "es"):
        kept, none = why(asker, hidden.id, language), why(asker, uuid4(), language)
        assert kept.status_code == none.status_code and kept.content == none.content
        assert kept["Content-Language"] == none["Content-Language"] == language


@pytest.mark.parametrize("sent", [b"[]", b"{}", b'{"kind": 7}', b'{"kind": "sofa", "id": "x"}'])
def test_what_is_unreadable_is_said_in_spanish_with_field_and_remedy(cast: Cast, sent: bytes) -> None:
    asker = Asker(cast["case_manager"], "read", "work_cases")
    there, here = (asker.ask("trust/why", sent, language) for language in ("en", "es"))
    assert there.status_code == here.status_code == 400
    english, spanish = there.json(), here.json()
    assert spanish["title"] == "No se aceptó" and spanish["field"] == english["field"]
    assert spanish["detail"] != english["detail"] and "Vea en /api/openapi.json" in spanish["remedy"]
    assert not {"Input", "should", "valid", "Field", "required"} & set(spanish["detail"].split())


@pytest.mark.parametrize(
    ("query", "says"), [("0", "1 o más"), ("x", "número entero"), ("10001", "10000 o menos")]
)
def test_a_parameter_out_of_bounds_names_the_bound(cast: Cast, query: str, says: str) -> None:
    asker = Asker(cast["case_manager"], "read", "work_cases")
    answer = asker.ask("cases/", language="es", page=query)
    assert answer.status_code == 400 and says in answer.json()["detail"]


def test_every_kind_of_fault_is_told_in_spanish_and_none_breaks_for_want_of_a_fact() -> None:
    """Also those that no route can meet yet: a new route may."""
    kinds = list_all_errors()
    assert len(kinds) > 80 and set(faults.SAYS) <= {one["type"] for one in kinds}
    for one in kinds:
        found = {"type": one["type"], "ctx": one.get("example_context") or {}}
        said = []
        for language in ("en", "es"):
            with translation.override(language):
                said.append(faults.said(found))
        assert said[0] != said[1] and "%(" not in said[0] + said[1], one["type"]


def test_choices_are_listed_without_an_english_word_between_them() -> None:
    with translation.override("es"):
        said = faults.said({"type": "literal_error", "ctx": {"expected": "'a', 'b' or 'c'"}})
    assert said == "Use uno de: 'a', 'b', 'c'"


HOSTILE = {
    b"[1]": "no es un objeto JSON", b"\xff": "no es JSON en UTF-8", b"{": "no es JSON",
    b'{"a": 1, "a": 2}': "está dos veces", b'{"a": NaN}': "no es un número de JSON",
    b'{"a": "\\u0000"}': "contiene un signo", b'{"resourceType": "Sofa"}': "no es un recurso de FHIR R4",
    b'{"resourceType": "Bundle", "entry": [7]}': "no contiene ningún recurso",
}  # fmt: skip


REFUSED_BEFORE = {b"[1]", b'{"a": "\\u0000"}'}  # by every route alike, before any reads the body


@pytest.mark.parametrize(("sent", "says"), HOSTILE.items())
def test_a_message_that_is_no_fhir_is_refused_in_spanish(cast: Cast, sent: bytes, says: str) -> None:
    asker = Asker(cast["case_manager"], "read", "send_referrals")
    answer = asker.ask("fhir/", sent, "es")
    assert answer.status_code == 400 and answer.json()["title"] == "No se aceptó"
    told = {}
    for language in ("en", "es"):
        with pytest.raises(FileRefused) as refused, translation.override(language):
            read(sent)
        told[language] = str(refused.value)
    assert says in told["es"] and told["en"] != told["es"]
    assert (says in answer.json()["detail"]) is (sent not in REFUSED_BEFORE)


def test_a_resource_that_breaks_the_guide_is_refused_in_spanish(cast: Cast) -> None:
    guide = "http://hl7.org/fhir/us/sdoh-clinicalcare/StructureDefinition/SDOHCC-ServiceRequest"
    asker = Asker(cast["case_manager"], "read", "send_referrals")
    sent = {"resourceType": "ServiceRequest", "id": "r1", "status": "active", "intent": "order",
            "meta": {"profile": [guide]}, "subject": {"reference": "Device/d"}}  # fmt: skip
    there, here = (asker.ask("fhir/", sent, language) for language in ("en", "es"))
    assert there.status_code == here.status_code == 400
    assert there.json()["field"] == here.json()["field"]
    assert there.json()["remedy"] != here.json()["remedy"]
    assert not {"give", "add", "point", "leave"} & set(here.json()["remedy"].split())


def refusals(folder: Path) -> Iterator[tuple[str, str]]:
    """Every sentence that the FHIR door refuses with, wherever it is written out."""
    places = {"FileRefused": 0, "filled": 0, "in_words": 0, "Invalid": 2, "Conflict": 0}
    for file in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            said: ast.expr | None = None
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = places.get(node.func.id)
                said = node.args[place] if place is not None and len(node.args) > place else None
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("says", "remedy"):
                said = node.value
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                yield file.name, said.value


def test_every_sentence_of_the_fhir_door_has_its_spanish() -> None:
    found = list(refusals(SOURCE / "adapters" / "fhir"))
    done = translated()
    assert len(found) > 20 and not [pair for pair in found if pair[1] not in done]
