"""Set up an instance: agencies, workers, invitations, and what was imported. It opens no one's record."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.agencies import actions, queries
from commonweal.cases import queries as cases
from commonweal.directory import queries as directory
from commonweal.kernel import clock, imports
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.messages import queries as hooks
from commonweal.web.pages import desk, page
from commonweal.web.session import Request
from commonweal.web.setup.people import role_names
from commonweal.web.setup.sessions import opened


@desk("administer")
def front(request: Request) -> HttpResponse:
    """The steps of a new instance, each with what stands already."""
    agencies, invited = queries.agencies().count(), queries.open_invitations().count()
    tokens, signed_in = queries.tokens().count(), sum(1 for _one in opened())
    roles, people = len(queries.ROLES), queries.accounts().filter(is_active=True).count()
    heard = hooks.endpoints().count()
    twins, unreached = directory.pairs().count(), directory.providers(unreached=True).count()
    steps = (
        (_("Agencies"), reverse("setup:agencies"), agencies, _("their own data, teams, protocols")),
        (_("People at work"), reverse("setup:accounts"), people, _("roles, teams, lock-outs, who leaves")),
        (_("Invitations"), reverse("setup:invitations"), invited, _("not yet used")),
        (_("Units"), reverse("setup:units"), queries.units().count(), _("and who is on duty now")),
        (_("Roster"), reverse("board:roster"), queries.on_duty().count(), _("units on duty, their crews")),
        (_("API tokens"), reverse("setup:tokens"), tokens, _("in force")),
        (_("Webhooks"), reverse("setup:webhooks"), heard, _("systems that hear of events")),
        (_("Ladders"), reverse("setup:ladders"), len(hooks.OCCASIONS), _("who is told, and when")),
        (_("Early signs"), reverse("setup:signs"), len(cases.signs_in_force()[1]), _("rules on open cases")),
        (_("Sessions"), reverse("setup:sessions"), signed_in, _("open on devices now")),
        (_("Who may do what"), reverse("setup:permissions"), roles, _("roles, to read and print")),
        (_("Imports"), reverse("setup:imports"), len(imports.runs()), _("runs, with what was rejected")),
        (_("Providers"), reverse("setup:providers"), unreached, _("for whom nobody receives referrals yet")),
        (_("Listed twice"), reverse("setup:duplicates"), twins, _("pairs of services to look at")),
    )  # fmt: skip
    return page(request, "setup/index.html", {"steps": steps})


@desk("administer")
def invitations(request: Request) -> HttpResponse:
    """Invite a worker; the link is shown once. What is not accepted comes back as it was typed."""
    link, error = "", None
    if request.method == "POST":
        try:
            link = request.build_absolute_uri(f"/account/invitation/{_invited(request)}/")
        except Invalid as wrong:
            error = wrong
    context = {
        "typed": request.POST if error else {},
        "error": error,
        "rows": queries.open_invitations(),
        "agencies": queries.agencies(),
        "roles": role_names(),
        "link": link,
        "now": clock.now(),
    }
    return page(request, "setup/invitations.html", context, status=400 if error else 200)


@desk("administer")
@require_POST
def withdraw(request: Request, invitation_id: UUID) -> HttpResponse:
    """Take an invitation back: its link opens nothing any more."""
    gone = actions.withdraw_invitation(by=request.actor, invitation=invitation_id)
    flash.success(request, _("The invitation of %(name)s is taken back.") % {"name": gone.display_name})
    return redirect("setup:invitations")


def _invited(request: Request) -> str:
    """The token of a new invitation."""
    posted = request.POST
    _made, token = actions.invite(
        by=request.actor,
        agency=_agency(posted.get("agency", "")),
        role=posted.get("role", ""),
        email=posted.get("email", ""),
        display_name=posted.get("name", ""),
    )
    return token


def _agency(text: str) -> UUID:
    try:
        return queries.agency(UUID(text)).id
    except (ValueError, NotFound) as wrong:
        raise Invalid("agency", text, _("Choose an agency from the list.")) from wrong
