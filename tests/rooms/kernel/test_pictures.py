"""Photographs are made anew: only points come through, upright and bounded; the rest is refused."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from commonweal.kernel import pictures
from commonweal.kernel.errors import Invalid
from factories.photographs import DEVICE, NO_PHOTOGRAPH, PLACE, swollen, taken, written_in

MOST = 15_000_000


def made(content: bytes) -> Image.Image:
    """What comes out, opened."""
    found = Image.open(io.BytesIO(pictures.made_anew(content, "IMG_1.jpg", MOST)))
    found.load()
    return found


def test_neither_place_nor_device_nor_comment_comes_through() -> None:
    before = taken()
    for word in (PLACE, DEVICE, "Rosa"):
        assert word.encode() in before
    after = pictures.made_anew(before, "", MOST)
    for word in (PLACE, DEVICE, "Rosa", "Exif", "GPS"):
        assert word.encode() not in after
    found = made(before)
    assert not dict(found.getexif()) and not {"exif", "comment", "xmp", "icc_profile"} & set(found.info)


def test_what_follows_the_picture_is_gone() -> None:
    """A moving picture, or a package, hidden behind the last point."""
    hidden = b"PK\x03\x04 and a program"
    assert hidden not in pictures.made_anew(taken() + hidden, "", MOST)


def test_it_stands_upright() -> None:
    assert made(taken((64, 48))).size == (64, 48) and made(taken((64, 48), turned=True)).size == (48, 64)


def test_it_is_no_larger_than_a_screen_needs() -> None:
    assert made(taken((5000, 2500))).size == (2048, 1024)
    tiny = Image.open(io.BytesIO(pictures.small(pictures.made_anew(taken((900, 600)), "", MOST))))
    assert max(tiny.size) == 320 and tiny.format == "JPEG"


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1"])
def test_every_mode_of_colour_becomes_a_jpeg(mode: str) -> None:
    found = made(written_in(mode))
    assert (found.format, found.mode, found.size) == ("JPEG", "RGB", (40, 30))


def test_what_is_clear_becomes_white() -> None:
    assert made(written_in("RGBA")).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("content", NO_PHOTOGRAPH.values(), ids=NO_PHOTOGRAPH)
def test_anything_else_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        pictures.made_anew(content, "IMG_1.jpg", MOST)
    assert refused.value.field == "file" and refused.value.remedy


def test_a_file_that_would_swell_is_not_unpacked() -> None:
    with pytest.raises(Invalid, match="60 million"):
        pictures.made_anew(swollen(), "", MOST)


def test_one_past_the_site_s_size_is_refused() -> None:
    with pytest.raises(Invalid, match="MB"):
        pictures.made_anew(taken(), "", 100)


@settings(max_examples=60, deadline=None)
@given(cut=some.integers(0, 900), noise=some.binary(max_size=40), at=some.integers(0, 900))
@pytest.mark.filterwarnings("ignore:.*:UserWarning")
def test_a_damaged_file_is_made_anew_or_refused(cut: int, noise: bytes, at: int) -> None:
    whole = taken((120, 90))
    content = (whole[:at] + noise + whole[at + len(noise) :])[: len(whole) - cut]
    try:
        assert made(content).format == "JPEG"
    except Invalid as refused:
        assert refused.field == "file"
