"""API tokens: issued with scopes and a term, shown once, listed by name, revoked at once."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import actions, queries
from commonweal.kernel.errors import Invalid
from commonweal.web.pages import desk, page, paged
from commonweal.web.session import Request

TERMS = ("30", "90", "365")


@desk("administer")
def every(request: Request) -> HttpResponse:
    """Every token in force, newest first."""
    return page(request, "setup/tokens.html", {"rows": paged(request, queries.tokens(), 50)})


@desk("administer")
@require_POST
def issue(request: Request, account_id: UUID) -> HttpResponse:
    """A token of that account with the chosen scopes; the page shows it this once."""
    posted, found = request.POST, queries.account(account_id)
    scopes, days = posted.getlist("scope"), posted.get("days", "90")
    if not posted.get("name", "").strip():
        raise Invalid("name", "", _("Name the program that will use the token."))
    if not scopes:
        raise Invalid("scope", "", _("Choose at least one thing that the token may do."))
    if days not in TERMS:
        raise Invalid("days", days, _("Choose one of the given terms."))
    made, secret = actions.issue_token(
        by=request.actor, account=account_id, name=posted["name"].strip()[:80], scopes=scopes, days=int(days)
    )
    return page(request, "setup/token.html", {"token": made, "secret": secret, "account": found})


@desk("administer")
@require_POST
def revoke(request: Request, token_id: UUID) -> HttpResponse:
    """The next request with it is refused."""
    actions.revoke_token(by=request.actor, token=token_id)
    flash.success(request, _("The token is revoked."))
    return redirect("setup:tokens")
