"""Somebody outside: a landlord, an employer, a court. No account, no role: only a consent that names them.

What reaches them goes by letter, and a letter may hold what the person signed for: the description, the
purpose, the name of who receives it and the end stand on the consent (42 CFR 2.31(a), 45 CFR 164.508(c)). The
question at the gate is then not whether the worker may read, but whether this recipient may be told; who
writes needs a permit of their own beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.people import queries as people
from commonweal.sharing.models import Consent, Outsider

ROLE = "outside_recipient"
PURPOSE = "care_coordination"
FORMS = ("hipaa_auth", "part2")
"""Both are void unless they are signed: a spoken yes lets no letter out."""
CATEGORIES = ("identity", "case_plan", "referral_status")
KINDS = Outsider.KINDS


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a letter may be written to."""

    id: UUID
    kind: str
    name: str
    address: str


def standing_for(by: Actor) -> Actor:
    """Who is asked for: nobody of ours. The sender's session counts, and nothing else that they are."""
    return Actor(
        id="", role=ROLE, policy_role=ROLE, mfa=by.mfa, session_valid=by.session_valid,
        account_active=by.account_active, device_trusted=by.device_trusted,
    )  # fmt: skip


def known(person: UUID, to: object) -> Outsider:
    """Somebody outside whom this person named; Invalid for anybody else."""
    found = Outsider.objects.filter(id=to).first() if isinstance(to, UUID) else None
    if found is None or found.person_id not in people.circle(person):
        raise Invalid("outsider", "", "Choose somebody whom this person named.")
    return found


def recipients(person: UUID) -> list[Recipient]:
    """Whom a person ever named, by name."""
    rows = Outsider.objects.filter(person__in=people.circle(person)).order_by("name", "id")
    return [Recipient(row.id, row.kind, row.name, row.address) for row in rows]


def outside_names(consents: Iterable[Consent]) -> dict[UUID, str]:
    """Who outside each of these consents names, by the id of the consent; those that name agencies lack."""
    of = {row.id: row.outsider_id for row in consents if row.outsider_id}
    known_ = dict(Outsider.objects.filter(id__in=of.values()).values_list("id", "name"))
    return {consent: known_[to] for consent, to in of.items() if to in known_}


def told_outside(rows: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Names of those who were told by letter, for the register: by id, with the address."""
    found = Outsider.objects.filter(id__in={one for one in rows if one})
    return {row.id: f"{row.name}, {row.address}" for row in found}
