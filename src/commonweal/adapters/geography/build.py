"""A row or a feature to a place: its name, what it is, where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from commonweal.adapters.files.answers import FileRefused, Reject, lacking, shown
from commonweal.adapters.geography.features import Feature
from commonweal.adapters.geography.profile import COMMON, JOINED, Profile, plain
from commonweal.adapters.geography.rows import PlaceRow
from commonweal.adapters.geography.systems import Carry
from commonweal.adapters.geography.words import Unfit, block_of, number_of, on_the_globe, tidy

PRECISIONS = {"block": "block", "street": "area"}
Layout = Mapping[str, tuple[str, ...]]  # our field to the columns of one header that say it


class PlaceBuilder:
    """Builds places from the rows of one table, or from features; made once a file."""

    def __init__(self, profile: Profile, file: str, carry: Carry | None) -> None:
        self._profile, self._file, self._carry = profile, file, carry
        self._layouts: dict[tuple[str, ...], Layout] = {}

    def demand(self, header: Sequence[str]) -> None:
        """Refuse a table that says no point, or nothing that a place is called."""
        there = self._layout(tuple(header))
        remedy = f"Name its columns in a profile; there are: {', '.join(header)[:300]}"
        if missing := [key for key in ("longitude", "latitude") if key not in there]:
            raise FileRefused(self._file, "header", ", ".join(header), lacking(missing), remedy)
        if not {"name", "address", "street"} & there.keys():
            reason = "says neither name nor address nor street"
            raise FileRefused(self._file, "header", ", ".join(header), reason, remedy)

    def row(self, line: int, cells: Mapping[str, object]) -> PlaceRow | Reject:
        """The place of one row, or why it is none."""
        try:
            point = self._degrees(cells, "longitude"), self._degrees(cells, "latitude")
            return self._place(line, cells, *point)
        except Unfit as fault:
            return self._reject(line, fault)

    def feature(self, feature: Feature) -> PlaceRow | Reject:
        """The place of one feature, or why it is none."""
        told = feature.geometry or {}
        try:
            match told.get("coordinates"):
                case [float() | int() as x, float() | int() as y, *_] if told.get("type") == "Point":
                    return self._place(feature.line, feature.properties, float(x), float(y))
            kind = tidy(told.get("type")) or "none"
            raise Unfit("geometry", kind, "is no Point", "Export the middle of each place as a point")
        except Unfit as fault:
            return self._reject(feature.line, fault)

    def _reject(self, line: int, fault: Unfit) -> Reject:
        return Reject(self._file, line, fault.field, shown(fault.value), fault.reason, fault.remedy)

    def _degrees(self, cells: Mapping[str, object], key: str) -> float:
        column = self._layout(tuple(cells))[key][0]
        return number_of(column, cells[column])

    def _layout(self, header: tuple[str, ...]) -> Layout:
        """The columns of this header that say each field; features may differ, so each header is kept."""
        found = self._layouts.get(header)
        if found is None:
            by_name = {plain(column): column for column in reversed(header)}
            wanted = {key: [by_name.get(name) for name in self._profile.names(key)] for key in COMMON}
            there = {key: tuple(c for c in names if c is not None) for key, names in wanted.items()}
            found = self._layouts[header] = {key: names for key, names in there.items() if names}
        return found

    def _texts(self, cells: Mapping[str, object]) -> dict[str, str]:
        """What the cells say of each field that they say anything of."""
        said = {}
        for key, columns in self._layout(tuple(cells)).items():
            texts = [text for column in columns if (text := tidy(cells[column]))]
            if texts:
                said[key] = " ".join(texts) if key in JOINED else texts[0]
        return said

    def _place(self, line: int, cells: Mapping[str, object], x: float, y: float) -> PlaceRow:
        lon, lat = self._carry(x, y) if self._carry else (x, y)
        on_the_globe(lon, lat)
        said = self._texts(cells)
        own, door = said.get("name", ""), _door(said)
        called = own or door
        if not called:
            raise Unfit("name", "", "has neither name nor address", "Fill one in, or remove the row")
        block = block_of(called)
        kind = self._kind(said.get("kind", ""), "block" if block else "", bool(own))
        parts = (door if own and door != own else "", said.get("city"), said.get("postal"))
        rest = ", ".join([part for part in parts if part])
        return PlaceRow(
            self._file, line, block or called, kind, lon, lat, rest, PRECISIONS.get(kind, "exact")
        )

    def _kind(self, said: str, seen: str, has_name: bool) -> str:
        """What the file says it is, in our words; else what it looks like."""
        if said:
            return self._profile.kinds.get(said.casefold(), said.casefold().replace(" ", "_"))
        return seen or self._profile.kind or ("common_place" if has_name else "address")


def _door(said: Mapping[str, str]) -> str:
    """House number, street and unit, or the address where the file has it in one."""
    street, number, unit = said.get("street", ""), said.get("number", ""), said.get("unit", "")
    if not street or not number:
        return said.get("address") or street
    called = f"Unit {unit}" if unit.isalnum() else unit
    return f"{number} {street} {called}".rstrip()
