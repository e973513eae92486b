"""What any test may ask for: a database file, real files, the served product, a signed-in browser page."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.test import Client
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[1]
CHROMIUM = Path("/usr/bin/chromium")
# software drawing, so that maps render without a graphics card; root may not use Chromium's sandbox
CHROMIUM_ARGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

# No property fails for being slow on a busy machine. What is found red is red again: chance is asked for
# by --hypothesis-profile=explore.
PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("house", derandomize=True, **PATIENT)
settings.register_profile("fast", derandomize=True, max_examples=25, **PATIENT)
settings.register_profile("explore", max_examples=1000, print_blob=True, **PATIENT)
settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Translations that changed are compiled before any worker reads them."""
    if hasattr(config, "workerinput"):
        return
    pairs = [(po, po.with_suffix(".mo")) for po in (ROOT / "src").rglob("LC_MESSAGES/django.po")]
    if any(not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime for po, mo in pairs):
        subprocess.run([sys.executable, ROOT / "deploy" / "translations.py"], check=True, capture_output=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for a browser carries the marker, so that nobody forgets it."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files beside the repository; COMMONWEAL_SHARED names another place."""
    folder = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")).resolve()
    if not folder.is_dir():
        pytest.skip(f"NOT TESTED on real files: {folder} is absent; set COMMONWEAL_SHARED to the folder")
    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """SQLite tests use a file, as the product does: threads and a served page see the same rows."""
    from django.conf import settings as product

    for database in product.DATABASES.values():
        if database["ENGINE"].endswith("sqlite3"):
            file = tmp_path_factory.mktemp("database") / "test.sqlite3"
            database.setdefault("TEST", {})["NAME"] = str(file)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Each test begins in the site's language and as a request leaves its own to the thread."""
    from django.conf import settings as product
    from django.utils import translation

    with translation.override(product.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session", autouse=True)
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An instance's home that is thrown away, and a password hash that costs nothing."""
    from django.conf import settings as product
    from django.test import override_settings

    home = tmp_path_factory.mktemp("instance")
    (home / "static").mkdir()
    with override_settings(
        COMMONWEAL_HOME=home,
        MEDIA_ROOT=home / "files",
        EMAIL_FILE_PATH=home / "mail",
        STATIC_ROOT=home / "static",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher", *product.PASSWORD_HASHERS],
    ):
        yield home


@pytest.fixture(scope="session")
def served(django_db_setup: None) -> Iterator[str]:
    """The whole product, pages and live events, served on a free port; its address."""
    import uvicorn

    from commonweal.config.asgi import application

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(application, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the product did not start; its words are above")
        time.sleep(0.02)
    yield f"http://localhost:{port}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture
def server(served: str, transactional_db: None) -> str:
    """The product's address, over a database that this test fills and that is emptied after it."""
    return served


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Debian's Chromium, started once."""
    if not CHROMIUM.exists():
        pytest.skip(f"NOT TESTED in a browser: {CHROMIUM} is absent; install Debian's package `chromium`")
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread; Django would take that for asynchronous code
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=CHROMIUM_ARGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: "Browser", server: str) -> "Iterator[Callable[..., Page]]":
    """Open a page of a person of their own: `open_page(**context options)`; script errors fail the test."""
    contexts, faults = [], []

    def opened(**options: Any) -> "Page":
        context = browser.new_context(base_url=server, **{"locale": "en-US", **options})
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not faults, faults


@pytest.fixture
def page(open_page: "Callable[..., Page]") -> "Page":
    """One page on a wide screen, in English, nobody signed in."""
    return open_page(viewport={"width": 1280, "height": 900})


@pytest.fixture
def phone(open_page: "Callable[..., Page]") -> "Page":
    """One page on a phone, in English, nobody signed in."""
    return open_page(**PHONE)


def _sign_in(client: "Client", account: "AbstractBaseUser", device: str) -> None:
    from django.conf import settings as product

    from commonweal.web.session import DEVICE, FACTOR_MARK

    client.force_login(account, backend=product.AUTHENTICATION_BACKENDS[-1])
    session = client.session
    session[FACTOR_MARK], session[DEVICE] = True, device
    session.save()


@pytest.fixture
def client_of() -> "Callable[..., Client]":
    """A test client of a fully signed-in account: `client_of(account, device="office")`."""
    from django.test import Client

    def entered(account: "AbstractBaseUser", device: str = "office") -> "Client":
        client = Client()
        _sign_in(client, account, device)
        return client

    return entered


@pytest.fixture
def enter(server: str) -> "Callable[[Page, AbstractBaseUser], Page]":
    """Sign an account in on a page without the form: `enter(page, account)`."""
    from django.conf import settings as product
    from django.test import Client

    def entered(page: "Page", account: "AbstractBaseUser", device: str = "office") -> "Page":
        client = Client()
        _sign_in(client, account, device)
        cookie = client.cookies[product.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": product.SESSION_COOKIE_NAME, "value": cookie, "url": server}])
        return page

    return entered


@pytest.fixture
def axe() -> "Callable[[Page], list[str]]":
    """Violations of WCAG 2.2 AA on a page, one line each, by axe-core."""
    script = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        pytest.skip("NOT TESTED for accessibility: axe-core is absent; run `make assets`")
    rules = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"

    def violations(page: "Page") -> list[str]:
        page.evaluate(script.read_text("utf-8"))
        found = page.evaluate(f"async () => (await axe.run(document, {rules})).violations")
        return [f"{one['id']}: {one['help']} ({one['nodes'][0]['html'][:120]})" for one in found]

    return violations
