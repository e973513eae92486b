"""Photographs made anew from their points alone: what a camera wrote beside them (place, device) is gone.

Only the points survive, so nothing else that a file carried does (EXIF, XMP, IPTC, comments, whatever
follows the picture). Bounded in points before they are unpacked, since a small file may swell, and in size
afterwards.
"""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from commonweal.kernel import media
from commonweal.kernel.errors import Invalid

SIDE = 2048  # points of the longer side that is kept
SMALL = 320  # of the one in a list
MOST_POINTS = 60_000_000
QUALITY = 85
MADE = media.JPEG
FORMS = ("JPEG", "PNG")
EMPTY = "The file is empty. Choose it again."
TAKEN = "Take or choose a JPEG or PNG photograph."
UNSOUND = "This photograph cannot be read to its end. Take it again."
TOO_MANY = "It has more than 60 million points. Take it smaller."
TOO_BIG = "It has more than %(most)s MB. Take it smaller."
Swollen = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def made_anew(content: bytes, name: str, most: int) -> bytes:
    """A JPEG of at most SIDE points, upright, without any note of the camera's.

    Invalid for anything else, and for more than `most` bytes.
    """
    if not content:
        raise Invalid("file", name, EMPTY)
    if len(content) > most:
        raise Invalid("file", name, TOO_BIG, most=most // 1_000_000)
    try:
        with Image.open(io.BytesIO(content), formats=FORMS) as found:
            if found.width * found.height > MOST_POINTS:
                raise Invalid("file", name, TOO_MANY)
            found.draft("RGB", (SIDE, SIDE))  # a large JPEG is unpacked at a fraction of its size
            return _written(ImageOps.exif_transpose(found), SIDE)
    except UnidentifiedImageError as wrong:
        raise Invalid("file", name, TAKEN) from wrong
    except Swollen as wrong:
        raise Invalid("file", name, TOO_MANY) from wrong
    except (OSError, ValueError, SyntaxError) as wrong:
        raise Invalid("file", name, UNSOUND) from wrong


def small(content: bytes) -> bytes:
    """The same photograph for a list; of bytes that `made_anew` gave."""
    with Image.open(io.BytesIO(content), formats=FORMS) as found:
        found.draft("RGB", (SMALL, SMALL))
        return _written(found, SMALL)


def _written(picture: Image.Image, side: int) -> bytes:
    """The points alone on a new white sheet: the old one's notes, profile and comments do not come along."""
    is_clear = "transparency" in picture.info or picture.mode in ("LA", "PA", "RGBA")
    seen = picture.convert("RGBA" if is_clear else "RGB")
    sheet = Image.new("RGB", seen.size, "white")
    sheet.paste(seen, mask=seen.getchannel("A") if is_clear else None)
    sheet.thumbnail((side, side))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
