"""Where a liaison releases a month's counts to everybody: seen first as the public will read them."""

from collections.abc import Sequence
from datetime import date

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from commonweal.calls import queries as calls
from commonweal.community import actions, queries
from commonweal.kernel.errors import Invalid
from commonweal.web.pages import desk, page
from commonweal.web.session import Request


@desk("publish")
def release(request: Request) -> HttpResponse:
    """A month as the public would read it; publish it, publish it anew, take it back (POST `act`)."""
    released = {row.month for row in queries.published().filter(code=queries.BY_NATURE)}
    months = sorted({*queries.months(), *released}, reverse=True)
    chosen = _chosen(request.POST.get("month") or request.GET.get("month", ""), months)
    if request.method == "POST":
        return _acted(request, chosen)
    context: dict[str, object] = {"months": months, "chosen": chosen}
    if chosen:
        found, names = actions.foreseen_month(by=request.actor, month=chosen), dict(calls.natures())
        rows = [(names.get(code, code), number) for code, number in found.natures.items()]
        context |= {
            "rows": sorted(rows, key=lambda row: (-(row[1] or 0), row[0])),
            "seen": found.mark, "standing": found.standing,
            "stands": queries.figures(queries.BY_NATURE, chosen).first(),
            "released": released,
        }  # fmt: skip
    return page(request, "resident/release.html", context)


def _acted(request: Request, month: date | None) -> HttpResponse:
    act = request.POST.get("act", "")
    if month is None:
        raise Invalid("month", "", _("Choose from the list."))
    if act == "withdraw":
        actions.withdraw_figures(by=request.actor, code=queries.BY_NATURE, month=month)
        flash.success(request, _("The numbers of this month are no longer public."))
    elif act == "publish":
        actions.publish_month(by=request.actor, month=month, seen=request.POST.get("seen", ""))
        flash.success(request, _("The numbers of this month are public now."))
    else:
        raise Invalid("act", act, _("Choose from the list."))
    return redirect("resident:figures")


def _chosen(text: str, months: Sequence[date]) -> date | None:
    """The month of the address; the newest that is over where none is named, None before the first.

    One that stands can be taken back however long ago it was.
    """
    if not text:
        return months[0] if months else None
    found = {f"{month:%Y-%m}": month for month in months}
    if text not in found:
        raise Invalid("month", text, _("Choose from the list."))
    return found[text]
