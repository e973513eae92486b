"""Plain controls over a roster: how many teams work a unit's shifts, later or longer by hours, from where."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import isfinite

from commonweal.kernel.errors import Invalid, gettext_noop

FORMAT = "commonweal-scenario/1"
MOST_TEAMS, MOST_HOURS, MOST_BYTES = 4, 12.0, 64_000
PARTS = ("teams", "later", "longer", "base")
Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one unit's shifts: teams on them (0: off duty, 1: as now, 2: one more), begun so many
    hours later (below zero: earlier), so many hours longer, from another base (lon, lat)."""

    teams: int = 1
    later: float = 0.0
    longer: float = 0.0
    base: Spot | None = None

    @property
    def is_none(self) -> bool:
        """Whether it leaves everything as it is."""
        return self == Change()

    @property
    def is_hours_only(self) -> bool:
        """Whether moves of shifts alone bring it about."""
        return self.teams == 1 and self.base is None


def read(raw: object, signs: Collection[str]) -> dict[str, Change]:
    """Changes by call sign, those that change nothing left out; Invalid names the unit and the part."""
    if not isinstance(raw, Mapping):
        raise Invalid("unit", raw, "Give an object: call sign, then teams, later, longer, base.")
    found = {}
    for sign, given in raw.items():
        if sign not in signs:
            raise Invalid(
                "unit", sign, "No such unit stands on the roster. The units are: %(units)s.",
                units=", ".join(sorted(signs)) or "-",
            )  # fmt: skip
        change = _read_one(str(sign), given)
        if not change.is_none:
            found[str(sign)] = change
    return found


def _read_one(sign: str, given: object) -> Change:
    if not isinstance(given, Mapping) or set(given) - set(PARTS):
        raise Invalid(sign, given, "A unit takes teams, later, longer and base, nothing else.")
    teams = given.get("teams", 1)
    if isinstance(teams, bool) or not isinstance(teams, int) or not 0 <= teams <= MOST_TEAMS:
        raise Invalid(
            f"{sign}.teams", teams, "Give a whole number of teams from 0 to %(most)s.", most=MOST_TEAMS
        )
    later, longer = (_hours(sign, part, given.get(part, 0.0)) for part in ("later", "longer"))
    return Change(teams, later, longer, _base(sign, given.get("base")))


def _hours(sign: str, part: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= MOST_HOURS:
        says = "Give hours from -%(most)s to %(most)s."
        raise Invalid(f"{sign}.{part}", value, says, most=f"{MOST_HOURS:g}")
    return float(value)


def _base(sign: str, value: object) -> Spot | None:
    if value is None:
        return None
    if isinstance(value, list | tuple) and len(value) == 2:
        numbers = [float(n) for n in value if isinstance(n, int | float) and isfinite(n)]
        if len(numbers) == 2 and abs(numbers[0]) <= 180 and abs(numbers[1]) <= 90:
            return numbers[0], numbers[1]
    raise Invalid(f"{sign}.base", value, "Give longitude and latitude in degrees, such as -122.27, 37.87.")


def written(changes: Mapping[str, Change]) -> dict[str, dict[str, object]]:
    """As a row and a file keep them."""
    return {
        sign: {
            "teams": c.teams,
            "later": c.later,
            "longer": c.longer,
            "base": list(c.base) if c.base else None,
        }
        for sign, c in sorted(changes.items())
    }


def file_of(name: str, kind: str, changes: object) -> str:
    """A scenario as a file: no account, no agency, no result in it."""
    told = {"format": FORMAT, "name": name, "kind": kind, "changes": changes}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def of_file(content: bytes, kind: str) -> tuple[str, object]:
    """Name and changes of a file; Invalid says what is wrong with it."""
    if len(content) > MOST_BYTES:
        raise Invalid("file", len(content), "A scenario has at most %(most)s bytes.", most=MOST_BYTES)
    try:
        told = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise Invalid("file", str(fault), "Choose a JSON file that was saved from this page.") from fault
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        named = told.get("format") if isinstance(told, dict) else type(told).__name__
        raise Invalid("file", named, "This page reads files of the format %(format)s.", format=FORMAT)
    if told.get("kind") != kind:
        raise Invalid("kind", told.get("kind"), "The file is for another kind of unit; open that kind first.")
    if not isinstance(told.get("name"), str):
        raise Invalid("name", told.get("name"), "Give it a name.")
    return told["name"], told.get("changes")


# said through Invalid, which looks them up; named here for the catalogues
SAID = (
    gettext_noop("Give an object: call sign, then teams, later, longer, base."),
    gettext_noop("No such unit stands on the roster. The units are: %(units)s."),
    gettext_noop("A unit takes teams, later, longer and base, nothing else."),
    gettext_noop("Give a whole number of teams from 0 to %(most)s."),
    gettext_noop("Give hours from -%(most)s to %(most)s."),
    gettext_noop("Give longitude and latitude in degrees, such as -122.27, 37.87."),
    gettext_noop("A scenario has at most %(most)s bytes."),
    gettext_noop("Choose a JSON file that was saved from this page."),
    gettext_noop("This page reads files of the format %(format)s."),
    gettext_noop("The file is for another kind of unit; open that kind first."),
)
