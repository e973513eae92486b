"""How alike two records are, field by field: levels of agreement, each both in Python and in SQL.

Explanations and small inputs use the Python form, trained runs the SQL one; a test holds them together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from commonweal.engines.linkage.records import Normal

Test = Callable[[Normal, Normal], bool]


@dataclass(frozen=True)
class Level:
    """One degree of agreement: its name, its test and the same test in DuckDB's SQL."""

    name: str
    holds: Test
    sql: str


@dataclass(frozen=True)
class Field:
    """A compared field: levels from best to worst, the last always holding. `missing` gives no evidence."""

    name: str
    missing: Test
    missing_sql: str
    levels: tuple[Level, ...]

    def level(self, a: Normal, b: Normal) -> int | None:
        """The place of the first level that holds; None where nothing can be said."""
        if self.missing(a, b):
            return None
        return next(place for place, level in enumerate(self.levels) if level.holds(a, b))


def equal(field: str) -> tuple[Test, str]:
    """Both values equal, as a test and in SQL."""
    return lambda a, b: bool(getattr(a, field) == getattr(b, field)), f"{field}_l = {field}_r"


def same(field: str) -> Level:
    """Both values equal."""
    return Level("same", *equal(field))


def alike(field: str, name: str, threshold: float) -> Level:
    """Jaro-Winkler similarity at or above a threshold."""

    def holds(a: Normal, b: Normal) -> bool:
        return JaroWinkler.similarity(getattr(a, field), getattr(b, field)) >= threshold

    return Level(name, holds, f"jaro_winkler_similarity({field}_l, {field}_r) >= {threshold}")


def one_edit(field: str, ends: int = 0) -> Level:
    """One character typed wrongly, left out, added, or two exchanged.

    Where every value has more than twice `ends` characters, one edit leaves so many at one end as they were:
    SQL looks there first, which costs a tenth.
    """

    def holds(a: Normal, b: Normal) -> bool:
        return DamerauLevenshtein.distance(getattr(a, field), getattr(b, field), score_cutoff=1) <= 1

    sql = f"damerau_levenshtein({field}_l, {field}_r) <= 1"
    if ends:
        first = f"substr({field}_l, 1, {ends}) = substr({field}_r, 1, {ends})"
        last = f"substr({field}_l, -{ends}) = substr({field}_r, -{ends})"
        sql = f"({first} OR {last}) AND {sql}"
    return Level("one_edit", holds, sql)


def shares(field: str, name: str) -> Level:
    """Sets that have a member in common."""

    def holds(a: Normal, b: Normal) -> bool:
        return not getattr(a, field).isdisjoint(getattr(b, field))

    return Level(name, holds, f"list_has_any({field}_l, {field}_r)")


def begins(field: str) -> Level:
    """One value is the beginning of the other: an initial, a name cut short."""

    def holds(a: Normal, b: Normal) -> bool:
        one, other = getattr(a, field), getattr(b, field)
        return bool(one.startswith(other) or other.startswith(one))

    return Level(
        "begins_alike", holds, f"starts_with({field}_l, {field}_r) OR starts_with({field}_r, {field}_l)"
    )


DIFFERS = Level("differs", lambda a, b: True, "ELSE")


def names_swapped(a: Normal, b: Normal) -> bool:
    """Given and family name exchanged between the records."""
    return a.given == b.family and a.family == b.given and a.given != a.family


SWAPPED_SQL = "given_l = family_r AND family_l = given_r AND given_l <> family_l"


def field(name: str, *levels: Level, unless: Test | None = None, unless_sql: str = "") -> Field:
    """A field that is missing where either value is empty, or where `unless` holds."""

    def missing(a: Normal, b: Normal) -> bool:
        return not getattr(a, name) or not getattr(b, name) or (unless is not None and unless(a, b))

    sql = f"{name}_l IS NULL OR {name}_r IS NULL" + (f" OR ({unless_sql})" if unless_sql else "")
    return Field(name, missing, sql, (*levels, DIFFERS))


FIRST_DAY = "-01-01"  # stands in many sources for a day that nobody knew


def year_known(born: str) -> bool:
    """No more than the year is known, or no more can be trusted."""
    return len(born) == 4 or born.endswith(FIRST_DAY)


def partly(a: Normal, b: Normal) -> bool:
    """One date is the beginning of the other, or both are of one year and one is the first of January."""
    short, long = sorted((a.born, b.born), key=len)
    if short != long and long.startswith(short):
        return True
    return short[:4] == long[:4] and (year_known(short) or year_known(long))


PARTLY_SQL = (
    "starts_with(born_l, born_r) OR starts_with(born_r, born_l)"
    " OR (substr(born_l, 1, 4) = substr(born_r, 1, 4)"
    " AND (length(born_l) = 4 OR length(born_r) = 4 OR substr(born_l, 5) = '-01-01'"
    " OR substr(born_r, 5) = '-01-01'))"
)


def years_apart(a: Normal, b: Normal) -> int:
    """Between two birth years."""
    return abs(int(a.born[:4]) - int(b.born[:4]))


YEARS_SQL = "abs(cast(substr(born_l, 1, 4) AS int) - cast(substr(born_r, 1, 4) AS int))"
FIELDS: tuple[Field, ...] = (
    field(
        "given",
        same("given"),
        Level("swapped", names_swapped, SWAPPED_SQL),
        shares("full_names", "form_of_name"),
        begins("given"),
        alike("given", "close", 0.88),
        alike("given", "somewhat", 0.78),
    ),
    # Swapped names are evidence once, under the given name; here they say nothing more.
    field(
        "family",
        same("family"),
        shares("surnames", "shared_surname"),
        alike("family", "close", 0.9),
        alike("family", "somewhat", 0.78),
        unless=names_swapped,
        unless_sql=SWAPPED_SQL,
    ),
    field(
        "born",
        same("born"),
        Level("day_month_swapped", lambda a, b: a.born == b.swapped, "born_l = swapped_r"),
        Level("known_in_part", partly, PARTLY_SQL),
        one_edit("born"),
        Level(
            "same_year", lambda a, b: a.born[:4] == b.born[:4], "substr(born_l, 1, 4) = substr(born_r, 1, 4)"
        ),
        Level(
            "same_day",
            lambda a, b: len(a.born) == 10 and a.born[4:] == b.born[4:] != FIRST_DAY,
            "length(born_l) = 10 AND substr(born_l, 5) = substr(born_r, 5) AND substr(born_l, 5) <> '-01-01'",
        ),
        Level("near_year", lambda a, b: years_apart(a, b) <= 2, f"{YEARS_SQL} <= 2"),
    ),
    field("middle", same("middle"), begins("middle"), alike("middle", "close", 0.88)),
    field("phone", same("phone"), one_edit("phone", ends=4)),  # of ten digits
    field("ssn_last4", same("ssn_last4"), one_edit("ssn_last4")),
    field("address", same("address"), alike("address", "close", 0.92)),
    field("sex", same("sex")),
    field("identifier", same("identifier"), one_edit("identifier")),
    field("postcode", same("postcode"), one_edit("postcode"), Level("same_area", *equal("area"))),
    field("email", same("email"), alike("email", "close", 0.95)),
    field(
        "birth_place",
        same("birth_place"),
        shares("places", "shared_place"),
        alike("birth_place", "close", 0.88),
    ),
    field(
        "occupation",
        same("occupation"),
        shares("callings", "shared_calling"),
        alike("occupation", "close", 0.88),
    ),
)
BY_NAME: Mapping[str, Field] = {field.name: field for field in FIELDS}
