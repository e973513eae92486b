"""Who acts: a value carried by every action (`by=`) and every question to the gate."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """One account in one session, as the gate needs to know it.

    `id` is opaque (an account id, or `system:<name>`); `role` is the site role (agencies.roles),
    `policy_role` one of the 16 actors of the disclosure vocabulary. `person` is set where the account
    belongs to the person that records are about.
    """

    id: str
    role: str
    policy_role: str
    agency: UUID | None = None
    person: UUID | None = None
    mfa: bool = True
    session_valid: bool = True
    account_active: bool = True
    device_trusted: bool = True
    covered_entity: bool = False
    medical: bool = False
    cjis_screened: bool = False
    security_addendum: bool = False
    permissions: frozenset[str] = frozenset()

    def may(self, permission: str) -> bool:
        """Whether the role holds this permission (see agencies.roles)."""
        return permission in self.permissions


def system(name: str) -> Actor:
    """The product itself acting (flow, worker, importer); it holds no permission to read a person."""
    return Actor(id=f"system:{name}", role="system", policy_role="system_admin")


# who signs in with nothing lacks no second factor; what anybody may see is the gate's to say
# nobody signed in: there is no second factor to lack, and the matrix for `public` is all that opens
STRANGER = Actor(id="public", role="public", policy_role="public")


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What a question, a thread or a journal line is about: never a foreign key upward."""

    kind: str
    id: UUID
