"""Doors by permission, errors as pages, paging, exports, headers, language."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from hypothesis import given
from hypothesis import strategies as st

from commonweal.agencies import queries
from commonweal.agencies.roles import ROLES
from commonweal.config.logs import Discreet
from commonweal.config.urls import handler500 as faults
from commonweal.config.urls import urlpatterns as product
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.sharing import actions as sharing
from commonweal.web import pages
from commonweal.web.navigation import DESKS, desks_for
from commonweal.web.permits import see
from factories.cast import Cast, gather
from factories.visitor import visit

pytestmark = pytest.mark.django_db
ClientOf = Callable[..., Client]
RECORD = Subject("source_record", uuid4())


def _raises(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


def _asks(request: Any, category: str) -> HttpResponse:
    see(request.actor, category, "care_coordination", RECORD)
    return HttpResponse("opened")


def _refused(acknowledged: bool) -> Exception:
    return pages.Denied(
        SimpleNamespace(acknowledged=acknowledged, why="Kept for care.", unlock=["A consent that names you."])
    )


BAD = Invalid("call_back", "5551<b>", "Give ten digits, area code first.")
urlpatterns = [
    path("api/try/fault/", _raises(RuntimeError("Rosa Delgado 1984-03-09"))),
    *product,
    path("try/invalid/", _raises(BAD)),
    path("try/missing/", _raises(NotFound("call"))),
    path("try/conflict/", _raises(Conflict("Unit CR 1 was sent by someone else."))),
    path("try/refused/", _raises(_refused(True))),
    path("try/hidden/", _raises(_refused(False))),
    path("try/ask/<str:category>/", _asks),
    path("try/fault/", _raises(RuntimeError("Rosa Delgado 1984-03-09"))),
]
handler500 = faults  # the product's answer to a fault
here = pytest.mark.urls(__name__)
REFERENCE = re.compile(r"\b[2-9B-Z]{4}-[2-9B-Z]{4}\b")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def cast() -> Cast:
    """Every agency."""
    return gather(partners=False)


@pytest.fixture
def enter_as(cast: Cast, client_of: ClientOf) -> Callable[[str], Client]:
    """A fully signed-in client of a role."""
    return lambda role: client_of(queries.account(cast.account(role)))


class TestDoors:
    """Who gets through which door."""

    def test_a_stranger_meets_the_sign_in_page_at_every_desk_but_the_public_one(self, client: Client) -> None:
        """And no desk's name for them in the navigation."""
        for desk in DESKS.values():
            answer = client.get(desk.path)
            if desk.permissions:
                assert answer.status_code == 302 and "/account/login/" in answer.url, desk.code
            else:
                assert answer.status_code == 200, desk.code

    @pytest.mark.parametrize("role", sorted(set(ROLES) - {"person"}))
    def test_a_role_enters_its_desks_and_is_told_of_the_others(
        self, enter_as: Callable[[str], Client], role: str
    ) -> None:
        """The page behind a closed door names the permission and the doors that are open."""
        client = enter_as(role)
        for desk in DESKS.values():
            answer = client.get(desk.path)
            if desk.permissions and not desk.permissions & ROLES[role].permissions:
                assert answer.status_code == 403, desk.code
                assert "Your role opens other doors" in answer.content.decode()
            else:
                assert answer.status_code != 403, desk.code

    @pytest.mark.parametrize("role", sorted(set(ROLES) - {"person"}))
    def test_home_is_the_first_screen_of_the_role(self, enter_as: Callable[[str], Client], role: str) -> None:
        """Whoever is at work comes straight to it; it is one of the doors open to them."""
        assert enter_as(role).get("/").url == ROLES[role].home
        actor = SimpleNamespace(permissions=ROLES[role].permissions)
        assert ROLES[role].home in [desk.path for desk in desks_for(actor)]  # type: ignore[arg-type]

    def test_a_misspelt_permission_stops_the_start(self) -> None:
        """Rather than opening or closing a door silently."""
        with pytest.raises(ImproperlyConfigured, match="take_cals"):
            pages.desk("take_cals")


@here
class TestErrorsAsPages:
    """An error says what was refused, what is safe, and what to do."""

    def test_bad_input_names_field_value_and_remedy_and_keeps_what_was_typed(self, client: Client) -> None:
        """On a page of its own; markup is shown as text, secrets are not shown."""
        answer = client.post(
            "/try/invalid/", {"call_back": "5551<b>", "notes": "She is calm.", "password": "s3cret!"}
        )
        text = answer.content.decode()
        assert answer.status_code == 400
        for part in ("Call back", "5551&lt;b&gt;", "Give ten digits", "She is calm."):
            assert part in text
        assert "s3cret!" not in text and "5551<b>" not in text

    def test_a_fragment_s_bad_input_goes_beside_the_form(self, client: Client) -> None:
        """The form itself is not replaced, so nothing typed is lost."""
        answer = client.post("/try/invalid/", {"call_back": "5551"}, headers=HTMX)
        assert answer.status_code == 400 and answer["HX-Retarget"] == "#messages"
        assert "<html" not in answer.content.decode() and "Give ten digits" in answer.content.decode()

    def test_what_is_missing_and_what_is_hidden_are_the_same_bytes(
        self, enter_as: Callable[[str], Client]
    ) -> None:
        """No such record, one that must not be acknowledged, an address nobody made (42 CFR 2.13)."""
        client = enter_as("shelter_worker")
        answers = [client.get(p) for p in ("/try/missing/", "/try/hidden/", "/no/such/", "/try/hidden/?q=1")]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        fields = [{k: v for k, v in a.headers.items() if k != "Content-Length"} for a in answers]
        assert all(one == fields[0] for one in fields)
        fragments = [client.get(p, headers=HTMX) for p in ("/try/missing/", "/try/hidden/")]
        assert len({answer.content for answer in fragments}) == 1

    def test_a_refusal_says_why_and_what_would_unlock(self, client: Client) -> None:
        """As a page, and as a fragment."""
        for headers in ({}, HTMX):
            answer = client.get("/try/refused/", headers=headers)
            assert answer.status_code == 403
            assert "Kept for care." in answer.content.decode()
            assert "A consent that names you." in answer.content.decode()

    def test_the_gate_s_refusal_ends_the_request(self, enter_as: Callable[[str], Client]) -> None:
        """Whatever is asked of a record that is not there, nothing is opened, and the same page is shown."""
        client = enter_as("analyst")
        seen = {client.get(f"/try/ask/{c}/").content for c in ("clinical_notes", "substance_use_treatment")}
        assert b"opened" not in seen and len(seen) == 1

    def test_someone_else_acted_first(self, client: Client) -> None:
        """What stands now, and a way to see it."""
        answer = client.post("/try/conflict/")
        assert answer.status_code == 409 and "sent by someone else" in answer.content.decode()

    def test_a_fault_shows_nothing_of_what_broke(self) -> None:
        """Plain words, no values, and what to do if someone is in danger."""
        answer = Client(raise_request_exception=False).get("/try/fault/")
        text = answer.content.decode()
        assert answer.status_code == 500 and "Rosa" not in text and "911" in text

    def test_a_fault_s_reference_leads_from_the_page_to_the_log(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Whoever reads it out is found there; two faults are told apart, and the log says no values."""
        client = Client(raise_request_exception=False)
        pages_of_it = [client.get("/try/fault/").content.decode() for _ in range(2)]
        given = [REFERENCE.findall(text) for text in pages_of_it]
        lines = [
            Discreet("%(message)s").format(one) for one in caplog.records if one.name == "django.request"
        ]
        assert [len(one) for one in given] == [1, 1] and given[0] != given[1]
        assert [line.count(f"(fault {one[0]})") for line, one in zip(lines, given, strict=True)] == [1, 1]
        assert "RuntimeError" in lines[0] and "Rosa" not in "".join(lines)

    def test_a_refusal_is_no_fault_of_ours(self, caplog: pytest.LogCaptureFixture) -> None:
        """It has no reference, on the page or in the log."""
        text = Client().post("/try/invalid/", {"notes": "She is calm."}).content.decode()
        Client().get("/no/such/")
        lines = [Discreet("%(message)s").format(one) for one in caplog.records]
        assert not REFERENCE.search(text) and not any("(fault " in line for line in lines)

    def test_in_spanish_too(self) -> None:
        """The words, and the reference as it is."""
        client = Client(raise_request_exception=False, headers={"Accept-Language": "es"})
        text = client.get("/try/fault/").content.decode()
        assert "dé esta referencia" in text and REFERENCE.search(text)

    def test_an_act_s_fault_is_told_above_the_form_and_a_renewal_s_is_not(self) -> None:
        """A press that did nothing must not look like one that did; a part keeps what it showed."""
        client = Client(raise_request_exception=False)
        act = client.post("/try/fault/", headers=HTMX)
        assert act.status_code == 500 and act["HX-Retarget"] == "#messages"
        assert "<html" not in act.content.decode() and REFERENCE.search(act.content.decode())
        renewal = client.get("/try/fault/", headers=HTMX | {"X-Background": "1"})
        assert renewal["HX-Reswap"] == "none" and "HX-Retarget" not in renewal

    def test_a_program_is_told_as_a_problem(self) -> None:
        """RFC 9457, under the same reference."""
        answer = Client(raise_request_exception=False).get("/api/try/fault/")
        told = answer.json()
        assert answer["Content-Type"] == "application/problem+json" and told["status"] == 500
        assert REFERENCE.search(told["detail"]) and "Rosa" not in answer.content.decode()


class TestHeaders:
    """What every answer carries."""

    @pytest.mark.parametrize("address", ["/", "/gallery/", "/account/banner/", "/no/such/", "/api/docs"])
    def test_nothing_inline_nothing_foreign(self, client: Client, address: str) -> None:
        """The policy forbids both, and the page has none."""
        answer = client.get(address)
        policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert policy["worker-src"] == "'self' blob:" and policy["frame-ancestors"] == "'none'"
        text = answer.content.decode()
        assert " style=" not in text and " onclick=" not in text and "<style" not in text
        assert answer["X-Frame-Options"] == "DENY" and answer["X-Content-Type-Options"] == "nosniff"

    def test_nothing_behind_the_sign_in_is_kept_by_the_browser(
        self, enter_as: Callable[[str], Client]
    ) -> None:
        """On a shared computer the back button shows nothing."""
        assert "no-store" in enter_as("analyst").get("/insight/")["Cache-Control"]


class TestLanguage:
    """English and Spanish, remembered."""

    def test_a_stranger_s_choice_is_kept_in_a_cookie(self, client: Client) -> None:
        """And the page goes back to where it was."""
        answer = client.post("/language/", {"language": "es", "next": "/gallery/"})
        assert answer.url == "/gallery/"
        page = client.get("/").content.decode()
        assert '<html lang="es"' in page and "¿Necesita ayuda ahora?" in page

    def test_a_worker_s_choice_is_kept_on_the_account(
        self, enter_as: Callable[[str], Client], cast: Cast
    ) -> None:
        """On every device, even where the browser asks for another language."""
        client = enter_as("call_taker")
        client.post("/language/", {"language": "es"})
        assert queries.account(cast.account("call_taker")).language == "es"
        client.cookies.pop("django_language")
        fresh = client.get("/people/", headers={"Accept-Language": "en"}).content.decode()
        assert "Su función abre otras puertas" in fresh

    def test_what_was_chosen_before_signing_in_stays_chosen(self, client_of: ClientOf, cast: Cast) -> None:
        """Someone who picked Spanish on the first page keeps it at the desk."""
        client = client_of(queries.account(cast.account("analyst")))
        client.cookies["django_language"] = "es"
        assert '<html lang="es"' in client.get("/people/").content.decode()
        client.cookies["django_language"] = "xx"
        assert '<html lang="en"' in client.get("/people/").content.decode()

    @pytest.mark.parametrize(("form", "goes"), [
        ({"language": "es", "next": "https://evil.example/"}, "/"),
        ({"language": "xx", "next": "/gallery/"}, "/gallery/"),
        ({}, "/"),
    ])  # fmt: skip
    def test_nonsense_changes_nothing(self, client: Client, form: dict[str, str], goes: str) -> None:
        """Unknown languages, other sites."""
        assert client.post("/language/", form).url == goes
        assert client.get("/language/").status_code == 405


class TestPaging:
    """Lists come in pages, and say whether more follow."""

    @given(st.lists(st.integers(), max_size=80), st.integers(1, 30))
    def test_the_pages_together_are_the_list(self, items: list[int], size: int) -> None:
        """Nothing lost, nothing doubled, and the last one says so."""
        found: list[int] = []
        number, more = 1, True
        while more:
            page = pages.paged(RequestFactory().get("/", {"page": number, "q": "a b"}), items, size)
            found += page.items
            assert page.query == "q=a+b" and page.has_previous is (number > 1)
            number, more = number + 1, page.has_next
        assert found == items

    @pytest.mark.parametrize("text", ["", "0", "-3", "x", "٣", "1e9", "99999999999999999999"])
    def test_a_senseless_number_is_no_error(self, text: str) -> None:
        """The first page, or an empty late one."""
        page = pages.paged(RequestFactory().get("/", {"page": text}), [1, 2, 3])
        assert page.number >= 1 and list(page) in ([1, 2, 3], [])

    def test_a_page_is_replaced_at_once(self) -> None:
        """So that the gate is asked once for all of its subjects."""
        asked: list[Sequence[int]] = []

        def ask(items: Sequence[int]) -> list[str]:
            asked.append(items)
            return [str(i) for i in items]

        page = pages.paged(RequestFactory().get("/"), list(range(60)), 20).map(ask)
        assert len(asked) == 1 and page.items[0] == "0" and page.has_next and len(page) == 20


class TestExport:
    """CSV that opens safely in a spreadsheet."""

    @given(st.lists(st.tuples(st.text(max_size=12), st.integers() | st.floats(allow_nan=False) | st.none())))
    def test_it_reads_back_and_runs_nothing(self, rows: list[tuple[str, object]]) -> None:
        """Every row is there; no text cell starts a formula; numbers stay numbers, negative ones too."""
        clean = [("".join(c for c in text if c not in "\r\n\0"), number) for text, number in rows]
        answer = pages.csv_response("calls", ["what", "n"], clean)
        text = b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]
        back = list(csv.reader(io.StringIO(text)))
        assert back[0] == ["what", "n"] and len(back) == len(rows) + 1
        for (name, number), (name_back, number_back) in zip(clean, back[1:], strict=True):
            assert name_back.removeprefix("'") == name.removeprefix("'")
            assert not name_back.startswith(("=", "+", "-", "@"))
            assert number_back == ("" if number is None else str(number))
        assert answer["Content-Disposition"] == 'attachment; filename="calls.csv"'


def test_a_permit_goes_through_and_a_refusal_does_not(cast: Cast) -> None:
    """`need` lets only the gate's yes pass."""
    refusal = sharing.ask(by=cast["analyst"], category="identity", purpose="care_coordination", about=RECORD)
    assert isinstance(refusal, sharing.Refusal)
    with pytest.raises(pages.Denied):
        see(cast["analyst"], "identity", "care_coordination", RECORD)


class TestAWayOn:
    """No page of a refusal is a dead end, wherever the form stood."""

    PATH = "/training/everyone/"

    def refused(self, **headers: str) -> str:
        """An act that no button of the page does."""
        lead = visit(gather(partners=False)["training_coordinator"])
        answer = lead.post("/training/courses/", {"act": "burn", "note": "kept"}, headers=headers)
        assert answer.status_code == 400
        return answer.content.decode()

    def test_it_leads_back_to_where_the_form_stood(self) -> None:
        text = self.refused(Referer="http://testserver/training/courses/")
        assert 'href="http://testserver/training/courses/"' in text and "Back to the page" in text

    @pytest.mark.parametrize("before", ["", "https://elsewhere.example/form", "javascript:alert(1)"])
    def test_where_that_is_not_known_it_leads_to_the_first_screen(self, before: str) -> None:
        text = self.refused(**({"Referer": before} if before else {}))
        assert "Go to your first screen" in text and "kept" in text
        assert "elsewhere.example" not in text and "javascript:" not in text.split("<main")[1]
