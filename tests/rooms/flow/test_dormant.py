"""Ninety days unused: the account closes by itself, and those who answer for it are told."""

from datetime import timedelta
from uuid import UUID

import pytest

from commonweal import flow
from commonweal.agencies import actions, queries
from commonweal.kernel import clock
from commonweal.messages.models import Notification
from factories.cast import SETUP, Cast, gather

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """Every agency."""
    return gather(partners=False)


def used(account: UUID, days: int) -> None:
    """Signed in so many days after now."""
    found = queries.account(account)
    found.last_login = clock.now() + timedelta(days=days)
    found.save(update_fields=["last_login"])


def test_day_ninety_one_closes_and_tells(cast: Cast) -> None:
    """Not day 89; not who signed in since; not an account that a program works under."""
    idle, boss = cast.account("call_taker"), cast.account("supervisor")
    program = UUID(cast["analyst"].id)
    actions.issue_token(by=SETUP, account=program, name="x", scopes=["read"], days=None)
    used(boss, 80)
    with clock.at(clock.now() + timedelta(days=89)):
        flow.mind_dormant_accounts()
        assert queries.account(idle).is_active
    with clock.at(clock.now() + timedelta(days=91)):
        flow.mind_dormant_accounts()
        flow.mind_dormant_accounts()
        assert not queries.account(idle).is_active
        assert queries.account(boss).is_active and queries.account(program).is_active
        [bell] = Notification.objects.filter(kind="account_dormant", subject=idle)
        assert bell.account == boss


def test_who_is_let_in_again_has_ninety_days_anew(cast: Cast) -> None:
    """Else the next sweep, or the next sign-in, would close it once more."""
    idle = cast.account("call_taker")
    with clock.at(clock.now() + timedelta(days=91)):
        flow.mind_dormant_accounts()
        actions.change_account(by=SETUP, account=idle, is_active=True)
        flow.mind_dormant_accounts()
        assert queries.account(idle).is_active and not actions.is_dormant(queries.account(idle))
    with clock.at(clock.now() + timedelta(days=182)):
        flow.mind_dormant_accounts()
        assert not queries.account(idle).is_active
