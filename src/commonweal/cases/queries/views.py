"""A caseload narrowed and sorted, and the views of it that workers keep."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from django.db.models import Q

from commonweal.cases.models import Case, SavedView
from commonweal.cases.queries.care import Outline
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
    """The cases of a list that were chosen, in the order that was; a closed case has no reason to wait."""
    found = [one for one in outlines if _is_chosen(one, choice)]
    if choice.which == "closed" and choice.sort == "urgency":
        return sorted(found, key=lambda o: o.closed_at or o.opened_at, reverse=True)
    return sorted(found, key=SORTS[choice.sort])


def _is_chosen(one: Outline, choice: Wanted) -> bool:
    days = (clock.now() - (one.last_contact or one.opened_at)).days
    return (
        choice.kind in ("", one.kind)
        and (not choice.why or choice.which == "closed" or one.urgency[0] == choice.why)
        and (choice.quiet is None or days >= choice.quiet)
        and (not choice.free or one.manager is None)
    )


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
