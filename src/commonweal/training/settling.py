"""Standing settled: what the gate reads of it is brought to where certificates and the day have it."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from commonweal.kernel import journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.turns import take_turn
from commonweal.sharing import actions as sharing
from commonweal.training import events
from commonweal.training.models import Settled
from commonweal.training.queries import Standing, standing_of


@transaction.atomic
def settle_standing(*, by: Actor, accounts: Sequence[UUID]) -> int:
    """Write or end the tie `training_lapsed` that the gate reads; returns how many standings changed.

    Run at each award and every hour: time passing lapses certificates too. A standing that is as it was
    settled before leaves no line.
    """
    take_turn("standing")
    before = {row.account: row for row in Settled.objects.filter(account__in=accounts)}
    changed = []
    for account, standing in standing_of(accounts).items():
        row = before.get(account) or Settled(account=account)
        if _settle(by, row, standing):
            changed.append(events.StandingChanged(account=account, lapsed=tuple(row.lapsed)))
    journal.write_many(by=by, events=changed)
    return len(changed)


def _settle(by: Actor, row: Settled, standing: Standing) -> bool:
    """Bring a row and its tie to the standing; whether it changed. Before their first row nobody lapsed."""
    was, now = (row.lapsed, row.narrowing), (sorted(standing.lapsed), sorted(standing.narrowing))
    if was == now and not row._state.adding:
        return False
    row.lapsed, row.narrowing = now
    row.save()
    bind = sharing.tie if standing.narrowing else sharing.untie
    subject = Subject("account", row.account)
    bind(by=by, relation="training_lapsed", subject=subject, account=row.account)
    return was != now
