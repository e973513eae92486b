"""Past referrals brought in whole with their steps: from another system's archive, or a generated county."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from commonweal.kernel import bulk, journal
from commonweal.kernel.actors import Actor, Subject
from commonweal.referrals import events, receiving
from commonweal.referrals.models import Referral, Step
from commonweal.sharing import actions as sharing

STEP_FIELDS = ("id", "referral", "sequence", "act", "before", "after", "at", "by", "agency", "party")


@transaction.atomic
def bring_past(
    *,
    by: Actor,
    fields: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    steps: Sequence[Sequence[Any]],
    programs: Mapping[UUID, str],
) -> int:
    """Insert referrals and their steps (STEP_FIELDS each), held as if made here. Returns how many.

    `fields` are names of Referral (with `id`, `from_agency`, `person`, `parent`): parents first. The
    version of each is the sequence of its last step, so that the next act on it follows on.
    """
    last: dict[UUID, int] = {}
    for _id, referral, sequence, *_rest in steps:
        last[referral] = max(sequence, last.get(referral, 0))
    keepers = {row["id"]: _keeper(row, programs) for row in rows}
    bulk.insert(
        Referral,
        [*fields, "version", "is_guarded"],
        (
            [*(row[f] for f in fields), last.get(row["id"], 0), keepers[row["id"]] != row["from_agency"]]
            for row in rows
        ),
    )
    bulk.insert(Step, STEP_FIELDS, steps)
    held = [
        (Subject("referral", r["id"]), keepers[r["id"]], r["person"], None, programs[keepers[r["id"]]])
        for r in rows
    ]
    sharing.hold_past(by=by, rows=held)
    journal.write(by=by, event=events.PastBrought(referrals=len(rows)))
    return len(rows)


def _keeper(row: Mapping[str, Any], programs: Mapping[UUID, str]) -> UUID:
    """Under whose regime it stands: a protected receiver's own, else the sender's."""
    receiver: UUID | None = row.get("to_agency")
    sender: UUID = row["from_agency"]
    return receiver if receiver and programs.get(receiver) in receiving.OWN_REGIME else sender
