"""Providers and services written by hand, and what a site corrected of an entry that an import brought."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonweal.directory import actions, queries
from commonweal.kernel.errors import Conflict, Invalid
from commonweal.places import queries as places
from commonweal.referrals import queries as referrals
from commonweal.web import tongues
from commonweal.web.pages import desk, page, whole
from commonweal.web.session import Request

TEXTS = (
    "name alternate_name description url email application_process fees wait_time eligibility alert "
    "interpretation capacity_unit pathway"
).split()
NUMBERS = ("minimum_age", "maximum_age", "capacity_total")
TICKS = ("accepts_drop_off", "accepts_involuntary")
SEXES = ("female", "male")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_SAYS = {
    "hours": ("days", "opens", "closes", "text"),
    "phones": ("number", "extension", "text"),
    "places": ("address", "name", "city"),
}
MOST = 50  # rows of one list
PARTS: Mapping[str, tuple[str, ...]] = {
    "hours": ("opens", "closes", "text"),
    "phones": ("number", "extension", "kind", "text"),
    "places": (
        "external_id",
        "name",
        "address",
        "city",
        "state",
        "postal",
        "transportation",
        "accessibility",
    ),
}
BLANK: Mapping[str, Any] = {
    **dict.fromkeys((*TEXTS, *NUMBERS), ""), **dict.fromkeys(TICKS, False), "capacity_unit": "places",
    "pathway": "standard", "languages": (),
    **{name: () for name in ("topics", "sexes", "documents", "hours", "phones", "places")},
}  # fmt: skip
SURE = 85.0  # of a hundred: the address itself or its block, not one that looks alike
SPOKEN = ("en", "es", "zh", "vi", "tl", "ar", "ru", "ht", "ase")
Given = dict[str, Any]


@desk("administer")
def provider(request: Request) -> HttpResponse:
    """A provider that no file brings (POST keeps it)."""
    given = {name: request.POST.get(name, "").strip() for name in ("name", "website", "email", "description")}
    refused = None
    if request.method == "POST":
        try:
            made = actions.keep_provider(
                by=request.actor,
                name=given["name"],
                website=given["website"],
                email=given["email"],
                description=given["description"],
            )
        except Invalid as wrong:
            refused = wrong
        else:
            flash.success(request, _("%(name)s is in the directory.") % {"name": made.name})
            return redirect("setup:provider", made.id)
    context = {"given": given, "refused": refused}
    return page(request, "setup/provider_new.html", context, status=400 if refused else 200)


@desk("administer")
def enter(request: Request, provider_id: UUID) -> HttpResponse:
    """A service of this provider that no file brings."""
    owner, refused = queries.provider(provider_id), None
    given = read(request.POST, {}) if request.method == "POST" else shown(BLANK)
    if request.method == "POST":
        try:
            made = actions.enter_service(by=request.actor, provider=provider_id, facts=facts_of(given))
        except Invalid as wrong:
            refused = wrong
        else:
            flash.success(request, _("%(name)s is in the directory.") % {"name": made.name})
            return redirect("setup:provider", provider_id)
    return _form(request, given, refused, {"provider": owner})


@desk("administer")
def correct(request: Request, service_id: UUID) -> HttpResponse:
    """The entry of a service (POST writes it anew, or lets the source speak again)."""
    row, stands = queries.entry(service_id)
    given, refused = shown(stands), None
    if "source" in request.POST:
        actions.trust_source(by=request.actor, service=service_id)
        flash.success(request, _("From the next import on this entry says what its source says."))
        return redirect("setup:provider", row.provider_id)
    if request.method == "POST":
        given = read(request.POST, given)
        seen = parse_datetime(request.POST.get("seen", ""))
        try:
            changed = actions.correct_service(
                by=request.actor, service=service_id, facts=facts_of(given), seen=seen
            )
        except (Invalid, Conflict) as wrong:
            refused = wrong
        else:
            flash.success(request, _("Saved.") if changed else _("Nothing was changed."))
            return redirect("setup:provider", row.provider_id)
    told = {"provider": row.provider, "service": row, "corrected": sorted(row.corrections)}
    return _form(request, given, refused, told)


def _form(
    request: Request, given: Given, refused: Invalid | Conflict | None, told: Mapping[str, Any]
) -> HttpResponse:
    tongue = get_language() or "en"
    spoken = {code for code, _name in queries.languages()} | set(SPOKEN) | set(given["languages"])
    context = {
        **told, "given": given, "refused": refused, "sexes": SEXES,
        "days": list(zip(DAYS, WEEKDAYS_ABBR.values(), strict=True)),
        "needs": [(code, need.name(tongue)) for code, need in queries.vocabulary().items()],
        "tongues": tongues.several((code, "") for code in spoken if code),
        "pathways": [(code, way.name(tongue)) for code, way in referrals.pathways().items()],
        "rows": {part: [*given[part], {}] for part in PARTS},  # one row more than there are
    }  # fmt: skip
    status = 409 if isinstance(refused, Conflict) else 400 if refused else 200
    return page(request, "setup/entry.html", context, status=status)


def shown(stands: Mapping[str, Any]) -> Given:
    """An entry as the form shows it, with an empty row after each list."""
    given: Given = {name: "" if stands[name] is None else stands[name] for name in (*TEXTS, *NUMBERS, *TICKS)}
    given |= {
        name: list(stands[name]) for name in ("topics", "sexes", "documents", "phones", "places", "hours")
    }
    given["languages"] = {code or name: (code, name) for code, name in stands["languages"]}
    return given


def read(sent: QueryDict, stands: Given) -> Given:
    """What a form sent, as it was typed; a place whose address still stands keeps its id and its point."""
    given: Given = {name: sent.get(name, "").strip() for name in (*TEXTS, *NUMBERS)}
    given |= {name: name in sent for name in TICKS}
    given |= {name: sent.getlist(name) for name in ("topics", "sexes")}
    given["documents"] = [line.strip() for line in sent.get("documents", "").splitlines() if line.strip()]
    known = stands.get("languages", {})
    given["languages"] = {
        code: known.get(code, (code, tongues.said(code))) for code in sent.getlist("languages")
    }
    for part, names in PARTS.items():
        given[part] = [_row(sent, f"{part}-{n}-", names) for n in _rows_of(sent, part, names[0])]
    for n, row in enumerate(given["hours"]):
        row["days"] = [day for day in sent.getlist(f"hours-{n}-days") if day in DAYS]
    here = {place["external_id"]: place for place in stands.get("places", []) if place["external_id"]}
    for n, place in enumerate(given["places"]):
        place["is_confidential"] = f"places-{n}-is_confidential" in sent
        before = here.get(place["external_id"], {"external_id": ""})
        place["external_id"] = before["external_id"]
        if all(place[part] == before.get(part) for part in ("address", "city")):
            place |= {"lon": before["lon"], "lat": before["lat"]}
    return given | {
        part: [row for row in given[part] if any(row.get(name) for name in _SAYS[part])] for part in PARTS
    }


def _row(sent: QueryDict, before: str, names: Sequence[str]) -> dict[str, Any]:
    return {name: sent.get(before + name, "").strip() for name in names}


def _rows_of(sent: QueryDict, part: str, name: str) -> range:
    """The rows of a list that the form held, numbered from 0; not more than fifty."""
    return range(next((n for n in range(MOST) if f"{part}-{n}-{name}" not in sent), MOST))


def facts_of(given: Given) -> dict[str, Any]:
    """What was typed as the directory keeps it: numbers read, empty rows left out, addresses found."""
    facts: dict[str, Any] = {name: given[name] for name in (*TEXTS, *TICKS, "topics", "sexes", "documents")}
    facts |= {name: _number(name, given[name]) for name in NUMBERS}
    if given["pathway"] not in referrals.pathways():
        raise Invalid("pathway", given["pathway"], _("Choose from the list."))
    facts["languages"] = list(given["languages"].values())
    facts["phones"] = [_phone(row) for row in given["phones"]]
    facts["places"] = [_placed(row) for row in given["places"]]
    return facts | {"hours": given["hours"]}


def _phone(row: Mapping[str, str]) -> dict[str, str]:
    if not row["number"]:
        raise Invalid("phones", row["text"], _("Give the number, or empty the whole row."))
    return {**row, "kind": row["kind"] or "voice"}


def _number(name: str, text: str | int) -> int | None:
    found = whole(str(text))
    if found is None and text != "":
        raise Invalid(name, text, _("Write a whole number, or leave it empty."))
    return found


def _placed(row: Mapping[str, Any]) -> dict[str, Any]:
    """A place with its point: the one it had, or where its address is known here; none where it is not."""
    if "lon" in row:
        return dict(row)
    found = places.find(row["address"], 1) if row["address"] else []
    sure = found and found[0].score >= SURE
    return {**row, "lon": found[0].lon if sure else None, "lat": found[0].lat if sure else None}
