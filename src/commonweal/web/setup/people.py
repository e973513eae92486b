"""People at work: found by name or role; a role or team changed, suspended, let in again, left for good."""

from collections.abc import Iterable
from uuid import UUID

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib import messages as flash
from django.db.models import Q, Sum
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import actions, queries
from commonweal.kernel.errors import Conflict, Invalid
from commonweal.web.pages import desk, page, paged
from commonweal.web.session import Request
from commonweal.web.setup.sessions import of_account

STANDING = ("is_medical", "is_covered", "cjis_screened", "security_addendum")


def role_names() -> list[tuple[str, str]]:
    """Roles of workers, by code, in words."""
    return [(role.code, _(role.name)) for role in queries.ROLES.values() if role.code != "person"]


def locked(names: Iterable[str]) -> frozenset[str]:
    """Which of these sign-in names wait to be released, after too many wrong passwords."""
    failed = AccessAttempt.objects.filter(username__in=[name.lower() for name in names])
    counts = failed.values("username").annotate(wrong=Sum("failures_since_start"))
    return frozenset(counts.filter(wrong__gte=settings.AXES_FAILURE_LIMIT).values_list("username", flat=True))


@desk("administer")
def accounts(request: Request) -> HttpResponse:
    """Workers by name; by part of a name, by role, by agency; those who left say so."""
    found = queries.accounts()
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "role", "agency")}
    if asked["q"]:
        words = asked["q"]
        found = found.filter(Q(display_name__icontains=words) | Q(username__icontains=words))
    if asked["role"]:
        found = found.filter(role=asked["role"])
    if asked["agency"]:
        found = found.filter(agency__name=asked["agency"])
    rows = paged(request, found, 50)
    names, waiting = dict(role_names()), locked(a.username for a in rows)
    lines = [(a, names.get(a.role, a.role), a.username.lower() in waiting) for a in rows]
    context = {
        "rows": rows, "lines": lines, "asked": asked,
        "roles": role_names(), "agencies": [a.name for a in queries.agencies()],
    }  # fmt: skip
    return page(request, "setup/accounts.html", context)


@desk("administer")
def account(request: Request, account_id: UUID) -> HttpResponse:
    """One worker: role, team, standing (POST changes them); sessions, tokens, coming shifts."""
    found = queries.account(account_id)
    if request.method == "POST":
        actions.change_account(by=request.actor, account=account_id, **_changes(request, found))
        actions.end_sessions(by=request.actor, account=account_id)
        flash.success(request, _("Saved. It holds from their next sign-in; open sessions have ended."))
        return redirect("setup:account", account_id=account_id)
    role = queries.ROLES[found.role]
    scopes = [(p, _(queries.PERMISSIONS[p])) for p in sorted(role.permissions)]
    if "administer" in role.permissions and found.agency_id:
        scopes.append(("scim", _("Keep the agency's accounts from its own directory (SCIM).")))
    context = {
        "account": found, "is_locked": bool(locked([found.username])), "roles": role_names(),
        "is_self": str(account_id) == request.actor.id,
        "teams": queries.teams(found.agency_id) if found.agency_id else [],
        "standing": [(name, STANDING_WORDS[name](), getattr(found, name)) for name in STANDING],
        "permissions": scopes,
        "sessions": of_account(account_id), "tokens": queries.tokens(account_id),
        "shifts": queries.shifts_of(account_id)[:10],
    }  # fmt: skip
    return page(request, "setup/account.html", context)


STANDING_WORDS = {
    "is_medical": lambda: _("Medical staff"),
    "is_covered": lambda: _("Works for a covered entity (HIPAA)"),
    "cjis_screened": lambda: _("Screened for criminal-justice data (CJIS)"),
    "security_addendum": lambda: _("Has signed the security addendum"),
}


def _changes(request: Request, found: queries.Account) -> actions.AccountChanges:
    """Role, team and standing as posted; nobody changes their own role."""
    posted, role = request.POST, request.POST.get("role", "")
    if role not in dict(role_names()):
        raise Invalid("role", role, _("Choose a role from the list."))
    if str(found.id) == request.actor.id and role != found.role:
        raise Conflict(_("You cannot change your own role; ask another administrator."))
    teams = {str(t.id): t.id for t in queries.teams(found.agency_id)} if found.agency_id else {}
    team = posted.get("team", "")
    if team and team not in teams:
        raise Invalid("team", team, _("Choose a team of the agency."))
    return {
        "role": role,
        "team_id": teams.get(team),
        "is_medical": posted.get("is_medical") == "yes",
        "is_covered": posted.get("is_covered") == "yes",
        "cjis_screened": posted.get("cjis_screened") == "yes",
        "security_addendum": posted.get("security_addendum") == "yes",
    }


@desk("administer")
@require_POST
def close(request: Request, account_id: UUID) -> HttpResponse:
    """Suspend, or close for good where somebody leaves: sessions and tokens end now. Not one's own."""
    if str(account_id) == request.actor.id:
        raise Conflict(_("You cannot close your own account; ask another administrator."))
    if request.POST.get("leaves") == "yes":
        actions.leave(by=request.actor, account=account_id)
    else:
        actions.change_account(by=request.actor, account=account_id, is_active=False)
        actions.end_sessions(by=request.actor, account=account_id)
    flash.success(request, _("The account is closed."))
    return redirect("setup:account", account_id=account_id)


@desk("administer")
@require_POST
def reopen(request: Request, account_id: UUID) -> HttpResponse:
    """Let somebody in again; tokens that were revoked stay revoked."""
    actions.change_account(by=request.actor, account=account_id, is_active=True)
    flash.success(request, _("The account is open again."))
    return redirect("setup:account", account_id=account_id)


@desk("administer")
@require_POST
def unlock(request: Request, account_id: UUID) -> HttpResponse:
    """Forget failed sign-ins, so that a locked-out worker may try again now; journalled."""
    found = queries.account(account_id)
    reset(username=found.username.lower())
    actions.note_sign_in(by=request.actor, account=account_id, outcome="released")
    flash.success(request, _("The lock-out is released."))
    return redirect("setup:account", account_id=account_id)
