"""Ways in for the tools: a token and a session for each role of an instance, and ids of records that exist.

    COMMONWEAL_HOME=HOME python -m deploy.attack.keys

Prints one JSON object: {"tokens": {role: token}, "sessions": {role: cookie}, "ids": {name: [ids]}}. Writes to
the instance: use a copy.
"""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODELS = {
    "call": "calls.Call",
    "unit": "agencies.Unit",
    "case": "cases.Case",
    "meeting": "community.Meeting",
    "feedback": "community.Feedback",
    "commitment": "community.Commitment",
    "consent": "sharing.Consent",
    "service": "directory.Service",
    "encounter": "encounters.Encounter",
    "notification": "commonweal_messages.Notification",
    "person": "people.Person",
    "pair": "people.Proposal",
    "record": "people.SourceRecord",
    "plan": "planning.Plan",
    "referral": "referrals.Referral",
    "table": "cases.Table",
    "discussion": "cases.Discussion",
    "session": "training.Session",
    "review": "sharing.Review",
    "agreement": "sharing.Agreement",
    "decision": "people.LinkDecision",
    "version": "calls.ProtocolVersion",
    "agency": "agencies.Agency",
    "account": "agencies.Account",
}
"""What a name in an address or body stands for; names that are no model here are left to chance."""
MOST = 40


def ids() -> dict[str, list[str]]:
    """Ids of rows that exist, by the name a parameter has."""
    from django.apps import apps

    found = {}
    for name, label in MODELS.items():
        try:
            model = apps.get_model(label)
        except LookupError:
            continue
        found[name] = [str(key) for key in model._default_manager.values_list("pk", flat=True)[:MOST]]
    return found


def ways_in() -> tuple[dict[str, str], dict[str, str]]:
    """A token and a session cookie of one worker of each role."""
    from commonweal.agencies import actions, queries
    from commonweal.agencies.roles import ROLES
    from commonweal.kernel.actors import system

    tokens, sessions = {}, {}
    for role in ROLES:
        account = queries.accounts().filter(role=role, is_active=True).order_by("username").first()
        if account is None:
            continue
        scopes = {"read", *queries.actor(account.id).permissions}
        by = system("attack")
        tokens[role] = actions.issue_token(by=by, account=account.id, name="attack", scopes=scopes, days=1)[1]
        sessions[role] = session_of(account)
    return tokens, sessions


def session_of(account) -> str:
    """The cookie of a session that is signed in with both steps."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from commonweal.web.session import DEVICE, FACTOR_MARK

    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(account.pk), settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session[FACTOR_MARK], session[DEVICE] = True, "office"
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={'a' * 32}"


def main() -> int:
    """Print them."""
    sys.path[:0] = [str(ROOT / "src")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonweal.config.settings")
    import django

    django.setup()
    tokens, sessions = ways_in()
    print(json.dumps({"tokens": tokens, "sessions": sessions, "ids": ids()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
