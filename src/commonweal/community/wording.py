"""What a public alert says, checked: its codes, its times, its area, and that it speaks of nobody."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from math import cos, radians

from commonweal.kernel import clock
from commonweal.kernel.errors import Invalid

# The codes of OASIS CAP 1.2, section 3.2; the first of each is what a form begins with
CODES: dict[str, tuple[str, ...]] = {
    "status": ("Actual", "Exercise", "Test"),
    "category": ("Safety", "Met", "Geo", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra",
                 "CBRNE", "Other"),
    "response": ("Monitor", "Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Assess", "AllClear",
                 "None"),
    "urgency": ("Immediate", "Expected", "Future", "Past", "Unknown"),
    "severity": ("Severe", "Extreme", "Moderate", "Minor", "Unknown"),
    "certainty": ("Observed", "Likely", "Possible", "Unlikely", "Unknown"),
}  # fmt: skip
LONGEST = timedelta(days=14)  # an alert that nobody renews is no alert
SMALLEST_KM = 0.2  # across; a smaller area points at somebody's home
TOLD = ("event", "headline", "instruction", "area")  # what has to stand in both languages before it is sent
# What speaks of one person, in both languages. A search for whom the site knows would tell who they
# are, so there is none; a second person reads for names.
OF_SOMEBODY = (
    re.compile(r"\b\d{3}-\d{2}-\d{4}\b"),
    re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
    re.compile(r"\b(?:born|d\.?o\.?b\.?|date of birth|nacid[oa]|fecha de nacimiento)\b", re.I),
    re.compile(r"\b\d{1,3}[- ]years?[- ]old\b|(?<!m[ea][ny]ores )\bde \d{1,3} años\b", re.I),
    re.compile(r"\b(?:mr|mrs|ms|miss|sr|sra|srta|don|doña)\b\.? (?-i:[A-ZÁÉÍÓÚÑ])", re.I),
    re.compile(r"\b(?:apt|apartment|unit|apartamento|depto|departamento)\b\.? ?#?\d", re.I),
    re.compile(r"\b(?:patient|paciente|suspect|sospechos[oa])\b", re.I),
    re.compile(r"\b(?:plate|matr[ií]cula|placas?)\b:? ?(?-i:[A-Z0-9]{2,})", re.I),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What an alert says; `outline` is a closed ring of (lat, lon) in degrees."""

    event_en: str
    headline_en: str
    expires: datetime
    event_es: str = ""
    headline_es: str = ""
    description_en: str = ""
    description_es: str = ""
    instruction_en: str = ""
    instruction_es: str = ""
    area_en: str = ""
    area_es: str = ""
    status: str = "Actual"
    category: str = "Safety"
    response: str = "Monitor"
    urgency: str = "Immediate"
    severity: str = "Severe"
    certainty: str = "Observed"
    outline: tuple[tuple[float, float], ...] = ()
    lat: float | None = None
    lon: float | None = None
    km: float | None = None
    onset: datetime | None = None
    web: str = ""
    contact: str = ""

    def columns(self) -> dict[str, object]:
        """What is kept, once it was checked: Invalid names the first fault."""
        for check in (_check_codes, _check_times, _check_area, _check_web, _check_nobody):
            check(self)
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        texts = {name: value.strip() for name, value in found.items() if isinstance(value, str)}
        for name in ("event_en", "headline_en"):
            if not texts[name]:
                raise Invalid(name, "", "Say what happens, in English first.")
        return {**found, **texts, "outline": [list(point) for point in self.outline]}


def lacking(said: Mapping[str, object]) -> list[str]:
    """Fields that an alert needs before it may be approved, and has not: in the order of the form."""
    return [f"{name}_{tongue}" for name in TOLD for tongue in ("en", "es") if not said[f"{name}_{tongue}"]]


def about_somebody(text: str) -> str:
    """The words in a text that speak of one person; empty where none do."""
    return next((found[0] for shape in OF_SOMEBODY if (found := shape.search(text))), "")


def _check_codes(said: Wording) -> None:
    for name, known in CODES.items():
        if getattr(said, name) not in known:
            raise Invalid(name, getattr(said, name), f"Use one of: {', '.join(known)}.")


def _check_times(said: Wording) -> None:
    now = clock.now()
    if said.expires <= now:
        raise Invalid("expires", said.expires, "Say a time that is still to come: then it goes by itself.")
    if said.expires > now + LONGEST:
        raise Invalid("expires", said.expires, "An alert stands for fourteen days at most; renew it then.")
    if said.onset and said.onset >= said.expires:
        raise Invalid("onset", said.onset, "It has to begin before it ends.")


def _check_area(said: Wording) -> None:
    point = (said.lat, said.lon, said.km)
    if any(one is None for one in point) and any(one is not None for one in point):
        raise Invalid("km", said.km, "A circle needs a latitude, a longitude and a radius.")
    for lat, lon in _points(said):
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise Invalid("area", f"{lat},{lon}", "Write latitude and longitude in degrees.")
    if said.outline and (len(said.outline) < 4 or said.outline[0] != said.outline[-1]):
        raise Invalid("outline", len(said.outline), "Close the outline: its last point repeats the first.")
    is_round = said.km is not None and not SMALLEST_KM / 2 <= said.km <= 500
    if is_round or (said.outline and _across(said) < SMALLEST_KM):
        raise Invalid("area", said.area_en, "Draw it wider: so small an area points at somebody's home.")


def _points(said: Wording) -> Iterator[tuple[float, float]]:
    yield from said.outline
    if said.lat is not None and said.lon is not None:
        yield said.lat, said.lon


def _across(said: Wording) -> float:
    """The longer side of the box around the outline, in kilometres."""
    lats, lons = [p[0] for p in said.outline], [p[1] for p in said.outline]
    wide = (max(lons) - min(lons)) * cos(radians(lats[0]))
    return max(max(lats) - min(lats), wide) * 111.2


def _check_web(said: Wording) -> None:
    if said.web and not re.fullmatch(r"https?://[^\s<>\"]+", said.web.strip()):
        raise Invalid("web", said.web, "Write a whole address, such as https://example.org/storm.")


def _check_nobody(said: Wording) -> None:
    for one in fields(said):
        value = getattr(said, one.name)
        if isinstance(value, str) and one.name != "web" and (found := about_somebody(value)):
            raise Invalid(
                one.name,
                found,
                "This seems to speak of one person. An alert names nobody: say what, where, and what to do.",
            )  # fmt: skip
