"""What was read before readings were kept one by one is no news after the upgrade."""

from datetime import timedelta
from importlib import import_module
from uuid import UUID

import pytest
from django.apps import apps

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.messages import actions, queries
from commonweal.messages.models import Message, Reading, Receipt, Thread
from factories.cases import support
from factories.cast import worker

pytestmark = pytest.mark.django_db
carry_over = import_module("commonweal.messages.migrations.0006_read_and_addressed").carry_over


def old_thread(author: Actor, about: Subject, minutes: list[int]) -> Thread:
    """A thread of the version before: messages, and no reading of any."""
    thread = Thread.objects.create(kind=about.kind, subject=about.id, category="case_plan")
    start = clock.now() - timedelta(hours=1)
    for minute in minutes:
        with clock.at(start + timedelta(minutes=minute)):
            Message.objects.create(thread=thread, author=author.id, agency=author.agency, text="One")
    return thread


def test_a_receipt_becomes_readings_of_what_came_before_it() -> None:
    at = support()
    about, colleague = Subject("case", at.case), worker(at.cast.agency["health"], "clinician")
    thread = old_thread(at.manager, about, [0, 10, 30])
    read_at = clock.now() - timedelta(minutes=45)
    for who in (colleague, at.manager):
        Receipt.objects.create(thread=thread, account=UUID(who.id), read_at=read_at)
    carry_over(apps, None)
    assert queries.new_in(colleague, [about])[at.case].messages == 1, "the one that came after the receipt"
    assert {(str(row.account), row.at) for row in Reading.objects.all()} == {(colleague.id, read_at)}
    assert Reading.objects.count() == 2, "and nobody reads their own"


def test_a_second_time_changes_nothing_and_a_first_reading_stays() -> None:
    at = support()
    about, colleague = Subject("case", at.case), worker(at.cast.agency["health"], "clinician")
    thread = old_thread(at.manager, about, [0])
    actions.mark_thread_read(by=colleague, about=about)
    first = Reading.objects.get().at
    with clock.at(first + timedelta(hours=3)):
        Receipt.objects.filter(thread=thread).update(read_at=clock.now())
        for _ in range(2):
            carry_over(apps, None)
    assert Reading.objects.get().at == first


def test_an_instance_without_threads_is_carried_over_in_silence() -> None:
    carry_over(apps, None)
    assert not Reading.objects.exists()
