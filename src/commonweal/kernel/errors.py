"""Kinds of error that a person can act on: what was refused, what is missing, what to do next."""

import re
from collections.abc import Callable, Mapping
from datetime import date


class _Voice:
    """How sentences and days are said: as they are until the product is set up and has its catalogues."""

    sentence: Callable[[str], str] = staticmethod(str)
    day: Callable[[date], str] = staticmethod(date.isoformat)


def speak(*, sentence: Callable[[str], str], day: Callable[[date], str]) -> None:
    """From now on errors are told through the site's catalogues; called once, when the product starts."""
    _Voice.sentence, _Voice.day = staticmethod(sentence), staticmethod(day)


def gettext_noop(sentence: str) -> str:
    """Marks a sentence for the catalogues. The framework's own asks for settings, and a lab has none."""
    return sentence


CHOICES = (gettext_noop("Use one of: %(choices)s."), gettext_noop("Use: %(choices)s."))
_PATTERNS = [
    (shape, re.compile(re.escape(shape).replace(re.escape("%(choices)s"), "(.+)"), re.S)) for shape in CHOICES
]


def in_words(sentence: str) -> str:
    """A sentence of the product in the reader's language; as it is where no catalogue has it.

    A list of choices is told apart from its sentence. Before the product is set up it stays English.
    """
    if not sentence:
        return sentence
    for shape, pattern in _PATTERNS:
        if found := pattern.fullmatch(sentence):
            return _Voice.sentence(shape) % {"choices": found[1]}
    return _Voice.sentence(sentence)


def filled(sentence: str, facts: Mapping[str, object]) -> str:
    """A sentence in the reader's language with its facts in place; a day as that language writes it."""
    if not facts:
        return in_words(sentence)
    return in_words(sentence) % {n: _Voice.day(v) if isinstance(v, date) else v for n, v in facts.items()}


class CommonwealError(Exception):
    """Base of every error that the product explains; `exit_code` is what the command line returns."""

    exit_code = 1


class Invalid(CommonwealError):
    """Bad input: names the field, the value and the remedy."""

    exit_code = 2

    def __init__(self, field: str, value: object, remedy: str, **facts: object) -> None:
        self.field, self.value, self.remedy = field, value, filled(remedy, facts)
        told = {"field": field, "value": repr(str(value)[:80]), "remedy": self.remedy}
        said = "%(field)s: %(value)s was not accepted. %(remedy)s"
        super().__init__(in_words(said) % told)


class NotFound(CommonwealError):
    """No such record, or one that must not be acknowledged: the two look the same on purpose."""

    exit_code = 3

    def __init__(self, kind: str = "record") -> None:
        super().__init__(f"No such {kind}.")


class Conflict(CommonwealError):
    """The act no longer fits the state: someone else acted first. Says what stands now."""

    exit_code = 4

    def __init__(self, says: str, **facts: object) -> None:
        super().__init__(filled(says, facts))


class Unwritable(CommonwealError):
    """The journal cannot be written: whatever would have to be recorded stops, reads included (AU-5)."""

    exit_code = 5

    def __init__(self) -> None:
        super().__init__(
            in_words(
                "The journal cannot be written, so nothing personal is shown or changed. "
                "Tell the administrator at once: the disk may be full, or the database refuses."
            )
        )
