"""What every desk uses to answer: entry by permission, pages, paging, exports, and errors as pages."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, cast
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.db import InternalError, OperationalError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from commonweal.agencies import actions as acts
from commonweal.agencies import queries as agencies
from commonweal.kernel.actors import STRANGER
from commonweal.kernel.errors import Conflict, Invalid, NotFound, Unwritable
from commonweal.kernel.formulas import guarded
from commonweal.sharing import actions as sharing
from commonweal.web import onpaper
from commonweal.web.navigation import DESKS

if TYPE_CHECKING:
    from commonweal.web.session import Request

T = TypeVar("T")
P = ParamSpec("P")
T_co = TypeVar("T_co", covariant=True)


class Refused(Protocol):
    """The part of a Refusal that a page shows."""

    @property
    def acknowledged(self) -> bool: ...
    @property
    def why(self) -> str: ...
    @property
    def unlock(self) -> Sequence[str]: ...


class Denied(Exception):
    """A refusal of the gate, raised by a view; becomes the denied panel, or "not found" where it must.

    `person` is set where an emergency would open the record: the panel offers it.
    """

    def __init__(self, refusal: Refused, person: UUID | None = None, call: UUID | None = None) -> None:
        self.refusal, self.person, self.call = refusal, person, call
        super().__init__("The gate refused.")


class Sliceable(Protocol[T_co]):
    """A list or a queryset."""

    def __getitem__(self, part: slice, /) -> Iterable[T_co]: ...


View = Callable[Concatenate[Any, P], HttpResponseBase]


def desk(*permissions: str) -> Callable[[View[P]], View[P]]:
    """A view for signed-in people who hold any of `permissions`; others get the designed 403 page."""
    if unknown := set(permissions) - set(agencies.PERMISSIONS):
        raise ImproperlyConfigured(f"@desk names unknown permissions {sorted(unknown)}; see agencies.roles")

    def decorate(view: View[P]) -> View[P]:
        @never_cache
        @wraps(view)
        def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated or not request.actor.mfa:
                return _to_sign_in(request)
            if not any(request.actor.may(permission) for permission in permissions):
                return forbidden(request, permissions)
            return view(request, *args, **kwargs)

        guarded.__dict__["permissions"] = permissions  # what opens it, for whoever lists the doors
        return cast("View[P]", guarded)

    return decorate


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, with the way back; a part of a page sends the whole page there."""
    asked = getattr(request, "htmx", None)
    if asked and not asked.boosted:
        back = urlencode({"next": asked.current_url_abs_path or "/"})
        return HttpResponse(status=204, headers={"HX-Redirect": f"{reverse('account_login')}?{back}"})
    return redirect_to_login(request.get_full_path())


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A rendered page (or fragment: name its template); with `?as=pdf` the same page as a file."""
    answer = render(request, template, dict(context or {}), status=status)
    return onpaper.filed(request, answer) if status == HTTPStatus.OK and onpaper.is_asked(request) else answer


def id_of(field: str, text: str) -> UUID:
    """The id that a form sent; Invalid for anything else."""
    try:
        return UUID(text)
    except ValueError as wrong:
        raise Invalid(field, text, _("Choose from the list.")) from wrong


def day_of(field: str, text: str) -> date | None:
    """The day that a form sent, None where left empty; Invalid for anything else."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as wrong:
        raise Invalid(field, text, _("Write the day as year-month-day.")) from wrong


def mark_of(text: str) -> UUID | None:
    """The id that an address or a form may carry; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def front(code: str) -> View[[]]:
    """The entrance page of a desk: its name, its sentence, and what will appear there."""
    here = DESKS[code]

    def entrance(request: "Request") -> HttpResponse:
        """Say what this desk is for."""
        return page(request, "front.html", {"desk": here})

    return desk(*here.permissions)(entrance) if here.permissions else entrance


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list: its items, its number from 1, whether more follow, and the rest of the query."""

    items: Sequence[T]
    number: int
    has_next: bool
    query: str = ""

    @property
    def has_previous(self) -> bool:
        """Whether a page comes before this one."""
        return self.number > 1

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def map(self, change: Callable[[Sequence[T]], Sequence[Any]]) -> "Page[Any]":
        """The same page with its items replaced at once: for asking the gate once for a page of subjects."""
        return Page(change(self.items), self.number, self.has_next, self.query)


def whole(text: str) -> int | None:
    """A whole number as it was typed; None for anything else, and for more digits than are counted here."""
    typed = text.strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def page_number(request: HttpRequest) -> int:
    """What `?page=` or a posted search says, 1 to 10,000; 1 where it is absent or senseless."""
    text = request.POST.get("page", request.GET.get("page", "1"))[:9]
    return min(max(int(text), 1), 10_000) if text.isascii() and text.isdigit() else 1


def paged(request: HttpRequest, source: Sliceable[T], size: int = 25) -> Page[T]:
    """The page that `?page=` names (1 where it is absent or senseless); never counts the whole list."""
    number = page_number(request)
    found = list(source[(number - 1) * size : number * size + 1])
    query = request.GET.copy()
    query.pop("page", None)
    return Page(found[:size], number, len(found) > size, query.urlencode())


class _Line:
    """A file whose `write` gives back what was written, for streaming CSV."""

    def write(self, text: str) -> str:
        return text


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A CSV download named `name`.csv, streamed; cells that a spreadsheet would run are made plain text.

    A file with what a consent opened of substance use treatment ends with the notice of 42 CFR 2.32.
    """
    return StreamingHttpResponse(
        _lines(header, rows, sharing.here()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"{name}.csv")},
    )


def _lines(header: Sequence[str], rows: Iterable[Sequence[object]], owed: sharing.Notices) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow([guarded(cell) for cell in header])
    for row in sharing.carried(rows, owed):
        yield writer.writerow([guarded(cell) for cell in row])
    if owed.is_owed:
        yield writer.writerow([owed.in_a_line()])


def explain(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The page of an error that a person can act on, or None for a fault of the programme."""
    if isinstance(error, MultiValueDictKeyError):
        error = Invalid(str(error.args[0]).strip("'\""), "", _("This part of the form is missing."))
    if isinstance(error, Invalid):
        return invalid(request, error)
    if isinstance(error, NotFound) or (isinstance(error, Denied) and not error.refusal.acknowledged):
        return not_found(request)
    if isinstance(error, Denied):
        told = {"refusal": error.refusal, "person": error.person, "call": error.call}
        return _told(request, "denied.html", 403, told)
    if isinstance(error, Conflict):
        return _told(request, "conflict.html", 409, {"message": str(error), "back": _came_from(request)})
    if isinstance(error, Unwritable | OperationalError | InternalError):
        return _told(request, "unwritable.html", 503, {})
    return None


def _came_from(request: HttpRequest) -> str:
    """The page of this site on which the button stood: an act itself cannot be looked at. Empty elsewhere."""
    before = request.headers.get("referer", "")
    return before if url_has_allowed_host_and_scheme(before, {request.get_host()}) else ""


def invalid(request: HttpRequest, error: Invalid) -> HttpResponse:
    """What was not accepted and what to do; with all that was typed, so that nothing is lost."""
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if value and "\x00" not in name + value and not _is_unsaid(name) and not _is_mark(value)
    ]
    back = "" if getattr(request, "htmx", False) else _came_from(request)
    return _told(request, "invalid.html", 400, {"error": error, "kept": kept, "back": back})


def _is_unsaid(name: str) -> bool:
    """Fields that are no words of the sender, or secrets."""
    secret = ("password", "passphrase", "token", "code", "secret")
    return name == "act" or any(word in name.lower() for word in secret)


def _is_mark(value: str) -> bool:
    """Whether a posted value is for programs alone: an id, or the strokes of a signature."""
    return bool(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(M\d+ \d+(L\d+ \d+)*)+", value))


def mark(form: Form, error: Invalid) -> None:
    """Put a refusal beside the field that it names, so that the form comes back as it was filled in."""
    form.add_error(error.field if error.field in form.fields else None, error.remedy)


def not_found(request: HttpRequest) -> HttpResponse:
    """The one answer for what does not exist and for what must not be acknowledged: the same bytes."""
    return page(request, "404.html", status=404)


def forbidden(request: HttpRequest, permissions: Sequence[str]) -> HttpResponse:
    """Signed in, but the role opens another door: say which permission opens this one, and who grants it."""
    wanted = [(name, agencies.PERMISSIONS[name]) for name in permissions]
    actor = getattr(request, "actor", STRANGER)
    if actor is not STRANGER and not actor.id.startswith("system:"):
        acts.note_turned_away(by=actor, wanted=tuple(permissions))
    return page(request, "403.html", {"wanted": wanted}, status=403)


def unsigned(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the page's token: mostly somebody signed in anew in another window. Nothing was done."""
    return _told(request, "unsigned.html", 403, {"again": _came_from(request)})


def _told(request: HttpRequest, template: str, status: int, context: dict[str, Any]) -> HttpResponse:
    if not getattr(request, "htmx", False):
        return page(request, template, context, status=status)
    response = page(request, f"components/{template}", context, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = "#messages", "innerHTML show:top"
    return response
