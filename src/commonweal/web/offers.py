"""Services for one person, best first: why each fits, what to ask first, and how old the word on room is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonweal.directory import queries as directory
from commonweal.kernel import clock
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Invalid
from commonweal.people import queries as people
from commonweal.referrals import actions as referrals
from commonweal.sharing import actions as sharing
from commonweal.web import tongues
from commonweal.web.finding import is_look

SHOWN = 12
Facts = dict[str, object]
CIRCUMSTANCES = ("has_pets", "comes_with_police", "is_involuntary")
SEXES = frozenset({"female", "male"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for: needs (the most pressing first), words, a language, and circumstances."""

    needs: tuple[str, ...] = ()
    text: str = ""
    spoken: str = ""
    ticked: frozenset[str] = frozenset()

    @property
    def need(self) -> str:
        """The most pressing need, or "" where any will do."""
        return self.needs[0] if self.needs else ""


def language() -> str:
    """The page's language, "en" or "es"."""
    return "es" if (get_language() or "en").startswith("es") else "en"


def looked(request: HttpRequest) -> QueryDict:
    """What the search form sent; nothing where the page was only opened."""
    return request.POST if is_look(request) else QueryDict()


def wished(sent: QueryDict, *, noted: Sequence[str] = (), spoken: str = "") -> Wish:
    """What the form asks for; before it was sent, what was noted of the person (needs, language)."""
    known = directory.vocabulary()
    asked = sent.get("need", "")
    needs = [asked] if asked else [] if "need" in sent else list(noted)
    return Wish(
        tuple(n for n in dict.fromkeys(needs) if n in known),
        sent.get("q", "").strip(),
        sent.get("spoken", spoken),
        frozenset(sent.getlist("with")) & set(CIRCUMSTANCES),
    )


def facts_of(by: Actor, person: UUID | None, purpose: str) -> Facts:
    """Age and sex of a person, as far as the gate opens their records; nothing where it does not."""
    about = people.records_of(person) if person else []
    if not about:
        return {}
    answers = sharing.ask_many(by=by, category="identity", purpose=purpose, about=about)
    found: Facts = {}
    for shown in people.identities(sharing.permitted(answers)):
        born, described = shown.get("dob"), str(shown.get("physical_description") or "").split(" · ")[0]
        if isinstance(born, date):
            found.setdefault("age", _age(born))
        if described in SEXES:
            found.setdefault("sex", described)
    return found


def _age(born: date) -> int:
    today = clock.today()
    return max(0, today.year - born.year - ((today.month, today.day) < (born.month, born.day)))


def with_wish(facts: Facts, wish: Wish) -> Facts:
    """The person's facts with what the form says of this referral."""
    said: Facts = {name: True for name in wish.ticked}
    return {**facts, **said, **({"languages": [wish.spoken]} if wish.spoken else {})}


def offers(
    wish: Wish, facts: Facts, *, near: tuple[float, float] | None = None, but: UUID | None = None
) -> list[directory.Fitting]:
    """Services that may suit, best first; those that do not fit come last and say why. Without `but`."""
    found = directory.fitting(
        needs=wish.needs, person_facts=with_wish(facts, wish), near=near, text=wish.text,
        language=language(), limit=SHOWN + 1,
    )  # fmt: skip
    return [fit for fit in found if fit.summary.id != but][:SHOWN]


def form_of(wish: Wish) -> Mapping[str, object]:
    """What the search form shows: needs, languages and circumstances, with what is chosen."""
    which = language()
    return {
        "wish": wish,
        "needs": [(code, need.name(which)) for code, need in directory.vocabulary().items()],
        "tongues": tongues.several(directory.languages()),
        "circumstances": _circumstances(wish.ticked),
    }


def _circumstances(ticked: Iterable[str]) -> list[tuple[str, str, bool]]:
    said = {
        "has_pets": _("Brings a pet"),
        "comes_with_police": _("Police bring them"),
        "is_involuntary": _("On a hold"),
    }
    return [(code, words, code in ticked) for code, words in said.items()]


def service_of(text: str) -> UUID:
    """The id of the chosen service; Invalid otherwise."""
    try:
        return UUID(text)
    except ValueError as wrong:
        raise Invalid("service", text, _("Choose a service from the list.")) from wrong


class Origin(TypedDict, total=False):
    """Where a referral is made from: an encounter, or a person in a case."""

    encounter: UUID
    person: UUID


@transaction.atomic
def send(by: Actor, posted: QueryDict, wish: Wish, facts: Facts, **origin: Unpack[Origin]) -> str:
    """Send what the form asks for to the service that was chosen; returns the code that the person can give.

    With `hold` a place is kept for them; where none is left, nothing is sent and the page says so.
    `facts` of the person as `facts_of` found them. Invalid where no service was chosen.
    """
    made = referrals.make(
        by=by,
        service=service_of(posted.get("service", "")),
        note=posted.get("note", "").strip(),
        needs=wish.needs,
        is_anonymous=posted.get("anonymous") == "yes",
        even_if_full=posted.get("even_if_full") == "yes",
        language=wish.spoken if wish.spoken in ("en", "es") else get_language() or "en",
        facts=with_wish(facts, wish),
        despite=posted.get("despite", ""),
        hold=posted.get("hold") == "yes",
        **origin,
    )
    return made.code
