"""Which column of a file of places says what: known by common names, or by a profile of the site's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from commonweal.adapters.files import spec
from commonweal.adapters.files.spec import ProfileError, Spec

COMMON = {
    "name": "name place place_name placename landmark common_name commonname label title",
    "number": "number house_number housenumber house_no addr_num addrnum add_number address_number st_num "
    "street_number addr_housenumber",
    "street": "street street_name streetname st_name full_street fullstreet full_street_name addr_street",
    "unit": "unit apt apartment suite",
    "address": "address full_address fulladdress full_addr fulladdr addr street_address site_address "
    "add_full complete_address",
    "city": "city town municipality postal_city post_comm community addr_city",
    "postal": "postcode postal_code zip zipcode zip_code post_code addr_postcode",
    "kind": "kind place_kind",
    "longitude": "longitude lon lng long x x_coord point_x",
    "latitude": "latitude lat y y_coord point_y",
}
KEYS = frozenset(["name", "about", "columns", "kinds", "kind", "crs", "delimiter", "sheet"])
JOINED = frozenset(["street"])  # several columns make one text; of other fields the first that says something


@dataclass(frozen=True)
class Profile:
    """A validated mapping; see README.md for the meaning of each key."""

    name: str = "common"
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""
    crs: str = ""
    delimiter: str = ""
    sheet: str = ""

    def names(self, key: str) -> tuple[str, ...]:
        """The columns that may say a field, as `plain` writes them."""
        return tuple(map(plain, self.columns.get(key) or COMMON[key].split()))


def plain(column: str) -> str:
    """A column's name in one form: `ADDR:HouseNumber` and `addr_housenumber` are one."""
    return re.sub(r"[^a-z0-9]+", "_", column.casefold()).strip("_")


def load_profile(path: str) -> Profile:
    """A site's own profile by the path of its YAML; columns by their common names for "" or `common`.

    Raises ProfileError, naming the key, for a profile that is missing or malformed.
    """
    if path in ("", "common"):
        return Profile()
    if not path.endswith((".yaml", ".yml")):
        raise ProfileError(f"profile {path!r} does not exist; leave it out, or give a .yaml file")
    raw, where = spec.load(path)
    return parse_profile(raw, where)


def parse_profile(raw: object, where: str = "profile") -> Profile:
    """Validate a profile's raw value; `where` is used in messages."""
    top = Spec(raw, where, KEYS)
    columns = top.child("columns", frozenset(COMMON))
    return Profile(
        name=top.text("name"),
        columns={key: columns.words(key) for key in columns.values},
        kinds=top.table("kinds"),
        kind=top.text("kind", ""),
        crs=top.text("crs", ""),
        delimiter=top.text("delimiter", ""),
        sheet=top.text("sheet", ""),
    )
