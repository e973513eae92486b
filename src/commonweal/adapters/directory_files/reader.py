"""Service directories of many shapes to neutral HSDS-like entries: the door of this adapter.

    profile = load_profile(detect(path) or "linksf")
    for item in read([path], profile):
        match item:
            case Entry(): ...        # organization, locations, services, findings
            case Reject(): ...       # quarantined: file, line, field, value, reason, remedy
            case Notice(): ...       # about a whole file

Nothing is raised for bad input: a file that cannot be read at all is one Reject with line 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from commonweal.adapters.directory_files import hsds
from commonweal.adapters.directory_files.build import build
from commonweal.adapters.directory_files.draft import draft_profile
from commonweal.adapters.directory_files.hsds_rows import Stray
from commonweal.adapters.directory_files.profile import (
    Profile,
    load_profile,
    parse_profile,
    shipped_profiles,
)
from commonweal.adapters.directory_files.records import Opened, Raw, open_records
from commonweal.adapters.directory_files.rows import (
    Entry,
    Language,
    LocationRow,
    OrganizationRow,
    Phone,
    Schedule,
    ServiceRow,
)
from commonweal.adapters.files.answers import (
    FileRefused,
    Finding,
    Notice,
    Reject,
    lacking,
    shown,
    until_hopeless,
)
from commonweal.adapters.files.opening import Source, source
from commonweal.adapters.files.several import several
from commonweal.adapters.files.spec import ProfileError

__all__ = [
    "Entry", "FileRefused", "Finding", "Language", "LocationRow", "Notice", "OrganizationRow", "Phone",
    "Profile", "ProfileError", "Reject", "Schedule", "ServiceRow", "Stray", "detect", "draft_profile",
    "load_profile", "parse_profile", "read", "read_file", "shipped_profiles",
]  # fmt: skip

Item = Entry | Reject | Notice | Stray
LOOKED_AT = 20


def read(origins: Iterable[Source | Path | str | bytes], profile: Profile | None = None) -> Iterator[Item]:
    """Yield the entries of several files in order; a file that cannot be read is one Reject (line 0).

    Without a profile, each file's own is detected. The same content again gives a Notice and the same
    entries, which then count as unchanged.
    """
    files = list(origins)
    if profile is not None and profile.reads == "hsds":
        return _built(hsds.records(hsds.load(files)), profile)
    return several(files, lambda found: read_file(found, profile))


def _built(found: Iterable[tuple[str, Raw] | Reject | Stray | Notice], profile: Profile) -> Iterator[Item]:
    """Entries of services that were put together; of two with one identity the first stands."""
    known: dict[object, tuple[str, str, int]] = {}
    for one in found:
        if isinstance(one, (Reject, Stray, Notice)):
            yield one
            continue
        item = build(profile, *one)
        if isinstance(item, Entry):
            mark, _, line = known.setdefault(item.id, (item.fingerprint, item.source_file, item.line))
            if mark != item.fingerprint:
                yield _clash(item, profile, line)
                continue
        yield item
    if not known:
        yield Notice("HSDS", "no service was found in these files")


def read_file(origin: Source | Path | str | bytes, profile: Profile | None = None) -> Iterator[Item]:
    """Yield the entries of one file. Raises FileRefused where nothing can be read or no profile fits.

    Two records of one identity with different content would overwrite each other at every run, so the second
    is rejected; with equal content it is yielded again, and counts as unchanged.
    """
    found = origin if isinstance(origin, Source) else source(origin)
    chosen = profile or _detected(found)
    opened = open_records(found)
    _check_shape(found.name, chosen, opened)
    known: dict[object, tuple[str, int]] = {}
    built = (one if isinstance(one, Reject) else build(chosen, found.name, one) for one in opened.records)
    has_records = False
    for item in until_hopeless(found.name, built):
        has_records = True
        if isinstance(item, Entry):
            print_, line = known.setdefault(item.id, (item.fingerprint, item.line))
            if print_ != item.fingerprint:
                yield _clash(item, chosen, line)
                continue
        yield item
    if not has_records:
        yield Notice(found.name, "holds no record; export it again if services were expected")
    yield from opened.notices


def _clash(entry: Entry, profile: Profile, line: int) -> Reject:
    reason = f"has the same identity as the record of line {line}, but other content"
    remedy = "Add a path to 'identity' in the profile that tells them apart, or remove one"
    identity = ", ".join(profile.identity)
    return Reject(entry.source_file, entry.line, identity, shown(entry.original_id), reason, remedy)


def _check_shape(name: str, profile: Profile, opened: Opened) -> None:
    if profile.reads != opened.shape:
        reason = f"is {opened.shape}, and the profile {profile.name!r} reads {profile.reads}"
        raise FileRefused(name, "file", "", reason, "Choose another profile, or let it be detected")
    header = opened.table.header if opened.table else None
    missing = sorted(profile.detect - set(header)) if header is not None else []
    if missing:
        remedy = f"Check that {profile.name!r} is the profile of this file, or write one for it"
        raise FileRefused(name, "header", ", ".join(header or ()), lacking(missing), remedy)


def detect(origin: Path | str | bytes) -> str | None:
    """Return the name of the shipped profile whose marks a file carries, None where none fits.

    Looks at the header or the first records. Raises FileRefused where the file cannot be read.
    """
    if not isinstance(origin, bytes) and hsds.looks_like_hsds(Path(origin)):
        return "directory_hsds_1"
    return _fitting(source(origin))


def _fitting(found: Source) -> str | None:
    opened = open_records(found)
    if opened.table is not None:
        fields = frozenset(opened.table.header)
    else:
        first = [raw for raw in islice(opened.records, LOOKED_AT) if isinstance(raw, Raw)]
        fields = frozenset(first[0].content) if first else frozenset()
    for name in shipped_profiles():
        profile = load_profile(name)
        if profile.reads == opened.shape and profile.detect and profile.detect <= fields:
            return name
    return None


def _detected(found: Source) -> Profile:
    name = _fitting(found)
    if name is None:
        choice = ", ".join(shipped_profiles())
        remedy = f"Name one of {choice}, or write a profile for this shape"
        raise FileRefused(found.name, "file", "", "has the shape of no profile that ships", remedy)
    return load_profile(name)
