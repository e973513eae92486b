"""Set up an instance: agencies, workers, invitations, and what was imported. It opens no one's record."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import actions, queries
from commonweal.kernel import imports
from commonweal.kernel.errors import Conflict, Invalid
from commonweal.web.pages import desk, page, paged
from commonweal.web.session import Request


@desk("administer")
def front(request: Request) -> HttpResponse:
    """The steps of a new instance, each with what stands already."""
    steps = (
        (_("Agencies"), reverse("setup:agencies"), queries.agencies().count()),
        (_("People at work"), reverse("setup:accounts"), queries.accounts().filter(is_active=True).count()),
        (_("Invitations"), reverse("setup:invitations"), queries.open_invitations().count()),
        (_("Imports"), reverse("setup:imports"), len(imports.runs())),
    )
    return page(request, "setup/index.html", {"steps": steps, "units": queries.units().count()})


@desk("administer")
def agencies_page(request: Request) -> HttpResponse:
    """Agencies, and a form to open one."""
    if request.method == "POST":
        made = actions.open_agency(
            by=request.actor,
            name=request.POST.get("name", ""),
            kind=request.POST.get("kind", ""),
            short=request.POST.get("short", ""),
        )
        flash.success(request, _("%(name)s takes part.") % {"name": made.name})
        return redirect("setup:agencies")
    return page(request, "setup/agencies.html", {"rows": queries.agencies(), "kinds": queries.AGENCY_KINDS})


@desk("administer")
def accounts(request: Request) -> HttpResponse:
    """Workers by name; those whose account is closed say so."""
    return page(request, "setup/accounts.html", {"rows": paged(request, queries.accounts(), 50)})


@desk("administer")
@require_POST
def close(request: Request, account_id: UUID) -> HttpResponse:
    """Close an account: its sessions end at the next request. Not one's own."""
    if str(account_id) == request.actor.id:
        raise Conflict("You cannot close your own account; ask another administrator.")
    actions.change_account(by=request.actor, account=account_id, is_active=False)
    flash.success(request, _("The account is closed."))
    return redirect("setup:accounts")


@desk("administer")
def invitations(request: Request) -> HttpResponse:
    """Invite a worker; the link is shown once."""
    link = ""
    if request.method == "POST":
        _made, token = actions.invite(
            by=request.actor,
            agency=_agency(request.POST.get("agency", "")),
            role=request.POST.get("role", ""),
            email=request.POST.get("email", ""),
            display_name=request.POST.get("name", ""),
        )
        link = request.build_absolute_uri(f"/account/invitation/{token}/")
    context = {
        "rows": queries.open_invitations(),
        "agencies": queries.agencies(),
        "roles": [r for r in queries.ROLES.values() if r.code != "person"],
        "link": link,
    }
    return page(request, "setup/invitations.html", context)


def _agency(text: str) -> UUID:
    try:
        return queries.agency(UUID(text)).id
    except ValueError as wrong:
        raise Invalid("agency", text, "Choose an agency from the list.") from wrong
