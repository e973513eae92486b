"""What the receiver may see: the gate asked as the receiving agency, before anything is sent.

A referral carries four categories at most: its own status, who the person is, what helps and harms, and
what a team found. The answer is kept as field names; values are read by the receiver, with own permits.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from commonweal.agencies import queries as agencies
from commonweal.encounters import queries as encounters
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.people import queries as people
from commonweal.referrals.models import Referral
from commonweal.referrals.states import ENDS, UNMET, UNSENT
from commonweal.sharing import actions as sharing
from commonweal.sharing.actions import Permit

PURPOSE = "care_coordination"
CATEGORIES = ("referral_status", "identity", "safety_alerts", "encounter_narrative")
RECEIVING_ROLES = {  # the role that answers referrals, by kind of agency
    "hmis_shelter": "shelter_worker",
    "part2_program": "sud_counselor",
    "hospital": "hospital_staff",
    "health": "hospital_staff",
    "victim_service_provider": "victim_advocate",
}
OWN_REGIME = frozenset({"part2_program", "victim_service_provider"})
GUARDED = "referral_guarded"  # the sender's tie by a guarded referral, apart from any other's
FOLLOWED = timedelta(
    days=180
)  # how long a guarded referral's sender stands in care of the person, from sending


@dataclass(frozen=True, slots=True)
class Part:
    """One category as the receiver would get it: field names, and what would open more."""

    category: str
    fields: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    why: str = ""
    unlock: tuple[str, ...] = ()

    def plain(self) -> dict[str, object]:
        """JSON-ready."""
        return {
            "fields": list(self.fields), "withheld": list(self.withheld), "why": self.why,
            "unlock": list(self.unlock),
        }  # fmt: skip


@dataclass(slots=True)
class _Gathered:
    fields: set[str] = field(default_factory=set)
    why: list[str] = field(default_factory=list)
    unlock: list[str] = field(default_factory=list)


def receiving_role(agency: UUID) -> str:
    """The site role that answers referrals at this agency."""
    return RECEIVING_ROLES.get(agencies.agency(agency).kind, "provider_staff")


def receiver_actor(agency: UUID) -> Actor:
    """The receiving agency as an asker: its answering role, fully signed in, no account of its own."""
    return agencies.as_asker(agency, receiving_role(agency))


def subjects(found: Referral) -> dict[str, list[Subject]]:
    """What each category of the card is asked about; no values."""
    about: dict[str, list[Subject]] = {"referral_status": [Subject("referral", found.id)]}
    if found.person_id and not found.is_anonymous:
        about["identity"] = people.records_of(found.person_id)
        about["safety_alerts"] = people.plans_of(found.person_id)
    if found.encounter_id and not found.is_anonymous:
        about["encounter_narrative"] = [Subject("encounter", found.encounter_id)]
    return {category: found_ for category, found_ in about.items() if found_}


def foresee(found: Referral, by: Actor) -> list[Part]:
    """What the receiver would see if it were sent now. Nothing is disclosed, so nothing is registered.

    The care tie that sending makes is tried inside a savepoint and taken back with the questions. Notices
    that the receiver would be owed are not the sender's to see.
    """
    if found.to_agency_id is None:
        return [Part(c, why="This provider has no account here: no name is sent.") for c in subjects(found)]
    asker = receiver_actor(found.to_agency_id)
    with transaction.atomic(), sharing.accompanied():
        bind(found, by)
        parts = [_part(asker, category, about) for category, about in subjects(found).items()]
        transaction.set_rollback(True)
    return parts


def _part(asker: Actor, category: str, about: Sequence[Subject]) -> Part:
    gathered = _Gathered()
    answers = sharing.ask_many(by=asker, category=category, purpose=PURPOSE, about=about)
    for answer in answers.values():
        gathered.fields |= answer.fields
        gathered.why.append(answer.why)
        if not isinstance(answer, Permit):
            gathered.unlock += answer.unlock
    everything = CARRIED[category]
    return Part(
        category, tuple(sorted(gathered.fields & everything)), tuple(sorted(everything - gathered.fields)),
        " ".join(dict.fromkeys(gathered.why)), tuple(dict.fromkeys(gathered.unlock)),
    )  # fmt: skip


CARRIED: dict[str, frozenset[str]] = {  # what a referral would carry of each category if all were open
    "referral_status": frozenset("referral_made status service_type outcome_detail".split()),
    "identity": frozenset("name dob phone home_address".split()),
    "safety_alerts": frozenset("deescalation_tips communication_needs".split()),
    "encounter_narrative": frozenset("disposition behaviours_observed".split()),
}


def bind(found: Referral, by: Actor) -> None:
    """Tie the receiver's answering role, and the sender, to the person for as long as the referral lives."""
    if found.person_id is None:
        return
    person = Subject("person", found.person_id)
    if found.to_agency_id and not found.is_anonymous:
        role = agencies.ROLES[receiving_role(found.to_agency_id)].policy_role
        sharing.tie(by=by, relation="care", subject=person, agency=found.to_agency_id, role=role)
    if sender := _account(found.sent_by):
        role = GUARDED if found.is_guarded else "referral"
        sharing.tie(by=by, relation="care", subject=person, account=sender, role=role)
        if found.is_guarded:
            until = (found.sent_at or clock.now()) + FOLLOWED
            sharing.untie(
                by=by, relation="care", subject=person, account=sender, role=role, until=until,
                reason="referral sent",
            )  # fmt: skip


def let_go(found: Referral, by: Actor) -> None:
    """End the sender's tie when they take a guarded referral back, unless they follow another one still.

    Only the sender ends it, or its day, which is set when it is sent: an end that followed the receiver's
    would tell the sender of it.
    """
    sender = _account(found.sent_by)
    if not found.is_guarded or found.person_id is None or sender is None:
        return
    own = Referral.objects.filter(person=found.person_id, sent_by=found.sent_by, is_guarded=True)
    followed = own.filter(sent_at__gt=clock.now() - FOLLOWED).exclude(steps__act="withdraw")
    if not followed.exclude(id=found.id).exists():
        person = Subject("person", found.person_id)
        sharing.cut_short(by=by, relation="care", subject=person, account=sender, role=GUARDED,
                          reason="referral taken back")  # fmt: skip


def unbind(found: Referral, by: Actor) -> None:
    """End the receiver's tie, and at the end of all the sender's, unless another live referral needs them."""
    if found.person_id is None:
        return
    person, others = Subject("person", found.person_id), _live_others(found)
    if found.to_agency_id and not others.filter(to_agency=found.to_agency_id).exists():
        role = agencies.ROLES[receiving_role(found.to_agency_id)].policy_role
        sharing.untie(
            by=by,
            relation="care",
            subject=person,
            agency=found.to_agency_id,
            role=role,
            reason="referral ended",
        )
    sender = None if found.is_guarded else _account(found.sent_by)
    others = others.filter(is_guarded=False)  # what stands of those must not show in what ends here
    if sender and found.state in ENDS and not others.filter(sent_by=found.sent_by).exists():
        sharing.untie(
            by=by, relation="care", subject=person, account=sender, role="referral", reason="referral ended"
        )


def _live_others(found: Referral) -> QuerySet[Referral]:
    alive = Referral.objects.filter(person=found.person).exclude(id=found.id)
    return alive.exclude(state__in=ENDS | UNMET | UNSENT)


def _account(actor_id: str) -> UUID | None:
    try:
        return UUID(actor_id)
    except ValueError:
        return None


def is_guarded(receiver: UUID | None) -> bool:
    """Whether this receiver's law keeps from a sender how a referral stands."""
    return receiver is not None and agencies.agency(receiver).kind in OWN_REGIME


def declare(found: Referral, by: Actor) -> None:
    """Hold the referral under its regime: a protected receiver's own, else the sender's."""
    keeper = found.to_agency_id if found.is_guarded and found.to_agency_id else found.from_agency_id
    call = encounters.outline(found.encounter_id).call if found.encounter_id else None
    sharing.hold(
        by=by, subject=Subject("referral", found.id), agency=keeper, person=found.person_id, call=call
    )
