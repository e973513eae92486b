"""Is this a table at all? Decided from the first block, so that two gigabytes of nothing cost nothing."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Literal

from commonweal.adapters.files.answers import FileRefused

Kind = Literal["text", "xlsx"]
BLOCK = 65_536
SHEET_LIMIT = 1 << 30
SWELL = 300  # times its packed size, beyond SMALL bytes: a real workbook unpacks to some tens of times
SMALL = 1 << 26
MAGIC = (
    (b"%PDF", "a PDF document", "Ask for the table as CSV or XLSX"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", "Save it as .xlsx or CSV"),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it first"),
    (b"SQLite format 3", "a SQLite database", "Export the table as CSV"),
    (b"PAR1", "a Parquet file", "Export the table as CSV"),
    (b"\x89PNG", "a picture", "Ask for the table as CSV or XLSX"),
    (b"\xff\xd8\xff", "a picture", "Ask for the table as CSV or XLSX"),
    (b"\xff\xfe", "UTF-16 text", "Save it as UTF-8 (in Excel: CSV UTF-8)"),
    (b"\xfe\xff", "UTF-16 text", "Save it as UTF-8 (in Excel: CSV UTF-8)"),
)


@dataclass(frozen=True)
class Source:
    """One file to read: a path, or bytes that were uploaded, with the name to use in messages."""

    origin: Path | bytes
    name: str

    def open(self) -> BinaryIO:
        """Return a new binary stream; the caller closes it. Raises FileRefused where it cannot be opened."""
        if isinstance(self.origin, bytes):
            return io.BytesIO(self.origin)
        try:
            return self.origin.open("rb")
        except OSError as error:
            raise FileRefused(
                self.name, "file", "", f"cannot be opened: {error.strerror}", "Check its permissions"
            ) from error

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.origin) if isinstance(self.origin, bytes) else self.origin.stat().st_size

    def digest(self) -> str:
        """Return the SHA-256 of the content, to know the same file when it comes again."""
        total = sha256()
        with self.open() as stream:
            while block := stream.read(1 << 20):
                total.update(block)
        return total.hexdigest()


class Met:
    """The files met in one run, so that the same content again is known. Only equal sizes are compared."""

    def __init__(self) -> None:
        self._by_size: dict[int, list[Source]] = {}

    def before(self, found: Source) -> str:
        """The name of a file met before with the same content, empty where there is none; remembers it."""
        alike = self._by_size.setdefault(found.size, [])
        known = next((one.name for one in alike if one.digest() == found.digest()), "")
        alike.append(found)
        return known


def source(origin: Path | str | bytes, name: str = "") -> Source:
    """Name a file or an upload. Raises FileRefused for a missing path, a folder, a device, an empty file."""
    if isinstance(origin, bytes):
        found = Source(origin, name or "upload")
        size = len(origin)
    else:
        found = Source(Path(origin), name or Path(origin).name or str(origin))
        size = _size(found.name, Path(origin))
    if size == 0:
        raise FileRefused(found.name, "file", "", "is empty", "Export it again; no row was read")
    return found


def _size(name: str, path: Path) -> int:
    try:
        facts = path.stat()
    except (OSError, ValueError) as error:
        raise FileRefused(name, "file", path, "does not exist", "Check the path") from error
    if stat.S_ISDIR(facts.st_mode):
        raise FileRefused(name, "file", path, "is a folder", f"Name its files, such as {path}{os.sep}*.csv")
    if not stat.S_ISREG(facts.st_mode):
        raise FileRefused(name, "file", path, "is not a regular file", "Copy the export to disk first")
    return facts.st_size


def kind(found: Source) -> Kind:
    """Say whether the content is text or an XLSX workbook, whatever its name ends in.

    Reads one block. Raises FileRefused for other formats, for binary noise, and for blanks or NUL bytes.
    """
    with found.open() as stream:
        head = stream.read(BLOCK)
    if head.startswith(b"PK"):
        _check_workbook(found)
        return "xlsx"
    for magic, what, remedy in MAGIC:
        if head.startswith(magic):
            raise FileRefused(found.name, "file", "", f"is {what}, not a table", remedy)
    _check_text(found.name, head)
    return "text"


def _check_text(name: str, head: bytes) -> None:
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        what = "NUL bytes" if b"\0" in head else "blanks"
        reason = f"begins with {len(head):,} bytes of nothing but {what}"
        raise FileRefused(name, "file", "", reason, "The export failed or the disk was full: export it again")
    noise = sum(head.count(byte) for byte in (b"\0", b"\1", b"\2", b"\3", b"\4", b"\5", b"\6", b"\x0e"))
    first = head.split(b"\n", 1)[0]
    if noise > len(head) // 50 + 1 or b"\0" in first:
        raise FileRefused(name, "file", "", "is binary data, not text", "Send CSV (UTF-8) or XLSX")


def _check_workbook(found: Source) -> None:
    remedy = "Open it in a spreadsheet program and save it again as .xlsx or CSV"
    try:
        with found.open() as stream, zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise FileRefused(found.name, "file", "", "is a damaged workbook or archive", remedy) from error
    if not any(member.filename.startswith("xl/") for member in members):
        raise FileRefused(found.name, "file", "", "is a ZIP archive, not a workbook", "Unpack it first")
    unpacked = sum(member.file_size for member in members)
    if unpacked > SHEET_LIMIT:
        reason = f"unpacks to {unpacked:,} bytes, above the limit of {SHEET_LIMIT:,}"
        raise FileRefused(found.name, "file", "", reason, "Export it as CSV, which is read as a stream")
    if unpacked > max(SMALL, SWELL * found.size):
        reason = f"unpacks to {unpacked:,} bytes from {found.size:,}"
        raise FileRefused(found.name, "file", "", reason, remedy)
