"""An invitation taken back: its link opens nothing, whoever used it in time keeps the account."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal.agencies import actions, queries
from commonweal.agencies.models import Account, Invitation
from commonweal.kernel import clock
from commonweal.kernel.errors import CommonwealError, Conflict, Invalid, NotFound
from commonweal.kernel.models import JournalLine
from factories.cast import SETUP

pytestmark = pytest.mark.django_db
GOOD = "correct horse battery staple"


@pytest.fixture(name="home")
def an_agency() -> UUID:
    """A shelter."""
    return actions.open_agency(by=SETUP, name="Lantern Shelter", kind="hmis_shelter").id


def invite(home: UUID, name: str = "Ben") -> tuple[UUID, str]:
    """An invitation's id and its token."""
    made, token = actions.invite(
        by=SETUP, agency=home, role="shelter_worker", email=" ben@example.org ", display_name=f" {name} "
    )
    return made.id, token


def accept(token: str, username: str = "ben") -> Account:
    """Whoever has the link uses it."""
    return actions.accept_invitation(by=SETUP, token=token, username=username, password=GOOD)


def told() -> list[JournalLine]:
    """What the journal says was taken back."""
    return list(JournalLine.objects.filter(kind="agencies.invitation_withdrawn"))


def test_a_link_that_was_taken_back_opens_nothing(home: UUID) -> None:
    made, token = invite(home)
    actions.withdraw_invitation(by=SETUP, invitation=made)
    with pytest.raises(Conflict, match="taken back"):
        accept(token)
    assert not Account.objects.exists() and not queries.open_invitations().exists()


def test_twice_is_once(home: UUID) -> None:
    made, _ = invite(home)
    first = actions.withdraw_invitation(by=SETUP, invitation=made).withdrawn_at
    with clock.at(clock.now() + timedelta(hours=1)):
        assert actions.withdraw_invitation(by=SETUP, invitation=made).withdrawn_at == first
    assert [line.data for line in told()] == [{"invitation": str(made), "agency": str(home)}]


def test_one_that_was_used_is_an_account_by_now(home: UUID) -> None:
    made, token = invite(home)
    accept(token)
    with pytest.raises(Conflict, match="Close the account"):
        actions.withdraw_invitation(by=SETUP, invitation=made)
    assert Account.objects.get().is_active and not told()


def test_one_that_ran_out_can_be_cleared_away(home: UUID) -> None:
    made, token = invite(home)
    with clock.at(clock.now() + timedelta(days=9)):
        assert queries.open_invitations().count() == 1, "it stands in the list until somebody clears it"
        actions.withdraw_invitation(by=SETUP, invitation=made)
        with pytest.raises(Conflict):
            accept(token)
    assert not queries.open_invitations().exists()


def test_the_others_still_open(home: UUID) -> None:
    wrong, _ = invite(home, "Bne")
    _, right = invite(home)
    actions.withdraw_invitation(by=SETUP, invitation=wrong)
    assert accept(right).display_name == "Ben"


def test_what_does_not_exist_cannot_be_taken_back() -> None:
    with pytest.raises(NotFound):
        actions.withdraw_invitation(by=SETUP, invitation=uuid4())


def test_name_and_address_are_kept_without_the_blanks_around_them(home: UUID) -> None:
    invite(home)
    found = Invitation.objects.get()
    assert (found.display_name, found.email) == ("Ben", "ben@example.org")


@pytest.mark.parametrize("name", ["", "   ", "\t"])
def test_nobody_is_invited_without_a_name(home: UUID, name: str) -> None:
    with pytest.raises(Invalid) as said:
        actions.invite(by=SETUP, agency=home, role="medic", email="a@b.cd", display_name=name)
    assert said.value.field == "name" and not Invitation.objects.exists()


def test_the_database_refuses_one_that_is_both_used_and_taken_back(home: UUID) -> None:
    made, token = invite(home)
    accept(token)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(id=made).update(withdrawn_at=clock.now())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taps=some.lists(some.sampled_from(["use", "take back", "wait"]), max_size=6))
def test_whichever_comes_first_decides(home: UUID, taps: list[str]) -> None:
    """An account exists exactly where the first act within the week was to use it."""
    with transaction.atomic():
        made, token = invite(home)
        moment, first = clock.now(), ""
        for number, tap in enumerate(taps):
            moment += timedelta(days=8) if tap == "wait" else timedelta(minutes=1)
            is_late = moment > Invitation.objects.get(id=made).expires_at
            with clock.at(moment):
                try:
                    if tap == "use":
                        accept(token, f"ben{number}")
                    elif tap == "take back":
                        actions.withdraw_invitation(by=SETUP, invitation=made)
                except CommonwealError:
                    pass
            first = first or ("over" if is_late else "" if tap == "wait" else tap)
        assert Account.objects.exists() is (first == "use")
        transaction.set_rollback(True)
