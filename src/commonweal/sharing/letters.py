"""Letters of a request: standing words of the pack, facts in place, and what the officer typed."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import translation

from commonweal.agencies import queries as agencies
from commonweal.kernel import days
from commonweal.kernel.actors import Actor
from commonweal.sharing import rights
from commonweal.sharing.models import Letter, Request


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody else than the asker to whom a letter goes."""

    name: str
    address: str


def write(
    *, by: Actor, request: Request, letter: str, typed: str = "", to: Addressee | None = None
) -> Letter:
    """Keep the letter in the person's language, addressed to their representative where one acts.

    `to`: addressed to somebody else, whom the person named.
    """
    title, opening = rights.letter_parts(letter, rights.kind(request.kind))
    office = _office(by)
    parts = [_said(request, opening, office), typed.strip(), *(_closing(request, letter, office))]
    first = to or _asker(request)
    return Letter.objects.create(
        request=request,
        letter=letter,
        language=request.language,
        addressee=first.name,
        address=first.address,
        title=rights.spoken(title, request.language),
        body="\n\n".join(part for part in parts if part),
        by=by.id,
    )


def _asker(request: Request) -> Addressee:
    if agent := request.representative:
        return Addressee(agent.name, agent.address or request.contact)
    return Addressee(request.name, request.contact)


def _office(by: Actor) -> str:
    """Whom to turn to (164.524(d)(2)(iii), 164.526(d)(1)(iv)): the site's words, else the agency."""
    return settings.PRIVACY_CONTACT or (agencies.agency(by.agency).name if by.agency else "")


def _said(request: Request, words: rights.Pair, office: str) -> str:
    kind, spoken = rights.kind(request.kind), request.language
    grounds = [kind.grounds[code] for code in request.grounds if code in kind.grounds]
    with translation.override(spoken):
        facts = {
            "number": request.number,
            "name": request.name,
            "kind": rights.spoken(kind.title, spoken),
            "received": days.said(request.received_on),
            "due": days.said(request.due_on),
            "contact": office,
            "grounds": "; ".join(f"{rights.spoken(g.words, spoken)} ({g.citation})" for g in grounds),
        }
    return rights.spoken(words, spoken) % facts


def _closing(request: Request, letter: str, office: str) -> list[str]:
    """What is owed under an answer: that it is late; what follows a yes; under a no, review and complaint."""
    if letter not in rights.OUTCOMES:
        return []
    kind = rights.kind(request.kind)
    named = ["late"] if request.is_late else []
    if letter != "denied":
        named += list(kind.granting)
    if letter != "granted":
        named += ["review"] if _owes_review(request, kind) else []
        named += list(kind.closing)
    return [_said(request, rights.paragraph(name), office) for name in named if name != "contact" or office]


def _owes_review(request: Request, kind: rights.Kind) -> bool:
    return not kind.is_public and any(kind.grounds[code].review for code in request.grounds)
