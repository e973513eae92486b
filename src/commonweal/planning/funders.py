"""A funder's form: each question filled from a metric of the registry, or left to a person, with why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from commonweal import packs
from commonweal.evaluation.queries import Figure

FOLDER = "funders"
TAKES = ("numerator", "denominator", "value")
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form. `take` is which part of the metric answers it; `hand` why a person must."""

    code: str
    text: Words
    metric: str = ""
    take: str = ""
    hand: Words | None = None

    def __post_init__(self) -> None:
        if bool(self.metric) == bool(self.hand) or (self.metric and self.take not in TAKES):
            raise ValueError(f"funder form, question {self.code}: give a metric and a part, or why a person")


@dataclass(frozen=True, slots=True)
class Section:
    """Questions under one heading."""

    title: Words
    questions: Sequence[Question]


@dataclass(frozen=True, slots=True)
class FunderForm:
    """A form as it ships; `months` is how long its usual period is."""

    code: str
    version: int
    months: int
    title: Words
    sections: Sequence[Section]

    def question(self, code: str) -> Question | None:
        """The question of a code; None where the form has none."""
        return next((q for section in self.sections for q in section.questions if q.code == code), None)


@lru_cache(maxsize=1)
def funder_forms() -> Mapping[str, FunderForm]:
    """Every form that ships, by code."""
    found = [_form(cast("Mapping[str, Any]", packs.read(name))) for name in packs.names(FOLDER)]
    return {form.code: form for form in found}


def _form(said: Mapping[str, Any]) -> FunderForm:
    sections = [Section(one["title"], [_question(q) for q in one["questions"]]) for one in said["sections"]]
    return FunderForm(said["id"], int(said["version"]), int(said["months"]), said["title"], sections)


def _question(said: Mapping[str, Any]) -> Question:
    text = {language: str(said[language]) for language in ("en", "es")}
    return Question(said["id"], text, said.get("metric", ""), said.get("take", ""), said.get("hand"))


def answered(
    form: FunderForm, figures: Mapping[str, Figure], by_hand: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """The form as it stands, plain enough to be kept: what metrics answer, and what people wrote."""
    return {
        "form": form.code, "version": form.version, "title": dict(form.title),
        "sections": [
            {
                "title": dict(section.title),
                "answers": [
                    _answer(asked, figures.get(asked.metric), by_hand.get(asked.code))
                    for asked in section.questions
                ],
            }
            for section in form.sections
        ],
    }  # fmt: skip


def _answer(asked: Question, figure: Figure | None, hand: Mapping[str, str] | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "code": asked.code, "text": dict(asked.text), "why_hand": dict(asked.hand or {}), "take": asked.take,
        "hand": dict(hand) if hand else None, "metric": asked.metric,
    }  # fmt: skip
    return told if figure is None else told | _counted(asked.take, figure)


def _counted(take: str, figure: Figure) -> dict[str, Any]:
    """A figure's part, never more than suppression leaves: a hidden one is hidden whole."""
    found, metric = figure.result, figure.metric
    hidden = found.suppressed
    value = {"numerator": found.numerator, "denominator": found.denominator, "value": figure.value}[take]
    is_value = take == "value" and not hidden
    return {
        "version": metric.version, "unit": metric.unit if take == "value" else "count", "hidden": hidden,
        "value": None if hidden else value, "low": figure.low if is_value else None,
        "high": figure.high if is_value else None,
        "numerator": None if hidden else found.numerator,
        "denominator": None if hidden else found.denominator,
    }  # fmt: skip


def open_questions(told: Mapping[str, Any]) -> list[str]:
    """Codes of questions that neither a metric nor a person has answered."""
    rows = [answer for section in told["sections"] for answer in section["answers"]]
    return [row["code"] for row in rows if row.get("value") is None and not row["hand"]]
