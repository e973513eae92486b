"""Who receives the referrals of each provider in the directory: an agency's desk, a mailbox, a system."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commonweal.agencies import queries as agencies
from commonweal.directory import actions, queries
from commonweal.kernel.errors import Invalid, NotFound
from commonweal.web.pages import desk, id_of, page, paged
from commonweal.web.session import Request

SHELVES: dict[str, str | Promise] = {
    "unreached": gettext_lazy("Nobody receives for them"),
    "all": gettext_lazy("All providers"),
}
WAYS: dict[str, tuple[str | Promise, str | Promise]] = {
    "inbox": (
        gettext_lazy("On the agency's own screen"),
        gettext_lazy("Workers there see it at once. While nobody there answers referrals, a link is mailed."),
    ),
    "mail": (
        gettext_lazy("By a link in the mail"),
        gettext_lazy("The link opens one referral, once, without an account. The letter names nobody."),
    ),
    "fhir": (
        gettext_lazy("As a file for their own system"),
        gettext_lazy("A FHIR bundle in the outgoing folder; what they answer is read back."),
    ),
}


@desk("administer")
def every(request: Request) -> HttpResponse:
    """The providers of the directory, first those for whom nobody receives."""
    asked, shelf = request.GET.get("q", ""), request.GET.get("shelf", "")
    shelf = shelf if shelf in SHELVES else ("all" if asked else "unreached")
    found = queries.providers(asked, unreached=shelf == "unreached")
    context = {"asked": asked, "shelf": shelf, "shelves": SHELVES.items(), "page": paged(request, found)}
    return page(request, "setup/providers.html", context)


@desk("administer")
def one(request: Request, provider_id: UUID) -> HttpResponse:
    """One provider: its services, and how a referral reaches it (POST changes that)."""
    found = queries.provider(provider_id)
    given = {
        "agency": str(found.agency_id or ""), "delivery": found.delivery,
        "referral_email": found.referral_email,
    }  # fmt: skip
    refused = None
    if request.method == "POST" and "service" in request.POST:
        _service(request, provider_id)
        return redirect("setup:provider", provider_id)
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in given}
        try:
            _keep(request, found, given)
        except Invalid as wrong:
            refused = wrong
        else:
            flash.success(request, _("Saved. From now on its referrals go this way."))
            return redirect("setup:provider", provider_id)
    context = {
        "provider": found, "given": given, "refused": refused, "ways": WAYS.items(),
        "agencies": agencies.agencies(), "services": paged(request, queries.entries_of(provider_id), 50),
        "readers": agencies.able_to("answer_referrals", found.agency_id) if found.agency_id else None,
    }  # fmt: skip
    return page(request, "setup/provider.html", context, status=400 if refused else 200)


def _service(request: Request, provider: UUID) -> None:
    """One of its services: its entry is right today, it is offered no more, or again."""
    by, service = request.actor, id_of("service", request.POST["service"])
    if service not in {one.id for one in queries.entries_of(provider)}:
        raise NotFound("service")
    act = request.POST.get("act", "")
    if act == "right":
        actions.assure(by=by, service=service, assurer=agencies.agency(by.agency).name if by.agency else "")
        flash.success(request, _("Noted: the entry is right as of today."))
    elif act in ("inactive", "active"):
        actions.retire_service(by=by, service=service, status=act)
        flash.success(request, _("Offered again.") if act == "active" else _("Taken out of the directory."))
    else:
        raise Invalid("act", act[:20], _("Use a button of the page."))


def _keep(request: Request, found: queries.Provider, given: dict[str, str]) -> None:
    known = {str(a.id): a.id for a in agencies.agencies()}
    if given["agency"] and given["agency"] not in known:
        raise Invalid("agency", given["agency"], _("Choose an agency of the list, or none."))
    actions.keep_provider(
        by=request.actor, provider=found.id, name=found.name, agency=known.get(given["agency"]),
        delivery=given["delivery"], referral_email=given["referral_email"],
    )  # fmt: skip
