"""What is filed: one service with its provider and places, as a reader or a form hands it over.

Plain frozen values with HSDS 3.0 meanings. An invalid one refuses to be built, naming field, value, remedy.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, time
from decimal import Decimal

from commonweal.kernel.errors import Invalid

MOST_ROOM = 1_000_000
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Weekly opening on some days; no times means that only the words are known."""

    days: tuple[str, ...] = ()
    opens: time | None = None
    closes: time | None = None
    text: str = ""

    def __post_init__(self) -> None:
        if unknown := set(self.days) - set(DAYS):
            raise Invalid("hours.days", ", ".join(sorted(unknown)), f"Use: {', '.join(DAYS)}.")
        if (self.opens is None) != (self.closes is None):
            raise Invalid("hours", self.text or self.opens, "Give both the opening and the closing time.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Telephone:
    """A number as it could be read, else as it came."""

    number: str
    extension: str = ""
    kind: str = "voice"
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A site. A confidential one shows no address to anyone."""

    external_id: str = ""
    name: str = ""
    address: str = ""
    city: str = ""
    state: str = ""
    postal: str = ""
    lon: float | None = None
    lat: float | None = None
    transportation: str = ""
    accessibility: str = ""
    is_confidential: bool = False

    def __post_init__(self) -> None:
        if (self.lon is None) != (self.lat is None):
            raise Invalid("place", (self.lon, self.lat), "Give both longitude and latitude, or neither.")
        if self.lon is not None and not -180 <= self.lon <= 180:
            raise Invalid("lon", self.lon, "Give a longitude between -180 and 180.")
        if self.lat is not None and not -90 <= self.lat <= 90:
            raise Invalid("lat", self.lat, "Give a latitude between -90 and 90.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """The provider; the same external id is the same provider. Without one, its name is."""

    name: str
    external_id: str = ""
    alternate_name: str = ""
    description: str = ""
    email: str = ""
    website: str = ""
    original: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise Invalid("provider.name", self.name, "Give the name of the organisation.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One service. `topics` are need codes; where empty they are read from name and `keywords`."""

    source: str
    external_id: str
    provider: Organisation
    name: str
    description: str = ""
    alternate_name: str = ""
    keywords: str = ""
    topics: tuple[str, ...] = ()
    status: str = "active"
    url: str = ""
    email: str = ""
    application_process: str = ""
    fees: str = ""
    wait_time: str = ""
    eligibility: str = ""
    minimum_age: int | None = None
    maximum_age: int | None = None
    sexes: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    area: str = ""
    interpretation: str = ""
    alert: str = ""
    assured_at: date | None = None
    assurer: str = ""
    capacity_unit: str = "places"
    capacity_total: int | None = None
    accepts_involuntary: bool = False
    accepts_drop_off: bool = False
    pathway: str = "standard"
    places: tuple[Place, ...] = ()
    hours: tuple[Hours, ...] = ()
    phones: tuple[Telephone, ...] = ()
    languages: tuple[tuple[str, str], ...] = ()
    documents: tuple[str, ...] = ()
    costs: tuple[tuple[str, Decimal | None], ...] = ()
    original: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise Invalid("service.name", self.name, "Give the service a name.")
        low, high = self.minimum_age, self.maximum_age
        for name, age in (("minimum_age", low), ("maximum_age", high)):
            if age is not None and not 0 <= age <= 130:
                raise Invalid(name, age, "Give an age between 0 and 130.")
        if low is not None and high is not None and high < low:
            raise Invalid("maximum_age", high, "It must not lie below the minimum age of %(low)s.", low=low)
        if self.capacity_total is not None and not 0 <= self.capacity_total <= MOST_ROOM:
            raise Invalid("capacity_total", self.capacity_total, "Give zero or more, up to a million.")

    def fingerprint(self) -> str:
        """SHA-256 of every value: the same entry is recognised when it comes again."""
        text = json.dumps(asdict(self), sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file with the services it holds; `key` is its own identity at its source."""

    file: str
    line: int
    key: str
    entries: tuple[Entry, ...]
