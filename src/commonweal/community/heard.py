"""What was heard over whole quarters: response rates, means as said and weighted to who lives here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TypeVar

import numpy as np
from django.db.models import QuerySet
from django.utils import timezone

from commonweal.community.models import Feedback, FeedbackToken, Population, Theme, WorkerView
from commonweal.community.voices import RESIDENTS_ASKED, WORKERS_ASKED, quarter, quarter_before
from commonweal.engines.measures.raking import Mean, Raked, mean, raked
from commonweal.engines.measures.themes import speaks_of
from commonweal.kernel import clock
from commonweal.sharing.queries import floor, hidden

AUDIENCES = ("person", "resident", "worker")
QUARTERS = 4
Row = Mapping[str, object]
M = TypeVar("M", Feedback, FeedbackToken)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: how many answered it, the mean of 0 to 100 as said, and weighted. None: too few."""

    name: str
    answers: int | None
    raw: Mean | None
    weighted: Mean | None
    quarters: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """One value of a margin: its share of those who live here and of those who answered; None: too few."""

    margin: str
    value: str
    value_es: str
    people: float
    answers: float | None


@dataclass(frozen=True, slots=True)
class Audience:
    """One kind of voice over the quarters that had answers enough; `asked` is None where nobody knows.

    `rate` is answers to what was asked. `unheard` are values of the population from which nobody answered.
    """

    name: str
    quarters: tuple[date, ...]
    answers: int | None
    asked: int | None
    rate: float | None
    questions: tuple[Asked, ...]
    effective: float | None
    stands: bool
    unheard: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A theme and how many answers speak of it; None: too few to say."""

    theme: Theme
    answers: int | None


def quarters() -> tuple[date, ...]:
    """The last whole quarters, the oldest first: a running one would be told answer by answer."""
    found = [quarter_before(quarter(clock.today()))]
    while len(found) < QUARTERS:
        found.append(quarter_before(found[-1]))
    return tuple(reversed(found))


def audience(name: str, workers: int) -> Audience:
    """What one audience said; of workers, `workers` were asked.

    Quarters of too few are left out whole, of the total too: no difference of figures tells what a few said.
    """
    rows = {first: told(name, first) for first in quarters()}
    rows = {first: found for first, found in rows.items() if len(found) >= floor()}
    every = [row for found in rows.values() for row in found]
    if not every:
        return Audience(name, (), None, None, None, (), None, False, ())
    weighting = weighted(every) if name != "worker" else None
    questions = WORKERS_ASKED if name == "worker" else RESIDENTS_ASKED
    number = asked(name, rows, workers)
    return Audience(
        name, tuple(rows), len(every), number, min(1.0, len(every) / number) if number else None,
        tuple(question(each, every, list(rows.values()), weighting) for each in questions),
        weighting.effective if weighting else None, weighting.stands if weighting else False,
        tuple(value for values in weighting.silent.values() for value in values) if weighting else (),
    )  # fmt: skip


def told(name: str, first: date) -> list[Row]:
    """The answers of one audience in a quarter."""
    if name == "worker":
        return list(WorkerView.objects.filter(quarter=first).order_by("id").values(*WORKERS_ASKED))
    found = _within(Feedback.objects.all(), "received_at", first)
    of_cards = found.filter(source="card") if name == "person" else found.exclude(source="card")
    return list(of_cards.order_by("id").values(*RESIDENTS_ASKED, "age", "area", "language"))


def asked(name: str, rows: Mapping[date, Sequence[Row]], workers: int) -> int | None:
    """How many were asked in these quarters: cards handed out, workers; nobody knows for an open page."""
    if name == "worker":
        return workers * len(rows)
    if name == "resident":
        return None
    return sum(_within(FeedbackToken.objects.all(), "created_at", first).count() for first in rows)


def _within(found: QuerySet[M], field: str, first: date) -> QuerySet[M]:
    """Rows of a quarter by the site's days."""
    following = quarter(date(first.year + first.month // 10, (first.month + 2) % 12 + 1, 1))
    start, end = (timezone.make_aware(datetime.combine(day, time())) for day in (first, following))
    return found.filter(**{f"{field}__gte": start, f"{field}__lt": end})


def population() -> dict[str, dict[str, float]]:
    """People by margin and value."""
    found: dict[str, dict[str, float]] = {}
    for row in Population.objects.order_by("margin", "created_at", "id"):
        found.setdefault(row.margin, {})[row.value] = float(row.people)
    return found


def weighted(rows: Sequence[Row]) -> Raked | None:
    """The answers weighted to the population on file, or None where none is, or too few say who they are."""
    known = {}
    for margin, people in population().items():
        given = [row for row in rows if row.get(margin) in people]
        if len(given) >= floor():
            known[margin] = people
    if not known:
        return None
    answers = [{m: str(row[m]) if row[m] in people else "" for m, people in known.items()} for row in rows]
    return raked(answers, known)


def question(
    name: str, rows: Sequence[Row], by_quarter: Iterable[Sequence[Row]], weighting: Raked | None
) -> Asked:
    """One question over all quarters and in each."""
    places = [place for place, row in enumerate(rows) if row[name] is not None]
    if len(places) < floor():
        return Asked(name, None, None, None, ())
    values = [hundred(rows[place][name]) for place in places]
    raw = mean(values, np.ones(len(values)))
    held = mean(values, weighting.weights[places]) if weighting else None
    each = tuple(
        mean_of([hundred(row[name]) for row in found if row[name] is not None]) for found in by_quarter
    )
    return Asked(name, len(values), raw, held, each)


def mean_of(values: Sequence[float]) -> float | None:
    """A plain mean, where enough answered."""
    return round(sum(values) / len(values), 1) if len(values) >= floor() else None


def hundred(score: object) -> float:
    """A score of 1 to 5 on a scale of 0 to 100."""
    return (float(str(score)) - 1) * 25


def shares() -> list[Share]:
    """Who lives here beside who answered, of persons and residents together, over the same quarters."""
    rows = [row for first in quarters() for name in ("person", "resident") for row in told(name, first)]
    found = []
    for margin, people in population().items():
        names = {row.value: row.value_es for row in Population.objects.filter(margin=margin)}
        given = [str(row[margin]) for row in rows if row[margin] in people]
        counts = {value: given.count(value) for value in people}
        shown, _total = hidden(counts, floor())
        for value, number in people.items():
            count = shown[value]
            share = count / len(given) if count is not None and given else None
            found.append(Share(margin, value, names[value], number / sum(people.values()), share))
    return found


def spoken() -> list[Spoken]:
    """Every theme, and how many answers of these quarters speak of it."""
    written = Feedback.objects.exclude(text="")
    held = [_within(written, "received_at", first).values_list("text", flat=True) for first in quarters()]
    texts = [text for by_quarter in held for text in by_quarter]
    found = []
    for theme in Theme.objects.filter(is_dropped=False).order_by("created_at", "id"):
        count = sum(speaks_of(text, theme.words) for text in texts)
        found.append(Spoken(theme, count if count == 0 or count >= floor() else None))
    return found
