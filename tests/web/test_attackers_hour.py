"""An attacker's hour: what a signed-in colleague of another house, or a stranger, might try by hand."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from commonweal.adapters.files import opening
from commonweal.adapters.files.answers import FileRefused
from commonweal.agencies import actions as agencies
from commonweal.agencies import queries as agency_queries
from commonweal.agencies.naming import sign_in_name
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.referrals import actions as referrals
from commonweal.sharing import actions as sharing
from commonweal.web.pages import csv_response
from factories.caller import Program
from factories.calls import TROUBLED, open_centre
from factories.cast import SETUP, Cast, gather, someone, worker
from factories.referrals import loop
from factories.visitor import visit
from journeys.crawling import routes

pytestmark = pytest.mark.django_db
ACTS = (
    "view accept waitlist decline ask inform schedule attend miss start settle say check send withdraw close"
).split()


@pytest.fixture
def cast() -> Cast:
    """Every agency, nobody bound to anybody."""
    return gather(partners=False)


def said(answer: Any, one: UUID) -> tuple[int, str]:
    """Status and bytes, without the id that was asked for."""
    return answer.status_code, answer.content.decode().replace(str(one), "ID")


class TestSomebodyElses:
    """Ids of another house: the same bytes as ids that nobody has."""

    def test_a_referral_between_two_others_is_not_there_whatever_is_sent_with_it(self) -> None:
        """Also not by what an act complains of: a missing reason would tell that there is a referral."""
        it = loop()
        real, none = it.refer(), uuid4()
        for role in ("hospital_staff", "clinician"):
            program = Program(it.cast[role])
            for act in ACTS:
                told = [said(program.post(f"referrals/{one}/{act}"), one) for one in (real, none)]
                assert told[0] == told[1], (role, act)

    def test_nor_to_the_room_itself(self) -> None:
        it = loop()
        real = it.refer()
        far = agencies.open_agency(by=SETUP, name="Elsewhere", kind="social_service").id
        by = worker(far, "provider_staff")
        for act in (
            lambda: referrals.decline(by=by, referral=real, reason="no such reason"),
            lambda: referrals.ask_info(by=by, referral=real, note=" "),
            lambda: referrals.inform(by=by, referral=real, note=""),
            lambda: referrals.outcome(by=by, referral=real, result="?"),
        ):
            with pytest.raises(NotFound):
                act()

    def test_another_centre_moves_neither_our_units_nor_our_calls(self) -> None:
        centre = open_centre()
        call = centre.call(TROUBLED)
        Program(centre.desk).done(f"calls/{call}/dispatch")
        far = agencies.open_agency(by=SETUP, name="Fern County Communications", kind="ecc").id
        stranger, ours, unit = Program(worker(far, "call_taker")), Program(centre.desk), centre.units["CO1"]
        here, move = {"lon": -121.5, "lat": 38.4}, {"status": "enroute"}
        for one in (unit, uuid4()):
            gone = stranger.post(f"calls/units/{one}/position", **here)
            assert gone.status_code == 404, gone.content
            assert stranger.post(f"calls/{call}/units/{one}/status", **move).status_code == 404
        assert ours.post(f"calls/units/{unit}/position", **here).status_code == 204
        assert ours.post(f"calls/{call}/units/{unit}/status", **move).status_code == 200

    def test_rows_that_are_one_s_own_are_nobody_else_s(self, cast: Cast) -> None:
        """Reviews one was asked about, openings of the glass, requests: by the wrong account, 404."""
        person, _ = someone(cast)
        case_manager = visit(cast["case_manager"])
        for path in (f"/account/asked/{uuid4()}/", f"/emergency/{uuid4()}/"):
            assert case_manager.get(path).status_code == 404
        filed, _code = sharing.receive_request(
            by=cast["privacy_officer"], kind="access", text="All of it", person=person
        )
        other = agencies.open_account(
            by=SETUP, username="lee", display_name="L", role="person", person=someone(cast, given="Lee")[0]
        )
        page = visit(agency_queries.actor(other.id))
        told = [said(page.get(f"/mine/requests/{one}/"), one) for one in (filed.id, uuid4())]
        assert told[0] == told[1] and told[0][0] == 404


def _written(told: Any) -> Iterator[tuple[str, str]]:
    """Every name that a body of the API may carry, with its operation."""
    for path, methods in told["paths"].items():
        for verb, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            if content:
                for name in _names(told, content["schema"], set()):
                    yield f"{verb} {path}", name


def _names(told: Any, shape: Any, seen: set[str]) -> Iterator[str]:
    if ref := shape.get("$ref"):
        if ref in seen:
            return
        seen.add(ref)
        shape = told["components"]["schemas"][ref.split("/")[-1]]
    for name, inner in shape.get("properties", {}).items():
        yield name
        yield from _names(told, inner, seen)
    for one in (*shape.get("anyOf", ()), *filter(None, [shape.get("items")])):
        yield from _names(told, one, seen)


PRIVILEGED = re.compile(
    r"^(is_(staff|superuser|active|medical|covered|sealed|expunged|accounted|approved)|state|by|actor|account|"
    r"role|agency|agency_id|permissions|scopes|password|\w+_by|\w+_at|cjis_screened|security_addendum)$"
)
# what a body may name although it sounds like authority: the gate or the act judges it
OFFERED = {
    # to whom a bulletin goes, and its days: the writer's to say, the reader's to be let (messages.bulletins)
    ("post /api/v1/bulletins", "agency"),
    ("post /api/v1/bulletins", "role"),
    ("post /api/v1/bulletins", "starts_at"),
    ("post /api/v1/bulletins", "ends_at"),
    # an administrator says which agency receives for a provider
    ("post /api/v1/directory/providers/{provider}/reach", "agency"),
    ("post /api/v1/trust/explain", "role"),  # a question about nobody
    ("post /api/v1/consents/", "expires_at"),
    ("post /api/v1/community/feedback/{feedback_id}/reply", "done_by"),  # a day
}


class TestExtraFields:
    """Mass assignment: what a form or body did not offer is not taken."""

    def test_no_body_of_the_api_offers_authority(self) -> None:
        told = Client().get("/api/openapi.json").json()
        found = {(where, name) for where, name in _written(told) if PRIVILEGED.match(name)}
        assert len(list(_written(told))) > 100
        assert found <= OFFERED, sorted(found - OFFERED)

    def test_what_is_added_to_a_body_changes_nothing(self) -> None:
        centre = open_centre(staffed=False)
        cast, other = centre.cast, centre.cast.agency["hospital"]
        more = {
            "state": "closed", "agency": str(other), "agency_id": str(other), "tier": "T1",
            "id": str(uuid4()), "answered_by": str(UUID(int=1)), "is_sealed": True, "recorded_by": "x",
        }  # fmt: skip
        made = Program(centre.desk).done("calls/", source="911", address="412 Cedar Ave", **more)
        assert made["state"] != "closed" and made["tier"] != "T1" and made["id"] != more["id"]
        person, _ = someone(cast, "social_service")
        consent = {
            "person": str(person), "form": "roi", "recipients": [str(cast.agency["police"])],
            "categories": ["case_plan"], "purposes": ["care_coordination"], "signer": "Rosa Delgado",
            "method": "drawn", "signature": "M0 0L9 9", "told_right_to_revoke": True,
        }  # fmt: skip
        sent = Program(cast["case_manager"]).post(
            "consents/", **consent, revoked_at="2001-01-01T00:00:00Z", **more
        )
        if sent.status_code == 201:
            [kept] = sharing_rows(person)
            assert kept.revoked_at is None and kept.recorded_by == cast["case_manager"].id

    def test_a_worker_s_page_gives_nobody_more_than_it_offers(self, cast: Cast) -> None:
        """The administrator's form changes role and standing; never the person, the agency, the password."""
        account = cast.account("call_taker")
        before = agency_queries.account(account)
        more = {
            "agency": str(cast.agency["police"]), "agency_id": str(cast.agency["police"]),
            "is_superuser": "1", "person": str(uuid4()), "password": "x" * 14, "username": "root",
            "is_active": "",
        }  # fmt: skip
        form = {"role": "call_taker", "display_name": "Dana", **more}
        visit(cast["administrator"]).post(f"/setup/accounts/{account}/", form)
        after = agency_queries.account(account)
        for name in ("agency_id", "username", "password", "person_id", "is_active"):
            assert getattr(after, name, None) == getattr(before, name, None), name
        form |= {"role": "person"}
        assert visit(cast["administrator"]).post(f"/setup/accounts/{account}/", form).status_code == 400


def sharing_rows(person: UUID) -> list[Any]:
    """The consents of a person."""
    from commonweal.sharing import queries

    return list(queries.consents_of(person))


class TestSessions:
    """Fixation: a key that somebody knew before is worth nothing after."""

    def test_another_role_ends_every_session_of_the_old_one(self, cast: Cast) -> None:
        page = visit(cast["call_taker"])
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = page.cookies[settings.SESSION_COOKIE_NAME].value
        assert thief.get("/desk/").status_code == 200
        agencies.change_account(by=SETUP, account=cast.account("call_taker"), badge="77")
        assert thief.get("/desk/").status_code == 200, "a badge is no authority"
        agencies.change_account(by=SETUP, account=cast.account("call_taker"), role="supervisor")
        assert thief.get("/desk/").status_code == 302 and page.get("/board/").status_code == 302

    def test_a_planted_key_is_not_taken_over(self) -> None:
        """A key that the server never gave becomes no session's key."""
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
        client.post("/account/banner/", {"understood": "yes", "next": "/"})
        assert client.cookies[settings.SESSION_COOKIE_NAME].value != "a" * 32


# POST without a token: readings of strangers and of the header's search, the language, and doors that take
# no cookie (bearer tokens, a provider's signed assertion, a phone's proof of its lease)
WITHOUT_TOKEN = {
    "field/sync/", "people/find/", "language/", "community/records/follow/", "community/feedback/reply/",
    "community/find/",
}  # fmt: skip


def test_every_form_of_every_page_asks_for_its_token(cast: Cast) -> None:
    """CSRF: each address of the product, by POST with the cookie alone."""
    client = Client(enforce_csrf_checks=True)
    client.cookies = visit(cast["administrator"]).cookies
    taken = set()
    for route, pattern in routes():
        if route.startswith(("api/", "scim/", "hsds/", "static/")) or "^" in route:
            continue
        path = re.sub(r"<(\w+:)?(\w+)>", lambda m: _value(m[1]), route)
        answer = client.post(f"/{path}")
        assert answer.status_code < 500
        if answer.status_code != 403 or b"csrf" not in answer.content.lower():
            exempt = getattr(pattern.callback, "csrf_exempt", False)
            taken |= {route} if exempt or answer.status_code < 400 else set()
    assert {one for one in taken if "saml" not in one} <= WITHOUT_TOKEN, taken


def _value(kind: str | None) -> str:
    return {"uuid:": str(UUID(int=7)), "int:": "1"}.get(kind or "", "t")


def test_no_cookie_opens_the_interfaces(cast: Cast) -> None:
    """They take a bearer token alone, so that no other site's page can use the browser's session there."""
    page = visit(cast["privacy_officer"])
    for path in ("/api/v1/me", "/api/v1/trust/register", "/scim/v2/Users"):
        assert page.get(path).status_code == 401


class TestFiles:
    """What is handed in, and what is taken away."""

    @pytest.mark.parametrize("name", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
    def test_a_workbook_that_swells_is_refused_before_it_is_unpacked(
        self, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(opening, "SMALL", 100_000)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
            archive.writestr(name, b"\0" * 3_000_000)
        with pytest.raises(FileRefused, match="unpacks to"):
            opening.kind(opening.source(out.getvalue()))

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
    def test_no_cell_of_a_download_is_a_formula(self, start: str) -> None:
        told = b"".join(csv_response("x", ["a"], [[f"{start}HYPERLINK(1)"], [-3], [""]])).decode()
        assert f"'{start}HYPERLINK(1)" in told and "\r\n-3\r\n" in told


@pytest.mark.parametrize("depth", [60, 100_000])
def test_json_nested_beyond_reason_is_answered_in_words(cast: Cast, depth: int) -> None:
    deep = '{"a":' * depth + "1" + "}" * depth
    _, secret = agencies.issue_token(
        by=SETUP, account=cast.account("administrator"), name="d", scopes=["administer", "scim"]
    )
    head = {"Authorization": f"Bearer {secret}"}
    for path in ("/api/v1/trust/explain", "/api/v1/calls/", "/scim/v2/Users"):
        answer = Client().post(path, deep, content_type="application/json", headers=head)
        assert 400 <= answer.status_code < 500, (path, answer.status_code)
        assert len(answer.content) < 5_000


@pytest.mark.parametrize("number", ["9" * 400, "1e999", "-0", "1E+309", "0.1e-999"])
def test_numbers_beyond_all_measure_are_answered_in_words(number: str) -> None:
    centre = open_centre(staffed=False)
    body = f'{{"source":"911","address":"x","lon":{number},"lat":{number}}}'
    head = Program(centre.desk).head
    answer = Client().post("/api/v1/calls/", body, content_type="application/json", headers=head)
    assert answer.status_code in (201, 400), answer.content
    assert json.loads(answer.content)


class TestPersonalPagesOfStrangers:
    """Pages that a code or a link opens, without sign-in: kept by no cache."""

    def test_none_may_be_kept(self, cast: Cast) -> None:
        _, token = agencies.invite(
            by=SETUP, agency=cast.agency["ecc"], role="call_taker", email="x@y.example", display_name="X"
        )
        for path in (f"/account/invitation/{token}/", "/account/login/", "/account/banner/"):
            assert "no-store" in Client().get(path, follow=True)["Cache-Control"], path
        for path in ("/community/feedback/reply/", "/community/records/follow/"):
            answer = Client().post(path, {"code": "AAAAA-AAAAA"})
            assert answer.status_code == 200 and "no-store" in answer["Cache-Control"], path
        signed_in = visit(cast["privacy_officer"])
        for path in ("/trust/", "/trust/register/", "/account/devices/", "/api/v1/health"):
            assert "no-store" in signed_in.get(path)["Cache-Control"], path
        api = Program(cast["privacy_officer"])
        assert "no-store" in api.get("trust/register")["Cache-Control"]
        assert "no-store" in api.get(f"people/{uuid4()}/records")["Cache-Control"]


class TestNames:
    """Unicode tricks in the names people sign in with."""

    @pytest.mark.parametrize(
        "trick",
        ["dana\u200b", "da\u00adna", "\u202edana", "d\u0430na", "dana\x00", "dana\n", "da na", "dana\u2028",
         "dαna", "<dana>", "../dana", "dana\ufeff", "dana%00", "🦊"],
    )  # fmt: skip
    def test_a_name_that_could_pass_for_another_is_refused(self, cast: Cast, trick: str) -> None:
        if trick.strip() == "dana":
            assert sign_in_name(trick) == "dana"
            return
        with pytest.raises(Invalid):
            agencies.open_account(
                by=SETUP, username=trick, display_name="D", role="call_taker", agency=cast.agency["ecc"]
            )

    @pytest.mark.parametrize("same", ["DANA", "ｄａｎａ", " dana ", "ᵈana"])
    def test_another_spelling_of_a_name_is_the_same_name(self, cast: Cast, same: str) -> None:
        given = {"display_name": "D", "role": "call_taker", "agency": cast.agency["ecc"]}
        agencies.open_account(by=SETUP, username="dana", **given)
        with pytest.raises(Invalid, match="taken"):
            agencies.open_account(by=SETUP, username=same, **given)

    @pytest.mark.parametrize("fine", ["r.delgado", "Ñandú", "o'neil-2", "дана", "山田はな", "a_b@d.example"])
    def test_ordinary_names_of_the_world_are_taken(self, fine: str) -> None:
        assert sign_in_name(fine) == fine

    @given(st.text(max_size=30))
    @hypothesis(max_examples=60)
    def test_a_name_is_kept_as_it_would_be_read_again(self, text: str) -> None:
        try:
            name = sign_in_name(text)
        except Invalid:
            return
        assert sign_in_name(name) == name and name == name.strip() and name.isprintable()


def test_a_line_end_in_a_request_makes_no_header(cast: Cast) -> None:
    """Header injection by what is said back: file names, places to go on, links to the next page."""
    page = visit(cast["privacy_officer"])
    for path in (
        "/trust/register/?as=csv&category=%0d%0aSet-Cookie:%20a=b",
        "/account/login/?next=/%0d%0aSet-Cookie:%20a=b",
        "/account/banner/?next=%0d%0aX-Evil:%201",
    ):
        answer = page.get(path)
        assert answer.status_code < 500
        assert not [h for h in answer.headers if h.lower() in ("x-evil",)] and "a" not in answer.cookies
    api = Program(cast["privacy_officer"]).get("trust/register?limit=1&category=%0d%0aX-Evil:%201")
    assert api.status_code < 500 and "X-Evil" not in api.headers
