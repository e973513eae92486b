"""The register of outreach models: entered by one person, let into use by another, stopped by itself."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction

from commonweal.agencies import queries as agencies
from commonweal.engines import outreach
from commonweal.foresight import erasing, events, guarding
from commonweal.foresight.models import OutreachModel
from commonweal.kernel import clock, codes, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound, gettext_noop
from commonweal.sharing import queries as sharing

PURPOSES = ("care_coordination", "treatment")
REFUSED = gettext_noop("No outreach model may use it (%(family)s). Leave it out.")
ASK = gettext_noop("Ask somebody who may do this.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What a model is registered with. `sources` says by feature where it comes from."""

    name: str
    agency: UUID
    agreement: UUID | None
    label: str
    purpose: str
    fitted: outreach.Fitted
    report: outreach.Report
    data: str  # what it was trained on, in words; generated data must say so
    is_synthetic: bool
    sources: Mapping[str, str] | None = None
    waiver: outreach.Waiver | None = None


@transaction.atomic
def register_model(*, by: Actor, spec: Spec) -> OutreachModel:
    """Enter a model; Invalid names the feature, label, purpose, agreement or agency against it."""
    if not by.may("evaluate"):
        raise Invalid("by", by.role, ASK)
    try:
        outreach.registered(spec.fitted.features, spec.sources)
        outreach.registered_label(spec.label, clock.today(), spec.waiver)
    except outreach.Refused as refused:
        raise Invalid(refused.field, refused.code, REFUSED, family=refused.family) from refused
    if spec.purpose not in PURPOSES:
        raise Invalid("purpose", spec.purpose, f"Use one of: {', '.join(PURPOSES)}.")
    if agencies.agency(spec.agency).kind not in guarding.CARE_KINDS:
        raise Invalid("agency", spec.agency, "Choose an agency of care.")
    if spec.agreement is None or not covers(spec.agreement, spec.agency, spec.purpose):
        raise Invalid(
            "agreement", spec.agreement, "Name an agreement in force that lets this agency use records so."
        )
    if not spec.name.strip() or OutreachModel.objects.filter(name=spec.name.strip()).exists():
        raise Invalid("name", spec.name, "Give it a name that no other model has.")
    waiver = asdict(spec.waiver) | {"until": spec.waiver.until.isoformat()} if spec.waiver else {}
    made = OutreachModel.objects.create(
        name=spec.name.strip(), agency_id=spec.agency, agreement_id=spec.agreement, label=spec.label,
        purpose=spec.purpose, features=list(spec.fitted.features), fitted=spec.fitted.written(),
        card=card(spec), waiver=waiver, is_synthetic=spec.is_synthetic, registered_by=by.id,
    )  # fmt: skip
    journal.write(by=by, event=events.ModelRegistered(model=made.id))
    return made


def covers(agreement: UUID, agency: UUID, purpose: str) -> bool:
    """Whether an agreement is in force, binds the agency, and has a clause for the purpose."""
    try:
        found = sharing.agreement(agreement)
    except NotFound:
        return False
    bound = agency in {party.agency_id for party in found.parties.all()}
    stands = found.state == "in_force" and found.starts <= clock.today() <= found.ends
    return bound and stands and any(purpose in clause.purposes for clause in found.clauses.all())


def card(spec: Spec) -> dict[str, object]:
    """The model card as it is published: how it was judged, whom errors fall on, what stands for a group."""
    report = spec.report
    return {
        "data": spec.data, "people": report.people, "listed": report.listed, "base_rate": report.base_rate,
        "precision": report.ours, "plain_rule": report.best.name, "plain_precision": report.best.precision,
        "ratio": report.ratio, "low": report.interval.low, "high": report.interval.high,
        "calibration": report.calibration, "worst": dict(report.audit.worst),
        "lacks": list(outreach.lacks(report)),
        "groups": [
            {
                "trait": g.trait, "value": g.value, "people": g.people, "calibration": g.calibration,
                "fpr": _share(g.fpr), "fnr": _share(g.fnr), "ppv": _share(g.ppv),
            }
            for g in report.audit.groups
        ],
        "proxies": [asdict(one) for one in report.proxies],
    }  # fmt: skip


def _share(rate: outreach.Rate) -> float | None:
    return None if rate.share != rate.share else rate.share


@transaction.atomic
def activate_model(*, by: Actor, model: UUID) -> OutreachModel:
    """Let a registered model be used. A second person does it, and only where its report lacks nothing.

    Conflict for one that is not better than a plain rule, not calibrated, uneven between groups, trained on
    generated people (but in a demonstration), or entered by the same person.
    """
    if not by.may("keep_trust"):
        raise Invalid("by", by.role, ASK)
    found = OutreachModel.objects.select_for_update().filter(id=model).first()
    if found is None:
        raise NotFound("model")
    if found.state != "registered":
        raise Conflict("It is not waiting to be let into use.")
    if found.registered_by == by.id:
        raise Conflict("Another person than the one who entered it lets it into use.")
    if lacking := found.card.get("lacks", ["calibration"]):
        raise Conflict("Its report does not hold: %(what)s.", what=", ".join(map(codes.said, lacking)))
    if found.is_synthetic and not settings.DEMO:
        raise Conflict("It was trained on generated people and may be used in a demonstration only.")
    found.state, found.activated_by, found.activated_at = "active", by.id, clock.now()
    found.save(update_fields=["state", "activated_by", "activated_at"])
    journal.write(by=by, event=events.ModelActivated(model=found.id))
    return found


@transaction.atomic
def disable_model(*, by: Actor, model: UUID, why: str) -> None:
    """Stop a model at once; everybody leaves its list. Again changes nothing."""
    if by.role != "system" and not by.may("keep_trust"):
        raise Invalid("by", by.role, ASK)
    found = OutreachModel.objects.select_for_update().filter(id=model).exclude(state="disabled").first()
    if found is None:
        return
    found.state, found.disabled_why = "disabled", why[:200]
    found.save(update_fields=["state", "disabled_why"])
    erasing.empty(by=by, model=found.id)
    journal.write(by=by, event=events.ModelDisabled(model=found.id, why=found.disabled_why))


def is_breached(found: OutreachModel) -> str:
    """Why an active model may be used no longer: its agreement or its waiver ended; "" while it may."""
    if not covers(found.agreement_id, found.agency_id, found.purpose):
        return "agreement_ended"
    if found.waiver and found.waiver["until"] < clock.today().isoformat():
        return "waiver_ended"
    return ""
