"""Documents of a case: subjects to ask about, by class of data; titles and bytes only with a permit."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Q

from commonweal.cases.models import Document
from commonweal.engines.disclosure import Permit
from commonweal.kernel import attached, media
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import NotFound
from commonweal.kernel.shown import Shown, reveal
from commonweal.people import queries as people

KIND = "document"
UNSPOKEN = ("sud_record",)
"""Classes of data of which nobody is told that there is any (42 CFR 2.13(c)): no count, no refusal."""


def _subjects(rows: Iterable[tuple[UUID, str]]) -> dict[str, list[Subject]]:
    found: dict[str, list[Subject]] = {}
    for document, category in rows:
        found.setdefault(category, []).append(Subject(KIND, document))
    return found


def documents_of(case: UUID) -> dict[str, list[Subject]]:
    """The documents of a case to ask about, by category, newest first; those destroyed are gone."""
    rows = Document.objects.filter(case_id=case, gone_at=None).order_by("-created_at", "-id")
    return _subjects(rows.values_list("id", "category"))


def documents_of_person(person: UUID) -> dict[str, list[Subject]]:
    """Those of every case of a person that stand, by category, newest first."""
    whose = Q(case__person__in=people.circle(person), gone_at=None, withdrawn_at=None)
    rows = Document.objects.filter(whose).order_by("-created_at", "-id")
    return _subjects(rows.values_list("id", "category"))


def category_of(document: UUID, *, case: UUID | None = None) -> str:
    """Which class of data to ask for; NotFound for no such document (of that case)."""
    rows = Document.objects.filter(id=document, gone_at=None)
    found = (rows.filter(case_id=case) if case else rows).values_list("category", flat=True).first()
    if found is None:
        raise NotFound(KIND)
    return found


def case_of(document: UUID) -> UUID:
    """The case that a document stands on; NotFound for no such document."""
    found = Document.objects.filter(id=document, gone_at=None).values_list("case_id", flat=True).first()
    if found is None:
        raise NotFound(KIND)
    return found


def handed_in_by(document: UUID) -> UUID | None:
    """The worker who handed it in; None where a program did, or for no such document."""
    found = Document.objects.filter(id=document).values_list("added_by", flat=True).first()
    try:
        return UUID(found or "")
    except ValueError:
        return None


def documents(permits: Mapping[Subject, Permit]) -> list[Shown]:
    """What stands on each document, under the field of the permit that guards it; newest first.

    A permit without that field opens nothing: what is guarded is then withheld as a whole.
    """
    rows = Document.objects.filter(id__in=[s.id for s in permits]).order_by("-created_at", "-id")
    return [_shown(row, permits[Subject(KIND, row.id)]) for row in rows]


def _shown(row: Document, permit: Permit) -> Shown:
    about = Subject(KIND, row.id)
    return reveal(permit, category=row.category, subject=about, values={row.guard: _described(row)})


def _described(row: Document) -> dict[str, object]:
    return {
        "title": row.title,
        "kind": row.kind,
        "added_at": row.created_at,
        "added_by": row.added_by,
        "media": media.ending_of(row.media).upper(),
        "size": row.size,
        "scan": row.scan,
        "is_open": row.is_open,
        "withdrawn_at": row.withdrawn_at,
        "withdrawn_why": row.withdrawn_why,
    }


def described(shown: Shown) -> Mapping[str, object] | None:
    """What stands on one document; None where the permit left it out."""
    found = next((value for value in shown.values.values() if isinstance(value, Mapping)), None)
    return found


def document_bytes(document: UUID, *, permit: Permit) -> tuple[bytes, str, str]:
    """The bytes, their media type, and a name for the file that tells nobody anything.

    PermitMismatch for another's permit, NotFound where the permit lacks the guard, Conflict says why nobody
    may have them now.
    """
    row = Document.objects.filter(id=document).first()
    if row is None or not _shown(row, permit).values:
        raise NotFound(KIND)
    name = f"document-{row.id.hex[-8:]}.{media.ending_of(row.media)}"
    return attached.content(row), row.media, name
