"""Deciding a month's questions again is a reading of many records at once: it leaves a line."""

from uuid import UUID

from django.db import transaction

from commonweal.kernel import journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound
from commonweal.sharing import events
from commonweal.sharing.actions.agreements import may_work
from commonweal.sharing.models import Agreement
from commonweal.sharing.replay import Replay, replayed


@transaction.atomic
def replay_agreement(*, by: Actor, agreement: UUID, against: UUID | None = None) -> Replay:
    """What this version would have allowed or refused last month, against the one before it (or none).

    Counts and field names alone. NotFound for who may not work on either.
    """
    rows = Agreement.objects.prefetch_related("parties", "clauses").select_related("supersedes")
    found = {a.id: a for a in rows.filter(id__in=[agreement, *([against] if against else [])])}
    new = found.get(agreement)
    old = found.get(against) if against else new.supersedes if new else None
    if new is None or (against and old is None) or not all(may_work(by, a) for a in (new, old) if a):
        raise NotFound("agreement")
    replay = replayed(old, new)
    journal.write(by=by, event=events.AgreementReplayed(agreement=agreement, questions=replay.questions))
    return replay
