"""Services and organizations of the directory as HSDS 3.0 objects, paged as its API says. Anyone may read."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from commonweal.adapters.directory_files import writer
from commonweal.directory import queries

SIZE, MOST = 50, 500
ASKED = {"services": frozenset(
    "search page per_page format taxonomy_term_id organization_id modified_after minimal full".split()
), "organizations": frozenset("search page per_page format full".split())}  # fmt: skip
Row = TypeVar("Row", bound=Model)


class Unanswerable(Exception):
    """A question by a program that cannot be answered: the parameter, what it was, and what would do."""

    def __init__(self, field: str, value: str, remedy: str) -> None:
        super().__init__(field, value, remedy)
        self.field, self.remedy = field, remedy


@require_safe
def about(request: HttpRequest) -> JsonResponse:
    """What this is: version, profile, and where the description of the interface lies."""
    described = "https://raw.githubusercontent.com/openreferral/specification/3.0/schema/openapi.json"
    profile = "https://docs.openreferral.org/en/3.0/"
    return JsonResponse({"version": "3.0", "profile": profile, "openapi_url": described})


@require_safe
def services(request: HttpRequest) -> JsonResponse:
    """Active services, a page at a time; `full=true` gives each whole, `minimal=true` ids and days alone."""
    return _answered(lambda: _services(request))


def _services(request: HttpRequest) -> dict[str, object]:
    asked = _asked(request, "services")
    found = queries.whole_services(
        text=asked.get("search", ""), provider=_uuid(asked, "organization_id"),
        topics=_terms(asked), changed_after=_moment(asked, "modified_after"),
    ).filter(status="active")  # fmt: skip
    needs = dict(queries.vocabulary())
    if asked.get("minimal") == "true":
        return _page(found, asked, lambda row: _minimal(writer.brief(row)))
    if asked.get("full") == "true":
        return _page(found, asked, lambda row: writer.service(row, needs))
    return _page(found, asked, writer.brief)


def _minimal(found: Mapping[str, object]) -> dict[str, object]:
    return {name: found[name] for name in ("id", "name", "status", "last_modified")}


@require_safe
def one_service(request: HttpRequest, service: UUID) -> HttpResponse:
    """One service, whole; an entry that was merged leads to the one that stands for it."""
    standing = queries.stands_for(service)
    if standing != service:
        return redirect("hsds_service", standing)
    row = queries.whole_services().filter(id=service).first()
    if row is None:
        return _missing()
    return JsonResponse(writer.service(row, dict(queries.vocabulary())))


@require_safe
def organizations(request: HttpRequest) -> JsonResponse:
    """Organizations that offer something, a page at a time."""
    return _answered(lambda: _organizations(request))


def _organizations(request: HttpRequest) -> dict[str, object]:
    asked = _asked(request, "organizations")
    found = queries.offering_providers()
    for word in asked.get("search", "").split()[:8]:
        found = found.filter(name__icontains=word)
    return _page(found, asked, writer.organization)


@require_safe
def one_organization(request: HttpRequest, organization: UUID) -> JsonResponse:
    """One organization."""
    row = queries.offering_providers().filter(id=organization).first()
    return JsonResponse(writer.organization(row)) if row else _missing()


@require_safe
def nowhere(request: HttpRequest) -> JsonResponse:
    """A path that this interface does not have."""
    return _missing()


def _answered(made: Callable[[], dict[str, object]]) -> JsonResponse:
    try:
        return JsonResponse(made())
    except Unanswerable as fault:
        said = {"title": "Bad request", "status": 400, "field": fault.field, "detail": fault.remedy}
        return JsonResponse(said, status=400, content_type="application/problem+json")


def _missing() -> JsonResponse:
    said = {"title": "Not found", "status": 404, "detail": "Nothing is here; begin at /hsds/services."}
    return JsonResponse(said, status=404, content_type="application/problem+json")


def _asked(request: HttpRequest, kind: str) -> dict[str, str]:
    """What was asked; Unanswerable for a parameter that the interface does not have, or another format."""
    asked = {name: str(value) for name, value in request.GET.items()}
    if unknown := sorted(set(asked) - ASKED[kind]):
        raise Unanswerable(unknown[0], asked[unknown[0]], f"Use: {', '.join(sorted(ASKED[kind]))}.")
    if asked.get("format", "json") != "json":
        raise Unanswerable("format", asked["format"], "Only json is given here.")
    return asked


def _page(found: QuerySet[Row], asked: dict[str, str], shown: Callable[[Row], Any]) -> dict[str, object]:
    """A page as the HSDS API describes one."""
    number, size = _count(asked, "page", 1, 1_000_000), _count(asked, "per_page", SIZE, MOST)
    total = found.count()
    pages = max(1, -(-total // size))
    contents = [shown(row) for row in found[(number - 1) * size : number * size]]
    return {
        "total_items": total, "total_pages": pages, "page_number": number, "size": len(contents),
        "first_page": number == 1, "last_page": number >= pages, "empty": not contents, "contents": contents,
    }  # fmt: skip


def _count(asked: dict[str, str], name: str, default: int, most: int) -> int:
    text = asked.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 8 and 1 <= int(text) <= most):
        raise Unanswerable(name, text, f"Give a number from 1 to {most:,}.")
    return int(text)


def _uuid(asked: dict[str, str], name: str) -> UUID | None:
    try:
        return UUID(asked[name]) if asked.get(name) else None
    except ValueError as fault:
        raise Unanswerable(name, asked[name], "Give the id of an organization.") from fault


def _terms(asked: dict[str, str]) -> list[str]:
    """The need whose term was asked for, by its id or its code; Unanswerable for an unknown one."""
    wanted = asked.get("taxonomy_term_id", "")
    codes = [code for code in queries.vocabulary() if wanted in (code, writer.term_id(code))]
    if wanted and not codes:
        raise Unanswerable("taxonomy_term_id", wanted, "Give the id or the code of a term of this directory.")
    return codes


def _moment(asked: dict[str, str], name: str) -> datetime | None:
    if not asked.get(name):
        return None
    try:
        found = datetime.fromisoformat(asked[name])
    except ValueError as fault:
        raise Unanswerable(name, asked[name], "Give a moment such as 2026-03-01T00:00:00Z.") from fault
    return found if timezone.is_aware(found) else timezone.make_aware(found)
