"""A mapping profile of a service directory: which path of a record says what, as data a site may write."""

from __future__ import annotations

from dataclasses import dataclass

from commonweal import packs
from commonweal.adapters.directory_files.hsds import is_hsds
from commonweal.adapters.directory_files.records import Shape
from commonweal.adapters.files import spec
from commonweal.adapters.files.spec import ProfileError, Spec

KEYS = frozenset(
    ["name", "about", "source_system", "reads", "detect", "null_words", "repairs", "region", "area_code"]
    + ["identity", "organization", "location", "service"]
)
ORGANIZATION = frozenset(["name", "identity", "alternate_name", "description", "url", "email"])
LOCATION = frozenset(
    ["each", "name", "address", "address_2", "city", "state", "postal_code", "latitude", "longitude"]
    + ["accessibility", "identity", "transportation", "phones", "phone_names", "extensions", "faxes"]
    + ["constants"]
)
SERVICE = frozenset(
    ["each", "identity", "name", "description", "eligibility", "minimum_age", "maximum_age", "fees"]
    + ["application", "keywords", "url", "email", "phones", "phone_names", "extensions", "hours", "week"]
    + ["languages", "language_flags", "age_flags", "flagged", "status", "faxes", "schedules"]
    + ["alternate_name", "wait_time", "interpretation", "alert", "assured", "assurer", "documents", "area"]
)

READS: dict[str, Shape] = {"json": "json", "table": "table", "hsds": "hsds"}


@dataclass(frozen=True)
class Part:
    """The paths of one kind of row: our field to paths of the file, in order; `^` starts at the record."""

    each: str
    paths: dict[str, tuple[str, ...]]
    constants: dict[str, str]
    identity: tuple[str, ...] = ()
    language_flags: tuple[str, ...] = ()
    age_flags: dict[str, tuple[int, int] | None] | None = None
    flagged: str = ""


@dataclass(frozen=True)
class Profile:
    """A validated mapping; README.md explains each key."""

    name: str
    source_system: str
    reads: Shape
    detect: frozenset[str]
    null_words: frozenset[str]
    repairs: dict[str, str]
    region: str
    area_code: str
    identity: tuple[str, ...]
    organization: Part
    location: Part
    service: Part


def load_profile(name: str) -> Profile:
    """Return a shipped profile by name (``linksf`` or ``directory_linksf``), or a site's own by its path."""
    raw, where = spec.load("hsds" if is_hsds(name) else name, "directory_")
    return parse_profile(raw, where)


def shipped_profiles() -> list[str]:
    """Return the names of the directory profiles that ship, sorted."""
    found = [name.removeprefix("profiles/").removesuffix(".yaml") for name in packs.names("profiles")]
    return [name for name in found if name.startswith("directory_")]


def parse_profile(raw: object, where: str = "profile") -> Profile:
    """Validate a profile's raw value. Raises ProfileError naming the key."""
    top = Spec(raw, where, KEYS)
    reads = top.text("reads")
    if reads not in READS:
        raise ProfileError(f"{where}: 'reads' must be {' or '.join(READS)}, not {reads!r}")
    if not top.words("identity"):
        raise ProfileError(f"{where}: 'identity' must list the paths that tell records apart")
    organization = _part(top.child("organization", ORGANIZATION))
    if not organization.paths.get("name"):
        raise ProfileError(f"{where}: organization: 'name' must be the path of the organization's name")
    return Profile(
        name=top.text("name"),
        source_system=top.text("source_system", top.text("name")),
        reads=READS[reads],
        detect=frozenset(top.words("detect")),
        null_words=frozenset(word.casefold() for word in top.words("null_words")) | {""},
        repairs={str(bad): str(good) for bad, good in top.child("repairs").values.items()},
        region=top.text("region", "US"),
        area_code=top.text("area_code", ""),
        identity=top.words("identity"),
        organization=organization,
        location=_part(top.child("location", LOCATION)),
        service=_part(top.child("service", SERVICE)),
    )


def _part(part: Spec) -> Part:
    apart = {"each", "constants", "identity", "language_flags", "age_flags", "flagged"}
    constants = part.child("constants")
    return Part(
        each=part.text("each", ""),
        paths={key: part.words(key) for key in part.values if key not in apart},
        constants={key: constants.text(key) for key in constants.values},
        identity=part.words("identity"),
        language_flags=part.words("language_flags"),
        age_flags=_ages(part.child("age_flags")),
        flagged=part.text("flagged", "X"),
    )


def _ages(flags: Spec) -> dict[str, tuple[int, int] | None]:
    """Columns that flag whom a service is for: years from and to, or null for people of any age."""
    found: dict[str, tuple[int, int] | None] = {}
    for column, years in flags.values.items():
        if years is None:
            found[column] = None
        elif isinstance(years, list) and len(years) == 2 and all(isinstance(year, int) for year in years):
            found[column] = (int(years[0]), int(years[1]))
        else:
            raise ProfileError(f"{flags.where}: {column!r} must be two ages such as [6, 13], or null")
    return found
