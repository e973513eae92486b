"""Every way out beside a page and the API: what really leaves, caught where it leaves.

Each way is driven by the act that makes it send. It gives the bytes, to whom they go, and the newest line of
the journal at that moment; an empty name stands for a way that may carry nothing protected.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from django.db.models import CharField, JSONField, TextField
from django.test import TestCase

from commonweal import flow
from commonweal.adapters.fhir import deliver as fhir
from commonweal.adapters.sms.deliver import SENT
from commonweal.adapters.webhooks import reaching
from commonweal.agencies import actions as agencies
from commonweal.calls import actions as calls
from commonweal.cli import main
from commonweal.directory import actions as directory
from commonweal.directory import queries as directory_queries
from commonweal.kernel import clock
from commonweal.kernel.actors import Subject
from commonweal.kernel.labels import PLAIN, labels_of
from commonweal.kernel.models import JournalLine
from commonweal.messages import actions as messages
from commonweal.messages import queries as told
from commonweal.referrals import actions as referrals
from commonweal.sharing.models import Disclosure
from factories.cast import SETUP, consented
from journeys.crawling import Crawl, _last_line, undone
from journeys.site import what_follows


@dataclass(frozen=True)
class Sent:
    """What left: by which way, in what words, to whom, and the newest line of the journal at that moment."""

    where: str
    text: str
    to: str = ""
    at: int = 0


Way = Callable[[Crawl], Iterator[Sent]]


@contextmanager
def taken_back(crawl: Crawl) -> Iterator[None]:
    """What happens inside is committed as an act would be, and taken back afterwards."""
    with undone(crawl.site.clients["stranger"]), TestCase.captureOnCommitCallbacks(execute=True):
        yield


def fhir_file(crawl: Crawl) -> Iterator[Sent]:
    """A referral to a receiver that works by files, with the person's consent; then its withdrawal."""
    cast, person = crawl.site.centre.cast, crawl.site.hold.ids["person"][0]
    service = crawl.site.hold.ids["service"][0]
    caught: list[Sent] = []

    def write(path: Path, text: str) -> None:
        to = f"agency:{cast.agency['hmis_shelter']}"
        caught.append(Sent(f"file {path.name}", text, to, _last_line()))

    with taken_back(crawl), patch.object(fhir, "_write", write):
        consented(cast, person, "roi", ["hmis_shelter"], ["identity", "referral_status", "safety_alerts"])
        provider = directory_queries.receiver(service).provider
        directory.keep_provider(by=SETUP, provider=provider, name="Lantern", delivery="fhir")
        [first] = crawl.site.hold.ids["referral"][:1]
        referrals.withdraw(by=cast["case_manager"], referral=first)
        made = referrals.make(by=cast["case_manager"], service=service, person=person, needs=["shelter"])
        with TestCase.captureOnCommitCallbacks(execute=True):
            what_follows()
        with TestCase.captureOnCommitCallbacks(execute=True):
            referrals.withdraw(by=cast["case_manager"], referral=made.id)
            what_follows()
        yield from caught


def letters(crawl: Crawl) -> Iterator[Sent]:
    """Mail of a referral to a provider without a desk here."""
    cast, before = crawl.site.centre.cast, len(mail.outbox)
    with taken_back(crawl):
        person = crawl.site.hold.ids["person"][0]
        away = crawl.site.hold.ids["service"][1]
        referrals.withdraw(by=cast["case_manager"], referral=crawl.site.hold.ids["referral"][1])
        referrals.make(by=cast["clinician"], service=away, person=person, needs=["food"], note="cqsaid")
        what_follows()
        assert len(mail.outbox) > before, "a letter left"
        for one in mail.outbox[before:]:
            yield Sent("mail", str(one.message()))


def time_passes(crawl: Crawl) -> Iterator[Sent]:
    """All that a worker does by the clock, over minutes, days and years: letters, logs, bells, lines."""
    with taken_back(crawl):
        last, said, before = _last_line(), len(crawl.heard.lines), len(mail.outbox)
        for later in (timedelta(hours=1), timedelta(days=2), timedelta(days=100), timedelta(days=2500)):
            with clock.at(clock.now() + later):
                for _, act in flow.TIMERS:
                    act()
                what_follows()
        lines = list(JournalLine.objects.filter(id__gt=last))
        assert lines, "something fell due"
        yield Sent("journal of the worker", "\n".join(str(line.data) for line in lines))
        yield Sent("log of the worker", "\n".join(crawl.heard.lines[said:]))
        yield Sent("mail of the worker", "\n".join(str(m.message()) for m in mail.outbox[before:]))
        yield from _unlabelled("after the worker")


def notices(crawl: Crawl) -> Iterator[Sent]:
    """Every kind of notice to everybody, by mail and text: a line for each message, and nobody in any."""
    file, before = Path(settings.COMMONWEAL_HOME) / SENT, len(mail.outbox)
    with taken_back(crawl):
        file.unlink(missing_ok=True)
        last, workers = _last_line(), list(crawl.site.actors.values())
        for number, actor in enumerate(workers):
            agencies.change_account(by=SETUP, account=UUID(actor.id), email=f"worker{number}@harlow.example")
            ways = {group.code: ["mail", "text"] for group in told.notifying().groups}
            messages.choose(by=actor, channels=ways, phone=f"213 555 {1000 + number}")
        about, accounts = Subject("case", crawl.site.hold.ids["case"][0]), [UUID(one.id) for one in workers]
        for kind in [kind for group in told.notifying().groups for kind in group.kinds]:
            messages.notify(by=SETUP, accounts=accounts, kind=kind, about=about, link="/cases/", again=True)
        assert flow.carry_notices()
        while flow.carry_notices():
            pass
        texts = file.read_text("utf-8").splitlines()
        lines = JournalLine.objects.filter(id__gt=last, kind="messages.notice_left")
        letters = [str(one.message()) for one in mail.outbox[before:]]
        assert len(texts) >= len(workers) <= len(letters) and len(lines) == len(texts) + len(letters)
        for one in texts + letters:
            assert str(about.id) not in one and "/cases/" not in one, "a subject left the product"
            yield Sent("notice", one)


def reminders(crawl: Crawl) -> Iterator[Sent]:
    """A reminder of an appointment to the person, by text and by mail: neutral words, and nobody in them."""
    file, before, when = Path(settings.COMMONWEAL_HOME) / SENT, len(mail.outbox), clock.now()
    cast, person = crawl.site.centre.cast, crawl.site.hold.ids["person"][0]
    midday = clock.begin(clock.today()) + timedelta(days=3, hours=12)
    chosen = (
        referrals.Wish(way="text", address="213 555 7788"),
        referrals.Wish(way="mail", address="away@harlow.example"),
    )
    for wish in chosen:
        with taken_back(crawl):
            file.unlink(missing_ok=True)
            for one in crawl.site.hold.ids["referral"]:
                referrals.withdraw(by=cast["case_manager"], referral=one)
            service = crawl.site.hold.ids["service"][0]
            made = referrals.make(by=cast["case_manager"], service=service, person=person, needs=["shelter"])
            referrals.accept(by=cast["shelter_worker"], referral=made.id)
            referrals.schedule(by=cast["shelter_worker"], referral=made.id, at=midday)
            referrals.choose_reminder(by=cast["case_manager"], referral=made.id, wish=wish)
            with clock.at(max(when, midday - timedelta(hours=23))):
                assert flow.carry_reminders() == 1
            told_ = file.read_text("utf-8") if wish.way == "text" else str(mail.outbox[-1].message())
            assert "You have an appointment" in told_ and str(made.id) not in told_
            yield Sent(f"reminder by {wish.way}", told_)
    assert len(mail.outbox) == before + 1


def tables(crawl: Crawl) -> Iterator[Sent]:
    """Columns that hold nothing protected by their label: nobody copied a protected word into one."""
    yield from _unlabelled("at rest")


def _unlabelled(when: str) -> Iterator[Sent]:
    for model in apps.get_models():
        ours = model.__module__.startswith("commonweal.")
        labels = labels_of(model) if ours else {}
        columns = [
            c.column
            for c in model._meta.concrete_fields
            if isinstance(c, CharField | TextField | JSONField) and labels.get(c.name, "operational") in PLAIN
        ]
        if columns and model._meta.managed:
            with connection.cursor() as rows:
                named = ", ".join(f'"{column}"' for column in columns)
                rows.execute(f'SELECT {named} FROM "{model._meta.db_table}"')
                yield Sent(f"{model._meta.label} {when}", str(rows.fetchall()))


def handed_over(crawl: Crawl) -> Iterator[Sent]:
    """An agency's own HMIS rows, by the command: sealed ones stay behind; the journal knows before."""
    out = Path(settings.COMMONWEAL_HOME) / "handed-over"
    with taken_back(crawl):
        last = _last_line()
        flow.deliver_hmis(by=SETUP, agency="Lantern Shelter", year=2026, out=out)
        texts = [path.read_text("utf-8") for path in sorted(out.iterdir())]
        first = JournalLine.objects.filter(id__gt=last).order_by("id")[0]
        assert first.kind == "cases.hmis_handed_over"
        yield Sent("HMIS export", "\n".join(texts), SETUP.id, first.id)


def commands(crawl: Crawl) -> Iterator[Sent]:
    """What an operator's commands print and write, the ledger of sealing orders and every kept file."""
    home = Path(settings.COMMONWEAL_HOME)
    for words in (
        ["journal", "verify"], ["journal", "checkpoint"], ["sealing"], ["worker", "--once"],
        ["triage", "replay", "--protocol", "harlow"], ["triage", "replay", "--protocol", "harlow", "--json"],
        ["export", "directory", "--out", str(home / "directory.zip")], ["journal", "verify", "--no"],
        ["export", "hmis", "--year", "2026", "--agency", "Nobody", "--out", str(home / "none")],
    ):  # fmt: skip
        out = io.StringIO()
        with taken_back(crawl), redirect_stdout(out), redirect_stderr(out), transaction.atomic():
            try:
                main.main(words)
            except SystemExit:
                out.write("stopped")
        assert out.getvalue(), words
        yield Sent(f"commonweal {' '.join(words[:2])}", out.getvalue())
    for path in home.rglob("*"):
        if path.is_file() and not {"handed-over", "rejects", "findings", "fhir"} & set(path.parts):
            yield Sent(f"file {path.name}", path.read_bytes().decode("utf-8", "replace"))


def webhooks(crawl: Crawl) -> Iterator[Sent]:
    """A caller handed to 988, whose system asked for such events with facts; the police's hears nothing."""
    cast, desk = crawl.site.centre.cast, crawl.site.centre.desk
    caught: list[Sent] = []

    def post(url: str, content: bytes, headers: dict[str, str], listed: object = ()) -> int:
        to = f"agency:{cast.agency[url.rpartition('/')[2]]}"
        caught.append(Sent(f"webhook {url}", content.decode(), to, _last_line()))
        return 200

    with taken_back(crawl), patch.object(reaching, "post", post):
        for kind in ("lifeline_988", "police"):
            address = f"https://systems.example/{kind}"
            messages.register_endpoint(
                by=SETUP, agency=cast.agency[kind], url=address, names=messages.EVENTS, with_facts=True
            )
        calls.take_back_transfer(by=desk, transfer=crawl.site.hold.ids["transfer"][1])
        calls.offer(by=desk, call=crawl.site.hold.ids["call"][1], to=cast.agency["lifeline_988"])
        what_follows()
        while flow.send_out():
            pass
        assert caught, "an event left"
        yield from caught


WAYS: dict[str, Way] = {
    way.__name__: way
    for way in (fhir_file, letters, notices, reminders, time_passes, tables, handed_over, commands, webhooks)
}
CARRIES = {"fhir_file", "handed_over", "webhooks"}  # protected words do leave, to whoever may have them


def judge(crawl: Crawl, way: str) -> set[str]:
    """What left by this way that its reader was owed no line for, in words; and what of it was shown."""
    aviary, shown = crawl.site.aviary, set()
    for sent in WAYS[way](crawl):
        present = aviary.heard_in(sent.text)
        shown |= present
        lines = JournalLine.objects.filter(id__lte=sent.at, actor=sent.to) if sent.to else ()
        owed = {token for line in lines for token in aviary.owed_by(line)}
        for token in present - owed:
            crawl.faults.add(f"{sent.where}: {aviary.birds[token].where} without a line before it")
        reads = [line for line in lines if line.kind == "sharing.read" and aviary.owed_by(line) & present]
        rows = Disclosure.objects.filter(line__in=[line.id for line in reads])
        if len(rows) != len(reads):
            crawl.faults.add(f"{sent.where}: {len(reads)} readings by another house, {len(rows)} rows")
    return shown
