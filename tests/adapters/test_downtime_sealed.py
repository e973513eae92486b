"""The sealed pack: opens by itself, without network or product; in nobody's hands without the words."""

import json
import re
import unicodedata
from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect

from commonweal.adapters.downtime import deliver, sealing
from commonweal.adapters.downtime.deliver import deliver_due, deliver_sealed
from commonweal.adapters.downtime.sealing import sealed, strong
from commonweal.adapters.downtime.writer import write_pack
from commonweal.agencies import actions as agencies
from commonweal.agencies import queries
from commonweal.calls import actions
from commonweal.calls.models import Pack
from commonweal.cli import downtime as command
from commonweal.kernel import clock
from commonweal.kernel.actors import system
from commonweal.kernel.errors import Conflict, Invalid
from commonweal.kernel.models import JournalLine
from factories.calls import TROUBLED, Centre, open_centre
from factories.cast import SETUP

pytestmark = pytest.mark.django_db
WORDS = "lantern gravel Otto 41 umbrella"
BY = system("downtime")


@pytest.fixture(name="centre")
def at_work() -> Centre:
    """A centre with units on duty and one open call."""
    made = open_centre()
    made.call(TROUBLED)
    return made


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path):
    """Packs of one test lie in a folder of its own."""
    with override_settings(COMMONWEAL_HOME=tmp_path):
        yield tmp_path


@pytest.fixture(name="stick")
def a_stick(tmp_path: Path) -> Path:
    """A folder that the operator chose."""
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


def planned(centre: Centre, **said: object) -> None:
    """The supervisor has said how the centre keeps ready."""
    actions.plan_downtime(by=centre.cast["supervisor"], sheets=2, **said)  # type: ignore[arg-type]


def told(page: str) -> tuple[str, dict[str, object], bytes]:
    """What stands in the clear, as written and as read, and the sealed bytes."""
    head = re.search(r'data-head="([^"]*)"', page)
    body = re.search(r'<template id="body">([^<]*)<', page)
    assert head and body
    said = unescape(head[1])
    return said, cast("dict[str, object]", json.loads(said)), b64decode(body[1])


def opened(page: str, words: str = WORDS) -> str:
    """Opened as the page does it, by the standard and another program."""
    said, head, body = told(page)
    way = PBKDF2HMAC(SHA256(), 32, b64decode(str(head["salt"])), int(str(head["rounds"])))
    key = way.derive(unicodedata.normalize("NFKC", words).strip().encode())
    return AESGCM(key).decrypt(b64decode(str(head["nonce"])), body, said.encode()).decode()


class TestSealed:
    """What is in it, what stands beside it, and what opens it."""

    def test_the_same_pack_comes_out_and_not_a_word_of_it_lies_outside(self, centre: Centre) -> None:
        page = write_pack(by=centre.desk, reason="asked")
        outside = sealed(page, WORDS).content.decode()
        assert opened(outside) == page.content.decode() and "412 Cedar Ave" in opened(outside)
        for word in ("Cedar", "555-0199", "Ana Torres", centre.cast.agency["ecc"].hex, WORDS):
            assert word not in outside

    def test_another_word_or_a_changed_age_opens_nothing(self, centre: Centre) -> None:
        outside = sealed(write_pack(by=centre.desk, reason="asked"), WORDS).content.decode()
        with pytest.raises(InvalidTag):
            opened(outside, WORDS.lower())
        year = f"{clock.now().year}-"
        with pytest.raises(InvalidTag):
            opened(outside.replace(f"made&quot;: &quot;{year}", "made&quot;: &quot;2031-"))

    def test_no_two_are_sealed_alike(self, centre: Centre) -> None:
        page = write_pack(by=centre.desk, reason="asked")
        first, second = (told(sealed(page, WORDS).content.decode()) for _ in range(2))
        assert first[1]["salt"] != second[1]["salt"] and first[1]["nonce"] != second[1]["nonce"]
        assert first[2] != second[2] and int(str(first[1]["rounds"])) >= 600_000

    def test_it_names_no_address_and_runs_nothing_but_its_opener(self, centre: Centre) -> None:
        outside = sealed(write_pack(by=centre.desk, reason="asked"), WORDS).content.decode()
        assert not re.search(r"<link|<img|src=|https?://|@import|url\(|fetch\(|import\(", outside)
        [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', outside)
        assert policy.startswith("default-src 'none'; script-src 'sha256-") and "unsafe" not in policy

    def test_in_spanish(self, centre: Centre) -> None:
        outside = sealed(write_pack(by=centre.desk, reason="asked", language="es"), WORDS).content.decode()
        assert 'lang="es"' in outside and "Abrir el paquete" in outside and "Open the pack" not in outside


@pytest.mark.parametrize(
    "words",
    ["", "short", "aaaaaaaaaaaaaaaaaaaa", "password12345678", "abcabcabcabcabcabc", "1234567890123456789",
     "  lantern gravel ", "qwertyuiopasdfghjkl"],
)  # fmt: skip
def test_a_passphrase_that_would_be_guessed_is_refused_and_not_repeated(words: str) -> None:
    with pytest.raises(Invalid) as refused:
        strong(words)
    assert refused.value.field == "passphrase" and (not words or words not in str(refused.value))


def test_small_differences_of_typing_do_not_lock_anybody_out() -> None:
    assert strong(f"  {WORDS}\n") == WORDS
    assert strong("caf\u00e9 lantern gravel otto") == strong("cafe\u0301 lantern gravel otto")


class TestToAFolder:
    """The operator's folder holds one file a centre, renewed in place."""

    def test_written_for_its_owner_alone_and_renewed_in_place(self, centre: Centre, stick: Path) -> None:
        planned(centre)
        [place] = deliver_sealed(by=BY, out=stick, passphrase=WORDS, every=15)
        assert place.parent == stick and place.stat().st_mode & 0o777 == 0o600
        assert told(place.read_text())[1]["every"] == 15
        with clock.at(clock.now() + timedelta(minutes=15)):
            assert deliver_sealed(by=BY, out=stick, passphrase=WORDS) == [place]
        assert [one.name for one in stick.iterdir()] == [place.name], "no half file, no second one"
        older, newer = Pack.objects.order_by("created_at")
        assert older.removed_at and not newer.removed_at and "Cedar" in opened(place.read_text())

    def test_the_gate_is_asked_as_the_supervisor_of_the_plan(self, centre: Centre, stick: Path) -> None:
        planned(centre)
        last = JournalLine.objects.latest("id").id
        deliver_sealed(by=BY, out=stick, passphrase=WORDS)
        lines = JournalLine.objects.filter(id__gt=last)
        asked = lines.filter(kind="sharing.read", data__category="call_facts")
        assert {line.actor for line in asked} == {centre.cast["supervisor"].id}
        assert lines.filter(kind="calls.pack_made").exists()
        assert WORDS not in " ".join(str(line.data) for line in lines)

    def test_it_leaves_the_timer_s_own_folder_alone(self, centre: Centre, stick: Path) -> None:
        planned(centre, every_minutes=30)
        deliver_due(by=BY)
        [place] = deliver_sealed(by=BY, out=stick, passphrase=WORDS)
        with clock.at(clock.now() + timedelta(minutes=31)):
            deliver_due(by=BY)
        assert len(list(deliver.folder().rglob("*.html"))) == 1 and place.exists()
        assert Pack.objects.filter(removed_at=None).count() == 2

    def test_past_its_time_it_goes_unless_it_is_another_file(self, centre: Centre, stick: Path) -> None:
        planned(centre, keep_hours=1)
        [place] = deliver_sealed(by=BY, out=stick, passphrase=WORDS)
        later = clock.now() + timedelta(hours=2)
        with clock.at(later):
            deliver_due(by=BY)
        assert not place.exists() and Pack.objects.get().removed_at == later
        [place] = deliver_sealed(by=BY, out=stick, passphrase=WORDS)
        place.write_text("somebody's letter")
        with clock.at(later):
            deliver_due(by=BY)
        assert place.read_text() == "somebody's letter"

    def test_what_is_missing_is_said_and_nothing_written(self, centre: Centre, stick: Path) -> None:
        with pytest.raises(Conflict, match="No centre has a downtime plan"):
            deliver_sealed(by=BY, out=stick, passphrase=WORDS)
        planned(centre)
        with pytest.raises(Invalid, match="folder that is there"):
            deliver_sealed(by=BY, out=stick / "nowhere", passphrase=WORDS)
        with pytest.raises(Invalid, match="easy to guess"):
            deliver_sealed(by=BY, out=stick, passphrase="password")
        agencies.leave(by=SETUP, account=centre.cast.account("supervisor"))
        with pytest.raises(Conflict, match="no longer works"):
            deliver_sealed(by=BY, out=stick, passphrase=WORDS)
        assert not list(stick.iterdir()) and not Pack.objects.exists()


class TestCommand:
    """`commonweal downtime`, as an operator's timer runs it."""

    def run(self, *given: str) -> int:
        """With these arguments."""
        import argparse

        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        return command.run(parser.parse_args(list(given)))

    @pytest.fixture
    def secret(self, tmp_path: Path) -> Path:
        """A file of one line, for its owner alone."""
        file = tmp_path / "words"
        file.write_text(f"{WORDS}\n")
        file.chmod(0o600)
        return file

    def test_once_and_says_where(self, centre: Centre, stick: Path, secret: Path, capsys) -> None:
        planned(centre)
        assert self.run("--out", str(stick), "--passphrase-file", str(secret)) == 0
        [place] = json.loads(capsys.readouterr().out)["written"]
        assert "412 Cedar Ave" in opened(Path(place).read_text())

    def test_a_file_that_others_may_read_is_refused(self, stick: Path, secret: Path) -> None:
        secret.chmod(0o644)
        with pytest.raises(Invalid, match="Others may read it"):
            self.run("--out", str(stick), "--passphrase-file", str(secret))

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            (["--every", "2"], "from 5 to 1440"),
            (["--centre", "Nowhere"], "name of one centre"),
            (["--passphrase-file", "missing"], "cannot be read"),
        ],
    )
    def test_what_is_not_accepted(self, stick: Path, secret: Path, given: list[str], says: str) -> None:
        with pytest.raises(Invalid, match=says):
            self.run("--out", str(stick), "--passphrase-file", str(secret), *given)

    def test_of_one_centre_by_its_name(self, centre: Centre, stick: Path, secret: Path, capsys) -> None:
        planned(centre)
        name = home(centre).name
        self.run("--out", str(stick), "--passphrase-file", str(secret), "--centre", name.upper())
        assert len(json.loads(capsys.readouterr().out)["written"]) == 1


def home(centre: Centre):
    """The agency of the centre."""
    return queries.agency(centre.cast.agency["ecc"])


@pytest.fixture(name="alone")
def a_machine_without_network(browser: Browser):
    """A browser that reaches nothing, and says if it tried."""
    context = browser.new_context(offline=True, viewport={"width": 360, "height": 740})
    context.set_default_timeout(20_000)
    tried: list[str] = []
    context.on("request", lambda one: tried.append(one.url))
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    yield page
    context.close()
    assert all(address.startswith("file:") for address in tried), tried
    assert not faults


def test_it_opens_from_the_disk_without_network_or_product(
    alone: Page, centre: Centre, stick: Path, axe: Callable[[Page], list[str]]
) -> None:
    """By keyboard: a wrong word is refused and can be mended; the age stands large before and after."""
    planned(centre)
    [place] = deliver_sealed(by=BY, out=stick, passphrase=WORDS, every=15)
    alone.goto(place.as_uri())
    age = alone.locator("#age")
    expect(age).to_contain_text("This pack was made")
    expect(age.locator("b")).to_contain_text("ago")
    made = Pack.objects.get().created_at.astimezone(ZoneInfo(home(centre).time_zone))
    expect(age.locator("span")).to_contain_text(f"{made:%H:%M}")
    expect(alone.locator("body")).not_to_contain_text("412 Cedar Ave")
    assert axe(alone) == []
    field = alone.get_by_label("Passphrase")
    field.fill("lantern gravel otto 41 umbrella")
    alone.keyboard.press("Enter")
    expect(alone.get_by_role("status")).to_contain_text("It did not open")
    expect(field).to_be_focused()
    field.fill(f"{WORDS} ")
    alone.keyboard.press("Enter")
    expect(alone.get_by_text("412 Cedar Ave").first).to_be_visible()
    expect(alone.get_by_role("heading", name="Downtime pack")).to_be_focused()
    expect(age).to_be_visible()
    assert axe(alone) == [] and alone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert (
        alone.locator("article.call").first.evaluate("one => getComputedStyle(one).borderLeftWidth") == "6px"
    )


def test_an_old_one_says_so_loudly(alone: Page, centre: Centre, stick: Path) -> None:
    planned(centre, keep_hours=1)
    with clock.at(clock.now() - timedelta(minutes=40)):
        [place] = deliver_sealed(by=BY, out=stick, passphrase=WORDS, every=15)
    alone.goto(place.as_uri())
    expect(alone.locator("#age em")).to_contain_text("A newer pack should lie here")
    with clock.at(clock.now() - timedelta(hours=5)):
        [place] = deliver_sealed(by=BY, out=stick, passphrase=WORDS)
    alone.goto(place.as_uri())
    expect(alone.locator("#age b")).to_contain_text("5 hours ago")
    expect(alone.locator("#age em")).to_contain_text("Its time has passed")


def test_rounds_are_those_that_are_written(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later release may raise them: an old file says its own."""
    monkeypatch.setattr(sealing, "ROUNDS", 610_000)
    outside = sealed(write_pack(by=centre.desk, reason="asked"), WORDS).content.decode()
    assert told(outside)[1]["rounds"] == 610_000 and "Cedar" in opened(outside)
