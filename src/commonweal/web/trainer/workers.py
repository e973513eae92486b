"""One worker's training as the coordinator sees it; a certificate withdrawn with its reason."""

from uuid import UUID

from django.contrib import messages as flash
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid, NotFound, in_words
from commonweal.training import actions, queries
from commonweal.web.pages import desk, id_of, page
from commonweal.web.session import Request
from commonweal.web.trainer.own import state_of, titles

MATCHES = 20  # workers shown for part of a name


def found_by(words: str) -> list[tuple[UUID, str, str]]:
    """Workers by part of their name: id, name, and role with agency; none for an empty question."""
    if not words:
        return []
    named = Q(display_name__icontains=words) | Q(username__icontains=words)
    rows = agencies.accounts().filter(named, is_active=True)[:MATCHES]
    return [(w.id, w.display_name, place_of(w)) for w in rows]


def place_of(account: agencies.Account) -> str:
    """A worker's role and agency."""
    parts = (_(agencies.ROLES[account.role].name), account.agency.short if account.agency else "")
    return " · ".join(part for part in parts if part)


@desk("train")
def worker(request: Request, account_id: UUID) -> HttpResponse:
    """What the role needs and every certificate (GET); withdraw one of them, saying why (POST)."""
    found = agencies.account(account_id)
    if found.role == "person":
        raise NotFound("account")
    if request.method != "POST":
        return _shown(request, found)
    try:
        _withdrawn(request, found)
    except Invalid as wrong:
        return _shown(request, found, wrong)
    flash.success(request, _("The certificate is withdrawn, and its holder is told."))
    return redirect("trainer:worker", account_id=account_id)


def _withdrawn(request: Request, found: agencies.Account) -> None:
    certificate = id_of("certificate", request.POST.get("certificate", ""))
    if not queries.certificates(found.id).filter(id=certificate).exists():
        raise NotFound("certificate")
    actions.withdraw(by=request.actor, certificate=certificate, reason=request.POST.get("reason", ""))


def _shown(request: Request, found: agencies.Account, error: Invalid | None = None) -> HttpResponse:
    words, standing = titles(), queries.standing_of([found.id])[found.id]
    held = list(queries.certificates(found.id))
    ends = {c.kind: c.valid_until for c in reversed(held) if c.withdrawn_at is None}
    needs = [
        (words.get(n.certificate, n.certificate), state_of(standing, n.certificate, ends.get(n.certificate)))
        for n in queries.requirements(found.role)
    ]
    context = {
        "worker": found, "place": place_of(found), "needs": needs, "may_be_sent": standing.may_be_sent,
        "certificates": [(c, words.get(c.kind, c.kind), in_words(c.withdrawn_why)) for c in held],
        "today": clock.today(), "error": error, "typed": request.POST if error else {},
    }  # fmt: skip
    return page(request, "trainer/worker.html", context, status=400 if error else 200)
