"""What the agency that took a person keeps of them: a file of its own, with what it was let be told."""

from uuid import UUID

from commonweal.kernel.actors import Actor
from commonweal.people import actions as people
from commonweal.people import queries as people_queries
from commonweal.referrals.models import Referral
from commonweal.referrals.queries.envelope import envelope


def hand_over(*, by: Actor, referral: UUID) -> None:
    """File the person at the receiving agency as the gate lets it know them; once, and no second file.

    Nothing where no agency receives it, it learns no name, or the agency has a file on the person already.
    """
    found = Referral.objects.filter(id=referral, is_anonymous=False).first()
    if found is None or found.to_agency_id is None or found.person_id is None:
        return
    known = people_queries.origins(people_queries.records_of(found.person_id)).values()
    told = envelope(referral) if found.to_agency_id not in {o.agency for o in known} else None
    if told is None or not told.name:
        return
    given, _space, family = told.name.rpartition(" ")
    people.file_record(
        by=by,
        agency=found.to_agency_id,
        external_id=f"referral-{referral}",
        values={"given": given, "family": family, "born": told.born, "phone": told.phone},
        person=found.person_id,
    )
