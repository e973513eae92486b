"""Files that ship: protocols, policy, pathways, glossaries and code tables, read as plain values.

A pack is a file a lawyer or a clinician can read. Rooms load packs as versioned rows that a site may edit
and hand them to engines as values; engines never import this package.
"""

from __future__ import annotations

import json
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import cast

import yaml

SUFFIXES = (".yaml", ".yml", ".json")


class PackError(ValueError):
    """A pack that is missing, of an unknown kind, or malformed; the message names the file and the remedy."""


def read(name: str) -> object:
    """Return the value in one shipped file, such as ``read("policy/us_federal.yaml")``.

    The name is relative to this package, with forward slashes. Mappings, lists, text, numbers and dates come
    back as Python values, new at each call, so a caller may change them. Raises PackError where the file is
    missing, has another ending than .yaml, .yml or .json, or does not parse.
    """
    source = _locate(name)
    if not source.is_file():
        folder = name.rpartition("/")[0]
        raise PackError(f"pack {name!r} does not exist; ask names({folder!r}) for those that do")
    text = source.read_text(encoding="utf-8")
    try:
        if name.endswith(".json"):
            return cast(object, json.loads(text))
        return cast(object, yaml.load(text, Loader=_LOADER))
    except (ValueError, yaml.YAMLError) as error:
        raise PackError(f"pack {name!r} does not parse: {error}; correct the file") from error


def names(folder: str) -> list[str]:
    """Return the names of the packs in a folder, sorted, each ready for read(); none where unknown."""
    place = _locate(folder)
    if not place.is_dir():
        return []
    found = (item.name for item in place.iterdir() if item.is_file() and item.name.endswith(SUFFIXES))
    return sorted(f"{folder.strip('/')}/{name}" for name in found)


def _locate(name: str) -> Traversable:
    parts = [part for part in name.split("/") if part]
    if any(part == ".." or "\\" in part for part in parts):
        raise PackError(f"pack {name!r} leaves the folder of packs; give a name relative to it")
    return files(__name__).joinpath(*parts) if parts else files(__name__)


# The C loader reads a large pack ten times faster; both are safe loaders, which build plain values only.
_LOADER: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
