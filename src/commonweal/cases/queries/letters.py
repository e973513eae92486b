"""Letters of a case: subjects to ask about; words only with a permit on the plan's notes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from commonweal.agencies import queries as agencies
from commonweal.cases.advocacy import letters as templates
from commonweal.cases.models import AdvocacyLetter
from commonweal.engines.disclosure import Permit
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import NotFound
from commonweal.kernel.shown import reveal
from commonweal.people import queries as people
from commonweal.sharing import queries as sharing

KIND = "letter"


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """One letter as its readers see it; `told` are the classes of data that it tells of."""

    id: UUID
    case: UUID
    to: sharing.Recipient
    language: str
    title: str
    body: str
    notice: str
    state: str
    written_by: str
    writer: str
    created_at: datetime
    is_approved: bool
    approver: str
    answer: str
    answered_at: datetime | None
    shown: str
    sent_at: datetime | None
    sender: str
    way: str
    told: tuple[str, ...]
    until: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it can still be changed."""
        return self.state not in ("sent", "dropped")


def letters_of(case: UUID) -> list[Subject]:
    """The letters of a case to ask about, newest first."""
    rows = AdvocacyLetter.objects.filter(case_id=case).order_by("-created_at", "-id")
    return [Subject(KIND, one) for one in rows.values_list("id", flat=True)]


def letters_of_person(person: UUID) -> list[Subject]:
    """Those of every case of a person, newest first."""
    rows = AdvocacyLetter.objects.filter(case__person__in=people.circle(person)).order_by(
        "-created_at", "-id"
    )
    return [Subject(KIND, one) for one in rows.values_list("id", flat=True)]


def letter_case(letter: UUID) -> UUID:
    """The case that a letter stands on; NotFound for no such letter."""
    found = AdvocacyLetter.objects.filter(id=letter).values_list("case_id", flat=True).first()
    if found is None:
        raise NotFound(KIND)
    return found


def letters(permits: Mapping[Subject, Permit]) -> list[WrittenLetter]:
    """Letters whose permit opens the plan's notes, newest first; others are left out whole."""
    rows = AdvocacyLetter.objects.filter(id__in=[s.id for s in permits]).select_related("case")
    found = [
        row for row in rows.order_by("-created_at", "-id") if _opens(row, permits[Subject(KIND, row.id)])
    ]
    people_ids = {row.case.person_id for row in found}
    to = {one.id: one for person in people_ids for one in sharing.recipients(person)}
    named = agencies.names([one for row in found for one in (row.written_by, row.approved_by, row.sent_by)])
    ends = sharing.consents_end(one for row in found for one in row.consents)
    asked = templates().approval
    return [_written(row, to[row.outsider_id], named, ends, asked) for row in found if row.outsider_id in to]


def _opens(row: AdvocacyLetter, permit: Permit) -> bool:
    words = {"plan_notes": row.body}
    return bool(reveal(permit, category="case_plan", subject=Subject(KIND, row.id), values=words).values)


def _written(
    row: AdvocacyLetter,
    to: sharing.Recipient,
    named: Mapping[str, str],
    ends: Mapping[str, datetime],
    asked: bool,
) -> WrittenLetter:
    return WrittenLetter(
        id=row.id, case=row.case_id, to=to, language=row.language, title=row.title, body=row.body,
        notice=row.notice or templates().notice[row.language], state=row.state, written_by=row.written_by,
        writer=named[row.written_by], created_at=row.created_at,
        is_approved=row.approved_at is not None or not asked, approver=named.get(row.approved_by, ""),
        answer=row.answer, answered_at=row.answered_at, shown=row.shown, sent_at=row.sent_at,
        sender=named.get(row.sent_by, ""), way=row.way,
        told=tuple(dict.fromkeys(str(one[0]) for one in row.used)),
        until=min((ends[one] for one in row.consents if one in ends), default=None),
    )  # fmt: skip


def not_told(letter: UUID) -> tuple[str, ...]:
    """Classes of data that the words of its template would tell and this letter does not."""
    row = AdvocacyLetter.objects.filter(id=letter).first()
    wanted = templates().templates.get(row.template) if row else None
    told = {one[0] for one in row.used} if row else set()
    return tuple(c for c in wanted.categories() if c not in told) if wanted else ()
