"""One line of a list of referrals, as whoever asks may have it; a list is asked for a page at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.referrals import states, telling
from commonweal.referrals.models import Referral, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One referral without anything personal.

    `is_withheld` where the reader may know of it only what they did themselves: `state` is then "made" or
    "withdrawn", and nothing else here tells what the receiver did. `guard` is the kind of receiver whose law
    says so, empty for any other.
    """

    id: UUID
    state: str
    service: UUID
    service_name: str
    provider_name: str
    from_agency: UUID
    from_name: str
    to_agency: UUID | None
    sent_by: str
    pathway: str
    code: str
    language: str
    is_anonymous: bool
    due_at: datetime | None
    sent_at: datetime | None
    viewed_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    created_at: datetime
    parent: UUID | None
    shared: Mapping[str, Mapping[str, object]]
    version: int
    guard: str = ""
    is_withheld: bool = False

    @property
    def sender(self) -> UUID | None:
        """The account that sent it; None where a program did."""
        return UUID(self.sent_by) if len(self.sent_by) == 36 else None

    @property
    def subject(self) -> Subject:
        """What to ask the gate about."""
        return Subject("referral", self.id)

    @property
    def is_unread(self) -> bool:
        """Sent and not yet opened by the receiver."""
        return self.state == states.SENT

    @property
    def is_live(self) -> bool:
        """Neither over nor unmet."""
        return self.state in states.LIVE

    @property
    def last_at(self) -> datetime | None:
        """When it came to an end, or was last answered; when it was sent where neither is known."""
        return self.closed_at or self.answered_at or self.sent_at

    @property
    def is_asked(self) -> bool:
        """The receiver asked the sender something: nothing can be answered before they write back."""
        return self.state == states.INFO

    @property
    def is_overdue(self) -> bool:
        """Whether its due time has passed."""
        return self.due_at is not None and self.due_at < clock.now() and self.state not in states.ENDS


def _row(found: Referral) -> Row:
    service = found.service.standing
    return Row(
        id=found.id, state=found.state, service=service.id, service_name=service.name,
        provider_name=service.provider.name, from_agency=found.from_agency_id,
        from_name=found.from_agency.name, to_agency=found.to_agency_id, sent_by=found.sent_by,
        pathway=found.pathway, code=found.code, language=found.language,
        is_anonymous=found.is_anonymous, due_at=found.due_at,
        sent_at=found.sent_at, viewed_at=found.viewed_at, closed_at=found.closed_at,
        answered_at=found.answered_at,
        created_at=found.created_at, parent=found.parent_id, shared=found.shared, version=found.version,
        guard=found.to_agency.kind if found.is_guarded and found.to_agency else "",
    )  # fmt: skip


def _as_made(row: Row, own: Sequence[Step]) -> Row:
    """The row as its sender may have it: what they did, and no trace of what the receiver did."""
    back = next((step.at for step in own if step.act == "withdraw"), None)
    return replace(
        row, state=states.WITHDRAWN if back else states.MADE, due_at=None, viewed_at=None, answered_at=None,
        closed_at=back, version=len(own), is_withheld=True,
    )  # fmt: skip


def _own_steps(referrals: Iterable[UUID]) -> dict[UUID, list[Step]]:
    found: dict[UUID, list[Step]] = {one: [] for one in referrals}
    if found:
        steps = Step.objects.filter(referral__in=found, act__in=telling.OWN_ACTS)
        for step in steps.order_by("sequence"):
            found[step.referral_id].append(step)
    return found


class Rows:
    """A lazy list of rows: slice it (for a page), iterate it, or count it.

    With `by` each page is masked as that reader may have it; without, it is for handlers.
    """

    def __init__(self, found: QuerySet[Referral], by: Actor | None = None) -> None:
        whole = "service__merged_into__provider", "service__provider", "from_agency", "to_agency"
        self._found, self._by = found.select_related(*whole), by

    def __getitem__(self, part: slice) -> Sequence[Row]:
        found = list(self._found[part])
        closed = telling.withheld(self._by, found) if self._by else frozenset[UUID]()
        own = _own_steps(closed)
        rows = [_row(one) for one in found]
        return [_as_made(row, own[row.id]) if row.id in closed else row for row in rows]

    def __iter__(self) -> Iterator[Row]:
        return iter(self[0:1000])

    def __len__(self) -> int:
        return self._found.count()
