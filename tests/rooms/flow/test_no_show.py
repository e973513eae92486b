"""Somebody who was accepted and did not come leaves their place to the next."""

import pytest

from commonweal import flow
from commonweal.directory import actions as directory
from commonweal.directory import queries as rooms
from commonweal.kernel import journal
from commonweal.referrals import actions
from factories.referrals import loop

pytestmark = pytest.mark.django_db


def test_accepted_missed_and_free_again() -> None:
    it, left = loop(), []
    directory.post_capacity(by=it.night, service=it.beds, available=3)
    referral = it.refer()
    for act in (actions.accept, actions.no_show):
        act(by=it.night, referral=referral)
        journal.seal_all()
        while flow.drain():
            journal.seal_all()
        room = rooms.capacity(it.beds)
        assert room
        left.append(room.available)
    assert left == [2, 3]
