"""Retention schedules: data of the site, read strictly."""

from dataclasses import dataclass

from commonweal.kernel.errors import Invalid
from commonweal.kernel.site_file import in_force

NAME = "retention.yaml"
LEAST = 1  # years; less is a mistake of the pen


@dataclass(frozen=True, slots=True)
class Schedule:
    """Records of these kinds go after so many years, by this law."""

    id: str
    kinds: tuple[str, ...]
    years: int
    law: str


@dataclass(frozen=True, slots=True)
class Retention:
    """The schedules of the site, and whether they are applied."""

    is_in_force: bool
    schedules: tuple[Schedule, ...]


def read(body: object) -> Retention:
    """The schedules of a file's contents; Invalid names the place that cannot be used."""
    if not isinstance(body, dict) or set(body) != {"in_force", "schedules"}:
        raise Invalid(NAME, "", "Give in_force and schedules, and nothing else.")
    if not isinstance(body["in_force"], bool):
        raise Invalid(f"{NAME} in_force", body["in_force"], "Write true or false.")
    return Retention(body["in_force"], tuple(_schedule(row) for row in body["schedules"] or ()))


def _schedule(row: object) -> Schedule:
    if not isinstance(row, dict) or set(row) != {"id", "kinds", "years", "law"}:
        raise Invalid(f"{NAME} schedules", str(row)[:80], "Give each its id, kinds, years and law.")
    years, kinds = row["years"], row["kinds"]
    if type(years) is not int or years < LEAST:
        raise Invalid(f"{NAME} {row['id']} years", years, "Give whole years, one or more.")
    if not isinstance(kinds, list) or not kinds or not str(row["law"]).strip():
        raise Invalid(f"{NAME} {row['id']}", "", "Name the kinds of record and the law.")
    return Schedule(str(row["id"]), tuple(map(str, kinds)), years, str(row["law"]))


def retention() -> Retention:
    """What is in force: `retention.yaml` of the instance's home where a site keeps one, else ours."""
    return in_force(NAME, read)
