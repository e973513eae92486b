"""What a file really is: told by its bytes, never by its name alone. Few kinds are taken.

Signatures: PDF (ISO 32000-1, 7.5.2), JPEG (ISO/IEC 10918-1, B.1), PNG (ISO/IEC 15948, 5.2), OOXML packages
(ECMA-376 part 2), OpenDocument packages (ISO/IEC 26300-3, 3.3). No package is unpacked: it is only listed.
"""

import io
import zipfile
from pathlib import PurePath

from commonweal.kernel.errors import Invalid

PDF, JPEG, PNG, TEXT = "application/pdf", "image/jpeg", "image/png", "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
ENDINGS = {
    PDF: ("pdf",), JPEG: ("jpg", "jpeg"), PNG: ("png",), DOCX: ("docx",), ODT: ("odt",), TEXT: ("txt",)
}  # fmt: skip
TAKEN = "Hand in a PDF, JPEG, PNG, DOCX, ODT or plain text file."
PARTS = 2_000  # of a package; a letter has some twenty
CONTROLS = frozenset(range(32)) - {9, 10, 12, 13}
ACTIVE = ("vbaproject.bin", "/activex", "basic/", "scripts/")


def kind_of(content: bytes, name: str, most: int) -> str:
    """The media type of a file handed in under a name; Invalid says which rule it breaks and what to do.

    `most` is the greatest size in bytes. The name's ending, where it has one, must agree with the bytes.
    """
    if not content:
        raise Invalid("file", name, "The file is empty. Choose it again.")
    if len(content) > most:
        says = "It has more than %(most)s MB. Hand in a smaller file, or in parts."
        raise Invalid("file", name, says, most=most // 1_000_000)
    found = _told(content)
    if found is None:
        raise Invalid("file", name, TAKEN)
    ending = PurePath(name).suffix.lower().lstrip(".")
    if ending and ending not in ENDINGS[found]:
        says = "Its contents are %(kind)s, and its name says otherwise. Save it anew under the right name."
        raise Invalid("file", name, says, kind=ENDINGS[found][0].upper())
    return found


def ending_of(media: str) -> str:
    """The ending of a file's name of this type, without the dot."""
    return ENDINGS[media][0]


def _told(content: bytes) -> str | None:
    if content.startswith(b"%PDF-"):
        return PDF if b"%%EOF" in content[-2048:] else None
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG if b"\xff\xd9" in content[-4096:] else None
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG if b"IEND" in content[-64:] else None
    if content.startswith(b"PK\x03\x04"):
        return _package(content)
    return TEXT if _is_text(content) else None


def _package(content: bytes) -> str | None:
    """A document of an office program, by its parts; Invalid for one that carries a program."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.namelist()[: PARTS + 1]
            odt = "mimetype" in parts and package.open("mimetype").read(80) == ODT.encode()
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError):
        return None
    if len(parts) > PARTS:
        return None
    if any(active in f"/{part.lower()}" for part in parts for active in ACTIVE):
        raise Invalid("file", "", "It carries a program (macros). Save it without, or as PDF.")
    if odt:
        return ODT
    return DOCX if {"[Content_Types].xml", "word/document.xml"} <= set(parts) else None


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not CONTROLS & set(content)
