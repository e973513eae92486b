"""What the record of a past call says in answer to a protocol's questions.

Dispatch records keep a nature, a problem text and a priority, not the answers that were given. A protocol's
``records`` section states, as data that a site may correct, which answers such a record stands for. Where
several entries match, the more worrying answer is kept; a question that no entry answers stays open and is
then counted as the worst it could be by ``triage``.
"""

from __future__ import annotations

from collections.abc import Mapping

from commonweal.engines.triage.parts import Inference, ProtocolError
from commonweal.engines.triage.protocol import Protocol


def answers_from_record(protocol: Protocol, record: Mapping[str, object]) -> dict[str, str]:
    """The answers a record stands for: ``{question id: answer id}``, possibly few.

    ``record`` may hold ``nature`` (a neutral code) or ``natures`` (several), ``problem`` (the local words)
    and ``priority`` (text or number). Raises ProtocolError where one is of another kind.
    """
    natures = _natures(record)
    problem = _words(record, "problem").casefold()
    priority = _words(record, "priority")
    answers: dict[str, str] = {}
    for inference in protocol.inferences:
        if not _matches(inference, natures, problem, priority):
            continue
        for name, answer in inference.answers.items():
            question = protocol.question(name)
            if name not in answers or question.answer(answer).risk > question.answer(answers[name]).risk:
                answers[name] = answer
    return answers


def _matches(inference: Inference, natures: frozenset[str], problem: str, priority: str) -> bool:
    if inference.natures and not inference.natures & natures:
        return False
    if inference.words and not any(word in problem for word in inference.words):
        return False
    return not inference.priorities or priority in inference.priorities


def _natures(record: Mapping[str, object]) -> frozenset[str]:
    several = record.get("natures")
    if several is None:
        single = _words(record, "nature")
        return frozenset([single] if single else [])
    if isinstance(several, str) or not isinstance(several, list | tuple | set | frozenset):
        raise ProtocolError(f"record.natures: {several!r} is not a list; give a list of nature codes")
    return frozenset(str(nature) for nature in several)


def _words(record: Mapping[str, object], key: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ProtocolError(f"record.{key}: {value!r} is neither text nor a whole number; give one of them")
    return str(value).strip()
