"""ASVS 5.0, what every answer carries: cookies, headers, methods. One crawl, many looks at it."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from commonweal.agencies.roles import ROLES
from factories.cast import gather
from factories.visitor import visit
from journeys.crawling import routes
from web.asvs_site import Met, addresses, met_by, tls

pytestmark = pytest.mark.django_db
READS = {
    "foresight.exported",
    "sharing.read",
    "sharing.refused",
    "cases.discussion_read",
    "community.feedback_read",
    "sharing.totals",
}


@pytest.fixture(scope="module")
def met(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[list[Met]]:
    """The crawl, once for all tests here; what it wrote is taken back."""
    with django_db_blocker.unblock(), transaction.atomic(), tls():
        found = list(met_by(gather()))
        transaction.set_rollback(True)
    yield found


def cookies(met: list[Met]) -> dict[str, object]:
    """Every cookie that any answer set, by name."""
    return {name: morsel for one in met for name, morsel in one.answer.cookies.items() if morsel.value}


def bare(met: list[Met], header: str, wanted: str) -> list[str]:
    """Who met an answer without the header, or with another value."""
    return [f"{m.who} {m.path}" for m in met if not re.search(wanted, m.answer.headers.get(header, ""))]


def test_v3_2_1_nothing_is_rendered_in_a_context_of_another(met: list[Met]) -> None:
    """Types are not guessed, data is no page, and whatever is a file says so."""
    for one in met:
        assert one.answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'self'" in one.answer.headers["Content-Security-Policy"], one.path
        if one.answer.headers.get("Content-Type", "").startswith("text/csv"):
            assert "attachment" in one.answer.headers["Content-Disposition"], one.path


def test_v3_3_1_cookies_are_secure_and_say_so_in_their_name(met: list[Met]) -> None:
    """Secure, each of them."""
    found = cookies(met)
    assert found and all(morsel["secure"] for morsel in found.values()), found


def test_v3_3_2_cookies_do_not_travel_from_other_sites(met: list[Met]) -> None:
    """SameSite on each."""
    assert all(morsel["samesite"] in ("Lax", "Strict") for morsel in cookies(met).values())


def test_v3_3_3_cookies_are_bound_to_this_host(met: list[Met]) -> None:
    """The prefix that browsers hold a site to: Secure, Path=/ and no Domain."""
    for name, morsel in cookies(met).items():
        assert name.startswith("__Host-") and morsel["path"] == "/" and not morsel["domain"], name


def test_v3_3_4_scripts_do_not_read_the_session(met: list[Met]) -> None:
    """HttpOnly, and the key stands in no body."""
    with tls():
        client = visit(gather(partners=False)["call_taker"])
        answer = client.get("/desk/", secure=True)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        assert key and key not in answer.content.decode()
        said = client.post("/language/", {"language": "es", "next": "/"}, secure=True)
        assert said.cookies[settings.LANGUAGE_COOKIE_NAME]["httponly"]
    kept = {n for n, morsel in cookies(met).items() if not morsel["httponly"]}
    assert kept <= {"__Host-csrftoken"}, "the form token alone is read by scripts"


def test_v3_4_1_browsers_come_back_by_tls_alone(met: list[Met]) -> None:
    """A year, subdomains included."""
    assert not bare(met, "Strict-Transport-Security", r"^max-age=31536000; includeSubDomains")


def test_v3_4_2_no_other_origin_is_answered(met: list[Met]) -> None:
    """No answer names an allowed origin, whatever origin asks."""
    assert not [m.path for m in met if m.answer.has_header("Access-Control-Allow-Origin")]
    for path in ("/", "/api/v1/health", "/api/v1/me"):
        answer = Client().get(path, headers={"Origin": "https://evil.example"})
        assert not answer.has_header("Access-Control-Allow-Origin")


def test_v3_4_3_only_own_scripts_run(met: list[Met]) -> None:
    """The policy stands on each answer and opens nothing inline, evaluated, or from elsewhere."""
    assert not bare(met, "Content-Security-Policy", "object-src 'none'; base-uri 'none'")
    for one in met:
        assert "unsafe" not in one.answer.headers["Content-Security-Policy"]


def test_v3_4_4_types_are_not_guessed(met: list[Met]) -> None:
    """On each answer."""
    assert not bare(met, "X-Content-Type-Options", "^nosniff$")


def test_v3_4_5_addresses_are_told_to_nobody_else(met: list[Met]) -> None:
    """On each answer."""
    assert not bare(met, "Referrer-Policy", "^same-origin$")


def test_v3_4_6_no_page_stands_in_a_frame(met: list[Met]) -> None:
    """By the policy, not only by the old header."""
    assert not bare(met, "Content-Security-Policy", "frame-ancestors 'none'")


def test_v3_5_1_a_forged_form_does_nothing() -> None:
    """Every address that takes a POST from a session needs its token, but for those that look."""
    asked_by_code = {"/community/feedback/reply/", "/community/records/follow/"}
    looking = {"/language/", "/community/find/", "/people/", *asked_by_code}
    found = gather(partners=False)
    client = Client(enforce_csrf_checks=True)
    client.cookies = visit(found["administrator"]).cookies
    for path in addresses():
        if path.startswith("/api/"):
            continue  # no cookie opens it: see the next test
        answer = client.post(path)
        assert answer.status_code in (401, 403, 404, 405) or path in looking, (path, answer.status_code)


def test_v3_5_1_a_session_does_not_open_the_api() -> None:
    """The API takes a token from the header and from nowhere else: nothing rides on a browser's cookie."""
    client = visit(gather(partners=False)["call_taker"])
    assert client.get("/api/v1/me").status_code == 401
    assert client.post("/api/v1/calls/", {}, content_type="application/json").status_code == 401


def test_v3_5_3_asking_changes_nothing(met: list[Met]) -> None:
    """A GET leaves only lines that say who looked, or who was turned away."""
    allowed = READS | {"agencies.turned_away", "agencies.signed_in"}
    changed = {(m.path, kind) for m in met for kind in m.kinds - allowed if "read" not in kind}
    assert not changed


def test_v4_1_1_every_body_says_what_it_is(met: list[Met]) -> None:
    """With its characters, where it is text."""
    for one in met:
        if one.answer.streaming or one.answer.content:
            kind = one.answer.headers.get("Content-Type", "")
            is_text = kind.startswith("text/") or kind.endswith("+xml")
            assert kind and (not is_text or "charset=utf-8" in kind.lower()), (one.path, kind)


def test_v13_4_4_nothing_is_echoed() -> None:
    """TRACE and its kin."""
    for path in ("/", "/desk/", "/api/v1/health", "/static/js/page.js"):
        for method in ("TRACE", "TRACK"):
            answer = Client().generic(method, path, headers={"X-Secret": "tell"})
            assert answer.status_code == 405 and b"tell" not in answer.content


def test_v14_3_2_nothing_behind_sign_in_is_kept_by_a_browser(met: list[Met]) -> None:
    """Every answer to somebody signed in, errors included."""
    inside = [m for m in met if m.who != "stranger" and not m.path.startswith("/static/")]
    assert not bare(inside, "Cache-Control", "no-store")


def test_v8_2_1_no_door_opens_without_its_permission(met: list[Met]) -> None:
    """Strangers are sent to sign in; who lacks the permission is turned away, on every guarded address."""
    guards = {
        "/" + route: set(pattern.callback.permissions)
        for route, pattern in routes()
        if getattr(pattern.callback, "permissions", None) and "<" not in route
    }
    tried = 0
    for one in met:
        need = guards.get(one.path)
        if not need:
            continue
        may = one.who != "stranger" and bool(need & ROLES[one.who].permissions)
        if not may:
            assert one.answer.status_code in (302, 403, 405), (one.who, one.path, one.answer.status_code)
            tried += 1
    assert tried > 100


def test_v16_3_2_who_was_turned_away_stands_in_the_journal(met: list[Met]) -> None:
    """Each 403 of somebody signed in has its line; so has a token without the scope."""
    turned = [m for m in met if m.answer.status_code == 403 and m.who != "stranger"]
    assert len(turned) > 50
    assert not [m.path for m in turned if "agencies.turned_away" not in m.kinds]


def test_v13_4_1_no_source_control_is_served(met: list[Met]) -> None:
    """Nor anything beside the product."""
    for path in (
        "/.git/config",
        "/.git/HEAD",
        "/.svn/entries",
        "/.env",
        "/static/../.git/config",
        "/pyproject.toml",
    ):
        assert Client().get(path).status_code == 404, path
    for path in ("/static/%2e%2e/%2e%2e/config/settings.py", "/static/../../config/settings.py"):
        assert b"SECRET_KEY" not in Client().get(path).content


def test_v13_4_5_what_strangers_may_read_about_the_product_is_intended(met: list[Met]) -> None:
    """The description of the API, the gallery of components, and that it lives; no admin, no metrics."""
    intended = {"/health/", "/gallery/", "/api/docs", "/api/openapi.json", "/api/v1/health"}
    words = (
        "docs",
        "openapi",
        "gallery",
        "health",
        "metrics",
        "debug",
        "admin",
        "status",
        "schema",
        "swagger",
    )
    told = {m.path for m in met if m.who == "stranger" and m.answer.status_code == 200}
    assert {path for path in told if any(word in path for word in words)} <= intended
    assert Client().get(reverse("health")).json() == {"status": "ok"}
    for path in ("/admin/", "/metrics", "/__debug__/", "/silk/", "/api/v1/docs"):
        assert Client().get(path).status_code == 404
