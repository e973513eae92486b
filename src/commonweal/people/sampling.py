"""Runs kept, and pairs drawn from them for people to judge: what the quality of linkage is measured by."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.people import events
from commonweal.people.models import LinkageRun, PairJudgement, SourceRecord
from commonweal.people.unspoken import NEVER, Reviewer, is_told, told_to

if TYPE_CHECKING:
    from commonweal.engines.linkage import Links, Record

KEPT = 12  # runs with their pairs; of older ones the figures stay
MEASURED = ("given", "family", "born", "sex", "address", "phone", "ssn_last4")
VERDICTS = ("one", "two", "unclear")
MOST = 400


def keep_run(by: Actor, agencies: Collection[UUID], records: Sequence[Record], found: Links) -> LinkageRun:
    """Keep a comparison by ids and weights; the pairs of runs before the last twelve are dropped."""
    from commonweal.engines.linkage import estimated, possible

    told = estimated(found, possible(records, "both"))
    size = max(1, len(records))
    run = LinkageRun.objects.create(
        agencies=sorted(str(a) for a in agencies),
        model=found.model.version,
        notes=list(found.notes),
        records=len(records),
        joined=told.joined,
        precision=told.precision,
        recall=told.recall,
        filled={f: round(sum(bool(getattr(r, f)) for r in records) / size, 4) for f in MEASURED},
        detail={
            "records": [record.id for record in records],
            "pairs": [[p.left, p.right, p.probability, p.weight] for p in found.pairs],
            "through": [[p.left, p.right, p.probability, p.weight] for p in found.through],
            "groups": [list(group) for group in found.clusters if len(group) > 1],
        },
    )
    old = LinkageRun.objects.order_by("-created_at", "-id").values_list("id", flat=True)[KEPT:]
    LinkageRun.objects.filter(id__in=list(old)).update(detail={})
    journal.write(by=by, event=events.Compared(run=run.id, records=len(records), model=run.model))
    return run


def run_of(run: UUID, agency: UUID) -> LinkageRun:
    """A run in which the agency's records took part and no other's silent ones; NotFound otherwise."""
    found = LinkageRun.objects.filter(id=run).first()
    if found is None or not is_told(found.agencies, agency):
        raise NotFound("run")
    return found


def open_records(ids: Collection[str], reviewer: Reviewer) -> dict[str, UUID]:
    """Records that this reviewer may hear of, there and neither sealed nor expunged, with their agency."""
    wanted, found = sorted(ids), dict[str, UUID]()
    for start in range(0, len(wanted), 500):
        rows = SourceRecord.objects.filter(id__in=wanted[start : start + 500], is_barred=False)
        rows = rows.filter(told_to(reviewer)).exclude(agency__kind=NEVER)
        found.update((str(id), agency) for id, agency in rows.values_list("id", "agency_id"))
    return found


@transaction.atomic
def draw_sample(*, by: Actor, run: UUID, reviewer: Reviewer, size: int, seed: int) -> int:
    """Draw about `size` pairs told to the reviewer, in equal parts from each band of probability.

    Pairs drawn before stay with their verdict; returns how many are new. Invalid for a size that is none.
    """
    from commonweal.engines.linkage import Link, to_judge

    if not 1 <= size <= MOST:
        raise Invalid("pairs", size, "Give a number of pairs from 1 to %(most)d.", most=MOST)
    agency = reviewer.agency
    kept = run_of(run, agency)
    pairs = kept.detail.get("pairs", [])
    there = open_records({id for pair in pairs for id in pair[:2]}, reviewer)
    links = [
        Link(left, right, probability, weight, ())
        for left, right, probability, weight in pairs
        if left in there and right in there and agency in (there[left], there[right])
    ]
    known = set(PairJudgement.objects.filter(run=kept, agency_id=agency).values_list("left_id", "right_id"))
    drawn = to_judge([p for p in links if (UUID(p.left), UUID(p.right)) not in known], size, seed)
    PairJudgement.objects.bulk_create(
        PairJudgement(
            run=kept,
            agency_id=agency,
            left_id=UUID(p.left),
            right_id=UUID(p.right),
            probability=p.probability,
        )
        for p in drawn
    )
    if drawn:
        journal.write(by=by, event=events.SampleDrawn(run=kept.id, pairs=len(drawn)))
    return len(drawn)


@transaction.atomic
def judge_pair(*, by: Actor, judgement: UUID, reviewer: Reviewer, verdict: str) -> None:
    """Say whether a drawn pair is one person; a later word replaces an earlier. Nobody is linked by it."""
    if verdict not in VERDICTS:
        raise Invalid("answer", verdict, "Say one person, two people, or that it cannot be told.")
    found = PairJudgement.objects.select_for_update().filter(id=judgement, agency_id=reviewer.agency).first()
    if found is None or len(open_records((str(found.left_id), str(found.right_id)), reviewer)) < 2:
        raise NotFound("pair")
    found.verdict, found.judged_by, found.judged_at = verdict, by.id, clock.now()
    found.save(update_fields=["verdict", "judged_by", "judged_at"])
    event = events.PairJudged(source_record=found.left_id, other=found.right_id, judgement=found.id)
    journal.write(by=by, event=event)
