"""A mapping profile: how one dispatch system's export says what we need, as data that a site may write."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from commonweal.adapters.cad_csv.rows import Chain
from commonweal.adapters.files import spec
from commonweal.adapters.files.spec import ProfileError, Spec

STAGES = Chain._fields
FIELDS = frozenset(
    ["external_id", "agency", "nature", "priority", "call_source", "dispositions"]
    + ["place_text", "city", "longitude", "latitude"]
)
KEYS = frozenset(
    ["name", "about", "source_system", "zone", "time_formats", "null_words", "sentinels", "delimiter"]
    + ["sheet", "columns", "constants", "times", "required", "agencies", "priorities", "sources", "natures"]
    + ["dispositions", "disposition_split", "keep", "checks", "suspect_clock", "order_tolerance_seconds"]
)
MAPS = ("agencies", "priorities", "sources", "natures", "dispositions")
CHECK_KEYS = frozenset(["column", "from", "to", "unit", "tolerance"])
UNITS = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0}


@dataclass(frozen=True)
class Check:
    """A duration that the export also states: `column` (in `unit` seconds) from one stage to another."""

    column: str
    start: int
    end: int
    unit: float
    tolerance: float


@dataclass(frozen=True)
class Profile:
    """A validated mapping; see README.md for the meaning of each key."""

    name: str
    source_system: str
    zone: ZoneInfo
    time_formats: tuple[str, ...]
    null_words: frozenset[str]
    sentinels: frozenset[str]
    delimiter: str
    sheet: str
    columns: dict[str, tuple[str, ...]]
    constants: dict[str, str]
    times: dict[str, str]
    required: frozenset[str]
    maps: dict[str, dict[str, str]]
    disposition_split: str
    keep: tuple[str, ...]
    checks: tuple[Check, ...]
    suspect_clock: str
    order_tolerance: float

    @cached_property
    def silent(self) -> frozenset[str]:
        """Cells that say nothing, as they are commonly written: null words in three cases, sentinels."""
        forms = (str.casefold, str.upper, str.title)
        return frozenset(form(word) for word in self.null_words for form in forms) | self.sentinels

    def said(self, cell: str) -> str:
        """Return what a cell says, trimmed; empty where it is a null word."""
        value = cell.strip()
        return "" if value.casefold() in self.null_words else value

    def title(self, key: str) -> str:
        """Return the column that a field or stage is read from, for messages."""
        return (self.columns.get(key) or (self.times.get(key, key),))[0]

    @cached_property
    def used_columns(self) -> tuple[str, ...]:
        """Every column the profile reads, once, in a fixed order: what the fingerprint covers."""
        named = [name for names in self.columns.values() for name in names]
        return tuple(dict.fromkeys([*named, *self.times.values(), *self.keep]))

    @cached_property
    def needed_columns(self) -> frozenset[str]:
        """Columns without which a file is refused: those of the required fields and stages."""
        columns = {name for key in self.required for name in self.columns.get(key, ())[:1]}
        return frozenset(columns | {self.times[key] for key in self.required if key in self.times})


def load_profile(name: str) -> Profile:
    """Return a shipped profile by name (such as ``alexandria``), or a site's own by the path of its YAML.

    Raises ProfileError, naming the key, for a profile that is missing or malformed.
    """
    raw, where = spec.load(name)
    return parse_profile(raw, where)


def parse_profile(raw: object, where: str = "profile") -> Profile:
    """Validate a profile's raw value (nested mappings, as YAML gives them); `where` is used in messages."""
    top = Spec(raw, where, KEYS)
    columns, times = top.child("columns", FIELDS), top.child("times", frozenset(STAGES))
    constants = {key: top.child("constants", FIELDS).text(key) for key in top.child("constants").values}
    profile = Profile(
        name=top.text("name"),
        source_system=top.text("source_system", top.text("name")),
        zone=_zone(top),
        time_formats=top.words("time_formats"),
        null_words=frozenset(word.casefold() for word in top.words("null_words")) | {""},
        sentinels=frozenset(top.words("sentinels")),
        delimiter=top.text("delimiter", ""),
        sheet=top.text("sheet", ""),
        columns={key: columns.words(key) for key in columns.values},
        constants=constants,
        times={stage: times.text(stage) for stage in STAGES if stage in times.values},
        required=frozenset(top.words("required")) | {"external_id", "received"},
        maps={key: top.table(key) for key in MAPS},
        disposition_split=top.text("disposition_split", ""),
        keep=top.words("keep"),
        checks=tuple(_check(item) for item in top.children("checks", CHECK_KEYS)),
        suspect_clock=top.text("suspect_clock", ""),
        order_tolerance=top.number("order_tolerance_seconds", 0),
    )
    _demand(profile, where)
    return profile


def _zone(top: Spec) -> ZoneInfo:
    name = top.text("zone")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ProfileError(f"{top.where}: zone {name!r} is unknown; try America/New_York") from error


def _check(item: Spec) -> Check:
    start, end, unit = item.text("from"), item.text("to"), item.text("unit", "seconds")
    for stage in (start, end):
        if stage not in STAGES:
            raise ProfileError(f"{item.where}: {stage!r} is no stage; allowed: {', '.join(STAGES)}")
    if unit not in UNITS:
        raise ProfileError(f"{item.where}: unit {unit!r} is unknown; allowed: {', '.join(UNITS)}")
    tolerance = item.number("tolerance", 1) * UNITS[unit]
    return Check(item.text("column"), STAGES.index(start), STAGES.index(end), UNITS[unit], tolerance)


def _demand(profile: Profile, where: str) -> None:
    """Refuse a profile that could not give a call its number or its time, or gives half a coordinate."""
    if not profile.columns.get("external_id"):
        raise ProfileError(f"{where}: columns: 'external_id' must name the column that identifies a call")
    if "received" not in profile.times:
        raise ProfileError(f"{where}: times: 'received' must name the column that says when the call came in")
    for one, other in pairwise(("longitude", "latitude", "longitude")):
        if one in profile.columns and other not in profile.columns:
            raise ProfileError(f"{where}: columns: {one!r} needs {other!r} beside it")
    unknown = sorted(profile.required - FIELDS - set(STAGES))
    if unknown:
        raise ProfileError(f"{where}: required: {unknown[0]!r} is neither a column key nor a stage")
