"""Mapping profiles read strictly: every key is known, every value of its kind, every error says where."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from commonweal import packs


class ProfileError(ValueError):
    """A mapping profile that is missing or malformed; the message names the key and what is allowed."""


class Spec:
    """One mapping of a profile with typed access; `where` is its place, as ``alexandria.yaml: times``."""

    def __init__(self, value: object, where: str, allowed: frozenset[str] | None = None) -> None:
        if not isinstance(value, Mapping):
            raise ProfileError(f"{where} must be a mapping of keys to values, not {type(value).__name__}")
        self.values = {str(key): item for key, item in value.items()}
        self.where = where
        unknown = sorted(set(self.values) - allowed) if allowed is not None else []
        if unknown and allowed is not None:
            raise ProfileError(f"{where}: unknown key {unknown[0]!r}; allowed: {', '.join(sorted(allowed))}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without a default the key is required. Numbers come back as their digits."""
        value = self.values.get(key, default)
        if value is None or isinstance(value, (dict, list)):
            raise ProfileError(f"{self.where}: {key!r} must be a text")
        return str(value)

    def number(self, key: str, default: float) -> float:
        """Return a number, the default where the key is absent."""
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ProfileError(f"{self.where}: {key!r} must be a number, not {value!r}")
        return float(value)

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; a single text is a list of one, an absent key a list of none."""
        value = self.values.get(key, ())
        items = value if isinstance(value, (list, tuple)) else [value]
        if any(isinstance(item, (dict, list)) for item in items):
            raise ProfileError(f"{self.where}: {key!r} must be a list of texts")
        return tuple(str(item) for item in items)

    def table(self, key: str) -> dict[str, str]:
        """Return a mapping of text to text, with casefolded keys; empty where absent."""
        value = self.values.get(key, {})
        if not isinstance(value, Mapping):
            raise ProfileError(f"{self.where}: {key!r} must be a mapping of words to words")
        return {str(word).strip().casefold(): str(meaning) for word, meaning in value.items()}

    def child(self, key: str, allowed: frozenset[str] | None = None) -> Spec:
        """Return the mapping under a key, an empty one where absent."""
        return Spec(self.values.get(key) or {}, f"{self.where}: {key}", allowed)

    def children(self, key: str, allowed: frozenset[str]) -> list[Spec]:
        """Return the list of mappings under a key, an empty one where absent."""
        value = self.values.get(key) or []
        if not isinstance(value, list):
            raise ProfileError(f"{self.where}: {key!r} must be a list")
        return [Spec(item, f"{self.where}: {key}[{number}]", allowed) for number, item in enumerate(value, 1)]


def load(name: str, prefix: str = "") -> tuple[object, str]:
    """Return a profile's raw value and its place: a shipped one by name, or a site's own by its path."""
    if name.endswith((".yaml", ".yml")):
        return _own(Path(name)), Path(name).name
    pack = f"profiles/{prefix}{name.removeprefix(prefix)}.yaml"
    there = packs.names(f"profiles/{prefix}".rpartition("/")[0])
    if pack not in there:
        known = [item.removeprefix("profiles/").removesuffix(".yaml") for item in there]
        of_directories = prefix == "directory_"
        choice = ", ".join(item for item in known if item.startswith("directory_") == of_directories)
        raise ProfileError(f"profile {name!r} does not exist; choose one of {choice}, or give a .yaml file")
    return packs.read(pack), pack.removeprefix("profiles/")


def _own(path: Path) -> object:
    try:
        value: object = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProfileError(f"profile {path} cannot be opened: {error.strerror}; check the path") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ProfileError(f"profile {path} does not parse: {error}; correct the file") from error
    return value
