"""What a file is, by its bytes: a few kinds are taken, a name that lies is refused, so is a program."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.kernel import media
from commonweal.kernel.errors import Invalid
from factories.papers import NOT_TAKEN, PDF, TEXT, docx, odt, package, picture

MOST = 1_000_000
TAKEN = [
    (PDF, "letter.pdf", media.PDF),
    (picture("JPEG"), "card.JPG", media.JPEG),
    (picture("JPEG"), "card.jpeg", media.JPEG),
    (picture("PNG"), "card.png", media.PNG),
    (docx(), "plan.docx", media.DOCX),
    (odt(), "plan.odt", media.ODT),
    (TEXT, "note.txt", media.TEXT),
    (PDF, "letter", media.PDF),
]


@pytest.mark.parametrize(("content", "name", "kind"), TAKEN, ids=[f"{n}" for _, n, _ in TAKEN])
def test_kinds_that_are_taken(content: bytes, name: str, kind: str) -> None:
    assert media.kind_of(content, name, MOST) == kind
    assert media.ending_of(kind) in media.ENDINGS[kind]


@pytest.mark.parametrize("what", NOT_TAKEN)
def test_anything_else_is_refused_and_what_is_taken_is_said(what: str) -> None:
    with pytest.raises(Invalid, match="Hand in a PDF") as refused:
        media.kind_of(NOT_TAKEN[what], "paper.pdf", MOST)
    assert refused.value.field == "file" and refused.value.value == "paper.pdf"


def test_a_name_that_lies_is_refused() -> None:
    with pytest.raises(Invalid, match="contents are PDF"):
        media.kind_of(PDF, "photo.jpg", MOST)


def test_size_is_bounded_and_nothing_is_no_file() -> None:
    assert media.kind_of(b"x" * 1_000, "a.txt", 1_000) == media.TEXT
    with pytest.raises(Invalid, match="more than 2 MB"):
        media.kind_of(b"x" * 2_000_001, "a.txt", 2_000_000)
    with pytest.raises(Invalid, match="empty"):
        media.kind_of(b"", "a.txt", MOST)


@pytest.mark.parametrize("part", ["word/vbaProject.bin", "word/activeX/activeX1.xml"])
def test_a_letter_that_carries_a_program_is_refused(part: str) -> None:
    with pytest.raises(Invalid, match="macros"):
        media.kind_of(docx(part), "plan.docx", MOST)


def test_a_package_of_something_else_is_refused() -> None:
    for content in (package(**{"AndroidManifest.xml": b""}), package(mimetype=b"application/epub+zip")):
        with pytest.raises(Invalid, match="Hand in"):
            media.kind_of(content, "a.docx", MOST)


def test_a_package_of_too_many_parts_is_refused() -> None:
    with pytest.raises(Invalid):
        media.kind_of(docx(*(f"word/{n}.xml" for n in range(media.PARTS))), "a.docx", MOST)


@given(st.binary(max_size=300))
def test_every_file_has_an_answer(content: bytes) -> None:
    """A kind that is taken, or a refusal: never a fault."""
    try:
        assert media.kind_of(content, "", MOST) in media.ENDINGS
    except Invalid as refused:
        assert refused.remedy


@given(
    st.binary(max_size=300), st.sampled_from([b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"])
)
def test_a_right_beginning_alone_is_not_enough(content: bytes, start: bytes) -> None:
    try:
        media.kind_of(start + content, "", MOST)
    except Invalid as refused:
        assert refused.field == "file"
