"""Taking a consent back for the person: one form in the field, on a case and at the trust desk."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages as flash
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound
from commonweal.sharing import actions, queries
from commonweal.web.pages import id_of
from commonweal.web.session import Request


def agreed(by: Actor, person: UUID) -> list[tuple[queries.Consent, str]]:
    """Consents in force that this worker may know of, with the names of whoever may know by them."""
    now = clock.now()
    found = [
        row
        for row in queries.consents_shown_to(by, person)
        if row.revoked_at is None and (row.expires_at is None or row.expires_at > now)
    ]
    return [(row, ", ".join(to)) for row, to in named(found)]


def named(consents: Sequence[queries.Consent]) -> list[tuple[queries.Consent, list[str]]]:
    """Each consent with the names of whoever may know by it: agencies, or somebody outside."""
    names = {str(one.id): one.name for one in agencies.agencies()}
    outside = queries.outside_names(consents)
    return [
        (row, [outside[row.id]] if row.id in outside else [names.get(one, "") for one in row.recipients])
        for row in consents
    ]


def take_back(request: Request, person: UUID) -> None:
    """What the form says: one consent that this worker knows of, or everything; as the person said it."""
    by, wanted = request.actor, request.POST.get("consent", "")
    said = request.POST.get("said", "")
    if wanted == "all":
        actions.revoke_every_consent(by=by, person=person, said=said)
    else:
        one = id_of("consent", wanted)
        if one not in {row.id for row in queries.consents_shown_to(by, person)}:
            raise NotFound("consent")
        actions.revoke_consent(by=by, consent=one, said=said)
    flash.success(request, _("Taken back, for everyone and at once. Help goes on as before."))
