"""One record while it is read: its paths resolved, its doubts collected, its ids derived."""

from __future__ import annotations

from itertools import zip_longest
from uuid import UUID, uuid5

from commonweal.adapters.directory_files.phones import read_phones
from commonweal.adapters.directory_files.profile import Part, Profile
from commonweal.adapters.directory_files.records import Raw, pick, walk
from commonweal.adapters.directory_files.rows import Phone
from commonweal.adapters.files.answers import Finding

SPACE = UUID("6f2f4a34-5d0e-5c0b-9a0c-0c1f6f0c9d11")


class Unfit(Exception):
    """A value that cannot stand: the field, the value, the reason. Becomes a Reject."""


class Reading:
    """One record while it is read: paths resolve against an item or, with `^`, against the whole record."""

    def __init__(self, profile: Profile, raw: Raw) -> None:
        self.profile = profile
        self.raw = raw
        self.findings: list[Finding] = []
        self.identity = [text for path in profile.identity for text in pick(raw.content, path) or [""]]

    def texts(self, part: Part, key: str, item: object) -> list[str]:
        """Return the texts of a field in the order of its paths, repaired, without null words."""
        return [text for path in part.paths.get(key, ()) for text in self._given(item, path)]

    def text(self, part: Part, key: str, item: object) -> str:
        """Return the first text of a field, else the profile's constant for it, else nothing."""
        found = self.texts(part, key, item)
        return found[0] if found else part.constants.get(key, "")

    def items(self, part: Part) -> list[object]:
        """Return what a part is read from: the items under its `each`, or the record itself."""
        content = self.raw.content
        return [item for item in walk(content, part.each) if item] if part.each else [content]

    def phones(self, part: Part, item: object) -> tuple[Phone, ...]:
        """Return the telephone and fax numbers of an item, each once."""
        extensions = self.texts(part, "extensions", item)
        voices = self._named(part, item)
        faxes = [(text, "", "fax") for text in self.texts(part, "faxes", item)]
        only = extensions[0] if len(voices) == 1 and extensions else ""
        found: dict[tuple[str, str], Phone] = {}
        for text, name, kind in [*voices, *faxes]:
            for phone in read_phones(
                text, self.profile.region, self.profile.area_code, kind, self.findings,
                only if kind == "voice" else "",
            ):  # fmt: skip
                said = phone._replace(description=phone.description or name)
                found.setdefault((phone.number or phone.original, kind), said)
        return tuple(found.values())

    def _named(self, part: Part, item: object) -> list[tuple[str, str, str]]:
        """The numbers to speak on, each with what the column at the same place of `phone_names` calls it."""
        paths, names = part.paths.get("phones", ()), part.paths.get("phone_names", ())
        named = zip_longest(paths, names[: len(paths)], fillvalue="")
        return [
            (text, next(iter(self._given(item, name)), "") if name else "", "voice")
            for path, name in named
            for text in self._given(item, path)
        ]

    def key(self, kind: str, *words: str) -> UUID:
        """Return the stable id of a thing of this source: the same words, the same id."""
        plain = "\x1f".join(" ".join(word.casefold().split()) for word in words)
        return uuid5(SPACE, f"{self.profile.source_system}\x1f{kind}\x1f{plain}")

    def _given(self, item: object, path: str) -> list[str]:
        found = [self._repair(text) for text in self._under(item, path)]
        return [text for text in found if text.casefold() not in self.profile.null_words]

    def _under(self, item: object, path: str) -> list[str]:
        return pick(self.raw.content, path[1:]) if path.startswith("^") else pick(item, path)

    def _repair(self, text: str) -> str:
        for bad, good in self.profile.repairs.items():
            if bad in text:
                self.findings.append(Finding("text", text, f"holds {bad!r}, read as {good!r}"))
                text = text.replace(bad, good)
        return text
