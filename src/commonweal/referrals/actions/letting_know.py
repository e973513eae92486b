"""The person's written word that a guarded receiver may tell the sender how their referral stands."""

from datetime import timedelta
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.referrals import states
from commonweal.referrals.actions.stepping import taken_up
from commonweal.referrals.models import Referral
from commonweal.referrals.parties import parties
from commonweal.referrals.telling import CATEGORY, PURPOSE
from commonweal.sharing import actions as sharing

FORMS = {"part2_program": "part2", "victim_service_provider": "vawa"}
DAYS = (30, 90, 180)
WAYS = ("typed", "paper")  # both laws ask for writing: a spoken yes is none


class Written(TypedDict, total=False):
    """How it was given: typed or paper, for how many days; for somebody under age, who signed beside them."""

    way: str
    days: int
    age: int
    guardian: str


@transaction.atomic
def let_sender_know(*, by: Actor, referral: UUID, signer: str, **written: Unpack[Written]) -> None:
    """Record that the person lets the receiver tell the sending agency how this stands, and nothing else.

    Either side may for a treatment programme (42 CFR 2.31); a victim-service provider takes the release
    itself (34 USC 12291(b)(2)(B)). It ends on its day, or when the person takes it back.
    """
    found = taken_up(by, referral)
    form = FORMS.get(found.to_agency.kind) if found.is_guarded and found.to_agency else None
    if form is None:
        raise NotFound("consent")
    if form == "vawa" and states.RECEIVER not in parties(by, found):
        raise Conflict("The provider itself takes this consent, from the person. Ask them to speak with it.")
    if found.person_id is None:
        raise Conflict("Nobody is named on this referral, so nobody can agree. Name the person first.")
    sharing.record_consent(
        by=by, person=found.person_id, form=form, recipients=[found.from_agency_id], categories=[CATEGORY],
        purposes=[PURPOSE], signer=signer, discloser=found.to_agency_id, **_elements(found, signer, written),
    )  # fmt: skip


def _elements(found: Referral, signer: str, written: Written) -> dict[str, object]:
    way, days = written.get("way", "typed"), written.get("days", DAYS[1])
    if way not in WAYS:
        raise Invalid("way", way, "The law asks for writing: the name typed by the person, or paper.")
    if days not in DAYS:
        raise Invalid("days", days, "Choose one of the given spans.")
    beside = written.get("guardian", "").strip()
    made: dict[str, object] = {
        "method": way, "expires_at": clock.now() + timedelta(days=days), "language": found.language,
        "amount": "referral status", "signature": signer if way == "typed" else "",
        "guardian": beside, "guardian_signature": beside if way == "typed" else "",
    }  # fmt: skip
    return made | ({"said_age": written["age"]} if "age" in written else {})
