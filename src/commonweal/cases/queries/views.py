"""A caseload narrowed and sorted, and the views of it that workers keep."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.models import F, OrderBy, OuterRef, Q, QuerySet, Subquery

from commonweal.cases.models import Case, Contact, SavedView
from commonweal.cases.queries.care import Outline, outlines
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import NotFound

LISTS = ("mine", "agency", "closed")
REASONS = ("early_sign", "tasks_late", "review_due", "no_contact", "on_track")
LONGEST = 999  # days without contact
NEVER = datetime.min.replace(tzinfo=UTC)
SORTS: Mapping[str, Callable[[Outline], tuple[object, ...]]] = {
    "urgency": lambda o: (o.urgency[1], o.next_due or date.max),
    "contact": lambda o: (o.last_contact or NEVER,),
    "due": lambda o: (o.next_due or date.max,),
    "opened": lambda o: (-o.opened_at.timestamp(),),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which list, narrowed to what, in which order; empty takes everything. `quiet`: days without contact."""

    which: str = "mine"
    kind: str = ""
    why: str = ""
    quiet: int | None = None
    free: bool = False
    sort: str = "urgency"

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the list is chosen."""
        return self != Wanted(self.which)

    def plain(self) -> dict[str, object]:
        """The values that `wanted` takes."""
        return asdict(self)


def wanted(given: Mapping[str, object]) -> Wanted:
    """A choice from plain values; whatever is not known counts as not chosen, so that no old view breaks."""
    quiet = given.get("quiet")
    return Wanted(
        which=_one(given, "which", LISTS) or "mine",
        kind=_one(given, "kind", Case.KINDS),
        why=_one(given, "why", REASONS),
        quiet=quiet if isinstance(quiet, int) and 1 <= quiet <= LONGEST else None,
        free=bool(given.get("free")),
        sort=_one(given, "sort", SORTS) or "urgency",
    )


def _one(given: Mapping[str, object], name: str, known: Iterable[str]) -> str:
    value = given.get(name)
    return value if isinstance(value, str) and value in known else ""


def narrowed(outlines: Iterable[Outline], choice: Wanted) -> list[Outline]:
    """The open cases of a list that were chosen, in the order that was."""
    return sorted((one for one in outlines if _is_chosen(one, choice)), key=SORTS[choice.sort])


def _is_chosen(one: Outline, choice: Wanted) -> bool:
    days = (clock.now() - (one.last_contact or one.opened_at)).days
    return (
        choice.kind in ("", one.kind)
        and choice.why in ("", one.urgency[0])
        and (choice.quiet is None or days >= choice.quiet)
        and (not choice.free or one.manager is None)
    )


class ClosedCases:
    """The closed cases of an agency that were chosen: counted and cut by the database, page by page.

    They only grow. The last to close leads where another order is not chosen; none has a reason to wait.
    """

    def __init__(self, agency: UUID, choice: Wanted) -> None:
        self._rows = _closed(agency, choice)

    def __len__(self) -> int:
        return self._rows.count()

    def __getitem__(self, part: slice) -> list[Outline]:
        ids = list(self._rows.values_list("id", flat=True)[part])  # first: what stands beside costs more
        told = {one.id: one for one in outlines(ids)}
        return [told[one] for one in ids]


def _closed(agency: UUID, choice: Wanted) -> QuerySet[Case]:
    rows = Case.objects.filter(agency=agency, state="closed")
    if choice.kind:
        rows = rows.filter(kind=choice.kind)
    if choice.free:
        rows = rows.filter(manager__isnull=True)
    if choice.quiet is not None or choice.sort == "contact":
        said = Contact.objects.filter(case=OuterRef("pk")).order_by("-at").values("at")
        rows = rows.annotate(heard=Subquery(said[:1]))
    if choice.quiet is not None:
        since = clock.now() - timedelta(days=choice.quiet)
        rows = rows.filter(Q(heard__lte=since) | Q(heard__isnull=True, opened_at__lte=since))
    return rows.order_by(*_ORDERS.get(choice.sort, ("-closed_at",)), "id")


_ORDERS: Mapping[str, tuple[OrderBy | str, ...]] = {
    "contact": (F("heard").asc(nulls_first=True),), "opened": ("-opened_at",),
}  # fmt: skip


def saved_views(by: Actor) -> list[SavedView]:
    """The worker's own views and those that colleagues of their agency share, by name."""
    mine = Q(account=UUID(by.id))
    seen = mine | Q(agency=by.agency, shared=True) if by.agency else mine
    return list(SavedView.objects.filter(seen).order_by("name", "created_at"))


def saved_view(by: Actor, view: UUID) -> SavedView:
    """One of them; NotFound otherwise."""
    found = next((one for one in saved_views(by) if one.id == view), None)
    if found is None:
        raise NotFound("view")
    return found
