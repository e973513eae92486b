"""One service listed twice: pairs that wait, both entries side by side, merged or kept apart, taken back."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commonweal.directory import actions, queries
from commonweal.kernel.errors import Invalid
from commonweal.web import tongues
from commonweal.web.pages import desk, page, paged
from commonweal.web.session import Request

SHELVES: dict[str, str | Promise] = {
    "open": gettext_lazy("To look at"),
    "merged": gettext_lazy("Merged"),
    "apart": gettext_lazy("Two services"),
}
FIELDS: dict[str, str | Promise] = {
    "name": gettext_lazy("Name of the service"),
    "organization": gettext_lazy("Organization"),
    "phone": gettext_lazy("Telephone"),
    "address": gettext_lazy("Address"),
    "url": gettext_lazy("Web page"),
    "description": gettext_lazy("What it offers"),
    "eligibility": gettext_lazy("Who it is for"),
    "hours": gettext_lazy("Hours"),
    "languages": gettext_lazy("Languages"),
    "source": gettext_lazy("Where the entry comes from"),
    "assured_at": gettext_lazy("Last verified"),
}
LEVELS: dict[str, str | Promise] = {
    "same": gettext_lazy("Same"),
    "close": gettext_lazy("Nearly the same"),
    "different": gettext_lazy("Different"),
    "unknown": gettext_lazy("Not known of both"),
}


@desk("administer")
def waiting(request: Request) -> HttpResponse:
    """The pairs of one shelf; a POST compares the whole directory anew."""
    if request.method == "POST":
        sought = actions.seek_twins(by=request.actor)
        told = ngettext(
            "Compared. %(n)d pair waits, %(new)d of them new.",
            "Compared. %(n)d pairs wait, %(new)d of them new.",
            sought.waiting,
        )
        flash.success(request, told % {"n": sought.waiting, "new": sought.new})
        return redirect("setup:duplicates")
    shelf = request.GET.get("shelf", "open")
    shelf = shelf if shelf in SHELVES else "open"
    context = {"shelf": shelf, "shelves": SHELVES.items(), "page": paged(request, queries.pairs(shelf))}
    return page(request, "setup/duplicates.html", context)


@desk("administer")
def pair(request: Request, pair_id: UUID) -> HttpResponse:
    """Both entries side by side; a decision (POST) leads to the next pair that waits."""
    found = queries.beside(pair_id)
    if request.method == "POST":
        _decide(request, found)
        following = queries.pairs().exclude(id=pair_id).first()
        return redirect("setup:duplicate", following.id) if following else redirect("setup:duplicates")
    spoken = [", ".join(n for _c, n in tongues.several(side.spoken)) for side in (found.left, found.right)]
    lines = [
        (FIELDS[one.field], *(spoken if one.field == "languages" else (one.left, one.right)),
         LEVELS.get(one.level, ""))
        for one in found.lines
    ]  # fmt: skip
    return page(request, "setup/duplicate.html", {"found": found, "pair": found.pair, "lines": lines})


def _decide(request: Request, found: queries.Beside) -> None:
    act, by = request.POST.get("act", ""), request.actor
    left, right = found.left.summary.id, found.right.summary.id
    if act in ("keep_left", "keep_right"):
        stays, goes = (left, right) if act == "keep_left" else (right, left)
        actions.merge_services(by=by, survivor=stays, merged=goes)
        flash.success(request, _("Merged. The other entry leads here now. It can be undone under Merged."))
    elif act == "apart":
        actions.part_services(by=by, left=left, right=right)
        flash.success(request, _("Noted: two services. They will not be proposed again."))
    elif act == "reopen":
        actions.reopen_pair(by=by, pair=found.pair.id)
        flash.success(request, _("Undone. Both entries stand as they did before."))
    else:
        raise Invalid("act", act, _("Use a button of the page."))
