"""Keep a view of the caseload by name, share it with the team, take it away."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from commonweal.cases import events
from commonweal.cases.models import SavedView
from commonweal.cases.queries.views import saved_view, wanted
from commonweal.kernel import journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid, NotFound

MOST = 30


@transaction.atomic
def save_view(*, by: Actor, name: str, chosen: Mapping[str, object], shared: bool = False) -> SavedView:
    """Keep what a list is narrowed to; an own view of the same name is written anew.

    Invalid names what cannot be kept; NotFound for who works no cases.
    """
    if not by.may("work_cases"):
        raise NotFound("view")
    title = name.strip()
    if not 1 <= len(title) <= 60:
        raise Invalid("name", title[:40], "Give the view a name of 60 letters at most.")
    own = SavedView.objects.select_for_update().filter(account=UUID(by.id))
    found = own.filter(name=title).first()
    if found is None and own.count() >= MOST:
        raise Invalid("name", title, "You keep thirty views already; take one away first.")
    found = found or SavedView(account=UUID(by.id), name=title)
    found.agency, found.shared, found.wanted = by.agency, shared, wanted(chosen).plain()
    found.save()
    journal.write(by=by, event=events.ViewKept(view=found.id, shared=shared))
    return found


@transaction.atomic
def drop_view(*, by: Actor, view: UUID) -> None:
    """Take an own view away; a colleague's is not there to be taken."""
    found = saved_view(by, view)
    if found.account != UUID(by.id):
        raise NotFound("view")
    found.delete()
    journal.write(by=by, event=events.ViewDropped(view=view))
