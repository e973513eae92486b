"""What the desk shows of one call: the conversation and the verdict, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from commonweal.calls import queries as calls
from commonweal.calls.actions import Advice, Outcome, Protocol, Reason, in_words
from commonweal.training import queries as training

SHOWN_CHANGES, SHOWN_ASSUMED, SHOWN_OTHERS = 2, 2, 3
NEEDS: Mapping[str, Promise] = {
    "response_plan_read": _("Read the response plan before arrival."),
    "interpreter": _("An interpreter."),
    "child_trained": _("Someone trained for children."),
    "sign_language": _("Sign language."),
    "access_needs": _("Ask which access needs there are."),
    "veteran_peer": _("A peer who served may help."),
}
LANGUAGES: Mapping[str, Promise] = {
    "en": _("English"),
    "es": _("Spanish"),
    "vi": _("Vietnamese"),
    "zh": _("Chinese"),
    "tl": _("Tagalog"),
    "ar": _("Arabic"),
    "ase": _("Sign language"),
}


def language() -> str:
    """The page's language as a code."""
    return get_language() or "en"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer that may be given, with its key."""

    key: str
    id: str
    text: str
    is_given: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, with its replies where it is the one in hand, and the answer given where there is one."""

    id: str
    text: str
    answer: str = ""
    given: str = ""
    replies: Sequence[Reply] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """The question in hand, those answered (folded), and those that no longer decide anything."""

    now: Asked | None
    answered: Sequence[Asked]
    rest: Sequence[Asked]
    still_open: int


def conversation(
    protocol: Protocol, answers: Mapping[str, str], missing: Sequence[str], again: str = ""
) -> Conversation:
    """The next best question first; `again` names one that is asked once more."""
    words = language()
    known = {question.id for question in protocol.questions}
    ask = again if again in known else (missing[0] if missing else "")
    found = {q.id: q for q in protocol.questions}
    given = [
        Asked(key, found[key].text.said_in(words), _said(protocol, key, value))
        for key, value in answers.items()
        if key in found and key != again
    ]
    rest = [
        Asked(q.id, q.text.said_in(words))
        for q in protocol.questions
        if q.id not in answers and q.id != ask and q.id not in missing
    ]
    return Conversation(_in_hand(protocol, ask, answers) if ask else None, given, rest, len(missing))


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """The question in hand was answered by somebody else: who said what, and what was chosen here, if any.

    `answer` is empty where the answer was taken back.
    """

    who: str
    answer: str
    chosen: str


def meanwhile(protocol: Protocol, question: str, answer: str, who: str, chosen: str = "") -> Meanwhile:
    """In the reader's words."""
    said = _said(protocol, question, answer) if answer else ""
    return Meanwhile(who, said, _said(protocol, question, chosen) if chosen else "")


def _said(protocol: Protocol, question: str, answer: str) -> str:
    if answer == "unknown":
        return str(_("Not known"))
    return protocol.question(question).answer(answer).text.said_in(language())


def _in_hand(protocol: Protocol, question: str, answers: Mapping[str, str]) -> Asked:
    """The question with keys 1 to 9 in the protocol's order, least worrying first, and 0 for not known."""
    found, given = protocol.question(question), answers.get(question)
    replies = [
        Reply(str(number), answer.id, answer.text.said_in(language()), answer.id == given)
        for number, answer in enumerate(found.answers, 1)
    ]
    unknown = Reply("0", "unknown", str(_("Not known")), given == "unknown")
    text = found.text.said_in(language())
    return Asked(question, text, given=given or "", replies=(*replies, unknown))


@dataclass(frozen=True, slots=True)
class Sent:
    """One unit of a choice."""

    id: UUID
    sign: str
    kind: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to respond, with its reasons in words."""

    units: Sequence[Sent]
    minutes: int
    reasons: Sequence[str]

    @property
    def ids(self) -> str:
        """The units as one form value."""
        return ",".join(str(unit.id) for unit in self.units)


@dataclass(frozen=True, slots=True)
class Closed:
    """A unit that cannot go, and everything that stands in the way."""

    sign: str
    kind: str
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the response: the first choice, the others by rank, the closed units, what to mind."""

    best: Choice | None
    others: Sequence[Choice]
    closed: Sequence[Closed]
    cautions: Sequence[str]
    is_fallback: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Tier, who goes and when, and why: always in view."""

    tier: str
    label: str
    is_settled: bool
    is_overridden: bool
    override_reason: str
    rules: Sequence[str]
    assumed: Sequence[str]
    more_assumed: int
    changes: Sequence[str]
    requires: Sequence[Promise | str]
    parts: Sequence[Part]
    picks: str
    minutes: int | None
    has_place: bool


def verdict(
    view: calls.CallView, outcome: Outcome | None, asked: calls.Asked, advice: Advice | None, has_place: bool
) -> Verdict:
    """The verdict in words. A tier set by hand shows its reason first; the rules stay beside it."""
    words = language()
    fired = outcome.fired if outcome else ()
    assumed = [rule.sentence.said_in(words) for rule in fired if rule.assumed]
    changes = [change.sentence.said_in(words) for change in outcome.changes] if outcome else []
    if outcome and not view.is_overridden:
        level = outcome.level.label.said_in(words)
    else:
        level = calls.label_in(view.local_label, view.agency, words)
    arrival = advice.arrival_minutes if advice else None
    names = training.certificate_names(words) if advice else {}
    return Verdict(
        tier=view.tier or (outcome.tier if outcome else ""),
        label=level,
        is_settled=view.is_overridden or bool(outcome and outcome.settled),
        is_overridden=view.is_overridden,
        override_reason=asked.override_reason,
        rules=[rule.sentence.said_in(words) for rule in fired if not rule.assumed],
        assumed=assumed[:SHOWN_ASSUMED],
        more_assumed=max(0, len(assumed) - SHOWN_ASSUMED),
        changes=changes,
        requires=[NEEDS.get(need, need) for need in outcome.requires] if outcome else [],
        parts=[_part(advice, index, names) for index in range(len(advice.parts))] if advice else [],
        picks=",".join(str(unit) for unit in advice.picks) if advice else "",
        minutes=None if arrival is None else round(arrival),
        has_place=has_place,
    )


def _plain(params: object) -> bool:
    """Whether a reason only says that English is spoken, which goes without saying."""
    return params == (("language", "en"),)


def _told(reason: Reason, certificates: Mapping[str, str]) -> str:
    """The reason with certificates and languages by name, as people call them."""
    names = {"certificate": certificates, "language": LANGUAGES}
    params = tuple((key, str(names.get(key, {}).get(str(value), value)) if key in names else value)
                   for key, value in reason.params)  # fmt: skip
    return in_words(replace(reason, params=params), language())


def _part(advice: Advice, index: int, certificates: Mapping[str, str]) -> Part:
    part = advice.parts[index]
    ranked = [*part.options, *part.fallbacks]
    choices = [
        Choice(
            [Sent(advice.units[sign], sign, advice.kinds[sign]) for sign in option.units],
            round(option.arrival_minutes),
            [_told(r, certificates) for r in option.reasons if r.code != "arrives" and not _plain(r.params)],
        )
        for option in ranked
    ]
    closed = [
        Closed(short.unit, advice.kinds[short.unit], [_told(r, certificates) for r in short.reasons])
        for short in part.shortfalls
        if not any(reason.code == "wrong_kind" for reason in short.reasons)
    ]
    return Part(
        best=choices[0] if choices else None,
        others=choices[1:],
        closed=closed,
        cautions=[_told(reason, certificates) for reason in part.cautions],
        is_fallback=not part.options,
    )


NOT_ASKED = calls.Asked({}, {}, "", None, None, "")  # where the permit does not open the answers
