"""Register a study before its answer is seen; analyse it, and say where that departs from the plan."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from commonweal.calls import queries as calls
from commonweal.evaluation import events
from commonweal.evaluation.drawing import follows
from commonweal.evaluation.estimating import estimated, tabled
from commonweal.evaluation.models import Analysis, Study
from commonweal.evaluation.opening import may_evaluate, open_sets
from commonweal.evaluation.plans import Plan, changed, departures, plan_of, sealed
from commonweal.kernel import journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing.queries import floor


@transaction.atomic
def register(*, by: Actor, plan: Plan, title: str = "") -> Study:
    """Freeze a plan under its seal, journalled; Invalid where it contradicts itself. No outcome is read."""
    may_evaluate(by)
    proposed = plan.checked().proposed()
    if plan.draw:
        follows(plan)
    kept = replace(plan, design=plan.design or proposed.design).kept()
    study = Study.objects.create(
        title=title.strip()[:160] or plan.question.strip()[:160], plan=kept, fingerprint=sealed(kept),
        design=str(kept["design"]), by=by.id, agency_id=by.agency,
    )  # fmt: skip
    journal.write(by=by, event=events.StudyRegistered(study=study.id, fingerprint=study.fingerprint))
    return study


@transaction.atomic
def analyse(
    *, by: Actor, study: UUID, changes: Mapping[str, object] | None = None, reason: str = ""
) -> Analysis:
    """Carry a study out as planned, or with `changes` and a reason; what departs is kept beside the answer.

    Invalid where the plan was tampered with, a change has no reason, or the records do not carry the design.
    """
    may_evaluate(by)
    found = Study.objects.filter(id=study).first()
    if found is None:
        raise NotFound("study")
    if sealed(found.plan) != found.fingerprint:
        raise Invalid("study", found.title, "The plan no longer fits its seal: tell the privacy officer.")
    done = changed(found.plan, changes or {})
    departed = departures(found.plan, done)
    if departed and not reason.strip():
        raise Invalid("reason", "", "Say why the analysis departs from the plan; the report will show it.")
    plan = plan_of(done).checked()
    result = counted(by, plan)
    if result["periods"] != plan.periods:
        departed.append({"field": "periods", "planned": plan.periods, "done": result["periods"]})
    if result["left_out"]:
        departed.append({"field": "areas", "planned": len(plan.starts), "done": result["areas"]})
    made = Analysis.objects.create(
        study=found, plan=done, deviations=departed, reason=reason.strip(), result=result, by=by.id
    )
    journal.write(by=by, event=events.StudyAnalysed(study=found.id, deviations=len(departed)))
    return made


def counted(by: Actor, plan: Plan) -> dict[str, object]:
    """The plan on de-identified rows of every origin that the gate opens to this actor."""
    zone = ZoneInfo(plan.zone)
    start = datetime.combine(plan.first, time(), zone)
    end = datetime.combine(plan.last + timedelta(days=1), time(), zone)
    opened = open_sets(by=by)
    rows = calls.extract(opened.of("call_facts"), start, end)
    return estimated(plan, tabled(plan, rows), floor())
