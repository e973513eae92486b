"""Personal-data labels: every field of every model says what it is; the build fails without.

A label is `category.field` of the disclosure vocabulary, or one of: `operational` (state that names
nobody), `staff` (about workers), `public` (may stand on a web page).
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db.models import Model

CATEGORIES: dict[str, frozenset[str]] = {
    name: frozenset(fields.split())
    for name, fields in {
        "call_facts": "incident_number nature time block_address exact_address units caller_name "
        "caller_phone",
        "safety_alerts": "weapons_flag caution_text deescalation_tips communication_needs "
        "alert_source_clinical",
        "identity": "name dob physical_description photo home_address phone ssn_last4",
        "encounter_narrative": "disposition behaviours_observed force_used narrative clinical_impression",
        "mh_assessment": "risk_level crisis_plan_summary diagnosis medications assessment_notes "
        "psychotherapy_notes",
        "sud_record": "programme_enrolment attendance diagnosis medications counseling_notes",
        "case_plan": "goals services tasks contact_of_case_manager plan_notes",
        "referral_status": "referral_made status service_type provider_name outcome_detail",
        "criminal_history": "convictions non_conviction open_warrants sealed_records",
        "location": "current_location last_known_address shelter_stay confidential_address",
        "education_record": "school attendance discipline support_plan",
    }.items()
}
PLAIN = frozenset({"operational", "staff", "public"})


def is_known(label: str) -> bool:
    """Whether the label is in the vocabulary."""
    category, _, field = label.partition(".")
    return label in PLAIN or field in CATEGORIES.get(category, ())


def labels_of(model: type[Model]) -> dict[str, str]:
    """Field name to label, as the model (and its abstract bases) declares them."""
    found: dict[str, str] = {}
    for cls in reversed(model.__mro__):
        declared: dict[str, str] = cls.__dict__.get("labels", {})
        for label, names in declared.items():
            found.update(dict.fromkeys(names.split(), label))
    return found


def faults(model: type[Model]) -> list[str]:
    """What is wrong with one model's labels, in words; empty when nothing is."""
    found = labels_of(model)
    names = {f.name for f in model._meta.concrete_fields} | {f.name for f in model._meta.local_many_to_many}
    wrong = [f"field {n!r} has no label" for n in sorted(names - set(found))]
    wrong += [f"label names an unknown field {n!r}" for n in sorted(set(found) - names)]
    wrong += [f"{n!r} has the unknown label {v!r}" for n, v in found.items() if not is_known(v)]
    return wrong


def check_labels(app_configs: Iterable[Any] | None, **_: Any) -> list[CheckMessage]:
    """Django system check `commonweal.E001`: one error per fault."""
    models = [m for m in apps.get_models() if m.__module__.startswith("commonweal.")]
    hint = "Add it to the model's `labels`: category.field, operational, staff or public (kernel/labels.py)."
    return [
        Error(f"{m._meta.label}: {fault}", hint=hint, obj=m, id="commonweal.E001")
        for m in models
        for fault in faults(m)
    ]
