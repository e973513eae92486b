"""Voices as measures: whom answers are held against, what workers say, what many speak of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.community import events
from commonweal.community.models import MARGINS, Feedback, Population, Theme, WorkerAnswered, WorkerView
from commonweal.engines.measures import themes
from commonweal.kernel import clock, journal
from commonweal.kernel.actors import Actor
from commonweal.kernel.errors import Conflict, Invalid, NotFound
from commonweal.sharing.queries import floor

RESIDENTS_ASKED = ("respect", "safety", "helped")
WORKERS_ASKED = ("fitting", "safety", "partners")
WORK = ("calls", "police", "clinical", "peer", "services", "other")
ABOUT = ("age", "area")
MOST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One value of a margin: its name, in Spanish too, and how many people."""

    value: str
    value_es: str
    people: int


def quarter(day: date) -> date:
    """The first day of a day's quarter."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def quarter_before(first: date) -> date:
    """The first day of the quarter before one."""
    return quarter(first - timedelta(days=1))


@transaction.atomic
def set_population(
    *, by: Actor, margin: str, lines: Sequence[Line], source: str, year: int
) -> list[Population]:
    """Write down the population by one margin, in place of what stood; Invalid names what cannot be."""
    if not by.may("evaluate"):
        raise NotFound("population")
    if margin not in MARGINS:
        raise Invalid("margin", margin, "Use one of: %(allowed)s.", allowed=", ".join(MARGINS))
    if not source.strip():
        raise Invalid("source", source, "Say where the numbers come from, for example a census table.")
    if not 1990 <= year <= clock.today().year:
        raise Invalid("year", year, "Give the year the numbers are for, 1990 or later.")
    if len(lines) < 2:
        raise Invalid("lines", len(lines), "Give at least two values, one a line.")
    names = [line.value for line in lines]
    if doubled := next((name for name in names if names.count(name) > 1), None):
        raise Invalid("lines", doubled, "Write each value once.")
    if margin == "language" and (odd := set(names) - {"en", "es"}):
        raise Invalid("lines", min(odd), "Languages are those of the form: en, es.")
    Population.objects.filter(margin=margin).delete()
    made = Population.objects.bulk_create([
        Population(margin=margin, value=line.value, value_es=line.value_es, people=line.people,
                   source=source.strip()[:160], year=year, by=by.id)
        for line in lines
    ])  # fmt: skip
    journal.write(by=by, event=events.PopulationSet(margin=margin, values=len(made)))
    return made


def said_of_oneself(about: Mapping[str, str]) -> dict[str, str]:
    """Age and area as the population names them; Invalid for a value that it does not know."""
    found = {}
    for name in ABOUT:
        value = about.get(name, "").strip()
        if value and not Population.objects.filter(margin=name, value=value).exists():
            raise Invalid(name, value, "Choose one of the answers, or leave it out.")
        found[name] = value
    return found


@transaction.atomic
def answer_as_worker(*, by: Actor, work: str, scores: Mapping[str, int | None]) -> WorkerView:
    """Take a worker's answer for this quarter, apart from whose it is; Conflict for a second one.

    `scores`: fitting, safety, partners, each 1 to 5. The journal keeps no line: it would say who and when.
    """
    if not by.may("learn"):
        raise NotFound("survey")
    if work not in WORK:
        raise Invalid("work", work, "Choose the work you do.")
    if not any(scores.values()):
        raise Invalid("fitting", "", "Answer at least one question.")
    for name, value in scores.items():
        if name not in WORKERS_ASKED or value not in (None, 1, 2, 3, 4, 5):
            raise Invalid(name, value, "Choose one of the five answers, or leave it out.")
    now = quarter(clock.today())
    try:
        with transaction.atomic():
            WorkerAnswered.objects.create(account=UUID(by.id), quarter=now, **unordered(now))
    except IntegrityError as twice:
        raise Conflict("You have answered in this quarter. It is asked again in the next.") from twice
    return WorkerView.objects.create(quarter=now, work=work, **scores, **unordered(now))


def unordered(first: date) -> dict[str, object]:
    """An id and a moment that tell neither when nor in what order: the two rows must not find each other."""
    return {"id": uuid4(), "created_at": timezone.make_aware(datetime.combine(first, time()))}


def has_answered(by: Actor) -> bool:
    """Whether a worker has answered in this quarter."""
    return WorkerAnswered.objects.filter(account=UUID(by.id), quarter=quarter(clock.today())).exists()


@transaction.atomic
def seek_themes(*, by: Actor, language: str, days: int = 365) -> list[themes.Theme]:
    """Words that many answers of the last days share, for a person to name. No answer is shown to anybody."""
    if not by.may("publish"):
        raise NotFound("themes")
    since = clock.now() - timedelta(days=days)
    rows = Feedback.objects.filter(received_at__gte=since, language=language).exclude(text="")
    texts = list(rows.order_by("id").values_list("text", flat=True))
    journal.write(by=by, event=events.ThemesSought(answers=len(texts)))
    return themes.proposed(texts, language, floor())


@transaction.atomic
def name_theme(
    *, by: Actor, name_en: str, name_es: str, words: Sequence[str], theme: UUID | None = None
) -> Theme:
    """Name what many speak of, or change it; Invalid names the field."""
    if not by.may("publish"):
        raise NotFound("theme")
    for field, value in (("name_en", name_en), ("name_es", name_es)):
        if not value.strip():
            raise Invalid(field, value, "Give the theme a name in both languages.")
    kept = list(dict.fromkeys(word.strip().casefold() for word in words if word.strip()))
    if not 0 < len(kept) <= MOST_WORDS:
        raise Invalid("words", len(kept), "Give one to forty words, with commas between them.")
    if odd := next((word for word in kept if themes.words_of(word) != {word.removesuffix("*")}), None):
        raise Invalid("words", odd, "Write single words of three letters or more, no accents; * may end one.")
    values: dict[str, Any] = {
        "name_en": name_en.strip(), "name_es": name_es.strip(), "words": kept, "by": by.id,
    }  # fmt: skip
    if theme is None:
        made = Theme.objects.create(**values)
    else:
        made = _theme(theme)
        for name, value in values.items():
            setattr(made, name, value)
        made.save()
    journal.write(by=by, event=events.ThemeNamed(theme=made.id))
    return made


@transaction.atomic
def drop_theme(*, by: Actor, theme: UUID) -> Theme:
    """Take a theme off the list; it can be named anew."""
    if not by.may("publish"):
        raise NotFound("theme")
    found = _theme(theme)
    found.is_dropped = True
    found.save(update_fields=["is_dropped"])
    journal.write(by=by, event=events.ThemeNamed(theme=found.id, dropped=True))
    return found


def _theme(theme: UUID) -> Theme:
    found = Theme.objects.select_for_update().filter(id=theme, is_dropped=False).first()
    if found is None:
        raise NotFound("theme")
    return found
