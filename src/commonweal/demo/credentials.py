"""One way in for each desk of the generated county: password, second factor, API token."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from allauth.mfa.totp.internal import auth as totp

from commonweal.agencies import actions as agencies
from commonweal.agencies import queries
from commonweal.demo.filling.names import CLERK

DESKS = {
    "desk": "call_taker",
    "board": "supervisor",
    "field": "clinician",
    "field_officer": "cit_officer",
    "field_patrol": "patrol_officer",
    "field_crisis_team": "crisis_worker",
    "referrals": "shelter_worker",
    "referrals_provider": "provider_staff",
    "cases": "case_manager",
    "tables": "prosecutor",
    "people": "records_steward",
    "insight": "analyst",
    "planning": "program_manager",
    "planning_approval": "plan_approver",
    "evaluation": "evaluator",
    "trust": "privacy_officer",
    "trust_counsel": "counsel",
    "trust_signing": "signatory",
    "training": "training_coordinator",
    "community": "community_liaison",
    "mine": "person",
    "setup": "administrator",
}


@dataclass(frozen=True, slots=True)
class Credential:
    """Everything that a person (or a script) needs to sign in at one desk."""

    desk: str
    path: str
    role: str
    user: str
    password: str
    totp_secret: str
    api_token: str


def issue(home: Path, person: UUID | None = None) -> list[Credential]:
    """Give one account of each role a password, a TOTP secret and a token; write demo-credentials.json."""
    if person:
        agencies.open_account(
            by=CLERK,
            username="person",
            display_name="Person helped",
            role="person",
            person=person,
            email="person@mail.example",
            must_enrol=False,
        )
    found = [c for desk, role in DESKS.items() if (c := _one(desk, role)) is not None]
    path = home / "demo-credentials.json"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump([asdict(c) for c in found], out, indent=2)
    return found


def _one(desk: str, role: str) -> Credential | None:
    account = next((a for a in queries.first_of_each_role() if a.role == role), None)
    if account is None:
        return None
    password = "-".join(secrets.token_hex(3) for _ in range(3))
    account.set_password(password)
    account.save(update_fields=["password"])
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(account, secret)
    scopes = sorted(queries.ROLES[role].permissions | {"read"})
    _token, api_token = agencies.issue_token(
        by=CLERK, account=account.id, name="demo", scopes=scopes, days=30
    )
    home = queries.ROLES[role].home
    return Credential(desk, home, role, account.username, password, secret, api_token)
