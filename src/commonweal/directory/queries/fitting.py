"""Which services fit a person, ranked, each with why, why not, and what to ask (engines/matching)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from django.utils import translation

from commonweal.directory import needs as vocabulary
from commonweal.directory.listed import listed
from commonweal.directory.models import Service
from commonweal.directory.queries.services import Place, Summary, summaries
from commonweal.engines import matching
from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid
from commonweal.places import queries as places

MOST = 300  # services weighed for one person; the nearest come first where a place is given


@dataclass(frozen=True, slots=True)
class Fitting:
    """One service for one person. Texts are in the language asked for; `score` and `confidence` from 0 to 1.

    `confidence` says how far the posted capacity is to be believed; None where nothing was posted.
    `bars` are the misfits other than want of room, `plain_reasons` the reasons other than room, for screens
    that show room on a line of its own; what speaks against it without barring it (closed now) opens
    `to_ask`. `would_fit_if` is empty where it fits, or where a bar cannot be lifted.
    """

    summary: Summary
    fits: bool
    is_certain: bool
    score: float
    confidence: float | None
    reasons: tuple[str, ...]
    plain_reasons: tuple[str, ...]
    misfits: tuple[str, ...]
    bars: tuple[str, ...]
    to_ask: tuple[str, ...]
    would_fit_if: tuple[str, ...]


def fitting(
    *, needs: Iterable[str], person_facts: Mapping[str, object] | None = None, near: Place | None = None,
    text: str = "", language: str = "en", limit: int = 10,
) -> list[Fitting]:  # fmt: skip
    """Services for these needs (most pressing first), best first; those that do not fit come after, with why.

    With `text`, only those in whose words every one of its words occurs (as `search` finds them).

    `person_facts` are plain values (age, sex, area, languages, insurance, has_pets, comes_with_police,
    is_involuntary, facts); the engine refuses protected traits and criminal history by name. Nothing of
    the person is kept. `near` is (lon, lat).
    """
    wanted = list(dict.fromkeys(needs))
    vocabulary.checked(wanted)
    found = listed()
    if wanted:
        found = found.filter(topics__code__in=wanted).distinct()
    for word in vocabulary.fold(text).split()[:8]:
        found = found.filter(search_text__contains=word)
    ids = list(found.order_by("search_name").values_list("id", flat=True))
    return _ranked(ids, wanted, person_facts, near, language)[:limit]


def fit_of(
    service: UUID,
    *,
    needs: Iterable[str],
    person_facts: Mapping[str, object] | None = None,
    language: str = "en",
) -> Fitting | None:
    """How one service fits; None for an unknown one."""
    found = _ranked([service], list(dict.fromkeys(needs)), person_facts, None, language)
    return found[0] if found else None


def _ranked(
    ids: list[UUID], wanted: list[str], facts: Mapping[str, object] | None, near: Place | None, language: str
) -> list[Fitting]:
    shown = summaries(ids[: MOST * 3], near)
    closest = sorted(shown.values(), key=lambda s: (s.distance is None, s.distance or 0.0))[:MOST]
    rows = _rows(s.id for s in closest)
    told = {s.id: _service(rows[s.id], s, near) for s in closest if s.id in rows}
    try:
        fits = matching.match({**(facts or {}), "needs": wanted}, list(told.values()))
    except matching.MatchingError as fault:
        raise Invalid("person_facts", ", ".join(sorted(facts or {})), str(fault)) from fault
    return [_fitting(fit, shown[UUID(fit.service_id)], wanted, language) for fit in fits]


def _rows(ids: Iterable[UUID]) -> dict[UUID, Service]:
    answers = {name: Count("posts", filter=Q(posts__source=name)) for name in ("accepted", "declined")}
    return {row.id: row for row in Service.objects.filter(id__in=list(ids)).annotate(**answers)}


def _service(row: Service, shown: Summary, near: Place | None) -> matching.Service:
    here = (shown.lon, shown.lat) if shown.lon is not None and shown.lat is not None else None
    return matching.Service(
        id=str(row.id), name=row.name, needs=frozenset(shown.topics), min_age=row.minimum_age,
        max_age=row.maximum_age, sexes=frozenset(row.sexes), languages=frozenset(shown.languages),
        interprets=bool(row.interpretation), accepts_police_drop_off=row.accepts_drop_off,
        accepts_involuntary=row.accepts_involuntary, requirements=frozenset(row.requirements),
        exclusions=frozenset(row.exclusions), is_active=row.status == "active", is_open_now=shown.is_open,
        room=_room(shown),
        travel_minutes=places.travel_minutes(near, here, clock.now()) if near and here else None,
        accepted=int(getattr(row, "accepted", 0)), declined=int(getattr(row, "declined", 0)),
    )  # fmt: skip


def _room(shown: Summary) -> matching.Room | None:
    room = shown.room
    if room is None:
        return None
    return matching.Room(room.available, room.is_open, room.hours_old, room.source, room.kept, room.broken)


def _fitting(fit: matching.Fit, shown: Summary, wanted: list[str], language: str) -> Fitting:
    def said(notes: Iterable[matching.Note]) -> tuple[str, ...]:
        return tuple(_said(note, shown, wanted, language) for note in notes)

    return Fitting(
        summary=shown,
        fits=fit.fits,
        is_certain=fit.is_certain,
        score=fit.score,
        confidence=fit.capacity_confidence,
        reasons=said(fit.reasons),
        plain_reasons=said(note for note in fit.reasons if note.rule != "room" and not note.is_against),
        misfits=said(fit.misfits),
        bars=said(note for note in fit.misfits if note.rule != "room"),
        to_ask=said([*(note for note in fit.reasons if note.is_against), *fit.to_ask]),
        would_fit_if=tuple(text.said_in(language) for text in fit.would_fit_if),
    )


def _said(note: matching.Note, shown: Summary, wanted: list[str], language: str) -> str:
    """The engine's words, with needs and languages by their names instead of their codes."""
    met = [vocabulary.vocabulary()[code].name(language) for code in wanted if code in shown.topics]
    if note.rule == "needs" and met:
        return ", ".join(met)
    said = note.text.said_in(language)
    if note.rule != "language":
        return said
    return re.sub(r"\b[a-z]{2,3}(?:-[a-z-]+)?(?=,|$)", lambda m: _tongue(m.group(), shown, language), said)


def _tongue(code: str, shown: Summary, language: str) -> str:
    """A language's name in the reader's language; words that are no code of the service stay."""
    if code not in shown.languages:
        return code
    with translation.override(language):
        try:
            return str(translation.get_language_info(code)["name_translated"])
        except KeyError:
            return code
