"""Photographs of encounters for their readers: the gate asked for each, every look by itself."""

from collections.abc import Collection
from uuid import UUID

from django.http import HttpResponse

from commonweal.agencies import queries as agencies
from commonweal.encounters import queries as encounters
from commonweal.kernel.actors import Actor, Subject
from commonweal.kernel.errors import NotFound
from commonweal.sharing import actions as sharing
from commonweal.web.filed import SANDBOX
from commonweal.web.pages import Denied
from commonweal.web.session import Request

Row = dict[str, object]


def rows(by: Actor, among: Collection[UUID], purpose: str) -> tuple[list[Row], int]:
    """Those that open, oldest first, and how many stay closed whose being there may be said.

    What each is of, by whom and when; the points are asked for by themselves (`picture`).
    """
    found: list[Row] = []
    closed = 0
    for category, about in encounters.photographs_of(among).items():
        answers = sharing.ask_many(by=by, category=category, purpose=purpose, about=about)
        closed += sum(isinstance(a, sharing.Refusal) and a.acknowledged for a in answers.values())
        for shown in encounters.photographs(sharing.permitted(answers)):
            told = encounters.under(shown)
            closed += told is None
            found += [{"id": shown.subject.id, **told}] if told else []
    names = agencies.names([str(row["added_by"]) for row in found])
    found.sort(key=lambda row: str(row["added_at"]))
    return [{**row, "who": names.get(str(row["added_by"]), "")} for row in found], closed


def standing(by: Actor, among: Collection[UUID], purpose: str) -> tuple[list[Row], int]:
    """The same for readers outside the team: what was withdrawn is given to nobody and not listed."""
    found, closed = rows(by, among, purpose)
    return [row for row in found if not row["withdrawn_at"]], closed


def opens(by: Actor, among: Collection[UUID], photograph: UUID, purpose: str) -> bool:
    """Whether the gate opens one of these encounters' photographs to this reader."""
    answer = _asked(by, among, photograph, purpose)
    return isinstance(answer, sharing.Permit) and _is_whole(answer)


def permit(by: Actor, among: Collection[UUID], photograph: UUID, purpose: str) -> sharing.Permit:
    """The permit on a photograph of these encounters that holds its guard; else as if there were none."""
    answer = _asked(by, among, photograph, purpose)
    if isinstance(answer, sharing.Refusal):
        raise Denied(answer)
    if not _is_whole(answer):
        raise NotFound("photograph")
    return answer


def _asked(by: Actor, among: Collection[UUID], photograph: UUID, purpose: str) -> sharing.Answer:
    category = encounters.photograph_category(photograph, among=among)
    return sharing.ask(by=by, category=category, purpose=purpose, about=Subject("photograph", photograph))


def _is_whole(answer: sharing.Permit) -> bool:
    """Whether a permit holds the field that guards the photograph it is for."""
    about = Subject("photograph", UUID(answer.question.subject))
    return bool(encounters.photographs({about: answer})[0].values)


def picture(request: Request, photograph: UUID, allowed: sharing.Permit) -> HttpResponse:
    """The points, small with `?small=1`. Made of points alone, they may be shown in the browser."""
    is_small = request.GET.get("small") == "1"
    content = encounters.photograph_bytes(photograph, permit=allowed, is_small=is_small)
    headers = {
        "Content-Security-Policy": SANDBOX, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"
    }  # fmt: skip
    return HttpResponse(content, content_type="image/jpeg", headers=headers)
