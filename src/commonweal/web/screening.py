"""A screener's form and what it says: the same on the phone and at the case desk."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.http import QueryDict
from django.utils.translation import get_language

from commonweal.encounters import queries as encounters
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor, Subject
from commonweal.sharing import actions as sharing

PATHWAY_SHOWN = timedelta(days=7)
TAKERS = frozenset({"corespond_clinician", "crisis_team", "hospital"})


def language() -> str:
    """The page's language, "en" or "es"."""
    return "es" if (get_language() or "en").startswith("es") else "en"


def may_take(by: Actor) -> bool:
    """Whether this worker's role records screeners."""
    return by.policy_role in TAKERS


def menu(noted: Iterable[str] = ()) -> list[dict[str, object]]:
    """Screeners to choose from, those worth asking first."""
    which = language()
    return [
        {
            "code": one.id,
            "title": one.title.said_in(which),
            "items": len(one.items),
            "is_suggested": is_suggested,
        }
        for one, is_suggested in encounters.instruments(noted)
    ]


def form(code: str) -> Mapping[str, object]:
    """The questions of one screener in the page's language; `only_if` names those that open it."""
    which, asked = language(), encounters.instrument(code)
    return {
        "code": code,
        "title": asked.title.said_in(which),
        "stem": asked.stem.said_in(which),
        "source": asked.source,
        "items": [
            {
                "id": item.id,
                "text": item.text.said_in(which),
                "options": [(option.id, option.text.said_in(which)) for option in item.options],
                "only_if": " ".join(name for name, _least in item.only_if),
            }
            for item in asked.items
        ],
    }


def answers_of(posted: QueryDict, code: str) -> dict[str, str | int]:
    """The answers that were given, by question; what was left open is left out."""
    given = {item.id: posted.get(item.id, "") for item in encounters.instrument(code).items}
    return {name: answer for name, answer in given.items() if answer}


def history(by: Actor, about: list[Subject], purpose: str) -> list[dict[str, object]]:
    """Screeners that the gate opens, newest first, with the way to what they suggest while it is fresh."""
    if not about:
        return []
    answers = sharing.ask_many(by=by, category="mh_assessment", purpose=purpose, about=about)
    kept = encounters.screenings(sharing.permitted(answers), language())
    since = clock.now() - PATHWAY_SHOWN
    return [
        {
            "kept": one,
            "follows": one.follows if one.at >= since else (),
            "over_time": _over_time(kept, one),
        }
        for one in kept
    ]


def _over_time(kept: list[encounters.Screening], one: encounters.Screening) -> list[tuple[object, int, int]]:
    """Earlier totals of the same screener and this one, oldest first: when, total, height in percent."""
    same = [s for s in kept if s.code == one.code and s.at <= one.at and s.total is not None]
    return [(s.at, s.total or 0, round(100 * (s.total or 0) / max(s.most, 1))) for s in reversed(same[:6])]
