"""An administrator's weeks after: roles, a lock-out, a leaver, tokens, sessions, the list."""

from datetime import timedelta
from uuid import UUID

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from commonweal.agencies import actions, queries
from commonweal.agencies.queries import PERMISSIONS
from commonweal.kernel import clock
from commonweal.kernel.models import JournalLine
from factories.cast import SETUP, Cast, gather
from factories.heard import alike
from factories.visitor import visit

pytestmark = pytest.mark.django_db
PAGES = ("index", "agencies", "accounts", "units", "tokens", "sessions", "permissions", "invitations")


@pytest.fixture
def cast() -> Cast:
    """Every agency."""
    return gather(partners=False)


def test_a_role_and_team_change_and_open_sessions_end(cast: Cast) -> None:
    """From the next sign-in on; journalled by field names."""
    officer, admin = cast["patrol_officer"], visit(cast["administrator"])
    hers = visit(officer)
    assert hers.get(reverse("field:index")).status_code == 200
    team = actions.open_team(by=SETUP, agency=cast.agency["police"], name="CIT squad")
    url = reverse("setup:account", args=[UUID(officer.id)])
    changed = {"role": "cit_officer", "team": str(team.id), "cjis_screened": "yes"}
    assert admin.post(url, changed).status_code == 302
    found = queries.account(UUID(officer.id))
    assert (found.role, found.team_id, found.cjis_screened) == ("cit_officer", team.id, True)
    assert hers.get(reverse("field:index")).status_code == 302, "signed out"
    [line] = JournalLine.objects.filter(kind="agencies.account_changed", subject=officer.id)
    assert "role" in line.data["fields"]


@pytest.mark.parametrize(("field", "value"), [("role", "king"), ("role", "person"), ("team", "nowhere")])
def test_a_change_that_makes_no_sense_is_refused(cast: Cast, field: str, value: str) -> None:
    """Nothing is saved."""
    url = reverse("setup:account", args=[cast.account("analyst")])
    given = {"role": "analyst", "team": "", field: value}
    assert visit(cast["administrator"]).post(url, given).status_code == 400
    assert queries.account(cast.account("analyst")).role == "analyst"


def test_nobody_changes_their_own_role(cast: Cast) -> None:
    """Another administrator does."""
    by = cast["administrator"]
    url = reverse("setup:account", args=[UUID(by.id)])
    assert visit(by).post(url, {"role": "privacy_officer", "team": ""}).status_code == 409


def test_a_lock_out_is_released_and_noted(cast: Cast) -> None:
    """The failures are forgotten; who released it stands in the journal."""
    account = queries.account(cast.account("analyst"))
    AccessAttempt.objects.create(username=account.username.lower(), failures_since_start=9)
    admin, own = visit(cast["administrator"]), reverse("setup:account", args=[account.id])
    release, listed = reverse("setup:unlock", args=[account.id]), reverse("setup:accounts")
    assert release in admin.get(own).content.decode()
    assert ">locked<" in admin.get(listed, {"q": account.display_name}).content.decode()
    admin.post(release)
    assert release not in admin.get(own).content.decode()
    assert ">locked<" not in admin.get(listed).content.decode()
    assert not AccessAttempt.objects.filter(username=account.username.lower()).exists()
    assert JournalLine.objects.filter(kind="agencies.signed_in", data__outcome="released").count() == 1


def test_a_few_wrong_passwords_lock_nobody_out(cast: Cast) -> None:
    """Four from two machines; the fifth does, wherever it was typed."""
    account, admin = queries.account(cast.account("analyst")), visit(cast["administrator"])
    own = reverse("setup:account", args=[account.id])
    for machine in ("10.0.0.1", "10.0.0.2"):
        AccessAttempt.objects.create(
            username=account.username.lower(), ip_address=machine, failures_since_start=2
        )
    assert "Not locked" in admin.get(own).content.decode()
    AccessAttempt.objects.filter(ip_address="10.0.0.1").update(failures_since_start=3)
    assert "Not locked" not in admin.get(own).content.decode()


def test_who_leaves_takes_no_key_along(cast: Cast) -> None:
    """Sessions, tokens, account; who is only suspended keeps the tokens for the return."""
    leaver, admin = cast["analyst"], visit(cast["administrator"])
    hers = visit(leaver)
    actions.issue_token(by=SETUP, account=UUID(leaver.id), name="x", scopes=["see_insight"])
    close, reopen = (reverse(f"setup:{name}", args=[UUID(leaver.id)]) for name in ("close", "reopen"))
    admin.post(close)
    assert hers.get(reverse("analyst:index")).status_code == 302
    assert queries.tokens(UUID(leaver.id)).count() == 1
    admin.post(reopen)
    assert queries.account(UUID(leaver.id)).is_active
    admin.post(close, {"leaves": "yes"})
    assert not queries.tokens(UUID(leaver.id)).exists()


def test_a_token_is_shown_once_works_within_its_scopes_and_is_revoked(cast: Cast) -> None:
    """Listed by name and scopes, never by secret."""
    admin, account = visit(cast["administrator"]), cast.account("call_taker")
    issued = admin.post(
        reverse("setup:issue", args=[account]), {"name": "CAD bridge", "scope": "take_calls", "days": "30"}
    ).content.decode()
    secret = issued.partition("<code>")[2].partition("</code>")[0]
    asked = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/me", headers=asked).json()["scopes"] == ["take_calls"]
    listed = admin.get(reverse("setup:tokens")).content.decode()
    assert "CAD bridge" in listed and secret not in listed
    [token] = queries.tokens(account)
    assert token.expires_at and token.expires_at - clock.now() < timedelta(days=30, minutes=1)
    admin.post(reverse("setup:revoke", args=[token.id]))
    assert Client().get("/api/v1/me", headers=asked).status_code == 401


def test_two_tokens_of_one_name_are_heard_apart(cast: Cast) -> None:
    """By whose they are and until when: who listens to the list must not revoke another."""
    for role, days in (("call_taker", 30), ("call_taker", 90), ("analyst", 30)):
        actions.issue_token(by=SETUP, account=cast.account(role), name="demo", scopes=["read"], days=days)
    admin = visit(cast["administrator"])
    for path in (reverse("setup:tokens"), reverse("setup:account", args=[cast.account("call_taker")])):
        listed = admin.get(path).content.decode()
        assert listed.count("demo") > 3 and not alike(listed)


@pytest.mark.parametrize(
    "given",
    [{"name": "x", "days": "90"}, {"scope": "take_calls"}, {"name": "x", "scope": "train"},
     {"name": "x", "scope": "take_calls", "days": "9999"}],
)  # fmt: skip
def test_a_token_needs_a_name_a_scope_of_the_role_and_a_term(cast: Cast, given: dict[str, str]) -> None:
    """400 and none issued."""
    url = reverse("setup:issue", args=[cast.account("call_taker")])
    assert visit(cast["administrator"]).post(url, given).status_code == 400
    assert not queries.tokens(cast.account("call_taker")).exists()


def test_a_session_is_ended_from_afar(cast: Cast) -> None:
    """Its key never stands on the page."""
    admin, hers = visit(cast["administrator"]), visit(cast["clinician"], "phone")
    page = admin.get(reverse("setup:sessions")).content.decode()
    assert hers.session.session_key not in page
    from commonweal.web.setup.sessions import of_account

    [one] = of_account(cast.account("clinician"))
    admin.post(reverse("setup:sessions"), {"mark": one.mark})
    assert hers.get(reverse("field:index")).status_code == 302
    assert admin.post(reverse("setup:sessions"), {"mark": "made up"}).status_code == 404


def test_every_permission_is_a_sentence_in_both_languages(cast: Cast) -> None:
    """The page prints the whole list; nothing in it stays English in Spanish."""
    admin = visit(cast["administrator"])
    url = reverse("setup:permissions")
    english = admin.get(url).content.decode()
    assert not [words for words in PERMISSIONS.values() if escape(words) not in english]
    admin.cookies["django_language"] = "es"
    spanish = admin.get(url).content.decode()
    assert not [words for words in PERMISSIONS.values() if words in spanish]
    assert not [
        role.name
        for role in queries.ROLES.values()
        if f"<h3>{role.name}</h3>" in spanish and " " in role.name
    ]


def test_an_agency_keeps_its_own_data(cast: Cast) -> None:
    """Name, short name and zone; a name taken or a zone that is none is refused."""
    admin, url = visit(cast["administrator"]), reverse("setup:agency", args=[cast.agency["ecc"]])
    given = {"name": "Harlow 911", "short": "H911", "time_zone": "America/Denver"}
    assert admin.post(url, given).status_code == 302
    assert queries.agency(cast.agency["ecc"]).time_zone == "America/Denver"
    assert admin.post(url, {**given, "time_zone": "Mars/Base"}).status_code == 400
    assert admin.post(url, {**given, "name": "Harlow Police"}).status_code == 400
    assert "None yet: calls cannot be triaged" in admin.get(url).content.decode()


def test_a_unit_is_put_on_the_roll(cast: Cast) -> None:
    """And a call sign in use, or none, is refused."""
    admin, url = visit(cast["administrator"]), reverse("setup:units")
    given = {"call_sign": "CR7", "kind": "crisis_team", "agency": str(cast.agency["health"])}
    assert admin.post(url, given).status_code == 302
    assert admin.post(url, given).status_code == 400
    assert admin.post(url, {**given, "call_sign": ""}).status_code == 400
    assert b"CR7" in admin.get(url).content


@pytest.mark.parametrize("name", PAGES)
def test_only_administrators_enter(cast: Cast, name: str) -> None:
    """Everybody else is shown the door; the privacy officer reads the list of permissions."""
    url = reverse(f"setup:{name}")
    assert visit(cast["administrator"]).get(url).status_code == 200
    assert visit(cast["supervisor"]).get(url).status_code == 403
    expected = 200 if name == "permissions" else 403
    assert visit(cast["privacy_officer"]).get(url).status_code == expected
