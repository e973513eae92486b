"""Exports written: one fiscal year as another, stored rows as a folder. The door of this adapter outwards."""

from __future__ import annotations

from commonweal.adapters.hmis_csv.convert import Converter, convert
from commonweal.adapters.hmis_csv.spec import YEARS, load

__all__ = ["YEARS", "Converter", "convert", "load"]
