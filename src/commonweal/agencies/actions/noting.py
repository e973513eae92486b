"""What is noted of coming and going, and of doors that stayed shut."""

from uuid import UUID

from commonweal.agencies import events
from commonweal.kernel import journal
from commonweal.kernel.actors import Actor


def note_sign_in(*, by: Actor, account: UUID | None, outcome: str, device_class: str = "office") -> None:
    """Journal a sign-in, a refusal, a lock-out or a sign-out (CJISSECPOL AU-2)."""
    journal.write(by=by, event=events.SignedIn(account=account, outcome=outcome, device_class=device_class))


def note_turned_away(*, by: Actor, wanted: tuple[str, ...]) -> None:
    """Journal that somebody signed in asked for what their permissions do not open (ASVS 16.3.2)."""
    journal.write(by=by, event=events.TurnedAway(account=UUID(by.id), wanted=wanted))
