"""Small files of every kind that may be handed in, and some that may not."""

import io
import zipfile

from PIL import Image

from commonweal.kernel.media import ODT

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
TEXT = "Señora Delgado keeps the room at 9 Mill St.\n".encode()
NOT_TAKEN = {
    "a program": b"MZ\x90\x00" + bytes(80),
    "a page": b"<html>\x00</html>",
    "half a PDF": PDF[:20],
    "an archive": b"PK\x03\x04" + bytes(60),
    "a GIF": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
    "Latin-1": "Señora".encode("latin-1"),
}


def picture(form: str = "PNG", size: tuple[int, int] = (8, 6), **said: object) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, (20, 90, 120)).save(out, form, **said)
    return out.getvalue()


def package(**parts: bytes) -> bytes:
    """A package with these parts; `__` in a name stands for a slash, the first part comes first."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, body in parts.items():
            made.writestr(name.replace("__", "/"), body)
    return out.getvalue()


def docx(*more: str) -> bytes:
    """A letter of an office program, with these parts beside its own."""
    names = ("[Content_Types].xml", "word/document.xml", *more)
    return package(**{name: b"<xml/>" for name in names})


def odt() -> bytes:
    """A letter in OpenDocument."""
    return package(mimetype=ODT.encode(), **{"content.xml": b"<xml/>"})
