"""Who is signed in, on which class of device, since when; and the end of a session from afar."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages as flash
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commonweal.agencies import actions, queries
from commonweal.kernel import clock
from commonweal.kernel.errors import NotFound
from commonweal.web.pages import desk, page, paged
from commonweal.web.session import BEGAN, DEVICE, SEEN, Request

MOST = 2_000  # sessions looked through, newest first


@dataclass(frozen=True, slots=True)
class Open:
    """A session of an account; `mark` stands for its key, which never leaves."""

    mark: str
    account: UUID
    device: str
    began: datetime | None
    seen: datetime | None
    key: str


def _moment(seconds: object) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int | float) else None


def opened() -> Iterator[Open]:
    """Sessions in force with somebody in them, newest first."""
    for row in Session.objects.filter(expire_date__gt=clock.now()).order_by("-expire_date")[:MOST]:
        kept = row.get_decoded()
        if who := kept.get(SESSION_KEY):
            mark = hashlib.sha256(row.session_key.encode()).hexdigest()[:24]
            yield Open(
                mark, UUID(str(who)), str(kept.get(DEVICE, "office")), _moment(kept.get(BEGAN)),
                _moment(kept.get(SEEN)), row.session_key,
            )  # fmt: skip


def of_account(account: UUID) -> list[Open]:
    """One account's open sessions."""
    return [one for one in opened() if one.account == account]


@desk("administer")
def every(request: Request) -> HttpResponse:
    """All open sessions; POST ends the one that `mark` names."""
    found = list(opened())
    if request.method == "POST":
        one = next((o for o in found if o.mark == request.POST.get("mark", "")), None)
        if one is None:
            raise NotFound("session")
        Session.objects.filter(session_key=one.key).delete()
        actions.note_sign_in(by=request.actor, account=one.account, outcome="ended", device_class=one.device)
        flash.success(request, _("The session has ended."))
        return redirect("setup:sessions")
    rows = paged(request, found, 50)
    names = queries.names([str(o.account) for o in rows])
    return page(
        request, "setup/sessions.html", {"rows": rows, "lines": [(o, names[str(o.account)]) for o in rows]}
    )
