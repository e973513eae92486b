"""Money at the desk: what programmes cost, what more would buy, grants from application to report."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from commonweal.agencies import queries as agencies
from commonweal.kernel import clock
from commonweal.kernel.errors import Conflict, Invalid
from commonweal.planning import actions, queries
from commonweal.planning.queries import Grant
from commonweal.web.pages import desk, mark, page
from commonweal.web.planner.forms import AwardForm, GrantForm, ItemForm
from commonweal.web.planner.funders import form_titles
from commonweal.web.planner.money_told import bought, due_in, figures, forecasts, laddered, priced, worth
from commonweal.web.session import Request

SPANS = {"91": 91, "182": 182, "365": 365}


def _zone() -> ZoneInfo:
    return ZoneInfo(timezone.get_current_timezone_name())


@desk("plan")
def costs(request: Request) -> HttpResponse:
    """What each programme cost by hour, contact, call met without police and completed referral."""
    asked = request.GET.get("days", "91")
    if asked not in SPANS:
        raise Invalid("days", asked, _("Choose one of the spans listed."))
    end = clock.now()
    start = clock.begin(clock.day(end - timedelta(days=SPANS[asked])))
    context = {
        "asked": asked, "spans": SPANS, "start": start, "end": end,
        "rows": priced(actions.cost_programmes(by=request.actor, start=start, end=end)),
        "forecasts": forecasts(queries.money()), "standing": actions.quality(by=request.actor),
    }  # fmt: skip
    return page(request, "planner/costs.html", context)


@desk("plan")
def buying(request: Request) -> HttpResponse:
    """What the next amount would buy, and where; what one more of each purse and each floor is worth."""
    given, programmes = request.GET, queries.programmes()
    context: dict[str, object] = {
        "amount": given.get("amount", "100000"), "programmes": programmes,
        "floor_of": given.get("floor_of", ""), "floor": given.get("floor", ""),
    }  # fmt: skip
    try:
        floors = {}
        if given.get("floor_of") and given.get("floor"):
            floors[given["floor_of"]] = _money("floor", given["floor"], least=0)
        amount = _money("amount", str(context["amount"]), least=1)
        answer, silent = actions.best_use(by=request.actor, amount=amount, floors=floors, zone=_zone())
    except Invalid as fault:
        return page(request, "planner/next.html", {**context, "fault": fault}, status=400)
    context |= {
        "rows": bought(answer), "worth": worth(answer), "ladder": laddered(answer), "answer": answer,
        "silent": [(agencies.agency(a).name, kind) for a, kind in silent],
        "standing": actions.quality(by=request.actor),
    }  # fmt: skip
    return page(request, "planner/next.html", context)


def _money(field: str, text: str, least: int) -> Decimal:
    try:
        found = Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        found = Decimal(-1)
    if found.is_nan() or not least <= found <= 1_000_000_000:
        raise Invalid(field, text, _("Give an amount of money in digits, such as 100000."))
    return found


@desk("plan")
def grants(request: Request) -> HttpResponse:
    """Every grant, what is due, and a form to ask for another."""
    form = GrantForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.open_grant(
                by=request.actor, asked=actions.Asked(**{**given, "unit_kinds": tuple(given["unit_kinds"])})
            )
        except Invalid as fault:
            mark(form, fault)
        else:
            return redirect("planner:grant", made.id)
    context = {"form": form, "grants": queries.grants(), "calendar": due_in(queries.owed_to_funders())}
    return page(request, "planner/grants.html", context, status=400 if form.errors else 200)


@desk("plan")
def grant(request: Request, grant_id: UUID) -> HttpResponse:
    """One grant: checklist, conditions, deliverables, reports, money; each act is one button."""
    found = queries.grant(grant_id)
    award = AwardForm(initial={"line": found.name})
    forms: dict[str, object] = {"item_form": ItemForm(), "award_form": award}
    fault: Exception | None = None
    if request.method == "POST":
        try:
            if done := _acted(request, found, forms):
                return done
        except (Invalid, Conflict) as refused:
            fault = refused
    found = queries.grant(grant_id)
    burn = next((b for b in queries.money() if found.source_id == b.line.source_id), None)
    held = figures(request.actor, found) if request.GET.get("figures") else {}
    context = {
        "grant": found, "parts": queries.grant_parts(found), "burn": burn, "fault": fault,
        "today": clock.today(), "held": held, "funder_forms": form_titles(), **forms,
    }  # fmt: skip
    return page(request, "planner/grant.html", context, status=400 if fault or _wrong(forms) else 200)


def _wrong(forms: Mapping[str, object]) -> bool:
    return any(getattr(form, "errors", None) for form in forms.values())


def _acted(request: Request, found: Grant, forms: dict[str, object]) -> HttpResponse | None:
    act, by = request.POST.get("act", ""), request.actor
    if act == "add":
        form = ItemForm(request.POST)
        forms["item_form"] = form
        if not form.is_valid():
            return None
        try:
            actions.add_item(by=by, grant=found.id, item=actions.Item(**form.cleaned_data))
        except Invalid as fault:
            mark(form, fault)
            return None
    elif act == "award":
        wanted = AwardForm(request.POST)
        forms["award_form"] = wanted
        if not wanted.is_valid():
            return None
        line = wanted.cleaned_data
        actions.award(by=by, grant=found.id, agency=UUID(line["agency"]), line=line["line"])
        flash.success(request, _("Awarded. The money is on file with its budget line."))
    elif act == "calendar":
        actions.plan_reports(by=by, grant=found.id, form=request.POST.get("form", ""))
        flash.success(request, _("The reports are in the calendar."))
    elif act in ("done", "open"):
        item = queries.grant_item(found, request.POST.get("item", ""))
        actions.settle_item(by=by, item=item.id, done=act == "done", note=request.POST.get("note", ""))
    elif act in STEPS:
        STEPS[act](by=by, grant=found.id)
    else:
        raise Invalid("act", act, _("Use one of the buttons of this page."))
    return redirect("planner:grant", found.id)


STEPS = {"hand_in": actions.hand_in, "decline": actions.decline, "close": actions.close_grant}


@desk("plan")
def report(request: Request, grant_id: UUID, item_id: UUID) -> HttpResponse:
    """A draft report: figures of evaluation, deliverables, money. Filed, it keeps its figures."""
    found = queries.grant(grant_id)
    item = queries.grant_item(found, str(item_id))
    if item.kind != "report":
        return redirect("planner:grant", found.id)
    told = item.filed or actions.draft_report(by=request.actor, item=item)
    if item.form and not item.filed:
        told["form"] = actions.draft_form(by=request.actor, item=item)
    if request.method == "POST":
        if not item.filed:
            actions.settle_item(by=request.actor, item=item.id, done=True, note=item.note, filed=told)
        flash.success(request, _("Filed. Its figures stay as they were sent."))
        return redirect("planner:grant_report", found.id, item.id)
    context = {"grant": found, "item": item, "told": told, "parts": queries.grant_parts(found)}
    return page(request, "planner/report.html", context)
