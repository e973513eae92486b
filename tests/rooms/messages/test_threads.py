"""Threads open with the permit on their subject, and with no other; a line in a bell is its owner's alone."""

from uuid import UUID

import pytest

from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.kernel.shown import PermitMismatch
from commonweal.messages import actions, queries
from commonweal.sharing import actions as sharing
from factories.cases import support
from factories.cast import worker

pytestmark = pytest.mark.django_db


def permit(at):
    return sharing.ask(
        by=at.manager, category="case_plan", purpose="care_coordination", about=Subject("case", at.case)
    )


def test_a_permit_for_one_case_opens_no_other_thread():
    at = support()
    other = Subject("case", UUID(int=7))
    with pytest.raises(NotFound):
        actions.post(by=at.manager, about=other, category="case_plan", text="x", permit=permit(at))
    about = Subject("case", at.case)
    actions.post(by=at.manager, about=about, category="case_plan", text=" Hello ", permit=permit(at))
    assert [line.text for line in queries.thread(about, permit=permit(at))] == ["Hello"]
    second = support(at.cast, given="Omar", family="Haddad", phone="555-0133")
    with pytest.raises(PermitMismatch):
        queries.thread(about, permit=permit(second))
    with pytest.raises(Invalid):
        actions.post(by=at.manager, about=about, category="case_plan", text=" ", permit=permit(at))


def test_a_line_comes_once_and_only_its_owner_clears_it():
    at = support()
    about = Subject("case", at.case)
    mine = UUID(at.manager.id)
    assert actions.notify(by=at.manager, accounts=[mine], kind="message", about=about) == 1
    assert actions.notify(by=at.manager, accounts=[mine], kind="message", about=about) == 0
    [line] = queries.unread(at.manager)
    other = worker(at.cast.agency["health"], "clinician")
    assert actions.mark_read(by=other, notification=line.id) == 0
    assert actions.mark_read(by=at.manager, notification=line.id) == 1
    assert not queries.unread(at.manager).exists()
