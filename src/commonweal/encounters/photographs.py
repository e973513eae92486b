"""Photographs of an encounter for their readers: subjects by class of data; captions and points by permit."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from commonweal.encounters.models import Photograph
from commonweal.engines.disclosure import Permit
from commonweal.kernel import attached, pictures
from commonweal.kernel.actors import Subject
from commonweal.kernel.errors import NotFound
from commonweal.kernel.shown import Shown, reveal

KIND = "photograph"


def photographs_of(encounters: Iterable[UUID]) -> dict[str, list[Subject]]:
    """The photographs of encounters to ask about, by category, oldest first; those destroyed are gone."""
    rows = Photograph.objects.filter(encounter_id__in=list(encounters), gone_at=None)
    found: dict[str, list[Subject]] = {}
    for photograph, category in rows.order_by("created_at", "id").values_list("id", "category"):
        found.setdefault(category, []).append(Subject(KIND, photograph))
    return found


def photograph_category(photograph: UUID, *, among: Collection[UUID] | None = None) -> str:
    """Which class of data to ask for; NotFound for no such photograph (of these encounters)."""
    rows = Photograph.objects.filter(id=photograph, gone_at=None)
    rows = rows if among is None else rows.filter(encounter_id__in=among)
    if (found := rows.values_list("category", flat=True).first()) is None:
        raise NotFound(KIND)
    return found


def photographs(permits: Mapping[Subject, Permit]) -> list[Shown]:
    """What stands under each, oldest first, in the field that guards it; a permit without it opens none."""
    rows = Photograph.objects.filter(id__in=[s.id for s in permits]).order_by("created_at", "id")
    return [_shown(row, permits[Subject(KIND, row.id)]) for row in rows]


def _shown(row: Photograph, permit: Permit) -> Shown:
    caption = row.caption if row.category == "encounter_narrative" else ""
    told = {
        "kind": row.kind, "caption": caption, "part": row.part, "added_at": row.created_at,
        "added_by": row.added_by, "scan": row.scan, "is_open": row.is_open,
        "withdrawn_at": row.withdrawn_at, "withdrawn_why": row.withdrawn_why,
    }  # fmt: skip
    return reveal(permit, category=row.category, subject=Subject(KIND, row.id), values={row.part: told})


def under(shown: Shown) -> Mapping[str, object] | None:
    """What stands under one photograph; None where the permit left it out."""
    return next((value for value in shown.values.values() if isinstance(value, Mapping)), None)


def photograph_bytes(photograph: UUID, *, permit: Permit, is_small: bool = False) -> bytes:
    """The photograph, or the small one of a list; NotFound where the permit lacks its part."""
    row = Photograph.objects.filter(id=photograph).first()
    if row is None or not _shown(row, permit).values:
        raise NotFound(KIND)
    content = attached.content(row)
    return pictures.small(content) if is_small else content
