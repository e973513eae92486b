"""What the person agrees to at the door: one consent, and others where law wants their own form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from commonweal.encounters.records import locked, present
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.sharing import actions as sharing

SHARED = ("identity", "referral_status", "case_plan", "mh_assessment", "safety_alerts", "sud_record")
DAYS = (30, 180, 365)
PURPOSES = ("care_coordination", "treatment")
LONGEST_SIGNATURE = 20_000  # characters of SVG path


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed: categories, agencies that may know, for how many days, and how it was said."""

    what: Sequence[str]
    to: Sequence[UUID]
    days: int
    signer: str
    way: str = "drawn"
    signature: str = ""
    witness: str = ""
    language: str = "en"
    age: int | None = None  # as said, where no day of birth is on file
    guardian: str = ""
    guardian_signature: str = ""
    guardian_as: str = ""
    acting_as: str = ""  # who may act for the person signs in their place: parent, guardian, proxy, ...
    papers: str = ""
    subject_name: str = ""
    interpreter: str = ""
    spoken: str = ""  # the language that was interpreted into


@transaction.atomic
def agree(*, by: Actor, encounter: UUID, agreed: Agreed, at: datetime | None = None) -> int:
    """Record a consent of the encounter's person, by its team; `at` is when it was signed. Returns how many.

    Treatment records get a form of their own (42 CFR 2.31), what a covered agency holds an authorization
    (45 CFR 164.508). Both are void without a signature: a spoken yes cannot cover treatment records, and
    gives a release of the rest without that authorization.
    """
    found = locked(encounter)
    present(by, found)
    if found.person_id is None:
        raise NotFound("person")
    if not agreed.what:
        raise Invalid("what", "", "Choose what may be shared, or go back: no is a fine answer.")
    if not agreed.to:
        raise Invalid("to", "", "Choose who may know.")
    if agreed.days not in DAYS:
        raise Invalid("until", agreed.days, "Choose one of the given spans.")
    if unknown := set(agreed.what) - set(SHARED):
        raise Invalid("what", ", ".join(sorted(unknown)), f"Use: {', '.join(SHARED)}.")
    is_spoken = agreed.way == "verbal"
    if is_spoken and "sud_record" in agreed.what:
        remedy = "Treatment records need a signature: sign on the screen, or leave them out."
        raise Invalid("way", agreed.way, remedy)
    signed = at or clock.now()
    forms = _forms(agreed.what, covered=by.covered_entity and not is_spoken)
    for form, categories in forms:
        sharing.record_consent(
            by=by,
            person=found.person_id,
            form=form,
            recipients=agreed.to,
            categories=categories,
            purposes=PURPOSES,
            signer=agreed.signer,
            expires_at=signed + timedelta(days=agreed.days),
            signed_at=signed,
            method=agreed.way,
            signature=agreed.signature[:LONGEST_SIGNATURE],
            witness=agreed.witness[:64],
            language=agreed.language[:8],
            said_age=agreed.age,
            guardian=agreed.guardian.strip()[:120],
            guardian_signature=agreed.guardian_signature[:LONGEST_SIGNATURE],
            guardian_as=agreed.guardian_as,
            acting_as=agreed.acting_as,
            papers=agreed.papers.strip()[:160],
            subject_name=agreed.subject_name.strip()[:120],
            interpreter=agreed.interpreter.strip()[:64],
            spoken=agreed.spoken.strip()[:8],
        )
    return len(forms)


def _forms(what: Sequence[str], *, covered: bool) -> list[tuple[str, list[str]]]:
    ordinary = [c for c in what if c != "sud_record"]
    forms = [("part2", [c for c in what if c == "sud_record"]), ("roi", ordinary)]
    if covered:
        forms.append(("hipaa_auth", ordinary))
    return [(form, categories) for form, categories in forms if categories]
