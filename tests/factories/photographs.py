"""Photographs as phones take them: with the place and the device beside the points, turned, or unsound."""

import io
import zlib

from PIL import Image

PLACE = "47 deg 36 min N"
DEVICE = "Harlow P7"


def taken(size: tuple[int, int] = (64, 48), *, turned: bool = False, colour: str = "#1464a0") -> bytes:
    """A JPEG with EXIF: device, place, a comment; `turned` says that it lies on its side."""
    notes = Image.Exif()
    notes[0x010F], notes[0x9286] = DEVICE, PLACE
    notes[0x8825] = {1: "N", 2: (47.0, 36.0, 0.0)}  # the block of GPS
    if turned:
        notes[0x0112] = 6
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", exif=notes, comment=b"Rosa's door")
    return out.getvalue()


def written_in(mode: str, form: str = "PNG") -> bytes:
    """A picture in another mode of colour."""
    out = io.BytesIO()
    Image.new(mode, (40, 30)).save(out, form)
    return out.getvalue()


def swollen() -> bytes:
    """A file of few bytes that says it has ten thousand million points."""
    plain = bytearray(written_in("RGB"))
    plain[16:24] = (100_000).to_bytes(4, "big") * 2
    plain[29:33] = zlib.crc32(bytes(plain[12:29])).to_bytes(4, "big")
    return bytes(plain)


NO_PHOTOGRAPH = {
    "a letter": b"Dear Rosa", "a GIF": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "a page": b"<html></html>",
    "half a JPEG": taken((400, 300))[:600], "a program": b"MZ\x90\x00" + bytes(80), "nothing": b"",
    "a swollen one": swollen(),
}  # fmt: skip
