"""Decisions in the reader's language: the sentences of the rules behind them, and the law they cite."""

from collections.abc import Iterable

from commonweal.engines.disclosure import Permit, Refusal
from commonweal.kernel.errors import in_words
from commonweal.sharing.policy import current


def rule(rule_id: str) -> tuple[str, str]:
    """A rule's plain sentence and its citation. Raises KeyError where the policy in force has none such."""
    decides = current()
    cited = "; ".join(in_words(one) for one in decides.citations(rule_id))
    return in_words(decides.sentence(rule_id)), cited


def citation(rule_id: str) -> tuple[str, str]:
    """A rule's sentence and citation, or its id where the policy in force no longer has it."""
    try:
        return rule(rule_id)
    except KeyError:
        return rule_id, ""


def carried(rules: Iterable[str]) -> list[tuple[str, str]]:
    """What a disclosure rested on: sentence and citation of each rule that opened something, each once.

    Rules that took a part of it away carried nothing; of one that is no longer known nothing is said.
    """
    decides = current()
    return list(dict.fromkeys(rule(one) for one in rules if decides.opens(one)))


def law_of(code: str) -> str:
    """A legal basis by its code, in words; the code itself where no policy in force knows it."""
    return in_words(current().law(code))


def why(answer: Permit | Refusal) -> str:
    """The answer's own sentence or sentences; of what is not acknowledged always the same one."""
    if isinstance(answer, Refusal):
        return in_words(answer.why)
    return " ".join(dict.fromkeys(in_words(one.says) for one in answer.fired))


def unlock(answer: Permit | Refusal) -> tuple[str, ...]:
    """What would open it, as far as that may be said; nothing for what is open."""
    return tuple(in_words(way) for way in answer.unlock) if isinstance(answer, Refusal) else ()
