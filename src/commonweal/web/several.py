"""One act on several records: each is done or refused by itself, and what became of each is said."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.web.pages import Denied, mark_of

MOST = 50  # records at once


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one record: done, or why not."""

    id: UUID
    is_done: bool
    why: str = ""


def chosen(posted: QueryDict, name: str) -> list[UUID]:
    """The records that were ticked, each once; Invalid for none, or for more than are done at once."""
    ids = list(dict.fromkeys(one for text in posted.getlist(name) if (one := mark_of(text))))
    if not ids:
        raise Invalid(name, "", _("Tick at least one."))
    if len(ids) > MOST:
        raise Invalid(name, len(ids), _("Tick fifty at most."))
    return ids


def each(ids: Iterable[UUID], act: Callable[[UUID], object]) -> list[Became]:
    """Do it to each. What one is refused for leaves the others as they are; a fault of ours stops all."""
    return [_one(one, act) for one in ids]


def _one(one: UUID, act: Callable[[UUID], object]) -> Became:
    try:
        with transaction.atomic():
            act(one)
    except Invalid as wrong:
        return Became(one, False, wrong.remedy)
    except Conflict as late:
        return Became(one, False, str(late))
    except (NotFound, Denied):
        return Became(one, False, _("This record is not open to you."))
    return Became(one, True)
