"""When people are asked how they are after support, and what: data of the site, read strictly."""

from dataclasses import dataclass

from commonweal.kernel.errors import Invalid
from commonweal.kernel.site_file import in_force

NAME = "aftercare.yaml"
YES_OR_NO = ("help", "again")
TONGUES = ("en", "es")
LATEST = 1830  # days: five years
Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked and how it may be answered: a code's words by language."""

    words: Words
    answers: dict[str, Words]


@dataclass(frozen=True, slots=True)
class Asking:
    """Days after the end of support, and the questions by their code, in the order they are asked."""

    days: tuple[int, ...]
    questions: dict[str, Question]


def asking() -> Asking:
    """What is in force: `aftercare.yaml` of the instance's home where a site keeps one, else ours."""
    return in_force(NAME, read)


def read(body: object) -> Asking:
    """What a file's contents ask; Invalid names the place that cannot be used."""
    if not isinstance(body, dict) or set(body) != {"days", "questions"}:
        raise Invalid(NAME, "", "Use: days, questions.")
    rows = body["questions"]
    if not isinstance(rows, dict):
        raise Invalid(f"{NAME} questions", str(rows)[:60], "Give at least one.")
    questions = {str(code): _question(f"questions {code}", row) for code, row in rows.items()}
    for code in YES_OR_NO:
        if code not in questions or set(questions[code].answers) != {"yes", "no"}:
            raise Invalid(f"{NAME} questions {code}", "", "This is always asked, and answered yes or no.")
    return Asking(days_of(body["days"], f"{NAME} days"), questions)


def days_of(days: object, field: str = "days") -> tuple[int, ...]:
    """Days after the end of support, in order; Invalid otherwise."""
    if not isinstance(days, list) or not days or not all(map(_is_day, days)) or days != sorted(set(days)):
        raise Invalid(field, days, "Give whole days from 1 to 1830, each later than the one before.")
    return tuple(days)


def _is_day(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LATEST


def _question(place: str, row: object) -> Question:
    if not isinstance(row, dict) or set(row) != {*TONGUES, "answers"}:
        raise Invalid(f"{NAME} {place}", str(row)[:60], "Write it in English and Spanish, with its answers.")
    answers = row["answers"]
    if not isinstance(answers, dict) or not answers:
        raise Invalid(f"{NAME} {place}", "", "Give at least one.")
    said = {str(code): _words(f"{place} {code}", words) for code, words in answers.items()}
    return Question({tongue: str(row[tongue]) for tongue in TONGUES}, said)


def _words(place: str, words: object) -> Words:
    if not isinstance(words, dict) or set(words) != set(TONGUES) or not all(words.values()):
        raise Invalid(f"{NAME} {place}", str(words)[:60], "Write it in English and Spanish.")
    return {tongue: str(words[tongue]) for tongue in TONGUES}
